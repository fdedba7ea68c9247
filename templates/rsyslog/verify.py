"""Proves what log servers and senders are given: rsyslogd reads it, Ansible its playbook; names are read back."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive.logs import kept_days, senders, sinks
from model.derive.vcenter import log_targets
from rendering import native
from rendering.proof import differences, joined
from rendering.target import Finding

if TYPE_CHECKING:
    from model import Platform

CERTIFICATES = "/etc/rsyslog.d/tls"
_TARGET = re.compile(r'type="omfwd" target="([^"]+)"')


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and the programs find."""
    if not sinks(platform):
        return []
    return joined(_back(platform, folder), lambda: list(_read(folder)), lambda: list(_played(platform, folder)))


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    told = _TARGET.findall((folder / "sender.conf").read_text(encoding="utf-8"))
    yield from differences("sender.conf", "log server", log_targets(platform), told)
    days = kept_days(platform)
    if f"d /var/log/platform 0750 root adm {days}d\n" not in (folder / "tmpfiles.conf").read_text(encoding="utf-8"):
        yield Finding("tmpfiles.conf", f"does not keep files for {days} days")


def _read(folder: Path) -> Iterator[Finding]:
    """Rsyslogd looks for the certificates too, so it is shown some that are empty."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("ca.pem", "cert.pem", "key.pem"):
            (Path(scratch) / name).touch()
        for path in ("sink.conf", "sender.conf"):
            text = (folder / path).read_text(encoding="utf-8").replace(CERTIFICATES, scratch)
            (Path(scratch) / path).write_text(text, encoding="utf-8")
            done = native.run("rsyslogd", "-N1", "-f", Path(scratch) / path)
            if done.returncode or "error" in done.stderr:
                yield Finding(path, f"rsyslogd: {(done.stdout + done.stderr).strip()}")


def _played(platform: Platform, folder: Path) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"LC_ALL": "C.UTF-8", "ANSIBLE_HOME": home}
        listed = native.run("ansible-inventory", "-i", "hosts.yml", "--list", folder=folder, environment=environment)
        command = ("ansible-playbook", "-i", "hosts.yml", "--syntax-check", "log.yml")
        done = native.run(*command, folder=folder, environment=environment)
    if done.returncode:
        yield Finding("log.yml", f"ansible-playbook: {(done.stdout + done.stderr).strip()}")
    told = json.loads(listed.stdout)
    for group, wanted in (("sinks", sinks(platform)), ("senders", senders(platform))):
        hosts = told.get(group, {}).get("hosts", [])
        yield from differences("hosts.yml", group, [i.logical_name for i in wanted], hosts)
