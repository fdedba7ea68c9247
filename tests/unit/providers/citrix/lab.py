"""A laboratory: the provider on one side, the twin's site on the other, in one process and without waiting."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pulumi.provider.experimental import provider as api

from providers.citrix.client import Client
from providers.citrix.provider import CitrixProvider
from providers.citrix.values import plain_map, wrap_map
from twin.citrix import BASE
from twin.citrix.app import App
from twin.citrix.listener import Request
from twin.vsphere.naming import MACHINE, SNAPSHOT
from twin.world import faults
from twin.world.store import Object, World

T = TypeVar("T")
PASSWORD = "S3cret-of-the-site"
IMAGE = "XDHyp:\\HostingUnits\\HU-G26\\tpl-vda.vm\\{}.snapshot"


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the twin's site and counts them; `cut` is a list of requests whose answers are lost."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.seen: list[str] = []
        self.bodies: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        path = request.url.path.strip("/").split("/")
        self.seen.append(f"{request.method} {request.url.path.removeprefix(BASE)}")
        self.bodies.append(body.decode())
        query: dict[str, list[str]] = {}
        for key, value in request.url.params.multi_items():
            query.setdefault(key, []).append(value)
        headers = {key.lower(): value for key, value in request.headers.items()}
        answer = await self.app(
            Request(request.method, [httpx.URL(f"/{p}").path[1:] for p in path], query, headers, body)
        )
        if answer.drop:
            raise httpx.ReadError("connection lost")
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

    def count(self, start: str) -> int:
        return sum(line.startswith(start) for line in self.seen)


class Lab:
    """Drives the provider as the engine does. Every pause that it would take is noted in `pauses`."""

    def __init__(self, path: Path) -> None:
        self.world = World(path)
        self.wire = Wire(App(self.world, BASE))
        self.pauses: list[float] = []
        self.told: list[str] = []
        self.loop = asyncio.new_event_loop()
        self.provider = CitrixProvider(tell=self._tell, connect=self._connect)
        self.configure()

    async def _tell(self, urn: str, message: str) -> None:
        assert urn.startswith("urn:pulumi:")
        self.told.append(message)

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def _connect(self, *args: Any, **kwargs: Any) -> Client:
        self.client = Client(*args, **kwargs, transport=self.wire, sleep=self._sleep)
        return self.client

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def configure(self) -> None:
        """Connects anew, as a new process of the provider does."""
        args = {"endpoint": f"http://localhost{BASE}", "user": "AD\\svc-pulumi", "password": PASSWORD}
        self.run(self.provider.configure(api.ConfigureRequest({}, wrap_map(args, secret={"password"}), True, True)))

    def faults(self, *entries: dict[str, Any]) -> None:
        with self.world.transaction():
            faults.install(self.world, list(entries))

    @staticmethod
    def urn(kind: str, name: str) -> str:
        return f"urn:pulumi:test::holstebro::citrix:index:{kind}::{name}"

    def check(self, kind: str, resource: str = "it", /, **inputs: Any) -> api.CheckResponse:
        request = api.CheckRequest(self.urn(kind, resource), {}, wrap_map(inputs, secret=set()), b"")
        return self.run(self.provider.check(request))

    def failures(self, kind: str, /, **inputs: Any) -> dict[str, str]:
        return {item.property: item.reason for item in self.check(kind, **inputs).failures or []}

    def create(self, kind: str, resource: str = "it", /, **inputs: Any) -> tuple[str, dict[str, Any]]:
        checked = self.check(kind, resource, **inputs)
        assert not checked.failures, [(item.property, item.reason) for item in checked.failures]
        answer = self.run(
            self.provider.create(api.CreateRequest(self.urn(kind, resource), checked.inputs or {}, 0, False))
        )
        assert answer.resource_id
        return answer.resource_id, plain_map(answer.properties)

    def diff(self, kind: str, state: dict[str, Any], resource: str = "it", /, **inputs: Any) -> api.DiffResponse:
        checked = self.check(kind, resource, **inputs)
        request = api.DiffRequest(
            self.urn(kind, resource), "id", wrap_map(state, secret=set()), checked.inputs or {}, []
        )
        return self.run(self.provider.diff(request))

    def update(
        self, kind: str, id_: str, state: dict[str, Any], resource: str = "it", /, **inputs: Any
    ) -> dict[str, Any]:
        checked = self.check(kind, resource, **inputs)
        assert not checked.failures
        olds = wrap_map(state, secret=set())
        request = api.UpdateRequest(self.urn(kind, resource), id_, olds, checked.inputs or {}, 0, [], False)
        return plain_map(self.run(self.provider.update(request)).properties)

    def read(
        self, kind: str, id_: str, state: dict[str, Any] | None = None, inputs: dict[str, Any] | None = None
    ) -> api.ReadResponse:
        request = api.ReadRequest(
            self.urn(kind, "it"), id_, wrap_map(state or {}, secret=set()), wrap_map(inputs or {}, secret=set())
        )
        return self.run(self.provider.read(request))

    def delete(self, kind: str, id_: str, state: dict[str, Any]) -> None:
        self.run(self.provider.delete(api.DeleteRequest(self.urn(kind, "it"), id_, wrap_map(state, secret=set()), 0)))

    def objects(self, kind: str) -> list[Object]:
        return self.world.all(f"citrix:{kind}")

    def hosting(self) -> str:
        """A vCenter with a cluster, a connection to it and a hosting unit; the unit's id."""
        with self.world.transaction():
            for type_, name in (
                ("datacenter:Datacenter", "DC1"),
                ("computeCluster:ComputeCluster", "CL-G26"),
                ("distributedPortGroup:DistributedPortGroup", "PG-VDA"),
                ("vmfsDatastore:VmfsDatastore", "DS1"),
                ("vmfsDatastore:VmfsDatastore", "DS2"),
            ):
                self.world.add(Object(f"vsphere:index/{type_}", f"{name}-id", name, {}))
            self.world.add(Object(MACHINE, "tpl-vda-id", "tpl-vda", {}))
            for path in ("g26-1", "g26-2", "g26-2/g26-3"):
                place = {"virtualMachineUuid": "tpl-vda-id"}
                self.world.add(Object(SNAPSHOT, f"{path}-id", path.rpartition("/")[2], place, {"path": path}))
        connection, _ = self.create("HostingConnection", "vc", **CONNECTION)
        unit, _ = self.create("HostingUnit", "hu", **unit_of(connection))
        return unit


CONNECTION = {
    "name": "vcenter",
    "zone": "Primary",
    "addresses": ["https://vcenter"],
    "user": "svc",
    "password": "V-center-secret",
}


def unit_of(connection: str, **changes: Any) -> dict[str, Any]:
    given = {"name": "HU-G26", "hostingConnection": connection, "datacenter": "DC1", "cluster": "CL-G26"}
    return {**given, "networks": ["PG-VDA"], "storage": ["DS1"], "temporaryStorage": ["DS1"], **changes}


def catalog_of(unit: str, *, image: str = "g26-1", count: int = 4, **changes: Any) -> dict[str, Any]:
    scheme = {
        "hostingUnit": unit,
        "masterImagePath": IMAGE.format(image),
        "cpuCount": 8,
        "memoryMb": 49152,
        "machineCount": count,
        "accounts": {
            "namingScheme": "HKG26D###",
            "domain": "ad.kommune.dk",
            "organizationalUnit": "OU=G26,DC=ad,DC=kommune,DC=dk",
        },
    }
    given = {
        "name": "MC-G26",
        "provisioningType": "MCS",
        "sessionSupport": "MultiSession",
        "minimumFunctionalLevel": "L7_34",
    }
    return {**given, "provisioningScheme": scheme, **changes}


def group_of(catalog: str, *, count: int = 3, **changes: Any) -> dict[str, Any]:
    desktop = {"publishedName": "Skrivebord", "includedUsers": ["AD\\GG-Wave1"]}
    given = {"name": "DG-G26", "machineCatalogs": [{"machineCatalog": catalog, "count": count}], "desktops": [desktop]}
    return {**given, **changes}


def access_of(group: str, **changes: Any) -> dict[str, Any]:
    return {"deliveryGroup": group, "inMaintenanceMode": False, "includedUsers": ["AD\\GG-Wave1"], **changes}
