"""Active Directory itself: its site, who is master of it, and where its time comes from."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

from pydantic import Field, StringConstraints

from model.base import DnsName, Key, Model, Ref


class Directory(Model):
    """How the domain controllers that we build are born, and what they take over."""

    role: Annotated[Key, Ref("roles")] = "dc"
    """The role of a domain controller, a key of `roles`. Its servers are promoted in every generation that we build."""
    site: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")]
    """The site of Active Directory that the data centre, all our sites and Azure belong to: `Holstebro`. A client finds
    the controllers of the site that its subnet is in.
    """
    master: Annotated[str, Ref("servers")]
    """The server, by identity, that holds the five operations master roles, in the generation that serves its system.
    It is the one whose time the domain follows.
    """
    time_sources: tuple[DnsName | IPv4Address, ...] = Field(min_length=2)
    """The NTP servers outside that the master asks: two at least, so that one can be wrong. The master is let through
    to them on udp/123 by a flow to `internet`.
    """
