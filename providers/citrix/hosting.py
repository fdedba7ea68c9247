"""Where machines live: zones, connections to vCenter, and hosting units (the API says resource pools) on a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from providers.citrix.client import Client, one
from providers.citrix.core import Kind, Session
from providers.citrix.fields import Field, Json, body
from providers.errors import ProviderError

_NAME: Final = Field(name="name", required=True)
_DESCRIPTION: Final = Field(name="description", default="")


class Zone(Kind):
    """A zone of the site."""

    token = "citrix:index:Zone"  # noqa: S105
    label = "zone"
    path = "Zones"
    marked = True
    fields = (_NAME, _DESCRIPTION)


class HostingConnection(Kind):
    """A connection to a vCenter. What can not be changed: T, vsphere_hypervisor_resource.go."""

    token = "citrix:index:HostingConnection"  # noqa: S105
    label = "hosting connection"
    path = "hypervisors"
    fields: ClassVar[tuple[Field, ...]] = (
        _NAME,
        Field(name="zone", type="ref", required=True, replaces=True, patch=False),
        Field(name="addresses", type="texts", required=True),
        Field(name="user", send="UserName", required=True),
        Field(name="password", seen="", required=True, secret=True),
        Field(name="sslThumbprints", type="texts", replaces=True, patch=False),
        Field(name="maxActions", type="number", send="MaxAbsoluteActiveActions", default=40, least=1),
        Field(name="maxNewActionsPerMinute", type="number", send="MaxAbsoluteNewActionsPerMinute", default=10, least=1),
        Field(
            name="maxPowerActionsPercent",
            type="number",
            send="MaxPowerActionsPercentageOfMachines",
            default=20,
            least=1,
            most=100,
        ),
    )

    def request(self, session: Session, inputs: Json) -> Json:
        del session
        return {
            "ConnectionDetails": {
                **body(self.fields, inputs),
                "ConnectionType": "VCenter",
                "PasswordFormat": "PlainText",
            }
        }

    async def change(self, session: Session, id_: str, old: Json, new: Json) -> None:
        """Sends everything: whether the password is the one that the site has, no answer tells."""
        del old
        wanted = body([item for item in self.fields if item.patch], new)
        await session.client.send(
            "PATCH", self.place(id_), {**wanted, "ConnectionType": "VCenter", "PasswordFormat": "PlainText"}
        )


class HostingUnit(Kind):
    """A cluster with the networks and datastores that machines may use. Its id is `CONNECTION/UNIT`."""

    token = "citrix:index:HostingUnit"  # noqa: S105
    label = "hosting unit"
    path = "hypervisors/{}/resourcePools"
    fields: ClassVar[tuple[Field, ...]] = (
        _NAME,
        Field(name="hostingConnection", type="ref", required=True, replaces=True, send="", seen="HypervisorConnection"),
        Field(name="datacenter", required=True, replaces=True, send="", seen=""),
        Field(name="cluster", required=True, replaces=True, send="", seen=""),
        Field(name="networks", type="texts", required=True, send="", seen="Networks"),
        Field(name="storage", type="texts", required=True, send="", seen="Storage"),
        Field(name="temporaryStorage", type="texts", required=True, send="", seen="TemporaryStorage"),
    )

    def collection(self, inputs: Mapping[str, Any]) -> str:
        return self.path.format(one(str(inputs["hostingConnection"])))

    def place(self, id_: str) -> str:
        connection, _, unit = id_.partition("/")
        if not unit:
            raise ProviderError(f"{id_!r} does not name a hosting unit; import it as CONNECTION/UNIT, by name or id")
        return f"{self.path.format(one(connection))}/{one(unit)}"

    def identity(self, remote: Json, inputs: Mapping[str, Any]) -> str:
        connection = (remote.get("HypervisorConnection") or {}).get("Id") or inputs["hostingConnection"]
        return f"{connection}/{remote['Id']}"

    def observe(self, remote: Json, given: Mapping[str, Any]) -> Json:
        """Datacenter and cluster stand in the root path, as `NAME.datacenter/NAME.cluster`."""
        seen = super().observe(remote, given)
        root = str(remote.get("RootPath") or "").replace("\\", "/").split("/")
        for suffix in ("datacenter", "cluster"):
            found = next((part.removesuffix(f".{suffix}") for part in root if part.endswith(f".{suffix}")), "")
            if found:
                seen[suffix] = found
        return seen

    async def post(self, session: Session, inputs: Json) -> None:
        paths = await self._resolve(session.client, inputs)
        made = {**body(self.fields, inputs), "ConnectionType": "VCenter", **paths, "UseLocalStorageCaching": False}
        await session.client.send("POST", self.collection(inputs), made)

    async def change(self, session: Session, id_: str, old: Json, new: Json) -> None:
        """Storage that is no longer wanted is superseded, for machines may still be on it (T, same file)."""
        paths = await self._resolve(session.client, new)
        superseded = await self._resolve(
            session.client, {**new, **{key: sorted(set(old[key]) - set(new[key])) for key in _STORAGE}}
        )
        wanted: Json = {"Name": new["name"], "ConnectionType": "VCenter", "Networks": paths["Networks"]}
        for name in ("Storage", "TemporaryStorage"):
            wanted[name] = [{"StoragePath": item} for item in paths[name]]
            wanted[name] += [{"StoragePath": item, "Superseded": True} for item in superseded[name]]
        await session.client.send("PATCH", self.place(id_), wanted)

    async def _resolve(self, client: Client, inputs: Json) -> Json:
        """The API's own paths of what the inputs name, as the connection's inventory gives them."""
        connection = str(inputs["hostingConnection"])
        datacenter = await _inventory(client, connection, "", "datacenter", [inputs["datacenter"]])
        cluster = await _inventory(client, connection, datacenter[0]["XDPath"], "cluster", [inputs["cluster"]])
        inside = cluster[0]["XDPath"]
        networks = await _inventory(client, connection, inside, "network", inputs["networks"])
        stores = {key: await _inventory(client, connection, inside, "storage", inputs[key]) for key in _STORAGE}
        return {
            "RootPath": cluster[0]["RelativePath"],
            "Networks": [item["XDPath"] for item in networks],
            "Storage": [item["Id"] for item in stores["storage"]],
            "TemporaryStorage": [item["Id"] for item in stores["temporaryStorage"]],
        }


_STORAGE: Final = ("storage", "temporaryStorage")


async def _inventory(client: Client, connection: str, inside: str, kind: str, names: list[str]) -> list[Json]:
    """The items of these names below a path of the connection's inventory. Raises ProviderError for the first that is
    missing.
    """
    if not names:
        return []
    params = {"children": 1, "type": kind, **({"path": inside} if inside else {})}
    answer = await client.send("GET", f"hypervisors/{one(connection)}/allResources", params=params)
    children = {str(child["Name"]).lower(): child for child in answer.get("Children") or []}
    for name in names:
        if name.lower() not in children:
            there = ", ".join(sorted(str(child["Name"]) for child in children.values())) or "nothing"
            raise ProviderError(f"hosting connection {connection!r} shows no {kind} {name!r}; name one of {there}")
    return [children[name.lower()] for name in names]


async def locate_unit(client: Client, reference: str) -> tuple[str, Json]:
    """The connection that holds a hosting unit, and the unit, from its id or name. Raises ProviderError."""
    connection, slash, unit = reference.partition("/")
    if slash:
        found = await client.get(f"hypervisors/{one(connection)}/resourcePools/{one(unit)}")
        if found:
            return connection, found
    for hypervisor in [] if slash else await client.items("hypervisors"):
        for pool in await client.items(f"hypervisors/{one(str(hypervisor['Id']))}/resourcePools"):
            if reference.lower() in {str(pool.get("Name")).lower(), str(pool.get("Id")).lower()}:
                return str(hypervisor["Id"]), pool
    raise ProviderError(f"the site has no hosting unit {reference!r}; declare it before what uses it")
