"""Proves what Icinga is given: its own compiler accepts it together with its template library, and lists every object.

`icinga2 daemon -C` compiles only what it is shown, so the files are read back too and their names held against the
model.
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive.backups import copied
from rendering import native
from rendering.proof import differences
from rendering.target import Finding, Missing

if TYPE_CHECKING:
    from model import Platform

_HOST = re.compile(r'^object Host "([^"]+)" \{$', re.MULTILINE)
_BACKUP = re.compile(
    r'^object Service "backup" \{\n  host_name = "([^"]+)"\n(?:  .*\n)*?  check_interval = (\d+)m$', re.MULTILINE
)
_MAIN = """const PluginDir = "/usr/lib/nagios/plugins"
include <itl>
include <plugins>
include_recursive "{}"
"""


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """The round trip's findings, then the compiler's. Raises Missing."""
    findings = _round_trip(platform, folder)
    with tempfile.TemporaryDirectory() as scratch:
        main = Path(scratch) / "main.conf"
        main.write_text(_MAIN.format(folder.resolve()), encoding="utf-8")
        own = dict.fromkeys(("CacheDir", "DataDir", "InitRunDir", "LogDir", "SpoolDir"), scratch)
        # As root it becomes nagios otherwise, who may read neither this folder nor what was rendered.
        own |= {"RunAsUser": pwd.getpwuid(os.getuid()).pw_name, "RunAsGroup": grp.getgrgid(os.getgid()).gr_name}
        defined = [f"--define={name}={value}" for name, value in own.items()]
        try:
            done = native.run("icinga2", "daemon", "-C", "-c", main, "-x", "warning", *defined)
        except Missing as missing:
            raise Missing(missing.program, findings) from None
    if done.returncode:
        findings.append(Finding("", f"icinga2: {(done.stdout + done.stderr).strip()}"))
    return findings


def _round_trip(platform: Platform, folder: Path) -> list[Finding]:
    running = {i.logical_name for i in platform.instances if i.there}
    switches = {switch.name for site in platform.site_networks.values() for switch in site.switches}
    routers = {f"{code}-router" for code in platform.site_networks}
    named = {f"system-{code}" for code, system in platform.estate.systems.items() if system.aliases or system.fqdn}
    findings: list[Finding] = []
    for path, wanted in (("servers.conf", running), ("sites.conf", switches | routers), ("systems.conf", named)):
        found = _HOST.findall((folder / path).read_text(encoding="utf-8"))
        findings += [Finding(path, f"{name} is no host") for name in sorted(wanted - set(found))]
        findings += [Finding(path, f"{name} is a host once too often") for name in sorted(set(found) - wanted)]
        if len(found) != len(set(found)):
            findings.append(Finding(path, "a host stands twice"))
    told = _BACKUP.findall((folder / "servers.conf").read_text(encoding="utf-8"))
    due = [f"{one.instance.logical_name} every {one.policy.rpo_minutes * 3 // 2}" for one in copied(platform)]
    return findings + differences("servers.conf", "backup of", due, [f"{name} every {every}" for name, every in told])
