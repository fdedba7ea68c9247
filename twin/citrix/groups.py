"""Delivery groups of the twin's site, with their desktops and reboot schedules, published applications, and the
directory.
"""

from __future__ import annotations

from typing import Any, Final, cast

from twin.citrix.site import (
    APPLICATION,
    CATALOG,
    GROUP,
    IDENTITY,
    POLICY_SET,
    SCHEDULE,
    Json,
    Site,
    choice,
    entries,
    inner,
    number,
    only,
    ref,
    refuse,
    text,
)
from twin.world.store import Object

_COMMON: Final = frozenset(
    {
        "Name", "Description", "DeliveryType", "MinimumFunctionalLevel", "InMaintenanceMode",
        "Enabled", "ShutdownDesktopsAfterUse",
        "TimeZone", "PolicySetGuid", "Desktops", "SimpleAccessPolicy", "Metadata", "SecureIcaRequired",
    }
)  # fmt: skip
_CREATE: Final = _COMMON | {"MachineCatalogs", "SessionSupport", "SharingKind"}
_USERS: Final = frozenset({"IncludedUserFilterEnabled", "IncludedUsers", "ExcludedUserFilterEnabled", "ExcludedUsers"})
_DESKTOP: Final = _USERS | {"Id", "Name", "PublishedName", "Description", "Enabled", "MaxDesktops", "RestrictToTag"}
_POLICY: Final = _USERS | {"AllowAnonymous"}
_DRAW: Final = frozenset({"MachineCatalog", "Count", "AssignMachinesToUsers"})
_SCHEDULE: Final = frozenset(
    {
        "Name", "Description", "Enabled", "Frequency", "FrequencyFactor", "DaysInWeek",
        "WeekInMonth", "DayInMonth", "StartDate", "StartTime",
        "RebootDurationMinutes", "UseNaturalReboot", "IgnoreMaintenanceMode", "RestrictToTag",
        "WarningDurationMinutes", "WarningMessage",
        "WarningTitle", "WarningRepeatIntervalMinutes",
    }
)  # fmt: skip
_APPLICATION: Final = _USERS | {
    "Name", "PublishedName", "Description", "Enabled", "Visible", "ApplicationFolder",
    "ClientFolder", "InstalledAppProperties",
    "DeliveryGroups", "Metadata",
}  # fmt: skip
_NO_POLICY_SET: Final = "00000000-0000-0000-0000-000000000000"
_KINDS: Final = ("DesktopsAndApps", "DesktopsOnly", "AppsOnly")
_LEVELS: Final = ("L7_20", "L7_25", "L7_30", "L7_34")


def users(site: Site, names: list[str]) -> Json:
    """Accounts of these names. The directory has whoever is written as domain, backslash and name, or name@domain."""
    return {"Items": [found for name in names if (found := _account(site, name))]}


def _account(site: Site, name: str) -> Json | None:
    if "\\" in name:
        domain, _, account = name.partition("\\")
    elif "@" in name:
        account, _, domain = name.partition("@")
    else:
        return None
    if not account or not domain:
        return None
    short = domain.split(".", maxsplit=1)[0].upper()
    sam = f"{short}\\{account}"
    known = site.world.named(IDENTITY, sam)
    if known:
        return known[0].properties
    principal = name if "@" in name else f"{account}@{short.lower()}.example"
    sid = f"S-1-5-21-1004336348-1177238915-682003330-{1000 + site.world.number(IDENTITY)}"
    item = Object(
        IDENTITY,
        sid,
        sam,
        {"SamName": sam, "PrincipalName": principal, "Sid": sid, "Oid": ""},
    )
    return site.world.add(item).properties


def _identities(site: Site, ids: Any) -> list[Json]:
    """The accounts that a request names by SID. Raises ProblemError 400 for one that the directory has not."""
    found: list[Json] = []
    for id_ in cast("list[Any]", ids or []):
        account = site.world.get(IDENTITY, str(id_))
        if account is None:
            refuse(400, f"The user '{id_}' could not be resolved.")
        # Without the principal name, as DDC 2402 LTSR answers.
        found.append({key: value for key, value in account.properties.items() if key != "PrincipalName"})
    return found


def _filters(site: Site, given: Json) -> Json:
    return {
        "IncludedUserFilterEnabled": bool(given.get("IncludedUserFilterEnabled")),
        "IncludedUsers": _identities(site, given.get("IncludedUsers")),
        "ExcludedUserFilterEnabled": bool(given.get("ExcludedUserFilterEnabled")),
        "ExcludedUsers": _identities(site, given.get("ExcludedUsers")),
    }


def create(site: Site, body: Json) -> Object:
    """Makes a group and draws its machines."""
    only(body, _CREATE, "CreateDeliveryGroupRequestModel")
    text(body, "Name", required=True)
    site.refuse_taken(GROUP, body["Name"])
    drawn = entries(body.get("MachineCatalogs"))
    catalogs = [site.need(CATALOG, entry.get("MachineCatalog"), status=400) for entry in drawn]
    sessions = {catalog.properties["SessionSupport"] for catalog in catalogs}
    if len(sessions) > 1:
        refuse(400, "All machine catalogs of a delivery group must have the same session support.")
    session = next(iter(sessions), None) or choice(body, "SessionSupport", ("MultiSession", "SingleSession"))
    item = site.add(
        GROUP,
        {
            "Description": "",
            "DeliveryType": "DesktopsAndApps",
            "MinimumFunctionalLevel": "L7_20",
            "InMaintenanceMode": False,
            "ShutdownDesktopsAfterUse": False,
            "PolicySetGuid": _NO_POLICY_SET,
            "Metadata": [],
            "SimpleAccessPolicy": _filters(site, {}) | {"AllowAnonymous": False},
            **_properties(site, {key: value for key, value in body.items() if key != "Desktops"}),
            "SharingKind": choice(body, "SharingKind", ("Shared", "Private"), "Shared"),
            "SessionSupport": session,
            # The create does not respect it; the Terraform provider sets it afterwards for that reason.
            "Enabled": True,
        },
    )
    item.facts["desktops"] = _desktops(site, item, body.get("Desktops") or [])
    _rest_on_policies(site, item)
    site.world.save(item)
    for entry in drawn:
        draw(site, item, entry)
    return item


def change(site: Site, group: Object, body: Json) -> None:
    """Changes what a PATCH may change."""
    only(body, _COMMON, "EditDeliveryGroupRequestModel")
    changes = _properties(site, {key: value for key, value in body.items() if key != "Desktops"})
    if "Enabled" in body:
        changes["Enabled"] = bool(body["Enabled"])
    if "Desktops" in body:
        group.facts["desktops"] = _desktops(site, group, body["Desktops"])
    site.change(group, changes)
    if "PolicySetGuid" in body:
        site.world.release(group)
        _rest_on_policies(site, group)


def _properties(site: Site, body: Json) -> Json:
    kept = {key: value for key, value in body.items() if key in _COMMON - {"SimpleAccessPolicy", "Enabled"}}
    if "DeliveryType" in body:
        choice(body, "DeliveryType", _KINDS)
    if "MinimumFunctionalLevel" in body:
        choice(body, "MinimumFunctionalLevel", _LEVELS)
    if body.get("PolicySetGuid", _NO_POLICY_SET) != _NO_POLICY_SET:
        site.need(POLICY_SET, body["PolicySetGuid"], status=400)
    if "SimpleAccessPolicy" in body:
        policy: Json = body["SimpleAccessPolicy"]
        only(policy, _POLICY, "SimplifiedAccessPolicyRequestModel")
        kept["SimpleAccessPolicy"] = {"AllowAnonymous": bool(policy.get("AllowAnonymous")), **_filters(site, policy)}
    return kept


def _rest_on_policies(site: Site, group: Object) -> None:
    guid = group.properties["PolicySetGuid"]
    if guid != _NO_POLICY_SET:
        site.world.link(group, site.need(POLICY_SET, guid))


def _desktops(site: Site, group: Object, given: list[Json]) -> list[Json]:
    made: list[Json] = []
    for entry in given:
        only(entry, _DESKTOP, "DesktopRequestModel")
        text(entry, "PublishedName", required=True)
        known = {"Description": "", "Enabled": True}
        kept = {key: value for key, value in entry.items() if key not in _USERS}
        made.append(
            {
                "Id": entry.get("Id") or site.new_id("citrix:Desktop"),
                "Name": f"{group.name}_{len(made) + 1}",
                **known,
                **kept,
                **_filters(site, entry),
            }
        )
    return made


def draw(site: Site, group: Object, body: Json) -> None:
    """Gives the group machines of a catalog. Raises ProblemError 400 if there are not that many free ones."""
    only(body, _DRAW, "DeliveryGroupAddMachinesRequestModel")
    catalog = site.need(CATALOG, body.get("MachineCatalog"), status=400)
    count = number(body, "Count", 0)
    free = [item for item in site.machines(catalog) if not item.properties.get("DeliveryGroup")]
    if len(free) < count:
        refuse(400, f"The machine catalog '{catalog.name}' has {len(free)} available machines, {count} were requested.")
    for machine in free[:count]:
        machine.properties["DeliveryGroup"] = ref(group)
        machine.properties["PowerState"] = "On"
        machine.properties["RegistrationState"] = "Registered"
        site.world.save(machine)


def give_back(site: Site, group: Object, machine: Object) -> None:
    """Takes a machine out of its group."""
    if inner(machine.properties.get("DeliveryGroup")).get("Id") != group.id:
        refuse(404, f"The machine '{machine.name}' could not be found.")
    machine.properties["DeliveryGroup"] = None
    machine.properties["RegistrationState"] = "Unregistered"
    site.world.save(machine)


def answer(site: Site, group: Object) -> Json:
    """What the API tells about it."""
    machines = site.machines(group=group)
    return {
        **group.properties,
        "FullName": group.name,
        "TotalMachines": len(machines),
        "TotalDesktops": len(group.facts["desktops"]),
    }


def remove(site: Site, group: Object) -> None:
    """Removes a group; its machines go back to their catalogs, its applications lose it."""
    for machine in site.machines(group=group):
        give_back(site, group, machine)
    for schedule in site.children(SCHEDULE, group):
        site.world.remove(schedule)
    for application in site.world.all(APPLICATION):
        application.facts["groups"] = [entry for entry in application.facts["groups"] if entry["Id"] != group.id]
        site.world.save(application)
    site.remove(group)


def report(site: Site, group: Object) -> Json:
    """What `$test` finds."""
    machines = site.machines(group=group)
    return {"DeliveryGroup": ref(group), "NumPassed": 8, "NumWarnings": 0 if machines else 1, "NumFailures": 0}


def create_schedule(site: Site, group: Object, body: Json) -> Object:
    """A new reboot schedule of a group."""
    only(body, _SCHEDULE, "RebootScheduleRequestModel")
    text(body, "Name", required=True)
    frequency = choice(body, "Frequency", ("Daily", "Weekly", "Monthly", "Once"))
    if frequency == "Weekly" and not body.get("DaysInWeek"):
        refuse(400, "The DaysInWeek field is required when Frequency is Weekly.")
    _refuse_same_day(site, group, body)
    return site.add(SCHEDULE, {"Description": "", "Enabled": True, **body}, parent=group)


def change_schedule(site: Site, group: Object, schedule: Object, body: Json) -> None:
    """Changes a reboot schedule."""
    only(body, _SCHEDULE, "RebootScheduleRequestModel")
    _refuse_same_day(site, group, {**schedule.properties, **body}, but=schedule)
    site.change(schedule, body, parent=group)


def _refuse_same_day(site: Site, group: Object, body: Json, *, but: Object | None = None) -> None:
    days = set(body.get("DaysInWeek") or [])
    for other in site.children(SCHEDULE, group):
        shared = days & set(other.properties.get("DaysInWeek") or [])
        if shared and (but is None or other.seq != but.seq):
            refuse(400, f"The reboot schedule '{other.name}' already covers {min(shared)}.")


def create_applications(site: Site, body: Json) -> list[Object]:
    """Publishes new applications on delivery groups."""
    only(body, frozenset({"NewApplications", "DeliveryGroups", "ApplicationGroups"}), "AddApplicationsRequestModel")
    groups = _groups(site, body.get("DeliveryGroups"))
    made: list[Object] = []
    for entry in entries(body.get("NewApplications")):
        only(entry, _APPLICATION, "CreateApplicationRequestModel")
        text(entry, "Name", required=True)
        text(inner(entry.get("InstalledAppProperties")), "CommandLineExecutable", required=True, most=1024)
        item = site.add(
            APPLICATION,
            {"Description": "", "Enabled": True, "Visible": True, "Metadata": [], **entry, **_filters(site, entry)},
        )
        item.facts["groups"] = groups
        site.world.save(item)
        made.append(item)
    return made


def change_application(site: Site, application: Object, body: Json) -> None:
    """Changes a published application."""
    only(body, _APPLICATION, "EditApplicationRequestModel")
    changes = {key: value for key, value in body.items() if key != "DeliveryGroups"}
    if "DeliveryGroups" in body:
        application.facts["groups"] = _groups(site, body["DeliveryGroups"])
    if "IncludedUsers" in body:
        changes |= _filters(site, body)
    site.change(application, changes)


def _groups(site: Site, given: Any) -> list[Json]:
    wanted = entries(given)
    if not wanted:
        refuse(400, "The DeliveryGroups field is required.")
    return [
        {**site.reference(GROUP, entry.get("Item")), "Priority": number(entry, "Priority", i)}
        for i, entry in enumerate(wanted)
    ]
