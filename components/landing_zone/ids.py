"""What the landing zone gives to whatever is built in it, each thing as its ARM id.

In one stack an id comes from the resource that was just declared, in layers from the outputs of `base`; who asks cannot
tell. Left out: what can be named without asking, such as a resource group of one's own.
"""

from __future__ import annotations

from collections.abc import Callable

import pulumi

from model.base import Os

LookUp = Callable[[str, str], pulumi.Input[str]]
"""The ARM id of a thing by its kind and key: `("subnets", "schools/servers")`."""


class Landing:
    """The ids by what they are for. Subscriptions, areas, subnets and classes are named by their keys in the model."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up

    def subnet(self, area: str, key: str) -> pulumi.Input[str]:
        """A subnet of an area's spoke."""
        return self._look_up("subnets", f"{area}/{key}")

    def backup_policy(self, subscription: str, backup_class: str) -> pulumi.Input[str]:
        """The policy of a backup class in the subscription's Recovery Services vault."""
        return self._look_up("backup_policies", f"{subscription}/{backup_class}")

    def workspace(self) -> pulumi.Input[str]:
        """The Log Analytics workspace that everything reports to."""
        return self._look_up("logs", "workspace")

    def collection_rule(self, os: Os) -> pulumi.Input[str]:
        """The data collection rule of servers that run `os`."""
        return self._look_up("collection_rules", os)

    def private_zone(self, zone: str) -> pulumi.Input[str]:
        """A private DNS zone, by its name: `privatelink.file.core.windows.net`."""
        return self._look_up("private_zones", zone)
