"""Where resources of a network are and report to, and the one way to give one of them a public address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_azure_native.network as net

from components.security import diagnostics
from model import azure_names as names

ZONES = ["1", "2", "3"]
"""Every availability zone of a region; the model allows only regions that have three."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A resource group in a region. `workspace` is where its resources send their logs."""

    group: pulumi.Input[str]
    location: str
    workspace: pulumi.Input[str]
    tags: Mapping[str, str]


def public_address(name: str, key: str, place: Place, opts: pulumi.ResourceOptions) -> net.PublicIPAddress:
    """A public address in every zone, for what Azure runs in the hub; nothing else has one."""
    address = net.PublicIPAddress(
        f"{name}-address-{key}",
        public_ip_address_name=names.name("pip", key),
        resource_group_name=place.group,
        location=place.location,
        public_ip_allocation_method="Static",
        public_ip_address_version="IPv4",
        sku=net.PublicIPAddressSkuArgs(name="Standard", tier="Regional"),
        zones=ZONES,
        tags=place.tags,
        opts=opts,
    )
    diagnostics.send(f"{name}-address-{key}", address, place.workspace, opts)
    return address
