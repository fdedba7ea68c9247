"""Generations on the model: faults by breaking one thing, the steps, whom each serves, what flips, what fits."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive.capacity import IMAGE_GIB, capacity
from model.derive.data_turns import data_turns
from model.derive.flips import Flip, flips
from model.derive.serving import person_served_by, pool_served_by, system_served_by
from model.faults import Fault
from model.rules.refresh import expired
from model.types.lifecycle import ORIGINS, STEPS, WAVE_STEPS, StepError, advance
from model.types.states import State
from tests.support.edit import REMOVE, Edits, both, edit
from tests.support.paths import ROOT, STACKS
from tests.support.targets import DATABASES

Load = Callable[..., Platform]
CUTOVER: Edits = {
    "refresh.yaml": {
        "generations.g22.origin": "adopted",
        "generations.g22.state": "standby",
        "generations.g26.state": "live",
    }
}
PILOT: Edits = {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "pilot"}}
LAG: Edits = {
    "refresh.yaml": {
        "serving.lag": {"generation": "g22", "systems": ["sbsys"], "reason": "Vendor", "expires": "2027-01-31"}
    }
}


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def edited(*edits: Edits) -> Platform:
        shutil.rmtree(tmp_path / "stacks", ignore_errors=True)
        shutil.copytree(STACKS, tmp_path / "stacks")
        return model.load(str(edit(tmp_path / "stacks" / "lilleby", *edits)))

    return edited


def faults(load: Load, edits: Edits) -> tuple[Fault, ...]:
    with pytest.raises(model.ModelError) as caught:
        load(edits)
    return caught.value.faults


def serving(generation: str, **who: list[str]) -> Edits:
    some = {"generation": generation, **who, "reason": "R", "expires": "2027-01-31"}
    return {"refresh.yaml": {"serving.some": some}}


def strategy(how: str, generation: str = "g26", **more: str) -> Edits:
    return {"systems/sbsys.yaml": {"servers.sbsys-sql01.strategy": {generation: {"how": how, **more}}}}


DATA: Edits = {"catalog/roles.yaml": {"roles.sql.holds_data": True}}
CASES: dict[str, tuple[Edits, str, str, str]] = {
    "nobody is live": (
        {"refresh.yaml": {"generations.g22.state": "standby"}},
        "SERVING", "generations.g22.state", "on exactly one",
    ),
    "two are live": (
        {"refresh.yaml": {"generations.g26.state": "live"}},
        "SERVING", "generations.g26.state", "g26 is live and so is g22",
    ),
    "served by a generation that is being built": (
        serving("g26", groups=["GG-Pilot"]),
        "SERVING", "serving.some.generation", "is building and serves nobody",
    ),
    "served by a generation that is not there": (
        serving("g30", groups=["GG-Pilot"]),
        "DANGLING", "serving.some.generation", "no generation g30",
    ),
    "access that nobody can take away": (
        {"refresh.yaml": {"generations.g26.state": "pilot"}},
        "SERVING", "generations.g22.origin", "set `origin: adopted` on g22",
    ),
    "names nobody": (serving("g22"), "MISSING-KEY", "serving.some", "names nobody"),
    "names a site that is not there": (
        serving("g22", sites=["S999"]),
        "DANGLING", "serving.some.sites[0]", "no site S999",
    ),
    "names a pool that is not there": (
        serving("g22", pools=["ofice"]),
        "DANGLING", "serving.some.pools[0]", "no pool ofice",
    ),
    "names a system twice": (
        serving("g22", systems=["sbsys", "sbsys"]),
        "SERVING", "serving.some.systems[1]", "exactly one",
    ),
    "names a system that its vendor hosts": (
        serving("g22", systems=["nexus"]),
        "SERVING", "serving.some.systems[0]", "no server in g22",
    ),
    "people lag": (
        both(CUTOVER, serving("g22", groups=["GG-Late"])),
        "SERVING", "serving.some.groups", "people do not lag",
    ),
    "a system is left behind": (
        CUTOVER | {"systems/drift.yaml": {"servers.drift-lnx01.generations": ["g22"],
                                          "servers.drift-lnx02.generations": []}},
        "SERVING", ".", "a reason to lag",
    ),
    "retain without a reason": (
        strategy("retain", expires="2027-01-31"),
        "MISSING-KEY", "strategy.g26.reason", "why, and until when",
    ),
    "retain without an end": (
        strategy("retain", reason="R"),
        "MISSING-KEY", "strategy.g26.expires", "why, and until when",
    ),
    "retire with an end": (
        strategy("retire", expires="2027-01-31"),
        "STRATEGY", "strategy.g26.expires", "belongs to retain",
    ),
    "a strategy for what was found": (
        strategy("retire", generation="g22"),
        "STRATEGY", "strategy.g22", "name a generation with `origin: managed`",
    ),
    "in place without a place": (
        {"systems/drift.yaml": {"servers.drift-lnx02.strategy": {"g26": {"how": "in-place"}}}},
        "STRATEGY", "strategy.g26", "no machine of it before g26",
    ),
    "upgraded in place in a generation that retires": (
        {
            "refresh.yaml": {"generations.g22.state": "retiring", "generations.g26.state": "live"},
            "systems/sbsys.yaml": {"servers.sbsys-sql01.strategy": {"g26": {"how": "in-place"}}},
            "desktops.yaml": {"citrix.database": REMOVE},
            "flows.yaml": {"flows.database": REMOVE},
        },
        "STRATEGY", "strategy.g26", "LILSQL01 stays in g22, which is retiring",
    ),
    "data built anew without a way": (DATA, "DATA", "data", "add `data:` with a way"),
    "data that take longer than their window": (
        DATA | {"systems/sbsys.yaml": {"servers.sbsys-sql01.data": {
            "way": "robocopy", "window_minutes": 60, "across_minutes": 61, "back_minutes": 60}}},
        "DATA", "data.across_minutes", "keep it to the window of 60",
    ),
    "an alias of a role that the system has not": (
        {"systems/sbsys.yaml": {"aliases.sbsys": "dc"}},
        "DANGLING", "aliases.sbsys", "no server with role dc, nor one of that name",
    ),
    "an alias of another system's server": (
        {"systems/sbsys.yaml": {"aliases.sbsys": "ad-dc01"}},
        "DANGLING", "aliases.sbsys", "known are: app, sbsys-app01, sbsys-app02, sbsys-sql01, sql",
    ),
    "an alias without a zone": (
        {"platform.yaml": {"alias_zone": REMOVE}},
        "MISSING-KEY", "aliases.sbsys", "alias_zone",
    ),
    "a farm that points at a machine": (
        {"refresh.yaml": {"stable.portal.points_at": "lilapp01.lilleby.example"}},
        "UNSTABLE", "stable.portal.points_at", "is the machine sbsys-app01-g22",
    ),
    "a farm that points at an address": (
        {"refresh.yaml": {"stable.portal.points_at": "10.26.20.15"}},
        "UNSTABLE", "stable.portal.points_at", "is the machine sbsys-app01-g26",
    ),
    "an account with a year": (
        {"refresh.yaml": {"stable.sbsys-service.points_at": "LILLEBY\\svc-sbsys-g26"}},
        "UNSTABLE", "stable.sbsys-service.points_at", "carries a generation",
    ),
    "a farm that points at an alias that is not there": (
        {"refresh.yaml": {"stable.portal.points_at": "sbsis.access.lilleby.example"}},
        "DANGLING", "stable.portal.points_at", "did you mean sbsys.access",
    ),
    "too little memory": (
        {"hardware.yaml": {"models.new-host.memory_gib": 163}},
        "CAPACITY", "clusters.servers", "g26 needs 328 GiB of memory and servers has 326 (2 of 3 hosts)",
    ),
    "too few cores": (
        {"hardware.yaml": {"models.new-host.cores": 3}},
        "CAPACITY", "clusters.servers", "needs 32 vCPU of CPU and servers has 24",
    ),
    "too few cores for session machines by their own ratio": (
        {"hardware.yaml": {"models.new-host.cores": 8}, "vmware.yaml": {"clusters.servers.session_overcommit": 1}},
        "CAPACITY", "clusters.servers", "needs 32 vCPU of CPU of session machines and servers has 8",
    ),
    "too little disk": (
        {"hardware.yaml": {"datastores.DS-G26-01.capacity_gib": 2000}},
        "CAPACITY", "datastore_clusters.standard", "20 % kept free",
    ),
    "more session machines than the hosts hold": (
        {"desktops.yaml": {"pools.graphics.machines.g26": 13}},
        "CAPACITY", "clusters.servers", "needs 1032 GiB of memory and servers has 1024",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(load: Load, name: str) -> None:
    edits, code, path, part = CASES[name]
    found = faults(load, edits)
    assert [f for f in found if f.code == code and f.path.endswith(path) and part in f.message], "\n".join(
        map(str, found)
    )
    assert {f.code for f in found} == {code}, "\n".join(map(str, found))
    assert all(";" in f.message for f in found), "a message says what is allowed"


def test_the_documented_tables_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "lifecycle.md").read_text()
    words = {True: "yes", False: "no"}
    expected = {
        f"| {state} | {words[state.declared]} | {words[state.protected]} | {words[state.rebuilds]} | {state.serves} |"
        for state in State
    }
    for step in STEPS:
        a, b = step.before, step.after
        pairs = (
            ("resources", a.declared, b.declared),
            ("protected", a.protected, b.protected),
            ("rebuilds", a.rebuilds, b.rebuilds),
            ("serves", a.serves, b.serves),
        )
        changes = ", ".join(name for name, old, new in pairs if old != new)
        other = f" {step.other[0]} to {step.other[1]}" if step.other else ""
        expected.add(f"| {step.before} | {step.after} |{other} | {step.what} | {changes} |")
    expected |= {f"| {before} | {after} | {what} |" for (before, after), what in ORIGINS.items()}
    expected |= {f"| {step.before} | {step.after} | {step.what} |" for step in WAVE_STEPS}
    states = "|".join((*State, "observed", "adopted", "moved"))
    assert {line for line in text.splitlines() if re.match(rf"\| ({states}) \|", line)} == expected


def test_every_step_that_another_takes_too_has_its_reverse() -> None:
    """A rollback is the cutover backwards: what one step does to both generations, another undoes."""
    pairs = {(s.before, s.after, s.other) for s in STEPS if s.other}
    assert pairs
    assert {(other[1], other[0], (after, before)) for before, after, other in pairs if other} == pairs


def test_a_step_that_is_not_legal_says_which_are(load: Load) -> None:
    platform = load()
    with pytest.raises(StepError, match="g26 is building and can not go to live; take it to planned or pilot"):
        advance(platform.refresh.generations, "g26", "live")
    with pytest.raises(StepError, match="g26 is managed and only what is observed becomes adopted"):
        advance(platform.refresh.generations, "g26", "adopted")
    with pytest.raises(StepError, match="no generation g27"):
        advance(platform.refresh.generations, "g27", "live")


def test_the_live_generation_serves_whoever_is_not_named(load: Load) -> None:
    platform = load(PILOT, serving("g26", groups=["GG-Pilot"], sites=["S002"], systems=["drift"]))
    assert system_served_by(platform, "sbsys") == "g22"
    assert system_served_by(platform, "drift") == "g26"
    assert pool_served_by(platform, "office") == "g22"
    assert person_served_by(platform, "S001") == "g22"
    assert person_served_by(platform, "S002") == "g26"
    assert person_served_by(platform, "S001", ["GG-Other", "gg-pilot"]) == "g26"


def test_a_cutover_turns_the_aliases_and_a_rollback_turns_them_back(load: Load) -> None:
    before = load(PILOT)
    after = load(CUTOVER)
    name = "sbsys.access.lilleby.example"
    there = Flip("record", name, "10.20.20.15, 10.20.20.16", "10.26.20.15, 10.26.20.16")
    turned = flips(before, after)
    assert turned[-1] == there
    assert {(f.kind, f.name, f.before, f.after) for f in turned[:-1]} == {
        ("delivery-group", "Kontor", r"LILLEBY\GG-Citrix-Kontor", "closed"),
        ("delivery-group", "DG-G26-OFFICE", "closed", r"LILLEBY\GG-Citrix-Kontor"),
        ("delivery-group", "DG-G26-GRAPHICS", "closed", r"LILLEBY\GG-Citrix-Grafik"),
    }
    assert flips(after, before) == tuple(Flip(f.kind, f.name, f.after, f.before) for f in turned)
    assert flips(before, before) == ()


def test_a_cutover_turns_the_names_of_data_too_and_a_rollback_turns_them_back(load: Load) -> None:
    before, after = load(DATABASES, PILOT), load(DATABASES, CUTOVER)
    there = Flip("record", "sbsys-sql01.access.lilleby.example", "10.20.20.14", "10.26.20.14")
    assert there in flips(before, after)
    assert Flip("record", there.name, there.after, there.before) in flips(after, before)
    old, new = "lilsql01.lilleby.example", "sbsyssql01g26.lilleby.example"
    (turn,) = data_turns(before, after)
    assert (turn.closes.lower(), turn.opens.lower(), turn.minutes) == (old, new, 150)
    (back,) = data_turns(after, before)
    assert (back.closes.lower(), back.opens.lower(), back.minutes) == (new, old, 180)


def test_data_that_lag_or_stay_turn_nothing(load: Load) -> None:
    stays: Edits = {"systems/sbsys.yaml": {"servers.sbsys-sql01.strategy": {"g26": {"how": "in-place"}}}}
    for edits in (LAG, stays):
        before, after = load(DATABASES, PILOT, edits), load(DATABASES, CUTOVER, edits)
        assert data_turns(before, after) == ()
        assert "sbsys-sql01.access.lilleby.example" not in [flip.name for flip in flips(before, after)]


def test_what_lags_does_not_turn(load: Load) -> None:
    before, after = load(PILOT, LAG), load(CUTOVER, LAG)
    assert [flip for flip in flips(before, after) if flip.kind == "record"] == []


def test_a_server_that_stays_answers_for_the_new_generation(load: Load) -> None:
    servers: Edits = {
        "systems/sbsys.yaml": {
            "servers.sbsys-app01.strategy": {"g26": {"how": "in-place"}},
            "servers.sbsys-app02.strategy": {"g26": {"how": "retire"}},
        }
    }
    before, after = load(PILOT, servers), load(CUTOVER, servers)
    (flip,) = [flip for flip in flips(before, after) if flip.kind == "record"]
    assert (flip.before, flip.after) == ("10.20.20.15, 10.20.20.16", "10.20.20.15")


@pytest.mark.parametrize("how", ["in-place", "retire", "retain"])
def test_only_rebuild_gives_an_instance(load: Load, how: str) -> None:
    more = {"reason": "R", "expires": "2027-01-31"} if how == "retain" else {}
    platform = load(strategy(how, **more))
    names = {i.logical_name for i in platform.instances}
    assert "sbsys-sql01-g22" in names
    assert "sbsys-sql01-g26" not in names
    assert "sbsys-app01-g26" in names


def test_data_with_a_way_or_on_one_machine_are_no_fault(load: Load) -> None:
    way = {"way": "backup-restore", "window_minutes": 240, "across_minutes": 120, "back_minutes": 150}
    assert load(DATA, {"systems/sbsys.yaml": {"servers.sbsys-sql01.data": way}})
    assert load(DATA, strategy("in-place"))


def test_an_exception_holds_on_its_last_day_and_no_longer(load: Load, tmp_path: Path) -> None:
    leave = {"allows": ["deletion"], "reason": "R", "role": "R", "expires": "2026-12-24"}
    retained = strategy("retain", reason="R", expires="2027-01-31")
    load(LAG, {"refresh.yaml": {"overrides.ad-dc01-g22": leave}}, retained)
    loaded = model.trace(str(tmp_path / "stacks" / "lilleby"))
    assert [*expired(*loaded, date(2026, 12, 24))] == []
    assert [f.path for f in expired(*loaded, date(2026, 12, 25))] == ["overrides.ad-dc01-g22.expires"]
    assert {f.path for f in expired(*loaded, date(2027, 2, 1))} == {
        "overrides.ad-dc01-g22.expires",
        "serving.lag.expires",
        "servers.sbsys-sql01.strategy.g26.expires",
    }


def test_the_time_to_build_is_what_the_field_measured() -> None:
    """domain.md: 400 machines of 20 minutes take 4.3 hours on 8 hosts, 3.0 on 12 and 2.3 on 16."""
    from model.derive.capacity import build_minutes

    hours = [round(build_minutes(400, hosts) / 60, 1) for hosts in (8, 12, 16)]
    assert hours == [4.3, 3.0, 2.3]


def test_a_session_machine_takes_its_cache_disk_and_its_image_twice_on_each_datastore(load: Load) -> None:
    def disk(machines: int, stores: Edits | None = None) -> int:
        platform = load({"desktops.yaml": {"pools.graphics.machines.g26": machines}}, stores or {})
        return next(room.needed for room in capacity(platform, "g26").headroom if room.what == "disk")

    store = {"generation": "g26", "group": "standard", "cluster": "servers", "capacity_gib": 8192, "lun": "naa.2"}
    second: Edits = {"hardware.yaml": {"datastores.DS-G26-02": store}}
    assert disk(3) - disk(2) == 80, "cache_disk_gib of the profile"
    assert disk(2, second) - disk(2) == 2 * 2 * IMAGE_GIB, "two catalogs, the image and the one before"
    assert capacity(load(), "g26").clones == 7, "a session machine is no full clone"


def test_capacity_names_what_it_assumes(load: Load) -> None:
    found = capacity(load({"hardware.yaml": {"models.new-host.assumed": "as offered"}}), "g26")
    assert found.clones == 7
    assert found.build_minutes == 20
    assert found.assumed[0] == "new-host: 64 cores, 512 GiB (as offered)"
    assert [(r.what, r.needed, r.available) for r in found.headroom] == [
        ("CPU", 32, 512),
        ("CPU of session machines", 32, 240),
        ("memory", 328, 1024),
        ("disk", 2364, 6553),
    ]
