"""A DHCP relay and its client in one: asks a server over UDP as a site's gateway would (RFC 2131, section 4.1).

The server answers to where the question came from, which Kea does when KEA_TEST_SEND_RESPONSES_TO_SOURCE is set: the
gateway's own address is on no interface of the machine that tests.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import time
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
_COOKIE = b"\x63\x82\x53\x63"
_HEAD = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
PATIENCE = 20.0


@dataclass(frozen=True)
class Answer:
    """What the server gave: the address, and the options by code."""

    kind: int
    address: IPv4Address
    options: dict[int, bytes]


class Server:
    """Kea on loopback, on a port of its own, with its files in `folder`."""

    def __init__(self, program: str, config: Path, folder: Path) -> None:
        self.port, self.relay = _free_port(), _free_port()
        self.log = folder / "log"
        environment = os.environ | {
            "KEA_PIDFILE_DIR": str(folder),
            "KEA_LOCKFILE_DIR": str(folder),
            "KEA_TEST_SEND_RESPONSES_TO_SOURCE": "1",
        }
        with self.log.open("wb") as log:
            command = [program, "-c", str(config), "-p", str(self.port), "-P", str(self.relay)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
            )
        until = time.monotonic() + PATIENCE
        while "DHCP4_STARTED" not in self.log.read_text():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise AssertionError(self.log.read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.wait()

    def lease(self, mac: str, gateway: IPv4Address, wanted: tuple[int, ...]) -> Answer:
        """A lease for `mac` through the relay `gateway`, asking for the options `wanted`: four messages, as ever."""
        asked = {55: bytes(wanted)}
        offer = self.ask(mac, gateway, DISCOVER, asked)
        if offer.kind != OFFER:
            raise AssertionError(f"answer of kind {offer.kind}")
        return self.ask(mac, gateway, REQUEST, asked | {50: offer.address.packed, 54: offer.options[54]})

    def ask(self, mac: str, gateway: IPv4Address, kind: int, options: dict[int, bytes]) -> Answer:
        """Sends one message and reads the answer."""
        hardware = bytes.fromhex(mac.replace(":", ""))
        zero = bytes(4)
        head = _HEAD.pack(1, 1, 6, 1, 0x26_11_22_00 | kind, 0, 0, zero, zero, zero, gateway.packed, hardware, b"", b"")
        body = b"".join(bytes([code, len(value)]) + value for code, value in {53: bytes([kind]), **options}.items())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(PATIENCE)
            sender.bind(("127.0.0.1", self.relay))
            sender.sendto(head + _COOKIE + body + b"\xff", ("127.0.0.1", self.port))
            return _read(sender.recv(4096))


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _read(data: bytes) -> Answer:
    fields = _HEAD.unpack_from(data)
    options: dict[int, bytes] = {}
    at = _HEAD.size + len(_COOKIE)
    while data[at] != 255:
        if data[at]:
            length = data[at + 1]
            options[data[at]] = data[at + 2 : at + 2 + length]
            at += length + 1
        at += 1
    return Answer(options[53][0], IPv4Address(fields[8]), options)
