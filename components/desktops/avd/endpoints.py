"""The private address by which people and machines reach a service of Azure, and its name in the private DNS zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_azure_native.network as net

from components.landing_zone.ids import Landing
from model import azure_names
from model.types.avd import PRIVATE_ZONES


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """What is reached: a resource of that `name` and ARM `id` by its sub-resource `of`, from a subnet of an area."""

    name: str
    id: pulumi.Input[str]
    of: str
    area: str
    subnet: str
    group: pulumi.Input[str]
    location: str
    tags: Mapping[str, str]


def declare(name: str, endpoint: Endpoint, landing: Landing, opts: pulumi.ResourceOptions) -> None:
    """Declares the endpoint `pep-<name>` with its records."""
    own = azure_names.name("pep", endpoint.name)
    made = net.PrivateEndpoint(
        f"{name}-endpoint",
        private_endpoint_name=own,
        resource_group_name=endpoint.group,
        location=endpoint.location,
        custom_network_interface_name=azure_names.name("nic", own),
        subnet=net.SubnetArgs(id=landing.subnet(endpoint.area, endpoint.subnet)),
        private_link_service_connections=[
            net.PrivateLinkServiceConnectionArgs(name=own, private_link_service_id=endpoint.id, group_ids=[endpoint.of])
        ],
        tags=endpoint.tags,
        opts=opts,
    )
    zone = PRIVATE_ZONES[endpoint.of]
    net.PrivateDnsZoneGroup(
        f"{name}-endpoint-names",
        private_dns_zone_group_name="default",
        private_endpoint_name=made.name,
        resource_group_name=endpoint.group,
        private_dns_zone_configs=[
            net.PrivateDnsZoneConfigArgs(name=zone.replace(".", "-"), private_dns_zone_id=landing.private_zone(zone))
        ],
        opts=opts,
    )
