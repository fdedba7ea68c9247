"""What hosts that we build cannot be without, each by changing exactly one thing of a platform that has no fault."""

from __future__ import annotations

from pathlib import Path

import pytest

import model
from model.derive.hosts import adapters
from model.derive.records import hosts as records
from tests.support.edit import REMOVE, Edits
from tests.support.paths import LILLEBY, ROOT
from tests.unit.model.test_site_faults import faults_after, lilleby

__all__ = ["lilleby"]

FIRST = ("hosts", "esx-g26-01.lilleby.example")
NICS, NUMBER = "hosts.esx-g26-01.lilleby.example.nics", "hosts.esx-g26-01.lilleby.example.number"
NETWORKS = "networks.yaml"


def hardware(where: object, value: object) -> Edits:
    return {"hardware.yaml": {where: value}}


CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a host without a wire": (
        hardware("models.new-host.nics", REMOVE),
        ("NO-UPLINK", NICS, "0 of 2 cards for its distributed switch"),
    ),
    "a host on one wire": (hardware((*FIRST, "nics"), ["vmnic2"]), ("NO-UPLINK", NICS, "1 of 2 cards")),
    "a host on one wire that is named twice": (
        hardware((*FIRST, "nics"), ["vmnic2", "vmnic2"]),
        ("NO-UPLINK", NICS, "1 of 2 cards"),
    ),
    "the card of the management": (
        hardware((*FIRST, "nics"), ["vmnic0", "vmnic1"]),
        ("NO-UPLINK", NICS, "vmnic0 carries the host's management"),
    ),
    "more cards than uplinks": (
        hardware((*FIRST, "nics"), ["vmnic2", "vmnic3", "vmnic4"]),
        ("NO-UPLINK", NICS, "3 cards and 2 uplinks"),
    ),
    "a path by an uplink that there is not": (
        {NETWORKS: {"networks.storage-a.uplink": 3}},
        ("NO-UPLINK", "networks.storage-a.uplink", "uplink 3 of 2"),
    ),
    "no vMotion": (
        {NETWORKS: {"networks.vmotion": REMOVE}},
        ("HOST-NETWORK", "clusters.servers", "is for vmotion of hosts in g26"),
    ),
    "no management": (
        {NETWORKS: {"networks.hosts": REMOVE}, "systems/ad.yaml": {"flows[2]": REMOVE}},
        ("HOST-NETWORK", "clusters.servers", "is for management of hosts in g26"),
    ),
    "no number": (hardware((*FIRST, "number"), REMOVE), ("HOST-NETWORK", FIRST[1], "number is missing")),
    "a number twice": (
        hardware(("hosts", "esx-g26-02.lilleby.example", "number"), 11),
        ("ADDRESS-TWICE", "hosts.esx-g26-02.lilleby.example.number", "10.26.200.11 is that of esx-g26-01"),
    ),
    "the gateway's number": (
        hardware((*FIRST, "number"), 1),
        ("ADDRESS-TWICE", NUMBER, "10.26.200.1 is the gateway's"),
    ),
    "a number outside": (
        hardware((*FIRST, "number"), 31),
        ("ADDRESS-OUTSIDE", NUMBER, "hosts has no host 31 in g26"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_fault_is_found(lilleby: Path, case: str) -> None:
    edits, (code, path, part) = CASES[case]
    found = faults_after(lilleby, edits)
    assert {fault.code for fault in found} == {code}, found
    first = found[0]
    assert first.path.endswith(path)
    assert part in first.message


def test_every_host_of_holstebro_has_two_wires_and_five_networks() -> None:
    """What once was 230 servers behind a switch without a wire."""
    platform = model.load(str(ROOT / "stacks" / "holstebro"))
    built = [h for h in platform.hardware.hosts.values() if h.generation == "g26"]
    assert len(built) == 14
    for host in built:
        assert len(platform.hardware.nics_of(host)) == 2
        kinds = [adapter.kernel for adapter in adapters(platform, host)]
        assert kinds == ["management", "vmotion", "storage", "storage", "backup"]


def test_a_host_is_found_by_name_and_by_address() -> None:
    platform = model.load(str(LILLEBY))
    assert ("esx-g26-02", "10.26.200.12") in {(h.label, str(h.address)) for h in records(platform)}
    assert not any(h.label == "esx01" for h in records(platform))
