"""Proves the playbook: Ansible's own syntax check, its inventory read back, and every file it names rendered.

A syntax check asks no host and finds no missing file, so the files are looked for among what the other targets render.
Nor does it open the tasks that a run includes, so a play that imports every one of them is checked beside the two.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive import services
from rendering import native
from rendering.proof import differences
from rendering.target import Finding, Missing, targets
from templates.ansible_apply.context import built, bundles, takers

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """The round trip's findings, then Ansible's. Raises Missing."""
    every = {f"{t.name}/{file.path}" for t in targets() if t.name != folder.name for file in t.files(platform)}
    findings = [Finding("site.yml", f"nothing renders {path}") for path in sorted(bundles(platform) - every)]
    try:
        with tempfile.TemporaryDirectory() as home:
            environment = os.environ | {"LC_ALL": "C.UTF-8", "ANSIBLE_HOME": home}
            whole = Path(home) / "tasks.yml"
            whole.write_text(json.dumps(_importing(folder)), encoding="utf-8")
            listed, asking, furnished, *checked = (
                native.run(*command, folder=folder, environment=environment)
                for command in (
                    ("ansible-inventory", "-i", "hosts.yml", "--list"),
                    ("ansible-inventory", "-i", "resolvers-hosts.yml", "--list"),
                    ("ansible-inventory", "-i", "software-hosts.yml", "--list"),
                    ("ansible-playbook", "-i", "hosts.yml", "--syntax-check", "site.yml"),
                    ("ansible-playbook", "-i", "software-hosts.yml", "--syntax-check", "software.yml"),
                    ("ansible-playbook", "-i", "resolvers-hosts.yml", "--syntax-check", "resolvers.yml"),
                    ("ansible-playbook", "-i", "hosts.yml", "--syntax-check", str(whole)),
                )
            )
    except Missing as missing:
        raise Missing(missing.program, findings) from None
    for path, done in zip(("site.yml", "software.yml", "resolvers.yml", "tasks"), checked, strict=True):
        if done.returncode:
            findings.append(Finding(path, f"ansible-playbook: {(done.stdout + done.stderr).strip()}"))
    findings += _asking(platform, json.loads(asking.stdout)["_meta"]["hostvars"])
    findings += _furnished(platform, json.loads(furnished.stdout)["_meta"]["hostvars"])
    return findings + _hosts(platform, json.loads(listed.stdout))


def _importing(folder: Path) -> list[dict[str, object]]:
    """A play of every list of tasks, which Ansible loads before it starts."""
    tasks = [{"ansible.builtin.import_tasks": str(path)} for path in sorted((folder.resolve() / "tasks").glob("*.yml"))]
    return [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]


def _furnished(platform: Platform, told: dict[str, dict[str, list[str]]]) -> list[Finding]:
    """Every server that we build has all that its role needs, and no other is told anything."""
    wanted = {i.logical_name: set(i.server.software) for i in built(platform)}
    found = differences("software-hosts.yml", "server", wanted, told)
    for name in wanted.keys() & told.keys():
        if lacking := wanted[name] - set(told[name]["platform_software"]):
            found.append(Finding("software-hosts.yml", f"{name} gets no {', '.join(sorted(lacking))}"))
    return found


def _asking(platform: Platform, told: dict[str, dict[str, list[str]]]) -> list[Finding]:
    """No server that has a fixed address asks another name server than those of the model, nor too few."""
    wanted = sorted(map(str, services.server_resolvers(platform)))
    return [
        Finding("resolvers-hosts.yml", f"{i.logical_name} asks {asked}; {wanted} in the model")
        for i, _ in services.fixed_resolvers(platform)
        if sorted(asked := told.get(i.logical_name, {}).get("platform_resolvers", [])) != wanted
    ]


def _hosts(platform: Platform, listed: dict[str, dict[str, list[str]]]) -> list[Finding]:
    wanted = {f"owner_{name}": [i.logical_name for i in own] for name, own in takers(platform).items()}
    wanted |= {
        f"site_{code}": [switch.name for switch in networks.switches]
        for code, networks in platform.site_networks.items()
    }
    return [
        Finding("hosts.yml", f"{group} has {sorted(listed.get(group, {}).get('hosts', []))}; {sorted(hosts)}")
        for group, hosts in wanted.items()
        if sorted(listed.get(group, {}).get("hosts", [])) != sorted(hosts)
    ]
