"""How Citrix works: people to the store and to sessions, machines to their controllers, controllers to all they need.

Ports: Citrix, "Communication Ports Used by Citrix Technologies" (docs.citrix.com).
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from model.derive.reach.needs import End, Need, machine, server, stable_name, zone
from model.types.sites import Zone

if TYPE_CHECKING:
    from model.platform import Platform

PEOPLE: tuple[Zone, ...] = ("clients", "staff-wifi")
"""The VLANs from which sessions are opened."""

LICENCES = ("tcp/27000", "tcp/7279", "tcp/8083")
"""The licence server, its vendor daemon and its web services."""


def of_desktops(platform: Platform) -> Iterator[Need]:
    """What Citrix needs, where its controllers have a stable name."""
    site = platform.desktops.citrix
    controllers = stable_name(platform, site.controllers if site is not None else None)
    if site is None or controllers is None:
        return
    people = [zone(platform, name) for name in PEOPLE]
    for machines in _machines(platform):
        yield Need("Sessionsmaskinerne melder sig hos controlleren", machines, controllers, ("tcp/80",))
        yield Need("Controlleren styrer sessionsmaskinerne", _whole(controllers), machines, ("tcp/80",))
        for source in people:
            yield Need("Sessioner", source, machines, ("tcp/1494", "tcp/2598", "udp/1494", "udp/2598"))
    if (stores := stable_name(platform, site.storefront)) is not None:
        for source in people:
            yield Need("Valg af skrivebord i StoreFront", source, stores, ("tcp/443",))
        yield Need("StoreFront spørger controlleren", _whole(stores), controllers, ("tcp/443",))
    yield Need("Controllerne taler sammen", _whole(controllers), controllers, ("tcp/80", "tcp/443"))
    if site.database is not None:
        yield Need("Controllernes database", _whole(controllers), server(platform, site.database), ("tcp/1433",))
    if site.licences is not None:
        yield Need("Citrix-licenser", _whole(controllers), server(platform, site.licences), LICENCES)
    vcenter = machine(platform, (site.vcenter or "").partition(".")[0])
    yield Need("Citrix bygger sessionsmaskiner", _whole(controllers), vcenter, ("tcp/443",))


def _whole(end: End) -> End:
    """An end as a source: a flow comes from a system, not from a role of it."""
    return End(end.name, end.prefixes)


def _machines(platform: Platform) -> Iterator[End]:
    """The networks of Citrix' session machines, each with its prefix in every generation that has some there."""
    found: dict[str, set[IPv4Network]] = {}
    for instance in platform.pool_instances:
        network = platform.network.networks.get(instance.pool.network)
        prefix = network.prefix.get(instance.generation.name) if network is not None else None
        if instance.citrix is not None and instance.there and prefix is not None:
            found.setdefault(instance.pool.network, set()).add(prefix)
    yield from (End(name, tuple(sorted(prefixes))) for name, prefixes in sorted(found.items()))
