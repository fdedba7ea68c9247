"""A BIND name server of a test's own: on loopback, in a folder of its own, with keys made for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.tsig
import dns.update
import dns.zone

PATIENCE = 20.0
ZONE = "alias.test."
REVERSE = "2.0.192.in-addr.arpa."
HOST = "127.0.0.1"
ALGORITHMS = {"updater": "hmac-sha256", "reader": "hmac-sha256", "strong": "hmac-sha512"}

CONFIGURATION = """\
options {{
    directory "{folder}";
    pid-file none;
    lock-file none;
    session-keyfile none;
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    recursion no;
    notify no;
    dnssec-validation no;
    allow-transfer {{ key updater; }};
}};
controls {{ }};
{keys}
zone "alias.test" {{
    type primary;
    file "alias.test";
    update-policy {{ grant updater zonesub ANY; grant strong zonesub ANY; }};
}};
zone "2.0.192.in-addr.arpa" {{ type primary; file "reverse"; allow-update {{ key updater; }}; }};
zone "broken.test" {{ type primary; file "missing"; allow-update {{ key updater; }}; }};
"""
ZONE_FILE = """\
$TTL 300
@ SOA ns.test. hostmaster.test. 1 3600 600 86400 60
@ NS ns.test.
"""


def program() -> str | None:
    """Where `named` is, None if it is not installed."""
    return shutil.which("named", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


def secret() -> str:
    """A new TSIG secret."""
    made = subprocess.run(["tsig-keygen", "test"], capture_output=True, text=True, check=True).stdout
    return made.split('secret "')[1].split('"')[0]


class NameServer:
    """Zones `alias.test` and `2.0.192.in-addr.arpa`, which the key `updater` may change and `reader` may not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = {name: secret() for name in ALGORITHMS}
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port: int = free.getsockname()[1]
        (folder / "alias.test").write_text(ZONE_FILE)
        (folder / "reverse").write_text(ZONE_FILE)
        keys = "\n".join(
            f'key "{name}" {{ algorithm {ALGORITHMS[name]}; secret "{secret}"; }};'
            for name, secret in self.secrets.items()
        )
        (folder / "named.conf").write_text(CONFIGURATION.format(folder=folder, port=self.port, keys=keys))
        # AppArmor holds the program to its own folders by its path: a copy may read these.
        named = program()
        assert named is not None
        self._program = shutil.copy(named, folder / "named")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the server, or starts it again with what it last held, and waits until it serves."""
        if self._process:
            return
        command = [self._program, "-f", "-4", "-n", "1", "-L", self.folder / "log", "-c", self.folder / "named.conf"]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while not self._serves():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the server, in the middle of what it does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def clear(self) -> None:
        """Removes all records that are not the zones' own."""
        for zone in (ZONE, REVERSE):
            if records := self.records(zone):
                self.change(*{f"delete {name} {kind}" for name, _, kind, *_ in map(str.split, records)}, zone=zone)

    def log(self) -> str:
        """What the server wrote about itself."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def key(self, name: str = "updater") -> dns.tsig.Key:
        return dns.tsig.Key(name, self.secrets[name], ALGORITHMS[name])

    def records(self, zone: str = ZONE) -> set[str]:
        """All records but the zone's own SOA and NS, each as `name ttl type value`, names relative to the zone."""
        request = dns.message.make_query(zone, dns.rdatatype.AXFR)
        request.use_tsig(self.key())
        content = dns.zone.Zone(zone)
        dns.query.inbound_xfr(HOST, content, request, port=self.port, lifetime=PATIENCE)
        return {
            f"{name} {ttl} {rdata.rdtype.name} {rdata.to_text(origin=content.origin, relativize=False)}"
            for name, ttl, rdata in content.iterate_rdatas()
            if rdata.rdtype.name != "SOA" and (name, rdata.rdtype.name) != (dns.name.empty, "NS")
        }

    def change(self, *lines: str, zone: str = ZONE) -> None:
        """Changes records behind everybody's back: `add name ttl type value` or `delete name [type]`."""
        message = dns.update.UpdateMessage(zone)
        message.use_tsig(self.key())
        for line in lines:
            verb, name, *rest = line.split(" ", 4)
            if verb == "add":
                message.add(name, int(rest[0]), *rest[1:])
            else:
                message.delete(name, *rest)
        answer = dns.query.tcp(message, HOST, PATIENCE, self.port)
        assert answer.rcode() == 0, answer

    def _serves(self) -> bool:
        try:
            answer = dns.query.udp(dns.message.make_query(ZONE, "SOA"), HOST, 0.2, self.port)
        except (dns.exception.Timeout, OSError):
            return False
        return answer.rcode() == 0
