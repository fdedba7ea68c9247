"""Citrix pools as resources: what a few lines of data become, and the traps of Citrix, each with what keeps us out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from model import Platform
from tests.program.program import Declared, Program, Secret, run
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import CUT_OVER, changed

Lilleby = Callable[..., Platform]
ADOPTED: Edits = {"refresh.yaml": {"generations.g22.origin": "adopted"}}
MACHINES = {"CTXKON", "ADKON", "ADGRA", "LILXA"}


@pytest.fixture(scope="module")
def desktops(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Lilleby with Citrix: g22 observed, g26 being built."""
    return run(changed(tmp_path_factory.mktemp("desktops")))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Lilleby with Citrix: g22 adopted and live beside g26."""
    return run(changed(tmp_path_factory.mktemp("both"), ADOPTED))


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The same when pilots try g26."""
    piloted = {"refresh.yaml": {"generations.g26.state": "pilot"}}
    return run(changed(tmp_path_factory.mktemp("pilot"), ADOPTED, piloted))


@pytest.fixture(scope="module")
def cut_over(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The same after the cutover."""
    return run(changed(tmp_path_factory.mktemp("cut-over"), CUT_OVER))


def citrix(program: Program) -> list[Declared]:
    return [r for r in program.resources if r.token.startswith("citrix:")]


def test_a_pool_becomes_catalog_group_policies_restart_and_applications(desktops: Program) -> None:
    counts = desktops.counts()
    wanted = {"HostingConnection": 1, "HostingUnit": 1, "MachineCatalog": 2, "DeliveryGroup": 2, "PolicySet": 2}
    assert {type_: counts[type_] for type_ in wanted} == wanted
    assert (counts["RebootSchedule"], counts["Application"], counts["DesktopPool"]) == (2, 1, 2)
    restarts = {name: r.inputs for name, r in desktops.of("RebootSchedule").items()}
    office, graphics = restarts["office-g26-restart"], restarts["graphics-g26-restart"]
    assert (office["useNaturalReboot"], office["rebootDurationMinutes"]) == (False, 120)
    assert graphics["useNaturalReboot"] is True
    assert graphics.keys().isdisjoint({"rebootDurationMinutes", "warningDurationMinutes", "warningMessage"})


def test_a_pool_without_a_desktop_has_applications_alone(lilleby: Lilleby) -> None:
    group = run(lilleby({"desktops.yaml": {"pools.office.desktop": REMOVE}})).of("DeliveryGroup")["office-g26-group"]
    assert (group.inputs["deliveryType"], group.inputs["desktops"]) == ("AppsOnly", [])


def test_a_catalog_is_what_the_data_say(desktops: Program) -> None:
    catalog = desktops.of("MachineCatalog")["desktops-g26-graphics"].inputs
    scheme = catalog["provisioningScheme"]
    assert (catalog["name"], catalog["provisioningType"], catalog["allocationType"]) == (
        "MC-G26-GRAPHICS",
        "MCS",
        "Random",
    )
    assert scheme["masterImagePath"] == (
        "XDHyp:\\HostingUnits\\HU-G26-SERVERS-SERVERS\\tpl-vda-grafik.vm\\grafik-2611-1.snapshot"
    )
    assert (scheme["machineCount"], scheme["cpuCount"], scheme["memoryMb"]) == (2, 8, 65536)
    assert scheme["accounts"] == {
        "namingScheme": "ADGRA###G26",
        "domain": "lilleby.example",
        "organizationalUnit": "OU=Grafik,OU=G26,OU=Citrix,DC=lilleby,DC=example",
    }


def test_what_citrix_looks_up_by_name_is_there_before(desktops: Program) -> None:
    unit = desktops.of("HostingUnit")["desktops-g26-servers-servers"]
    before = {urn.rpartition("::")[2] for urn in unit.depends_on}
    assert {"servers-g26-cluster", "vcenter-connection"} <= before
    assert any(name.startswith("production-g26-") for name in before)
    assert any(name.startswith("standard-g26-") for name in before)
    assert unit.inputs["networks"] == ["PG-G26-SERVERS-220"]
    assert unit.inputs["storage"] == ["DS-G26-01"]


def test_no_session_machine_is_declared_as_a_virtual_machine(both: Program, desktops: Program) -> None:
    for program in (both, desktops):
        machines = [r.inputs["name"] for r in program.of("VirtualMachine").values()]
        assert machines
        assert [name for name in machines if name.upper().startswith(tuple(MACHINES))] == []


def test_nobody_is_let_in_by_omission(both: Program, cut_over: Program) -> None:
    for program in (both, cut_over):
        for policy in program.of("DeliveryGroupAccess").values():
            assert policy.inputs["access"] == "Restricted"
            assert policy.inputs["inMaintenanceMode"] is (policy.inputs["includedUsers"] == []), policy
        for group in program.of("DeliveryGroup").values():
            for desktop in group.inputs["desktops"]:
                assert desktop["access"] == "Restricted"
                assert desktop["includedUsers"], group


def test_a_cutover_turns_access_and_maintenance_mode_and_nothing_else(pilot: Program, cut_over: Program) -> None:
    before = {str(r): r.inputs for r in citrix(pilot)}
    after = {str(r): r.inputs for r in citrix(cut_over)}
    assert before.keys() == after.keys()
    changed = {
        (name, key)
        for name, inputs in before.items()
        for key in inputs.keys() | after[name].keys()
        if inputs.get(key) != after[name].get(key)
    }
    policies = ("access-office-g22", "access-office-g26", "access-graphics-g26")
    assert changed == {
        (f"DeliveryGroupAccess {policy}", key) for policy in policies for key in ("includedUsers", "inMaintenanceMode")
    }
    assert after["DeliveryGroupAccess access-office-g26"]["includedUsers"] == ["LILLEBY\\GG-Citrix-Kontor"]


def test_a_generation_that_is_being_built_has_no_access_policy(desktops: Program) -> None:
    assert set(desktops.of("DeliveryGroup")) == {"office-g26-group", "graphics-g26-group"}
    assert desktops.of("DeliveryGroupAccess") == {}


def test_an_access_policy_names_its_group_as_what_builds_it_puts_it_out(pilot: Program) -> None:
    policies = pilot.of("DeliveryGroupAccess")
    assert set(policies) == {"access-office-g22", "access-office-g26", "access-graphics-g26"}
    group = pilot.of("DeliveryGroup")["office-g26-group"]
    assert policies["access-office-g26"].inputs["deliveryGroup"] == group.inputs["name"]
    assert group.urn in policies["access-office-g26"].depends_on


def test_what_was_found_is_imported_and_only_its_access_is_ours(both: Program) -> None:
    policy = both.of("DeliveryGroupAccess")["access-office-g22"]
    assert (policy.import_id, policy.inputs["deliveryGroup"]) == ("Kontor", "Kontor")
    assert policy.protect
    assert [str(r) for r in citrix(both) if "g22" in r.name] == [str(policy)]


def test_a_policy_set_is_that_of_its_delivery_group(desktops: Program) -> None:
    sets = desktops.of("PolicySet")
    groups = desktops.of("DeliveryGroup")
    assert {g.inputs["policySet"] for g in groups.values()} == {f"id-{name}" for name in sets}
    (policy,) = sets["graphics-g26-policies"].inputs["policies"]
    assert policy["settings"]["UseHardwareEncodingForVideoCodec"] is True
    assert policy["settings"]["HDXAdaptiveTransport"] == "Preferred"


@pytest.mark.parametrize(
    ("chosen", "rollout"),
    [
        ({"reboot": "drain"}, {"rebootMinutes": -1}),
        ({"reboot": "at-once"}, {"rebootMinutes": 0}),
        (
            {"reboot": "spread", "minutes": 90, "warning_minutes": 10, "warning": "Gem"},
            {"rebootMinutes": 90, "warningMinutes": 10, "warningMessage": "Gem"},
        ),
    ],
)
def test_an_image_restarts_machines_as_the_rollout_chooses(
    lilleby: Lilleby, chosen: dict[str, object], rollout: object
) -> None:
    edits = {"desktops.yaml": {f"desktop_images.kontor.rollout.{key}": value for key, value in chosen.items()}}
    program = run(lilleby(edits))
    catalogs = program.of("MachineCatalog")
    assert catalogs["desktops-g26-office"].inputs["imageRollout"] == rollout
    assert catalogs["desktops-g26-graphics"].inputs["imageRollout"] == {"rebootMinutes": -1}


def test_a_wave_changes_the_image_of_its_pools_in_place(lilleby: Lilleby, desktops: Program) -> None:
    after = run(lilleby({"desktops.yaml": {"desktop_images.kontor.rollout.wave": 1}})).of("MachineCatalog")
    before = desktops.of("MachineCatalog")
    changed = [n for n in before if before[n].inputs["provisioningScheme"] != after[n].inputs["provisioningScheme"]]
    assert changed == ["desktops-g26-office"]
    path = after["desktops-g26-office"].inputs["provisioningScheme"]["masterImagePath"]
    assert path.endswith("\\tpl-vda-kontor.vm\\kontor-2611-1.snapshot\\kontor-2612-1.snapshot")


def test_passwords_stay_secret(desktops: Program) -> None:
    connection = desktops.of("HostingConnection")["vcenter-connection"].inputs
    assert connection["password"] == Secret("p4ss")


def test_protection_follows_the_generation(both: Program, cut_over: Program) -> None:
    for program, shielded in ((both, "g22"), (cut_over, "g26")):
        groups = [r for r in citrix(program) if shielded in r.name.split("-")]
        assert groups
        assert all(r.protect for r in groups), shielded


def test_a_childs_name_starts_with_its_parents(both: Program) -> None:
    children = [r for r in citrix(both) if r.name != "vcenter-connection"]
    assert all(r.name.startswith(f"{r.parent.rpartition('::')[2]}-") for r in children)
    assert {r.token for r in both.resources if r.is_component and "desktops" in r.token} == {
        "platform:desktops:DesktopPool",
        "platform:desktops:Provisioning",
    }


def test_the_settings_are_those_that_the_provider_knows() -> None:
    from model.types.hdx import HdxSettings
    from providers.citrix.settings import known_settings

    names = {field.serialization_alias for field in HdxSettings.model_fields.values()}
    assert names <= set(known_settings())


def test_every_profile_of_the_catalog_has_values_that_the_provider_accepts(tmp_path: Path) -> None:
    from providers.citrix.settings import fault

    platform = changed(tmp_path)
    assert set(platform.desktops.profiles) == {"office", "graphics", "video"}
    for profile in platform.desktops.profiles.values():
        assert [wrong for name, value in profile.settings.by_name().items() if (wrong := fault(name, value))] == []
