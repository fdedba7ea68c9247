"""Who sees it when something stops, and whether the inventories know the site and what its way leads to."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from refresh.certificate.estate import Estate
from refresh.certificate.facts import At, Fact, judged
from refresh.certificate.reading.tables import Device, Row, Site

SWITCH = "Access switch"
"""NetBox's role of a switch at a site."""


def watch(estate: Estate, site: Site) -> Iterator[Fact]:
    """Icinga and Prometheus ask the site's router and every switch, at the address that NetBox has, and the store."""
    router, _ = site.gateways.get("management", ("", site.at))
    yield from _asked(estate, f"{site.code}-router", router)
    for device in site.devices.values():
        if device.role == SWITCH:
            yield from _asked(estate, device.name, device.address)
            depends = estate.depends.get(device.name)
            parent = depends.values.get("parent_host_name", "") if depends else ""
            at = depends.at if depends else At(estate.icinga_file.path)
            wrong = "" if parent == f"{site.code}-router" else f"{site.code}-router"
            yield judged(f"{device.name} hænger på", parent or "intet", at, wrong)
    if estate.store is not None and any(kind == "delivery-group" for kind, _ in estate.outputs.open_points()):
        yield from _store(estate, urlsplit(str(estate.store.data["host_base_url"])).hostname or "")


def _asked(estate: Estate, name: str, address: str) -> Iterator[Fact]:
    host, target = estate.icinga.get(name), estate.targets.get(name)
    value = host.values.get("address", "") if host else "spørger ikke"
    at = host.at if host else At(estate.icinga_file.path)
    yield judged(f"Icinga: {name}", value, at, "" if value == address and address else address or "en adresse i NetBox")
    value = target.values["target"] if target else "spørger ikke"
    at = target.at if target else At(estate.ping_file.path)
    yield judged(
        f"Prometheus: {name}", value, at, "" if value == address and address else address or "en adresse i NetBox"
    )


def _store(estate: Estate, host: str) -> Iterator[Fact]:
    service = next((each for each in estate.services if each.values.get("vars.http_address") == host), None)
    at = service.at if service else At("icinga/systems.conf")
    yield judged("Icinga: StoreFront", host if service else "spørger ikke", at, "" if service else host)
    target = next((t for t in estate.targets.values() if urlsplit(t.values["target"]).hostname == host), None)
    at = target.at if target else At("prometheus/targets/https.json")
    yield judged("Prometheus: StoreFront", host if target else "spørger ikke", at, "" if target else host)


def inventory(estate: Estate, site: Site) -> Iterator[Fact]:
    """NetBox and TOPdesk have the same site and the same equipment, and the switches that are configured; what the way
    leads to is among the stack's servers and is watched.
    """
    place = estate.topdesk.places.get(site.code)
    at = place.at if place else At(estate.topdesk.files[0].path)
    name = place["Navn"] if place else "ingen"
    yield judged("Stedet i TOPdesk", name, at, "" if name == site.name else f"{site.name}, som NetBox har")
    yield from _equipment(estate, site)
    rendered = {
        each.file.path.rpartition("/")[2].removesuffix(".cfg"): each for each in estate.switches.get(site.code, ())
    }
    known = {device.name for device in site.devices.values() if device.role == SWITCH}
    for missing in sorted(set(rendered) - known):
        yield judged(f"{missing} i NetBox", "ingen", At(rendered[missing].file.path), "en enhed i NetBox")
    for missing in sorted(known - set(rendered)):
        yield judged(
            f"{missing} har en konfiguration", "ingen", site.devices[missing].at, f"switches/{site.code}/{missing}.cfg"
        )
    yield from _servers(estate)


def _equipment(estate: Estate, site: Site) -> Iterator[Fact]:
    rows = {row["Nøgle"]: row for row in estate.topdesk.equipment.get(site.code, ())}
    wrong = 0
    for device in site.devices.values():
        row = rows.get(device.name)
        why = _differs(device, row)
        if why:
            wrong += 1
            at = row.at if row is not None else device.at
            yield judged(f"{device.name} i TOPdesk", why[0], at, why[1])
    for name in sorted(set(rows) - set(site.devices)):
        wrong += 1
        yield judged(f"{name} i NetBox", "ingen", rows[name].at, "en enhed i NetBox")
    if not wrong:
        yield judged("Enheder, der er ens i NetBox og TOPdesk", str(len(rows)), site.at, "")


def _differs(device: Device, row: Row | None) -> tuple[str, str] | None:
    """What TOPdesk has and what it should have; None where both agree."""
    if row is None:
        return "ingen", f"{device.model} med adressen {device.address}"
    for found, wanted in ((row["MAC-adresse"].lower(), device.mac), (row["IP-adresse"], device.address)):
        if found != wanted:
            return found or "intet", f"{wanted or 'intet'}, som NetBox har"
    return None


def _servers(estate: Estate) -> Iterator[Fact]:
    """Those behind the store's name, and its controllers: each is a target of Prometheus."""
    if estate.store is None or not any(kind == "delivery-group" for kind, _ in estate.outputs.open_points()):
        return
    host = urlsplit(str(estate.store.data["host_base_url"])).hostname or ""
    addresses, _ = estate.outputs.record(host)
    for name in estate.store.data["farm"]["servers"]:
        addresses += estate.names.addresses(name)
    servers = [server for address in dict.fromkeys(addresses) if (server := estate.outputs.server_at(address))]
    bare = [server for server in servers if server.name not in estate.targets]
    for server in bare:
        yield judged(f"Prometheus: {server.name}", "spørger ikke", server.at, "et mål i targets/servers.json")
    if servers and not bare:
        value = ", ".join(server.name for server in servers)
        yield judged("Servere på vejen, som CMDB og Prometheus har", value, servers[0].at, "")
