"""Whom delivery groups let in: what a cutover turns for whoever comes to a desktop.

A group that we build is made closed and opened here; of a group that was found its access is all that we say. A door
that goes with its generation is closed by its removal.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from model import Platform
from model.derive.access import access
from model.derive.flips import doors
from providers.citrix import resources as citrix


def declare_groups(
    name: str, platform: Platform, ready: Mapping[str, pulumi.Input[str]], parent: pulumi.Resource
) -> None:
    """One door for each pool in each generation that has one. `ready` as AccessArgs has it."""
    for door in doors(platform):
        if door.citrix is None:
            continue
        rule = access(platform, door)
        citrix.DeliveryGroupAccess(
            f"{name}-{door.logical_name}",
            citrix.DeliveryGroupAccessArgs(
                delivery_group=door.citrix.delivery_group if door.found is not None else ready[door.logical_name],
                in_maintenance_mode=rule.closed,
                access=rule.kind,
                included_users=rule.included,
                excluded_users=rule.excluded,
            ),
            pulumi.ResourceOptions(
                parent=parent,
                protect=door.protected,
                import_=door.citrix.delivery_group if door.found is not None else None,
            ),
        )
