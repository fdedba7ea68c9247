"""Proves what Prometheus is given: promtool and the exporter accept it, its rules' test passes, and nobody is missing.

promtool takes a list of targets that lacks half of them, so the targets are read back and held against the model.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from rendering import native
from rendering.target import Finding, Missing
from templates.prometheus.context import JOBS

if TYPE_CHECKING:
    from model import Platform

CHECKS = (
    ("promtool", ("check", "config", "prometheus.yml"), "prometheus.yml"),
    ("promtool", ("test", "rules", "alerts.test.yml"), "alerts.test.yml"),
    ("prometheus-blackbox-exporter", ("--config.check", "--config.file", "blackbox.yml"), "blackbox.yml"),
)

PROBERS = ("dns", "grpc", "http", "icmp", "tcp")
"""Blackbox exporter, CONFIGURATION.md."""


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """The round trip's findings, then the programs'. Raises Missing."""
    findings = [*_round_trip(platform, folder), *_modules(folder)]
    for program, arguments, path in CHECKS:
        try:
            done = native.run(program, *arguments, folder=folder)
        except Missing as missing:
            raise Missing(missing.program, findings) from None
        if done.returncode:
            findings.append(Finding(path, f"{program}: {(done.stdout + done.stderr).strip()}"))
    return findings


def _modules(folder: Path) -> list[Finding]:
    """The exporter takes a module with a prober that it does not have, and Prometheus one that the exporter lacks."""
    yaml = YAML(typ="safe", pure=True)
    modules = yaml.load(folder / "blackbox.yml")["modules"]
    jobs = yaml.load(folder / "prometheus.yml").get("scrape_configs", [])
    asked = {name for job in jobs for name in job.get("params", {}).get("module", [])}
    findings = [Finding("prometheus.yml", f"no module {name} in blackbox.yml") for name in sorted(asked - set(modules))]
    return findings + [
        Finding("blackbox.yml", f"{name}: no prober {module['prober']}; {', '.join(PROBERS)}")
        for name, module in modules.items()
        if module["prober"] not in PROBERS
    ]


def _round_trip(platform: Platform, folder: Path) -> list[Finding]:
    found: Counter[tuple[str, str]] = Counter()
    findings: list[Finding] = []
    for job in ("servers", *JOBS):
        path = f"targets/{job}.json"
        for group in json.loads((folder / path).read_text(encoding="utf-8")):
            labels = group["labels"]
            found["server" if job == "servers" else labels["about"], labels.get("of", labels["instance"])] += 1
            if len(group["targets"]) != 1 or not all(isinstance(value, str) for value in labels.values()):
                findings.append(Finding(path, f"{labels['instance']}: one target with labels of text"))
    running = {i.logical_name for i in platform.instances if i.there}
    wanted = {("server", name) for name in running} | {("site", code) for code in platform.site_networks}
    wanted |= {("system", code) for code, system in platform.estate.systems.items() if system.aliases or system.fqdn}
    findings += [Finding("targets", f"{kind} {name} is not watched") for kind, name in sorted(wanted - found.keys())]
    twice = [key for key, count in found.items() if key[0] in ("server", "site") and count > 1]
    return findings + [Finding("targets", f"{kind} {name} is watched twice") for kind, name in sorted(twice)]
