"""A lock on what holds data: nobody deletes it, by hand or by a stack, before the lock is gone."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import authorization


def lock(
    name: str, resource: pulumi.CustomResource, why: str, parent: pulumi.Resource, *, after: Sequence[pulumi.Resource]
) -> None:
    """Locks a resource. A lock holds for all below it too, so it comes `after` what the stack makes there, and goes
    before that.
    """
    authorization.ManagementLockByScope(
        f"{name}-lock",
        lock_name="holds-data",
        scope=resource.id,
        level="CanNotDelete",
        notes=why,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=after),
    )
