"""Whom each generation serves, and the stable names by which they reach it.

The live generation serves everyone; `serving:` names those that another one serves, and until when, and a wave that has
moved those that its generation serves for good. The live one is not named a second time, so a cutover is a change of
states and nothing else. Left out: who is in an AD group.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import InGeneration, Key, Model, Ref, Text
from model.types.estate import SiteCode, SystemCode


class Serving(Model):
    """Some that another generation than the live one serves: a pilot ahead of the rest, or what lags because its vendor
    is not ready.
    """

    name: Key
    """Name of the entry, for people."""
    generation: InGeneration
    """The generation that serves them."""
    groups: tuple[Text, ...] = ()
    """AD groups of people."""
    sites: tuple[Annotated[SiteCode, Ref("sites")], ...] = ()
    """Codes of sites, for the people there: the AD group `GG-Lokation-S014` of each."""
    systems: tuple[Annotated[SystemCode, Ref("systems")], ...] = ()
    """Codes of systems."""
    pools: tuple[Annotated[Key, Ref("pools")], ...] = ()
    """Keys of desktop pools."""
    reason: Text
    """Why they are served by another generation."""
    expires: date
    """The last day of the entry. After it `refresh check` fails (`EXPIRED`)."""


class Stable(Model):
    """What can not change in a moment and so points at a stable name, before a cutover and after it."""

    name: Key
    """Name of the entry, for people."""
    kind: Literal["storefront-farm", "dhcp-option", "service-account", "file-share"]
    """What it is."""
    points_at: Text
    r"""The name that it points at: no machine, no address, and nothing that carries a generation. A service account is
    `DOMAIN\name`, with a name of at most 15 characters (Microsoft, New-ADServiceAccount).
    """
    system: Annotated[SystemCode, Ref("systems")] | None = None
    """The code of the system whose servers run as the account, or whose data the share leads to. Required with
    `service-account`, and refused with what is neither that nor a `file-share`.
    """
    role: Annotated[Key, Ref("roles")] | None = None
    """Only the system's servers of this role run as the account: `sql`. Without one all of them do. The account also
    bears the SPNs of the stable names of those servers, `HTTP/...` or `MSSQLSvc/...` by the ports of their flows.
    """


class Override(Model):
    """Permission for a plan to do to a resource what the guard would refuse."""

    resource: Text
    """The resource by its logical name in Pulumi."""
    allows: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$")], ...] = Field(min_length=1)
    """What may be done and nothing else: `deletion`, `replacement`, or the property or key that the guard names.
    `deletion` of a server unprotects it in the next update, and the one after may delete it.
    """
    reason: Text
    """Why it may."""
    role: Text
    """The role of the person who answers for it."""
    expires: date
    """The last day of the permission. After it `refresh check` fails (`EXPIRED`)."""

    @property
    def lets_go(self) -> bool:
        """Whether the resource may be deleted: then the next update unprotects it."""
        return "deletion" in self.allows
