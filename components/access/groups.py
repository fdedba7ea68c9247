"""Who may use delivery groups: what a cutover changes for whoever comes to a desktop.

A group that we build is made closed and opened here; of a group that was found its access is all that we say. An access
policy that goes with its generation is closed by its removal.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from model import Platform
from model.derive.access import access
from model.derive.flips import flipped_pools
from providers.citrix import resources as citrix


def declare_groups(
    name: str, platform: Platform, ready: Mapping[str, pulumi.Input[str]], parent: pulumi.Resource
) -> None:
    """One access policy for each pool in each generation that has one. `ready` as AccessArgs has it."""
    for pool in flipped_pools(platform.pool_instances):
        if pool.citrix is None:
            continue
        rule = access(platform, pool)
        citrix.DeliveryGroupAccess(
            f"{name}-{pool.logical_name}",
            citrix.DeliveryGroupAccessArgs(
                delivery_group=pool.citrix.delivery_group if pool.found is not None else ready[pool.logical_name],
                in_maintenance_mode=rule.closed,
                access=rule.kind,
                included_users=rule.included,
                excluded_users=rule.excluded,
            ),
            pulumi.ResourceOptions(
                parent=parent,
                protect=pool.protected,
                import_=pool.citrix.delivery_group if pool.found is not None else None,
            ),
        )
