"""Kea, started on loopback with the rendered file, gives real workplaces what the model keeps for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive.sites import workplace_address
from templates.kea.verify import verify
from tests.native.conftest import Render
from tests.support import validators
from tests.support.dhcp import ACK, Server

ROUTER, RESOLVERS, DOMAIN, LEASE, HP, IGEL, TAG = 3, 6, 15, 51, 202, 224, 226
WANTED = (ROUTER, RESOLVERS, DOMAIN, LEASE, HP, IGEL, TAG)


def serve(rendered: Path, folder: Path) -> Server:
    """The rendered file as it is, but for the interface, the log and a lease file that is not kept."""
    config = json.loads((rendered / "kea-dhcp4.json").read_text(encoding="utf-8").split("\n", 1)[1])
    dhcp = config["Dhcp4"]
    dhcp["interfaces-config"]["interfaces"] = ["lo"]
    dhcp["lease-database"] = {"type": "memfile", "persist": False}
    dhcp["loggers"][0]["output_options"] = [{"output": "stdout"}]
    path = folder / "kea.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return Server(validators.program("kea-dhcp4"), path, folder)


@pytest.fixture(scope="module")
def kea(holstebro: Platform, render: Render, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = serve(render(holstebro, "kea"), tmp_path_factory.mktemp("kea"))
    yield server
    server.stop()


def number(value: bytes) -> int:
    return int.from_bytes(value, "big")


@pytest.mark.parametrize("name", ["TK00005", "TK00613", "TK01999"])
def test_a_workplace_gets_its_address_with_what_its_maker_asks_for(name: str, holstebro: Platform, kea: Server) -> None:
    workplace = holstebro.places.workplaces[name]
    vlan = holstebro.site_networks[workplace.site].vlans["clients"]
    answer = kea.lease(workplace.mac, vlan.gateway, WANTED)
    assert answer.kind == ACK
    assert answer.address == workplace_address(holstebro.site_networks, workplace)
    assert answer.address in vlan.prefix
    assert IPv4Address(answer.options[ROUTER]) == vlan.gateway
    assert answer.options[TAG].decode() == workplace.site
    assert answer.options[IGEL] == b"igelrmserver.holstebro.example"
    assert answer.options[HP] == b"10.20.10.21 10.20.10.21"
    assert answer.options[RESOLVERS] == IPv4Address("10.20.10.12").packed + IPv4Address("10.20.10.13").packed
    assert answer.options[DOMAIN] == b"holstebro.example"
    assert number(answer.options[LEASE]) == 8 * 24 * 3600


def test_a_device_that_nobody_knows_gets_an_address_that_is_nobody_s(holstebro: Platform, kea: Server) -> None:
    vlan = holstebro.site_networks["S014"].vlans["clients"]
    kept = {
        workplace_address(holstebro.site_networks, w) for w in holstebro.places.workplaces.values() if w.site == "S014"
    }
    answer = kea.lease("02:00:00:00:00:01", vlan.gateway, WANTED)
    assert vlan.first <= answer.address <= vlan.last
    assert answer.address not in kept


def test_a_workplace_at_another_site_gets_an_address_there(holstebro: Platform, kea: Server) -> None:
    workplace = holstebro.places.workplaces["TK00005"]
    vlan = holstebro.site_networks["S063"].vlans["clients"]
    assert workplace.site != "S063"
    answer = kea.lease(workplace.mac, vlan.gateway, WANTED)
    assert answer.address in vlan.prefix
    assert answer.options[TAG] == b"S063"


def test_leases_are_short_when_the_cutover_is_near(lilleby_folder: Path, render: Render, tmp_path: Path) -> None:
    refresh = lilleby_folder / "refresh.yaml"
    text = refresh.read_text(encoding="utf-8")
    near = text.replace(
        "g26: {origin: managed, state: building", "g26: {origin: managed, cutover: near, state: building"
    )
    refresh.write_text(near, encoding="utf-8")
    platform = model.load(str(lilleby_folder))
    workplace = platform.places.workplaces["TK00003"]
    server = serve(render(platform, "kea"), tmp_path)
    try:
        answer = server.lease(workplace.mac, platform.site_networks["S002"].vlans["clients"].gateway, WANTED)
    finally:
        server.stop()
    assert answer.address == workplace_address(platform.site_networks, workplace)
    assert number(answer.options[LEASE]) == 3600


def test_what_kea_accepts_and_is_wrong_is_found(lilleby: Platform, render: Render) -> None:
    folder = render(lilleby, "kea")
    path = folder / "kea-dhcp4.json"
    text = path.read_text(encoding="utf-8")
    validators.program("kea-dhcp4")
    for old, new, message in (
        ('"10.128.8.10", "hostname": "tk00001"', '"10.128.8.12", "hostname": "tk00001"', "10.128.8.10 tk00001"),
        ('"data": "10.128.4.1"', '"data": "10.128.4.2"', "10.128.4.1"),
        ('"subnet": "10.128.4.0/25"', '"subnet": "10.128.4.0/24"', "overlap"),
        ('"valid-lifetime": 691200', '"valid-lifetime": 691201', "691201"),
        ("10.128.4.10 - 10.128.4.126", "10.128.4.11 - 10.128.4.126", "not in the pool"),
    ):
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert any(message in finding.message for finding in verify(lilleby, folder)), message
