"""named, started on loopback with the rendered files: names both ways, and a stable name before and after a flip."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.reversename
import dns.tsig
import dns.update
import pytest

import model
from model import Platform
from model.derive import flips, records
from templates.dns.context import KEY
from templates.dns.verify import verify
from tests.golden.trees import HOLSTEBRO
from tests.native.conftest import Render
from tests.support import validators
from tests.support.edit import edit
from tests.support.lilleby import CUT_OVER
from tests.unit.providers.dns.nameserver import secret

HOST, PATIENCE = "127.0.0.1", 20.0
OPTIONS = """\
options {{
    directory "{folder}"; pid-file none; lock-file none; session-keyfile none;
    listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; dnssec-validation no;
}};
controls {{ }};
key "{key}" {{ algorithm hmac-sha256; secret "{secret}"; }};
include "{folder}/named.conf.domain";
include "{folder}/named.conf.alias";
"""


class Named:
    """A name server with the rendered zones, and the key that may change the alias zone."""

    def __init__(self, rendered: Path, folder: Path) -> None:
        # AppArmor holds the program to its own folders by its path: a copy may read these.
        program = shutil.copy(validators.program("named"), folder / "named")
        shutil.copytree(rendered, folder, dirs_exist_ok=True)
        self.port = free_port()
        made = secret()
        self.key = dns.tsig.Key(KEY, made)
        config = OPTIONS.format(folder=folder, port=self.port, key=KEY, secret=made)
        (folder / "named.conf").write_text(config, encoding="utf-8")
        command = [program, "-f", "-4", "-n", "1", "-L", str(folder / "log"), "-c", str(folder / "named.conf")]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while not self._serves():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise AssertionError((folder / "log").read_text())

    def _serves(self) -> bool:
        """Whether it answers: it says that it runs a moment before it does."""
        try:
            dns.query.udp(dns.message.make_query(".", "SOA"), HOST, port=self.port, timeout=0.2)
        except (dns.exception.Timeout, OSError):
            return False
        return True

    def stop(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.wait()

    def ask(self, name: str, kind: str = "A") -> dns.message.Message:
        """The server's answer."""
        return dns.query.udp(dns.message.make_query(name, kind), HOST, port=self.port, timeout=PATIENCE)

    def addresses(self, name: str) -> list[str]:
        """The addresses that the server gives for a name, of its own knowledge, sorted."""
        answer = self.ask(name)
        assert answer.flags & dns.flags.AA
        return sorted(str(rdata) for rrset in answer.answer for rdata in rrset)

    def update(self, zone: str, label: str, kind: str, *values: str, key: dns.tsig.Key | None = None) -> int:
        """Replaces a record set by dynamic update; the answer's code."""
        message = dns.update.UpdateMessage(zone, keyring=key or self.key)
        message.replace(label, 60, kind, *values)
        return dns.query.udp(message, HOST, port=self.port, timeout=PATIENCE).rcode()


def free_port() -> int:
    """A port that nobody has, neither for TCP nor for UDP: named listens on both, and goes on without one."""
    for _ in range(20):
        with socket.socket() as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            stream.bind((HOST, 0))
            port = int(stream.getsockname()[1])
            try:
                datagrams.bind((HOST, port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free for TCP and UDP")


@pytest.fixture
def named(holstebro: Platform, render: Render, tmp_path: Path) -> Iterator[Named]:
    server = Named(render(holstebro, "dns"), tmp_path)
    yield server
    server.stop()


def turned(tmp_path: Path) -> Platform:
    """Holstebro with g26 live and g22 as the way back, and nobody lagging."""
    folder = Path(shutil.copytree(HOLSTEBRO.parent, tmp_path / "stacks")) / "holstebro"
    return model.load(str(edit(folder, CUT_OVER)))


def test_every_name_leads_to_its_address_and_back(holstebro: Platform, named: Named) -> None:
    domain = holstebro.settings.domain
    hosts = records.hosts(holstebro)
    assert len(hosts) > 2600
    for host in (*hosts[:: len(hosts) // 60], *(host for host in hosts if host.kind == "name")):
        assert str(host.address) in named.addresses(f"{host.label}.{domain}")
        if host.kind != "name":
            answer = named.ask(str(dns.reversename.from_address(str(host.address))), "PTR")
            assert [str(rdata) for rrset in answer.answer for rdata in rrset] == [f"{host.label}.{domain}."]


def test_stable_names_lead_to_one_generation_before_a_flip_and_to_the_next_one_after(
    holstebro: Platform, named: Named, tmp_path_factory: pytest.TempPathFactory
) -> None:
    after = turned(tmp_path_factory.mktemp("turned"))
    zone = holstebro.settings.alias_zone
    assert zone is not None
    for alias in flips.aliases(holstebro):
        assert named.addresses(alias.fqdn) == sorted(map(str, alias.addresses))
    changes = [change for change in flips.flips(holstebro, after) if change.kind == "record"]
    assert len(changes) > 5
    for change in changes:
        assert change.after is not None
        label = change.name.removesuffix(f".{zone}")
        assert named.update(zone, label, "A", *change.after.split(", ")) == dns.rcode.NOERROR
    for alias in flips.aliases(after):
        assert named.addresses(alias.fqdn) == sorted(map(str, alias.addresses))
    assert f"novax.{zone}" not in {change.name for change in changes}, "its vendor lags"


def test_updates_change_addresses_of_the_alias_zone_and_nothing_else(holstebro: Platform, named: Named) -> None:
    zone = holstebro.settings.alias_zone
    assert zone is not None
    assert named.update(zone, "sbsys", "TXT", '"x"') == dns.rcode.REFUSED
    assert named.update(holstebro.settings.domain, "holdc01", "A", "10.0.0.1") == dns.rcode.REFUSED
    stranger = dns.tsig.Key("somebody", secret())
    with pytest.raises((dns.tsig.PeerBadKey, dns.tsig.BadSignature, dns.message.UnknownTSIGKey)):
        named.update(zone, "sbsys", "A", "10.0.0.1", key=stranger)
    assert "10.0.0.1" not in named.addresses(f"sbsys.{zone}")


def test_records_are_short_lived_when_the_cutover_is_near(lilleby_folder: Path, render: Render, tmp_path: Path) -> None:
    edit(lilleby_folder, {"refresh.yaml": {"generations.g26.cutover": "near"}})
    server = Named(render(model.load(str(lilleby_folder)), "dns"), tmp_path)
    try:
        answer = server.ask("tk00001.lilleby.example")
    finally:
        server.stop()
    assert [rrset.ttl for rrset in answer.answer] == [300]


def test_what_bind_accepts_and_is_wrong_is_found(lilleby: Platform, render: Render) -> None:
    folder = render(lilleby, "dns")
    path = folder / "zones" / "lilleby.example.zone"
    text = path.read_text(encoding="utf-8")
    validators.program("named-checkzone")
    for old, new, message in (
        ("tk00001 A 10.128.8.10\n", "", "tk00001.lilleby.example A 10.128.8.10 is missing"),
        ("tk00001 A 10.128.8.10\n", "tk00001 A 10.128.8.10\nelsewhere A 192.0.2.1\n", "elsewhere.lilleby.example A"),
        ("access NS", "acces NS", "access.lilleby.example NS"),
        ("$TTL 3600", "$TTL 3601", "no lifetime of 3600"),
    ):
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert any(message in finding.message for finding in verify(lilleby, folder)), message
