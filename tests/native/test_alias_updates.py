"""The alias zone as the playbook puts it on two servers, served by named as the user it runs as: it takes an update and
its way back, and the second server keeps a copy.

The rendered tasks are run by Ansible, each server in a folder of its own, so owner and mode are theirs and not ours.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.tsig
import dns.update
import pytest

from model import Platform
from model.derive import flips, records
from templates.dns.context import KEY
from tests.native.conftest import Render
from tests.native.test_dns import HOST, PATIENCE, free_port
from tests.support import validators
from tests.unit.providers.dns.nameserver import secret

USER = "bind"
OPTIONS = """\
options {{
    directory "{root}/var/cache/bind"; pid-file none; lock-file none; session-keyfile none;
    listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; dnssec-validation no;
}};
controls {{ }};
key "{key}" {{ algorithm hmac-sha256; secret "{secret}"; }};
include "{root}/etc/bind/named.conf.platform-refresh";
"""


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder that the name server's user may enter."""
    for program in ("named", "named-checkzone", "ansible-playbook"):
        validators.program(program)
    try:
        pwd.getpwnam(USER)
    except KeyError:
        pytest.skip(f"there is no user {USER}")
    if os.geteuid() != 0:
        pytest.skip("only root starts named as another user")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def place(platform: Platform, render: Render, root: Path) -> dict[str, Path]:
    """Runs the rendered tasks for both servers, where Debian's package has been; gives the folder of each, in order."""
    out = render(platform, "ansible_apply")
    shutil.copytree(render(platform, "dns"), out.parent / "dns")
    names = [
        i.logical_name for fqdn, _ in records.alias_servers(platform) for i in platform.instances if i.fqdn == fqdn
    ]
    for name in names:
        (root / name / "etc/bind").mkdir(parents=True)
        shutil.chown(root / name / "etc/bind", "root", USER)
        (root / name / "etc/bind").chmod(0o2755)
    hosts = {name: {"platform_root": str(root / name), "ansible_connection": "local"} for name in names}
    told = {"ansible_python_interpreter": sys.executable, "platform_reload": False}
    (root / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": told}}))
    (out / "only.yml").write_text(
        "- hosts: all\n  gather_facts: false\n  tasks: [{ansible.builtin.import_tasks: tasks/named.yml}]\n"
    )
    (out / "changes").mkdir()
    own = {"ANSIBLE_HOME": str(root / "home"), "LC_ALL": "C.UTF-8", "ANSIBLE_PIPELINING": "1"}
    command = [validators.program("ansible-playbook"), "-i", root / "hosts.json", "only.yml"]
    done = subprocess.run(command, cwd=out, env=os.environ | own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: root / name for name in names}


class Named:
    """A name server of a folder, running as its own user on loopback."""

    def __init__(self, root: Path, port: int, key: str) -> None:
        self.port = port
        # AppArmor holds the program to its own folders by its path: a copy may read these.
        program = shutil.copy(validators.program("named"), root / "named")
        config = root / "named.conf"
        config.write_text(OPTIONS.format(root=root, port=port, key=KEY, secret=key))
        self.log = root / "var/cache/bind/log"
        shutil.chown(self.log.parent, "root", USER)
        self.log.parent.chmod(0o775)
        command = [program, "-f", "-4", "-n", "1", "-u", USER, "-L", str(self.log), "-c", str(config)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def addresses(self, name: str) -> list[str]:
        try:
            answer = dns.query.udp(dns.message.make_query(name, "A"), HOST, port=self.port, timeout=1)
        except (dns.exception.Timeout, OSError):
            return []
        return sorted(str(rdata) for rrset in answer.answer for rdata in rrset)

    def turn(self, zone: str, label: str, addresses: tuple[str, ...], key: dns.tsig.Key) -> int:
        message = dns.update.UpdateMessage(zone, keyring=key)
        message.replace(label, 60, "A", *addresses)
        return dns.query.udp(message, HOST, port=self.port, timeout=PATIENCE).rcode()


def soon(server: Named, name: str, wanted: list[str]) -> None:
    until = time.monotonic() + PATIENCE
    while (there := server.addresses(name)) != wanted:
        assert time.monotonic() < until, (name, there, wanted, server.log.read_text()[-2000:])
        time.sleep(0.1)


def test_the_zone_takes_a_flip_and_its_way_back_as_the_user_that_named_runs_as(
    holstebro: Platform, render: Render, root: Path
) -> None:
    zone, alias = holstebro.settings.alias_zone, flips.aliases(holstebro)[0]
    assert zone is not None
    first, second = place(holstebro, render, root).values()
    for folder in (first, second):
        assert stat.S_IMODE((folder / "etc/bind").stat().st_mode) == 0o2755
    ports, made = (free_port(), free_port()), secret()
    copying = second / "etc/bind/named.conf.platform-refresh"
    address = str(records.alias_servers(holstebro)[0][1])
    text = copying.read_text()
    assert f"primaries {{ {address} key" in text
    copying.write_text(text.replace(address, f"{HOST} port {ports[0]}"))

    servers: list[Named] = []
    try:
        servers += (Named(folder, port, made) for folder, port in zip((first, second), ports, strict=True))
        before = sorted(map(str, alias.addresses))
        for server in servers:
            soon(server, alias.fqdn, before)
        key = dns.tsig.Key(KEY, made)
        for addresses in (("192.0.2.26",), tuple(before)):
            assert servers[0].turn(zone, alias.label, addresses, key) == dns.rcode.NOERROR
            soon(servers[0], alias.fqdn, list(addresses))
    finally:
        for server in servers:
            server.stop()
    zones = "var/cache/bind/zones"
    assert (first / zones / f"{zone}.zone.jnl").exists(), "the update is kept"
    assert (second / zones / f"{zone}.zone").exists(), "the copy is kept"
