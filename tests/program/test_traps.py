"""The traps of vSphere and its provider, each with what keeps the program out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components.servers.past import refusing
from components.servers.vmware import images, machines
from model import ModelError, Platform
from tests.program.program import Declared, Program, Secret, run
from tests.support.edit import Edits

Lilleby = Callable[..., Platform]
ADOPTED: Edits = {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "planned"}}
DECLARED_STATES = ("building", "pilot", "live", "standby", "retiring")


def servers(program: Program) -> list[Declared]:
    found = list(program.of("VirtualMachine").values())
    assert found
    return found


def in_state(lilleby: Lilleby, state: str) -> Program:
    states = {"g22.origin": "adopted", "g22.state": "standby" if state == "live" else "live", "g26.state": state}
    # What only the new generation has may not be named while it goes.
    named = {"platform.yaml": {"consumers.firewall": ["drift-lnx01"]}} if state == "retiring" else {}
    return run(lilleby({"refresh.yaml": {f"generations.{key}": value for key, value in states.items()}}, named))


def secrets_in(value: Any, path: str = "") -> list[str]:
    if isinstance(value, Secret):
        return [path]
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in secrets_in(item, f"{path}.{key}")]
    return []


def test_what_a_clone_was_told_is_ignored_after_birth(building: Program) -> None:
    for server in servers(building):
        assert server.ignore_changes >= {"clone", "guestId", "firmware", "scsiType"}, server


def test_a_raised_build_replaces_while_a_generation_is_building(building: Program, lilleby: Lilleby) -> None:
    raised = run(lilleby({"images.yaml": {"images.ws2025.build": 2}}))
    before, after = building.of("VirtualMachine"), raised.of("VirtualMachine")
    changed = {n for n in after if after[n].inputs["replaceTrigger"] != before[n].inputs["replaceTrigger"]}
    assert changed == {"ad-dc01-g26", "ad-dc02-g26", "sbsys-sql01-g26", "sbsys-app01-g26", "sbsys-app02-g26"}
    assert {s.inputs["replaceTrigger"] for s in servers(raised)} == {"1", "2"}
    assert not any("replaceTrigger" in s.ignore_changes for s in servers(raised))


@pytest.mark.parametrize("state", [s for s in DECLARED_STATES if s != "building"])
def test_a_raised_build_replaces_nothing_once_people_are_served(lilleby: Lilleby, state: str) -> None:
    assert all("replaceTrigger" in s.ignore_changes for s in servers(in_state(lilleby, state)))


def test_a_replaced_server_is_deleted_first_and_the_plan_says_so(building: Program, adopted: Program) -> None:
    assert {s.delete_before_replace for s in servers(building) + servers(adopted)} == {True}


@pytest.mark.parametrize("state", DECLARED_STATES)
def test_live_and_standby_are_protected(lilleby: Lilleby, state: str) -> None:
    program = in_state(lilleby, state)
    held = ("VirtualMachine", "Host", "ComputeCluster", "VmfsDatastore", "DistributedPortGroup", "Folder")
    built = [r for kind in held for r in program.of(kind).values() if not r.name.endswith("-g22")]
    assert {r.protect for r in built} == {state in ("live", "standby")}


@pytest.mark.parametrize("state", DECLARED_STATES)
def test_a_state_changes_no_name_no_parent_and_no_property(building: Program, lilleby: Lilleby, state: str) -> None:
    built = [r for r in building.resources if r.type not in ("Record", "DeliveryGroupAccess")]
    there = {(r.urn, r.parent): looked_at(r) for r in in_state(lilleby, state).resources}
    assert {(r.urn, r.parent): there.get((r.urn, r.parent)) for r in built} == {
        (r.urn, r.parent): looked_at(r) for r in built
    }


def looked_at(resource: Declared) -> dict[str, Any]:
    """The inputs, less what is told to a clone at its birth and never looked at again: whom it asks for names. And less
    whom a host asks for the time: that follows who serves, as everything does that asks.
    """
    assert "clone" not in resource.inputs or "clone" in resource.ignore_changes
    return {name: value for name, value in resource.inputs.items() if name not in ("clone", "services")}


def test_the_modes_that_would_power_cycle_are_always_stated(building: Program) -> None:
    assert {(s.inputs["hvMode"], s.inputs["eptRviMode"]) for s in servers(building)} == {("hvAuto", "automatic")}


def test_customisation_has_time_for_sysprep_and_the_domain_join(building: Program) -> None:
    for server in servers(building):
        clone = server.inputs["clone"]
        assert clone["customize"]["timeout"] >= 45
        assert clone["timeout"] >= 30
        assert server.inputs["waitForGuestNetTimeout"] == 15


def test_a_shorter_customisation_is_a_fault_of_the_model(lilleby: Lilleby) -> None:
    with pytest.raises(ModelError, match=r"customize_minutes: 10; give 45 or more"):
        lilleby({"images.yaml": {"images.ws2025.customize_minutes": 10}})


def test_computer_names_keep_the_netbios_limits(building: Program) -> None:
    names = [
        s.inputs["clone"]["customize"].get("windowsOptions", {}).get("computerName", s.inputs["name"])
        for s in servers(building)
    ]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 15 and name.isalnum() and not name.isdigit() for name in names)


def test_a_guest_id_other_than_the_templates_stops_the_program(lilleby: Lilleby) -> None:
    with pytest.raises(Exception, match=r"template tpl-ws2025-2610 has guest id windows9_64Guest and not"):
        run(lilleby(), templates={"ws2025": {"guestId": "windows9_64Guest"}})


def test_firmware_and_scsi_type_are_the_templates(lilleby: Lilleby) -> None:
    program = run(lilleby(), templates={"ubuntu2404": {"firmware": "bios", "scsiType": "lsilogic"}})
    linux = program.of("VirtualMachine")["drift-lnx01-g26"].inputs
    assert (linux["firmware"], linux["scsiType"]) == ("bios", "lsilogic")


def test_a_template_is_asked_for_once_an_image(building: Program) -> None:
    asked = [a["name"] for a in building.asked("getVirtualMachine")]
    assert sorted(asked) == ["tpl-ubuntu2404-2610", "tpl-ws2025-2610"]
    assert len(building.asked("getDatacenter")) == 1


def test_a_disk_is_never_smaller_than_the_templates(lilleby: Lilleby) -> None:
    program = run(lilleby(), templates={"ws2025": {"disks": [{"label": "d", "size": 127, "unitNumber": 0}]}})
    sizes = {s.name: [d["size"] for d in s.inputs["disks"]] for s in servers(program)}
    assert sizes["ad-dc01-g26"] == [127]
    assert sizes["sbsys-sql01-g26"] == [127, 924]
    assert sizes["drift-lnx01-g26"] == [50]


def test_disks_are_numbered_and_labelled(building: Program) -> None:
    for server in servers(building):
        disks = server.inputs["disks"]
        assert [d["unitNumber"] for d in disks] == list(range(len(disks)))
        assert len({d["label"] for d in disks}) == len(disks)


def test_a_template_with_more_disks_than_a_server_stops_the_program() -> None:
    with pytest.raises(Exception, match="the template has 2 disks and the server 1"):
        images.disk_sizes([80], [40, 10])
    assert images.disk_sizes([80, 5, 7], [40, 10]) == [80, 10, 7]


@pytest.mark.parametrize(("cpus", "cores"), [(1, 1), (6, 6), (64, 64), (96, 48), (128, 64), (67, 1)])
def test_sockets_are_few_and_divide_evenly(cpus: int, cores: int) -> None:
    assert machines.cores_per_socket(cpus) == cores


def test_rules_are_wishes(building: Program) -> None:
    kinds = ("ComputeClusterVmAntiAffinityRule", "ComputeClusterVmDependencyRule")
    rules = [r for kind in kinds for r in building.of(kind).values()]
    assert rules
    assert {r.inputs["mandatory"] for r in rules} == {False}


def test_volumes_outlive_the_host_that_formatted_them(building: Program) -> None:
    (volume,) = building.of("VmfsDatastore").values()
    assert volume.ignore_changes == {"hostSystemId"}


def test_a_server_waits_for_its_volumes_and_its_folder(building: Program) -> None:
    needed = {r.urn for r in building.resources if r.type == "VmfsDatastore" or r.name == "folders-g26-ad"}
    assert len(needed) == 2
    assert building.of("VirtualMachine")["ad-dc01-g26"].depends_on >= needed


def test_a_systems_folder_waits_for_the_generations(building: Program) -> None:
    folders = building.of("Folder")
    root = folders.pop("folders-g26-root")
    assert all(root.urn in folder.depends_on for folder in folders.values())


def test_no_session_machine_of_citrix_is_declared_or_listed(lilleby: Lilleby) -> None:
    platform = lilleby({"refresh.yaml": {"generations.g22.origin": "adopted"}})
    program = run(platform)
    vdas = {name for table in platform.observed.vdas.values() for name in table}
    assert vdas
    assert not vdas & {s.inputs["name"] for s in servers(program)}
    assert not vdas & {s["name"] for s in program.outputs["inventory"]["servers"].values()}


def test_every_password_is_handed_over_as_a_secret(building: Program) -> None:
    sealed = [secrets_in(r.inputs) for r in building.resources]
    windows = building.of("VirtualMachine")["ad-dc01-g26"].inputs["clone"]["customize"]["windowsOptions"]
    assert {k for k, v in windows.items() if isinstance(v, Secret)} == {
        "adminPassword",
        "domainAdminUser",
        "domainAdminPassword",
    }
    assert sum(map(len, sealed)) == 3 * 5 + 3 + 1, "three for each Windows server, one for each host and for vCenter"
    assert "p4ss" not in str([[r.inputs for r in building.resources if not secrets_in(r.inputs)], building.outputs])


def state_of(platform: Platform, *, marked: bool) -> dict[str, dict[str, Any]]:
    """A state that has the servers of g22, as the engine tells it; `marked`: an update has found them as declared."""
    found = {i.logical_name: i.found for i in platform.instances if i.found is not None}
    kind = "urn:pulumi:test::p::platform:servers:System$vsphere:index/virtualMachine:VirtualMachine"
    state: dict[str, dict[str, Any]] = {
        f"{kind}::{name}": {"outputs": {"uuid": vm.uuid}} for name, vm in found.items() if vm is not None
    }
    if marked:
        state["urn:pulumi:test::p::pulumi:index:Stash::adopted-g22"] = {"outputs": {"input": sorted(found)}}
    return state


def test_an_adoption_is_an_import_and_nothing_else(adopted: Program) -> None:
    ids = {s.name: s.import_id for s in servers(adopted)}
    assert ids["sbsys-app02-g22"] == "VirtualMachine:vm-1004"
    assert all(ids.values())
    for server in servers(adopted):
        assert set(server.inputs) <= server.ignore_changes, "whatever differs stays as it is found"
        assert server.protect
    (stash,) = [s for name, s in adopted.of("Stash").items() if name == "adopted-g22"]
    assert set(stash.inputs["input"]) == set(ids)


@pytest.mark.parametrize("marked", [True, False])
def test_what_the_state_has_is_never_imported_again(lilleby: Lilleby, marked: bool) -> None:
    platform = lilleby(ADOPTED)
    program = run(platform, before=state_of(platform, marked=marked))
    assert {s.import_id for s in servers(program)} == {""}
    for server in servers(program):
        assert (not set(server.inputs) & server.ignore_changes) is marked, "held to the data once it was found to agree"
        untold = {"clone", "disks", "cdroms", "eptRviMode", "hvMode", "tags", "annotation", "networkInterfaces"}
        assert server.ignore_changes >= untold
        assert server.protect


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"memory": 1024}, "memory is 1024 in vCenter and 32768 in observed/g22.csv"),
        ({"name": "LILAPP2"}, "name is 'LILAPP2' in vCenter and 'LILAPP02' in observed/g22.csv"),
        ({"uuid": "another"}, "VirtualMachine:vm-1004 is machine another in vCenter"),
    ],
)
def test_what_is_found_and_not_declared_refuses_the_plan(lilleby: Lilleby, found: dict[str, Any], told: str) -> None:
    platform = lilleby(ADOPTED)
    with pytest.raises(pulumi.RunError) as refusal:
        run(platform, state={"sbsys-app02-g22": found})
    assert told in str(refusal.value)
    assert str(refusal.value).count("\n") == 1, "one line for each difference"


def test_an_override_adopts_a_server_as_found(lilleby: Lilleby) -> None:
    override = {"allows": ["adoption"], "reason": "r", "role": "Head", "expires": "2026-11-30"}
    platform = lilleby(ADOPTED, {"refresh.yaml": {"overrides.sbsys-app02-g22": override}})
    assert run(platform, state={"sbsys-app02-g22": {"memory": 1024}}).of("Stash")["adopted-g22"]
    with pytest.raises(pulumi.RunError, match="is machine another in vCenter"):
        run(platform, state={"sbsys-app02-g22": {"uuid": "another"}})


def test_another_machine_in_the_state_than_in_the_data_stops_everything(lilleby: Lilleby) -> None:
    platform = lilleby(ADOPTED)
    state = state_of(platform, marked=True)
    next(iter(state.values()))["outputs"]["uuid"] = "another"
    with pytest.raises(pulumi.RunError, match="is machine another in the state"):
        run(platform, before=state)


def test_an_adopted_server_is_never_made(adopted: Program) -> None:
    assert adopted.of("VirtualMachine")
    with pytest.raises(pulumi.RunError, match="a-g22 is gone; build another"):
        refusing("is gone; build another")(pulumi.ResourceHookArgs("urn", "", "a-g22", "VirtualMachine"))


def test_what_a_person_adopts_is_looked_up_and_not_declared(adopted: Program) -> None:
    assert {r.type for r in adopted.resources if r.token.startswith("vsphere:")} == {"VirtualMachine"}
    assert [a["name"] for a in adopted.asked("getResourcePool")] == ["CL01/Resources"]
    assert not adopted.asked("getNetwork"), "adapters stay as they are"


def test_a_host_whose_thumbprint_is_known_is_not_asked_and_trust_at_first_use_is_said(lilleby: Lilleby) -> None:
    platform = lilleby()
    name = "esx-g26-01.lilleby.example"
    known = platform.hardware.hosts[name].model_copy(update={"thumbprint": ":".join(["AB"] * 20)})
    hardware = replace(platform.hardware, hosts={**platform.hardware.hosts, name: known})
    program = run(replace(platform, hardware=hardware))
    assert program.of("Host")[f"servers-g26-{name}"].inputs["thumbprint"] == ":".join(["AB"] * 20)
    others = {host.name for host in platform.hardware.hosts.values() if host.generation == "g26"} - {name}
    assert {a["address"] for a in program.asked("getHostThumbprint")} == others
    (said,) = program.trusted
    assert name not in said
    assert all(f"{other} found-{other}" in said for other in others)
