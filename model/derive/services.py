"""Who answers for what everybody asks: names, time, addresses, logs, and who may on the network.

Computed from who serves, never written down, so no list outlives the machines in it. Nobody asks what is on its way
out: a generation that is `retiring` has its machines and is in no list, so what asks has left it before `retired`
deletes them. Left out: stable names, which serving.py has.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from model.derive.serving import answering, system_served_by
from model.derive.sites import machine_addresses

if TYPE_CHECKING:
    from model.platform import Networks, Platform
    from model.types.instances import Instance
    from model.types.sites import ServiceName


def instances(platform: Platform, service: ServiceName, generation: str) -> Iterator[Instance]:
    """The machines that answer for a service when `generation` serves its system; none of one that is not ours."""
    entry = platform.network.addressing.services.get(service)
    if entry is None or entry.system is None or entry.role is None:
        return
    for instance in answering(platform.estate, platform.instances, entry.system, entry.role, generation):
        if not entry.servers or instance.server.identity in entry.servers:
            yield instance


def answering_now(platform: Platform, service: ServiceName) -> tuple[IPv4Address, ...]:
    """Who answers for a service today, for those who must not ask a machine that may not answer yet."""
    entry = platform.network.addressing.services.get(service)
    if entry is None or entry.system is None:
        return entry.addresses if entry is not None else ()
    return _addresses(instances(platform, service, system_served_by(platform, entry.system)))


def addresses(networks: Networks, instances: tuple[Instance, ...], service: ServiceName) -> tuple[IPv4Address, ...]:
    """Who answers for a service or will, in every generation that stands, so that a cutover changes no device."""
    entry = networks.addressing.services.get(service)
    if entry is None or entry.system is None:
        return entry.addresses if entry is not None else ()
    return machine_addresses(instances, entry.system, entry.role, entry.servers or None, staying=True)


def resolvers(platform: Platform) -> tuple[IPv4Address, ...]:
    """The DNS servers that devices ask, and that the domain's zones name."""
    return answering_now(platform, "dns")


def domain_servers(platform: Platform) -> tuple[IPv4Address, ...]:
    """Who answers for the domain's names, sorted: in every generation that serves somebody, so that neither a cutover
    nor its way back changes it. Those of a pilot are among them, those of a generation that is being built not yet.
    """
    entry = platform.network.addressing.services.get("dns")
    if entry is None or entry.system is None:
        return tuple(sorted(entry.addresses)) if entry is not None else ()
    serving = [g.name for g in platform.refresh.generations.values() if g.state.serves_somebody]
    return _addresses(i for name in serving for i in instances(platform, "dns", name) if i.there)


def server_resolvers(platform: Platform) -> tuple[IPv4Address, ...]:
    """The DNS servers that servers with a fixed address ask, in this order: who answers now, then the other side of the
    cutover. So they hold old and new from `pilot` on, and the new alone once the old is `retiring`.
    """
    return tuple(dict.fromkeys((*resolvers(platform), *domain_servers(platform))))


def fixed_resolvers(platform: Platform) -> Iterator[tuple[Instance, tuple[IPv4Address, ...]]]:
    """The servers that have a fixed address and outlive the controllers they were born with, and which ones each asks:
    a name server asks itself last. Those that were found go with their controllers, and those in Azure ask its
    firewall.
    """
    asked = server_resolvers(platform)
    for instance in platform.instances:
        if instance.found is None and instance.azure is None and instance.stays and instance.address is not None:
            own = instance.address
            yield instance, tuple(sorted(asked, key=lambda address: address == own))


def _addresses(found: Iterator[Instance]) -> tuple[IPv4Address, ...]:
    return tuple(sorted({i.address for i in found if i.address is not None}))
