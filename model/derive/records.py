"""Every name that the domain's DNS holds, and the zones in which addresses are looked up backwards.

Computed from the same addresses as everything else. The alias zone is not here: flips.py has its records, and Pulumi
writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Literal

from model.derive import devices, serving
from model.derive.azure_network import hub_plan
from model.derive.hosts import adapters, built_hosts
from model.derive.services import resolvers
from model.derive.serving import alias_addresses, alias_names, before, live
from model.derive.site_devices import address_of
from model.derive.sites import workplace_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.platform import AzureEstate, Networks, Places, Platform
    from model.types.sites import SiteNetworks

Kind = Literal["server", "name", "esxi", "machine", "switch", "device", "workplace"]


@dataclass(frozen=True, order=True, slots=True)
class Host:
    """A name of the domain with its address. A `name` is a second one, and no address leads back to it; a `machine` is
    none of the servers of a system.
    """

    label: str
    address: IPv4Address
    kind: Kind


def hosts(platform: Platform) -> tuple[Host, ...]:
    """Every host of the domain by label: machines of every generation that has some, names, ESXi hosts, switches,
    devices, workplaces.
    """
    return tuple(
        sorted(
            (*_servers(platform), *_names(platform), *_esxi(platform), *_sites(platform.places, platform.site_networks))
        )
    )


def _servers(platform: Platform) -> Iterator[Host]:
    suffix = f".{platform.settings.domain}".lower()
    for instance in platform.instances:
        if not instance.there or instance.address is None or not serving.bears_name(platform, instance):
            continue
        if instance.fqdn.endswith(suffix):
            yield Host(instance.fqdn.removesuffix(suffix), instance.address, "server")


def _esxi(platform: Platform) -> Iterator[Host]:
    """Hosts by the address of their management, which vCenter joins them by name at."""
    suffix = f".{platform.settings.domain}".lower()
    for host in built_hosts(platform):
        there = platform.refresh.generations[host.generation].state.declared and host.name.lower().endswith(suffix)
        for adapter in adapters(platform, host) if there else ():
            if adapter.kernel == "management" and adapter.address is not None:
                yield Host(host.name.lower().removesuffix(suffix), adapter.address, "esxi")


def _names(platform: Platform) -> Iterator[Host]:
    for label, identity in platform.network.addressing.names.items():
        address = bearer(platform, identity)
        if address is not None:
            yield Host(label, address, "name")
    for label, address in platform.network.addressing.hosts.items():
        yield Host(label, address, "machine")


def bearer(platform: Platform, identity: str) -> IPv4Address | None:
    """The address of a server in the generation that serves its system, else in the last one before that has it and
    stays.
    """
    own = {i.generation.name: i for i in platform.instances if i.server.identity == identity and i.stays}
    server = platform.estate.servers.get(identity)
    current = serving.system_served_by(platform, server.system) if server is not None else live(platform.refresh).name
    instance = own.get(current) or before(own, current)
    return instance.address if instance is not None else None


def _sites(places: Places, site_networks: Mapping[str, SiteNetworks]) -> Iterator[Host]:
    for networks in site_networks.values():
        for switch in networks.switches:
            yield Host(switch.name.lower(), switch.address, "switch")
    for device in places.devices.values():
        address = address_of(site_networks, device)
        if address is not None:
            yield Host(device.name.lower(), address, "device")
    for workplace in devices.in_use(places):
        address = workplace_address(site_networks, workplace)
        if address is not None:
            yield Host(workplace.name.lower(), address, "workplace")


def addresses_of(platform: Platform, name: str) -> tuple[IPv4Address, ...]:
    """The addresses of a full name that is an alias or one of `names`; empty for any other."""
    code = alias_names(platform.settings, platform.estate).get(name.lower())
    if code is not None:
        return alias_addresses(platform, code, name.lower().removesuffix(f".{platform.settings.alias_zone}".lower()))
    label = name.lower().removesuffix(f".{platform.settings.domain}".lower())
    if label in platform.network.addressing.hosts:
        return (platform.network.addressing.hosts[label],)
    address = bearer(platform, platform.network.addressing.names.get(label, ""))
    return (address,) if address is not None else ()


def domain_servers(platform: Platform) -> tuple[tuple[str, IPv4Address], ...]:
    """The name servers of the domain, full name and address: those that everyone asks."""
    by_address = {i.address: i.fqdn for i in platform.instances}
    return tuple(
        (by_address.get(address, f"ns{index}.{platform.settings.domain}"), address)
        for index, address in enumerate(resolvers(platform), start=1)
    )


def alias_servers(platform: Platform) -> tuple[tuple[str, IPv4Address], ...]:
    """The name servers of the alias zone, full name and address; the first one takes the updates."""
    found: list[tuple[str, IPv4Address]] = []
    for identity in platform.network.addressing.alias_servers:
        address = bearer(platform, identity)
        fqdn = next((i.fqdn for i in platform.instances if i.address == address), None)
        if address is not None and fqdn is not None:
            found.append((fqdn, address))
    return tuple(found)


def reverse_zones(networks: Networks, azure: AzureEstate) -> tuple[IPv4Network, ...]:
    """The prefixes of the reverse zones: each network of names at the next octet, none inside another. In Azure those
    are the subnets of machines; what private endpoints are called, Azure's own zones say.
    """
    named = [n for n in networks.networks.values() if n.kernel in (None, "management")]
    prefixes = [prefix for network in named for prefix in network.prefix.values()]
    subnets = [subnet for area in azure.areas.values() for subnet in area.subnets.values()]
    prefixes += [subnet.prefix for subnet in subnets if subnet.purpose != "endpoints"]
    if networks.addressing.supernet is not None:
        prefixes.append(networks.addressing.supernet)
    zones: set[IPv4Network] = set()
    for prefix in prefixes:
        octets = min(-(-prefix.prefixlen // 8) * 8, 24)
        whole = prefix if prefix.prefixlen <= octets else prefix.supernet(new_prefix=octets)
        zones.update(whole.subnets(new_prefix=octets))
    return tuple(sorted(z for z in zones if not any(z != other and z.subnet_of(other) for other in zones)))


def reverse_name(zone: IPv4Network) -> str:
    """`10.128.0.0/16` → `128.10.in-addr.arpa` (RFC 1035, section 3.5)."""
    octets = str(zone.network_address).split(".")[: zone.prefixlen // 8]
    return ".".join((*reversed(octets), "in-addr.arpa"))


def forwarded(platform: Platform) -> tuple[tuple[str, IPv4Address], ...]:
    """The zones that the domain's servers ask Azure for, and whom they ask: the hub's firewall. Of each private zone it
    is the public one above it, for a private endpoint is asked for by its public name (Microsoft Learn, "Azure Private
    Endpoint private DNS zone values": public DNS zone forwarders).

    Nothing before the servers that are asked stand in Azure themselves: from home no flow leads to the firewall, and
    the names of a zone that is forwarded to where nobody answers are lost to everybody.
    """
    azure = platform.azure.settings
    there = {i.address for i in platform.instances if i.azure is not None}
    if azure is None or not set(resolvers(platform)) or not set(resolvers(platform)) <= there:
        return ()
    zones = {private.zone.partition(".")[2] for private in platform.landing_zone.private_zones.values()}
    return tuple((zone, hub_plan(azure.hub).firewall_address) for zone in sorted(zones))
