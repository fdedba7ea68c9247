"""What `refresh doctor` finds on this machine: Python and its packages, the Pulumi CLI, plugins, validators, the twin.

It asks programs for their version and changes nothing. Left out: what reaches over the network but the backend, which
is the platform's (doctor_platform.py).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import TYPE_CHECKING, Any

from cli.doctor_lines import Line

if TYPE_CHECKING:
    from model import Platform

VALIDATORS = {
    "ansible-inventory": ("ansible_apply", "make test sets it up"),
    "ansible-playbook": ("ansible_apply", "make test sets it up"),
    "chromium": ("report", "apt install chromium"),
    "icinga2": ("icinga", "apt install icinga2-bin"),
    "kea-dhcp4": ("kea", "apt install kea-dhcp4-server"),
    "rsyslogd": ("rsyslog", "apt install rsyslog rsyslog-gnutls"),
    "freeradius": ("freeradius", "apt install freeradius"),
    "named-checkconf": ("dns", "apt install bind9-utils"),
    "bash": ("azure_subscriptions", "apt install bash"),
    "openssl": ("certificates", "apt install openssl"),
    "nft": ("firewall", "apt install nftables"),
    "pdftotext": ("people", "apt install poppler-utils"),
    "prometheus-blackbox-exporter": ("prometheus", "apt install prometheus-blackbox-exporter"),
    "promtool": ("prometheus", "apt install prometheus"),
}
"""The programs that `refresh render --verify` runs, each with the target that it proves and how Debian has it."""
_SDKS = {"vsphere": "pulumi-vsphere", "azure-native": "pulumi-azure-native"}
_SECONDS = 30


def lines(platform: Platform | None) -> Iterator[Line]:
    """Everything of the machine; with a platform, only the plugins that it has to have."""
    yield _python()
    yield _packages()
    yield from _pulumi(platform)
    yield from _validators()
    yield from _twin()


def _python() -> Line:
    return Line("ok", "python", f"{'.'.join(map(str, sys.version_info[:3]))} in {sys.prefix}")


def _packages() -> Line:
    """What every system has to have; a line of the lock with a marker is for some of them."""
    from rendering.manifest import LOCK

    text = LOCK.read_text(encoding="utf-8") if LOCK.is_file() else ""
    wanted: dict[str, str] = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+) *\\?$", text, re.MULTILINE))
    other = [f"{name} is {found}" for name, version in wanted.items() if (found := _installed(name)) != version]
    if other or not wanted:
        found = ", ".join(other[:3]) or "there is none"
        return Line("do", "packages", f"not as in requirements.lock ({found}); run make setup")
    return Line("ok", "packages", f"{len(wanted)} as in requirements.lock")


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _pulumi(platform: Platform | None) -> Iterator[Line]:
    sdk = metadata.version("pulumi")
    path = shutil.which("pulumi")
    if path is None:
        yield Line("do", "pulumi", "not on PATH; run make setup and . .venv/bin/activate")
        return
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", asked("version") or "")
    if found is None:
        yield Line("do", "pulumi", f"{path} does not say its version; run make setup, or install {sdk}")
        return
    version = ".".join(found.groups())
    have, need = tuple(map(int, found.groups())), tuple(map(int, sdk.split(".")[:3]))
    if have[0] != need[0] or have < need:
        yield Line("do", "pulumi", f"{version}, and the SDK is {sdk}; run make setup, or install that version")
    else:
        yield Line("ok", "pulumi", f"{version} ({path})")
    host = shutil.which("pulumi-language-python")
    text = host or "not on PATH; run make setup, or install pulumi again, which brings it"
    yield Line("ok" if host else "do", "language host", text)
    yield from _plugins(platform)


def _plugins(platform: Platform | None) -> Iterator[Line]:
    """Those of a real vCenter and a real Azure. Against the twin none is needed."""
    if os.environ.get("PULUMI_DEBUG_PROVIDERS"):
        yield Line("ok", "plugins", "none is needed against the twin")
        return
    try:
        listed: list[dict[str, Any]] = json.loads(asked("plugin", "ls", "--json") or "[]")
    except ValueError:
        listed = []
    there = {(str(plugin.get("name")), str(plugin.get("version")).removeprefix("v")) for plugin in listed}
    offline = os.environ.get("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION") == "true"
    for name, sdk in _SDKS.items():
        if platform is not None and not _wants(platform, name):
            continue
        version = metadata.version(sdk)
        if (name, version) in there:
            yield Line("ok", f"plugin {name}", version)
        else:
            fetched = "" if offline else ", and pulumi fetches it when it is first needed"
            command = f"pulumi plugin install resource {name} v{version}"
            yield Line("do" if offline else "may", f"plugin {name}", f"{version} is not there: {command}{fetched}")


def _wants(platform: Platform, plugin: str) -> bool:
    from model.derive.instances import on_vmware

    if plugin == "azure-native":
        return platform.azure.settings is not None
    return any(on_vmware(platform, name) for name in platform.refresh.generations)


def _validators() -> Iterator[Line]:
    from rendering import native
    from rendering.target import Missing

    for program, (target, how) in VALIDATORS.items():
        try:
            yield Line("ok", program, native.find(program))
        except Missing:
            yield Line("may", program, f"not there, so {target} is not proved by it: {how}")


def _twin() -> Iterator[Line]:
    from twin.host import overlay, process

    here = process.home()
    serving = process.running(here)
    if serving is not None:
        yield Line("ok", "twin", f"up (process {serving.pid}) in {here.path}, and refresh twin down stops it")
    elif here.world.exists():
        yield Line("ok", "twin", f"not up, its world is kept in {here.path}, and refresh twin reset empties it")
    else:
        yield Line("ok", "twin", "not up, and nothing is left of it")
    twins = overlay.Overlay(here)
    for lock in twins.states().locks() if (twins.project / "Pulumi.yaml").is_file() else ():
        if lock.is_dead:
            text = f"left locked by an update that was killed; run refresh twin run -- pulumi cancel -s {lock.stack}"
            yield Line("do", f"twin's stack {lock.stack}", text)


def asked(*arguments: str) -> str | None:
    """What pulumi answers, or None where it does not. It is asked for nothing that it would prompt for."""
    try:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"] if arguments[0] != "version" else ["pulumi", "version"],
            env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
