"""The whole landing zone, in the order in which its parts need each other, and the ids that it gives (ids.py)."""

from __future__ import annotations

import pulumi

from components import network, security
from components.sources import Sources
from model import Platform
from model.types.azure import Azure

Outputs = dict[str, dict[str, pulumi.Output[str]]]
"""Ids by kind and key: what `base` gives to other layers as `landing`."""


def declare(platform: Platform, azure: Azure, sources: Sources) -> Outputs:
    """Declares the landing zone; what it gives."""
    logs = security.declare_logs(platform, azure, sources.azure)
    made = network.declare(platform, azure, sources.azure, logs.workspace, sources.vpn_key)
    hub = security.Hub(
        group=made.hub.place.group, subnet=made.hub.subnets["endpoints"], zone=made.hub.zones.__getitem__
    )
    policies = security.declare(platform, azure, sources.azure, logs, hub)
    return {
        "subnets": made.subnets,
        "backup_policies": policies,
        "logs": {"workspace": logs.workspace},
        "collection_rules": {str(os): rule for os, rule in logs.rules.items()},
        "private_zones": made.hub.zones,
        "published": made.published,
    }
