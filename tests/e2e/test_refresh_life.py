"""The whole life of a refresh on the real engine: g22 adopted, g26 built beside it, tried, cut over, rolled back, cut
over again, g22 retired. At each step the changes are an expected inventory, and the guard is asked first.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.engine import Engine, Step

pytestmark = pytest.mark.e2e
OLD = {"ad-dc01", "ad-dc02", "sbsys-sql01", "sbsys-app01", "sbsys-app02", "drift-lnx01"}
NEW = OLD | {"drift-lnx02"}
BUILT = {
    "VirtualMachine": len(NEW),
    "Host": 3,
    "ComputeCluster": 1,
    "ResourcePool": 4,
    "DistributedVirtualSwitch": 1,
    "DistributedPortGroup": 1,
    "DatastoreCluster": 1,
    "VmfsDatastore": 1,
}
"""What g26 is made of, but for tags, folders and rules, which test_generation.py and tests/program count."""


@pytest.fixture(scope="module")
def life(make_engine: Callable[[], Engine]) -> Iterator[Engine]:
    engine = make_engine()
    file = engine.platform / "refresh.yaml"
    file.write_text("# g26 is ordered\n" + file.read_text().replace("state: building", "state: planned"))
    engine.start()
    yield engine
    engine.stop()


def advance(engine: Engine, generation: str, to: str) -> None:
    engine.refresh("advance", str(engine.platform), generation, "--to", to)


def guard(engine: Engine, tmp_path: Path) -> tuple[int, str]:
    """The guard on the plan that stands now: its status, and what it says."""
    plan = tmp_path / "plan.json"
    plan.write_text(engine.pulumi("preview", "--json", check=False).stdout)
    done = engine.refresh("guard", engine.stack, "--plan", str(plan), "--today", "2026-11-21", check=False)
    return done.returncode, done.stdout + done.stderr


def kinds(steps: list[Step], op: str) -> Counter[str]:
    return Counter(step.type for step in steps if step.op == op)


def protected(engine: Engine) -> set[str]:
    """The servers that Pulumi refuses to delete."""
    held = [r for r in engine.resources() if r.get("protect") and r["type"].endswith(":VirtualMachine")]
    return {r["urn"].rpartition("::")[2] for r in held}


def of(identities: set[str], generation: str) -> set[str]:
    return {f"{identity}-{generation}" for identity in identities}


def snapshot(engine: Engine) -> object:
    """The exported stack without what every update writes anew."""
    keep = [
        {k: v for k, v in r.items() if k not in ("modified", "created")}
        for r in engine.state()["deployment"]["resources"]
        if r["type"] != "pulumi:pulumi:Stack"
    ]
    return sorted(keep, key=lambda r: json.dumps(r, sort_keys=True))


def test_the_whole_life_of_a_refresh(life: Engine, tmp_path: Path) -> None:
    file = life.platform / "refresh.yaml"
    before = life.world()

    advance(life, "g22", "adopted")
    steps = life.preview()
    assert {(s.op, s.name) for s in steps} == {("import", name) for name in of(OLD, "g22")}
    life.up()
    assert life.world() == before, "adoption makes nothing"
    assert protected(life) == of(OLD, "g22")

    advance(life, "g26", "building")
    steps = life.preview()
    assert {s.op for s in steps} == {"create"}
    made = kinds(steps, "create")
    assert {kind: made[kind] for kind in BUILT} == BUILT
    assert all(not s.name.endswith("-g22") for s in steps)
    assert guard(life, tmp_path)[0] == 0
    life.up()
    assert protected(life) == of(OLD, "g22"), "what is being built may be thrown away"

    advance(life, "g26", "pilot")
    assert life.preview() == [], "a pilot changes no resource"
    life.up()
    text, state = file.read_bytes(), snapshot(life)

    advance(life, "g26", "live")
    assert life.preview() == [], "at the cutover no server is created, replaced or deleted"
    assert guard(life, tmp_path)[0] == 0
    life.up()
    assert protected(life) == of(OLD, "g22") | of(NEW, "g26")

    advance(life, "g22", "live")
    assert life.preview() == [], "at the rollback no server is created, replaced or deleted"
    life.up()
    assert file.read_bytes() == text, "the file is what it was before the cutover"
    assert snapshot(life) == state, "the stack is what it was before the cutover"

    advance(life, "g26", "live")
    life.up()
    edited = file.read_text()
    file.write_text(edited.replace("state: standby", "state: retired"))
    status, said = guard(life, tmp_path)
    assert status == 1, "a step that is skipped by hand meets the protection of the last update"
    assert "refused: deletion of VirtualMachine ad-dc01-g22: it is protected since the last update" in said
    file.write_text(edited)

    advance(life, "g22", "retiring")
    assert life.preview() == [], "retiring unprotects and no more"
    life.up()
    assert protected(life) == of(NEW, "g26")

    advance(life, "g22", "retired")
    assert {(s.op, s.name) for s in life.preview()} == {("delete", name) for name in of(OLD, "g22")}
    assert guard(life, tmp_path)[0] == 0
    life.up()
    machines = {r["urn"].rpartition("::")[2] for r in life.resources() if r["type"].endswith(":VirtualMachine")}
    assert machines == of(NEW, "g26")
    assert life.preview("--expect-no-changes") == []


def test_the_guard_refuses_to_lose_a_live_server(life: Engine, tmp_path: Path) -> None:
    """After the life above: g26 is live, and someone takes a server out of the data."""
    file = life.platform / "systems" / "drift.yaml"
    text = file.read_text()
    file.write_text(text.replace("  drift-lnx02: {role: linux, host: 18}\n", ""))
    try:
        status, said = guard(life, tmp_path)
    finally:
        file.write_text(text)
    assert status == 1
    assert "refused: deletion of VirtualMachine drift-lnx02-g26: g26 is live and this is a part of it" in said
