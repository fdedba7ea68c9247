"""What all kinds of resources have in common: find, create, take over, read, change and delete by the table of
fields.

A kind states its path and its fields; what the API does differently for it is a method of its own. Create looks for
the name first: a run that was killed has left something, and a request whose answer was lost may have been carried
out. What is found is taken over only if it is ours, by the mark in its metadata, or where the API keeps none, if it
equals what would be made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from providers.citrix.client import Client, Progress, one
from providers.citrix.errors import ConflictError
from providers.citrix.fields import UNKNOWN, Fault, Field, Json, body, changes, check, observe
from providers.errors import ApiError, ProviderError

MARK: Final = "ManagedBy"
"""Name of the metadata that says whose an object is; its value is the resource's URN."""
_ROUNDS: Final = 4
_PAUSE: Final = 5.0


@dataclass(slots=True)
class Session:
    """One operation of the engine: the client, the resource's URN, and where its progress is told."""

    client: Client
    urn: str
    progress: Progress


class Kind:
    """A kind of resource that is created, changed and deleted by name or id under one path."""

    token: ClassVar[str]
    label: ClassVar[str]
    path: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    marked: ClassVar[bool] = False
    id_field: ClassVar[str] = "Id"

    def check(self, given: Mapping[str, Any]) -> tuple[Json, list[Fault]]:
        """The inputs with defaults, and all that is wrong with them."""
        checked, faults = check(self.fields, given)
        return checked, faults or self.faults(checked)

    def faults(self, inputs: Json) -> list[Fault]:
        """Rules between the properties; values may be UNKNOWN."""
        del inputs
        return []

    def diff(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
        return changes(self.fields, old, new)

    def collection(self, inputs: Mapping[str, Any]) -> str:
        """The path under which it is created."""
        del inputs
        return self.path

    def place(self, id_: str) -> str:
        """The path of one object, from its id in Pulumi or a name."""
        return f"{self.path}/{one(id_)}"

    def identity(self, remote: Json, inputs: Mapping[str, Any]) -> str:
        """The id in Pulumi of what an answer shows."""
        del inputs
        return str(remote[self.id_field])

    async def find(self, session: Session, inputs: Json) -> Json | None:
        """The object that has this name already."""
        name = str(inputs["name"])
        return self._asked(await session.client.get(f"{self.collection(inputs)}/{one(name)}"), name)

    async def fetch(self, session: Session, id_: str) -> Json | None:
        """The object with this id or name, with all that `observe` needs."""
        return self._asked(await session.client.get(self.place(id_)), id_)

    def _asked(self, remote: Json | None, wanted: str) -> Json | None:
        """What was found, if it is what was asked for. Raises ProviderError if it is something else."""
        if remote is not None:
            names = {str(remote[key]).lower() for key in (self.id_field, "Id", "Name") if remote.get(key)}
            if not any(wanted.lower() == name or wanted.lower().endswith((f"/{name}", f"|{name}")) for name in names):
                raise ProviderError(
                    f"asked for {self.label} {wanted!r}, the site answers with something else; check citrix:endpoint"
                )
        return remote

    async def prepare(self, session: Session, inputs: Json) -> None:
        """What has to be right before anything is created."""

    async def post(self, session: Session, inputs: Json) -> None:
        await session.client.send("POST", self.collection(inputs), self.request(session, inputs))

    def request(self, session: Session, inputs: Json) -> Json:
        """The body of a create."""
        made = body(self.fields, inputs)
        if self.marked:
            made["Metadata"] = [{"Name": MARK, "Value": session.urn}]
        return made

    async def complete(self, session: Session, id_: str, inputs: Json) -> None:
        """Brings what a create has made, now or in a run that was killed, to what is wanted."""

    async def change(self, session: Session, id_: str, old: Json, new: Json) -> None:
        """Changes an object from what it is to what is wanted. What is not given any more stays as it is on the site,
        unless the field knows how to say that there is none.
        """
        changed = {path.split(".", maxsplit=1)[0] for path in self.diff(old, new)}
        wanted = body([item for item in self.fields if item.patch], new, only=changed)
        emptied = {
            item.sent: item.none
            for item in self.fields
            if item.none and item.name in changed and new.get(item.name) is None
        }
        if wanted or emptied:
            await session.client.send("PATCH", self.place(id_), {**emptied, **wanted})

    async def remove(self, session: Session, id_: str, state: Json) -> None:
        del state
        await session.client.send("DELETE", self.place(id_))

    def observe(self, remote: Json, given: Mapping[str, Any]) -> Json:
        """The inputs as the site has them."""
        return observe(self.fields, remote, given)

    def outputs(self, remote: Json) -> Json:
        """What the site says beyond the inputs."""
        del remote
        return {}

    def is_ours(self, session: Session, remote: Json, inputs: Json) -> bool:
        """Whether something found may be taken over."""
        if self.marked:
            return any(
                item.get("Name") == MARK and item.get("Value") == session.urn for item in remote.get("Metadata") or []
            )
        return not self.diff(self.observe(remote, inputs), inputs)

    async def create(self, session: Session, inputs: Json) -> str:
        """Creates the object or takes over what a killed run has left; its id. Raises ProviderError."""
        await self.prepare(session, inputs)
        found: Json | None = None
        for round_ in range(1, _ROUNDS + 1):
            found = await self.find(session, inputs)
            if found is not None:
                if not self.is_ours(session, found, inputs):
                    raise ConflictError(self._conflict(found, inputs))
                break
            try:
                await self.post(session, inputs)
            except ApiError as error:
                if not (error.uncertain or error.status == 409) or round_ == _ROUNDS:
                    raise
                await session.client.sleep(_PAUSE)
        found = found or await self.find(session, inputs)
        if found is None:
            raise ProviderError(
                f"{self.label} {inputs['name']!r} was created but is not there; look into the site's "
                "logging and run the update again"
            )
        id_ = self.identity(found, inputs)
        await self.complete(session, id_, inputs)
        return id_

    async def update(self, session: Session, id_: str, old: Mapping[str, Any], new: Json) -> None:
        """Changes the object, from what the site says that it is now. Raises ProviderError."""
        remote = await self.fetch(session, id_)
        if remote is None:
            raise ProviderError(f"{self.label} {new['name']!r} is gone from the site; run `pulumi refresh`")
        dropped = {item.name: old[item.name] for item in self.fields if item.none and old.get(item.name)}
        await self.change(session, self.identity(remote, new), self.observe(remote, {**dropped, **new}), new)

    async def delete(self, session: Session, id_: str, state: Json) -> None:
        """Removes the object; one that is gone already is no fault. Raises ProviderError, also where the site says that
        it is done and the object still stands: what stands must not leave the state.
        """
        try:
            await self.remove(session, id_, state)
        except ApiError as error:
            if not error.absent:
                raise
        for round_ in range(_ROUNDS):
            if round_:
                await session.client.sleep(_PAUSE)
            if await self.gone(session, id_):
                return
        raise ProviderError(
            f"{self.label} {id_!r} still stands although the site has taken its removal; look into the site's logging "
            "and run the update again"
        )

    async def gone(self, session: Session, id_: str) -> bool:
        """Whether the removal has been carried out."""
        return await self.fetch(session, id_) is None

    def _conflict(self, remote: Json, inputs: Json) -> str:
        id_ = self.identity(remote, inputs)
        what = f"{self.label} {inputs['name']!r} exists already ({id_})"
        if self.marked:
            return f"{what} and was not made by this resource; import it with that id, or choose another name"
        different = ", ".join(self.diff(self.observe(remote, inputs), inputs))
        return f"{what} and differs in {different}; import it with that id, or choose another name"


def known(inputs: Mapping[str, Any], *names: str) -> bool:
    """Whether all of these are given and known."""
    return all(inputs.get(name) is not None and inputs.get(name) is not UNKNOWN for name in names)


async def add_principal_names(session: Session, *holders: Json) -> None:
    """Completes the users in these answers: DDC 2402 LTSR does not tell the principal names of directory users."""
    users = [user for holder in holders for key in ("IncludedUsers", "ExcludedUsers") for user in holder.get(key) or []]
    names = sorted({str(user["SamName"]) for user in users if user.get("SamName") and not user.get("PrincipalName")})
    if not names:
        return
    found = await session.client.items("Identity/Users", user=names, provider="All")
    by_name = {str(user.get("SamName")).lower(): user.get("PrincipalName") for user in found}
    for user in users:
        if not user.get("PrincipalName"):
            user["PrincipalName"] = by_name.get(str(user.get("SamName")).lower())


async def user_ids(session: Session, names: Sequence[str]) -> list[str]:
    """The ids by which the API wants users and groups named. Raises ProviderError for an unknown account."""
    if not names:
        return []
    found = await session.client.items("Identity/Users", user=list(names), provider="All")
    by_name = {
        str(user[key]).lower(): user
        for user in found
        for key in ("SamName", "PrincipalName", "Sid", "Oid")
        if user.get(key)
    }
    missing = [name for name in names if name.lower() not in by_name]
    if missing:
        raise ProviderError(
            f"the directory has no {', '.join(map(repr, missing))}; correct the names (DOMAIN\\group or group@domain)"
        )
    return [str(by_name[name.lower()].get("Oid") or by_name[name.lower()]["Sid"]) for name in names]
