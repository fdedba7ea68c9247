"""The twin's name server, asked by the provider's own client and by plain DNS messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.tsig
import dns.update
import pytest

from providers.dns import client as client_module
from providers.dns import config
from providers.dns.client import Client, DnsError
from providers.dns.rrset import RRset
from twin.dns import nameserver
from twin.world import faults, rack
from twin.world.store import Object, World

T = TypeVar("T")
ZONE = "access.lilleby.example."


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "world.sqlite")
    with world.transaction():
        world.add(Object(rack.ZONE, ZONE, ZONE, {}, given=True))
    return world


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PAUSES", (0.01, 0.01, 0.01))


def asked(world: World, work: Callable[[Client, int], Awaitable[T]]) -> T:
    async def run() -> T:
        listener = await nameserver.start(world)
        server, faulty = config.parse(config.stand_in(listener.address))
        assert server is not None, faulty
        try:
            return await work(Client(server), server.port)
        finally:
            listener.close()

    return asyncio.run(run())


def record(name: str = "sbsys", kind: str = "A", rdatas: tuple[str, ...] = ("10.20.20.5",), zone: str = ZONE) -> RRset:
    return RRset.parse({"zone": zone, "name": name, "type": kind, "ttl": 60, "rdatas": list(rdatas)})


def test_a_record_is_made_turned_and_removed(world: World) -> None:
    before, after = record(), record(rdatas=("10.26.20.5", "10.26.20.6"))

    async def work(client: Client, _port: int) -> list[RRset | None]:
        await client.create(before)
        seen = [await client.read(before.owner)]
        await client.update(before, after)
        seen.append(await client.read(before.owner))
        await client.delete(after)
        return [*seen, await client.read(before.owner)]

    assert asked(world, work) == [before, after, None]
    assert [item.type for item in world.all()] == [rack.ZONE]


def test_nobody_changes_what_has_changed_behind_the_stack(world: World) -> None:
    asked(world, lambda client, _: client.create(record()))
    with pytest.raises(DnsError, match="no longer as this stack left it"):
        asked(world, lambda client, _: client.update(record(rdatas=("10.0.0.1",)), record(rdatas=("10.0.0.2",))))
    with pytest.raises(DnsError, match="already has"):
        asked(world, lambda client, _: client.create(record(rdatas=("10.0.0.2",))))
    with pytest.raises(DnsError, match="already has"):
        asked(world, lambda client, _: client.create(record(kind="CNAME", rdatas=("x.example.",))))


def test_a_zone_that_was_not_planted_is_refused(world: World) -> None:
    with pytest.raises(DnsError, match="NOTAUTH"):
        asked(world, lambda client, _: client.create(record(zone="other.example.")))


def test_anyone_may_ask_and_only_the_key_may_change(world: World) -> None:
    asked(world, lambda client, _: client.create(record()))

    async def plain(_client: Client, port: int) -> list[dns.message.Message]:
        query = dns.message.make_query("SBSYS.access.lilleby.example.", "A")
        absent = dns.message.make_query("nobody.access.lilleby.example.", "A")
        unsigned = dns.update.UpdateMessage(ZONE)
        unsigned.delete("sbsys")
        forged = dns.update.UpdateMessage(ZONE, keyring=dns.tsig.Key("twin", b"another secret entirely"))
        forged.delete("sbsys")
        ask = dns.asyncquery
        answers = [await ask.udp(item, "127.0.0.1", port=port, timeout=5) for item in (query, absent, unsigned)]
        with pytest.raises(dns.exception.Timeout):
            await ask.udp(forged, "127.0.0.1", port=port, timeout=0.5)
        return [*answers, await ask.tcp(query, "127.0.0.1", port=port, timeout=5)]

    found, absent, unsigned, again = asked(world, plain)
    assert [str(item) for item in found.answer[0]] == ["10.20.20.5"]
    assert found.flags & dns.flags.AA
    assert absent.rcode() is dns.rcode.NXDOMAIN
    assert unsigned.rcode() is dns.rcode.REFUSED
    assert again.answer == found.answer


def test_faults_reach_it(world: World) -> None:
    entry = {"type": nameserver.RECORD, "operation": "update", "name": "sbsys.*", "nth": 1, "error": "gone"}
    with world.transaction():
        faults.install(world, [entry])
    asked(world, lambda client, _: client.create(record()))
    with world.transaction():
        faults.install(world, [entry | {"after": True}])
    asked(world, lambda client, _: client.update(record(), record(rdatas=("10.26.20.5",))))
    assert [item.properties["rdatas"] for item in world.all(nameserver.RECORD)] == [["10.26.20.5"]]
    with world.transaction():
        faults.install(world, [{**{k: v for k, v in entry.items() if k != "nth"}, "times": 9}])
    with pytest.raises(DnsError, match="SERVFAIL"):
        asked(world, lambda client, _: client.delete(record(rdatas=("10.26.20.5",))))
