"""The way through filters and firewall to all that a session needs, and the store or gateway that leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from urllib.parse import urlsplit

from refresh.certificate.estate import WORKING, Estate, Filter, Script
from refresh.certificate.facts import At, Fact, judged
from refresh.certificate.links import pools
from refresh.certificate.reading import ios
from refresh.certificate.reading.outputs import Server
from refresh.certificate.reading.reach import Flow, span
from refresh.certificate.reading.tables import Site

PRIVATE = "privatelink.wvd.microsoft.com"
"""The zone of host pools' private endpoints (Microsoft, "Azure Private Endpoint private DNS zone values")."""
AZURE = IPv4Network("20.32.0.0/11")
"""Some of Azure's public addresses (Microsoft's list of service tags): signing in is done there."""


@dataclass(frozen=True, slots=True)
class Need:
    """What must pass. `net` is the site's network that it leaves from; None for what comes from elsewhere."""

    text: str
    target: str
    flow: Flow
    net: str | None = WORKING


def firewall(estate: Estate, site: Site) -> Iterator[Fact]:
    """Everything on the way passes the filter at the site, the ruleset and the table of the firewall."""
    needs: dict[str, list[Need]] = {}
    for need in _needs(estate, site):
        needs.setdefault(need.text, []).append(need)
    lists = {net: list(_local(estate, site, net)) for net in (WORKING, "staff-wifi")}
    for text, same in needs.items():
        first, bad = At(""), False
        for need in same:
            for allowed, at in _asked(estate, lists, need):
                if not allowed:
                    bad = True
                    yield judged(text, f"{need.target}: spærret", at, "tilladt")
                elif not first.file:
                    first = at
        if not bad:
            targets = ", ".join(dict.fromkeys(need.target for need in same))
            yield judged(text, f"{targets}: tilladt", first, "")


def _asked(estate: Estate, lists: dict[str, list[Filter]], need: Need) -> Iterator[tuple[bool, At]]:
    for each in (*estate.filters, *lists.get(need.net or "", [])):
        yield each.passes(need.flow)


def _local(estate: Estate, site: Site, net: str) -> Iterator[Filter]:
    """The filter of a network at the site, on each of its gateways."""
    number, _ = site.vlans.get(net, (0, site.at))
    for config in estate.switches.get(site.code, ()):
        svi = config.block(f"interface Vlan{number}")
        group = svi.value("ip access-group ") if svi is not None else None
        if group is not None and group.endswith(" in"):
            block, rules = ios.access_list(config, group.removesuffix(" in"))
            yield Filter(config.file, rules, block.number if block is not None else 0)


def _needs(estate: Estate, site: Site) -> Iterator[Need]:
    nets = [net for net in (WORKING, "staff-wifi") if net in site.prefixes]
    for net in nets:
        prefix, _ = site.prefixes[net]
        yield from _basics(estate, site, net, prefix)
        for pool in pools.of_site(estate, site):
            for stream in pools.streams(pool):
                text = f"Session på {pool.name} ({stream.protocol}/{stream.port}) fra {net}"
                flow = Flow(span(prefix), span(IPv4Network(pool.network)), stream.protocol, stream.port)
                yield Need(text, pool.network, flow, net)
            if pool.endpoints:
                flow = Flow(span(prefix), span(IPv4Network(pool.endpoints)), "tcp", 443)
                yield Need(f"Døren til {pool.name} (tcp/443) fra {net}", pool.endpoints, flow, net)
        if any(pool.kind == "host-pool" for pool in pools.of_site(estate, site)):
            yield Need(
                f"Logon hos Microsoft (tcp/443) fra {net}",
                "internettet",
                Flow(span(prefix), span(AZURE), "tcp", 443),
                net,
            )
    yield from _controllers(estate)
    yield from _watched(estate, site)


def _basics(estate: Estate, site: Site, net: str, prefix: IPv4Network) -> Iterator[Need]:
    """Addresses, names, and the store."""
    source = span(prefix)
    number, _ = site.vlans.get(net, (0, site.at))
    for config in estate.switches.get(site.code, ()):
        svi = config.block(f"interface Vlan{number}")
        for own in svi.find("ip address ") if svi is not None else ():
            relay = span(IPv4Address(own.text.split()[2]))
            for line in svi.find("ip helper-address ") if svi is not None else ():
                server = line.text.split()[-1]
                yield Need(
                    f"Adresser (udp/67) fra {net}", server, Flow(relay, span(IPv4Address(server)), "udp", 67), None
                )
    for _, scopes in estate.scopes:
        for server in scopes[prefix].servers() if prefix in scopes else ():
            for protocol in ("udp", "tcp"):
                flow = Flow(source, span(IPv4Address(server)), protocol, 53)
                yield Need(f"Navne ({protocol}/53) fra {net}", server, flow, net)
    for address in _store_addresses(estate):
        yield Need(
            f"StoreFront (tcp/443) fra {net}", address, Flow(source, span(IPv4Address(address)), "tcp", 443), net
        )
    if net == WORKING:
        yield from managers(estate, site, prefix)


def managers(estate: Estate, site: Site, prefix: IPv4Network) -> Iterator[Need]:
    """The servers that thin clients are told of by DHCP, where there is one of that make."""
    models = [client.at.file.partition("/")[0] for client in pools.told(estate, site)]
    # tcp/8443: "Device connector" (IGEL Knowledge Base, "IGEL UMS Communication Ports").
    for option, maker, title, port in (
        ("igel-ums-server", "igel", "IGEL UMS", 8443),
        ("hpdm-server", "hp_thinpro", "HP Device Manager", 443),
    ):
        for _, scopes in estate.scopes if maker in models else ():
            value = scopes[prefix].options.get(option, "") if prefix in scopes else ""
            for name in dict.fromkeys(value.split()):
                for address in [name] if name[:1].isdigit() else estate.names.addresses(name):
                    flow = Flow(span(prefix), span(IPv4Address(address)), "tcp", port)
                    yield Need(f"{title} (tcp/{port})", address, flow)


def _controllers(estate: Estate) -> Iterator[Need]:
    """From the store to the controllers of its farm, where they are in another network."""
    if estate.store is None or not _in_citrix(estate):
        return
    port = int(estate.store.data["farm"]["port"])
    for source in _store_addresses(estate):
        for name in estate.store.data["farm"]["servers"]:
            for address in estate.names.addresses(name):
                if estate.outputs.together(source, address):
                    continue
                flow = Flow(span(IPv4Address(source)), span(IPv4Address(address)), "tcp", port)
                yield Need(f"Fra StoreFront til controllere (tcp/{port})", address, flow, None)


def _watched(estate: Estate, site: Site) -> Iterator[Need]:
    """From what watches to the site's switches."""
    router, _ = site.gateways.get("management", ("", site.at))
    for tool, servers in estate.watchers.items():
        for name in servers:
            server = estate.outputs.servers.get(name)
            if server is not None and router and estate.outputs.serves(server.generation):
                flow = Flow(span(IPv4Address(server.address)), span(IPv4Address(router)), "icmp", None)
                yield Need(f"Ping fra {tool.capitalize()}", router, flow, None)


def _in_citrix(estate: Estate) -> bool:
    return any(kind == "delivery-group" for kind, _ in estate.outputs.open_points())


def store_host(estate: Estate) -> str:
    """The name of the store while a delivery group is open; else nothing."""
    return _host(estate.store) if estate.store is not None and _in_citrix(estate) else ""


def _host(script: Script) -> str:
    return urlsplit(str(script.data["host_base_url"])).hostname or ""


def _store_addresses(estate: Estate) -> list[str]:
    host = store_host(estate)
    return estate.outputs.record(host)[0] if host else []


def store(estate: Estate, site: Site) -> Iterator[Fact]:
    """Where devices go for their desktop: the store of Citrix while a delivery group is open, the gateway of Azure
    Virtual Desktop while a host pool is.
    """
    if _in_citrix(estate):
        yield from _storefront(estate, site)
    private = [pool.name for pool in pools.of_site(estate, site) if pool.endpoints]
    if private:
        yield _gateway(estate, private)


def _storefront(estate: Estate, site: Site) -> Iterator[Fact]:
    script = estate.store
    if script is None:
        yield judged("StoreFront", "intet script", At("storefront"), "storefront/Set-StoreFront.ps1")
        return
    host, file = _host(script), script.file
    addresses, at = estate.outputs.record(host)
    serving = [a for a in addresses if (s := estate.outputs.server_at(a)) and estate.outputs.serves(s.generation)]
    wrong = "" if addresses and serving == addresses else "servere i en generation, der betjener nogen"
    yield judged(f"{host} svarer på", ", ".join(addresses) or "intet", at, wrong)
    in_zone = estate.names.addresses(host)
    zone_at = next(iter(in_zone.values()), At("dns/zones"))
    wrong = "" if set(in_zone) == set(addresses) else ", ".join(addresses) or "intet"
    yield judged(f"{host} i den zone, der blev lagt", ", ".join(in_zone) or "intet", zone_at, wrong)
    farm = {name: _controllers_named(estate, name) for name in script.data["farm"]["servers"]}
    for name, servers in farm.items():
        if not servers:
            yield judged(f"Farmens controller {name}", "ingen", file.at(name), "en server, som stakken har")
    serving = [each.name for servers in farm.values() for each in servers if estate.outputs.serves(each.generation)]
    wrong = "" if serving else "en controller i en generation, der betjener nogen"
    yield judged("Farmens controllere, der betjener nogen", ", ".join(serving) or "ingen", file.at('"servers"'), wrong)
    yield from _asked_store(estate, site, script)


def _controllers_named(estate: Estate, name: str) -> list[Server]:
    found = [estate.outputs.server_at(address) for address in estate.names.addresses(name)]
    return [each for each in found if each is not None]


def _asked_store(estate: Estate, site: Site, script: Script) -> Iterator[Fact]:
    """Each profile asks for just this store. "/discovery" is where a store tells of itself (Citrix StoreFront SDK)."""
    wanted = f"{script.data['host_base_url']}{script.data['store']}/discovery"
    profiles = {client.profile.file.path: client.profile for client in pools.told(estate, site)}
    for profile in profiles.values():
        wrong = "" if profile.store == wanted else wanted
        yield judged(f"Profilen {profile.name} spørger", profile.store, profile.at(profile.store), wrong)


def _gateway(estate: Estate, private: list[str]) -> Fact:
    """Host pools without a public address are found by their private endpoints, whose names only Azure knows."""
    directory = estate.directory
    zones = {} if directory is None else {z: s for z, s in directory.forwarded.items() if PRIVATE.endswith(f".{z}")}
    servers = [server for each in zones.values() for server in each]
    at = directory.file.at(f'"{next(iter(zones), PRIVATE)}"') if directory is not None else At("dns")
    wrong = "" if servers else f"videresendt til Azure, så {', '.join(private)} findes hjemmefra"
    return judged(f"Navne i {PRIVATE}", ", ".join(servers) or "spørges ingen om", at, wrong)
