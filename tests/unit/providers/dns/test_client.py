"""The client against a real name server."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import dns.message
import dns.tsig
import pytest
from dns.rcode import Rcode

from providers.dns import client as client_module
from providers.dns.client import Client, DnsError
from providers.dns.config import Server
from providers.dns.rrset import SHAPES, Owner, RRset
from tests.unit.providers.dns.relay import bare_answer

VALUES = {
    "A": ["192.0.2.1", "192.0.2.2"],
    "AAAA": ["2001:DB8::1"],
    "CAA": ['0 issue "ca.test"'],
    "CNAME": ["Sbsys26.Test."],
    "MX": ["10 Mail.Test.", "20 mail2.test."],
    "PTR": ["Host.Test."],
    "SRV": ["0 5 1494 Sf.Test."],
    "SSHFP": ["4 2 " + "AB" * 32],
    "TLSA": ["3 1 1 " + "ab" * 32],
    "TXT": ["v=spf1 -all", '"two" "strings"', "rød grød", "x" * 600, 'a "quoted" \\ word'],
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(client_module, "PAUSES", (0.01, 0.01, 0.01))


@pytest.fixture
def client(named):
    return make(named)


def make(named, *, port: int = 0, key: Any = None, host: str = "127.0.0.1", timeout: float = 5.0) -> Client:
    return Client(Server(host=host, port=port or named.port, key=key or named.key(), timeout=timeout))


def record(name="www", kind="A", rdatas=("192.0.2.1",), ttl=300, zone="alias.test") -> RRset:
    return RRset.parse({"zone": zone, "name": name, "type": kind, "ttl": ttl, "rdatas": list(rdatas)})


def refusal(work) -> str:
    with pytest.raises(DnsError) as caught:
        asyncio.run(work)
    return str(caught.value)


@pytest.mark.parametrize("kind", VALUES)
def test_every_type_goes_there_and_back(client, kind):
    wanted = record(kind=kind, rdatas=VALUES[kind])
    asyncio.run(client.create(wanted))
    assert asyncio.run(client.read(wanted.owner)) == wanted
    changed = record(kind=kind, rdatas=VALUES[kind][:1], ttl=60)
    asyncio.run(client.update(wanted, changed))
    assert asyncio.run(client.read(wanted.owner)) == changed
    asyncio.run(client.delete(changed))
    assert asyncio.run(client.read(wanted.owner)) is None


def test_every_type_that_is_allowed_is_tried():
    assert set(VALUES) == set(SHAPES)


def test_apex_wildcard_and_reverse_zone(named, client):
    asyncio.run(client.create(record("@", "TXT", ["apex"])))
    asyncio.run(client.create(record("*.sub", "A")))
    asyncio.run(client.create(record("7", "PTR", ["host.test."], zone="2.0.192.in-addr.arpa")))
    assert named.records() == {'@ 300 TXT "apex"', "*.sub 300 A 192.0.2.1"}
    assert named.records("2.0.192.in-addr.arpa.") == {"7 300 PTR host.test."}


def test_a_conflict_names_what_is_there_and_changes_nothing(named, client):
    named.change("add www 60 A 192.0.2.9", "add www 60 A 192.0.2.8")
    before = named.records()
    message = refusal(client.create(record()))
    assert "www.alias.test. A can not be created" in message
    assert "A 192.0.2.8, 192.0.2.9 (ttl 60)" in message
    assert "import it as 'alias.test./www/A'" in message
    assert named.records() == before


def test_what_is_there_and_equal_is_taken_as_it_is(named, client):
    named.change("add www 300 CNAME SBSYS22.test.")
    asyncio.run(client.create(record(kind="CNAME", rdatas=["sbsys22.test."])))
    assert named.records() == {"www 300 CNAME SBSYS22.test."}
    assert "can not be created" in refusal(client.create(record(kind="CNAME", rdatas=["sbsys22.test."], ttl=60)))


@pytest.mark.parametrize(("there", "wanted"), [("CNAME", "A"), ("A", "CNAME"), ("TXT", "CNAME")])
def test_a_cname_beside_other_records_is_refused_and_not_silently_ignored(named, client, there, wanted):
    asyncio.run(client.create(record(kind=there, rdatas=VALUES[there][:1])))
    before = named.records()
    message = refusal(client.create(record(kind=wanted, rdatas=VALUES[wanted][:1])))
    assert f"the server already has {there} " in message
    assert named.records() == before


def test_without_prerequisites_the_server_would_say_nothing(named):
    """The fact that the prerequisites of `create` rest on: NOERROR, and no CNAME."""
    named.change("add www 300 A 192.0.2.1")
    named.change("add www 300 CNAME x.test.")
    assert named.records() == {"www 300 A 192.0.2.1"}


def test_a_key_that_may_only_read_is_enough_to_read(named, client):
    asyncio.run(client.create(record()))
    assert asyncio.run(make(named, key=named.key("reader")).read(record().owner)) == record()


def test_an_update_on_top_of_somebody_elses_change_is_refused(named, client):
    asyncio.run(client.create(record()))
    named.change("delete www A", "add www 300 A 192.0.2.66")
    message = refusal(client.update(record(), record(rdatas=["192.0.2.2"])))
    assert "the server has A 192.0.2.66 (ttl 300), the stack A 192.0.2.1 (ttl 300)" in message
    assert "pulumi refresh" in message
    assert named.records() == {"www 300 A 192.0.2.66"}


def test_an_update_of_what_is_gone_is_refused(named, client):
    assert "the server has nothing" in refusal(client.update(record(), record(rdatas=["192.0.2.2"])))
    assert named.records() == set()


def test_letter_case_on_the_server_is_no_drift(named, client):
    named.change("add WWW 300 CNAME SBSYS22.test.")
    asyncio.run(
        client.update(record(kind="CNAME", rdatas=["sbsys22.test."]), record(kind="CNAME", rdatas=["sbsys26.test."]))
    )
    assert {line.lower() for line in named.records()} == {"www 300 cname sbsys26.test."}


def test_a_changed_ttl_is_written_over(named, client):
    asyncio.run(client.create(record()))
    named.change("delete www A", "add www 10 A 192.0.2.1")
    asyncio.run(client.update(record(), record(rdatas=["192.0.2.2"])))
    assert named.records() == {"www 300 A 192.0.2.2"}


def test_a_delete_keeps_somebody_elses_change_and_other_types(named, client):
    asyncio.run(client.create(record()))
    asyncio.run(client.create(record(kind="TXT", rdatas=["kept"])))
    named.change("add www 300 A 192.0.2.66")
    assert "no longer as this stack left it" in refusal(client.delete(record()))
    assert len(named.records()) == 3
    named.change("delete www A")
    asyncio.run(client.delete(record()))
    assert named.records() == {'www 300 TXT "kept"'}


def test_a_wildcards_answer_is_not_the_record(named, client):
    named.change("add * 300 A 192.0.2.1")
    assert asyncio.run(client.read(record().owner)) is None
    assert asyncio.run(client.read(Owner.from_id("alias.test/*/A"))) == record("*")


def test_a_cname_does_not_answer_for_another_type(named, client):
    named.change("add www 300 CNAME target", "add target 300 A 192.0.2.1")
    assert asyncio.run(client.read(record().owner)) is None


def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(named, relay):
    """The change is made, and its answer lost: each operation recognises its own work."""
    through = make(named, port=relay.port)

    def lose_the_first(exchange):
        answer = exchange.ask()
        return None if len(relay.messages) == 1 else answer

    relay.handler = lose_the_first
    changed = record(rdatas=["192.0.2.2"])

    async def walk() -> None:
        for work in (through.create(record()), through.update(record(), changed), through.delete(changed)):
            relay.messages.clear()
            await work
            assert len(relay.messages) >= 2

    asyncio.run(walk())
    assert named.records() == set()


def test_servfail_is_tried_again(named, relay):
    def fail_twice(exchange):
        return exchange.ask() if len(relay.messages) > 2 else bare_answer(exchange.message, Rcode.SERVFAIL)

    relay.handler = fail_twice
    asyncio.run(make(named, port=relay.port).create(record()))
    assert named.records() == {"www 300 A 192.0.2.1"}
    assert len(relay.messages) == 3


def test_a_zone_that_does_not_load_fails_after_all_tries(client):
    message = refusal(client.create(record(zone="broken.test")))
    assert "SERVFAIL" in message
    assert "log may say why" in message


def test_a_server_that_is_gone(named, client):
    named.stop()
    message = refusal(client.create(record()))
    assert f"127.0.0.1 port {named.port} gives no answer (Connect call failed" in message
    assert "the next `pulumi up` finds out" in message
    assert "Run again when it answers" in refusal(make(named).read(record().owner))


def test_a_server_that_stays_silent(named, relay):
    relay.handler = lambda _: time.sleep(0.5)
    message = refusal(make(named, port=relay.port, timeout=0.1).read(record().owner))
    assert "none within 0.1 s" in message


def test_cancelled_it_does_not_try_again(named, relay, monkeypatch):
    monkeypatch.setattr(client_module, "PAUSES", (60.0,))
    through = make(named, port=relay.port)
    relay.handler = lambda _: None

    async def work() -> None:
        asyncio.get_running_loop().call_later(0.2, through.cancel)
        await through.create(record())

    assert "gives no answer" in refusal(asyncio.wait_for(work(), 10))
    assert len(relay.messages) == 1


def test_a_key_that_the_server_does_not_know(named):
    key = dns.tsig.Key("stranger", named.secrets["updater"], "hmac-sha256")
    message = refusal(make(named, key=key).create(record()))
    assert "does not know the TSIG key 'stranger.' (BADKEY)" in message


def test_a_wrong_secret(named):
    wrong = dns.tsig.Key("updater", named.secrets["reader"], "hmac-sha256")
    for work in (make(named, key=wrong).create(record()), make(named, key=wrong).read(record().owner)):
        message = refusal(work)
        assert "(BADSIG)" in message
        assert "set the key's secret again" in message
        assert named.secrets["reader"] not in message


def test_a_wrong_algorithm(named):
    wrong = dns.tsig.Key("updater", named.secrets["updater"], "hmac-sha512")
    assert "(BADKEY)" in refusal(make(named, key=wrong).create(record()))


def test_stronger_algorithms(named):
    asyncio.run(make(named, key=named.key("strong")).create(record()))
    assert named.records() == {"www 300 A 192.0.2.1"}


def test_a_wrong_clock(client, monkeypatch):
    now = time.time
    monkeypatch.setattr("dns.message.time.time", lambda: now() - 3600)
    message = refusal(client.create(record()))
    assert "(BADTIME)" in message
    assert "NTP" in message


def test_a_key_without_the_right(named):
    message = refusal(make(named, key=named.key("reader")).create(record()))
    assert "refuses access to www.alias.test. A with the TSIG key 'reader.' (REFUSED)" in message
    assert "update-policy" in message
    assert named.records() == set()


def test_a_zone_that_is_not_served(client):
    assert "not authoritative for the zone elsewhere.test. (NOTAUTH)" in refusal(
        client.create(record(zone="elsewhere.test"))
    )
    assert "(REFUSED)" in refusal(client.read(record(zone="elsewhere.test").owner))


def test_a_name_in_a_part_that_was_given_away(named, client):
    named.change("add sub 300 NS ns.elsewhere.test.")
    message = refusal(client.read(record("www.sub").owner))
    assert "not authoritative for www.sub.alias.test." in message


def test_an_unsigned_answer_is_not_believed(named, relay):
    relay.handler = lambda exchange: bare_answer(exchange.message, Rcode.NOERROR)
    assert "without a signature" in refusal(make(named, port=relay.port).create(record()))


def test_an_answer_that_is_changed_on_its_way_is_not_believed(named, relay):
    def change(exchange):
        wire = bytearray(exchange.ask())
        wire[3] |= 3
        return bytes(wire)

    relay.handler = change
    assert "a signature that is not of the TSIG key" in refusal(make(named, port=relay.port).create(record()))


def test_what_answers_is_no_name_server(named, relay):
    relay.handler = lambda _: b"HTTP/1.1 400 Bad Request"
    assert "is no name server" in refusal(make(named, port=relay.port).create(record()))


def test_a_server_by_name(named):
    asyncio.run(make(named, host="localhost").create(record()))
    assert named.records() == {"www 300 A 192.0.2.1"}


def test_concurrent_changes(named, client):
    async def all_at_once() -> None:
        wanted = [record(f"h{number}", rdatas=[f"192.0.2.{number}"]) for number in range(100)]
        await asyncio.gather(*(client.create(one) for one in wanted))

    asyncio.run(all_at_once())
    assert len(named.records()) == 100


def test_of_two_who_change_one_record_one_is_refused(named, client):
    asyncio.run(client.create(record()))

    async def race() -> list[Any]:
        rivals = [client.update(record(), record(rdatas=[f"192.0.2.{number}"])) for number in (2, 3)]
        return await asyncio.gather(*rivals, return_exceptions=True)

    outcomes = asyncio.run(race())
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DnsError", "NoneType"]
    assert len(named.records()) == 1
