"""Rules over the sites' networks: what fits, what overlaps, what runs out.

Each rule yields every offender. A platform without a supernet plans no addresses for its sites, and nothing here but
plans, names and references applies to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from model.derive import devices, sites
from model.derive.services import answering_now
from model.derive.serving import alias_names, answers, system_served_by
from model.faults import Fault, nearest
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import Rule
from model.types.sites import FIRST_HOST
from model.types.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Network

    from model.platform import Networks, Places, Platform
    from model.types.instances import Instance
    from model.types.sites import AddressPlan, Service, ServiceName, SiteNetworks

_BY_HAND = 5
"""So many workplaces without a number a person may number by hand."""


def plans(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A plan's VLANs fit in its block, each has a number of its own, and there is one for workplaces and switches."""
    for key, plan in platform.places.address_plans.items():
        source = written.sources["address_plans", key]
        for zone in ("clients", "management"):
            if zone not in plan.vlans:
                yield source.fault(("vlans",), "MISSING-KEY", f"no {zone}; add it, for every site has such a VLAN")
        asked = sum(1 << (32 - entry.prefix) for entry in plan.vlans.values())
        if asked > 1 << (32 - plan.prefix):
            message = (
                f"its VLANs have {asked} addresses; keep them to {1 << (32 - plan.prefix)}, those of a /{plan.prefix}"
            )
            yield source.fault(("prefix",), "PLAN", message)
        if plan.prefix > platform.network.addressing.block:
            message = f"/{plan.prefix} is smaller than a block; give it at least a /{platform.network.addressing.block}"
            yield source.fault(("prefix",), "PLAN", message)
        seen: dict[int, str] = {}
        for zone, entry in plan.vlans.items():
            if seen.setdefault(entry.vlan, zone) != zone:
                message = f"VLAN {entry.vlan} is that of {seen[entry.vlan]}; give each zone a VLAN of its own"
                yield source.fault(("vlans", zone, "vlan"), "ADDRESS-TWICE", message)


def answered(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every service has servers that answer for it in the generation that serves, or addresses that are none of ours;
    and somebody answers for names wherever something asks for them.
    """
    source = written.sources["file", "networks.yaml"]
    services = platform.network.addressing.services
    if "dns" not in services and _asks_for_names(platform.network, platform.instances):
        message = "dns is missing; give it the system and the role that answer for the domain's names"
        yield source.fault(("services", "dns"), "MISSING-KEY", message)
    for name, service in services.items():
        for path, code, message in _unanswered(platform, name, service):
            yield source.fault(("services", name, *path), code, message)


def _unanswered(platform: Platform, name: ServiceName, service: Service) -> Iterator[tuple[Path_, str, str]]:
    """What is wrong with a service, by path, code and message."""
    if service.system is None or service.role is None or service.addresses:
        if service.system is not None or service.role is not None or not service.addresses:
            said = "said twice" if service.addresses else "not said"
            what = "give it system and role, or the addresses of machines that are none of ours"
            yield (), "MISSING-KEY", f"who answers is {said}; {what}"
        return
    servers = [s for s in platform.estate.servers.values() if (s.system, s.role) == (service.system, service.role)]
    whose = f"of {service.system} with role {service.role}"
    if not servers:
        roles = {s.role for s in platform.estate.servers.values() if s.system == service.system}
        message = f"{service.system} has no server with role {service.role}; {nearest(service.role, roles)}"
        yield (), "DANGLING", message
        return
    wrong = [at for at, identity in enumerate(service.servers) if identity not in {s.identity for s in servers}]
    for at in wrong:
        yield ("servers", at), "DANGLING", f"{service.servers[at]} is no server {whose}; name one that is, or all"
    if wrong or sum(g.state == State.LIVE for g in platform.refresh.generations.values()) != 1:
        return
    generation = system_served_by(platform, service.system)
    if answers(platform.estate, platform.instances, service.system, generation) and not answering_now(platform, name):
        message = f"no server {whose} is in {generation}, which serves it; name a role or servers that are"
        yield (), "SERVING", message


def _asks_for_names(networks: Networks, instances: tuple[Instance, ...]) -> bool:
    """Whether anything that we make asks for names: devices of planned sites, and servers that we build."""
    return networks.addressing.supernet is not None or any(i.found is None and i.there for i in instances)


def asked(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Whoever answers for a service is there, and for the alias zone where there is one."""
    source = written.sources["file", "networks.yaml"]
    yield from answered(platform, written)
    if (
        platform.network.addressing.supernet is not None
        and platform.settings.alias_zone
        and not platform.network.addressing.alias_servers
    ):
        message = "alias_servers is missing; name the servers that the alias zone is delegated to"
        yield source.fault(("alias_servers",), "MISSING-KEY", message)
    mine = set(alias_names(platform.settings, platform.estate)) | {
        f"{label}.{platform.settings.domain}".lower() for label in platform.network.addressing.names
    }
    for maker, name in platform.network.addressing.thin_client_servers.items():
        if name.lower() not in mine:
            message = f"no alias and no name of the domain {name}; {nearest(name, mine)}"
            yield source.fault(("thin_client_servers", maker), "DANGLING", message)


def labels(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No two hosts of the domain have one name, and none is in the way of the delegation."""
    source = written.sources["file", "networks.yaml"]
    zone = (platform.settings.alias_zone or "").lower()
    seen = {zone.removesuffix(f".{platform.settings.domain}".lower()): f"the zone {zone}"} if zone else {}
    seen |= {i.computer_name.lower(): i.logical_name for i in platform.instances}
    for label in platform.network.addressing.names:
        if label in seen:
            yield source.fault(("names", label), "DUPLICATE-NAME", f"{label} is {seen[label]}; give it another name")
    seen |= {label: f"a name of {server}" for label, server in platform.network.addressing.names.items()}
    seen |= {s.name.lower(): f"a switch of {n.site.code}" for n in platform.site_networks.values() for s in n.switches}
    for name in platform.places.devices:
        if name.lower() in seen:
            message = f"{name} is {seen[name.lower()]}; give the device another name"
            yield written.sources["site_devices", name].fault((), "DUPLICATE-NAME", message)
    seen |= {name.lower(): f"a {device.kind} of {device.site}" for name, device in platform.places.devices.items()}
    for workplace, device in devices.standing(platform.places):
        name = workplace.name
        if name.lower() in seen:
            where = devices.origin(written, workplace, device)
            yield Fault(*where, "DUPLICATE-NAME", name, f"{name} is {seen[name.lower()]}; give it another name")
        elif name in platform.places.workplaces:
            seen[name.lower()] = "a workplace"


def cutover(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A cutover is near only to a generation that can still take over."""
    for name, generation in platform.refresh.generations.items():
        if generation.cutover == "near" and generation.state not in (State.BUILDING, State.PILOT, State.LIVE):
            message = (
                f"{name} is {generation.state} and has no cutover; set `cutover: far`, or name a generation that "
                "is built or live"
            )
            yield written.sources["generations", name].fault(("cutover",), "LIFECYCLE", message)


def blocks(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every site has a block in the supernet and links in the transit prefix."""
    if platform.network.addressing.supernet is None:
        return
    addressing = platform.network.addressing
    for code, site in platform.places.sites.items():
        source, plan, at = (
            written.sources["sites", code],
            platform.places.address_plans.get(site.plan),
            sites.number(site),
        )
        path = ("block",) if site.block is not None else ()
        if plan is None or addressing.supernet is None or plan.prefix > addressing.block:
            continue
        step = 1 << (addressing.block - plan.prefix)
        if at % step:
            free = _free_block(platform, plan, step)
            such = f", such as {free}, which is free" if free is not None else ""
            message = (
                f"block {at}, and a /{plan.prefix} takes {step} blocks; set `block:` to a multiple of {step}{such}"
            )
            yield source.fault(path, "PLAN", message)
        elif sites.block_of(addressing, plan, at) is None:
            count = 1 << (addressing.block - addressing.supernet.prefixlen)
            message = f"no block {at} in {addressing.supernet}; set `block:` to a free one, at most {count - step}"
            yield source.fault(path, "EXHAUSTED", message)
        elif code in platform.site_networks and addressing.transit is not None:
            links = platform.site_networks[code].links
            if len(links) < (2 if site.gateways == "pair" else 1):
                message = f"{addressing.transit} has no link {at}; give it four addresses a block"
                yield written.sources["file", "networks.yaml"].fault(("transit",), "EXHAUSTED", message)


def _free_block(platform: Platform, plan: AddressPlan, step: int) -> int | None:
    """The last number in the supernet where a block of `plan` is free: far from those that new sites will have."""
    addressing = platform.network.addressing
    if addressing.supernet is None:
        return None
    taken = [networks.block for networks in platform.site_networks.values()]
    taken += [prefix for network in platform.network.networks.values() for prefix in network.prefix.values()]
    taken += [addressing.transit] if addressing.transit is not None else []
    for at in range((1 << (addressing.block - addressing.supernet.prefixlen)) - step, 0, -step):
        block = sites.block_of(addressing, plan, at)
        if block is not None and not any(block.overlaps(other) for other in taken):
            return at
    return None


def apart(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No site's block overlaps another's, a network of the data centre or the transit prefix."""
    if platform.network.addressing.supernet is None:
        return
    spans: list[tuple[IPv4Network, str, str]] = [
        (networks.block, "sites", code) for code, networks in platform.site_networks.items()
    ]
    if platform.network.addressing.transit is not None:
        spans.append((platform.network.addressing.transit, "transit", "transit"))
    for key, network in platform.network.networks.items():
        spans += [(prefix, "networks", key) for prefix in network.prefix.values()]
    spans.sort(key=lambda span: (int(span[0].network_address), -span[0].num_addresses, span[1], span[2]))
    widest = spans[0] if spans else None
    for low, high in pairwise(spans):
        widest = low if widest is None or int(low[0][-1]) > int(widest[0][-1]) else widest
        if not high[0].overlaps(widest[0]) or (high[1], widest[1]) == ("networks", "networks"):
            continue
        blamed, other = (high, widest) if high[1] == "sites" or widest[1] != "sites" else (widest, high)
        message = f"{blamed[0]} overlaps {other[2]} {other[0]}; give it another prefix"
        if blamed[1] == "sites":
            site = platform.places.sites[blamed[2]]
            path = ("block",) if site.block is not None else ()
            yield written.sources["sites", blamed[2]].fault(path, "PREFIX-OVERLAP", message)
        else:
            yield written.sources["file", "networks.yaml"].fault(("transit",), "PREFIX-OVERLAP", message)


def hosts(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every device at a workplace has a number of its own in its site's VLAN, and every site room for all of them."""
    if platform.network.addressing.supernet is None:
        return
    standing = list(devices.standing(platform.places))
    taken: dict[str, dict[int, str]] = defaultdict(dict)
    for workplace, _ in standing:
        if workplace.host is not None:
            taken[workplace.site].setdefault(workplace.host, workplace.name)
    offered = {code: set(numbers) for code, numbers in taken.items()}
    crowded: set[str] = set()
    without: list[Fault] = []
    for workplace, device in standing:
        networks = platform.site_networks.get(workplace.site)
        if networks is None:
            continue
        first, last = FIRST_HOST, FIRST_HOST + networks.vlans["clients"].room - 1
        name, host, code = workplace.name, workplace.host, workplace.site
        holder = taken[code].get(host, name) if host is not None else name
        if host is not None and first <= host <= last and holder == name:
            continue
        free = next((n for n in range(first, last + 1) if n not in offered.setdefault(code, set())), None)
        if free is None:
            crowded.add(code)
            continue
        offered[code].add(free)
        where = devices.origin(written, workplace, device)
        if host is None:
            message = f"no host number; give it {free}, which is free at {code}"
            without.append(Fault(*where, "MISSING-KEY", name, message))
        elif holder != name:
            yield Fault(
                *where,
                "ADDRESS-TWICE",
                name,
                f"host {host} at {code} is that of {holder}; give it {free}, which is free",
            )
        else:
            message = (
                f"host {host}; give one from {first} to {last} in {networks.vlans['clients'].prefix}, {free} is free"
            )
            yield Fault(*where, "ADDRESS-OUTSIDE", name, message)
    for file in sorted({fault.file for fault in without}):
        yield from _numberless([fault for fault in without if fault.file == file])
    for code in sorted(crowded):
        vlan = platform.site_networks[code].vlans["clients"]
        count = sum(workplace.site == code for workplace, _ in standing)
        message = (
            f"{count} devices and {vlan.room} addresses in {vlan.prefix}; give it a plan with a larger clients VLAN"
        )
        yield written.sources["sites", code].fault(("plan",), "EXHAUSTED", message)
    yield from _switches(platform.places, platform.site_networks, written)


def _numberless(without: list[Fault]) -> Iterator[Fault]:
    """A fault for each row of a table without a number when they are few; else one that says how all get theirs."""
    if len(without) <= _BY_HAND:
        yield from without
        return
    first = without[0]
    folder, _, table = first.file.rpartition("/")
    kind = table.removesuffix(".csv")
    command = f"refresh import --{kind} {first.file} --out {folder or '.'} --report numbers.json"
    message = f"{len(without)} {kind} have no host number; give each its own with {command}"
    yield Fault(first.file, first.line, first.code, first.path, message)


def _switches(places: Places, site_networks: Mapping[str, SiteNetworks], written: Provenance) -> Iterator[Fault]:
    for code, networks in site_networks.items():
        site, vlan = networks.site, networks.vlans["management"]
        workplaces = sum(w.site == code for w in places.workplaces.values()) if len(networks.switches) > 1 else 0
        model = places.switch_models[site.switch]
        if workplaces + site.spare_ports > len(networks.switches) * model.ports:
            message = f"{vlan.room} addresses for switches in {vlan.prefix}, too few; give it a larger switch or VLAN"
            yield written.sources["sites", code].fault(("spare_ports",), "EXHAUSTED", message)


RULES = (
    Rule(
        "sites.plans",
        "VLANs that do not fit in their block would lie in the next site's.",
        ("ADDRESS-TWICE", "MISSING-KEY", "PLAN"),
        plans,
    ),
    Rule(
        "sites.services",
        "A device that is told of a server that is not there asks it on every start, and waits.",
        ("DANGLING", "MISSING-KEY", "SERVING"),
        asked,
    ),
    Rule("sites.names", "A name with two owners is answered by one of them.", ("DUPLICATE-NAME",), labels),
    Rule(
        "sites.cutover",
        "Short leases and lifetimes load servers and lines; they are for the days before a cutover.",
        ("LIFECYCLE",),
        cutover,
    ),
    Rule("sites.blocks", "A site without a block has no addresses.", ("EXHAUSTED", "PLAN"), blocks),
    Rule(
        "sites.apart",
        "Two networks with one address have one route, and one of them is not reached.",
        ("PREFIX-OVERLAP",),
        apart,
    ),
    Rule(
        "sites.hosts",
        "A device whose number is taken or outside its VLAN gets no reservation.",
        ("ADDRESS-OUTSIDE", "ADDRESS-TWICE", "EXHAUSTED", "MISSING-KEY"),
        hosts,
    ),
)
