"""Every kind of resource: created, unchanged on a second look, changed, drifted, imported and removed."""

from typing import Any

import pytest
from pulumi.provider.experimental import provider as api

from providers.citrix.errors import ConflictError
from providers.citrix.values import plain_map, wrap_map
from providers.errors import ApiError, ProviderError
from tests.unit.providers.citrix.lab import IMAGE, Lab, catalog_of, group_of, unit_of

POLICIES = [
    {
        "name": "Video og tale",
        "settings": {"HDXAdaptiveTransport": "Preferred", "EnableAdaptiveAudio": True, "FramesPerSecond": 30},
    },
    {
        "name": "Grundpolitik",
        "settings": {"ClipboardRedirection": False, "WebBrowserRedirectionAcl": ["https://dreambroker.com/*"]},
    },
]


def inputs_of(kind: str, lab: Lab) -> dict[str, Any]:
    """Inputs of a resource of the kind, with what it rests on declared."""
    if kind in {"Zone", "PolicySet"}:
        return {
            "Zone": {"name": "Skov", "description": "Serverrum"},
            "PolicySet": {"name": "PS", "policies": POLICIES},
        }[kind]
    unit = lab.hosting()
    if kind == "HostingUnit":
        return unit_of(unit.split("/")[0], name="HU-2", storage=["DS1", "DS2"])
    if kind == "MachineCatalog":
        return catalog_of(unit)
    catalog, _ = lab.create("MachineCatalog", "mc", **catalog_of(unit))
    if kind == "DeliveryGroup":
        return group_of(catalog)
    group, _ = lab.create("DeliveryGroup", "dg", **group_of(catalog))
    plan = {"frequency": "Weekly", "daysInWeek": ["Sunday"], "startTime": "03:00", "rebootDurationMinutes": 120}
    program = {"commandLineExecutable": "C:\\Fag\\sbsys.exe"}
    return {
        "RebootSchedule": {"name": "Ugentlig", "deliveryGroup": group, **plan},
        "Application": {
            "name": "SBSYS",
            "installed": program,
            "deliveryGroups": [group],
            "includedUsers": ["AD\\GG-SBSYS"],
        },
    }[kind]


KINDS = ["Zone", "HostingUnit", "MachineCatalog", "DeliveryGroup", "RebootSchedule", "Application", "PolicySet"]
CHANGES: dict[str, dict[str, Any]] = {
    "HostingUnit": {"storage": ["DS2"]},
    "MachineCatalog": {"description": "Kontor"},
    "DeliveryGroup": {"description": "Kontor", "enabled": False},
    "RebootSchedule": {"startTime": "04:00", "enabled": False},
    "Application": {"enabled": False, "includedUsers": ["AD\\GG-Alle"]},
    "PolicySet": {"policies": POLICIES[::-1]},
    "Zone": {"description": ""},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_life(lab: Lab, kind: str) -> None:
    inputs = inputs_of(kind, lab)
    id_, state = lab.create(kind, "it", **inputs)
    assert lab.diff(kind, state, "it", **inputs).changes is False
    before = len(lab.objects(kind))
    checked = plain_map(lab.check(kind, "it", **inputs).inputs or {})
    refreshed = lab.read(kind, id_, state, checked)
    assert lab.diff(kind, plain_map(refreshed.properties), "it", **inputs).changes is False

    wanted = {**inputs, **CHANGES[kind]}
    found = lab.diff(kind, state, "it", **wanted)
    assert found.changes
    assert found.replaces == []
    state = lab.update(kind, id_, state, "it", **wanted)
    checked = plain_map(lab.check(kind, "it", **wanted).inputs or {})
    refreshed = lab.read(kind, id_, state, checked)
    assert lab.diff(kind, plain_map(refreshed.properties), "it", **wanted).changes is False
    assert len(lab.objects(kind)) == before

    lab.delete(kind, id_, state)
    assert len(lab.objects(kind)) == before - 1
    lab.delete(kind, id_, state)
    assert lab.read(kind, id_, state, checked).resource_id == ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by", ["id", "name"])
def test_import(lab: Lab, kind: str, by: str) -> None:
    """What an import reads, given back as a program, changes nothing."""
    inputs = inputs_of(kind, lab)
    id_, _ = lab.create(kind, "it", **inputs)
    parent, slash, _ = id_.rpartition("/")
    answer = lab.read(kind, id_ if by == "id" else f"{parent}{slash}{inputs['name']}")
    assert answer.resource_id == id_
    assert answer.inputs["name"].value == inputs["name"]
    assert lab.failures(kind, **plain_map(answer.inputs)) == {}
    assert lab.diff(kind, plain_map(answer.properties), "it", **plain_map(answer.inputs)).changes is False


def test_a_component_s_child_is_of_its_own_type(lab: Lab) -> None:
    urn = "urn:pulumi:test::holstebro::platform:desktops:DesktopPool$citrix:index:Zone::it"
    answer = lab.run(lab.provider.check(api.CheckRequest(urn, {}, wrap_map({"name": "Skov"}, secret=set()), b"")))
    assert not answer.failures
    assert plain_map(answer.inputs or {}) == {"name": "Skov", "description": ""}


def test_something_else_of_that_name_is_not_taken_over(lab: Lab) -> None:
    unit = lab.hosting()
    id_, _ = lab.create("MachineCatalog", "other", **catalog_of(unit))
    with pytest.raises(
        ConflictError, match=rf"machine catalog 'MC-G26' exists already \({id_}\).*import it with that id"
    ):
        lab.create("MachineCatalog", "mc", **catalog_of(unit))


def test_what_carries_no_mark_is_taken_over_only_if_it_is_equal(lab: Lab) -> None:
    connection = lab.hosting().split("/")[0]
    first, _ = lab.create("HostingUnit", "a", **unit_of(connection, name="HU-2"))
    second, _ = lab.create("HostingUnit", "b", **unit_of(connection, name="HU-2"))
    assert first == second
    with pytest.raises(ConflictError, match="differs in storage"):
        lab.create("HostingUnit", "c", **unit_of(connection, name="HU-2", storage=["DS2"]))


def test_drift_is_found_and_only_that(lab: Lab) -> None:
    inputs = inputs_of("DeliveryGroup", lab)
    id_, state = lab.create("DeliveryGroup", "dg", **inputs)
    with lab.world.transaction():
        group = lab.objects("DeliveryGroup")[0]
        group.properties |= {"InMaintenanceMode": False, "Description": "Prøve"}
        group.facts["desktops"][0]["IncludedUserFilterEnabled"] = False
        lab.world.save(group)
    checked = plain_map(lab.check("DeliveryGroup", "dg", **inputs).inputs or {})
    seen = plain_map(lab.read("DeliveryGroup", id_, state, checked).properties)
    assert sorted(lab.diff("DeliveryGroup", seen, "dg", **inputs).detailed_diff) == ["description", "desktops"]
    assert seen["desktops"][0]["access"] == "Everyone"
    state = lab.update("DeliveryGroup", id_, seen, "dg", **inputs)
    assert lab.objects("DeliveryGroup")[0].properties["InMaintenanceMode"] is False, "not the group's to say"
    assert lab.objects("DeliveryGroup")[0].facts["desktops"][0]["IncludedUserFilterEnabled"] is True


def test_a_policy_set_is_taken_from_a_group(lab: Lab) -> None:
    catalog, _ = lab.create("MachineCatalog", "mc", **catalog_of(lab.hosting()))
    set_, set_state = lab.create("PolicySet", "ps", name="PS", policies=[])
    id_, state = lab.create("DeliveryGroup", "dg", **group_of(catalog, policySet=set_))
    assert state["policySet"] == set_
    inputs = group_of(catalog)
    state = lab.update("DeliveryGroup", id_, state, "dg", **inputs)
    assert "policySet" not in state
    assert lab.diff("DeliveryGroup", state, "dg", **inputs).changes is False
    wanted = group_of(catalog, policySet=set_)
    checked = plain_map(lab.check("DeliveryGroup", "dg", **wanted).inputs or {})
    seen = plain_map(lab.read("DeliveryGroup", id_, state, checked).properties)
    assert list(lab.diff("DeliveryGroup", seen, "dg", **wanted).detailed_diff) == ["policySet"]
    lab.delete("PolicySet", set_, set_state)


def test_users_may_be_named_by_principal_name(lab: Lab) -> None:
    catalog, _ = lab.create("MachineCatalog", "mc", **catalog_of(lab.hosting()))
    users = ["vdi-users@ad.kommune.dk", "AD\\admins"]
    inputs = group_of(catalog, desktops=[{"publishedName": "Skrivebord", "includedUsers": users}])
    id_, state = lab.create("DeliveryGroup", "dg", **inputs)
    assert lab.diff("DeliveryGroup", state, "dg", **inputs).changes is False
    seen = plain_map(lab.read("DeliveryGroup", id_, state, state).properties)
    assert seen["desktops"][0]["includedUsers"] == users


def test_nobody_has_access_by_omission(lab: Lab) -> None:
    catalog, _ = lab.create("MachineCatalog", "mc", **catalog_of(lab.hosting()))
    lab.create("DeliveryGroup", "dg", name="DG", machineCatalogs=[{"machineCatalog": catalog, "count": 1}])
    group = lab.objects("DeliveryGroup")[0].properties
    assert group["InMaintenanceMode"] is True
    assert group["SimpleAccessPolicy"]["IncludedUserFilterEnabled"] is True
    assert group["SimpleAccessPolicy"]["IncludedUsers"] == []
    assert group["SimpleAccessPolicy"]["AllowAnonymous"] is False


def test_machines_are_drawn_and_given_back(lab: Lab) -> None:
    unit = lab.hosting()
    catalog, catalog_state = lab.create("MachineCatalog", "mc", **catalog_of(unit, count=5))
    id_, state = lab.create("DeliveryGroup", "dg", **group_of(catalog, count=2))
    state = lab.update("DeliveryGroup", id_, state, "dg", **group_of(catalog, count=4))
    assert len(state["machineNames"]) == 4
    lab.update("MachineCatalog", catalog, catalog_state, "mc", **catalog_of(unit, count=2))
    assert [item.name for item in lab.objects("Machine")] == ["AD\\HKG26D001", "AD\\HKG26D002"]
    sent = lab.wire.count("DELETE")
    state = lab.update("DeliveryGroup", id_, state, "dg", **group_of(catalog, count=2))
    assert lab.wire.count("DELETE") == sent, "the catalog took them out of the group"
    state = lab.update("DeliveryGroup", id_, state, "dg", **group_of(catalog, count=1))
    assert state["machineNames"] == ["AD\\HKG26D001"]
    with pytest.raises(ApiError, match="has 1 available machines, 8 were requested"):
        lab.update("DeliveryGroup", id_, state, "dg", **group_of(catalog, count=9))


def test_a_machine_on_which_somebody_works_is_not_removed(lab: Lab) -> None:
    unit = lab.hosting()
    catalog, catalog_state = lab.create("MachineCatalog", "mc", **catalog_of(unit, count=4))
    id_, state = lab.create("DeliveryGroup", "dg", **group_of(catalog, count=4))
    with lab.world.transaction():
        for machine in lab.objects("Machine")[2:]:
            machine.properties["SessionCount"] = 1
            lab.world.save(machine)
    with pytest.raises(ProviderError, match="can not lose 3 machines: 2 have sessions; let them drain"):
        lab.update("MachineCatalog", catalog, catalog_state, "mc", **catalog_of(unit, count=1))
    with pytest.raises(ProviderError, match="can not give back 3 machines: 2 have sessions; let them drain"):
        lab.update("DeliveryGroup", id_, state, "dg", **group_of(catalog, count=1))
    assert len(lab.objects("Machine")) == 4
    lab.update("MachineCatalog", catalog, catalog_state, "mc", **catalog_of(unit, count=2))
    assert [item.name for item in lab.objects("Machine")] == ["AD\\HKG26D003", "AD\\HKG26D004"]


def test_an_image_is_updated_and_rolled_back(lab: Lab) -> None:
    unit = lab.hosting()
    id_, state = lab.create("MachineCatalog", "mc", **catalog_of(unit, image="g26-1"))
    new = catalog_of(unit, image="g26-2", imageRollout={"rebootMinutes": 60, "warningMinutes": 15})
    assert list(lab.diff("MachineCatalog", state, "mc", **new).detailed_diff) == [
        "provisioningScheme.masterImagePath",
        "imageRollout",
    ]
    state = lab.update("MachineCatalog", id_, state, "mc", **new)
    scheme = lab.objects("MachineCatalog")[0].properties["ProvisioningScheme"]
    assert scheme["MasterImage"]["XDPath"] == IMAGE.format("g26-2")
    assert lab.wire.count(f"POST /MachineCatalogs/{id_}/$UpdateProvisioningScheme") == 1
    update = next(body for body in lab.wire.bodies if '"StoreOldImage":true' in body.replace(" ", ""))
    assert '"RebootDuration":60' in update.replace(" ", "")

    lab.update("MachineCatalog", id_, state, "mc", **catalog_of(unit, image="g26-1"))
    scheme = lab.objects("MachineCatalog")[0].properties["ProvisioningScheme"]
    assert scheme["MasterImage"]["XDPath"] == IMAGE.format("g26-1")
    assert lab.wire.count(f"POST /MachineCatalogs/{id_}/$RollbackProvisioningScheme") == 1
    assert lab.wire.count(f"POST /MachineCatalogs/{id_}/$UpdateProvisioningScheme") == 1


def test_an_unsound_catalog_gets_no_new_image(lab: Lab) -> None:
    unit = lab.hosting()
    id_, state = lab.create("MachineCatalog", "mc", **catalog_of(unit))
    with lab.world.transaction():
        machine = lab.objects("Machine")[0]
        machine.properties["DeliveryGroup"] = {"Id": "00000000-0000-0000-0000-000000000000", "Name": "gone"}
        lab.world.save(machine)
    with pytest.raises(ProviderError, match="machine catalog 'MC-G26' fails 1 of the site's own tests"):
        lab.update("MachineCatalog", id_, state, "mc", **catalog_of(unit, image="g26-2"))
    assert lab.wire.count(f"POST /MachineCatalogs/{id_}/$Update") == 0


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("tpl-vda.vm\\g26-2.snapshot", True),
        ("tpl-vda.vm\\g26-2.snapshot\\g26-3.snapshot", True),
        ("Citrix.folder\\TPL-VDA.vm\\g26-2.snapshot", True),
        ("tpl-vda.vm\\g26-3.snapshot", False),
        ("tpl-vda.vm\\g26-9.snapshot", False),
        ("tpl-other.vm\\g26-1.snapshot", False),
        ("tpl-vda.template", False),
    ],
)
def test_an_image_is_a_snapshot_below_those_that_were_taken_before_it(lab: Lab, path: str, there: bool) -> None:
    inputs = catalog_of(lab.hosting())
    inputs["provisioningScheme"]["masterImagePath"] = f"XDHyp:\\HostingUnits\\HU-G26\\{path}"
    if there:
        lab.create("MachineCatalog", "mc", **inputs)
    else:
        with pytest.raises(ApiError, match="could not be found"):
            lab.create("MachineCatalog", "mc", **inputs)
    assert len(lab.objects("MachineCatalog")) == there


def test_an_image_update_that_fails_leaves_the_old_one(lab: Lab) -> None:
    unit = lab.hosting()
    id_, state = lab.create("MachineCatalog", "mc", **catalog_of(unit))
    lab.faults({"type": "citrix:MachineCatalog", "operation": "update", "nth": 1, "error": "Image preparation failed."})
    with pytest.raises(ProviderError, match="Image preparation failed"):
        lab.update("MachineCatalog", id_, state, "mc", **catalog_of(unit, image="g26-2"))
    assert lab.objects("MachineCatalog")[0].properties["ProvisioningScheme"]["MasterImage"]["XDPath"] == IMAGE.format(
        "g26-1"
    )
    lab.update("MachineCatalog", id_, state, "mc", **catalog_of(unit, image="g26-2"))
    assert lab.objects("MachineCatalog")[0].properties["ProvisioningScheme"]["MasterImage"]["XDPath"] == IMAGE.format(
        "g26-2"
    )


def test_a_manual_catalog_takes_and_loses_machines(lab: Lab) -> None:
    connection = lab.hosting().split("/")[0]
    head = {
        "name": "MC-GPU",
        "provisioningType": "Manual",
        "sessionSupport": "MultiSession",
        "hostingConnection": connection,
    }
    machines = [{"machineName": f"AD\\HKGPU0{i}", "hostedMachineId": f"vm-{i}"} for i in (1, 2, 3)]
    id_, state = lab.create("MachineCatalog", "mc", **head, machines=machines[:2])
    assert lab.diff("MachineCatalog", state, "mc", **head, machines=machines[:2]).changes is False
    state = lab.update("MachineCatalog", id_, state, "mc", **head, machines=machines[1:])
    assert state["machineNames"] == ["AD\\HKGPU02", "AD\\HKGPU03"]


def machines_of(lab: Lab) -> dict[str, bool]:
    """Of each machine whether it takes no new session."""
    return {item.name: item.properties["InMaintenanceMode"] for item in lab.objects("Machine")}


def test_a_pool_gives_up_what_drains_and_not_the_last_name(lab: Lab) -> None:
    unit = lab.hosting()
    id_, state = lab.create("MachineCatalog", "mc", **catalog_of(unit))
    group, drawn = lab.create("DeliveryGroup", "dg", **group_of("MC-G26", count=4))
    drained = catalog_of(unit, draining=["HKG26D002", "hkg26d009"])
    state = lab.update("MachineCatalog", id_, state, "mc", **drained)
    assert [name for name, drains in machines_of(lab).items() if drains] == ["AD\\HKG26D002"]
    assert lab.diff("MachineCatalog", state, "mc", **drained).changes is False
    state = lab.update("MachineCatalog", id_, state, "mc", **catalog_of(unit, count=3))
    assert state["machineNames"] == ["AD\\HKG26D001", "AD\\HKG26D003", "AD\\HKG26D004"]
    drawn = lab.update("DeliveryGroup", group, drawn, "dg", **group_of("MC-G26", count=3))
    assert drawn["machineNames"] == state["machineNames"]


def test_maintenance_mode_ends_with_the_data_and_what_a_person_has_set_stays(lab: Lab) -> None:
    unit = lab.hosting()
    id_, state = lab.create("MachineCatalog", "mc", **catalog_of(unit))
    first, second, *_ = lab.objects("Machine")
    with lab.world.transaction():
        second.properties["InMaintenanceMode"] = True
        lab.world.save(second)
    state = lab.update("MachineCatalog", id_, state, "mc", **catalog_of(unit, draining=["HKG26D001"]))
    assert [*machines_of(lab).values()] == [True, True, False, False]
    with lab.world.transaction():
        again = lab.world.get(first.type, first.id)
        assert again is not None
        again.properties["InMaintenanceMode"] = False
        lab.world.save(again)
    seen = plain_map(lab.read("MachineCatalog", id_, state, catalog_of(unit, draining=["HKG26D001"])).inputs)
    assert not seen.get("draining"), "somebody has let sessions in again"
    assert "draining" in lab.diff("MachineCatalog", seen, "mc", **catalog_of(unit, draining=["HKG26D001"])).diffs
    state = lab.update("MachineCatalog", id_, state, "mc", **catalog_of(unit))
    assert [*machines_of(lab).values()] == [False, True, False, False]


def test_policies_are_ranked_and_filtered(lab: Lab) -> None:
    group = "6d8f7a3e-0000-4000-8000-000000000001"
    policies = [
        {**POLICIES[0], "filters": [{"type": "DesktopGroup", "value": group}, {"type": "ClientName", "value": "TC-*"}]},
        POLICIES[1],
    ]
    id_, state = lab.create("PolicySet", "ps", name="PS", policies=policies)
    stored = {item.name: item.properties for item in lab.objects("Policy")}
    assert stored["Video og tale"]["Priority"] == 0
    assert {item["SettingName"]: item["SettingValue"] for item in stored["Video og tale"]["Settings"]} == {
        "EnableAdaptiveAudio": "1",
        "FramesPerSecond": "30",
        "HDXAdaptiveTransport": "Preferred",
    }
    assert [item["FilterType"] for item in stored["Video og tale"]["Filters"]] == ["DesktopGroup", "ClientName"]
    seen = len(lab.wire.seen)
    lab.update("PolicySet", id_, state, "ps", name="PS", policies=policies)
    assert all(line.startswith("GET") for line in lab.wire.seen[seen:])
    lab.update(
        "PolicySet",
        id_,
        state,
        "ps",
        name="PS",
        policies=[POLICIES[1], {**POLICIES[0], "settings": {"EnableAdaptiveAudio": False}}],
    )
    stored = {item.name: item.properties for item in lab.objects("Policy")}
    assert stored["Video og tale"]["Priority"] == 1
    assert [item["SettingValue"] for item in stored["Video og tale"]["Settings"]] == ["0"]
    assert stored["Video og tale"]["Filters"] == []
