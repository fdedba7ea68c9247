"""What answers at a site, asked from a machine that stands there: names, DHCP, and what a session connects to."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from refresh.certificate.estate import WORKING, Estate
from refresh.certificate.facts import At, Fact, judged, unseen
from refresh.certificate.links.network import working
from refresh.certificate.links.way import managers, store_host
from refresh.certificate.reading.dhcp import Scope
from refresh.certificate.reading.tables import Site
from refresh.certificate.wire import RESOLVERS, ROUTER, Network


def live(estate: Estate, site: Site, network: Network) -> Iterator[Fact]:
    """The facts of the link `live`."""
    prefix, _ = site.prefixes.get(WORKING, (None, site.at))
    scope = next((s[prefix] for _, s in estate.scopes if prefix in s), None) if prefix is not None else None
    if scope is None:
        return
    yield from _names(estate, site, scope, network)
    yield from _dhcp(estate, site, scope, network)
    yield from _connections(estate, site, network)


def _names(estate: Estate, site: Site, scope: Scope, network: Network) -> Iterator[Fact]:
    host = store_host(estate)
    wanted: dict[str, tuple[list[str], At]] = {}
    if host:
        addresses, at = estate.outputs.record(host)
        wanted[host] = (sorted(addresses, key=IPv4Address), at)
    for device in working(site)[:1]:
        full = f"{device.name.lower()}.{estate.directory.domain}" if estate.directory is not None else device.name
        wanted[full] = ([device.address], device.at)
    for server in scope.servers():
        for name, (addresses, at) in wanted.items():
            text = f"{server} om {name}"
            try:
                found = network.names(server, name)
            except OSError as error:
                yield judged(text, f"intet svar ({error})", at, ", ".join(addresses))
                continue
            yield judged(text, ", ".join(found) or "intet", at, "" if found == addresses else ", ".join(addresses))


def _dhcp(estate: Estate, site: Site, scope: Scope, network: Network) -> Iterator[Fact]:
    """Asked of each DHCP server that the gateway asks and that serves."""
    for config in estate.switches.get(site.code, ()):
        number, _ = site.vlans[WORKING]
        svi = config.block(f"interface Vlan{number}")
        for line in svi.find("ip helper-address ") if svi is not None else ():
            address, at = line.text.split()[-1], config.at(line)
            server = estate.outputs.server_at(address)
            if server is not None and estate.outputs.serves(server.generation):
                yield _informed(site, scope, network, address, at)
        if svi is not None:
            return


def _informed(site: Site, scope: Scope, network: Network, server: str, at: At) -> Fact:
    text = f"{server} om vejen ud og navneservere"
    try:
        own = network.own(server)
        if IPv4Address(own) not in scope.prefix:
            return unseen(text, f"maskinen her har {own} og står ikke på {site.code}s net for arbejdspladser", at)
        told = network.inform(server, own)
    except PermissionError:
        return unseen(text, "at spørge kræver en administrators rettigheder", at)
    except OSError as error:
        return judged(text, f"intet svar ({error})", at, _told([scope.router], scope.servers()))
    value, wanted = _told(told[ROUTER], told[RESOLVERS]), _told([scope.router], scope.servers())
    return judged(text, value, at, "" if value == wanted else wanted)


def _told(routers: list[str], resolvers: list[str]) -> str:
    return f"{', '.join(routers) or 'ingen'} og {', '.join(resolvers) or 'ingen'}"


def _connections(estate: Estate, site: Site, network: Network) -> Iterator[Fact]:
    prefix, _ = site.prefixes[WORKING]
    wanted = [(need.text, need.target, need.flow.port or 0, At("")) for need in managers(estate, site, prefix)]
    if host := store_host(estate):
        addresses, at = estate.outputs.record(host)
        wanted += [("StoreFront (tcp/443)", address, 443, at) for address in addresses]
    for text, address, port, at in dict.fromkeys(wanted):
        try:
            network.connect(address, port)
        except OSError as error:
            yield judged(f"Forbindelse: {text}", f"{address}: {error.strerror or error}", at, "svarer")
        else:
            yield judged(f"Forbindelse: {text}", f"{address} svarer", at, "")
