"""Proves FreeRADIUS' configuration: it reads all of it, with a certificate of ours; clients and devices read back."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rendering import native
from rendering.proof import differences, joined
from rendering.target import Finding
from templates.freeradius.context import clients, known

if TYPE_CHECKING:
    from model import Platform

SECRET = "PLATFORM_RADIUS_SECRET"  # noqa: S105 the name of the variable
_MAIN = """prefix = /usr
libdir = /usr/lib/freeradius
confdir = {folder}
logdir = {folder}
run_dir = {folder}
max_requests = 1024
log {{
	destination = stdout
}}
security {{
	allow_vulnerable_openssl = yes
}}
modules {{
	pap {{
	}}
	$INCLUDE mods-enabled/platform
}}
$INCLUDE clients.conf
$INCLUDE sites-enabled/platform
"""
_CLIENT = re.compile(r"^client (\S+) \{\n\tipaddr = (\S+)\n(?:\t.*\n)*?\tplatform_site = (\S+)$", re.MULTILINE)
_DEVICE = re.compile(r'^([0-9a-f]{12}) Tmp-String-0 == "(\w+)", Cleartext-Password := "\1"$', re.MULTILINE)
_SIGNED = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj")


def laid(folder: Path, raddb: Path) -> None:
    """What was rendered in a folder of FreeRADIUS' own, with what Debian's has around it; certificates are not."""
    for name in ("clients.conf", "platform-macs", "mods-enabled/platform", "sites-enabled/platform"):
        (raddb / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / name, raddb / name)
    (raddb / "dictionary").write_text("", encoding="utf-8")
    (raddb / "radiusd.conf").write_text(_MAIN.format(folder=raddb), encoding="utf-8")
    (raddb / "certs" / "platform").mkdir(parents=True)


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and the programs find."""
    if not (folder / "clients.conf").is_file():
        return []
    return joined(_back(platform, folder), lambda: list(_read(folder)), lambda: list(_played(folder)))


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    told = _CLIENT.findall((folder / "clients.conf").read_text(encoding="utf-8"))
    wanted = [f"{c.name} at {c.address} in {c.site}" for c in clients(platform)]
    yield from differences("clients.conf", "client", wanted, [f"{n} at {a} in {s}" for n, a, s in told])
    by_mac = any(policy.by == "mac" for policy in platform.network.addressing.port_policies.values())
    due = [f"{d.mac} in {d.site}" for d in known(platform)] if by_mac else []
    shown = _DEVICE.findall((folder / "platform-macs").read_text(encoding="utf-8"))
    yield from differences("platform-macs", "device", due, [f"{mac} in {site}" for mac, site in shown])


def _read(folder: Path) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as scratch:
        raddb = Path(scratch) / "raddb"
        laid(folder, raddb)
        own = raddb / "certs" / "platform"
        native.run("openssl", *_SIGNED, "/CN=radius", "-keyout", "key.pem", "-out", "cert.pem", folder=own)
        shutil.copy(own / "cert.pem", own / "ca.pem")
        environment = os.environ | {SECRET: "x" * 20}
        done = native.run("freeradius", "-XC", "-d", raddb, "-D", "/usr/share/freeradius", environment=environment)
    if done.returncode:
        wrong = [line for line in (done.stdout + done.stderr).splitlines() if "rror" in line or "raddb" in line]
        yield Finding(".", f"freeradius: {' '.join(wrong[-3:])}")


def _played(folder: Path) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"LC_ALL": "C.UTF-8", "ANSIBLE_HOME": home}
        command = ("ansible-playbook", "-i", "hosts.yml", "--syntax-check", "radius.yml")
        done = native.run(*command, folder=folder, environment=environment)
    if done.returncode:
        yield Finding("radius.yml", f"ansible-playbook: {(done.stdout + done.stderr).strip()}")
