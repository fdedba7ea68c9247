"""What follows from a site's number, and what never moves: blocks, VLANs, workplaces, switches, lines."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import model
from model import Platform
from model.derive import growth, records, wan
from model.derive import sites as sites_derive
from model.derive.sites import workplace_address
from model.types import sites
from model.types.sites import AddressPlan, PlanVlan
from tests.golden.trees import HOLSTEBRO, LILLEBY
from tests.support.edit import edit


@pytest.fixture(scope="module")
def holstebro() -> Platform:
    return model.load(str(HOLSTEBRO))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"


def test_a_block_is_the_site_s_number_in_the_supernet(holstebro: Platform) -> None:
    networks = holstebro.site_networks["S014"]
    assert networks.block == IPv4Network("10.128.28.0/23")
    assert {zone: (vlan.vlan, str(vlan.prefix)) for zone, vlan in networks.vlans.items()} == {
        "clients": (10, "10.128.28.0/25"),
        "staff-wifi": (50, "10.128.28.128/25"),
        "voice": (20, "10.128.29.0/26"),
        "devices": (60, "10.128.29.64/26"),
        "guests": (70, "10.128.29.128/26"),
        "printers": (30, "10.128.29.192/27"),
        "management": (40, "10.128.29.224/27"),
    }
    assert [str(link) for link in networks.links] == ["10.130.0.56/31"]
    assert holstebro.site_networks["S001"].block == IPv4Network("10.129.248.0/21")
    assert [str(link) for link in holstebro.site_networks["S001"].links] == ["10.130.3.240/31", "10.130.3.242/31"]


def test_every_site_of_holstebro_has_its_place_and_nobody_another_s(holstebro: Platform) -> None:
    blocks = [networks.block for networks in holstebro.site_networks.values()]
    assert len(blocks) == 150
    spans = sorted((int(block[0]), int(block[-1])) for block in blocks)
    assert all(low[1] < high[0] for low, high in itertools.pairwise(spans))
    for networks in holstebro.site_networks.values():
        assert sum(vlan.prefix.num_addresses for vlan in networks.vlans.values()) == networks.block.num_addresses
        assert all(vlan.prefix.subnet_of(networks.block) for vlan in networks.vlans.values())
    addresses = Counter(workplace_address(holstebro.site_networks, w) for w in holstebro.places.workplaces.values())
    assert len(addresses) == 2000
    assert None not in addresses


def test_a_site_that_is_inserted_moves_no_other(folder: Path) -> None:
    before = model.load(str(folder))
    there = YAML(typ="safe").load(folder / "sites.yaml")["sites"]
    new = {"name": "Ny Skole", "type": "school", "address": "Ny Vej 1", "postcode": "7500", "city": "Lilleby"}
    edit(folder, {"sites.yaml": {"sites": {"S003": new, **there}}})
    after = model.load(str(folder))
    assert after.site_networks["S003"].block == IPv4Network("10.128.6.0/23")
    assert after.places.sites["S003"].wan_mbit == 300
    for code, networks in before.site_networks.items():
        assert after.site_networks[code] == networks


def test_a_workplace_that_is_added_moves_no_other(folder: Path) -> None:
    before = model.load(str(folder))
    path = folder / "workplaces.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    rows.insert(0, "TK00000,00:E0:C5:00:00:09,S002,thin-client,IGEL UD3,office,Skole,12")
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    after = model.load(str(folder))
    for workplace in before.places.workplaces.values():
        assert workplace_address(after.site_networks, workplace) == workplace_address(before.site_networks, workplace)
    assert str(workplace_address(after.site_networks, after.places.workplaces["TK00000"])) == "10.128.4.12"


def test_a_site_has_as_many_switches_as_it_needs_ports(holstebro: Platform) -> None:
    people = Counter(w.site for w in holstebro.places.workplaces.values())
    for code, networks in holstebro.site_networks.items():
        ports = sum(switch.model.ports for switch in networks.switches)
        assert ports >= people[code] + networks.site.spare_ports
        assert ports - networks.switches[0].model.ports < people[code] + networks.site.spare_ports
    assert [switch.name for switch in holstebro.site_networks["S014"].switches] == ["SW-S014-01", "SW-S014-02"]


@given(
    st.dictionaries(
        st.sampled_from(sites.ZONES),
        st.builds(PlanVlan, vlan=st.integers(1, 4094), prefix=st.integers(23, 28)),
        min_size=1,
    ),
    st.integers(0, 255),
)
def test_vlans_fit_a_block_whenever_their_sum_does(vlans: dict[sites.Zone, PlanVlan], at: int) -> None:
    plan = AddressPlan(prefix=22, vlans=vlans)
    block = IPv4Network((0x0A80_0000 + (at << 10), 22))
    found = sites_derive.divide("S001", plan, block)
    fits = sum(1 << (32 - vlan.prefix) for vlan in vlans.values()) <= block.num_addresses
    assert (found is not None) == fits
    if found is not None:
        assert found.keys() == vlans.keys()
        spans = sorted((int(vlan.prefix[0]), int(vlan.prefix[-1])) for vlan in found.values())
        assert all(low[1] < high[0] for low, high in itertools.pairwise(spans))
        assert all(
            vlan.prefix.subnet_of(block) and vlan.prefix.prefixlen == vlans[z].prefix for z, vlan in found.items()
        )


def test_a_site_takes_from_its_type_what_it_does_not_say(holstebro: Platform) -> None:
    site = holstebro.places.sites["S001"]
    assert (site.plan, site.gateways, site.block) == ("large", "pair", 252)
    assert holstebro.places.sites["S150"].backup is not None
    assert (
        model.trace(str(HOLSTEBRO))[1].sources["sites", "S014"].origin(("plan",))[0] == "stacks/catalog/site_types.yaml"
    )


def test_a_line_carries_what_the_profiles_say(holstebro: Platform) -> None:
    people = Counter(w.profile for w in holstebro.places.workplaces.values() if w.site == "S063")
    assert people == {"office": 2, "video": 4}
    demand = wan.demands(holstebro.places, holstebro.desktops)["S063"]
    assert demand.sessions == 2 * 0.85 * 200 + 4 * 0.85 * 300
    assert demand.voice == 2 * 0.2 * 100 + 4 * 0.3 * 100
    assert demand.video == 2 * 0.02 * 1500 + 4 * 0.5 * 1500
    assert demand.usable == 75_000
    assert list(demand.shortages()) == []


def test_what_is_left_is_told(holstebro: Platform) -> None:
    assert list(growth.lines(holstebro)) == [
        "10.128.0.0/15: 153 of 256 blocks are taken, 103 are free",
        "fullest clients VLAN: S006, 106 workplaces and 11 addresses left",
        "busiest line: S063, 4580 of 75000 kbit/s, 7 % of what may be used",
    ]


def test_names_lead_to_what_bears_them(holstebro: Platform) -> None:
    assert [str(a) for a in records.addresses_of(holstebro, "igelrmserver.holstebro.example")] == ["10.20.10.20"]
    assert [str(a) for a in records.addresses_of(holstebro, "storefront.access.holstebro.example")] == [
        "10.20.20.174",
        "10.20.20.175",
    ]
    assert records.addresses_of(holstebro, "nobody.holstebro.example") == ()
    assert records.reverse_name(IPv4Network("10.128.0.0/16")) == "128.10.in-addr.arpa"
    assert IPv4Network("10.129.0.0/16") in records.reverse_zones(holstebro.network, holstebro.azure)
