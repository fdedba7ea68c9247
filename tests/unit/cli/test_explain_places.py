"""`refresh explain` of what a log tells: an address, a prefix, a MAC address, a VLAN, any name of a machine."""

from __future__ import annotations

import pytest

from cli.explain import rows_of
from cli.explain_places import names, nearest
from model import Platform, Provenance, trace
from tests.support.paths import LILLEBY, ROOT

Loaded = tuple[Platform, Provenance]


@pytest.fixture(scope="module")
def lilleby() -> Loaded:
    return trace(str(LILLEBY))


@pytest.fixture(scope="module")
def herlev() -> Loaded:
    return trace("herlev")


def told(loaded: Loaded, item: str) -> dict[str, str]:
    """Value by path; every origin that names a file names a line that it has."""
    rows = list(rows_of(*loaded, item))
    for _, _, origin in rows:
        file, _, line = origin.rpartition(":")
        if line.isdigit():
            assert len((ROOT / file.split()[-1]).read_text(encoding="utf-8").splitlines()) >= int(line)
    return {path: str(value) for path, value, _ in rows}


@pytest.mark.parametrize(
    ("item", "path", "value"),
    [
        ("10.26.20.14", "address.server", "sbsys-sql01-g26, SBSYSSQL01G26: SBSYS, sql"),
        ("10.26.20.14", "address.network", "servers in g26: 10.26.20.0/24, VLAN 220, Servers"),
        ("10.26.20.14", "address.generation", "g26, managed, building"),
        ("10.26.20.1", "address.gateway", "of servers in g26"),
        ("10.128.8.10", "address.workplace", "TK00001, IGEL UD7 of Rådhus"),
        ("10.128.8.10", "address.site", "S001 Lilleby Rådhus: 10.128.8.0/22"),
        ("10.128.8.10", "address.vlan", "clients: 10.128.8.0/23, VLAN 10"),
        ("10.128.200.1", "address.supernet", "10.128.0.0/16"),
        ("10.128.6.0/23", "address.supernet", "10.128.0.0/16"),
        ("220", "vlan.network", "servers in g26: 10.26.20.0/24, Servers, on production"),
        ("00:e0:c5:00:00:03", "mac.workplace", "TK00003, thin-client IGEL UD3 of Skole"),
        ("3c:52:82:00:01:01", "mac.device", "PRT-S002-01, printer HP LaserJet E50145 at S002"),
        ("10.128.5.202", "address.device", "PRT-S002-01, printer HP LaserJet E50145 at S002"),
        ("00e0.c500.0003", "mac.site", "S002 Søndre Skole"),
        ("e0-73-e7-00-00-03", "mac.device", "CZC6471A02, HP t640 of g26, installed, for TK00003"),
        ("e0-73-e7-00-00-03", "workplaces.TK00003-G26.address", "10.128.4.101"),
        ("tk00003-g26", "devices.CZC6471A02.state", "installed"),
        ("czc6471a04", "devices.CZC6471A04.model", "HP t640"),
        ("00-E0-C5-00-00-03", "workplaces.TK00003.address", "10.128.4.10"),
        ("SBSYSSQL01G26", "sbsys-sql01-g26.address", "10.26.20.14"),
        ("sbsyssql01g26.lilleby.example", "sbsys-sql01-g26.address", "10.26.20.14"),
        ("tk00003.lilleby.example", "workplaces.TK00003.site", "S002"),
        ("sw-s002-01", "switch.site", "S002 Søndre Skole"),
        ("sbsys.access.lilleby.example", "alias.system", "sbsys, answered in g22"),
    ],
)
def test_an_item_is_what_the_plan_says(lilleby: Loaded, item: str, path: str, value: str) -> None:
    assert told(lilleby, item)[path] == value


def test_a_session_machine_is_known_as_found_and_as_it_will_be_made(lilleby: Loaded) -> None:
    generation, machines = next(iter(lilleby[0].observed.vdas.items()))
    name, machine = next(iter(machines.items()))
    assert told(lilleby, name)["machine.found"] == f"{name} of {generation}, {machine.address}"
    pool = next(p for p in lilleby[0].pool_instances if p.naming_scheme is not None and p.machines)
    assert pool.naming_scheme is not None
    text = f"{pool.logical_name}, one of {pool.machines} machines"
    assert told(lilleby, pool.naming_scheme.replace("###", "001"))["machine.pool"] == text
    assert told(lilleby, pool.naming_scheme.replace("###", f"{pool.machines + 1:03d}")) == {}


def test_a_prefix_brings_whoever_lies_in_it(lilleby: Loaded) -> None:
    found = [value for path, value, _ in rows_of(*lilleby, "10.128.8.0/23") if path == "address.workplace"]
    assert found == [
        "10.128.8.10: TK00001, IGEL UD7 of Rådhus",
        "10.128.8.11: TK00002, HP t640 of Rådhus",
        "10.128.8.100: TK00001-G26, HP t640 of Rådhus",
    ]


def test_an_address_in_azure_has_an_area_and_a_subnet(herlev: Loaded) -> None:
    found = told(herlev, "10.65.0.42")
    assert found["address.area"] == "administration, Administrationen: 10.65.0.0/20"
    assert found["address.subnet"] == "servers of administration, for servers: 10.65.0.0/24"
    assert found["address.server"] == "sbsys-web01-g26, SBSYSWEB01G26: SBSYS, web"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("10.26.21.1", "nearest are: network servers in g26: 10.26.20.0/24"),
        ("221", "nearest are: 220, "),
        ("00:E0:C5:00:00:09", "did you mean 00:E0:C5:00:00:0"),
    ],
)
def test_what_is_nowhere_has_something_near(lilleby: Loaded, item: str, said: str) -> None:
    assert told(lilleby, item) == {}
    assert said in (nearest(*lilleby, item) or "")


def test_a_name_is_looked_for_among_all_names_of_machines(lilleby: Loaded) -> None:
    assert nearest(*lilleby, "sbsys-sql02") is None
    assert {"SBSYSSQL01G26", "sbsys-sql01-g26", "SW-S001-01", "TK00001"} <= set(names(lilleby[0]))
