"""From the basement to an empty room, on the real engine: servers in waves, some built anew and some brought as they
are, desktops from Citrix to Azure Virtual Desktop, pilots first; and the generation after that beside it.

Who is let in and what answers is asked of the twin's world, never of the model. What a step changes is what the engine
did, not what it would do: one run for two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.support import moving
from tests.support.engine import Engine, Step
from tests.support.layered import Layered
from tests.support.moving import kept

pytestmark = pytest.mark.e2e
WAVE = "{{title: {}, generation: g26, starts: 2026-12-07, ends: 2026-12-11, state: planned, {}}}"
WAVES = {
    "foundation": WAVE.format("Fundamentet", "systems: [ad]"),
    "cases": WAVE.format("Sagerne", "systems: [sag]"),
    "job-centre": WAVE.format("Jobcentret", "groups: [GG-Jobcenter]"),
    "pilots": WAVE.format("45 piloter", "groups: [GG-Piloter]"),
    "everyone": WAVE.format("Alle", "pools: [journal]"),
    "schools": WAVE.format("Skolerne", "systems: [elev]"),
}
PRINCIPALS = """\
  GG-Jobcenter: 22222222-2222-4222-8222-222222222231
  GG-Piloter: 22222222-2222-4222-8222-222222222232
"""
EVERYONE = {"GG-AVD-Journal", "GG-Jobcenter", "GG-Piloter"}
OLD = {"ad-dc01-g22", "sag-sql01-g22", "sag-app01-g22", "elev-app01-g22", "elev-lnx01-g22"}
FLIPS = {"RoleAssignment", "Deployment", "ScalingPlan", "DeliveryGroupAccess"}
"""What the flip set of a pool is made of, with the plan by which its hosts run."""
FILTERS = {"FirewallPolicyRuleCollectionGroup", "IpGroup", "NetworkSecurityGroup"}
NAMES = {"ForwardingRule", "NetworkSecurityGroup"}
"""By what Azure asks the domain's servers and is let in to them: a generation that becomes a pilot joins them."""
JOURNAL, HOSTS = "vdpool-journal-g26", ["ADJOU001G26", "ADJOU002G26"]


@pytest.fixture
def havneby(make_engine: Callable[[], Engine]) -> Iterator[Layered]:
    """Havneby with a wave for each that moves, and three groups of people who use its one pool."""
    engine = make_engine()
    engine.platform = engine.platform.with_name("havneby")
    refresh = engine.platform / "refresh.yaml"
    waves = "".join(f"  {name}: {wave}\n" for name, wave in WAVES.items())
    text = re.sub(r"waves:\n(  .*\n)+", f"waves:\n{waves}", refresh.read_text())
    refresh.write_text(text)
    _replace(engine, "desktops.yaml", "users: [GG-AVD-Journal]", "users: [GG-AVD-Journal, GG-Jobcenter, GG-Piloter]")
    _replace(engine, "azure.yaml", "principals:\n", f"principals:\n{PRINCIPALS}")
    engine.refresh("twin", "up")
    engine.refresh("twin", "seed", str(engine.platform))
    try:
        yield Layered.of(engine, split=False)
    finally:
        engine.stop()


def _replace(engine: Engine, name: str, old: str, new: str) -> None:
    file = engine.platform / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_room_empties_in_waves(havneby: Layered) -> None:
    havneby.up()
    assert havneby.preview() == []
    _servers(havneby)
    _pilots_then_everyone(havneby)
    _green_beside_blue(havneby)
    _empty_the_room(havneby)
    assert moving.outside_europe(havneby.first) == []
    assert moving.public_cards(havneby.first) == []


def _servers(life: Layered) -> None:
    """The first two waves: one system anew, one with its disks, for which its resource group must be there."""
    for wave in ("foundation", "cases"):
        life.advance(wave, "building")
    assert moving.bring(life.first) == 4, "two disks of each of its servers"
    steps = life.change()
    _only_built(steps)
    assert _machines(steps, "create") == {"ad-dc01-g26", "sag-sql01-g26", "sag-app01-g26"}
    assert _answers(life) == ["10.20.20.15"], "nobody is served by what is built"

    life.advance("g26", "pilot")
    for wave in ("foundation", "cases"):
        life.advance(wave, "moved")
    steps = life.change()
    assert _changes([s for s in steps if s.type not in NAMES]) == {("update", "access-sag")}
    assert kept(steps, "update") >= NAMES, "a pilot's name servers answer for Azure too"
    assert _answers(life) == ["10.60.8.15"]
    assert life.protected() == OLD | {"ad-dc01-g26", "sag-sql01-g26", "sag-app01-g26"}


def _pilots_then_everyone(life: Layered) -> None:
    for wave in ("everyone", "schools"):
        life.advance(wave, "building")
    _only_built(life.change())
    assert moving.hosts(life.first, JOURNAL) == HOSTS
    assert moving.people(life.first, "vdag-journal-g26") == set()

    for wave, group in (("job-centre", "GG-Jobcenter"), ("pilots", "GG-Piloter")):
        before = moving.people(life.first, "vdag-journal-g26")
        life.advance(wave, "building")
        life.advance(wave, "moved")
        life.up()
        assert moving.people(life.first, "vdag-journal-g26") == before | {group}
    assert _in_citrix(life) == {"GG-AVD-Journal"}, "who is served in Azure is not offered both"

    things = life.things()
    life.advance("everyone", "moved")
    steps = life.change()
    assert {s.type for s in steps} <= FLIPS, "no server is created, replaced or deleted"
    assert moving.people(life.first, "vdag-journal-g26") == EVERYONE
    assert _in_citrix(life) == set()

    life.advance("everyone", "building")
    assert {s.type for s in life.change()} <= FLIPS
    assert life.things() == things, "the world is what it was before"
    life.advance("everyone", "moved")
    life.up()

    _replace(life.first, "desktops.yaml", "machines: {g26: 2}", "machines: {g26: 3}")
    assert {s.op for s in life.preview()} <= {"create", "update"}, "one session host more touches nobody"
    status, said = life.guard()
    assert status == 0, said
    _replace(life.first, "desktops.yaml", "machines: {g26: 3}", "machines: {g26: 2}")


def _green_beside_blue(life: Layered) -> None:
    """Session hosts of the generation after, while people work on those of this one."""
    engine = life.first
    for file in (engine.platform / "systems").iterdir():
        file.write_text(re.sub(r"(host: \d+)", r"\1, generations: [g22, g26]", file.read_text()))
    _replace(engine, "refresh.yaml", "waves:\n", "  g30: {origin: managed, state: building}\nwaves:\n")
    _replace(engine, "desktops.yaml", "machines: {g26: 2}", "machines: {g26: 2, g30: 2}")
    _replace(engine, "desktops.yaml", "g26: journal}", "g26: journal, g30: journal}")
    here = "{area: administration}"
    _replace(engine, "desktops.yaml", f"{{g26: {here}}}", f"{{g26: {here}, g30: {here}}}")
    _replace(engine, "desktops.yaml", "registration: {", 'registration: {g30: {opens: "2030-10-07T06:00:00Z"}, ')
    steps = life.change()
    assert {s.op for s in steps} == {"create"}
    assert all("g30" in s.name for s in steps)
    assert moving.hosts(engine, "vdpool-journal-g30") == ["ADJOU001G30", "ADJOU002G30"]
    assert moving.hosts(engine, JOURNAL) == HOSTS
    assert all(moving.takes_sessions(engine, JOURNAL).values())
    assert moving.people(engine, "vdag-journal-g30") == set()


def _empty_the_room(life: Layered) -> None:
    life.advance("schools", "moved")
    life.advance("g26", "live")
    steps = life.change()
    assert kept(steps, "create") | kept(steps, "replace") | kept(steps, "delete") <= FLIPS
    life.advance("g22", "retiring")
    life.up()
    life.advance("g22", "retired")
    steps = life.change()
    assert {(s.op, s.name) for s in steps if s.type == "VirtualMachine"} == {("delete", name) for name in OLD}
    assert kept(steps, "create") | kept(steps, "replace") == set()
    there = [o.name for o in life.first.objects() if o.type == "vsphere:index/virtualMachine:VirtualMachine"]
    assert [name for name in there if name.startswith("HVN") and not name.startswith("HVNXA")] == []
    assert life.preview() == []


def _only_built(steps: list[Step]) -> None:
    """Nothing that stands is touched but the filters, in which a system stands for its new machines too."""
    assert {s.op for s in steps} <= {"create", "update"}
    assert kept(steps, "update") <= FILTERS


def _machines(steps: list[Step], op: str) -> set[str]:
    return {s.name for s in steps if s.type == "VirtualMachine" and s.op == op and "-hosts-" not in s.name}


def _changes(steps: list[Step]) -> set[tuple[str, str]]:
    return {(s.op, s.name) for s in steps}


def _answers(life: Layered) -> list[str]:
    """What the name server answers for the stable name of the case system."""
    (record,) = [o for o in life.first.objects() if o.name == "sag.access.havneby.example."]
    return record.properties["rdatas"]


def _in_citrix(life: Layered) -> set[str]:
    """The groups whom the old delivery group lets in."""
    (group,) = [o for o in life.first.objects() if o.type == "citrix:DeliveryGroup"]
    rule = group.properties["SimpleAccessPolicy"]
    inside, outside = ({user["SamName"] for user in rule[key]} for key in ("IncludedUsers", "ExcludedUsers"))
    return {name.partition("\\")[2] for name in inside - outside}
