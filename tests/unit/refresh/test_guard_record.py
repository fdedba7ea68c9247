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
from model.derive.stack_record import stack_record
from refresh.guard import Finding, Plan, guard
from tests.support.edit import REMOVE, Edits, both, edit
from tests.support.paths import STACKS

TODAY = date(2026, 11, 21)
LEAVE = {"allows": ["host"], "reason": "By hand", "role": "Head of operations", "expires": "2026-11-30"}
PILOT = {"generation": "g26", "groups": ["GG-Pilot"], "reason": "Prøver g26", "expires": "2027-01-31"}
DATA = {"way": "backup-restore", "window_minutes": 240, "across_minutes": 60, "back_minutes": 60}
MOVED: Edits = {
    "refresh.yaml": {
        "generations.g26.state": "pilot",
        "waves.first.state": "moved",
        "waves.first.pools": ["journal"],
    },
    "systems/sag.yaml": {"placement.g26.brought": True},
}


def states(g22: str, g26: str) -> Edits:
    return {"refresh.yaml": {"generations.g22.state": g22, "generations.g26.state": g26}}


ADOPTED: Edits = {"refresh.yaml": {"generations.g22.origin": "adopted"}}
LIVE = both(ADOPTED, states("standby", "live"))


class Folder:
    """A platform's folder, edited as people edit it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def edit(self, *edits: Edits) -> None:
        edit(self.folder, *edits)

    def kept(self) -> dict[str, Any]:
        """What an update would keep, as it comes back from a state."""
        return json.loads(json.dumps(stack_record(model.load(str(self.folder)))))

    def judge(self, kept: dict[str, Any], layer: str = "all", today: date = TODAY) -> list[Finding]:
        """The guard on a plan of nothing, for a stack that keeps this."""
        kept = {"standing": kept} if kept else {}
        plan = Plan.model_validate({"steps": [], "outputs": kept, "config": {"platform-refresh:layer": layer}})
        return guard(*model.trace(str(self.folder)), plan, today)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Folder]:
    def make(name: str, *edits: Edits) -> Folder:
        shutil.copytree(STACKS, tmp_path / "stacks")
        made = Folder(tmp_path / "stacks" / name)
        made.edit(*edits)
        return made

    return make


def test_nothing_changed_is_nothing_found(folder: Callable[..., Folder]) -> None:
    lilleby = folder("lilleby", LIVE)
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
    # Of g26 alone: a consumer that ends with it, or a device that has not come home by then, is a fault of its own.
    serials = [row.partition(",")[0] for row in (STACKS / "lilleby" / "devices.csv").read_text().splitlines()[1:]]
    alone = {
        "platform.yaml": {"consumers.firewall": ["drift-lnx01"]},
        "devices.csv": dict.fromkeys(serials, REMOVE),
    }
    lilleby = folder("lilleby", ADOPTED, states(*before), alone)
    kept = lilleby.kept()
    lilleby.edit(states(*after))
    found = [f for f in lilleby.judge(kept) if f.op == "step"]
    assert {f.resource for f in found} == refused
    assert all("refresh.yaml:" in f.where and f.permission is None for f in found)


def test_each_layer_is_asked_for_its_own_steps(folder: Callable[..., Folder]) -> None:
    """Base has nothing of a state, a generation's stack takes each step of it, and access those in which it turns."""
    lilleby = folder("lilleby", ADOPTED)
    kept = lilleby.kept() | {"generations": {"g22": {"origin": "adopted", "state": "live"}}}
    kept["generations"]["g26"] = {"origin": "managed", "state": "planned"}
    lilleby.edit({"refresh.yaml": {"generations.g26.state": "pilot"}})
    found = {layer: {f.resource for f in lilleby.judge(kept, layer)} for layer in ("base", "g22", "g26", "access")}
    assert found == {"base": set(), "g22": set(), "g26": {"g26"}, "access": set()}


def test_an_origin_goes_one_way(folder: Callable[..., Folder]) -> None:
    lilleby = folder("lilleby", ADOPTED)
    kept = lilleby.kept()
    lilleby.edit({"refresh.yaml": {"generations.g22.origin": "observed"}})
    (found,) = lilleby.judge(kept)
    assert found.why == "the stack was last updated with origin adopted, from which no step leads to observed"


def test_a_disk_that_shrinks_is_refused_with_its_line_wherever_it_stands(folder: Callable[..., Folder]) -> None:
    lilleby = folder("lilleby")
    lilleby.edit({"systems/drift.yaml": {"servers.drift-lnx02.disks": {"system": 60, "data": 200}}})
    kept = lilleby.kept()
    lilleby.edit({"systems/drift.yaml": {"servers.drift-lnx02.disks": {"system": 80, "data": 100}}})
    (found,) = lilleby.judge(kept)
    assert str(found).endswith(
        "drift.yaml:9: refused: loss of disks[data] (200 to 100) of drift-lnx02-g26: its disk data had 200 GiB at the "
        "last update, and no disk shrinks; set `data: 200` again, or move the data to a new disk and take this one out"
    )
    lilleby.edit({"systems/drift.yaml": {"servers.drift-lnx02.disks": {"system": 80, "data": 300}}})
    assert lilleby.judge(kept) == []


@pytest.mark.parametrize(
    ("change", "name", "thing", "line"),
    [
        ({"systems/sbsys.yaml": {"servers.sbsys-app01.host": 25}}, "host", "sbsys-app01-g26", "sbsys.yaml:12"),
        (
            {"networks.yaml": {"networks.servers.prefix.g26": "10.26.24.0/24"}},
            "prefix",
            "servers-g26",
            "networks.yaml:6",
        ),
        ({"networks.yaml": {"networks.servers.vlan.g22": 21}}, "vlan", "servers-g22", "networks.yaml:5"),
        (
            {
                "desktops.yaml": {
                    "pools.graphics.gpu.g26": "nvidia_l4-8q",
                    "desktop_images.grafik.versions.2611.1.gpu": "nvidia_l4-8q",
                }
            },
            "gpu",
            "graphics-g26",
            "desktops.yaml:31",
        ),
        ({"desktops.yaml": {"pools.office.short": "ktr"}}, "short", "office-g26", "desktops.yaml"),
    ],
)
def test_what_is_fixed_at_birth_is_not_changed_for_what_is_live(
    folder: Callable[..., Folder], change: Edits, name: str, thing: str, line: str
) -> None:
    lilleby = folder("lilleby", LIVE)
    kept = lilleby.kept()
    lilleby.edit(change)
    found = {(f.resource, f.takes): f for f in lilleby.judge(kept)}
    assert (thing, (name,)) in found
    birth = found[thing, (name,)]
    assert birth.permission is None
    assert line in birth.where
    assert f"set `{name}` back to" in birth.instead


def test_what_is_being_built_may_be_renumbered(folder: Callable[..., Folder]) -> None:
    lilleby = folder("lilleby")
    kept = lilleby.kept()
    lilleby.edit({"systems/drift.yaml": {"servers.drift-lnx02.host": 28}})
    assert lilleby.judge(kept) == []


def test_a_machine_that_was_renumbered_by_hand_is_let_through_by_name_and_day(folder: Callable[..., Folder]) -> None:
    lilleby = folder("lilleby", LIVE)
    kept = lilleby.kept()
    lilleby.edit({"systems/sbsys.yaml": {"servers.sbsys-app01.host": 25}})
    lilleby.edit({"refresh.yaml": {"overrides": {"sbsys-app01-g26": LEAVE}}})
    by = {(f.resource, f.takes): f.permission for f in lilleby.judge(kept)}
    assert by["sbsys-app01-g26", ("host",)] == "By hand (Head of operations, until 2026-11-30)"
    late = {(f.resource, f.takes): f.permission for f in lilleby.judge(kept, today=date(2026, 12, 1))}
    assert late["sbsys-app01-g26", ("host",)] is None


@pytest.mark.parametrize(
    ("change", "name", "thing"),
    [
        ({"azure.yaml": {"hub.subscription": "management"}}, "subscription", "hub"),
        ({"azure.yaml": {"location": "westeurope"}}, "location", "hub"),
        (
            {"azure.yaml": {"areas.administration.subnets.servers.prefix": "10.60.11.0/24"}},
            "subnets.servers",
            "area-administration",
        ),
        ({"desktops.yaml": {"pools.journal.avd.join": "ad"}}, "join", "journal-g26"),
    ],
)
def test_what_is_fixed_at_birth_is_not_changed_for_what_has_moved(
    folder: Callable[..., Folder], change: Edits, name: str, thing: str
) -> None:
    havneby = folder("havneby", MOVED)
    kept = havneby.kept()
    havneby.edit(change)
    found = {(f.resource, f.takes) for f in havneby.judge(kept) if f.permission is None}
    assert (thing, (name,)) in found


def held(folder: Folder) -> dict[str, str | None]:
    platform = model.load(str(folder.folder))
    return {i.logical_name: i.held for i in (*platform.instances, *platform.pool_instances)}


def test_what_a_pilot_serves_and_what_holds_data_stays(folder: Callable[..., Folder]) -> None:
    holds = {"servers.sbsys-sql01.holds_data": True, "servers.sbsys-sql01.data": DATA}
    lilleby = folder("lilleby", ADOPTED, states("live", "pilot"), {"systems/sbsys.yaml": holds})
    alone = held(lilleby)
    assert {name for name, why in alone.items() if why and name.endswith("-g26")} == {"sbsys-sql01-g26"}
    assert alone["sbsys-sql01-g26"] == "g26 is a pilot and this holds data"
    lilleby.edit({"refresh.yaml": {"serving.pilot": PILOT}})
    serving = held(lilleby)
    assert serving["office-g26"] == serving["sbsys-app01-g26"] == "g26 serves by it whom pilot names"
    assert all(serving.values())


def test_people_whom_a_wave_has_moved_come_to_pools_whose_own_wave_is_ahead(folder: Callable[..., Folder]) -> None:
    wave = {"generation": "g26", "starts": "2026-12-07", "ends": "2026-12-11"}
    waves = {
        "waves.people": {"title": "P", **wave, "state": "moved", "groups": ["GG-AVD-Journal"]},
        "waves.desks": {"title": "D", **wave, "state": "building", "pools": ["journal"]},
    }
    havneby = folder("havneby", {"refresh.yaml": {"generations.g26.state": "pilot", **waves}})
    found = held(havneby)
    assert found["journal-g26"] == "g26 serves by it whom people names"
    assert found["sag-app01-g26"] is None, "its own wave is still being built"


def test_an_output_that_no_update_wrote_is_refused(folder: Callable[..., Folder]) -> None:
    (found,) = folder("lilleby").judge({"generations": "[secret]"})
    assert "not what an update writes" in found.why
