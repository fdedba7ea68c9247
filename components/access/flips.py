"""The flip set as Pulumi resources: the only ones that a cutover or a rollback changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.access.aliases import declare_aliases
from components.access.groups import declare_groups
from components.access.host_pools import HostPoolAccess
from model import Platform


@dataclass(frozen=True, kw_only=True)
class AccessArgs:
    """`ready` gives the names of the delivery groups that we build, by logical name, as what builds them puts them out:
    nobody is let in before there is something behind it. `in_azure` is the same of host pools.
    """

    platform: Platform
    ready: Mapping[str, pulumi.Input[str]]
    in_azure: HostPoolAccess


class Access(pulumi.ComponentResource):
    """Every flip: the records of the alias zone, and who may use delivery groups and host pools."""

    def __init__(self, name: str, args: AccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:access:Access", name, {}, opts)
        declare_aliases(name, args.platform, self)
        declare_groups(name, args.platform, args.ready, self)
        args.in_azure.declare(name, args.platform, self)
        self.register_outputs({})
