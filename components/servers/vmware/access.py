"""Service accounts in vCenter: roles, and what each account may do on what a generation is made of.

Roles outlive generations; rights are on a generation's own objects and go with them. model/derive/vcenter.py says why
on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pulumi
import pulumi_vsphere as vsphere

from model.derive.vcenter import Holder, Right
from model.types.vcenter import VcenterAccount, VcenterRole

ENTITY: Mapping[Holder, str] = {
    "cluster": "ClusterComputeResource",
    "datastores": "StoragePod",
    "network": "DistributedVirtualPortgroup",
}
"""The managed object type of each. A distributed switch takes no rights of its own, so its port groups do (VMware,
"vSphere Security", Hierarchical Inheritance of Permissions).
"""


@dataclass(frozen=True, kw_only=True)
class RolesArgs:
    """`roles` by key."""

    roles: Mapping[str, VcenterRole]


class Roles(pulumi.ComponentResource):
    """The roles that a stack gives. `ids` has the id of each by key."""

    ids: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: RolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:Roles", name, {}, opts)
        self.ids = {
            key: vsphere.Role(
                f"{name}-{key}",
                name=role.title,
                role_privileges=sorted(role.privileges),
                opts=pulumi.ResourceOptions(parent=self),
            ).id
            for key, role in args.roles.items()
        }
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class RightsArgs:
    """`rights` sorted by object. `objects` gives the managed object id of each, `roles` the id of a role by its key."""

    rights: Sequence[Right]
    accounts: Mapping[str, VcenterAccount]
    objects: Mapping[tuple[Holder, str], pulumi.Input[str]]
    roles: Callable[[str], pulumi.Input[str]]


class Rights(pulumi.ComponentResource):
    """The rights on what one generation is made of: one resource an object, for it is all rights on that object."""

    def __init__(self, name: str, args: RightsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:Rights", name, {}, opts)
        for (holder, key), own in groupby(args.rights, key=lambda right: (right.holder, right.key)):
            if (holder, key) not in args.objects:
                continue
            given = sorted(own, key=lambda right: args.accounts[right.account].principal.lower())
            vsphere.EntityPermissions(
                f"{name}-{holder}-{key}",
                entity_id=args.objects[holder, key],
                entity_type=ENTITY[holder],
                permissions=[self._permission(right, args) for right in given],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})

    def _permission(self, right: Right, args: RightsArgs) -> vsphere.EntityPermissionsPermissionArgs:
        account = args.accounts[right.account]
        return vsphere.EntityPermissionsPermissionArgs(
            user_or_group=account.principal,
            is_group=account.group,
            propagate=True,
            role_id=args.roles(right.role),
        )
