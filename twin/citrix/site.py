"""The site's objects in the world: made, found by name or id, changed, and what refuses to go.

An object's properties are what the API answers about it. Names are unique within a type in any letter case, as the
API's model pages say of each.
"""

from __future__ import annotations

import uuid
from typing import Any, Final, NoReturn, cast

from twin.world import faults
from twin.world.store import Object, World

Json = dict[str, Any]

ZONE: Final = "citrix:Zone"
CONNECTION: Final = "citrix:HostingConnection"
UNIT: Final = "citrix:HostingUnit"
CATALOG: Final = "citrix:MachineCatalog"
MACHINE: Final = "citrix:Machine"
GROUP: Final = "citrix:DeliveryGroup"
SCHEDULE: Final = "citrix:RebootSchedule"
APPLICATION: Final = "citrix:Application"
POLICY_SET: Final = "citrix:PolicySet"
POLICY: Final = "citrix:Policy"
JOB: Final = "citrix:Job"
TOKEN: Final = "citrix:Token"  # noqa: S105
IDENTITY: Final = "citrix:Identity"
SITE: Final = "citrix:Site"

_SPACE: Final = uuid.UUID("6f0c8a52-6d1f-4b0e-9d53-0a3f0d0c5a11")


class ProblemError(Exception):
    """The site refuses; `message` is what its answer says."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Site:
    """The site's state. Use inside a transaction of the world."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def id(self) -> str:
        return str(uuid.uuid5(_SPACE, "site"))

    def clock(self) -> float:
        """Virtual seconds that have passed."""
        return faults.clock(self.world)

    def pass_time(self, seconds: float) -> None:
        self.world.set_meta("clock", str(self.clock() + seconds))

    def new_id(self, type_: str) -> str:
        """An id that is the same in every run that does the same."""
        return str(uuid.uuid5(_SPACE, f"{type_}:{self.world.number(type_)}"))

    def ensure_beginning(self) -> None:
        """A site has a primary zone from the start."""
        if not self.world.all(ZONE):
            self.add(ZONE, {"Name": "Primary", "Description": "", "IsPrimary": True})

    def add(self, type_: str, properties: Json, *, parent: Object | None = None, name: str | None = None) -> Object:
        """A new object, with an `Id`. Raises ProblemError 409 if its name is taken."""
        name = str(properties.get("Name") or name or "")
        self.refuse_taken(type_, name, parent)
        id_ = self.new_id(type_)
        facts: Json = {"parent": parent.id} if parent else {}
        item = self.world.add(Object(type_, id_, name, {**properties, "Id": id_}, facts))
        if parent is not None:
            self.world.link(item, parent)
        return item

    def refuse_taken(self, type_: str, name: str, parent: Object | None = None, *, but: Object | None = None) -> None:
        """Raises ProblemError 409 if another object of the type has the name."""
        for other in self.world.named(type_, name) if name else []:
            same_parent = parent is None or other.facts.get("parent") == parent.id
            if same_parent and (but is None or other.seq != but.seq):
                refuse(409, f"An object with the name '{other.name}' already exists.")

    def change(self, item: Object, changes: Json, *, parent: Object | None = None) -> None:
        """Changes properties, the name among them."""
        if changes.get("Name"):
            self.refuse_taken(item.type, str(changes["Name"]), parent, but=item)
            item.name = str(changes["Name"])
        item.properties.update(changes)
        self.world.save(item)

    def find(self, type_: str, name_or_id: str, *, parent: Object | None = None) -> Object | None:
        """An object by id or name."""
        found = self.world.get(type_, name_or_id.lower())
        if found is not None:
            return found if parent is None or found.facts.get("parent") == parent.id else None
        named = self.world.named(type_, name_or_id)
        return next((item for item in named if parent is None or item.facts.get("parent") == parent.id), None)

    def need(self, type_: str, name_or_id: Any, *, parent: Object | None = None, status: int = 404) -> Object:
        """The same; raises ProblemError if there is none: 404 for what a path names, 400 for what a body does."""
        found = self.find(type_, str(name_or_id), parent=parent)
        if found is None:
            refuse(status, f"The {label(type_)} '{name_or_id}' could not be found.")
        return found

    def children(self, type_: str, parent: Object) -> list[Object]:
        return [item for item in self.world.all(type_) if item.facts.get("parent") == parent.id]

    def reference(self, type_: str, name_or_id: Any) -> Json:
        """`{Id, Name}` of what a body refers to."""
        return ref(self.need(type_, name_or_id, status=400))

    def remove(self, item: Object) -> None:
        """Removes an object. Raises ProblemError 409 if others rest on it."""
        resting = self.world.resting_on(item)
        if resting:
            users = ", ".join(f"{label(other.type)} '{other.name}'" for other in resting[:3])
            refuse(409, f"The {label(item.type)} '{item.name}' is in use by {users}.")
        self.world.remove(item)

    def machines(self, catalog: Object | None = None, group: Object | None = None) -> list[Object]:
        """Machines of a catalog or of a delivery group, by name."""
        found = [
            item
            for item in self.world.all(MACHINE)
            if (catalog is None or item.properties["MachineCatalog"]["Id"] == catalog.id)
            and (group is None or inner(item.properties.get("DeliveryGroup")).get("Id") == group.id)
        ]
        return sorted(found, key=lambda item: item.name)


def inner(value: Any) -> Json:
    """A map inside an answer or a body; empty if there is none."""
    return cast(Json, value) if isinstance(value, dict) else {}


def entries(value: Any) -> list[Json]:
    """The maps of a list inside an answer or a body; empty if there is none."""
    return [inner(item) for item in cast("list[Any]", value)] if isinstance(value, list) else []


def ref(item: Object) -> Json:
    """`{Id, Name}` of an object, as answers refer to it."""
    return {"Id": item.id, "Name": item.name}


def label(type_: str) -> str:
    """`machine catalog` of `citrix:MachineCatalog`."""
    words = "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in type_.rsplit(":", maxsplit=1)[-1]
    )
    return words.strip()


def refuse(status: int, message: str) -> NoReturn:
    """Raises ProblemError."""
    raise ProblemError(status, message)


def text(body: Json, name: str, *, required: bool = False, most: int = 64) -> str:
    """A text of a body. Raises ProblemError 400 if it is missing, too long, or not text."""
    value = body.get(name)
    if value is None or value == "":
        if required:
            refuse(400, f"The {name} field is required.")
        return ""
    if not isinstance(value, str):
        refuse(400, f"The value of {name} is not a string.")
    if len(value) > most and name == "Name":
        refuse(400, f"The field Name must be a string with a maximum length of {most}.")
    return value


def number(body: Json, name: str, default: int, *, least: int = 0) -> int:
    """A whole number of a body. Raises ProblemError 400 if it is none or too small."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(400, f"The value of {name} is not an integer.")
    if value < least:
        refuse(400, f"The field {name} must be at least {least}.")
    return value


def choice(body: Json, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    """An enumerated value. Raises ProblemError 400 if it is missing or not one of them."""
    value = body.get(name, default)
    if value is None:
        refuse(400, f"The {name} field is required.")
    if value not in allowed:
        refuse(400, f"The value '{value}' is not valid for {name}.")
    return cast(str, value)


def only(body: Json, names: frozenset[str], model: str) -> None:
    """Raises ProblemError 400 if a body has what its model has not."""
    unknown = sorted(set(body) - names)
    if unknown:
        refuse(400, f"Could not find member '{unknown[0]}' on object of type '{model}'.")
