"""Every Citrix pool that we build, as Pulumi resources: what `__main__` calls.

A session machine is never declared: Machine Creation Services makes it and makes it anew, and what two would manage,
one would undo. Left out: the site itself, its zone and its controllers, which are servers like others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.desktops.citrix.pools import DesktopPool, DesktopPoolArgs
from components.desktops.citrix.provisioning import Provisioning, ProvisioningArgs
from components.servers.lifecycle import protected
from model import Platform
from model.types.desktops import CitrixSite
from model.types.pools import PoolInstance
from providers.citrix import resources as citrix

CONNECTION = "HC-VCENTER"
"""The site's connection to vCenter. Both outlive the generations, so its name has none."""


@dataclass(frozen=True, kw_only=True)
class VcenterAccount:
    """The account that Citrix makes machines with, in vCenter a role of its own."""

    user: pulumi.Input[str]
    password: pulumi.Input[str]


def built(pool_instances: tuple[PoolInstance, ...], generations: Collection[str]) -> list[PoolInstance]:
    """The pools that we build on Citrix in these generations."""
    return [
        i
        for i in pool_instances
        if i.citrix is not None and i.found is None and i.there and i.generation.name in generations
    ]


def declare_connection(site: CitrixSite, account: VcenterAccount) -> citrix.HostingConnection:
    """Declares the site's connection to vCenter."""
    return citrix.HostingConnection(
        "vcenter-connection",
        citrix.HostingConnectionArgs(
            name=CONNECTION,
            zone=site.zone,
            addresses=[f"https://{site.vcenter}"],
            user=account.user,
            password=account.password,
        ),
    )


def declare(
    platform: Platform,
    generations: Collection[str],
    connection: Callable[[], pulumi.Input[str]],
    prerequisites: Mapping[str, Sequence[pulumi.Resource]],
) -> list[DesktopPool]:
    """Declares the pools of these generations.

    `connection` gives the name of the site's connection to vCenter. `prerequisites` are the clusters, networks and
    datastores of each generation, which Citrix looks up by name and so must be there before.
    """
    instances = built(platform.pool_instances, generations)
    by_generation: dict[str, list[PoolInstance]] = defaultdict(list)
    for instance in instances:
        by_generation[instance.generation.name].append(instance)
    catalogs: dict[str, pulumi.Output[str]] = {}
    for generation, members in by_generation.items():
        made = Provisioning(
            f"desktops-{generation}",
            ProvisioningArgs(
                platform=platform,
                instances=members,
                connection=connection(),
                prerequisites=prerequisites.get(generation, ()),
            ),
            pulumi.ResourceOptions(protect=protected(platform, platform.refresh.generations[generation])),
        )
        catalogs |= made.catalogs
    pools: list[DesktopPool] = []
    for name in platform.desktops.pools:
        members = [i for i in instances if i.pool.name == name]
        if members:
            args = DesktopPoolArgs(platform=platform, instances=members, catalogs=catalogs)
            pools.append(DesktopPool(name, args))
    return pools
