"""What devices ask: addresses, names, the time, who may on the network; what manages thin clients,
and what prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from model.derive import records, services, thin_clients
from model.derive.consumers import machines
from model.derive.flows import internet
from model.derive.hosts import built_hosts
from model.derive.logs import senders, sinks
from model.derive.reach.needs import End, Need, by_network, hosts, server, zone
from model.derive.vcenter import SYSLOG_TLS
from model.types.sites import ZONES, Maker, ServiceName, Zone

if TYPE_CHECKING:
    from model.platform import Platform

NAMES_FOR: tuple[Zone, ...] = ("clients", "staff-wifi", "voice", "printers", "management")
"""The VLANs whose devices ask for names of ours. Guests and sensors need none."""

TO_SERVER: Mapping[Maker, tuple[str, ...]] = {
    "igel": ("tcp/8443",),
    "hp": ("tcp/80", "tcp/443", "tcp/40003", "udp/40000"),
    "dell": ("tcp/443",),
    "stratodesk": ("tcp/443",),
}
"""Where a maker's server listens. IGEL: kb.igel.com, "IGEL UMS Communication Ports" (OS 12 needs no other). HP: Device
Manager manuals, "Custom HP Device Manager Ports", and Automatic Update is a site of IIS (ThinPro 7.1 administrator
guide). Dell and Stratodesk: HTTPS, unsourced.
"""

CHANGE_OF_AUTHORISATION = "udp/1700"
"""Where a switch listens for what RADIUS takes back (Cisco, `aaa server radius dynamic-author`, default port)."""

TO_CLIENT: Mapping[Maker, tuple[str, ...]] = {"hp": ("tcp/40001",)}
"""Where the server comes to its clients: HP's gateway "sends task to Agent" (the same table)."""


def of_devices(platform: Platform) -> Iterator[Need]:
    """What the sites, and the networks of servers and session machines, ask of services; then thin clients."""
    yield from _services(platform)
    yield from _printing(platform)
    if (own := platform.settings.directory) is not None:
        master = server(platform, own.master)
        source = End(platform.estate.servers[own.master].system, master.prefixes)
        yield Need("Domænets tid", source, End("internet", internet()), ("udp/123",))
    for maker, name in sorted(platform.network.addressing.thin_client_servers.items()):
        homes = {w.site for w in thin_clients.of_maker(platform.places, platform.desktops, maker)}
        networks = [platform.site_networks[code] for code in sorted(homes) if code in platform.site_networks]
        clients = End("clients", tuple(n.vlans["clients"].prefix for n in networks))
        target = _named(platform, name)
        yield Need("Tynde klienter henter deres profil", clients, target, TO_SERVER[maker])
        if maker in TO_CLIENT:
            yield Need("Tynde klienter styres", target, clients, TO_CLIENT[maker])


def _printing(platform: Platform) -> Iterator[Need]:
    """The print servers' queues, by the port that Windows' standard one sends to."""
    found = machines(platform.instances, platform.settings.consumers.get("printers", ()))
    printing = {device.site for device in platform.places.devices.values() if device.driver is not None}
    there = [platform.site_networks[code] for code in sorted(printing) if code in platform.site_networks]
    target = End("printers", tuple(n.vlans["printers"].prefix for n in there if "printers" in n.vlans))
    for code in sorted({i.system.code for i in found}):
        own = hosts(i.address for i in found if i.system.code == code and i.address is not None)
        yield Need("Udskrifter til stedernes printere", End(code, own), target, ("tcp/9100",))


def _named(platform: Platform, name: str) -> End:
    """The machine that a name of the domain leads to; by its identity, so also before and after it is rebuilt."""
    label = name.lower().partition(".")[0]
    identity = platform.network.addressing.names.get(label)
    return (
        server(platform, identity) if identity is not None else End(label, hosts(records.addresses_of(platform, name)))
    )


def _services(platform: Platform) -> Iterator[Need]:
    zones = [zone(platform, name) for name in ZONES]
    networks = [*_networks(platform)]
    named = [end for end in zones if end.name in NAMES_FOR]
    switches = [end for end in zones if end.name == "management"]
    asked: tuple[tuple[ServiceName, list[End], tuple[str, ...], str], ...] = (
        ("dhcp", [*zones, *_pools(platform)], ("udp/67",), "Adresser"),
        ("dns", [*named, *networks], ("tcp/53", "udp/53"), "Navne"),
        ("time", [*named, *networks], ("udp/123",), "Tid"),
        ("radius", switches, ("udp/1812", "udp/1813"), "Hvem der må på nettet (802.1X)"),
        ("log", switches, ("udp/514",), "Hændelser"),
    )
    for service, sources, ports, reason in asked:
        target = _service(platform, service)
        for source in sources:
            yield Need(reason, source, target, ports)
    for end in (*_hosts(platform), *by_network(senders(platform) if sinks(platform) else ())):
        yield Need("Hændelser (syslog over TLS)", end, _service(platform, "log"), (f"tcp/{SYSLOG_TLS}",))
    radius = _service(platform, "radius")
    for end in switches:
        yield Need("RADIUS tager en adgang tilbage", End(radius.name, radius.prefixes), end, (CHANGE_OF_AUTHORISATION,))


def _service(platform: Platform, service: ServiceName) -> End:
    entry = platform.network.addressing.services.get(service)
    if entry is None or entry.system is None:
        return End(service, ())
    return End(entry.system, hosts(services.addresses(platform.network, platform.instances, service)), entry.role)


def _networks(platform: Platform) -> Iterator[End]:
    """The networks of servers, session machines and hosts' management at home. In Azure the hub answers for names."""
    declared = {name for name, generation in platform.refresh.generations.items() if generation.state.declared}
    for key, network in platform.network.networks.items():
        if network.kernel not in (None, "management"):
            continue
        yield End(key, tuple(prefix for name, prefix in network.prefix.items() if name in declared))


def _hosts(platform: Platform) -> Iterator[End]:
    """The networks from which ESXi hosts that we build are managed, and speak."""
    built = {host.generation for host in built_hosts(platform)}
    for key, network in platform.network.networks.items():
        own = tuple(prefix for name, prefix in network.prefix.items() if name in built)
        if network.kernel == "management" and own:
            yield End(key, own)


def _pools(platform: Platform) -> Iterator[End]:
    """The networks whose machines take their addresses by DHCP: those of Citrix."""
    keys = {i.pool.network for i in platform.pool_instances if i.citrix is not None and i.there}
    yield from (end for end in _networks(platform) if end.name in keys)
