"""`refresh certify --live` on loopback: named and Kea answer with the rendered files, and that is believed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from refresh.certificate.certify import certificate
from refresh.certificate.estate import Estate, load
from refresh.certificate.facts import LIVE, Fact
from refresh.certificate.reading.text import Text
from refresh.certificate.wire import Wire
from tests.native.test_dhcp import serve
from tests.native.test_dns import Named
from tests.support.dhcp import Server
from tests.support.monday import Monday, monday

HERE = "127.0.0.1"
DESK = "10.128.4.50"
"""An address of the network for people at S002."""


@dataclass(frozen=True)
class AtTheDesk(Wire):
    """The network of loopback, as from a desk at S002."""

    own_address: str = DESK

    def own(self, server: str) -> str:
        """Where the desk is, wherever loopback is."""
        del server
        return self.own_address


@pytest.fixture(scope="module")
def stands(tmp_path_factory: pytest.TempPathFactory) -> Monday:
    return monday("lilleby", tmp_path_factory.mktemp("lilleby"))


@pytest.fixture(scope="module")
def estate(stands: Monday) -> Estate:
    return load(stands.rendered, [Text("outputs.json", stands.outputs.read_text(encoding="utf-8"))])


@pytest.fixture(scope="module")
def named(stands: Monday, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Named]:
    server = Named(stands.rendered / "dns", tmp_path_factory.mktemp("named"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def kea(stands: Monday, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = serve(stands.rendered / "kea", tmp_path_factory.mktemp("kea"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def listener() -> Iterator[int]:
    with socket.create_server((HERE, 0)) as server:
        yield int(server.getsockname()[1])


@pytest.fixture
def desk(named: Named, kea: Server, listener: int) -> AtTheDesk:
    ports = {53: named.port, 67: kea.port, 443: listener, 8443: listener}
    return AtTheDesk(where=lambda _, port: (HERE, ports[port]), client=kea.relay)


def facts(estate: Estate, desk: Wire) -> dict[str, Fact]:
    found = certificate(estate, estate.sites["S002"], desk)
    (link,) = [link for link in found.links if link.key == LIVE]
    return {fact.text: fact for fact in link.facts}


def test_everything_at_the_desk_answers(estate: Estate, desk: AtTheDesk) -> None:
    found = facts(estate, desk)
    assert {text: fact.value for text, fact in found.items() if fact.state != "ok"} == {}
    assert found["10.26.20.12 om sbsys.access.lilleby.example"].value == "10.26.20.15, 10.26.20.16"
    assert found["10.26.20.12 om pc00004.lilleby.example"].value == "10.128.4.11"
    assert found["10.26.20.13 om vejen ud og navneservere"].value == "10.128.4.1 og 10.26.20.12"
    assert {fact.text for fact in found.values() if fact.text.startswith("Forbindelse")} == {
        "Forbindelse: IGEL UMS (tcp/8443)",
        "Forbindelse: StoreFront (tcp/443)",
    }


def test_a_name_that_leads_elsewhere_is_seen(estate: Estate, desk: AtTheDesk, named: Named) -> None:
    assert named.update("access.lilleby.example", "sbsys", "A", "10.20.20.15", "10.20.20.16") == 0
    try:
        fact = facts(estate, desk)["10.26.20.12 om sbsys.access.lilleby.example"]
    finally:
        named.update("access.lilleby.example", "sbsys", "A", "10.26.20.15", "10.26.20.16")
    assert (fact.state, fact.value, fact.wrong) == ("broken", "10.20.20.15, 10.20.20.16", "10.26.20.15, 10.26.20.16")


def test_what_does_not_answer_is_broken(estate: Estate, desk: AtTheDesk) -> None:
    with socket.socket() as free:
        free.bind((HERE, 0))
        dead = int(free.getsockname()[1])
        found = facts(estate, replace(desk, where=lambda _, __: (HERE, dead), patience=0.2))
    assert {fact.state for fact in found.values()} == {"broken"}
    assert len(found) > 4


def test_a_machine_that_stands_elsewhere_is_told_so(estate: Estate, desk: AtTheDesk) -> None:
    fact = facts(estate, replace(desk, own_address="10.128.8.50"))["10.26.20.12 om vejen ud og navneservere"]
    assert (fact.state, "10.128.8.50 og står ikke på S002s net" in fact.value) == ("unseen", True)


def test_without_the_right_to_the_port_nothing_is_claimed(
    estate: Estate, desk: AtTheDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: socket.socket, address: tuple[str, int]) -> None:
        raise PermissionError(13, f"{self.type} {address}")

    monkeypatch.setattr(socket.socket, "bind", refused)
    assert facts(estate, desk)["10.26.20.12 om vejen ud og navneservere"].state == "unseen"


def test_the_command_asks_from_one_site_alone(stands: Monday, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from cli.main import app

    given = ["--rendered", str(stands.rendered), "--outputs", str(stands.outputs), "--out", str(tmp_path), "--live"]
    done = CliRunner().invoke(app, ["certify", "lilleby", *given])
    assert (done.exit_code, "name that one site with --site" in done.output) == (2, True)
