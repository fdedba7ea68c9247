"""Whom delivery groups let in: what a cutover turns for whoever comes to a desktop.

A group that we build is made closed and opened here; of a group that was found its access is all that we say. A door
that goes with its generation is closed by its removal.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.servers.lifecycle import protected
from model import Platform
from model.access import access
from model.flips import doors
from providers.citrix import resources as citrix


def declare_groups(
    platform: Platform, provider: citrix.Provider, ready: Mapping[str, pulumi.Input[str]]
) -> dict[str, citrix.DeliveryGroupAccess]:
    """One resource for each pool in each generation that a cutover turns, by the instance's logical name.

    `ready` gives by logical name the delivery groups' names as what builds them puts them out, so that no door is
    opened before there is a room behind it.
    """
    found: dict[str, citrix.DeliveryGroupAccess] = {}
    for door in doors(platform):
        rule = access(platform, door)
        name = door.delivery_group if door.found is not None else ready[door.logical_name]
        found[door.logical_name] = citrix.DeliveryGroupAccess(
            f"{door.logical_name}-access",
            citrix.DeliveryGroupAccessArgs(
                delivery_group=name,
                in_maintenance_mode=rule.closed,
                access=rule.kind,
                included_users=rule.included,
                excluded_users=rule.excluded,
            ),
            pulumi.ResourceOptions(
                provider=provider,
                protect=protected(door.generation),
                import_=door.delivery_group if door.found is not None else None,
            ),
        )
    return found
