"""The first links: a port's VLAN, the address that a device gets there, and the names it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Interface, IPv4Network

from refresh.certificate.estate import WORKING, Estate
from refresh.certificate.facts import At, Fact, judged
from refresh.certificate.reading.dhcp import Scope
from refresh.certificate.reading.ios import Config, Line
from refresh.certificate.reading.tables import Device, Site

PORT = "Arbejdsplads"
"""How a port for people is described."""
_SHARED = re.compile(r"standby \d+ ip (\S+)")
"""The address that a pair of gateways has together (HSRP)."""


def vlan(estate: Estate, site: Site) -> Iterator[Fact]:
    """Every client port of the site's switches is in the VLAN that NetBox has for people, and a gateway is in it."""
    switches = estate.switches.get(site.code, ())
    number, at = site.vlans.get(WORKING, (0, site.at))
    yield judged("VLAN for arbejdspladser i NetBox", str(number or "intet"), at, "" if number else f"VLAN {WORKING}")
    yield judged(
        "Stedets switche", str(len(switches)), At(f"switches/{site.code}"), "" if switches else "mindst én switch"
    )
    for config in switches:
        yield from _switch(config, number)
    gateways = [(config, svi) for config in switches if (svi := config.block(f"interface Vlan{number}")) is not None]
    where = gateways[0][0].at(gateways[0][1]) if gateways else At(f"switches/{site.code}")
    named = ", ".join(config.file.path.rpartition("/")[2].removesuffix(".cfg") for config, _ in gateways)
    wrong = "" if gateways else f"interface Vlan{number} på en af stedets switche"
    yield judged("Gatewayen er på VLAN'et", named or "ingen", where, wrong)
    for config, svi in gateways:
        routes = config.block("ip routing")
        yield judged(
            "Switchen med gatewayen router", svi.text, config.at(routes or svi), "" if routes else "ip routing"
        )


def _switch(config: Config, number: int) -> Iterator[Fact]:
    name = config.file.path.rpartition("/")[2].removesuffix(".cfg")
    block = config.block(f"vlan {number}")
    found = block.value("name ") if block is not None else None
    wrong = "" if found == WORKING else f"vlan {number} med navnet {WORKING}"
    yield judged(f"{name}: VLAN'et findes", found or "intet", config.at(block), wrong)
    ports = [line for line in config.find("interface ") if (line.value("description ") or "").startswith(PORT)]
    bad = [(port, why) for port in ports if (why := _port(port, number))]
    for port, why in bad:
        text = f"{name}: {port.text.removeprefix('interface ')} er en klientport"
        at = config.at(next(port.find("shutdown"), None) or next(port.find("switchport access vlan "), port))
        yield judged(text, port.value("switchport access vlan ") or "intet VLAN", at, why)
    if not bad:
        first = next(ports[0].find("switchport access vlan ")) if ports else None
        yield judged(f"{name}: klientporte i VLAN {number}", str(len(ports)), config.at(first), "")
    snooped = next(config.find("ip dhcp snooping vlan "), None)
    if config.block("ip dhcp snooping") is not None:
        listed = snooped.text.removeprefix("ip dhcp snooping vlan ").split(",") if snooped is not None else []
        wrong = "" if str(number) in listed else f"VLAN {number} med, ellers lærer switchen ikke adresserne"
        yield judged(f"{name}: DHCP snooping", ",".join(listed), config.at(snooped), wrong)


def _port(port: Line, number: int) -> str:
    if port.has("shutdown"):
        return "åben: porten er lukket med shutdown"
    if port.value("switchport access vlan ") != str(number):
        return f"VLAN {number}"
    return "" if port.has("switchport mode access") else "switchport mode access"


def dhcp(estate: Estate, site: Site) -> Iterator[Fact]:
    """Each network of people has a scope with the gateway's address, every relay asks servers that serve, and every
    device has the address that NetBox has for it.
    """
    for name in (WORKING, "staff-wifi"):
        if name not in site.prefixes:
            if name == WORKING:
                yield judged("Net for arbejdspladser i NetBox", "intet", site.at, f"et præfiks for {WORKING}")
            continue
        prefix, at = site.prefixes[name]
        gateway, _ = site.gateways.get(name, ("", at))
        for file, scopes in estate.scopes:
            scope = scopes.get(prefix)
            if scope is None:
                yield judged(f"Scope for {name}", "intet", At(file.path), f"et scope for {prefix}")
            else:
                yield from _scope(scope, name, gateway, prefix)
        yield from _relays(estate, site, name, gateway)
    yield from _reservations(estate, site)


def _scope(scope: Scope, name: str, gateway: str, prefix: IPv4Network) -> Iterator[Fact]:
    inside = scope.first in prefix and scope.last in prefix and scope.first <= scope.last
    value = f"{scope.first}-{scope.last}"
    yield judged(f"Scope for {name}", value, scope.at, "" if inside else f"adresser i {prefix}")
    wrong = "" if scope.router == gateway and gateway else f"gatewayen i NetBox, {gateway or 'som mangler'}"
    yield judged(f"Vejen ud for {name}", scope.router, _option(scope, f'"{scope.router}"'), wrong)
    yield judged(f"Lejetid for {name}", f"{scope.lease} s", scope.at, "" if scope.lease > 0 else "over 0 sekunder")


def _option(scope: Scope, value: str) -> At:
    """Where a value stands: behind the head of the scope, or before all scopes for what they share."""
    behind = scope.file.at(value, scope.file.offset(scope.at.line))
    return behind if behind.line else scope.file.at(value)


def _relays(estate: Estate, site: Site, name: str, gateway: str) -> Iterator[Fact]:
    """The gateway's interface has the gateway's address and asks DHCP servers, one of them of a serving generation."""
    number, _ = site.vlans.get(name, (0, site.at))
    for config in estate.switches.get(site.code, ()):
        svi = config.block(f"interface Vlan{number}")
        if svi is None:
            continue
        own = [line.text.split()[2] for line in svi.find("ip address ")]
        shared = [found[1] for line in svi.find("standby ") if (found := _SHARED.fullmatch(line.text))]
        has = gateway in (*own, *shared)
        value = ", ".join((*own, *shared))
        yield judged(f"Gateway for {name}", value, config.at(svi), "" if has else f"{gateway}, som NetBox har")
        helpers = [line.text.split()[-1] for line in svi.find("ip helper-address ")]
        known = [server for address in helpers if (server := estate.outputs.server_at(address)) is not None]
        serving = [server.name for server in known if estate.outputs.serves(server.generation)]
        at = config.at(next(svi.find("ip helper-address "), svi))
        wrong = "" if serving else "en DHCP-server i en generation, der betjener nogen"
        yield judged(f"Spørger om adresser på {name}", ", ".join(serving or helpers) or "ingen", at, wrong)
        strangers = sorted(set(helpers) - {server.address for server in known})
        if strangers:
            yield judged(f"Spørger om adresser på {name}", ", ".join(strangers), at, "kun servere, stakken har")


def working(site: Site) -> list[Device]:
    """The devices that people work at: those with an address in their network."""
    prefix, _ = site.prefixes.get(WORKING, (None, site.at))
    if prefix is None:
        return []
    return [each for each in site.devices.values() if each.address and IPv4Interface(each.address).ip in prefix]


def _reservations(estate: Estate, site: Site) -> Iterator[Fact]:
    prefix, _ = site.prefixes.get(WORKING, (None, site.at))
    devices = [device for device in working(site) if device.mac]
    for _, scopes in estate.scopes:
        scope = scopes.get(prefix) if prefix is not None else None
        if scope is None:
            continue
        wrong = [device for device in devices if scope.reserved.get(device.mac) != device.address]
        for device in wrong:
            found = scope.reserved.get(device.mac)
            at = _option(scope, found or device.address) if found else scope.at
            yield judged(f"Fast adresse til {device.name}", found or "ingen", at, f"{device.address}, som NetBox har")
        if not wrong:
            yield judged("Enheder med fast adresse", f"{len(devices)} af {len(devices)}", scope.at, "")


def names(estate: Estate, site: Site) -> Iterator[Fact]:
    """Devices ask servers that serve; every device has a name both ways; the alias zone is found from the domain."""
    prefix, _ = site.prefixes.get(WORKING, (None, site.at))
    for _, scopes in estate.scopes:
        scope = scopes.get(prefix) if prefix is not None else None
        if scope is not None:
            yield from _resolvers(estate, scope)
    yield from _devices(estate, site)
    yield from _alias_zone(estate)


def _resolvers(estate: Estate, scope: Scope) -> Iterator[Fact]:
    asked = scope.servers()
    known = {address: estate.outputs.server_at(address) for address in asked}
    bad = [a for a, server in known.items() if server is None or not estate.outputs.serves(server.generation)]
    wrong = "navneservere i en generation, der betjener nogen" if bad or not asked else ""
    yield judged("Enheder spørger om navne hos", ", ".join(bad or asked) or "ingen", scope.told, wrong)


def _devices(estate: Estate, site: Site) -> Iterator[Fact]:
    devices, wrong = working(site), 0
    if not devices:
        return
    domain = estate.directory.domain if estate.directory is not None else ""
    for device in devices:
        full = f"{device.name.lower()}.{domain}"
        there, back = estate.names.addresses(full), estate.names.back(device.address)
        zone = estate.names.zone_of(full)
        file = At(zone.path if zone is not None else "dns/zones")
        if device.address not in there:
            wrong += 1
            at = next(iter(there.values()), file)
            yield judged(f"Navnet {full}", ", ".join(there) or "intet", at, device.address)
        elif full not in back:
            wrong += 1
            at = next(iter(back.values()), At("dns/zones"))
            yield judged(f"Navnet på {device.address}", ", ".join(back) or "intet", at, full)
    if not wrong:
        at = next(iter(estate.names.addresses(f"{devices[0].name.lower()}.{domain}").values()))
        yield judged("Enheder med navn begge veje", f"{len(devices)} af {len(devices)}", at, "")


def _alias_zone(estate: Estate) -> Iterator[Fact]:
    """The servers of the alias zone, from the zone, the domain and the script: all say the same, and all serve."""
    records = [name for kind, name in estate.outputs.access if kind == "record"]
    directory = estate.directory
    if not records or directory is None:
        return
    zone = f"{directory.child}.{directory.domain}"
    inside = estate.names.ns.get(zone, {})
    delegated = dict(directory.delegation)
    at = directory.file.at(f'"child": "{directory.child}"')
    wrong = "" if delegated and set(delegated) <= set(inside) else ", ".join(inside) or f"zonen {zone}"
    yield judged(f"{zone} findes fra domænet", ", ".join(delegated) or "ingen", at, wrong)
    for name, address in delegated.items():
        server = estate.outputs.server_at(address)
        serving = server is not None and estate.outputs.serves(server.generation)
        wrong = "" if serving else "en server i en generation, der betjener nogen"
        yield judged(f"{name} svarer for {zone}", address, directory.file.at(f'"{address}"'), wrong)
