"""Every Citrix pool that we build, as Pulumi resources: what `__main__` calls.

A session machine is never declared: Machine Creation Services makes it and makes it anew, and what two would manage,
one would undo. Left out: the site itself, its zone and its controllers, which are servers like others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.desktops.pools import DesktopPool, DesktopPoolArgs
from components.desktops.provisioning import Provisioning, ProvisioningArgs
from components.servers.lifecycle import declared, protected
from model import Platform
from model.pools import PoolInstance
from providers.citrix import resources as citrix

CONNECTION = "HC-VCENTER"
"""The site's connection to vCenter. Both outlive the generations, so its name has none."""


@dataclass(frozen=True, kw_only=True)
class VcenterAccount:
    """The account that Citrix makes machines with, in vCenter a role of its own."""

    user: pulumi.Input[str]
    password: pulumi.Input[str]


def declare(
    platform: Platform,
    provider: citrix.Provider,
    account: VcenterAccount,
    grounds: Mapping[str, Sequence[pulumi.Resource]],
) -> dict[str, citrix.DeliveryGroup]:
    """Declares the platform's pools on the Citrix site of `provider`; their delivery groups by logical name.

    `grounds` are the clusters, networks and datastores of each generation, which Citrix looks up by name and so must be
    there before.
    """
    instances = [i for i in platform.pool_instances if declared(i.generation) and i.found is None]
    if platform.citrix is None or not instances:
        return {}
    connection = citrix.HostingConnection(
        "vcenter-connection",
        citrix.HostingConnectionArgs(
            name=CONNECTION,
            zone=platform.citrix.zone,
            addresses=[f"https://{platform.citrix.vcenter}"],
            user=account.user,
            password=account.password,
        ),
        pulumi.ResourceOptions(provider=provider),
    )
    generations: dict[str, list[PoolInstance]] = defaultdict(list)
    for instance in instances:
        generations[instance.generation.name].append(instance)
    catalogs: dict[str, pulumi.Output[str]] = {}
    for generation, members in generations.items():
        made = Provisioning(
            f"desktops-{generation}",
            ProvisioningArgs(
                platform=platform,
                instances=members,
                connection=connection.name,
                grounds=grounds.get(generation, ()),
            ),
            pulumi.ResourceOptions(providers=[provider], protect=protected(platform.generations[generation])),
        )
        catalogs |= made.catalogs
    groups: dict[str, citrix.DeliveryGroup] = {}
    for name in platform.pools:
        members = [i for i in instances if i.pool.name == name]
        if members:
            args = DesktopPoolArgs(platform=platform, instances=members, catalogs=catalogs)
            groups |= DesktopPool(name, args, pulumi.ResourceOptions(providers=[provider])).groups
    return groups
