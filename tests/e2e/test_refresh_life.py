"""The whole life of a refresh on the real engine: g22 adopted, g26 built beside it, tried, cut over, rolled back, cut
over again, g22 retired; in one stack and in the split. At each step the changes are an expected inventory.

Whom each generation serves is asked of the twin's Citrix site and name server, never of the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

import pytest

from tests.support.edit import Edits, edit
from tests.support.engine import Engine, Step
from tests.support.layered import Layered

pytestmark = pytest.mark.e2e
OLD = {"ad-dc01", "ad-dc02", "sbsys-sql01", "sbsys-app01", "sbsys-app02", "drift-lnx01"}
NEW = OLD | {"drift-lnx02"}
BUILT = {
    "VirtualMachine": len(NEW),
    "Host": 3,
    "ComputeCluster": 1,
    "ResourcePool": 4,
    "DistributedVirtualSwitch": 1,
    "DistributedPortGroup": 4,
    "DatastoreCluster": 1,
    "VmfsDatastore": 1,
    "Folder": 4,
    "HostingConnection": 1,
    "HostingUnit": 1,
    "MachineCatalog": 2,
    "DeliveryGroup": 2,
    "PolicySet": 2,
    "RebootSchedule": 2,
    "Application": 1,
}
"""What g26 is made of, but for tags and rules, which test_generation.py and tests/program count."""
CLOCKS = {("update", f"servers-g26-esx-g26-{number:02d}.lilleby.example") for number in range(1, 4)}
"""The hosts, which ask the time of the domain controllers that serve."""
FLIPS = {
    ("update", "access-sbsys"),
    ("update", "access-office-g22"),
    ("update", "access-office-g26"),
    ("update", "access-graphics-g26"),
}
PILOT: Edits = {
    "refresh.yaml": {
        "serving.pilot": {
            "generation": "g26",
            "groups": ["GG-Pilot"],
            "reason": "Prøver g26",
            "expires": "2027-01-31",
        }
    }
}
OFFICE, PILOTS = {r"LILLEBY\GG-Citrix-Kontor"}, {r"LILLEBY\GG-Citrix-Kontor", r"LILLEBY\GG-Pilot"}
G22_APPS, G26_APPS = ["10.20.20.15", "10.20.20.16"], ["10.26.20.15", "10.26.20.16"]


@pytest.fixture(params=["one stack", "split"])
def life(request: pytest.FixtureRequest, make_engine: Callable[[], Engine]) -> Iterator[Layered]:
    yield from _begun(make_engine(), split=request.param == "split")


def _begun(engine: Engine, *, split: bool) -> Iterator[Layered]:
    edit(engine.platform, {"refresh.yaml": {"generations.g26.state": "planned"}})
    refresh = engine.platform / "refresh.yaml"
    refresh.write_text("# g26 is ordered\n" + refresh.read_text())
    engine.refresh("twin", "up")
    engine.refresh("twin", "seed", str(engine.platform))
    try:
        yield Layered.of(engine, split=split)
    finally:
        engine.stop()


def kinds(steps: Iterable[Step], op: str) -> Counter[str]:
    return Counter(step.type for step in steps if step.op == op)


def planned(life: Layered, *layers: str) -> set[tuple[str, str]]:
    return {(step.op, step.name) for step in life.preview(*layers)}


def done(life: Layered, *layers: str) -> set[tuple[str, str]]:
    """What an update of these stacks, or of all, changes."""
    return {(step.op, step.name) for step in life.change(*layers)}


def of(identities: Set[str], generation: str) -> set[str]:
    return {f"{identity}-{generation}" for identity in identities}


def let_in(life: Layered, accounts: Set[str]) -> set[str]:
    """The delivery groups that take in a person with these accounts."""
    return {item.name for item in life.first.objects() if item.type == "citrix:DeliveryGroup" and _open(item, accounts)}


def _open(group: Any, accounts: Set[str]) -> bool:
    rule = group.properties["SimpleAccessPolicy"]
    included = {user["SamName"] for user in rule["IncludedUsers"]}
    excluded = {user["SamName"] for user in rule["ExcludedUsers"]}
    inside = bool(accounts & included) or not rule["IncludedUserFilterEnabled"]
    outside = rule["ExcludedUserFilterEnabled"] and bool(accounts & excluded)
    return inside and not outside and not group.properties["InMaintenanceMode"]


def alias(life: Layered) -> list[str]:
    """What the alias zone answers for the stable name of sbsys."""
    (record,) = [item for item in life.first.objects() if item.type == "dns:index:Record"]
    assert record.name == "sbsys.access.lilleby.example."
    return record.properties["rdatas"]


def test_the_whole_life_of_a_refresh(life: Layered) -> None:
    _adopt(life)
    _build(life)
    _try(life)
    _cut_over_and_back(life)
    _lose_a_live_server(life)
    _retire(life)


def _adopt(life: Layered) -> None:
    assert done(life, "base", "access") == {("create", "access-sbsys")}, "the alias stands before the refresh"
    before = life.things()
    life.advance("g22", "adopted")
    assert done(life) == {("import", name) for name in of(OLD, "g22") | {"access-office-g22"}}
    assert life.preview("g22", "access", refresh=True) == [], "what was found is what is declared"
    assert life.things() == before, "adoption makes nothing"
    assert life.protected() == of(OLD, "g22")


def _build(life: Layered) -> None:
    life.advance("g26", "building")
    made: Counter[str] = Counter()
    for layer in ("base", "g26") if len(life.engines) > 1 else ("",):
        # The stack of g26 knows what it may refer to only when that of the base has been built.
        steps = life.preview(layer)
        assert {s.op for s in steps} == {"create"}
        assert all(not s.name.endswith("-g22") for s in steps)
        assert life.guard(layer)[0] == 0
        made += kinds(steps, "create")
        life.up(layer)
    assert {kind: made[kind] for kind in BUILT} == BUILT
    assert life.protected() == of(OLD, "g22"), "what is being built may be thrown away"
    assert let_in(life, OFFICE) == let_in(life, PILOTS) == {"Kontor"}


def _try(life: Layered) -> None:
    life.advance("g26", "pilot")
    edit(life.first.platform, PILOT)
    policies = {("create", "access-office-g26"), ("create", "access-graphics-g26"), ("update", "access-office-g22")}
    assert planned(life, "g26", "access") == policies
    assert life.guard("g26", "access")[0] == 0
    life.up("g26", "access")
    assert (let_in(life, OFFICE), alias(life)) == ({"Kontor"}, G22_APPS)
    assert let_in(life, PILOTS) == {"DG-G26-OFFICE", "DG-G26-GRAPHICS"}


def _cut_over_and_back(life: Layered) -> None:
    # An adopted machine's state is as the import read it until the first update after it.
    life.up("g22")
    text, stacks, things = life.refresh_yaml.read_bytes(), life.stacks(), life.things()

    life.advance("g26", "live")
    assert planned(life) == FLIPS, "at the cutover no server is created, replaced or deleted"
    assert life.guard()[0] == 0
    assert done(life, "g26", "access") == FLIPS
    assert life.protected() == of(OLD, "g22") | of(NEW, "g26")
    assert (let_in(life, OFFICE), alias(life)) == ({"DG-G26-OFFICE"}, G26_APPS)
    assert let_in(life, PILOTS) == {"DG-G26-OFFICE"}

    life.advance("g22", "live")
    assert done(life, "g22", "g26", "access") == FLIPS, "at the rollback no server is created, replaced or deleted"
    assert life.refresh_yaml.read_bytes() == text, "the file is what it was before the cutover"
    assert life.things() == things, "the world is what it was before the cutover"
    assert life.stacks() == stacks, "the stacks are what they were before the cutover"
    assert planned(life, "base") == set(), "nor is anything that both generations use"

    life.advance("g26", "live")
    assert done(life, "g22", "g26", "access") == FLIPS


def _lose_a_live_server(life: Layered) -> None:
    """g26 is live, and someone takes a server out of it, half the memory from another, and numbers a third anew."""
    edits = {
        "systems/drift.yaml": {"servers.drift-lnx02.generations": ["g22"]},
        "systems/sbsys.yaml": {"servers.sbsys-app02.memory_gib": 16, "servers.sbsys-app01.host": 25},
    }
    kept = {file: file.read_text() for file in (life.first.platform / name for name in edits)}
    edit(life.first.platform, edits)
    life.preview("g26")
    status, said = life.guard("g26")
    for file, text in kept.items():
        file.write_text(text)
    assert status == 1
    assert "refused: deletion of VirtualMachine drift-lnx02-g26: g26 is live and this is a part of it" in said
    assert "refused: loss of memory (32768 to 16384) of VirtualMachine sbsys-app02-g26: g26 is live" in said
    assert "sbsys.yaml:12: refused: birth of sbsys-app01-g26: host is 25 and was 15 at the last update" in said


def _retire(life: Layered) -> None:
    edit(life.first.platform, {"refresh.yaml": {"generations.g22.state": "retired"}})
    life.preview("g22")
    status, said = life.guard("g22")
    assert status == 1, "a step that is skipped by hand meets the stack, and the protection of the last update"
    assert "the stack was last updated with state standby, from which no step leads to retired" in said
    assert "refused: deletion of VirtualMachine ad-dc01-g22: it is protected since the last update" in said
    edit(life.first.platform, {"refresh.yaml": {"generations.g22.state": "standby"}})

    life.advance("g22", "retiring")
    assert done(life, "g22", "g26", "access") == CLOCKS, "retiring unprotects, and hosts ask who stays"
    assert life.protected() == of(NEW, "g26")

    life.advance("g22", "retired")
    gone = {("delete", name) for name in of(OLD, "g22") | {"access-office-g22"}}
    assert planned(life) == gone
    assert life.guard()[0] == 0
    assert done(life, "g22", "access") == gone
    assert let_in(life, OFFICE) == {"DG-G26-OFFICE"}
    assert planned(life, "g22", "access") == set()
