"""Kea, started on loopback with the rendered file, gives real workplaces what the model keeps for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive.site_devices import address_of
from model.derive.sites import workplace_address
from model.types.sites import Zone
from templates.kea.verify import verify
from tests.native.conftest import Render
from tests.support import validators
from tests.support.dhcp import ACK, Server
from tests.support.edit import edit

HOST_NAME, ROUTER, RESOLVERS, DOMAIN, CLOCKS, LEASE, HP, IGEL, TAG = 12, 3, 6, 15, 42, 51, 202, 224, 226
WANTED = (ROUTER, RESOLVERS, DOMAIN, CLOCKS, LEASE, HP, IGEL, TAG)
CONTROLLERS = IPv4Address("10.20.10.12").packed + IPv4Address("10.20.10.13").packed
INSIDE = {DOMAIN, CLOCKS, HP, IGEL, TAG}
"""What is of use to machines of ours alone."""


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
    assert answer.options[RESOLVERS] == CONTROLLERS
    assert answer.options[DOMAIN] == b"holstebro.example"
    assert number(answer.options[LEASE]) == 8 * 24 * 3600


def test_the_old_and_the_new_device_of_a_workplace_are_there_together(holstebro: Platform, kea: Server) -> None:
    device = holstebro.places.workplace_devices["CZC6482K11"]
    workplace = holstebro.places.workplaces[device.workplace or ""]
    vlan = holstebro.site_networks[workplace.site].vlans["clients"]
    old = kea.lease(workplace.mac, vlan.gateway, WANTED)
    new = kea.lease(device.mac or "", vlan.gateway, WANTED)
    assert (old.address, new.address) == (vlan.prefix[workplace.host or 0], vlan.prefix[device.host or 0])
    assert (old.options.pop(HOST_NAME), new.options.pop(HOST_NAME)) == (b"tk01974", b"tk01974-g26")
    assert old.options == new.options


def test_a_device_that_nobody_knows_gets_an_address_that_is_nobody_s(holstebro: Platform, kea: Server) -> None:
    vlan = holstebro.site_networks["S014"].vlans["clients"]
    kept = {
        workplace_address(holstebro.site_networks, w) for w in holstebro.places.workplaces.values() if w.site == "S014"
    }
    answer = kea.lease("02:00:00:00:00:01", vlan.gateway, WANTED)
    assert vlan.first <= answer.address <= vlan.last
    assert answer.address not in kept


@pytest.mark.parametrize("network", ["desktops-a", "desktops-b", "desktops-c"])
def test_a_session_machine_gets_an_address_in_its_network(network: str, holstebro: Platform, kea: Server) -> None:
    prefix = holstebro.network.networks[network].prefix["g26"]
    answer = kea.lease("02:00:00:00:26:01", prefix[1], WANTED)
    assert answer.kind == ACK
    assert answer.address in prefix
    assert IPv4Address(answer.options[ROUTER]) == prefix[1]
    assert (answer.options[RESOLVERS], answer.options[DOMAIN]) == (CONTROLLERS, b"holstebro.example")
    assert CLOCKS in answer.options
    assert not answer.options.keys() & {HP, IGEL, TAG}, "thin clients' management is for thin clients"


@pytest.mark.parametrize(("zone", "hours"), [("guests", 2), ("devices", 8 * 24)])
def test_guests_and_devices_get_an_address_and_nothing_of_ours(
    zone: Zone, hours: int, holstebro: Platform, kea: Server
) -> None:
    vlan = holstebro.site_networks["S014"].vlans[zone]
    answer = kea.lease("02:00:00:00:00:70", vlan.gateway, WANTED)
    assert answer.kind == ACK
    assert answer.address in vlan.prefix
    assert answer.options[RESOLVERS] == IPv4Address("86.54.11.1").packed + IPv4Address("86.54.11.201").packed
    assert not answer.options.keys() & INSIDE
    assert number(answer.options[LEASE]) == hours * 3600


def test_a_printer_gets_our_names_and_time_and_no_thin_client_s_server(holstebro: Platform, kea: Server) -> None:
    vlan = holstebro.site_networks["S014"].vlans["printers"]
    answer = kea.lease("02:00:00:00:00:30", vlan.gateway, WANTED)
    assert answer.address in vlan.prefix
    assert (answer.options[RESOLVERS], answer.options[DOMAIN]) == (CONTROLLERS, b"holstebro.example")
    assert answer.options.keys() & INSIDE == {DOMAIN, CLOCKS}


def test_a_printer_that_is_known_gets_the_address_of_its_queue(holstebro: Platform, kea: Server) -> None:
    printer = holstebro.places.devices["PRT-S014-01"]
    answer = kea.lease(printer.mac, holstebro.site_networks["S014"].vlans["printers"].gateway, WANTED)
    assert answer.address == address_of(holstebro.site_networks, printer)


def test_staff_s_wireless_leases_half_a_day(holstebro: Platform, kea: Server) -> None:
    answer = kea.lease("02:00:00:00:00:50", holstebro.site_networks["S014"].vlans["staff-wifi"].gateway, WANTED)
    assert number(answer.options[LEASE]) == 12 * 3600


def test_a_workplace_at_another_site_gets_an_address_there(holstebro: Platform, kea: Server) -> None:
    workplace = holstebro.places.workplaces["TK00005"]
    vlan = holstebro.site_networks["S063"].vlans["clients"]
    assert workplace.site != "S063"
    answer = kea.lease(workplace.mac, vlan.gateway, WANTED)
    assert answer.address in vlan.prefix
    assert answer.options[TAG] == b"S063"


def test_leases_are_short_when_the_cutover_is_near(lilleby_folder: Path, render: Render, tmp_path: Path) -> None:
    edit(lilleby_folder, {"refresh.yaml": {"generations.g26.cutover": "near"}})
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
        ('"data": "10.128.4.1"', '"data": "10.128.4.2"', "goes by 10.128.4.2"),
        ('"subnet": "10.128.4.0/25"', '"subnet": "10.128.4.0/24"', "overlap"),
        ('"valid-lifetime": 7200,', '"valid-lifetime": 7201,', "leases of 7201"),
        ('"data": "86.54.11.1, 86.54.11.201"', '"data": "10.20.20.12"', "asks 10.20.20.12"),
        ("10.128.4.10 - 10.128.4.126", "10.128.4.11 - 10.128.4.126", "not in the pool"),
    ):
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        assert any(message in finding.message for finding in verify(lilleby, folder)), message
