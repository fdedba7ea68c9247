"""What users get: delivery groups with their desktops, reboot schedules, published applications.

A delivery group is made closed, in maintenance mode and for nobody, and says nothing of that afterwards: who is let in
is a resource of its own (access.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from providers.citrix import machines as machinery
from providers.citrix.access import CLOSED, RULE, included, rule, rule_faults, seen_rule
from providers.citrix.client import one
from providers.citrix.core import Kind, Session, add_principal_names
from providers.citrix.fields import UNKNOWN, Fault, Field, Json, body
from providers.errors import ApiError, ProviderError

_NO_POLICY_SET: Final = "00000000-0000-0000-0000-000000000000"
_ROUNDS: Final = 5
_LEVELS: Final = ("L7_20", "L7_25", "L7_30", "L7_34")

_DESKTOP: Final = (
    Field(name="publishedName", required=True),
    Field(name="description", default=""),
    Field(name="enabled", type="switch", default=True),
    Field(name="maxDesktops", type="number", least=1),
    Field(name="restrictToTag"),
    *RULE,
)

_FROM: Final = (
    Field(name="machineCatalog", type="ref", required=True),
    Field(name="count", type="number", required=True, least=0),
)


class DeliveryGroup(Kind):
    """A delivery group: machines of catalogs and the desktops published on them, each with who may see it."""

    token = "citrix:index:DeliveryGroup"  # noqa: S105
    label = "delivery group"
    path = "DeliveryGroups"
    marked = True
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="name", required=True),
        Field(name="description", default=""),
        Field(name="deliveryType", choices=("DesktopsAndApps", "DesktopsOnly", "AppsOnly"), default="DesktopsAndApps"),
        Field(name="sharingKind", choices=("Shared", "Private"), default="Shared", replaces=True, patch=False),
        Field(name="sessionSupport", choices=("MultiSession", "SingleSession"), replaces=True, patch=False),
        Field(name="minimumFunctionalLevel", choices=_LEVELS),
        Field(name="enabled", type="switch", default=True),
        Field(name="shutdownDesktopsAfterUse", type="switch", default=False),
        Field(name="timeZone"),
        Field(name="policySet", send="PolicySetGuid", none=_NO_POLICY_SET),
        Field(
            name="machineCatalogs",
            type="objects",
            default=[],
            patch=False,
            seen="MachineCatalogs",
            key="machineCatalog",
            fields=_FROM,
        ),
        Field(
            name="desktops", type="objects", default=[], send="", seen="Desktops", key="publishedName", fields=_DESKTOP
        ),
    )

    def faults(self, inputs: Json) -> list[Fault]:
        found: list[Fault] = []
        for i, desktop in enumerate(inputs["desktops"]):
            found += rule_faults(desktop, f"desktops[{i}].") if isinstance(desktop, dict) else []
        if not inputs["machineCatalogs"] and not inputs.get("sessionSupport"):
            found.append(("sessionSupport", "is missing; give it, for without machine catalogs it can not be inferred"))
        if inputs["deliveryType"] == "AppsOnly" and inputs["desktops"]:
            found.append(("desktops", "a group of AppsOnly has none"))
        return found

    async def post(self, session: Session, inputs: Json) -> None:
        made = self.request(session, inputs)
        for entry in made["MachineCatalogs"]:
            entry["AssignMachinesToUsers"] = []
        made["Desktops"] = [await _desktop(session, item) for item in inputs["desktops"]]
        made |= {"InMaintenanceMode": True, "SimpleAccessPolicy": CLOSED}
        await session.client.run(self.path, made, progress=session.progress)

    async def find(self, session: Session, inputs: Json) -> Json | None:
        return await self.fetch(session, inputs["name"])

    async def fetch(self, session: Session, id_: str) -> Json | None:
        """The group with its desktops and, of each catalog, how many machines it has."""
        remote = await super().fetch(session, id_)
        if remote is None:
            return None
        place = self.place(str(remote["Id"]))
        machines = await session.client.items(f"{place}/Machines")
        catalogs: dict[str, Json] = {}
        for machine in machines:
            catalog = machine["MachineCatalog"]
            catalogs.setdefault(catalog["Id"], {"MachineCatalog": catalog, "Count": 0})["Count"] += 1
        desktops = await session.client.items(f"{place}/Desktops")
        await add_principal_names(session, *desktops)
        return {
            **remote,
            "Desktops": [{**desktop, **seen_rule(desktop)} for desktop in desktops],
            "Machines": machines,
            "MachineCatalogs": list(catalogs.values()),
        }

    def outputs(self, remote: Json) -> Json:
        return {
            "deliveryGroupId": remote["Id"],
            "machineNames": sorted(str(item["Name"]) for item in remote.get("Machines") or []),
        }

    async def complete(self, session: Session, id_: str, inputs: Json) -> None:
        """The create does not respect `Enabled`, and a killed run may have drawn too few machines."""
        remote = await self.fetch(session, id_)
        await self.change(session, id_, self.observe(remote or {}, inputs), inputs)

    async def change(self, session: Session, id_: str, old: Json, new: Json) -> None:
        await super().change(session, id_, old, new)
        different = {path.split("[")[0] for path in self.diff(old, new)}
        if "desktops" in different:
            there = {
                str(item["PublishedName"]).lower(): item
                for item in await session.client.items(f"{self.place(id_)}/Desktops")
            }
            desktops = [
                await _desktop(session, item, there.get(item["publishedName"].lower())) for item in new["desktops"]
            ]
            await session.client.send("PATCH", self.place(id_), {"Desktops": desktops})
        if "machineCatalogs" in different:
            await self._draw(session, id_, new)

    async def _draw(self, session: Session, id_: str, new: Json) -> None:
        """Brings the machines from each catalog to the wanted number, looking again after each round. Raises
        ProviderError.
        """
        place = self.place(id_)
        for _ in range(_ROUNDS):
            remote = await self.fetch(session, id_) or {}
            there = {entry["MachineCatalog"]["Id"]: entry for entry in remote.get("MachineCatalogs") or []}
            missing: list[tuple[str, int]] = []
            surplus: list[tuple[str, int]] = [
                (key, entry["Count"]) for key, entry in there.items() if not _listed(entry, new)
            ]
            for item in new["machineCatalogs"]:
                entry = next((entry for entry in there.values() if _listed(entry, {"machineCatalogs": [item]})), None)
                more = int(item["count"]) - (entry["Count"] if entry else 0)
                if more > 0:
                    missing.append((item["machineCatalog"], more))
                elif more < 0 and entry:
                    surplus.append((entry["MachineCatalog"]["Id"], -more))
            if not missing and not surplus:
                return
            for catalog, count in surplus:
                theirs = [item for item in remote["Machines"] if item["MachineCatalog"]["Id"] == catalog]
                idle = machinery.idle(theirs)
                if len(idle) < count:
                    raise ProviderError(
                        f"delivery group {new['name']!r} can not give back {count} machines: {len(theirs) - len(idle)} "
                        "have sessions; let them drain in maintenance mode and run the update again"
                    )
                for machine in idle[:count]:
                    await session.client.send("DELETE", f"{place}/Machines/{one(str(machine['Id']))}")
            for catalog, count in missing:
                try:
                    request = {"MachineCatalog": catalog, "Count": count, "AssignMachinesToUsers": []}
                    await session.client.send("POST", f"{place}/Machines", request)
                except ApiError as error:
                    if not error.uncertain:
                        raise
        raise ProviderError(
            f"delivery group {new['name']!r} does not get the machines that are wanted; look at the "
            "site's logging and run the update again"
        )


class RebootSchedule(Kind):
    """When the machines of a delivery group restart. Its id is `GROUP/SCHEDULE`."""

    token = "citrix:index:RebootSchedule"  # noqa: S105
    label = "reboot schedule"
    path = "DeliveryGroups/{}/RebootSchedules"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="name", required=True),
        Field(name="deliveryGroup", type="ref", required=True, replaces=True, send="", seen=""),
        Field(name="description", default=""),
        Field(name="enabled", type="switch", default=True),
        Field(name="frequency", choices=("Daily", "Weekly", "Monthly", "Once"), required=True),
        Field(name="frequencyFactor", type="number", default=1, least=1),
        Field(name="daysInWeek", type="texts"),
        Field(name="weekInMonth", choices=("First", "Second", "Third", "Fourth", "Last")),
        Field(
            name="dayInMonth", choices=("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
        ),
        Field(name="startDate"),
        Field(name="startTime", required=True),
        Field(name="rebootDurationMinutes", type="number", least=0),
        Field(name="useNaturalReboot", type="switch", default=False),
        Field(name="ignoreMaintenanceMode", type="switch", default=False),
        Field(name="restrictToTag"),
        Field(name="warningDurationMinutes", type="number", least=0),
        Field(name="warningMessage"),
        Field(name="warningTitle"),
        Field(name="warningRepeatIntervalMinutes", type="number"),
    )

    def faults(self, inputs: Json) -> list[Fault]:
        """Rules as the Terraform provider has them (validateRebootSchedules)."""
        needs = {"Weekly": ("daysInWeek",), "Monthly": ("weekInMonth", "dayInMonth")}.get(str(inputs["frequency"]), ())
        found = [(name, f"is missing; give it, for {inputs['frequency']}") for name in needs if not inputs.get(name)]
        if inputs["useNaturalReboot"] is True:
            forbidden = ("rebootDurationMinutes", "warningDurationMinutes", "warningMessage", "warningTitle")
            found += [
                (name, "has no effect with useNaturalReboot; leave it out")
                for name in forbidden
                if inputs.get(name) is not None
            ]
        elif inputs["useNaturalReboot"] is not UNKNOWN and inputs.get("rebootDurationMinutes") is None:
            found.append(("rebootDurationMinutes", "is missing; give it, where 0 restarts all machines at once"))
        return found

    def collection(self, inputs: Mapping[str, Any]) -> str:
        return self.path.format(one(str(inputs["deliveryGroup"])))

    def place(self, id_: str) -> str:
        group, _, schedule = id_.partition("/")
        if not schedule:
            raise ProviderError(f"{id_!r} does not name a reboot schedule; import it as GROUP/SCHEDULE, by name or id")
        return f"{self.path.format(one(group))}/{one(schedule)}"

    def identity(self, remote: Json, inputs: Mapping[str, Any]) -> str:
        return f"{inputs.get('deliveryGroup') or remote['DeliveryGroup']}/{remote['Id']}"

    async def fetch(self, session: Session, id_: str) -> Json | None:
        remote = await super().fetch(session, id_)
        return {**remote, "DeliveryGroup": id_.partition("/")[0]} if remote else None

    def observe(self, remote: Json, given: Mapping[str, Any]) -> Json:
        seen = super().observe(remote, given)
        seen.setdefault("deliveryGroup", remote.get("DeliveryGroup", ""))
        return seen


_INSTALLED: Final = (
    Field(name="commandLineExecutable", required=True),
    Field(name="commandLineArguments", default=""),
    Field(name="workingDirectory", default=""),
)


class Application(Kind):
    """A published application on one or several delivery groups, the first with the highest priority."""

    token = "citrix:index:Application"  # noqa: S105
    label = "application"
    path = "Applications"
    marked = True
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="name", required=True),
        Field(name="publishedName"),
        Field(name="description", default=""),
        Field(name="enabled", type="switch", default=True),
        Field(name="visible", type="switch", default=True),
        Field(name="clientFolder"),
        Field(name="installed", type="object", send="InstalledAppProperties", required=True, fields=_INSTALLED),
        Field(name="deliveryGroups", type="texts", send="", seen="", required=True),
        *RULE[:2],
    )

    def faults(self, inputs: Json) -> list[Fault]:
        found = rule_faults(inputs)
        return found if inputs["deliveryGroups"] else [*found, ("deliveryGroups", "is empty; name at least one")]

    async def post(self, session: Session, inputs: Json) -> None:
        made = {"PublishedName": inputs["name"], **self.request(session, inputs), **await included(session, inputs)}
        await session.client.run(
            self.path, {"NewApplications": [made], "DeliveryGroups": _priorities(inputs)}, progress=session.progress
        )

    async def find(self, session: Session, inputs: Json) -> Json | None:
        return await self.fetch(session, inputs["name"])

    async def fetch(self, session: Session, id_: str) -> Json | None:
        remote = await super().fetch(session, id_)
        if remote is None:
            return None
        groups = await session.client.items(f"{self.place(str(remote['Id']))}/DeliveryGroups")
        await add_principal_names(session, remote)
        return {
            **remote,
            **seen_rule(remote),
            "DeliveryGroups": sorted(groups, key=lambda item: item.get("Priority") or 0),
        }

    def observe(self, remote: Json, given: Mapping[str, Any]) -> Json:
        seen = super().observe(remote, given)
        wanted = {str(name).lower(): name for name in given.get("deliveryGroups") or []}
        groups = [(str(item.get("Name")), str(item.get("Id"))) for item in remote.get("DeliveryGroups") or []]
        seen["deliveryGroups"] = [wanted.get(name.lower()) or wanted.get(id_.lower()) or name for name, id_ in groups]
        return seen

    async def change(self, session: Session, id_: str, old: Json, new: Json) -> None:
        await super().change(session, id_, old, new)
        different = set(self.diff(old, new))
        wanted: Json = {}
        if different & {"access", "includedUsers"}:
            wanted |= await included(session, new)
        if old.get("deliveryGroups") != new["deliveryGroups"]:
            wanted["DeliveryGroups"] = _priorities(new)
        if wanted:
            await session.client.send("PATCH", self.place(id_), wanted)

    def diff(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
        """The order of the delivery groups counts: it is their priority."""
        found = super().diff(old, new)
        if old.get("deliveryGroups") != new.get("deliveryGroups"):
            found.setdefault("deliveryGroups", ("update", False))
        return found


def _priorities(inputs: Json) -> list[Json]:
    return [{"Item": name, "Priority": i} for i, name in enumerate(inputs["deliveryGroups"])]


async def _desktop(session: Session, inputs: Json, there: Json | None = None) -> Json:
    made = {**body(_DESKTOP, inputs), **await rule(session, inputs)}
    return {**made, "Id": there["Id"]} if there else made


def _listed(entry: Json, inputs: Mapping[str, Sequence[Json] | Any]) -> bool:
    """Whether a catalog from which machines were drawn is among those that are wanted."""
    names = {str(entry["MachineCatalog"].get(key)).lower() for key in ("Id", "Name")}
    return any(str(item["machineCatalog"]).lower() in names for item in inputs["machineCatalogs"])
