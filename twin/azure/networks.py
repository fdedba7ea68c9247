"""Networks: address spaces, subnets and what fits into them, peerings, addresses of interfaces and services."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final, cast

from twin.azure import errors, ids
from twin.azure.resource import ArmResource, guid, numbered
from twin.azure.values import part, parts
from twin.engine.check import Fault
from twin.engine.platform import Kind, Site
from twin.engine.wire import Properties
from twin.world.store import Object, World

Prefix = ipaddress.IPv4Network | ipaddress.IPv6Network

_RESERVED: Final = 5
"""The first four addresses of a subnet and its last are Azure's (learn.microsoft.com/azure/virtual-network,
virtual-networks-faq).
"""
_SERVICES: Final[dict[str, tuple[str, int]]] = {
    # Smallest subnets: vpn-gateway-about-vpn-gateway-settings, firewall-faq and configuration-settings of Bastion,
    # learn.microsoft.com/azure. A smaller gateway subnet than /29 is impossible; /27 is what all configurations need.
    ids.GATEWAY: ("GatewaySubnet", 27),
    ids.FIREWALL: ("AzureFirewallSubnet", 26),
    ids.BASTION: ("AzureBastionSubnet", 26),
}
"""Services that have a subnet of their own: its name and its smallest size."""
_MANAGEMENT_SUBNET: Final = "AzureFirewallManagementSubnet"


class Network(ArmResource):
    """A virtual network; peers must not overlap with it."""

    def wrong(self, inputs: Properties) -> list[Fault]:
        found: list[Fault] = []
        for index, text in enumerate(part(inputs, "addressSpace", "addressPrefixes") or []):
            found += _prefix_faults(f"addressSpace.addressPrefixes[{index}]", text)
        return found

    def settle(self, site: Site) -> None:
        space = _space(site.inputs)
        for one, other in combinations(space, 2):
            if one.overlaps(other):
                errors.refuse(
                    "InvalidCIDRNotation", f"The address prefixes {one} and {other} of {site.item.name} overlap."
                )
        if site.before is not None:
            for peer in _peers(site.world, site.item.id):
                _apart(site.world, site.item.id, space, peer)
            for prefix, subnet in _taken(site.world, site.item.id):
                _within(prefix, space, subnet.name, site.item.name)
        site.outputs["resourceGuid"] = guid(site, "network")
        site.outputs["subnets"] = [
            {"id": f"{site.item.id}/subnets/{inline.get('name')}", **inline} for inline in parts(site.inputs, "subnets")
        ]
        for inline in parts(site.inputs, "subnets"):
            for prefix in _subnet_prefixes(inline):
                _within(prefix, space, str(inline.get("name")), site.item.name)


class Subnet(ArmResource):
    """A subnet of a virtual network."""

    def wrong(self, inputs: Properties) -> list[Fault]:
        keys = [("addressPrefix", inputs["addressPrefix"])] if "addressPrefix" in inputs else []
        keys += [(f"addressPrefixes[{index}]", text) for index, text in enumerate(inputs.get("addressPrefixes") or [])]
        return [fault for key, text in keys for fault in _prefix_faults(key, text)]

    def settle(self, site: Site) -> None:
        network = network_of(site.world, site.item.id)
        space = _space(network.properties)
        for prefix in _subnet_prefixes(site.inputs):
            _within(prefix, space, site.item.name, network.name)
            for taken, other in _taken(site.world, network.id):
                if other.seq != site.item.seq and prefix.overlaps(taken):
                    errors.refuse(
                        "NetcfgSubnetRangesOverlap",
                        f"Subnet {site.item.name!r} is not valid because its IP address range overlaps with that of an "
                        f"existing subnet in virtual network {network.name!r}.",
                    )
            site.claim(f"subnets:{network.id.lower()}", str(prefix), f"{prefix} is taken by {{holder}}")
        if "addressPrefixes" not in site.inputs and "addressPrefix" not in site.inputs:
            errors.refuse("NetcfgInvalidSubnet", f"Subnet {site.item.name!r} has no address prefix.")


class Peering(ArmResource):
    """One side of a peering of two networks."""

    def settle(self, site: Site) -> None:
        here = network_of(site.world, site.item.id)
        remote_id = str(part(site.inputs, "remoteVirtualNetwork", "id"))
        remote = site.world.holder("arm", remote_id.lower())
        if remote is None:
            return
        for peer in _peers(site.world, here.id):
            if peer.id != remote.id:
                _apart(site.world, remote.id, _space(remote.properties), peer, f"{site.item.id}")
        _apart(site.world, here.id, _space(here.properties), remote, site.item.id, direct=True)
        site.claim(f"peers:{here.id.lower()}", remote.id.lower(), f"{here.name} is peered with {remote.name} already")
        if site.inputs.get("useRemoteGateways") and not _has_gateway(site.world, remote.id):
            errors.refuse(
                "RemoteVnetHasNoGateways",
                f"Peering {site.item.id} cannot have UseRemoteGateways flag set to true because remote virtual network "
                f"{remote.id} referenced by the peering does not have any gateways.",
            )
        back = [peer.id for peer in _peers(site.world, remote.id)]
        site.outputs["peeringState"] = "Connected" if here.id in back else "Initiated"


class PublicAddress(ArmResource):
    """A public address."""

    def settle(self, site: Site) -> None:
        if str(part(site.inputs, "sku", "name") or "Basic") == "Basic":
            # azure.microsoft.com/updates: basic addresses are retired on 30 September 2025; Basic is the API's default.
            errors.refuse(
                "IPv4BasicSkuPublicIpCountLimitReached",
                "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.",
            )
        number = numbered(site, "public-address")
        site.outputs["ipAddress"] = str(ipaddress.IPv4Address("203.0.113.0") + number % 256)
        site.outputs["resourceGuid"] = guid(site, "address")


class Interface(ArmResource):
    """A network interface."""

    def settle(self, site: Site) -> None:
        site.outputs["ipConfigurations"] = addresses(site)
        number = numbered(site, "interface")
        site.outputs["macAddress"] = "00-0D-3A-" + "-".join(f"{(number >> shift) & 255:02X}" for shift in (16, 8, 0))
        site.outputs["resourceGuid"] = guid(site, "interface")


class InSubnet(ArmResource):
    """A service that stands in a subnet of its own: a gateway, a firewall, Bastion."""

    def settle(self, site: Site) -> None:
        name, least = _SERVICES[self.token]
        configurations = parts(site.inputs, "ipConfigurations")
        for configuration in configurations:
            _fits(site, str(part(configuration, "subnet", "id") or ""), name, least)
        management = part(site.inputs, "managementIpConfiguration", "subnet", "id")
        if management:
            _fits(site, str(management), _MANAGEMENT_SUBNET, 26)
        if configurations:
            site.outputs["ipConfigurations"] = addresses(site)


class PrivateEndpoint(ArmResource):
    """A private endpoint: an interface of Azure's own in a subnet."""

    def settle(self, site: Site) -> None:
        subnet = str(part(site.inputs, "subnet", "id") or "")
        if subnet:
            address = _take(site, subnet, "endpoint", None)
            nic = str(site.inputs.get("customNetworkInterfaceName") or f"{site.item.name}.nic")
            group = site.item.id.split("/providers/", maxsplit=1)[0]
            site.outputs["networkInterfaces"] = [{"id": f"{group}/providers/Microsoft.Network/networkInterfaces/{nic}"}]
            site.outputs["customDnsConfigs"] = [{"fqdn": site.item.name, "ipAddresses": [address]}]


def network_of(world: World, id_: str) -> Object:
    """The network that a subnet or a peering is part of."""
    parent = ids.ancestors(id_)[0]
    found = world.holder("arm", parent.lower())
    if found is None:
        errors.refuse("ResourceNotFound", f"The resource {parent!r} was not found.")
    return found


def addresses(site: Site) -> list[Properties]:
    """The IP configurations with the addresses that they have: static ones as given, others the next that is free."""
    made: list[Properties] = []
    for configuration in parts(site.inputs, "ipConfigurations"):
        subnet = part(configuration, "subnet", "id")
        if not subnet:
            made.append(configuration)
            continue
        key = str(configuration.get("name") or "default")
        address = _take(site, str(subnet), key, configuration.get("privateIPAddress"))
        identity = f"{site.item.id}/ipConfigurations/{key}"
        made.append({"id": identity, **configuration, "privateIPAddress": address})
    return made


def _take(site: Site, subnet_id: str, key: str, wanted: Any) -> str:
    """Takes an address of a subnet."""
    subnet = site.world.holder("arm", subnet_id.lower())
    if subnet is None or subnet.type != ids.SUBNET:
        return str(wanted or "")
    scope = f"addresses:{subnet.id.lower()}"
    prefix = _subnet_prefixes(subnet.properties)[0]
    if wanted:
        _usable(str(wanted), prefix, subnet)
        message = f"IP configuration {site.item.id}/ipConfigurations/{key} is using the private IP address {wanted} "
        message += "which is already allocated to resource {holder}."
        site.claim(scope, str(wanted), errors.text("PrivateIPAddressIsAllocated", message))
        return str(wanted)
    kept = site.item.facts.get(f"address:{key}")
    if isinstance(kept, str) and ipaddress.ip_address(kept) in prefix and site.world.holder(scope, kept) is None:
        site.world.claim(scope, kept, site.item)
        return kept
    usable = (str(prefix[number]) for number in range(4, prefix.num_addresses - 1))
    address = next((free for free in usable if site.world.holder(scope, free) is None), None)
    if address is None:
        errors.refuse(
            "SubnetIsFull",
            f"Subnet {subnet.name} with address prefix {prefix} does not have enough capacity for 1 IP addresses.",
        )
    site.world.claim(scope, address, site.item)
    site.item.facts[f"address:{key}"] = address
    return address


def _usable(address: str, prefix: Prefix, subnet: Object) -> None:
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        errors.refuse("InvalidIPAddress", f"The IP address {address!r} is not valid.")
    if number not in prefix:
        errors.refuse(
            "PrivateIPAddressNotInSubnet",
            f"Private static IP address {address} does not belong to the range of subnet prefix {prefix}.",
        )
    if number in {prefix[0], prefix[1], prefix[2], prefix[3], prefix[-1]}:
        errors.refuse(
            "PrivateIPAddressInReservedRange",
            f"Private static IP address {address} falls within reserved IP range of subnet prefix {prefix} of "
            f"{subnet.name}.",
        )


def _fits(site: Site, subnet_id: str, name: str, least: int) -> None:
    """Refuses a subnet that is not the service's own or too small for it; the code is the twin's own."""
    if not subnet_id:
        return
    given = subnet_id.rsplit("/", maxsplit=1)[-1]
    if given != name:
        errors.refuse("InvalidSubnetName", f"The subnet of {site.item.id} must be named {name}, it is {given}.")
    subnet = site.world.holder("arm", subnet_id.lower())
    prefixes = _subnet_prefixes(subnet.properties) if subnet is not None else []
    for prefix in prefixes:
        if prefix.version == 4 and prefix.prefixlen > least:
            errors.refuse(
                "SubnetTooSmall", f"The subnet {name} with address prefix {prefix} is too small: /{least} is the least."
            )


def _apart(
    world: World, id_: str, space: Sequence[Prefix], peer: Object, peering: str = "", *, direct: bool = False
) -> None:
    """Refuses networks that overlap and are or would be peered."""
    del world
    for one in space:
        for other in _space(peer.properties):
            if not one.overlaps(other):
                continue
            if direct:
                errors.refuse(
                    "VnetAddressSpacesOverlap",
                    f"Cannot create or update peering {peering}. Virtual networks {id_} and {peer.id} cannot be peered "
                    f"because their address spaces overlap. Overlapping address prefixes: {one}, {other}",
                )
            errors.refuse(
                "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet",
                f"Peering cannot be established because the address space of virtual network {id_} overlaps with "
                f"address space of virtual network {peer.id} already peered: {one}, {other}",
            )


def _peers(world: World, id_: str) -> list[Object]:
    found = [world.holder("arm", key) for key, _ in world.holders(f"peers:{id_.lower()}")]
    return [peer for peer in found if peer is not None]


def _taken(world: World, network: str) -> list[tuple[Prefix, Object]]:
    return [(ipaddress.ip_network(key), item) for key, item in world.holders(f"subnets:{network.lower()}")]


def _has_gateway(world: World, network: str) -> bool:
    subnet = world.holder("arm", f"{network}/subnets/GatewaySubnet".lower())
    return subnet is not None and any(item.type == ids.GATEWAY for item in world.resting_on(subnet))


def _within(prefix: Prefix, space: Sequence[Prefix], subnet: str, network: str) -> None:
    same = [whole for whole in space if whole.version == prefix.version]
    if not any(prefix.subnet_of(whole) for whole in same):  # pyright: ignore[reportArgumentType]
        errors.refuse(
            "NetcfgSubnetRangeOutsideVnet",
            f"Subnet {subnet!r} is not valid because its IP address range is outside the IP address range of virtual "
            f"network {network!r}.",
        )
    if prefix.num_addresses <= _RESERVED:
        errors.refuse(
            "NetcfgInvalidSubnet", f"Subnet {subnet!r} is too small: Azure takes {_RESERVED} addresses of it."
        )


def _space(properties: Properties) -> list[Prefix]:
    texts = cast("list[str]", part(properties, "addressSpace", "addressPrefixes") or [])
    return [ipaddress.ip_network(text) for text in texts]


def _subnet_prefixes(properties: Properties) -> list[Prefix]:
    several = cast("list[Any]", properties.get("addressPrefixes") or [])
    given = several or [properties.get("addressPrefix")]
    return [ipaddress.ip_network(text) for text in given if text]


def _prefix_faults(path: str, text: Any) -> list[Fault]:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return [Fault(path, f"{text!r} is not allowed; use a prefix such as 10.0.0.0/16, no bit set beyond it")]
    return []


KINDS: Final[dict[str, Kind]] = {
    ids.NETWORK: Network(ids.NETWORK),
    ids.SUBNET: Subnet(ids.SUBNET),
    ids.PEERING: Peering(ids.PEERING),
    ids.PUBLIC_ADDRESS: PublicAddress(ids.PUBLIC_ADDRESS),
    ids.INTERFACE: Interface(ids.INTERFACE),
    ids.PRIVATE_ENDPOINT: PrivateEndpoint(ids.PRIVATE_ENDPOINT),
    **{type_: InSubnet(type_) for type_ in _SERVICES},
}
