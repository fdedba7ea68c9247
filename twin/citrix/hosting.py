"""Zones, hosting connections and hosting units of the twin's site.

A connection's inventory is what the twin's vCenter has: its datacenters, clusters, port groups and datastores, and the
machines whose snapshots are images. The twin does not ask which of them belong together.
"""

from __future__ import annotations

import re
from typing import Any, Final

from twin.citrix.site import CATALOG, CONNECTION, UNIT, ZONE, Json, Site, inner, label, number, only, ref, refuse, text
from twin.vsphere.naming import MACHINE
from twin.vsphere.policy import snapshots
from twin.world.store import Object

_CONNECTION_FIELDS: Final = frozenset(
    {
        "Name", "Zone", "ConnectionType", "UserName", "Password", "PasswordFormat", "Addresses", "SslThumbprints",
        "MaxAbsoluteActiveActions", "MaxAbsoluteNewActionsPerMinute", "MaxPowerActionsPercentageOfMachines", "Metadata",
    }
)  # fmt: skip
_UNIT_FIELDS: Final = frozenset(
    {"Name", "ConnectionType", "RootPath", "Storage", "TemporaryStorage", "Networks", "UseLocalStorageCaching"}
)
_KINDS: Final = {
    "datacenter": ("vsphere:index/datacenter:Datacenter",),
    "cluster": ("vsphere:index/computeCluster:ComputeCluster",),
    "network": ("vsphere:index/distributedPortGroup:DistributedPortGroup",),
    "storage": ("vsphere:index/vmfsDatastore:VmfsDatastore", "vsphere:index/nasDatastore:NasDatastore"),
}


_IMAGE: Final = re.compile(
    r"^XDHyp:\\HostingUnits\\(?P<unit>[^\\]+)\\(?:[^\\]+\\)*?"
    r"(?:(?P<template>[^\\]+)\.template|(?P<machine>[^\\]+)\.vm\\(?P<path>[^\\]+\.snapshot(?:\\[^\\]+\.snapshot)*))$",
    re.IGNORECASE,
)


def create_zone(site: Site, body: Json) -> Object:
    """A new zone."""
    only(body, frozenset({"Name", "Description", "ResourceLocation", "Metadata"}), "CreateZoneRequestModel")
    text(body, "Name", required=True)
    return site.add(ZONE, {"Description": "", "Metadata": [], **body, "IsPrimary": False})


def change_zone(site: Site, zone: Object, body: Json) -> None:
    """Changes a zone."""
    only(body, frozenset({"Name", "Description", "Metadata"}), "EditZoneRequestModel")
    site.change(zone, body)


def remove_zone(site: Site, zone: Object) -> None:
    """Removes a zone, never the primary one."""
    if zone.properties["IsPrimary"]:
        refuse(409, "The primary zone can not be deleted.")
    site.remove(zone)


def create_connection(site: Site, body: Json) -> Object:
    """A new connection to a vCenter; its password is not kept."""
    given = inner(body.get("ConnectionDetails")) or refuse(400, "The ConnectionDetails field is required.")
    only(given, _CONNECTION_FIELDS, "HypervisorConnectionDetailRequestModel")
    for name in ("Name", "UserName", "Password"):
        text(given, name, required=True)
    if given.get("ConnectionType") != "VCenter":
        refuse(400, f"The value '{given.get('ConnectionType')}' is not valid for ConnectionType.")
    zone = site.need(ZONE, given.get("Zone") or "Primary", status=400)
    item = site.add(CONNECTION, _connection(given) | {"Zone": ref(zone), "ConnectionType": "VCenter"})
    site.world.link(item, zone)
    return item


def change_connection(site: Site, connection: Object, body: Json) -> None:
    """Changes a connection."""
    only(body, _CONNECTION_FIELDS - {"Zone"}, "EditHypervisorConnectionRequestModel")
    site.change(connection, _connection(body, connection))


def _connection(given: Json, before: Object | None = None) -> Json:
    """What is kept and answered of a connection: everything but the password."""
    addresses: Any = given.get("Addresses")
    if before is None and not addresses:
        refuse(400, "The Addresses field is required.")
    kept = {key: value for key, value in given.items() if key not in {"Password", "PasswordFormat", "Zone"}}
    for name, default in (
        ("MaxAbsoluteActiveActions", 40),
        ("MaxAbsoluteNewActionsPerMinute", 10),
        ("MaxPowerActionsPercentageOfMachines", 20),
    ):
        if before is None or name in given:
            kept[name] = number(given, name, default, least=1)
    return kept


def inventory(site: Site, connection: Object, kind: str, inside: str) -> Json:
    """Children of a kind below a path."""
    if kind not in _KINDS:
        refuse(400, f"The value '{kind}' is not valid for type.")
    names = sorted({item.name for type_ in _KINDS[kind] for item in site.world.all(type_)})
    root = f"XDHyp:\\Connections\\{connection.name}"
    base = inside or root
    relative = base.removeprefix(root).strip("\\").replace("\\", "/")
    return {"Children": [_child(name, kind, base, relative) for name in names]}


def _child(name: str, kind: str, base: str, relative: str) -> Json:
    own = f"{name}.{kind}"
    path = f"{base}\\{own}"
    return {
        "Name": name,
        "ResourceType": kind,
        "XDPath": path,
        "RelativePath": f"{relative}/{own}".strip("/"),
        "Id": path,
    }


def create_unit(site: Site, connection: Object, body: Json) -> Object:
    """A new hosting unit of a connection."""
    only(body, _UNIT_FIELDS, "CreateHypervisorResourcePoolRequestModel")
    text(body, "Name", required=True)
    for name in ("RootPath", "Networks", "Storage", "TemporaryStorage"):
        if not body.get(name):
            refuse(400, f"The {name} field is required.")
    return site.add(UNIT, _unit(body) | {"HypervisorConnection": ref(connection)}, parent=connection)


def change_unit(site: Site, unit: Object, body: Json) -> None:
    """Changes a hosting unit; a store that is superseded is no longer one of it."""
    only(body, _UNIT_FIELDS - {"RootPath"}, "EditHypervisorResourcePoolRequestModel")
    stores: Json = {
        name: [entry["StoragePath"] for entry in body[name] if not entry.get("Superseded")]
        for name in ("Storage", "TemporaryStorage")
        if name in body
    }
    site.change(unit, _unit({**body, **stores}))


def _unit(body: Json) -> Json:
    """What is kept and answered of a unit: its networks and stores as objects with a name."""
    kept = {key: value for key, value in body.items() if key != "ConnectionType"}
    for name in ("Networks", "Storage", "TemporaryStorage"):
        if name in body:
            kept[name] = [{"Name": _own_name(path), "XDPath": path} for path in body[name]]
    return kept


def _own_name(path: str) -> str:
    return path.rsplit("\\", maxsplit=1)[-1].rsplit(".", maxsplit=1)[0]


def need_image(site: Site, unit: Object, path: str) -> None:
    """Refuses a path under which the hosting unit has no snapshot and no template. A snapshot stands below the one that
    was taken before it, and so in the path.
    """
    match = _IMAGE.match(path)
    if match is None:
        refuse(400, f"MasterImagePath '{path}' is not the path of a snapshot or a template.")
    if match["unit"].lower() != unit.name.lower():
        refuse(400, f"MasterImagePath '{path}' is not in the resource pool '{unit.name}'.")
    machines = site.world.named(MACHINE, match["template"] or match["machine"])
    if match["template"]:
        found = any(machine.facts.get("template") for machine in machines)
    else:
        wanted = re.sub(r"\.snapshot(\\|$)", "/", match["path"], flags=re.IGNORECASE).rstrip("/")
        found = any(item.facts["path"] == wanted for machine in machines for item in snapshots(site.world, machine))
    if not found:
        refuse(400, f"The master image '{path}' could not be found.")


def remove_unit(site: Site, unit: Object) -> None:
    """Removes a hosting unit that no catalog uses."""
    users = [item for item in site.world.all(CATALOG) if _unit_of(item) == unit.id]
    if users:
        refuse(409, f"The {label(UNIT)} '{unit.name}' is in use by machine catalog '{users[0].name}'.")
    site.remove(unit)


def _unit_of(catalog: Object) -> str:
    scheme = inner(catalog.properties.get("ProvisioningScheme"))
    return str(inner(scheme.get("ResourcePool")).get("Id", ""))
