"""Where a site's addresses come from: its block of the supernet, the VLANs in it, its switches, its workplaces.

A block follows from the site's number alone, and an address from the block and the host number in the data, so nothing
that is added moves what stands. Computed once, when the platform is loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from model import names
from model.types.estate import PortRole, Site, Workplace
from model.types.sites import (
    FIRST_HOST,
    ZONES,
    AccessSwitch,
    Addressing,
    AddressPlan,
    SiteNetworks,
    SiteVlan,
    SwitchModel,
    Zone,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.platform import Networks, Places, Refresh
    from model.types.instances import Instance


def number(site: Site) -> int:
    """The number of a site's first block in the supernet: the digits of its code, unless it says another."""
    return site.block if site.block is not None else int(site.code[1:])


def block_of(addressing: Addressing, plan: AddressPlan, at: int) -> IPv4Network | None:
    """The block with number `at`, as large as `plan` asks; None when the supernet has none there.

    A plan larger than a block takes several, and the first one's number is a multiple of how many.
    """
    supernet = addressing.supernet
    if supernet is None or plan.prefix > addressing.block or at % (1 << (addressing.block - plan.prefix)):
        return None
    start = int(supernet.network_address) + (at << (32 - addressing.block))
    block = IPv4Network((start, plan.prefix)) if start < 1 << 32 else None
    return block if block is not None and block.subnet_of(supernet) else None


def divide(site: str, plan: AddressPlan, block: IPv4Network) -> dict[Zone, SiteVlan] | None:
    """The VLANs of `plan` in `block`; None when they do not fit."""
    found: dict[Zone, SiteVlan] = {}
    start = int(block.network_address)
    for zone, entry in plan.ordered():
        prefix = IPv4Network((start, entry.prefix), strict=False)
        if not prefix.subnet_of(block):
            return None
        found[zone] = SiteVlan(site, zone, entry.vlan, prefix)
        start = int(prefix.broadcast_address) + 1
    return {zone: found[zone] for zone in ZONES if zone in found}


def build(networks: Networks, places: Places) -> dict[str, SiteNetworks]:
    """The networks of each site, by its code; none of a site that something is missing for."""
    addressing = networks.addressing
    workplaces = Counter(w.site for w in places.workplaces.values())
    found: dict[str, SiteNetworks] = {}
    for code, site in places.sites.items():
        plan, model = places.address_plans.get(site.plan), places.switch_models.get(site.switch)
        block = block_of(addressing, plan, number(site)) if plan is not None else None
        if plan is None or block is None or model is None:
            continue
        vlans = divide(code, plan, block)
        if vlans is None or "clients" not in vlans or "management" not in vlans:
            continue
        switches = tuple(_switches(site, model, workplaces[code], vlans["management"]))
        links = tuple(_links(addressing, site, range(2 if site.gateways == "pair" else 1)))
        spare = site.backup is not None and site.gateways == "single"
        reserve = next(_links(addressing, site, range(1, 2)), None) if spare else None
        found[code] = SiteNetworks(site, number(site), block, vlans, switches, links, reserve)
    return found


def _switches(site: Site, model: SwitchModel, workplaces: int, vlan: SiteVlan) -> Iterator[AccessSwitch]:
    least = 2 if site.gateways == "pair" else 1
    count = max(-(-(workplaces + site.spare_ports) // model.ports), least)
    for index in range(min(count, vlan.room)):
        name = names.access_switch(site.code, index + 1)
        given = port_roles(site, name)
        roles: dict[int, PortRole] = {n: role for role, text in given.items() for n in port_numbers(text)}
        ports: tuple[PortRole, ...] = tuple(roles.get(n, "client") for n in range(1, model.ports + 1))
        yield AccessSwitch(name, model, vlan.prefix[FIRST_HOST + index], ports)


def port_roles(site: Site, switch: str) -> Mapping[PortRole, str]:
    """What the numbered ports of a switch are for: its own roles, else those of all the site's switches."""
    return site.switch_ports.get(switch, site.ports)


def port_numbers(text: str) -> Iterator[int]:
    """The numbers in `45-46,48`."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _links(addressing: Addressing, site: Site, which: range) -> Iterator[IPv4Network]:
    """A site's links of those numbers: the first is its line's, the second its other router's or its spare line's."""
    if addressing.transit is None:
        return
    for index in which:
        start = int(addressing.transit.network_address) + number(site) * 4 + index * 2
        link = IPv4Network((start, 31)) if start % 2 == 0 and start < 1 << 32 else None
        if link is not None and link.subnet_of(addressing.transit):
            yield link


def workplace_address(site_networks: Mapping[str, SiteNetworks], workplace: Workplace) -> IPv4Address | None:
    """The address that is reserved for a workplace: its host number in the clients' VLAN of its site."""
    networks = site_networks.get(workplace.site)
    if networks is None or workplace.host is None:
        return None
    prefix = networks.vlans["clients"].prefix
    return prefix[workplace.host] if FIRST_HOST <= workplace.host < prefix.num_addresses - 1 else None


def machine_addresses(
    instances: tuple[Instance, ...],
    system: str,
    role: str | None = None,
    identities: Collection[str] | None = None,
    *,
    staying: bool = False,
) -> tuple[IPv4Address, ...]:
    """The addresses of a system's machines, sorted: of one role or of all, of some identities or of all, in every
    generation that has machines, or in those alone that are not on their way out.
    """
    return tuple(
        sorted(
            instance.address
            for instance in instances
            if instance.system.code == system
            and (role is None or instance.server.role == role)
            and (identities is None or instance.server.identity in identities)
            and (instance.stays if staying else instance.there)
            and instance.address is not None
        )
    )


def cutover_near(refresh: Refresh) -> bool:
    """Whether leases and records must be short-lived: a generation says that its cutover is near."""
    return any(generation.cutover == "near" for generation in refresh.generations.values())


def lease_seconds(refresh: Refresh, networks: Networks, zone: Zone | None = None) -> int:
    """How long a lease lasts now, in a zone or in a network of session machines."""
    addressing = networks.addressing
    minutes = addressing.lease_minutes
    if zone is not None:
        minutes = addressing.zone_lease_minutes.get(zone, minutes)
    return 60 * (min(minutes, addressing.near_lease_minutes) if cutover_near(refresh) else minutes)


def ttl_seconds(refresh: Refresh, networks: Networks) -> int:
    """How long a record of the domain may be remembered now. The alias zone has a time of its own, always short."""
    addressing = networks.addressing
    return addressing.near_ttl_seconds if cutover_near(refresh) else addressing.ttl_seconds
