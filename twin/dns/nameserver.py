"""The twin's primary name server: zones that take signed RFC 2136 updates, on loopback, over TCP and UDP.

Records are objects of the world like others, so a cutover shows in it. Only zones that were planted are served, as a
primary refuses what it is not authoritative for. Left out: everything that a small zone of aliases does not need,
such as zone transfers, DNSSEC, wildcards and secondaries.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rdata
import dns.rrset
import dns.tsig
import dns.update
from dns.name import Name
from dns.rcode import Rcode
from dns.rdataclass import ANY as ANY_CLASS
from dns.rdataclass import IN, NONE
from dns.rdatatype import ANY, CNAME, SOA, RdataType

from twin.world import faults
from twin.world.rack import ZONE
from twin.world.store import Object, World

RECORD: Final = "dns:index:Record"
KEYNAME: Final = "twin"
SECRET: Final = base64.b64encode(b"the twin keeps no secrets").decode()
_HOST: Final = "127.0.0.1"


class _RefusedError(Exception):
    def __init__(self, rcode: Rcode) -> None:
        super().__init__(rcode)
        self.rcode = rcode


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the world: its records by name and type. Use inside a transaction."""

    world: World
    origin: Name

    def at(self, name: Name) -> list[Object]:
        """The record sets at a name."""
        return [item for item in self.world.named(RECORD, _text(name)) if item.facts["zone"] == _text(self.origin)]

    def get(self, name: Name, kind: RdataType) -> Object | None:
        """One record set."""
        return next((item for item in self.at(name) if item.facts["type"] == kind.name), None)

    def put(self, name: Name, kind: RdataType, ttl: int, rdatas: Iterable[str]) -> None:
        """Makes a record set what is given; without values there is none."""
        values = sorted(set(rdatas))
        there = self.get(name, kind)
        if there is not None:
            self.world.remove(there)
        if values:
            facts = {"zone": _text(self.origin), "type": kind.name}
            id_ = f"{_text(self.origin)}/{_text(name)}/{kind.name}"
            self.world.add(Object(RECORD, id_, _text(name), {"ttl": ttl, "rdatas": values}, facts))


def answer(world: World, wire: bytes) -> bytes | None:
    """The answer to one message, None where there is none to give."""
    try:
        query = dns.message.from_wire(wire, keyring=_key)
    except dns.exception.DNSException:
        return None
    response = dns.message.make_response(query)
    if not query.had_tsig and query.opcode() == dns.opcode.UPDATE:
        response.set_rcode(Rcode.REFUSED)
        return response.to_wire()
    try:
        with world.transaction():
            injected = _injected(world, query)
        if injected.error is None or injected.after:
            with world.transaction():
                _do(world, query, response)
    except _RefusedError as refusal:
        response.set_rcode(refusal.rcode)
        return response.to_wire()
    if injected.error is None:
        return response.to_wire()
    if injected.after:
        return None
    response.set_rcode(Rcode.SERVFAIL)
    return response.to_wire()


def _do(world: World, query: dns.message.Message, response: dns.message.Message) -> None:
    if isinstance(query, dns.update.UpdateMessage):
        _update(world, query)
    else:
        _find(world, query, response)


def _injected(world: World, query: dns.message.Message) -> faults.Injected:
    """What a rehearsal has asked to go wrong: an update is `update` of its first name, a query is `read`."""
    if isinstance(query, dns.update.UpdateMessage):
        names = [_text(item.name) for item in query.update] or [_text(query.origin or dns.name.root)]
        return faults.inject(world, "update", RECORD, names)
    return faults.inject(world, "read", RECORD, [_text(item.name) for item in query.question])


def _find(world: World, query: dns.message.Message, response: dns.message.Message) -> None:
    (question,) = query.question
    zone = _zone(world, question.name)
    response.flags |= dns.flags.AA
    if question.name == zone.origin and question.rdtype in (SOA, ANY):
        text = f"{zone.origin} hostmaster.{zone.origin} {world.meta('dns-serial') or 1} 3600 600 86400 60"
        response.answer.append(dns.rrset.from_text(zone.origin, 60, IN, SOA, text))
    found = zone.at(question.name)
    for item in found:
        if question.rdtype in (ANY, RdataType[item.facts["type"]]):
            response.answer.append(_rrset(item))
    if not found and question.name != zone.origin:
        response.set_rcode(Rcode.NXDOMAIN)


def _update(world: World, message: dns.update.UpdateMessage) -> None:
    """RFC 2136 section 3: every prerequisite first, then all changes or none."""
    origin = message.zone[0].name
    zone = _zone(world, origin)
    if zone.origin != origin:
        raise _RefusedError(Rcode.NOTAUTH)
    every = [*message.prerequisite, *message.update]
    if any(not item.name.is_subdomain(zone.origin) for item in every):
        raise _RefusedError(Rcode.NOTZONE)
    _check(zone, message.prerequisite)
    for item in message.update:
        _change(zone, item)
    world.set_meta("dns-serial", str(int(world.meta("dns-serial") or 1) + 1))


def _check(zone: Zone, prerequisites: Iterable[dns.rrset.RRset]) -> None:
    exact: dict[tuple[Name, RdataType], set[str]] = {}
    for item in prerequisites:
        there = zone.at(item.name) if item.rdtype == ANY else zone.get(item.name, item.rdtype)
        if item.deleting == ANY_CLASS and not there:
            raise _RefusedError(Rcode.NXDOMAIN if item.rdtype == ANY else Rcode.NXRRSET)
        if item.deleting == NONE and there:
            raise _RefusedError(Rcode.YXDOMAIN if item.rdtype == ANY else Rcode.YXRRSET)
        if item.deleting is None:
            exact.setdefault((item.name, item.rdtype), set()).update(_values(item))
    for (name, kind), values in exact.items():
        there = zone.get(name, kind)
        if there is None or set(there.properties["rdatas"]) != values:
            raise _RefusedError(Rcode.NXRRSET)


def _change(zone: Zone, item: dns.rrset.RRset) -> None:
    there = zone.get(item.name, item.rdtype)
    held: list[str] = there.properties["rdatas"] if there is not None else []
    if item.deleting == ANY_CLASS:
        for other in zone.at(item.name):
            if item.rdtype in (ANY, RdataType[other.facts["type"]]):
                zone.put(item.name, RdataType[other.facts["type"]], 0, ())
    elif item.deleting == NONE:
        if there is not None:
            left = [value for value in held if value not in set(_values(item))]
            zone.put(item.name, item.rdtype, int(there.properties["ttl"]), left)
    # An alias stands alone; the server answers NOERROR and does nothing (section 3.4.2.2).
    elif not any((other.facts["type"] == CNAME.name) != (item.rdtype == CNAME) for other in zone.at(item.name)):
        kept = [] if item.rdtype == CNAME else held
        zone.put(item.name, item.rdtype, item.ttl, [*kept, *_values(item)])


def _zone(world: World, name: Name) -> Zone:
    """The planted zone that a name is in."""
    held = [dns.name.from_text(item.name) for item in world.all(ZONE)]
    above = [origin for origin in held if name.is_subdomain(origin)]
    if not above:
        raise _RefusedError(Rcode.NOTAUTH)
    return Zone(world, max(above, key=len))


def _key(_message: Any, name: Name) -> dns.tsig.Key:
    """The twin's one secret, under any key name."""
    return dns.tsig.Key(name, SECRET)


def _values(item: dns.rrset.RRset) -> list[str]:
    return [rdata.to_text() for rdata in cast(Iterable[dns.rdata.Rdata], item)]


def _rrset(item: Object) -> dns.rrset.RRset:
    name = dns.name.from_text(item.name)
    return dns.rrset.from_text_list(
        name, int(item.properties["ttl"]), IN, item.facts["type"], item.properties["rdatas"]
    )


def _text(name: Name) -> str:
    return name.to_text().lower()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, world: World) -> None:
        self._world = world

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        wire = answer(self._world, data)
        if wire is not None:
            self._transport.sendto(wire, addr)


@dataclass(frozen=True, slots=True)
class Listener:
    """The sockets that are open; `address` names host, port and the key, as the DNS provider takes a stand-in."""

    address: str
    server: asyncio.Server
    datagrams: asyncio.BaseTransport

    def close(self) -> None:
        self.server.close()
        self.datagrams.close()


async def start(world: World) -> Listener:
    """Serves the world's zones on loopback, on one port for both."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                wire = answer(world, await reader.readexactly(int.from_bytes(await reader.readexactly(2))))
                if wire is None:
                    break
                writer.write(len(wire).to_bytes(2) + wire)
                await writer.drain()
        writer.close()

    loop = asyncio.get_running_loop()
    while True:
        server = await asyncio.start_server(talk, _HOST, 0)
        port = int(server.sockets[0].getsockname()[1])
        try:
            datagrams, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(world), local_addr=(_HOST, port))
        except OSError:
            server.close()
            continue
        return Listener(f"tsig://{KEYNAME}:{SECRET}@{_HOST}:{port}", server, datagrams)
