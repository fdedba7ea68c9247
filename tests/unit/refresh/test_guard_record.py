"""The data against what the stack's last update kept: steps that are none, and what is fixed at birth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import model
from model.derive.standing import standing
from refresh.guard import Finding, Plan, guard

STACKS = Path(__file__).resolve().parents[2] / "data" / "stacks"
TODAY = date(2026, 11, 21)
PILOT = "serving:\n  pilot: {generation: g26, groups: [GG-Pilot], reason: Prøver g26, expires: 2027-01-31}\n"
DATA = "holds_data: true, data: {way: backup-restore, window_minutes: 240, across_minutes: 60, back_minutes: 60}"
Edit = tuple[str, str, str]
LIVE: tuple[Edit, ...] = (
    ("refresh.yaml", "observed, state: live", "adopted, state: standby"),
    ("refresh.yaml", "state: building", "state: live"),
)
MOVED: tuple[Edit, ...] = (
    ("refresh.yaml", "managed, state: building", "managed, state: pilot"),
    ("refresh.yaml", "state: building, systems: [ad, sag]", "state: moved, systems: [ad, sag], pools: [journal]"),
)


class Folder:
    """A platform's folder, edited as people edit it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def edit(self, *edits: Edit) -> None:
        for name, old, new in edits:
            file = self.folder / name
            text = file.read_text()
            assert old in text, (name, old)
            file.write_text(text.replace(old, new))

    def kept(self) -> dict[str, Any]:
        """What an update would keep, as it comes back from a state."""
        return json.loads(json.dumps(standing(model.load(str(self.folder)))))

    def judge(self, kept: dict[str, Any], layer: str = "all", today: date = TODAY) -> list[Finding]:
        """The guard on a plan of nothing, for a stack that keeps this."""
        kept = {"standing": kept} if kept else {}
        plan = Plan.model_validate({"steps": [], "outputs": kept, "config": {"platform-refresh:layer": layer}})
        return guard(*model.trace(str(self.folder)), plan, today)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Folder]:
    def make(name: str, *edits: Edit) -> Folder:
        shutil.copytree(STACKS, tmp_path / "stacks")
        made = Folder(tmp_path / "stacks" / name)
        made.edit(*edits)
        return made

    return make


def test_nothing_changed_is_nothing_found(folder: Callable[..., Folder]) -> None:
    lilleby = folder("lilleby", *LIVE)
    assert lilleby.judge(lilleby.kept()) == []
    assert lilleby.judge({}) == [], "a stack that was last updated before anything was kept"


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (("live", "pilot"), ("standby", "live"), set()),
        (("standby", "live"), ("live", "pilot"), set()),
        (("live", "building"), ("live", "pilot"), set()),
        (("live", "pilot"), ("live", "building"), set()),
        (("standby", "live"), ("retiring", "live"), set()),
        (("retiring", "live"), ("retired", "live"), set()),
        (("live", "pilot"), ("retiring", "live"), {"g22"}),
        (("live", "pilot"), ("live", "planned"), {"g26"}),
        (("live", "building"), ("retired", "live"), {"g22", "g26"}),
        (("live", "building"), ("live", "retired"), {"g26"}),
        (("standby", "live"), ("retired", "live"), {"g22"}),
    ],
)
def test_a_state_is_reached_by_a_step_from_where_the_stack_is(
    folder: Callable[..., Folder], before: tuple[str, str], after: tuple[str, str], refused: set[str]
) -> None:
    first = f"origin: adopted, state: {before[0]}"
    lilleby = folder(
        "lilleby",
        ("refresh.yaml", "origin: observed, state: live", first),
        ("refresh.yaml", "state: building", f"state: {before[1]}"),
        # Of g26 alone: a consumer that ends with it is a fault of its own.
        ("platform.yaml", "firewall: [drift-lnx02]", "firewall: [drift-lnx01]"),
    )
    kept = lilleby.kept()
    lilleby.edit(
        ("refresh.yaml", first, f"origin: adopted, state: {after[0]}"),
        ("refresh.yaml", f"managed, state: {before[1]}", f"managed, state: {after[1]}"),
    )
    found = [f for f in lilleby.judge(kept) if f.op == "step"]
    assert {f.resource for f in found} == refused
    assert all("refresh.yaml:" in f.where and f.leave is None for f in found)


def test_each_layer_is_asked_for_its_own_steps(folder: Callable[..., Folder]) -> None:
    """Base has nothing of a state, a generation's stack takes each step of it, and access those in which it turns."""
    lilleby = folder("lilleby", ("refresh.yaml", "observed, state: live", "adopted, state: live"))
    kept = lilleby.kept() | {"generations": {"g22": {"origin": "adopted", "state": "live"}}}
    kept["generations"]["g26"] = {"origin": "managed", "state": "planned"}
    lilleby.edit(("refresh.yaml", "state: building", "state: pilot"))
    found = {layer: {f.resource for f in lilleby.judge(kept, layer)} for layer in ("base", "g22", "g26", "access")}
    assert found == {"base": set(), "g22": set(), "g26": {"g26"}, "access": set()}


def test_an_origin_goes_one_way(folder: Callable[..., Folder]) -> None:
    lilleby = folder("lilleby", ("refresh.yaml", "origin: observed", "origin: adopted"))
    kept = lilleby.kept()
    lilleby.edit(("refresh.yaml", "origin: adopted", "origin: observed"))
    (found,) = lilleby.judge(kept)
    assert found.why == "the stack was last updated with origin adopted, from which no step leads to observed"


@pytest.mark.parametrize(
    ("edit", "name", "thing", "line"),
    [
        (("systems/sbsys.yaml", "host: 15", "host: 25"), "host", "sbsys-app01-g26", "sbsys.yaml:12"),
        (("networks.yaml", "g26: 10.26.20.0/24", "g26: 10.26.24.0/24"), "prefix", "servers-g26", "networks.yaml:6"),
        (("networks.yaml", "g22: 20,", "g22: 21,"), "vlan", "servers-g22", "networks.yaml:5"),
        (("desktops.yaml", "nvidia_l4-4q", "nvidia_l4-8q"), "gpu", "graphics-g26", "desktops.yaml:27"),
        (("desktops.yaml", "short: kon", "short: ktr"), "short", "office-g26", "desktops.yaml"),
    ],
)
def test_what_is_fixed_at_birth_is_not_changed_for_what_is_live(
    folder: Callable[..., Folder], edit: Edit, name: str, thing: str, line: str
) -> None:
    lilleby = folder("lilleby", *LIVE)
    kept = lilleby.kept()
    lilleby.edit(edit)
    found = {(f.resource, f.takes): f for f in lilleby.judge(kept)}
    assert (thing, (name,)) in found
    birth = found[thing, (name,)]
    assert birth.leave is None
    assert line in birth.where
    assert f"set `{name}` back to" in birth.instead


def test_what_is_being_built_may_be_renumbered(folder: Callable[..., Folder]) -> None:
    lilleby = folder("lilleby")
    kept = lilleby.kept()
    lilleby.edit(("systems/drift.yaml", "host: 18}", "host: 28}"))
    assert lilleby.judge(kept) == []


def test_a_machine_that_was_renumbered_by_hand_is_let_through_by_name_and_day(folder: Callable[..., Folder]) -> None:
    leave = (
        "overrides:\n  sbsys-app01-g26: {allows: [host], reason: By hand, role: Head of operations, "
        "expires: 2026-11-30}\n"
    )
    lilleby = folder("lilleby", *LIVE)
    kept = lilleby.kept()
    lilleby.edit(("systems/sbsys.yaml", "host: 15", "host: 25"), ("refresh.yaml", "stable:\n", f"{leave}stable:\n"))
    by = {(f.resource, f.takes): f.leave for f in lilleby.judge(kept)}
    assert by["sbsys-app01-g26", ("host",)] == "By hand (Head of operations, until 2026-11-30)"
    late = {(f.resource, f.takes): f.leave for f in lilleby.judge(kept, today=date(2026, 12, 1))}
    assert late["sbsys-app01-g26", ("host",)] is None


@pytest.mark.parametrize(
    ("edit", "name", "thing"),
    [
        (("azure.yaml", "subscription: connectivity", "subscription: management"), "subscription", "hub"),
        (("azure.yaml", "location: swedencentral", "location: westeurope"), "location", "hub"),
        (
            ("azure.yaml", "servers: {prefix: 10.60.8.0/24", "servers: {prefix: 10.60.11.0/24"),
            "subnets.servers",
            "area-administration",
        ),
        (("desktops.yaml", "    avd:\n", "    avd:\n      join: ad\n"), "join", "journal-g26"),
    ],
)
def test_what_is_fixed_at_birth_is_not_changed_for_what_has_moved(
    folder: Callable[..., Folder], edit: Edit, name: str, thing: str
) -> None:
    havneby = folder("havneby", *MOVED)
    kept = havneby.kept()
    havneby.edit(edit)
    found = {(f.resource, f.takes) for f in havneby.judge(kept) if f.leave is None}
    assert (thing, (name,)) in found


def held(folder: Folder) -> dict[str, str | None]:
    platform = model.load(str(folder.folder))
    return {i.logical_name: i.held for i in (*platform.instances, *platform.pool_instances)}


def test_what_a_pilot_serves_and_what_holds_data_stays(folder: Callable[..., Folder]) -> None:
    lilleby = folder(
        "lilleby",
        ("refresh.yaml", "origin: observed", "origin: adopted"),
        ("refresh.yaml", "state: building", "state: pilot"),
        ("systems/sbsys.yaml", "cpus: 16}", f"cpus: 16, {DATA}}}"),
    )
    alone = held(lilleby)
    assert {name for name, why in alone.items() if why and name.endswith("-g26")} == {"sbsys-sql01-g26"}
    assert alone["sbsys-sql01-g26"] == "g26 is a pilot and this holds data"
    lilleby.edit(("refresh.yaml", "stable:\n", f"{PILOT}stable:\n"))
    serving = held(lilleby)
    assert serving["office-g26"] == serving["sbsys-app01-g26"] == "g26 serves by it whom pilot names"
    assert all(serving.values())


def test_people_whom_a_wave_has_moved_come_to_pools_whose_own_wave_is_ahead(folder: Callable[..., Folder]) -> None:
    wave = "starts: 2026-12-07, ends: 2026-12-11, state: {}, {}}}\n"
    waves = "  people: {title: P, generation: g26, " + wave.format("moved", "groups: [GG-AVD-Journal]")
    waves += "  desks: {title: D, generation: g26, " + wave.format("building", "pools: [journal]")
    havneby = folder(
        "havneby",
        ("refresh.yaml", "managed, state: building", "managed, state: pilot"),
        ("refresh.yaml", "waves:\n", f"waves:\n{waves}"),
    )
    found = held(havneby)
    assert found["journal-g26"] == "g26 serves by it whom people names"
    assert found["sag-app01-g26"] is None, "its own wave is still being built"


def test_an_output_that_no_update_wrote_is_refused(folder: Callable[..., Folder]) -> None:
    (found,) = folder("lilleby").judge({"generations": "[secret]"})
    assert "not what an update writes" in found.why
