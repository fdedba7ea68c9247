"""From the basement to an empty room, on the real engine: servers in waves, some built anew and some brought as they
are, desktops from Citrix to Azure Virtual Desktop, pilots first; and the generation after that beside it.

Who is let in and what answers is asked of the twin's world, never of the model. What a step changes is what the engine
did, not what it would do: one run for two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support import moving
from tests.support.edit import REMOVE, Edits, edit
from tests.support.engine import Engine, Step
from tests.support.layered import Layered
from tests.support.moving import kept

pytestmark = pytest.mark.e2e
WAVE = {"generation": "g26", "starts": "2026-12-07", "ends": "2026-12-11", "state": "planned"}
MOVING: Edits = {
    "refresh.yaml": {
        "waves.foundation": WAVE | {"title": "Fundamentet", "systems": ["ad"]},
        "waves.cases": WAVE | {"title": "Sagerne", "systems": ["sag"]},
        "waves.job-centre": WAVE | {"title": "Jobcentret", "groups": ["GG-Jobcenter"]},
        "waves.pilots": WAVE | {"title": "45 piloter", "groups": ["GG-Piloter"]},
        "waves.everyone": WAVE | {"title": "Alle", "pools": ["journal"]},
        "waves.schools": WAVE | {"title": "Skolerne", "systems": ["elev"]},
        "waves.first": REMOVE,
        "waves.second": REMOVE,
    },
    "desktops.yaml": {"pools.journal.users": ["GG-AVD-Journal", "GG-Jobcenter", "GG-Piloter"]},
    "azure.yaml": {
        "principals.GG-Jobcenter": "22222222-2222-4222-8222-222222222231",
        "principals.GG-Piloter": "22222222-2222-4222-8222-222222222232",
    },
}
"""A wave for each that moves, and three groups of people who use the one pool."""
NEXT: Edits = {
    "refresh.yaml": {"generations.g30": {"origin": "managed", "state": "building"}},
    "desktops.yaml": {
        "pools.journal.machines.g30": 2,
        "pools.journal.image.g30": "journal",
        "pools.journal.placement.g30": {"area": "administration"},
        "pools.journal.avd.registration.g30": {"opens": "2030-10-07T06:00:00Z"},
    },
    **{
        f"systems/{system}.yaml": {f"servers.{server}.generations": ["g22", "g26"] for server in servers}
        for system, servers in {
            "ad": ["ad-dc01"],
            "elev": ["elev-app01", "elev-lnx01"],
            "sag": ["sag-sql01", "sag-app01"],
        }.items()
    },
}
"""The generation after, for desktops alone."""
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
    """Havneby on its way to Azure."""
    engine = make_engine()
    engine.platform = edit(engine.platform.with_name("havneby"), MOVING)
    engine.refresh("twin", "up")
    engine.refresh("twin", "seed", str(engine.platform))
    try:
        yield Layered.of(engine, split=False)
    finally:
        engine.stop()


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
    """The first two waves: one system anew, one brought as it is: imported, and nothing else in that update."""
    for wave in ("foundation", "cases"):
        life.advance(wave, "building")
    steps = life.change()
    _only_built(steps)
    assert _machines(steps, "create") == {"ad-dc01-g26"}
    assert {s.name for s in steps if s.type == "PolicyExemption"} == {"sag-exempt-g26-host-encryption"}
    assert moving.bring(life.first) == {"sag"}
    _resize(life, "Standard_D8as_v5")
    refused = life.first.pulumi("preview", check=False)
    assert "sag-app01-g26 (HVNAPP01): size is 'Standard_D8as_v5' in Azure" in refused.stdout + refused.stderr
    _resize(life, moving.size(life.first, "sag-app01-g26"))
    steps = life.change()
    assert _machines(steps, "import") == {"sag-sql01-g26", "sag-app01-g26"}
    assert kept(steps, "import") == {"VirtualMachine", "NetworkInterface", "Disk"}
    assert {s.op for s in steps if s.name.startswith("sag")} == {"import"}
    steps = life.change()
    assert kept(steps, "update") == {"VirtualMachine", "NetworkInterface", "Disk"}, "held to the data from now on"
    assert kept(steps, "create") == {"VirtualMachineExtension", "DataCollectionRuleAssociation", "ProtectedItem"}
    assert life.preview() == []
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
    assert moving.bring(life.first) == set(), "the schools' are built anew"
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

    edit(life.first.platform, {"desktops.yaml": {"pools.journal.machines.g26": 3}})
    assert {s.op for s in life.preview()} <= {"create", "update"}, "one session host more touches nobody"
    status, said = life.guard()
    assert status == 0, said
    edit(life.first.platform, {"desktops.yaml": {"pools.journal.machines.g26": 2}})


def _green_beside_blue(life: Layered) -> None:
    """Session hosts of the generation after, while people work on those of this one."""
    engine = life.first
    edit(engine.platform, NEXT)
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


def _resize(life: Layered, size: str) -> None:
    """Somebody's hand on the machine that Azure Migrate has made, before it is taken over."""
    kind = "azure-native:compute:VirtualMachine"
    life.first.refresh("twin", "change", kind, "HVNAPP01", f"hardwareProfile.vmSize={size}")


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
