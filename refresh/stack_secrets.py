"""Which passwords and accounts the program asks a stack for, by what the stack has to declare.

For whoever sets a stack up: the program itself asks too, but only when it has come so far, and for one at a time. That
the two agree a test holds by running the program. Left out: the values, which nothing here ever sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive.flips import aliases, flipped_pools
from model.derive.instances import on_vmware

if TYPE_CHECKING:
    from model import Platform

ALL, BASE, ACCESS = "all", "base", "access"


@dataclass(frozen=True, slots=True)
class Need:
    """A key of a stack's configuration, as `pulumi config set` takes it. `environment` are the variables that do as
    well, all of them together; without a `key` nothing else does. What is no secret stands in the stack's file.
    """

    key: str
    reason: str
    environment: tuple[str, ...] = ()
    secret: bool = True


VCENTER = Need("vspherePassword", "vCenter", ("VSPHERE_PASSWORD",))
ESXI = Need("esxiPassword", "hosts that join vCenter")
GUEST = tuple(Need(key, "new servers") for key in ("domainJoinPassword", "domainJoinUser", "localAdminPassword"))
CITRIX = Need("citrix:password", "the Citrix site")
CITRIX_VCENTER = Need("citrixVcenterPassword", "Citrix, which makes machines in vCenter")
CITRIX_VCENTER_USER = Need("citrixVcenterUser", "Citrix, which makes machines in vCenter", secret=False)
DNS = Need("dns:key", "the zone of stable names")
VPN = Need("vpnSharedKey", "the tunnel to Azure")
AZURE = Need("", "Azure", ("ARM_CLIENT_ID", "ARM_TENANT_ID"))


def needed(platform: Platform, layer: str = ALL) -> list[Need]:
    """What the stack of a layer, or of all of them, is asked for; sorted by key."""
    generations = platform.refresh.generations
    here = [BASE, *generations, ACCESS] if layer == ALL else [layer]
    found = {*_of_generations(platform, [name for name in generations if name in here])}
    if BASE in here:
        found |= {*_of_base(platform)}
    if ACCESS in here:
        found |= {*_of_access(platform)}
    return sorted(found, key=lambda need: (need.key, need.environment))


def _of_base(platform: Platform) -> Iterator[Need]:
    if any(_managed(platform, name) and on_vmware(platform, name) for name in platform.refresh.generations):
        yield VCENTER
    if platform.desktops.citrix is not None and _citrix_built(platform, list(platform.refresh.generations)):
        yield from (CITRIX, CITRIX_VCENTER, CITRIX_VCENTER_USER)
    if platform.azure.settings is not None:
        yield AZURE
        if platform.azure.settings.hub.gateway.kind == "vpn":
            yield VPN


def _of_generations(platform: Platform, names: list[str]) -> Iterator[Need]:
    declared = [name for name in names if _declared(platform, name)]
    instances = [i for name in declared for i in platform.instances_of(name) if i.there]
    grounded = [name for name in names if _managed(platform, name) and on_vmware(platform, name)]
    pools = [p for p in platform.pool_instances if p.avd is not None and p.there and p.generation.name in names]
    if grounded or any(i.azure is None for i in instances):
        yield VCENTER
    if grounded:
        yield ESXI
    if pools or any(i.azure is not None or i.found is None for i in instances):
        yield from GUEST
    if pools or any(i.azure is not None for i in instances):
        yield AZURE
    if _citrix_built(platform, names):
        yield CITRIX


def _of_access(platform: Platform) -> Iterator[Need]:
    pools = flipped_pools(platform.pool_instances)
    if aliases(platform):
        yield DNS
    if any(pool.avd is None for pool in pools):
        yield CITRIX
    if any(pool.avd is not None for pool in pools):
        yield AZURE


def _declared(platform: Platform, name: str) -> bool:
    generation = platform.refresh.generations[name]
    return generation.origin != "observed" and generation.state.declared


def _managed(platform: Platform, name: str) -> bool:
    return platform.refresh.generations[name].origin == "managed" and _declared(platform, name)


def _citrix_built(platform: Platform, names: list[str]) -> bool:
    return any(
        i.citrix is not None and i.found is None and i.there and i.generation.name in names
        for i in platform.pool_instances
    )
