"""Machine catalogs: what MCS builds from an image, or machines that stand already.

An image is changed in place: the site is asked first whether the catalog is sound (`$test`), the old image is kept
(`StoreOldImage`), and setting the path back to the image before rolls back instead of preparing it anew. The number
of machines is brought to what is wanted by looking again after each step, so that a run that was killed loses nothing
and a lost answer makes no machine twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final

from providers.citrix import machines as machinery
from providers.citrix.client import one
from providers.citrix.core import Kind, Session, known
from providers.citrix.fields import UNKNOWN, Fault, Field, Json, body, observe
from providers.citrix.hosting import locate_unit
from providers.errors import ApiError, ProviderError

_AT_ONCE: Final = 4
"""Machines added or removed at the same time."""
_ROUNDS: Final = 5
_SETTLING: Final = 20
"""Looks at a catalog until no job works on it."""
_NETBIOS: Final = 15

_ACCOUNTS: Final = (
    Field(name="namingScheme", required=True),
    Field(name="namingSchemeType", choices=("Numeric", "Alphabetic"), default="Numeric"),
    Field(name="domain", required=True),
    Field(name="organizationalUnit", send="OU"),
)

_SCHEME: Final = (
    Field(name="hostingUnit", type="ref", send="ResourcePool", required=True, replaces=True),
    Field(name="masterImagePath", seen="", required=True),
    Field(name="masterImageNote", seen=""),
    Field(name="cpuCount", type="number", least=1),
    Field(name="memoryMb", type="number", send="MemoryMB", least=1024),
    Field(name="writeBackCacheDiskGb", type="number", send="WriteBackCacheDiskSizeGB", least=1, replaces=True),
    Field(name="writeBackCacheMemoryMb", type="number", send="WriteBackCacheMemorySizeMB", least=0, replaces=True),
    Field(
        name="identityType",
        choices=("ActiveDirectory", "HybridAzureAD", "AzureAD", "Workgroup"),
        default="ActiveDirectory",
        replaces=True,
    ),
    Field(name="fullClones", type="switch", send="UseFullDiskCloneProvisioning", default=False, replaces=True),
    Field(name="machineCount", type="number", send="NumTotalMachines", seen="MachineCount", required=True, least=0),
    Field(name="accounts", type="object", send="MachineAccountCreationRules", required=True, fields=_ACCOUNTS),
)

_ROLLOUT: Final = (
    Field(name="rebootMinutes", type="number", send="RebootDuration", default=-1, least=-1),
    Field(name="warningMinutes", type="number", send="WarningDuration", default=0, least=0),
    Field(name="warningTitle"),
    Field(name="warningMessage"),
    Field(name="warningRepeatMinutes", type="number", send="WarningRepeatInterval", least=0),
)

_MACHINE: Final = (
    Field(name="machineName", seen="Name", required=True),
    Field(name="hostedMachineId", seen=""),
)


class MachineCatalog(Kind):
    """A machine catalog, by MCS or manual."""

    token = "citrix:index:MachineCatalog"  # noqa: S105
    label = "machine catalog"
    path = "MachineCatalogs"
    marked = True
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="name", required=True),
        Field(name="description", default=""),
        Field(name="zone", type="ref"),
        Field(name="allocationType", choices=("Random", "Static"), default="Random", replaces=True, patch=False),
        Field(name="provisioningType", choices=("MCS", "Manual"), required=True, replaces=True, patch=False),
        Field(
            name="sessionSupport", choices=("MultiSession", "SingleSession"), required=True, replaces=True, patch=False
        ),
        Field(
            name="persistUserChanges",
            seen="PersistChanges",
            choices=("Discard", "OnLocal"),
            default="Discard",
            replaces=True,
            patch=False,
        ),
        Field(name="minimumFunctionalLevel", choices=("L7_20", "L7_25", "L7_30", "L7_34")),
        Field(name="machineType", choices=("Virtual", "Physical"), default="Virtual", replaces=True, patch=False),
        Field(name="hostingConnection", type="ref", send="HypervisorConnection"),
        Field(name="provisioningScheme", type="object", patch=False, fields=_SCHEME),
        Field(name="machines", type="objects", patch=False, seen="Machines", key="machineName", fields=_MACHINE),
        Field(name="draining", type="texts", patch=False, send="", seen=""),
        Field(name="imageRollout", type="object", send="", seen="", fields=_ROLLOUT),
        Field(name="accountsOnDelete", send="", seen="", choices=("None", "Disable", "Delete"), default="None"),
    )

    def faults(self, inputs: Json) -> list[Fault]:
        found: list[Fault] = []
        scheme, machines = inputs.get("provisioningScheme"), inputs.get("machines")
        if inputs["sessionSupport"] == "MultiSession" and inputs["allocationType"] == "Static":
            found.append(("allocationType", "'Static' is not allowed with MultiSession; use 'Random'"))
        if inputs["provisioningType"] == "MCS":
            if scheme is None:
                found.append(("provisioningScheme", "is missing; give it, for MCS needs one"))
            if machines:
                found.append(("machines", "MCS makes its own machines; give provisioningScheme.machineCount"))
        elif inputs["provisioningType"] == "Manual" and scheme is not None:
            found.append(("provisioningScheme", "only MCS has one; give the machines of a manual catalog"))
        if isinstance(scheme, dict):
            found += _scheme_faults(scheme)
        return found

    def request(self, session: Session, inputs: Json) -> Json:
        made = super().request(session, inputs)
        scheme = made.get("ProvisioningScheme")
        if scheme is not None:
            scheme["ResourcePool"] = scheme["ResourcePool"].rsplit("/", maxsplit=1)[-1]
            scheme["UseWriteBackCache"] = "WriteBackCacheDiskSizeGB" in scheme
        if inputs["provisioningType"] == "Manual" and "HypervisorConnection" in made:
            for machine in made.get("Machines", []):
                machine.setdefault("HypervisorConnection", made["HypervisorConnection"])
        return made

    async def prepare(self, session: Session, inputs: Json) -> None:
        """The hosting unit has to be there, and its connection sound."""
        scheme = inputs.get("provisioningScheme")
        if scheme is not None:
            connection, _ = await locate_unit(session.client, scheme["hostingUnit"])
            await sound(session, f"hypervisors/{one(connection)}", f"hosting connection of {scheme['hostingUnit']!r}")

    async def post(self, session: Session, inputs: Json) -> None:
        await session.client.run(self.path, self.request(session, inputs), progress=session.progress)

    async def fetch(self, session: Session, id_: str) -> Json | None:
        remote = await super().fetch(session, id_)
        return await self._with_machines(session, remote) if remote else None

    async def find(self, session: Session, inputs: Json) -> Json | None:
        return await self.fetch(session, inputs["name"])

    async def _with_machines(self, session: Session, remote: Json) -> Json:
        machines = await session.client.items(f"{self.place(remote['Id'])}/Machines")
        return {**remote, "Machines": sorted(machines, key=lambda item: str(item.get("Name")))}

    def observe(self, remote: Json, given: Mapping[str, Any]) -> Json:
        """The image is told by its path in the inventory; a manual catalog has no scheme, and MCS no list of
        machines.
        """
        seen = observe(self.fields, remote, given)
        if remote.get("ProvisioningType") == "MCS":
            seen.pop("machines", None)
            image = current_image(remote)
            if image and "provisioningScheme" in seen:
                wanted = seen["provisioningScheme"].get("masterImagePath")
                seen["provisioningScheme"]["masterImagePath"] = wanted if same_path(wanted, image) else image
        else:
            seen.pop("provisioningScheme", None)
            if not given.get("machines") and not seen.get("machines"):
                seen.pop("machines", None)
        if given.get("draining"):
            serving = machinery.still_serving(remote.get("Machines") or [], given["draining"])
            seen["draining"] = [name for name in given["draining"] if name.lower() not in serving]
        return seen

    def outputs(self, remote: Json) -> Json:
        return {"catalogId": remote["Id"], "machineNames": [str(item["Name"]) for item in remote.get("Machines") or []]}

    async def complete(self, session: Session, id_: str, inputs: Json) -> None:
        """Waits for jobs that a killed run has started, then changes what differs."""
        remote = await self._settled(session, id_)
        await self.change(session, id_, self.observe(remote, inputs), inputs)

    async def update(self, session: Session, id_: str, old: Mapping[str, Any], new: Json) -> None:
        await self._settled(session, id_)
        await super().update(session, id_, old, new)
        released = set(old.get("draining") or ()) - set(new.get("draining") or ())
        await self._maintain(session, id_, released, on=False)

    async def _settled(self, session: Session, id_: str) -> Json:
        done: set[str] = set()
        for _ in range(_SETTLING):
            remote = await self.fetch(session, id_)
            if remote is None:
                raise ProviderError(f"machine catalog {id_!r} is gone from the site; run `pulumi refresh`")
            jobs = {str(job["Id"]) for job in remote.get("JobsInProgress") or []}
            if not jobs:
                return remote
            if jobs <= done:
                await session.client.sleep(session.client.poll_seconds)
            for job in sorted(jobs - done):
                await session.client.wait(job, progress=session.progress)
            done |= jobs
        raise ProviderError(f"machine catalog {id_!r} does not come to rest; look at the site's logging")

    async def change(self, session: Session, id_: str, old: Json, new: Json) -> None:
        await super().change(session, id_, old, new)
        await self._maintain(session, id_, new.get("draining") or (), on=True)
        if new["provisioningType"] == "Manual":
            await self._change_machines(session, id_, old, new)
            return
        before, scheme = old.get("provisioningScheme") or {}, new["provisioningScheme"]
        sizes = {"cpuCount", "memoryMb"}
        if any(scheme.get(size) is not None and scheme[size] != before.get(size) for size in sizes):
            await session.client.send("PATCH", self.place(id_), body(_SCHEME, scheme, only=sizes))
        if not same_path(before.get("masterImagePath"), scheme["masterImagePath"]):
            await self._change_image(session, id_, new)
        await self._change_count(session, id_, new)

    async def _change_image(self, session: Session, id_: str, new: Json) -> None:
        """Updates to the image, or rolls back to it where it is the one before. Raises ProviderError."""
        scheme, place = new["provisioningScheme"], self.place(id_)
        await sound(session, place, f"machine catalog {new['name']!r}")
        remote = await self.fetch(session, id_) or {}
        wanted = scheme["masterImagePath"]
        rollout = body(_ROLLOUT, new.get("imageRollout") or {"rebootMinutes": -1})
        if same_path(previous_image(remote), wanted) and remote.get("CanRollbackVMImage"):
            await session.client.run(f"{place}/$RollbackProvisioningScheme", rollout, progress=session.progress)
        else:
            request = {
                **body(_SCHEME, scheme, only=("masterImagePath", "masterImageNote")),
                "StoreOldImage": True,
                "RebootOptions": rollout,
            }
            await session.client.run(f"{place}/$UpdateProvisioningScheme", request, progress=session.progress)
        now = current_image(await self.fetch(session, id_) or {})
        if not same_path(now, wanted):
            raise ProviderError(
                f"machine catalog {new['name']!r} still has the image {now}; look at the site's "
                "logging and run the update again"
            )

    async def _change_count(self, session: Session, id_: str, new: Json) -> None:
        """Adds or removes machines until there are as many as wanted, looking again after each round. Raises
        ProviderError.
        """
        scheme = new["provisioningScheme"]
        wanted = int(scheme["machineCount"])
        rules = {"MachineAccountCreationRules": body(_ACCOUNTS, scheme["accounts"])}
        for _ in range(_ROUNDS):
            remote = await self._settled(session, id_)
            machines = remote["Machines"]
            if len(machines) == wanted:
                return
            if len(machines) < wanted:
                await self._add(session, id_, [rules] * (wanted - len(machines)))
            else:
                await self._lose(session, id_, new, machines, len(machines) - wanted)
        raise ProviderError(
            f"machine catalog {new['name']!r} does not reach {wanted} machines; look at the site's "
            "logging and run the update again"
        )

    async def _maintain(self, session: Session, id_: str, names: Collection[str], *, on: bool) -> None:
        if names:
            remote = await self.fetch(session, id_) or {}
            await machinery.maintain(session, remote.get("Machines") or [], names, on=on)

    async def _change_machines(self, session: Session, id_: str, old: Json, new: Json) -> None:
        wanted = {item["machineName"].lower(): item for item in new.get("machines") or []}
        there = {item["machineName"].lower(): item for item in old.get("machines") or []}
        connection = new.get("hostingConnection")
        requests = [body(_MACHINE, item) for name, item in wanted.items() if name not in there]
        await self._add(
            session, id_, [{**item, "HypervisorConnection": connection} if connection else item for item in requests]
        )
        gone = [name for name in there if name not in wanted]
        if gone:
            remote = await self.fetch(session, id_) or {}
            machines = [item for item in remote.get("Machines") or [] if str(item["Name"]).lower() in gone]
            await self._drop(session, id_, new, machines, accounts=False)

    async def _add(self, session: Session, id_: str, requests: list[Json]) -> None:
        """Adds machines, a few at a time; an answer that was lost is left to the next look."""

        async def add(request: Json) -> None:
            async with gate:
                try:
                    await session.client.run(f"{self.place(id_)}/Machines", request, progress=session.progress)
                except ApiError as error:
                    if not error.uncertain:
                        raise

        gate = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(add(request) for request in requests))

    async def _lose(self, session: Session, id_: str, new: Json, machines: list[Json], count: int) -> None:
        """Removes machines without a session, first of all those in maintenance mode. One in a delivery group is only
        taken out of it: the next look tells whether somebody came meanwhile. Raises ProviderError.
        """
        idle = machinery.idle(machines)
        if len(idle) < count:
            raise ProviderError(
                f"machine catalog {new['name']!r} can not lose {count} machines: {len(machines) - len(idle)} have "
                "sessions; let them drain in maintenance mode and run the update again"
            )
        chosen = idle[:count]
        for machine in chosen:
            if machine.get("DeliveryGroup"):
                group = one(str(machine["DeliveryGroup"]["Id"]))
                await session.client.send("DELETE", f"DeliveryGroups/{group}/Machines/{one(str(machine['Id']))}")
        await self._drop(session, id_, new, [m for m in chosen if not m.get("DeliveryGroup")], accounts=True)

    async def _drop(self, session: Session, id_: str, new: Json, machines: list[Json], *, accounts: bool) -> None:
        params = {"deleteVm": "true", "deleteAccount": new["accountsOnDelete"]} if accounts else {"deleteVm": "false"}
        for machine in machines:
            await session.client.send("DELETE", f"{self.place(id_)}/Machines/{one(str(machine['Id']))}", params=params)

    async def remove(self, session: Session, id_: str, state: Json) -> None:
        """Removes the catalog with the machines that MCS made. What a delivery group uses has to be taken out of it
        first.
        """
        params = {
            "deleteVm": str(state.get("provisioningType") == "MCS").lower(),
            "deleteAccount": state.get("accountsOnDelete") or "None",
        }
        await session.client.run(self.place(id_), method="DELETE", params=params, progress=session.progress)


def _scheme_faults(scheme: Json) -> list[Fault]:
    found: list[Fault] = []
    accounts = scheme.get("accounts")
    if not isinstance(accounts, dict) or not known(accounts, "namingScheme", "namingSchemeType"):
        return found
    name, at = accounts["namingScheme"], "provisioningScheme.accounts.namingScheme"
    places = name.count("#")
    if not places or "#" * places not in name:
        found.append((at, f"{name!r} needs one run of # where the number goes, such as VDA###"))
    elif len(name) > _NETBIOS:
        found.append((at, f"{name!r} makes names of {len(name)} characters; keep to the {_NETBIOS} of NetBIOS"))
    elif known(scheme, "machineCount"):
        most = 10**places - 1 if accounts["namingSchemeType"] == "Numeric" else 26**places
        if scheme["machineCount"] > most:
            found.append((at, f"{name!r} has room for {most} machines, {scheme['machineCount']:.0f} are wanted"))
    if accounts.get("domain") is not UNKNOWN and "." not in accounts["domain"]:
        found.append(
            (
                "provisioningScheme.accounts.domain",
                f"{accounts['domain']!r} is not a full domain name, such as ad.example.dk",
            )
        )
    return found


def current_image(remote: Json) -> str | None:
    """Path of the image that new machines get."""
    scheme = remote.get("ProvisioningScheme") or {}
    return (scheme.get("MasterImage") or {}).get("XDPath")


def previous_image(remote: Json) -> str | None:
    """Path of the image before the current one, to which a rollback leads."""
    history = (remote.get("ProvisioningScheme") or {}).get("HistoricalDiskImages") or []
    paths = [(entry.get("Image") or {}).get("XDPath") for entry in history]
    return next((found for found in paths if found and not same_path(found, current_image(remote))), None)


def same_path(left: Any, right: Any) -> bool:
    """Whether two paths of the hosting inventory are the same; letter case does not count in it."""
    return isinstance(left, str) and isinstance(right, str) and left.lower() == right.lower()


async def sound(session: Session, place: str, what: str) -> None:
    """Runs the site's own tests of an object. Raises ProviderError if one fails."""
    report = await session.client.send("POST", f"{place}/$test")
    failures = int(report.get("NumFailures") or 0)
    if failures:
        raise ProviderError(
            f"{what} fails {failures} of the site's own tests; read its test report in Studio, "
            "correct that and run the update again"
        )
