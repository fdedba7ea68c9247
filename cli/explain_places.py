"""What `refresh explain` says of what a log tells: an address, a prefix, a MAC, a VLAN, the name of a computer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Networks, Observed, Places
    from model.provenance import Provenance

Row = tuple[str, Any, str]

_MAC = re.compile(r"([0-9a-f]{2}[:-]?){5}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}")
_VLAN = re.compile(r"[0-9]{1,4}")
_NEAR = 3
"""How many prefixes or MAC addresses are named when none is the one asked for."""


def rows(platform: Platform, written: Provenance, item: str) -> Iterator[Row]:
    """Path, value and origin; nothing for what is none of these, or is nowhere in the data."""
    wanted = item.lower()
    if (prefix := _prefix(wanted)) is not None:
        yield from _address(platform, written, prefix)
    elif _VLAN.fullmatch(wanted):
        yield from _vlan(platform.network, platform.places, written, int(wanted))
    elif _MAC.fullmatch(wanted):
        yield from _mac(platform, written, _colons(wanted))
    else:
        yield from _name(platform, written, wanted)


def nearest(platform: Platform, written: Provenance, item: str) -> str | None:
    """What stands nearest to an address, a VLAN or a MAC that is nowhere; None for what is none of these."""
    from model.derive import addresses

    wanted = item.lower()
    if (prefix := _prefix(wanted)) is not None:
        at = int(prefix.network_address)
        spans = sorted(addresses.spans(platform, written), key=lambda span: abs(int(span.prefix.network_address) - at))
        return f"nearest are: {', '.join(f'{span.kind} {span.text}' for span in spans[:_NEAR])}"
    if _VLAN.fullmatch(wanted):
        known = {vlan for vlan, *_ in _vlans(platform.network, platform.places, written)}
        return f"nearest are: {', '.join(map(str, sorted(known, key=lambda v: abs(v - int(wanted)))[:_NEAR]))}"
    if _MAC.fullmatch(wanted):
        from model.faults import nearest as nearest_word

        return nearest_word(_colons(wanted), [mac for mac, *_ in _macs(platform.places, platform.observed, written)])
    return None


def names(platform: Platform) -> Iterator[str]:
    """Every name of a machine that is no item of its own."""
    for instance in platform.instances:
        yield from (instance.logical_name, instance.vm_name, instance.computer_name)
    yield from platform.places.workplaces
    yield from platform.places.workplace_devices
    for networks in platform.site_networks.values():
        yield from (switch.name for switch in networks.switches)
    for machines in platform.observed.vdas.values():
        yield from machines


def _prefix(text: str) -> IPv4Network | None:
    """An address or a prefix; an address is a /32."""
    try:
        return IPv4Network(text, strict=False) if "." in text else None
    except ValueError:
        return None


def _colons(mac: str) -> str:
    """A MAC address in whatever notation, as the data have it."""
    digits = re.sub(r"[^0-9a-f]", "", mac).upper()
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def _address(platform: Platform, written: Provenance, wanted: IPv4Network) -> Iterator[Row]:
    from model.derive import addresses

    for span in addresses.within(addresses.spans(platform, written), wanted):
        yield f"address.{span.kind}", span.text, _place(span.origin)
    for bearer in addresses.bearers(platform, written):
        if bearer.address in wanted:
            text = f"{bearer.address}: {bearer.text}" if wanted.prefixlen < wanted.max_prefixlen else bearer.text
            yield f"address.{bearer.kind.replace(' ', '_')}", text, _place(bearer.origin)
    if wanted.prefixlen < wanted.max_prefixlen:
        return
    for instance in platform.instances:
        if instance.address == wanted.network_address:
            generation = instance.generation
            origin = written.sources["generations", generation.name].origin(("state",))
            yield "address.generation", f"{generation.name}, {generation.origin}, {generation.state}", _place(origin)


def _vlan(networks: Networks, places: Places, written: Provenance, wanted: int) -> Iterator[Row]:
    for vlan, kind, text, origin in _vlans(networks, places, written):
        if vlan == wanted:
            yield f"vlan.{kind}", text, _place(origin)


def _vlans(networks: Networks, places: Places, written: Provenance) -> Iterator[tuple[int, str, str, tuple[str, int]]]:
    for key, network in networks.networks.items():
        for generation, vlan in network.vlan.items():
            origin = written.sources["networks", key].origin(("vlan", generation))
            text = f"{key} in {generation}: {network.prefix.get(generation)}, {network.purpose}, on {network.switch}"
            yield vlan, "network", text, origin
    for key, plan in places.address_plans.items():
        sites = [code for code, site in places.sites.items() if site.plan == key]
        for zone, entry in plan.vlans.items():
            shown = f", {sites[0]} to {sites[-1]}" if len(sites) > 1 else "".join(f", {code}" for code in sites)
            text = f"{zone} of plan {key}, a /{entry.prefix} at each of its sites: {len(sites)}{shown}"
            yield entry.vlan, "sites", text, written.sources["address_plans", key].origin(("vlans", zone, "vlan"))


def _mac(platform: Platform, written: Provenance, wanted: str) -> Iterator[Row]:
    from cli.explain_sites import workplace_rows

    for mac, kind, text, origin in _macs(platform.places, platform.observed, written):
        if mac == wanted:
            yield f"mac.{kind}", text, _place(origin)
    places = platform.places
    at = {w.name for w in places.workplaces.values() if w.mac == wanted}
    at |= {d.workplace for d in places.workplace_devices.values() if d.mac == wanted and d.workplace is not None}
    for name in sorted(at):
        site = places.sites[places.workplaces[name].site]
        yield "mac.site", f"{site.code} {site.name}", _place(written.sources["sites", site.code].origin(()))
        yield from workplace_rows(platform, written, name)


def _macs(places: Places, observed: Observed, written: Provenance) -> Iterator[tuple[str, str, str, tuple[str, int]]]:
    for name, w in places.workplaces.items():
        text = f"{name}, {w.kind} {w.model} of {w.department}"
        yield w.mac, "workplace", text, written.lines["workplaces", name.lower()]
    for serial, device in places.workplace_devices.items():
        if device.mac is not None:
            text = (
                f"{serial}, {device.model} of {device.generation}, {device.state}, for {device.workplace or 'nobody'}"
            )
            yield device.mac, "device", text, written.lines["devices", serial.lower()]
    for name, device in places.devices.items():
        text = f"{name}, {device.kind} {device.model} at {device.site}"
        yield device.mac, "device", text, written.sources["site_devices", name].origin(())
    for section, found in (("observed", observed.servers), ("vdas", observed.vdas)):
        for generation, machines in found.items():
            for name, machine in machines.items():
                if machine.mac is not None:
                    text = f"{name} of {generation}, {machine.address}, {machine.guest_os}"
                    yield machine.mac, "machine", text, written.lines[f"{section} {generation}", name.lower()]


def _name(platform: Platform, written: Provenance, wanted: str) -> Iterator[Row]:
    """A switch, a session machine or a stable name, by its first label or in full."""
    from model.derive import flips

    label = wanted.removesuffix(f".{platform.settings.domain}".lower())
    for code, networks in platform.site_networks.items():
        for switch in networks.switches:
            if switch.name.lower() == label:
                site = written.sources["sites", code].origin(())
                yield "switch.address", str(switch.address), "computed by model/derive/sites.py"
                yield "switch.model", switch.model.title, _place(written.sources["sites", code].origin(("switch",)))
                yield "switch.site", f"{code} {networks.site.name}", _place(site)
    for generation, machines in platform.observed.vdas.items():
        for name, machine in machines.items():
            if name.lower() == label:
                origin = written.lines[f"vdas {generation}", label]
                yield "machine.found", f"{name} of {generation}, {machine.address}", _place(origin)
    for pool in platform.pool_instances:
        if pool.naming_scheme is not None and _made(pool.naming_scheme, pool.machines, label):
            origin = written.sources["pools", pool.pool.name].origin(())
            yield "machine.pool", f"{pool.logical_name}, one of {pool.machines} machines", _place(origin)
    for alias in flips.aliases(platform):
        if wanted in (alias.label, alias.fqdn):
            origin = written.sources["systems", alias.system].origin(("aliases", alias.label))
            yield "alias.system", f"{alias.system}, answered in {alias.generation}", _place(origin)
            yield "alias.addresses", [str(address) for address in alias.addresses], "part of the flip set"


def _made(scheme: str, machines: int, name: str) -> bool:
    """Whether Citrix or we would give a machine this name: `CTXKON###G26`, with a number up to that of the machines."""
    match = re.fullmatch(scheme.lower().replace("###", "([0-9]{3})"), name)
    return match is not None and 1 <= int(match[1]) <= machines


def _place(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}"
