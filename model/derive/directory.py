"""What follows for Active Directory: which controllers are promoted, who is master today, and its site's subnets."""

from __future__ import annotations

from ipaddress import IPv4Network, collapse_addresses
from typing import TYPE_CHECKING

from model.derive.serving import system_served_by

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.instances import Instance

MASTER_ROLES = ("PDCEmulator", "RIDMaster", "InfrastructureMaster", "SchemaMaster", "DomainNamingMaster")
"""ADOperationMasterRole (learn.microsoft.com, Move-ADDirectoryServerOperationMasterRole)."""


def controllers(platform: Platform) -> tuple[Instance, ...]:
    """The domain controllers that we build, by logical name; none of a generation that is on its way out."""
    directory = platform.settings.directory
    if directory is None:
        return ()
    found = [
        i
        for i in platform.instances
        if i.server.role == directory.role and i.found is None and i.there and not i.generation.state.leaving
    ]
    return tuple(sorted(found, key=lambda i: i.logical_name))


def master(platform: Platform) -> Instance | None:
    """The machine that is master in the generation that serves its system; none in one that we did not build, whose
    roles stay where they are.
    """
    directory = platform.settings.directory
    server = platform.estate.servers.get(directory.master) if directory is not None else None
    if server is None:
        return None
    serves = system_served_by(platform, server.system)
    own = (
        i
        for i in platform.instances
        if i.server.identity == server.identity and i.generation.name == serves and i.found is None
    )
    return next(own, None)


def subnets(platform: Platform) -> tuple[IPv4Network, ...]:
    """Every prefix that machines of ours stand in, as few as cover them: sites, networks of the data centre, Azure."""
    found = [platform.network.addressing.supernet]
    found += [p for n in platform.network.networks.values() if n.kernel is None for p in n.prefix.values()]
    found += [area.prefix for area in platform.azure.areas.values()]
    return tuple(sorted(collapse_addresses(prefix for prefix in found if prefix is not None)))
