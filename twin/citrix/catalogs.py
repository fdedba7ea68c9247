"""Machine catalogs of the twin's site: what MCS builds, machine by machine, and images that can be rolled back."""

from __future__ import annotations

import string
from typing import Any, Final

from twin.citrix import hosting, jobs
from twin.citrix.site import (
    CATALOG,
    CONNECTION,
    GROUP,
    MACHINE,
    UNIT,
    ZONE,
    Json,
    Site,
    choice,
    inner,
    number,
    only,
    ref,
    refuse,
    text,
)
from twin.world.store import Object

_PREPARE: Final = 900.0
_CLONE: Final = 30.0
"""Virtual seconds to prepare an image and to make one machine; nobody has measured a site."""

_CREATE: Final = frozenset(
    {
        "Name", "Description", "AllocationType", "ProvisioningType", "SessionSupport",
        "PersistUserChanges", "MinimumFunctionalLevel",
        "MachineType", "Zone", "HypervisorConnection", "Machines", "Metadata", "ProvisioningScheme",
        "Scopes", "AdminFolder", "IsRemotePC",
    }
)  # fmt: skip
_EDIT: Final = frozenset(
    {
        "Name",
        "Description",
        "MinimumFunctionalLevel",
        "Zone",
        "CpuCount",
        "MemoryMB",
        "HypervisorConnection",
        "Metadata",
    }
)
_SCHEME: Final = frozenset(
    {
        "ResourcePool", "MasterImagePath", "MasterImageNote", "MachineProfilePath", "CpuCount",
        "MemoryMB", "UseWriteBackCache",
        "WriteBackCacheDiskSizeGB", "WriteBackCacheMemorySizeMB", "IdentityType",
        "NumTotalMachines", "UseFullDiskCloneProvisioning",
        "MachineAccountCreationRules", "NetworkMapping",
    }
)  # fmt: skip
_UPDATE: Final = frozenset(
    {"MasterImagePath", "MasterImageNote", "StoreOldImage", "MinimumFunctionalLevel", "RebootOptions"}
)
_REBOOT: Final = frozenset(
    {"RebootDuration", "WarningDuration", "WarningTitle", "WarningMessage", "WarningRepeatInterval"}
)
_MACHINE: Final = frozenset(
    {
        "MachineName",
        "HostedMachineId",
        "HypervisorConnection",
        "MachineAccountCreationRules",
        "InMaintenanceMode",
        "AssignedUsers",
    }
)
_CHANGE_MACHINE: Final = frozenset({"InMaintenanceMode"})
"""Of UpdateMachineRequestModel, as far as anybody here asks for it."""
_LEVELS: Final = ("L7_20", "L7_25", "L7_30", "L7_34")


def create(site: Site, body: Json, fails: str | None, *, late: bool) -> Object:
    """Makes the catalog and starts the job that fills it; the job."""
    only(body, _CREATE, "CreateMachineCatalogRequestModel")
    text(body, "Name", required=True)
    allocation = choice(body, "AllocationType", ("Random", "Static"), "Static")
    provisioning = choice(body, "ProvisioningType", ("Manual", "MCS"))
    session = choice(body, "SessionSupport", ("MultiSession", "SingleSession"))
    if session == "MultiSession" and allocation != "Random":
        refuse(400, "AllocationType must be Random when SessionSupport is MultiSession.")
    machines: list[Json] = body.get("Machines") or []
    if provisioning == "MCS" and machines:
        refuse(400, "Machines must not be specified when ProvisioningType is MCS.")
    site.refuse_taken(CATALOG, body["Name"])
    zone = site.need(ZONE, body.get("Zone") or "Primary", status=400)
    properties: Json = {
        "Name": body["Name"],
        "Description": body.get("Description") or "",
        "AllocationType": allocation,
        "ProvisioningType": provisioning,
        "SessionSupport": session,
        "PersistChanges": choice(body, "PersistUserChanges", ("Discard", "OnLocal"), "Discard"),
        "MinimumFunctionalLevel": choice(body, "MinimumFunctionalLevel", _LEVELS, "L7_20"),
        "MachineType": choice(body, "MachineType", ("Virtual", "Physical"), "Virtual"),
        "Zone": ref(zone),
        "Metadata": body.get("Metadata") or [],
    }
    if body.get("HypervisorConnection"):
        properties["HypervisorConnection"] = site.reference(CONNECTION, body["HypervisorConnection"])
    wanted = 0
    if provisioning == "MCS":
        properties["ProvisioningScheme"], wanted = _scheme(site, body)
    item = site.add(CATALOG, properties)
    site.world.link(item, zone)
    steps: list[Json] = [{"do": "note", "seconds": _PREPARE if provisioning == "MCS" else 1.0}]
    steps += [{"do": "machine", "catalog": item.id, "seconds": _CLONE} for _ in range(wanted)]
    steps += [{"do": "machine", "catalog": item.id, "name": _machine_name(entry), "seconds": 1.0} for entry in machines]
    return jobs.start(
        site, "CreateMachineCatalog", item, steps, fails=fails, at=len(steps) if late else (len(steps) + 1) // 2
    )


def _scheme(site: Site, body: Json) -> tuple[Json, int]:
    scheme: Json = body.get("ProvisioningScheme") or refuse(
        400, "The ProvisioningScheme field is required when ProvisioningType is MCS."
    )
    only(scheme, _SCHEME, "CreateMachineCatalogProvisioningSchemeRequestModel")
    unit = site.need(UNIT, scheme.get("ResourcePool"), status=400)
    wanted = number(scheme, "NumTotalMachines", 1)
    made: Json = {
        "Name": body["Name"],
        "ResourcePool": ref(unit),
        "CpuCount": number(scheme, "CpuCount", 2, least=1),
        "MemoryMB": number(scheme, "MemoryMB", 4096, least=256),
        "IdentityType": choice(
            scheme, "IdentityType", ("ActiveDirectory", "HybridAzureAD", "AzureAD", "Workgroup"), "ActiveDirectory"
        ),
        "UseWriteBackCache": bool(scheme.get("UseWriteBackCache")),
        "UseFullDiskCloneProvisioning": bool(scheme.get("UseFullDiskCloneProvisioning")),
        "MachineAccountCreationRules": _rules(scheme.get("MachineAccountCreationRules")),
        "MachineCount": 0,
        "HistoricalDiskImages": [],
        **{name: scheme[name] for name in ("WriteBackCacheDiskSizeGB", "WriteBackCacheMemorySizeMB") if name in scheme},
    }
    _set_image(made, _image(site, unit, scheme), keep=True)
    return made, wanted


def _image(site: Site, unit: Object, given: Json) -> Json:
    path = text(given, "MasterImagePath", required=True, most=1024)
    hosting.need_image(site, unit, path)
    return {"Name": path.rsplit("\\", maxsplit=1)[-1], "XDPath": path, "Note": given.get("MasterImageNote") or ""}


def _set_image(scheme: Json, image: Json, *, keep: bool) -> None:
    """Makes an image the current one; the one before stays in the history only if it is kept."""
    history: list[Json] = scheme["HistoricalDiskImages"]
    scheme["HistoricalDiskImages"] = [{"Image": image}, *(history if keep else history[1:])]
    scheme["MasterImage"] = image
    scheme["CurrentDiskImage"] = {"Image": image}


def _rules(given: Any) -> Json:
    rules = inner(given) or refuse(400, "The MachineAccountCreationRules field is required.")
    name = text(rules, "NamingScheme", required=True, most=15)
    text(rules, "Domain", required=True, most=255)
    if "#" not in name or len(name) > 15:
        refuse(400, f"The naming scheme '{name}' is not valid.")
    return {**rules, "NamingSchemeType": choice(rules, "NamingSchemeType", ("Numeric", "Alphabetic"), "Numeric")}


def answer(site: Site, catalog: Object) -> Json:
    """What the API tells about a catalog."""
    machines = site.machines(catalog)
    used = [item for item in machines if item.properties.get("DeliveryGroup")]
    scheme: Json = dict(catalog.properties.get("ProvisioningScheme") or {})
    answered: Json = {
        **catalog.properties,
        "FullName": catalog.name,
        "TotalCount": len(machines),
        "UsedCount": len(used),
        "AvailableCount": len(machines) - len(used),
        "UnassignedCount": len(machines),
        "IsBroken": False,
        "IsRemotePC": False,
        "IsPowerManaged": catalog.properties["MachineType"] == "Virtual",
        "CanRollbackVMImage": len(scheme.get("HistoricalDiskImages") or []) > 1,
        "JobsInProgress": [{"Id": job.id} for job in jobs.of(site, catalog)],
        "DeliveryGroups": sorted({item.properties["DeliveryGroup"]["Name"] for item in used}),
    }
    if scheme:
        answered["ProvisioningScheme"] = {**scheme, "MachineCount": len(machines)}
    return answered


def change(site: Site, catalog: Object, body: Json) -> None:
    """Changes what a PATCH may change."""
    only(body, _EDIT, "UpdateMachineCatalogRequestModel")
    changes = {
        key: value for key, value in body.items() if key not in {"CpuCount", "MemoryMB", "Zone", "HypervisorConnection"}
    }
    if body.get("Zone"):
        changes["Zone"] = site.reference(ZONE, body["Zone"])
    if body.get("HypervisorConnection"):
        changes["HypervisorConnection"] = site.reference(CONNECTION, body["HypervisorConnection"])
    sizes = {key: number(body, key, 1, least=1) for key in ("CpuCount", "MemoryMB") if key in body}
    if sizes:
        changes["ProvisioningScheme"] = {**_mcs(catalog), **sizes}
    site.change(catalog, changes)


def update_image(site: Site, catalog: Object, body: Json, fails: str | None, *, late: bool) -> Object:
    """Starts the job that prepares another image; the job."""
    only(body, _UPDATE, "UpdateMachineCatalogProvisioningSchemeRequestModel")
    only(body.get("RebootOptions") or {}, _REBOOT, "RebootMachinesRequestModel")
    _refuse_busy(site, catalog)
    unit = site.need(UNIT, _mcs(catalog)["ResourcePool"]["Id"])
    image = _image(site, unit, body)
    step = {
        "do": "image",
        "catalog": catalog.id,
        "image": image,
        "keep": bool(body.get("StoreOldImage", True)),
        "seconds": _PREPARE,
    }
    return jobs.start(site, "UpdateMachineCatalogProvisioningScheme", catalog, [step], fails=fails, at=1 if late else 0)


def roll_back(site: Site, catalog: Object, body: Json, fails: str | None, *, late: bool) -> Object:
    """Starts the job that goes back to the image before; the job."""
    only(body, _REBOOT, "RebootMachinesRequestModel")
    _refuse_busy(site, catalog)
    if len(_mcs(catalog)["HistoricalDiskImages"]) < 2:
        refuse(400, f"The machine catalog '{catalog.name}' has no previous image to roll back to.")
    step = {"do": "back", "catalog": catalog.id, "seconds": 60.0}
    return jobs.start(
        site, "RollbackMachineCatalogProvisioningScheme", catalog, [step], fails=fails, at=1 if late else 0
    )


def add_machine(site: Site, catalog: Object, body: Json, fails: str | None, *, late: bool) -> Object:
    """Starts the job that makes one more machine, or takes one that stands; the job."""
    only(body, _MACHINE, "AddMachineToMachineCatalogDetailRequestModel")
    step: Json = {"do": "machine", "catalog": catalog.id, "seconds": _CLONE}
    if catalog.properties["ProvisioningType"] == "MCS":
        step["rules"] = _rules(body.get("MachineAccountCreationRules"))
    else:
        step |= {"name": _machine_name(body), "seconds": 1.0}
        site.refuse_taken(MACHINE, step["name"])
    return jobs.start(site, "AddMachineCatalogMachine", catalog, [step], fails=fails, at=1 if late else 0)


def change_machine(site: Site, machine: Object, body: Json) -> Json:
    """Turns maintenance mode on or off; the machine."""
    only(body, _CHANGE_MACHINE, "UpdateMachineRequestModel")
    if not isinstance(body.get("InMaintenanceMode", False), bool):
        refuse(400, "InMaintenanceMode must be true or false.")
    site.change(machine, {key: value for key, value in body.items() if value is not None})
    return machine.properties


def remove_machine(site: Site, catalog: Object, machine: Object) -> None:
    """Removes a machine that no delivery group has."""
    if machine.properties["MachineCatalog"]["Id"] != catalog.id:
        refuse(404, f"The machine '{machine.name}' could not be found.")
    group = machine.properties.get("DeliveryGroup")
    if group:
        refuse(409, f"The machine '{machine.name}' is in the delivery group '{group['Name']}'.")
    site.world.remove(machine)


def remove(site: Site, catalog: Object) -> Object:
    """Starts the job that removes a catalog and its machines; the job. Raises ProblemError while groups use it."""
    _refuse_busy(site, catalog)
    machines = site.machines(catalog)
    used = next((item for item in machines if item.properties.get("DeliveryGroup")), None)
    if used is not None:
        refuse(
            409,
            f"The machine catalog '{catalog.name}' is in use by delivery group "
            f"'{used.properties['DeliveryGroup']['Name']}'.",
        )
    return jobs.start(site, "DeleteMachineCatalog", catalog, [{"do": "remove", "catalog": catalog.id, "seconds": 60.0}])


def _refuse_busy(site: Site, catalog: Object) -> None:
    if jobs.of(site, catalog):
        refuse(409, f"A provisioning task is already in progress for the machine catalog '{catalog.name}'.")


def _mcs(catalog: Object) -> Json:
    scheme: Json | None = catalog.properties.get("ProvisioningScheme")
    return scheme or refuse(400, f"The machine catalog '{catalog.name}' has no provisioning scheme.")


def _machine_name(entry: Json) -> str:
    name = text(entry, "MachineName", required=True)
    if "\\" not in name:
        refuse(400, f"The machine name '{name}' is not of the form domain\\machine.")
    return name


def _do_machine(site: Site, step: Json) -> None:
    catalog = site.need(CATALOG, step["catalog"])
    name = step.get("name") or _next_name(site, step.get("rules") or _mcs(catalog)["MachineAccountCreationRules"])
    properties: Json = {
        "Name": name,
        "DnsName": name.rsplit("\\", maxsplit=1)[-1].lower(),
        "MachineCatalog": ref(catalog),
        "PowerState": "Off" if catalog.properties["ProvisioningType"] == "MCS" else "On",
        "InMaintenanceMode": False,
        "RegistrationState": "Unregistered",
        "SessionCount": 0,
        "Image": inner(inner(catalog.properties.get("ProvisioningScheme")).get("MasterImage")).get("XDPath"),
    }
    site.add(MACHINE, properties, parent=catalog)


def _next_name(site: Site, rules: Json) -> str:
    """The next name of the naming scheme that no machine of the site has, with its domain before it."""
    scheme = str(rules["NamingScheme"])
    places = scheme.count("#")
    domain = str(rules["Domain"]).split(".", maxsplit=1)[0].upper()
    taken = {item.name.lower() for item in site.world.all(MACHINE)}
    names = (
        f"{domain}\\{scheme.replace('#' * places, _digits(i, places, rules['NamingSchemeType']))}"
        for i in range(1, 26**places + 1)
    )
    return next((name for name in names if name.lower() not in taken), None) or refuse(
        409, f"The naming scheme '{scheme}' has no names left."
    )


def _digits(i: int, places: int, kind: str) -> str:
    if kind == "Numeric":
        return str(i).zfill(places)
    letters = ""
    i -= 1
    for _ in range(places):
        i, rest = divmod(i, 26)
        letters = string.ascii_uppercase[rest] + letters
    return letters


def _do_image(site: Site, step: Json) -> None:
    catalog = site.need(CATALOG, step["catalog"])
    _set_image(catalog.properties["ProvisioningScheme"], step["image"], keep=step["keep"])
    site.world.save(catalog)


def _do_back(site: Site, step: Json) -> None:
    catalog = site.need(CATALOG, step["catalog"])
    scheme: Json = catalog.properties["ProvisioningScheme"]
    history: list[Json] = scheme["HistoricalDiskImages"]
    scheme["HistoricalDiskImages"] = history[1:]
    scheme["MasterImage"] = history[1]["Image"]
    scheme["CurrentDiskImage"] = history[1]
    site.world.save(catalog)


def _do_remove(site: Site, step: Json) -> None:
    catalog = site.need(CATALOG, step["catalog"])
    for machine in site.machines(catalog):
        site.world.remove(machine)
    site.remove(catalog)


def _do_note(site: Site, step: Json) -> None:
    """A step that only takes time."""
    del site, step


ACTIONS: Final[dict[str, jobs.Step]] = {
    "machine": _do_machine,
    "image": _do_image,
    "back": _do_back,
    "remove": _do_remove,
    "note": _do_note,
}


def report(site: Site, catalog: Object) -> Json:
    """What `$test` finds: a job that runs is a warning, a delivery group gone missing a failure."""
    lost = [
        item
        for item in site.machines(catalog)
        if (group := item.properties.get("DeliveryGroup")) and not site.find(GROUP, group["Id"])
    ]
    warnings = len(jobs.of(site, catalog))
    return {
        "MachineCatalog": ref(catalog),
        "NumPassed": 12 - len(lost),
        "NumWarnings": warnings,
        "NumFailures": len(lost),
    }
