"""Whose an address is: the prefixes that it lies in, widest first, and whoever bears it. Each with file and line.

For a person who has an address from a log and wants to know what it is. Left out: whether anybody answers there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from model.derive import devices, flips
from model.derive.azure_network import hub_plan
from model.derive.hosts import adapters, built_hosts
from model.derive.site_devices import address_of
from model.derive.sites import workplace_address
from model.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.platform import Places, Platform
    from model.types.sites import SiteNetworks

Origin = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Span:
    """A prefix of the plan: what kind of thing it is, and which."""

    prefix: IPv4Network
    kind: str
    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody with an address of its own."""

    address: IPv4Address
    kind: str
    text: str
    origin: Origin


def spans(platform: Platform, written: Provenance) -> Iterator[Span]:
    """Every prefix that is planned."""
    top = written.sources.get(("file", "networks.yaml"))
    for field in ("supernet", "transit"):
        prefix = getattr(platform.network.addressing, field)
        if prefix is not None and top is not None:
            yield Span(prefix, field, f"{prefix}", top.origin((field,)))
    for key, network in platform.network.networks.items():
        for generation, prefix in network.prefix.items():
            text = f"{key} in {generation}: {prefix}, VLAN {network.vlan.get(generation)}, {network.purpose}"
            yield Span(prefix, "network", text, written.sources["networks", key].origin(("prefix", generation)))
    for code, networks in platform.site_networks.items():
        yield from _site(written, code, networks)
    for code, system in platform.estate.systems.items():
        for index, prefix in enumerate(system.prefixes):
            text = f"{system.title}, run by its vendor: {prefix}"
            yield Span(prefix, "system", text, written.sources["systems", code].origin(("prefixes", index)))
    yield from _azure(platform, written)


def _site(written: Provenance, code: str, networks: SiteNetworks) -> Iterator[Span]:
    here = written.sources["sites", code].origin(())
    plan = written.sources["address_plans", networks.site.plan]
    yield Span(networks.block, "site", f"{code} {networks.site.name}: {networks.block}", here)
    for zone, vlan in networks.vlans.items():
        yield Span(vlan.prefix, "vlan", f"{zone}: {vlan.prefix}, VLAN {vlan.vlan}", plan.origin(("vlans", zone)))
    for link in networks.links:
        yield Span(link, "link", f"{code} {networks.site.name} to the data centre: {link}", here)


def _azure(platform: Platform, written: Provenance) -> Iterator[Span]:
    azure = platform.azure.settings
    if azure is None:
        return
    top = written.sources["file", "azure.yaml"]
    yield Span(azure.prefix, "azure", f"{azure.prefix}", top.origin(("prefix",)))
    hub = top.origin(("hub", "prefix"))
    yield Span(azure.hub.prefix, "hub", f"{azure.hub.prefix}", hub)
    plan = hub_plan(azure.hub)
    for name in ("endpoints", "firewall", "gateway", "bastion", "resolver"):
        prefix: IPv4Network = getattr(plan, name)
        yield Span(prefix, "subnet", f"{name} of the hub: {prefix}", hub)
    for key, area in platform.azure.areas.items():
        source = written.sources["areas", key]
        yield Span(area.prefix, "area", f"{key}, {area.title}: {area.prefix}", source.origin(("prefix",)))
        for name, subnet in area.subnets.items():
            text = f"{name} of {key}, for {subnet.purpose}: {subnet.prefix}"
            yield Span(subnet.prefix, "subnet", text, source.origin(("subnets", name, "prefix")))


def within(found: Iterable[Span], wanted: IPv4Network) -> list[Span]:
    """The spans that hold a prefix or lie in it, widest first."""
    met = [span for span in found if span.prefix.overlaps(wanted)]
    return sorted(met, key=lambda span: (span.prefix.prefixlen, span.prefix, span.kind))


def bearers(platform: Platform, written: Provenance) -> Iterator[Bearer]:
    """Everybody with an address of its own: gateways, servers, hosts, session machines, switches, devices,
    workplaces and aliases.
    """
    for key, network in platform.network.networks.items():
        for generation, prefix in network.prefix.items():
            gateway = network.gateway.get(generation, prefix[1])
            field = "gateway" if generation in network.gateway else "prefix"
            origin = written.sources["networks", key].origin((field, generation))
            yield Bearer(gateway, "gateway", f"of {key} in {generation}", origin)
    for instance in platform.instances:
        if instance.address is not None:
            text = f"{instance.logical_name}, {instance.computer_name}: {instance.system.title}, {instance.server.role}"
            origin = written.sources["servers", instance.server.identity].origin(())
            yield Bearer(instance.address, "server", text, origin)
    yield from _hosts(platform, written)
    for generation, machines in platform.observed.vdas.items():
        for name, machine in machines.items():
            if machine.address is not None:
                text = f"{name} of {generation}, in folder {machine.folder}"
                yield Bearer(
                    machine.address, "session machine", text, written.lines[f"vdas {generation}", name.lower()]
                )
    yield from _at_sites(platform.places, platform.site_networks, written)
    for alias in flips.aliases(platform):
        origin = written.sources["systems", alias.system].origin(("aliases", alias.label))
        for address in alias.addresses:
            yield Bearer(address, "alias", f"{alias.fqdn}, answered in {alias.generation}", origin)


def _hosts(platform: Platform, written: Provenance) -> Iterator[Bearer]:
    for host in built_hosts(platform):
        origin = written.sources["hosts", host.name].origin(())
        for adapter in adapters(platform, host):
            if adapter.address is not None:
                yield Bearer(adapter.address, "host", f"{host.name}, {adapter.kernel}", origin)


def _at_sites(places: Places, site_networks: Mapping[str, SiteNetworks], written: Provenance) -> Iterator[Bearer]:
    for code, networks in site_networks.items():
        here = written.sources["sites", code].origin(())
        for zone, vlan in networks.vlans.items():
            yield Bearer(vlan.gateway, "gateway", f"of {zone} at {code}", here)
            if networks.site.gateways == "pair":
                for router in vlan.routers:
                    yield Bearer(router, "router", f"of {zone} at {code}", here)
        for switch in networks.switches:
            yield Bearer(switch.address, "switch", f"{switch.name}, {switch.model.title}", here)
    for name, device in places.devices.items():
        address = address_of(site_networks, device)
        if address is not None:
            text = f"{name}, {device.kind} {device.model} at {device.site}"
            yield Bearer(address, "device", text, written.sources["site_devices", name].origin(()))
    for workplace, device in devices.standing(places):
        address = workplace_address(site_networks, workplace)
        if address is not None:
            text = f"{workplace.name}, {workplace.model} of {workplace.department}"
            yield Bearer(address, "workplace", text, devices.origin(written, workplace, device))
