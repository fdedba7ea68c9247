"""Servers in Azure on the model: where each stands, its size and disks, what follows by itself, and every fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from ipaddress import IPv4Address
from pathlib import Path

import pytest

import model
from cli.explain import rows_of
from model import Platform, Provenance
from model.derive import migration, watching
from model.derive.azure_sizes import Need, choose, disk_type, need
from model.derive.capacity import capacity
from model.derive.flows import resolve
from model.derive.records import hosts
from model.derive.serving import alias_addresses
from model.faults import Fault
from model.types.instances import Instance
from templates.ad.context import units
from tests.support import zone
from tests.support.edit import Edits, Renamed, both, edit

Load = Callable[..., Platform]
FAMILIES = ("standardDASv5Family", "standardEASv5Family", "standardDasv6Family", "standardEasv6Family")
QUOTA = {"families": dict.fromkeys(FAMILIES, 100)}
PLACED: Edits = {
    "azure.yaml": {"quotas.corp": QUOTA},
    "systems/sbsys.yaml": {"placement": {"g26": {"area": "administration"}}},
}
WAVE = {
    "title": "Fagsystemer", "generation": "g26", "starts": "2027-01-04", "ends": "2027-01-29", "state": "building",
    "systems": ["sbsys"],
}  # fmt: skip
BY_MIGRATION = {"systems/sbsys.yaml": {"placement": {"g26": {"area": "administration", "by": "migrate"}}}}
MIGRATED = both(PLACED, both(BY_MIGRATION, {"refresh.yaml": {"waves.first": WAVE}}))
ELSEWHERE = {
    "cpus": 4, "memory_gib": 16, "max_disks": 8, "family": "standardDASv5Family", "use": "general",
    "locations": ["denmarkeast"],
}  # fmt: skip


def way(name: str) -> Edits:
    data = {"way": name, "window_minutes": 240, "across_minutes": 120, "back_minutes": 150}
    return {
        "catalog/roles.yaml": {"roles.sql.holds_data": True},
        "systems/sbsys.yaml": {"servers.sbsys-sql01.data": data},
    }


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def edited(*edits: Edits) -> Platform:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        return model.load(str(edit(zone.lilleby(folder), *edits)))

    return edited


def newest(folder: Path) -> tuple[Platform, Provenance]:
    """The platform that was written last, with where its values come from."""
    return model.trace(str(max(folder.iterdir(), key=lambda path: int(path.name)) / "stacks" / "lilleby"))


def faults(load: Load, *edits: Edits) -> tuple[Fault, ...]:
    with pytest.raises(model.ModelError) as caught:
        load(*edits)
    return caught.value.faults


def of(platform: Platform, name: str) -> Instance:
    return next(i for i in platform.instances if i.logical_name == name)


def test_a_placed_server_is_computed_as_on_vmware_and_stands_in_its_area(load: Load) -> None:
    server = of(load(PLACED), "sbsys-app02-g26")
    assert (server.vm_name, server.computer_name, server.fqdn) == (
        "SBSYSAPP02G26",
        "SBSYSAPP02G26",
        "sbsysapp02g26.lilleby.example",
    )
    assert (server.address, server.attachment.vlan, server.attachment.port_group, server.folder) == (
        IPv4Address("10.40.8.16"),
        None,
        None,
        None,
    )
    assert server.ou == of(load(), "sbsys-app02-g26").ou
    place = server.azure
    assert place is not None
    assert (place.area, place.subscription, place.resource_group, place.nic, place.zone, place.migrated) == (
        "administration",
        "corp",
        "rg-sbsys-g26",
        "nic-sbsys-app02-g26",
        2,
        False,
    )
    assert place.subnet_id.endswith("/rg-administration-network/providers/Microsoft.Network/virtualNetworks/"
                                    "vnet-administration/subnets/snet-servers")  # fmt: skip
    assert [(d.label, d.gib, d.kind, d.lun) for d in place.disks] == [
        ("system", 127, "Premium_ZRS", None),
        ("data", 100, "Premium_ZRS", 0),
    ], "no system disk is smaller than its image"
    assert of(load(PLACED), "sbsys-app02-g22").azure is None


def test_what_reads_instances_follows(load: Load) -> None:
    before, after = load(), load(PLACED)
    assert {str(a) for a in alias_addresses(after, "sbsys", "sbsys")} == {"10.20.20.15", "10.20.20.16"}, "g22 serves"
    old, new = ({h.label: str(h.address) for h in hosts(p)} for p in (before, after))
    assert (old["sbsysapp01g26"], new["sbsysapp01g26"]) == ("10.26.20.15", "10.40.8.15")
    assert {str(p) for p in resolve(after, "sbsys", "sql")} == {"10.20.20.14/32", "10.40.8.14/32"}
    watched = {w.name: w.address for w in watching.servers(after.instances)}
    assert watched["sbsys-sql01-g26"] == "10.40.8.14"
    assert units(after) == units(before), "computer accounts go where they went"


def test_vmware_alone_leaves_them_out(load: Load) -> None:
    rooms = {(room.key, room.what): room.needed for room in capacity(load(), "g26").headroom}
    fewer = {(room.key, room.what): room.needed for room in capacity(load(PLACED), "g26").headroom}
    assert rooms["servers", "CPU"] - fewer["servers", "CPU"] == 16 + 4 + 4
    assert capacity(load(), "g26").clones - capacity(load(PLACED), "g26").clones == 3


def test_a_migrated_server_keeps_its_name_and_one_machine_bears_it(load: Load) -> None:
    platform = load(MIGRATED)
    server = of(platform, "sbsys-app01-g26")
    assert (server.computer_name, server.image_name, server.ou) == ("LILAPP01", "ws2019", None)
    assert server.azure is not None
    assert server.azure.migrated
    assert [d.gib for d in server.azure.disks] == [100, 100], "as they are"
    assert server.azure.disks[0].id.endswith("/resourceGroups/rg-sbsys-g26/providers/Microsoft.Compute/disks/"
                                             "osdisk-sbsys-app01-g26")  # fmt: skip
    known = [h for h in hosts(platform) if h.label == "lilapp01"]
    assert [str(h.address) for h in known] == ["10.20.20.15"], "the machine that serves has the name"


def test_a_machine_that_starts_by_bios_is_brought_without_trusted_launch(load: Load) -> None:
    platform = load(both(MIGRATED, {"observed/g22.csv": {"LILAPP01.firmware": "bios"}}))
    trusted = {n: of(platform, f"sbsys-{n}-g26").azure for n in ("app01", "app02")}
    assert {n: place.trusted for n, place in trusted.items() if place is not None} == {"app01": False, "app02": True}


def test_what_azure_migrate_cannot_hold_it_is_exempt_from_until_a_day(load: Load) -> None:
    platform = load(MIGRATED)
    (machines,) = migration.of_machines(platform, of(platform, "sbsys-app01-g26"))
    assert machines.assignment.endswith("/mg-lil-landing-zones/providers/Microsoft.Authorization/policyAssignments/"
                                        "host-encryption")  # fmt: skip
    assert machines.expires == date(2027, 2, 8), "ten days after the wave"
    (project,) = migration.of_project(platform)
    assert (project.policy, project.expires) == ("vault-private", date(2027, 2, 12))
    assert migration.of_project(load(PLACED)) == []
    told = load(both(MIGRATED, {"catalog/landing_zone.yaml": {"policies.host-encryption.enforce": False}}))
    assert migration.of_machines(told, of(told, "sbsys-app01-g26")) == [], "what only reports refuses nothing"


def test_data_migrate_on_their_disks_and_are_built_anew_by_another_way(load: Load) -> None:
    assert load(MIGRATED, way("replicated-disks"))
    assert load(PLACED, way("backup-restore"))
    (fault,) = faults(load, MIGRATED, way("robocopy"))
    assert (fault.code, fault.path) == ("DATA", "servers.sbsys-sql01.data.way")
    (fault,) = faults(load, PLACED, way("replicated-disks"))
    assert "set another `way`, or migrate it" in fault.message


def test_a_named_size_is_taken(load: Load) -> None:
    platform = load(PLACED, {"systems/sbsys.yaml": {"servers.sbsys-sql01.size": "Standard_E16as_v5"}})
    place = of(platform, "sbsys-sql01-g26").azure
    assert place is not None
    assert (place.size, place.size_why) == ("Standard_E16as_v5", "named")


CASES: dict[str, tuple[Edits, str, str, str]] = {
    "an area that is not there": (
        {"systems/sbsys.yaml": {"placement": {"g26": {"area": "schools"}}}},
        "DANGLING", "placement.g26.area", "no area schools",
    ),
    "a generation that is not there": (
        {"systems/sbsys.yaml": {"placement": {"g30": {"area": "administration"}}}},
        "DANGLING", "placement.g30", "no generation g30",
    ),
    "a generation that was found": (
        {"systems/sbsys.yaml": {"placement": {"g22": {"area": "administration"}}}},
        "PLACEMENT", "placement.g22", "stays where it was found",
    ),
    "no subnet of that key": (
        both(PLACED, {"azure.yaml": {"areas.administration.subnets.servers": Renamed("data")},
                      "flows.yaml": {"flows.azure-data.targets[0]": "administration-data"}}),
        "DANGLING", "roles.app.network", "administration has no subnet servers",
    ),
    "an address that Azure keeps": (
        both(PLACED, {"systems/sbsys.yaml": {"servers.sbsys-app01.host": 3}}),
        "ADDRESS-OUTSIDE", "servers.sbsys-app01.host", "Azure keeps the first four",
    ),
    "an image that is not in Azure": (
        both(PLACED, {"images.yaml": {"images.ws2025.azure": None}}),
        "MISSING-KEY", "roles.app.image.g26", "image ws2025 has no azure",
    ),
    "brought by no wave": (
        both(PLACED, BY_MIGRATION),
        "PLACEMENT", "placement.g26.by", "sbsys is in no wave to g26; name it in a wave's `systems`",
    ),
    "brought and built anew": (
        both(PLACED, {"systems/sbsys.yaml": {"placement.g26.brought": True}}),
        "PLACEMENT", "placement.g26.brought", "sbsys is built anew in g26; set `by: migrate`",
    ),
    "served by what is not there": (
        both(MIGRATED, {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "pilot",
                                         "waves.first.state": "moved"}}),
        "PLACEMENT", "placement.g26", "g26 serves by sbsys, whose machines are not there; let Azure Migrate make them",
    ),
    "nothing to bring": (
        both(MIGRATED, {"systems/sbsys.yaml": {"servers.sbsys-app03": {"role": "app", "host": 40}}}),
        "PLACEMENT", "placement.g26.by", "sbsys-app03 has no machine before g26 to bring",
    ),
    "a size that is not there": (
        both(PLACED, {"systems/sbsys.yaml": {"servers.sbsys-sql01.size": "Standard_D2as_v9"}}),
        "DANGLING", "servers.sbsys-sql01.size", "no size Standard_D2as_v9",
    ),
    "a size that is not sold there": (
        both(PLACED, {"catalog/sizes.yaml": {"sizes": {"Standard_D4as_v5": ELSEWHERE}}}),
        "LOCATION", "servers.sbsys-app01", "no size sold in swedencentral holds 4 vCPU",
    ),
    "a named size that is not sold there": (
        both(PLACED, {"azure.yaml": {"location": "denmarkeast"},
                      "systems/sbsys.yaml": {"servers.sbsys-sql01.size": "Standard_D64as_v6"}}),
        "LOCATION", "servers.sbsys-sql01.size", "Standard_D64as_v6 is not sold in denmarkeast",
    ),
    "a controller without a driver": (
        both(MIGRATED, {"systems/sbsys.yaml": {"servers.sbsys-sql01.size": "Standard_E16as_v6"}}),
        "LOCATION", "servers.sbsys-sql01.size", "by NVMe; name a size that fits",
    ),
    "a disk that is too large": (
        both(PLACED, {"catalog/roles.yaml": {"roles.sql.disks.data": 40000}}),
        "LOCATION", "roles.sql.disks.data", "no type of disk sold in swedencentral holds 40000 GiB",
    ),
    "more than the quota": (
        both(PLACED, {"azure.yaml": {"quotas.corp.families.standardEASv5Family": 3}}),
        "QUOTA", "quotas.corp.families.standardEASv5Family", "vCPU of standardEASv5Family in corp, which may have 3",
    ),
    "quota of nobody": (
        {"azure.yaml": {"quotas": {"corpp": QUOTA}}},
        "DANGLING", "quotas.corpp", "no subscription corpp; did you mean corp",
    ),
    "zones by numbers that are not in a row": (
        both(PLACED, {"systems/sbsys.yaml": {"servers.sbsys-app02": Renamed("sbsys-app04")},
                      "catalog/roles.yaml": {"roles.app.spread": True}}),
        "SPREAD", "roles.app.spread", "stand in 1 of 3 zones",
    ),
    "a backup class that is not there": (
        both(PLACED, {"systems/sbsys.yaml": {"backup": "gold"}}),
        "DANGLING", "backup", "no backup class gold",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "code", "path", "text"), CASES.values(), ids=CASES)
def test_a_fault(load: Load, edits: Edits, code: str, path: str, text: str) -> None:
    found = faults(load, edits)
    assert any((f.code, f.path) == (code, path) and text in f.message for f in found), "\n".join(map(str, found))
    assert {f.code for f in found} == {code}, "\n".join(map(str, found))
    assert all(";" in f.message for f in found), "a message says what is allowed"


@pytest.mark.parametrize(
    ("wanted", "as_it_is", "size"),
    [
        (Need(2, 8, 1, ""), False, "Standard_D2as_v5"),
        (Need(2, 9, 1, ""), False, "Standard_E2as_v5"),
        (Need(2, 8, 5, ""), False, "Standard_D4as_v5"),
        (Need(3, 12, 0, ""), True, "Standard_D4as_v5"),
        (Need(20, 100, 0, ""), False, "Standard_E20as_v5"),
        (Need(400, 8, 0, ""), False, None),
    ],
)
def test_the_smallest_size_that_holds_it(load: Load, wanted: Need, size: str | None, *, as_it_is: bool) -> None:
    assert choose(wanted, load().azure.sizes, "swedencentral", as_it_is=as_it_is) == size


def test_measured_use_makes_a_server_smaller_within_bounds(load: Load) -> None:
    platform = load()
    server, found = platform.estate.servers["sbsys-app02"], platform.observed.servers["g22"]["LILAPP02"]
    assert (server.memory_gib, found.memory_mib) == (32, 32768)
    cases = {None: 32, 20 * 1024: 26, 2 * 1024: 16, 30 * 1024: 32}
    for active, memory in cases.items():
        wanted = need(server, found.model_copy(update={"active_memory_mib": active}))
        assert (wanted.cpus, wanted.memory_gib, wanted.data_disks) == (4, memory, 1), active
    raised = server.model_copy(update={"cpus": 8})
    declared = need(raised, found.model_copy(update={"active_memory_mib": 1024}))
    assert (declared.cpus, declared.memory_gib) == (8, 32), "a person's figure stands"
    assert declared.why == "8 vCPU, 32 GiB as declared, found with 4 vCPU, 32 GiB"


def test_disks_by_criticality_and_by_what_they_hold(load: Load) -> None:
    types = load().azure.disk_types
    assert disk_type(types, "swedencentral", "normal", 100, data=False) == "StandardSSD_ZRS"
    assert disk_type(types, "swedencentral", "high", 100, data=True) == "Premium_ZRS"
    assert disk_type(types, "swedencentral", "vital", 100, data=False) == "Premium_ZRS"
    assert disk_type(types, "swedencentral", "vital", 100, data=True) == "PremiumV2_LRS"


def test_explain_shows_the_choice_and_why(load: Load, tmp_path: Path) -> None:
    load(PLACED)
    rows = {path: (value, origin) for path, value, origin in rows_of(*newest(tmp_path), "sbsys-sql01-g26")}
    why, how = rows["sbsys-sql01-g26.size.why"]
    assert (why, how) == ("16 vCPU, 64 GiB as found, memory in use not told", "smallest that holds it")
    assert rows["sbsys-sql01-g26.size"][0] == "Standard_D16as_v5"
    assert "catalog/sizes.yaml:" in rows["sbsys-sql01-g26.size"][1]
    assert rows["sbsys-sql01-g26.disk.data"][0] == "924 GiB, Premium_ZRS"
    assert rows["sbsys-sql01-g26.area"][1].rpartition(":")[0].endswith("systems/sbsys.yaml")
    assert "sbsys-sql01-g26.vlan" not in rows
    load(PLACED, {"systems/sbsys.yaml": {"servers.sbsys-sql01.size": "Standard_E16as_v5"}})
    named = {path: origin for path, _, origin in rows_of(*newest(tmp_path), "sbsys-sql01-g26")}
    assert "systems/sbsys.yaml:" in named["sbsys-sql01-g26.size"]
