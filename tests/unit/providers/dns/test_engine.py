"""The provider under the real engine against a real name server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.providers.dns.nameserver import NameServer
from tests.unit.providers.dns.project import Project

pytestmark = pytest.mark.e2e


def cname(name: str, target: str, ttl: int = 300) -> dict[str, Any]:
    return {"zone": "alias.test", "name": name, "type": "CNAME", "ttl": ttl, "rdatas": [target]}


def address(name: str, *addresses: str) -> dict[str, Any]:
    return {"zone": "alias.test", "name": name, "type": "A", "ttl": 300, "rdatas": list(addresses)}


@pytest.fixture(scope="module")
def pattern(name_server: NameServer, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.make(tmp_path_factory.mktemp("pattern") / "test", name_server)


@pytest.fixture
def project(named: NameServer, pattern: Project, tmp_path: Path) -> Iterator[Project]:
    """A project of a test's own; afterwards, whatever the test did, no key is in any file or output of it."""
    made = pattern.copy(tmp_path / "test")
    yield made
    texts = [path.read_text(errors="replace") for path in (tmp_path / "test").rglob("*") if path.is_file()]
    for text in (made.output, *texts):
        for secret in named.secrets.values():
            assert secret[:16] not in text
        assert "Traceback" not in text


def test_a_records_whole_life(named, project):
    project.declare({"sbsys": cname("SBSYS", "sbsys22.test."), "www": address("www", "192.0.2.2", "192.0.2.1")})
    project.up()
    assert named.records() == {"sbsys 300 CNAME sbsys22.test.", "www 300 A 192.0.2.1", "www 300 A 192.0.2.2"}
    assert project.outputs()["www"] == {"fqdn": "www.alias.test.", "ttl": 300, "rdatas": ["192.0.2.1", "192.0.2.2"]}

    # Other words for the same thing are no change.
    project.declare(
        {"sbsys": cname("sbsys.alias.test.", "SBSYS22.test."), "www": address("WWW", "192.0.2.1", "192.0.2.2")}
    )
    assert project.steps() == {}

    project.declare({"sbsys": cname("sbsys", "sbsys26.test.", ttl=60), "www": address("www", "192.0.2.2")})
    assert project.steps() == {"update": 2}
    project.up()
    assert named.records() == {"sbsys 60 CNAME sbsys26.test.", "www 300 A 192.0.2.2"}

    # A CNAME stands alone, so that the old one has to go first; another name can be there before.
    project.declare({"sbsys": address("sbsys", "192.0.2.7"), "www": address("web", "192.0.2.2")})
    project.up()
    assert named.records() == {"sbsys 300 A 192.0.2.7", "web 300 A 192.0.2.2"}

    project.pulumi("destroy", "--yes", "--skip-preview")
    assert named.records() == set()
    assert project.state() == {}


def test_drift_is_refused_found_and_put_right(named, project):
    project.declare({"sbsys": cname("sbsys", "sbsys22.test."), "www": address("www", "192.0.2.1")})
    project.up()
    named.change("delete sbsys CNAME", "add sbsys 300 CNAME elsewhere.test.", "delete www A")

    project.declare({"sbsys": cname("sbsys", "sbsys26.test."), "www": address("www", "192.0.2.1")})
    refused = project.up(fails=True)
    assert "the server has CNAME elsewhere.test. (ttl 300), the stack CNAME sbsys22.test. (ttl 300)" in refused
    assert "Run `pulumi refresh`" in refused
    assert named.records() == {"sbsys 300 CNAME elsewhere.test."}

    project.pulumi("refresh", "--yes", "--skip-preview")
    held = project.state()
    assert set(held) == {"sbsys"}
    assert held["sbsys"]["outputs"]["rdatas"] == ["elsewhere.test."]
    project.up()
    assert named.records() == {"sbsys 300 CNAME sbsys26.test.", "www 300 A 192.0.2.1"}


def test_import(named, project):
    """By an id in any form, and then it is as if the stack had made it."""
    named.change("add sbsys 120 CNAME SBSYS22.test.")
    project.declare({})
    wanted = ["import", "--yes", "--protect=false", "--generate-code=false", "dns:index:Record", "sbsys"]
    assert "write zone/name/type" in project.pulumi(*wanted, "alias.test", fails=True)
    assert "does not exist" in project.pulumi(*wanted, "alias.test/www/A", fails=True)
    project.pulumi(*wanted, "ALIAS.test/Sbsys/cname")
    assert project.state()["sbsys"]["id"] == "alias.test./sbsys/CNAME"
    project.declare({"sbsys": cname("sbsys", "sbsys22.test.", ttl=120)})
    assert project.steps() == {}


def test_all_faults_of_a_record_come_at_once_and_before_anything_is_done(named, project):
    project.declare(
        {"www": {"zone": "alias.test", "name": "@", "type": "CNAME", "ttl": -1, "rdatas": ["b.test", "a."]}}
    )
    output = project.pulumi("preview", fails=True)
    for sentence in (
        "the zone's own name can not be a CNAME",
        "-1 is not a time to live",
        "the name 'b.test' has no final dot",
        "a CNAME record has exactly one value",
    ):
        assert sentence in output, output
    assert named.records() == set()


def test_the_name_server_goes_in_the_middle_of_an_up(named, relay, project):
    """It makes the fifth change, and is killed before it answers."""
    wanted = {f"h{number}": address(f"h{number}", f"192.0.2.{number}") for number in range(1, 13)}
    project.configure({"port": str(relay.port), "timeout": "2"})
    project.declare(wanted)
    lock = threading.Lock()

    def fifth_kills(exchange):
        with lock:
            number = len(relay.messages)
            answer = exchange.ask() if number <= 5 else None
            if number == 5:
                named.stop()
            return answer if number < 5 else None

    relay.handler = fifth_kills
    output = project.up("--parallel", "1", fails=True)
    assert f"Name server 127.0.0.1 port {relay.port} gives no answer" in output
    assert "the next `pulumi up` finds out and goes on from there" in output
    assert len(project.state()) == 4

    relay.handler = relay.passing
    named.start()
    assert len(named.records()) == 5
    project.up()
    assert named.records() == {f"h{number} 300 A 192.0.2.{number}" for number in range(1, 13)}
    assert len(project.state()) == 12


def test_the_engine_is_killed_in_the_middle_of_an_up(named, relay, project):
    """One record is being changed and one being made; both changes are made, and nobody lives to hear of it."""
    project.configure({"port": str(relay.port)})
    project.declare({"sbsys": cname("sbsys", "sbsys22.test.")})
    project.up()
    project.declare({"sbsys": cname("sbsys", "sbsys26.test."), "www": address("www", "192.0.2.1")})
    relay.messages.clear()
    both = threading.Event()

    def make_and_say_nothing(exchange):
        exchange.ask()
        if len(relay.messages) == 2:
            both.set()
        killed.wait(60)

    killed = threading.Event()
    relay.handler = make_and_say_nothing
    engine = project.start("up", "--yes", "--skip-preview")
    assert both.wait(60)
    engine.kill()
    engine.communicate()
    killed.set()
    assert named.records() == {"sbsys 300 CNAME sbsys26.test.", "www 300 A 192.0.2.1"}
    assert project.state()["sbsys"]["outputs"]["rdatas"] == ["sbsys22.test."]

    relay.handler = relay.passing
    project.pulumi("cancel", "--yes")
    project.up()
    assert named.records() == {"sbsys 300 CNAME sbsys26.test.", "www 300 A 192.0.2.1"}
    held = project.state()
    assert {name: record["outputs"]["rdatas"] for name, record in held.items()} == {
        "sbsys": ["sbsys26.test."],
        "www": ["192.0.2.1"],
    }


def test_a_wrong_secret(named, project):
    project.configure({}, key=named.secrets["reader"])
    project.declare({"sbsys": cname("sbsys", "sbsys22.test.")})
    assert "(BADSIG)" in project.up(fails=True)
    assert project.state() == {}


def test_a_record_that_is_still_declared_outlives_its_resource(named, project):
    project.declare({"sbsys": cname("sbsys", "sbsys22.test.")})
    project.up()
    project.up("--replace", "urn:pulumi:dev::test::dns:index:Record::sbsys")
    assert named.records() == {"sbsys 300 CNAME sbsys22.test."}
    project.declare({"other": cname("sbsys", "sbsys22.test.")})
    project.up()
    assert named.records() == {"sbsys 300 CNAME sbsys22.test."}
    assert set(project.state()) == {"other"}
    project.pulumi("destroy", "--yes", "--skip-preview", "--run-program")
    assert named.records() == set()


def test_a_new_resource_name_needs_an_alias_when_the_record_changes_too(named, project):
    project.declare({"sbsys": cname("sbsys", "sbsys22.test.")})
    project.up()
    project.declare({"other": cname("sbsys", "sbsys26.test.")})
    assert "add an alias" in project.up(fails=True)
    assert named.records() == {"sbsys 300 CNAME sbsys22.test."}
    project.declare({"other": cname("sbsys", "sbsys26.test.") | {"aliases": ["sbsys"]}})
    project.up()
    assert named.records() == {"sbsys 300 CNAME sbsys26.test."}


EXPLICIT = """\
import pulumi
from providers.dns.resources import Provider, ProviderArgs, Record, RecordArgs

config = pulumi.Config("dns")
provider = Provider(
    PROVIDER,
    ProviderArgs(
        server="localhost", port=config.require_int("port"), keyname="updater", key=config.require("key"), timeout=5
    ),
)
options = pulumi.ResourceOptions(provider=provider)
first = Record("first", RecordArgs(zone="alias.test", name="first", type="A", ttl=60, rdatas=["192.0.2.1"]), options)
second = Record(
    "second", RecordArgs(zone=first.zone, name="second", type="CNAME", ttl=first.ttl, rdatas=[first.fqdn]), options
)
name = second.id.apply(lambda _: "later")
later = Record("later", RecordArgs(zone="alias.test", name=name, type="TXT", ttl=60, rdatas=["x"]), options)
secret = Record(
    "secret",
    RecordArgs(zone="alias.test", name="s", type="TXT", ttl=60, rdatas=[pulumi.Output.secret("hush-hush")]),
    options,
)
"""


def test_an_explicit_provider_values_known_later_and_secrets(named, project):
    project.program(EXPLICIT.replace("PROVIDER", '"one"'))
    assert project.steps() == {"create": 4}
    project.up()
    records = {
        "first 60 A 192.0.2.1",
        "second 60 CNAME first.alias.test.",
        'later 60 TXT "x"',
        's 60 TXT "hush-hush"',
    }
    assert named.records() == records
    exported = project.pulumi("stack", "export")
    assert "hush-hush" not in exported

    # Another name for the provider is no reason to touch a record.
    project.program(EXPLICIT.replace("PROVIDER", '"two"'))
    assert "replaced" not in project.up()
    assert named.records() == records
    assert named.secrets["updater"] not in project.pulumi("stack", "export")


def test_configuration_is_judged_before_anything_is_done(project):
    project.declare({"sbsys": cname("sbsys", "sbsys22.test.")})
    project.configure({"algorithm": "hmac-md5", "port": "0", "sever": "x"})
    project.pulumi("config", "rm", "dns:keyname")
    output = project.pulumi("preview", fails=True)
    assert "'hmac-md5' is not allowed; use hmac-sha256, hmac-sha384, hmac-sha512" in output
    assert "'0' is not a port" in output
    assert "unknown configuration" in output
    assert "set it with `pulumi config set dns:keyname`" in output


def test_a_hundred_records_at_once(named, project):
    project.declare({f"h{number}": address(f"h{number}", f"192.0.2.{number}") for number in range(100)})
    project.up("--parallel", "32")
    assert len(named.records()) == 100
