"""Rules over what DHCP gives out: to guests and devices, and to session machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import dhcp
from model.faults import Fault
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance


def outside(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Where a site has a zone of guests or devices, there are name servers for them that are not ours."""
    if platform.network.addressing.outside_resolvers:
        return
    zones = sorted({zone for n in platform.site_networks.values() for zone in n.vlans if zone in dhcp.OUTSIDE})
    if zones:
        message = f"nobody answers {' and '.join(zones)} for names; name filtering resolvers in outside_resolvers"
        yield written.sources["file", "networks.yaml"].fault(("outside_resolvers",), "MISSING-KEY", message)


def sessions(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A network of session machines has an address for each of them that nobody else bears."""
    for scope in dhcp.scopes(platform):
        if scope.zone is not None:
            continue
        source = written.sources["networks", scope.place]
        for instance in platform.instances:
            here = instance.attachment.prefix == scope.prefix and instance.there
            if here and instance.address is not None and scope.first <= instance.address <= scope.last:
                message = (
                    f"{instance.address} of {instance.logical_name} is given to session machines too; "
                    "raise leases_from above it, or lower its host"
                )
                yield source.fault(("leases_from",), "ADDRESS-TWICE", message)
        prefixes = platform.network.networks[scope.place].prefix
        machines = sum(
            i.machines
            for i in platform.pool_instances
            if i.citrix is not None
            and i.pool.network == scope.place
            and prefixes.get(i.generation.name) == scope.prefix
        )
        room, whole = int(scope.last) - int(scope.first) + 1, scope.prefix.num_addresses
        if room < machines < whole:
            message = f"{machines} session machines share {room} addresses; lower leases_from or widen the prefix"
            yield source.fault(("leases_from",), "EXHAUSTED", message)


RULES = (
    Rule(
        "leases.outside",
        "A guest who asks our name servers learns what we have, and needs a way in to ask.",
        ("MISSING-KEY",),
        outside,
    ),
    Rule(
        "leases.sessions",
        "A session machine without an address of its own does not register, and nobody gets a desktop from it.",
        ("ADDRESS-TWICE", "EXHAUSTED"),
        sessions,
    ),
)
