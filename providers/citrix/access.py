"""Who is let in: the access policy of a delivery group as a resource of its own, so that a cutover changes it alone.

Nobody has access by omission: `access` is `Restricted` to the users that are named unless it says `Everyone`. In the
API a filter that is off lets everyone in (docs/decisions/0006-citrix-api.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from providers.citrix.core import Kind, Session, add_principal_names, user_ids
from providers.citrix.fields import Fault, Field, Json, body
from providers.errors import ProviderError

RULE: Final = (
    Field(name="access", send="", seen="Access", choices=("Restricted", "Everyone"), default="Restricted"),
    Field(name="includedUsers", type="users", send="", seen="IncludedUsers", default=[]),
    Field(name="excludedUsers", type="users", send="", seen="ExcludedUsers", default=[]),
)
CLOSED: Final[Json] = {
    "AllowAnonymous": False,
    "IncludedUserFilterEnabled": True,
    "IncludedUsers": [],
    "ExcludedUserFilterEnabled": False,
    "ExcludedUsers": [],
}
"""The rule of a delivery group that lets nobody in."""


class DeliveryGroupAccess(Kind):
    """Whom a delivery group lets in, and whether it brokers sessions at all.

    The group is made by someone else, a `DeliveryGroup` or a person years ago; it is found by its name. Removing the
    resource lets nobody in and turns maintenance mode on: what is no longer declared must not go on letting people in.

    Its id in Pulumi is the group's name, by which it is imported: when an import and an update come in one run, the
    engine forgets the id that was asked for, and wants a replacement in the next run if the resource has another
    (pulumi 3.250.0, step_generator.go, `isImport`).
    """

    token = "citrix:index:DeliveryGroupAccess"  # noqa: S105
    label = "delivery group"
    path = "DeliveryGroups"
    id_field = "Name"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="deliveryGroup", type="ref", required=True, replaces=True, send="", seen="DeliveryGroup"),
        Field(name="inMaintenanceMode", type="switch", required=True),
        *RULE,
    )

    def faults(self, inputs: Json) -> list[Fault]:
        return rule_faults(inputs)

    async def fetch(self, session: Session, id_: str) -> Json | None:
        remote = await super().fetch(session, id_)
        if remote is None:
            return None
        policy = remote.get("SimpleAccessPolicy") or {}
        await add_principal_names(session, policy)
        group = {"Id": remote["Id"], "Name": remote["Name"]}
        return {**remote, **seen_rule(policy), "DeliveryGroup": group}

    async def create(self, session: Session, inputs: Json) -> str:
        return await self._change(session, inputs["deliveryGroup"], inputs)

    async def update(self, session: Session, id_: str, old: Mapping[str, Any], new: Json) -> None:
        del old
        await self._change(session, id_, new)

    async def _change(self, session: Session, group: str, wanted: Json) -> str:
        """Brings the group from what the site says of it now to what is wanted, in one request; its id."""
        remote = await self.fetch(session, group)
        if remote is None:
            name = wanted["deliveryGroup"]
            raise ProviderError(f"the site has no delivery group {name!r}; build it or correct the name")
        different = set(self.diff(self.observe(remote, wanted), wanted))
        request = body(self.fields, wanted, only=different)
        if different & {item.name for item in RULE}:
            request["SimpleAccessPolicy"] = {"AllowAnonymous": False, **await rule(session, wanted)}
        if request:
            await session.client.send("PATCH", self.place(str(remote["Id"])), request)
            now = await self.fetch(session, group)
            left = ["its existence"] if now is None else sorted(self.diff(self.observe(now, wanted), wanted))
            if left:
                raise ProviderError(
                    f"the site has taken the change of delivery group {group!r} and still differs in "
                    f"{', '.join(left)}; look into its logging and run the update again"
                )
        return self.identity(remote, wanted)

    async def remove(self, session: Session, id_: str, state: Json) -> None:
        del state
        closed = {"InMaintenanceMode": True, "SimpleAccessPolicy": CLOSED}
        await session.client.send("PATCH", self.place(id_), closed)

    async def gone(self, session: Session, id_: str) -> bool:
        """The group stays; what must be gone is everybody's access to it."""
        remote = await self.fetch(session, id_)
        return remote is None or (
            bool(remote.get("InMaintenanceMode")) and remote["Access"] == "Restricted" and not remote["IncludedUsers"]
        )


def rule_faults(inputs: Json, at: str = "") -> list[Fault]:
    """What is wrong with the rule in these inputs."""
    if inputs["access"] == "Everyone" and inputs["includedUsers"]:
        return [(f"{at}includedUsers", "has no effect while access is 'Everyone'; leave it out or restrict access")]
    return []


async def included(session: Session, inputs: Json) -> Json:
    """The part of a request that lets users in. Raises ProviderError for an account that does not exist."""
    return {
        "IncludedUserFilterEnabled": inputs["access"] == "Restricted",
        "IncludedUsers": await user_ids(session, inputs["includedUsers"]),
    }


async def rule(session: Session, inputs: Json) -> Json:
    """The same with those who are kept out."""
    excluded = await user_ids(session, inputs["excludedUsers"])
    return {
        **await included(session, inputs),
        "ExcludedUserFilterEnabled": bool(excluded),
        "ExcludedUsers": excluded,
    }


def seen_rule(policy: Json) -> Json:
    """What an answer's filters come to: a list whose filter is off names nobody, and anonymous access is everyone's."""
    open_ = not policy.get("IncludedUserFilterEnabled") or bool(policy.get("AllowAnonymous"))
    return {
        "Access": "Everyone" if open_ else "Restricted",
        "IncludedUsers": [] if open_ else policy.get("IncludedUsers") or [],
        "ExcludedUsers": (policy.get("ExcludedUsers") or []) if policy.get("ExcludedUserFilterEnabled") else [],
    }
