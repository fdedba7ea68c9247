"""Asks servers over the network as a device at the site does: a name, the settings of DHCP, a connection.

Nothing is changed by asking: DHCPINFORM takes no lease (RFC 2131 section 4.4.3). Left out: a DISCOVER, which needs the
rights of an administrator, and which a switch with snooping may count as a device more.
"""

from __future__ import annotations

import secrets
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any, Protocol

import dns.exception
import dns.message
import dns.query
import dns.rdatatype

PATIENCE = 3.0
_HEAD = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
_COOKIE = b"\x63\x82\x53\x63"
_KIND, _WANTED, _END, INFORM, ACK = 53, 55, 255, 8, 5
ROUTER, RESOLVERS = 3, 6


class Network(Protocol):
    """What can be asked. Each raises OSError when nobody answers."""

    def names(self, server: str, name: str) -> list[str]:
        """The addresses that a name server has for a name."""
        ...

    def own(self, server: str) -> str:
        """The address that the machine here has on its way to a server."""
        ...

    def inform(self, server: str, own: str) -> dict[int, list[str]]:
        """The router and the resolvers that a DHCP server tells, by the number of the option."""
        ...

    def connect(self, address: str, port: int) -> None:
        """Opens a connection and closes it."""
        ...


def _there(address: str, port: int) -> tuple[str, int]:
    return address, port


@dataclass(frozen=True)
class Wire:
    """The network itself. `where` leads an address and a port elsewhere, as a test does; `client` is the port that
    DHCP answers to, which takes an administrator's rights, and 0 is any.
    """

    where: Callable[[str, int], tuple[str, int]] = _there
    client: int = 68
    patience: float = PATIENCE

    def names(self, server: str, name: str) -> list[str]:
        """By UDP, and by TCP when the answer is cut off."""
        address, port = self.where(server, 53)
        try:
            answer, _ = dns.query.udp_with_fallback(
                dns.message.make_query(name, "A"), address, timeout=self.patience, port=port
            )
        except dns.exception.DNSException as error:
            raise OSError(type(error).__name__) from None
        sets: list[Any] = [each for each in answer.answer if each.rdtype == dns.rdatatype.A]
        return sorted((str(rdata) for each in sets for rdata in each), key=IPv4Address)

    def own(self, server: str) -> str:
        """Nothing is sent for it."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(self.where(server, 67))
            return str(probe.getsockname()[0])

    def inform(self, server: str, own: str) -> dict[int, list[str]]:
        """Raises PermissionError where the port is not ours to bind."""
        xid, zero = secrets.randbits(32), bytes(4)
        hardware = secrets.token_bytes(5)
        client = IPv4Address(own).packed
        head = _HEAD.pack(1, 1, 6, 0, xid, 0, 0, client, zero, zero, zero, b"\x02" + hardware, b"", b"")
        body = bytes([_KIND, 1, INFORM, _WANTED, 2, ROUTER, RESOLVERS, _END])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(self.patience)
            sender.bind(("", self.client))
            sender.sendto(head + _COOKIE + body, self.where(server, 67))
            while True:
                options = _options(sender.recv(4096), xid)
                if options is not None:
                    return {code: options.get(code, []) for code in (ROUTER, RESOLVERS)}

    def connect(self, address: str, port: int) -> None:
        """By TCP."""
        socket.create_connection(self.where(address, port), timeout=self.patience).close()


def _options(data: bytes, xid: int) -> dict[int, list[str]] | None:
    """The options of an acknowledgement as addresses; None for an answer to somebody else."""
    if len(data) < _HEAD.size + len(_COOKIE) or _HEAD.unpack_from(data)[4] != xid:
        return None
    found: dict[int, bytes] = {}
    at = _HEAD.size + len(_COOKIE)
    while at + 1 < len(data) and data[at] != _END:
        if data[at] == 0:
            at += 1
            continue
        length = data[at + 1]
        found[data[at]] = data[at + 2 : at + 2 + length]
        at += length + 2
    if found.get(_KIND) != bytes([ACK]):
        return None
    return {
        code: [str(IPv4Address(value[n : n + 4])) for n in range(0, len(value), 4)]
        for code, value in found.items()
        if code in (ROUTER, RESOLVERS) and len(value) % 4 == 0
    }
