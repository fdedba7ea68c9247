"""Every pool of Azure Virtual Desktop, as Pulumi resources: what the layers call.

`declare_shared` is what outlives the generations, profiles and the permission to start machines; `declare` a
generation's pools with their hosts. Left out: who may use them and when hosts run, which components/access declares.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure_native

from components.desktops.avd import roles
from components.desktops.avd.fslogix import Profiles, ProfilesArgs
from components.desktops.avd.hosts import SessionHosts, SessionHostsArgs
from components.desktops.avd.pools import HostPool, HostPoolArgs
from components.landing_zone.ids import Landing
from components.landing_zone.providers import Providers
from components.outputs import waiting
from components.servers import GuestSecrets
from model import Platform
from model.types.pools import PoolInstance


def built(pool_instances: tuple[PoolInstance, ...], generations: Collection[str]) -> list[PoolInstance]:
    """The pools of Azure Virtual Desktop that these generations have."""
    return [i for i in pool_instances if i.avd is not None and i.there and i.generation.name in generations]


def declare_shared(platform: Platform, landing: Landing, providers: Providers) -> None:
    """Declares what pools keep through the generations: people's profiles, and in each subscription the leave of Azure
    Virtual Desktop to start and stop machines.
    """
    instances = built(platform.pool_instances, platform.refresh.generations)
    for key in dict.fromkeys(i.in_azure.subscription for i in instances):
        Powers(f"desktops-{key}", PowersArgs(platform=platform, subscription=key), _by(providers(key)))
    for name in platform.desktops.pools:
        mine = [i for i in instances if i.pool.name == name and i.in_azure.storage is not None]
        if mine:
            held = any(not i.rebuilds for i in mine)
            args = ProfilesArgs(platform=platform, instance=mine[-1], landing=landing, held=held)
            Profiles(f"{name}-files", args, _by(providers(mine[-1].in_azure.subscription)))


def declare(
    platform: Platform,
    generations: Collection[str],
    landing: Landing,
    providers: Providers,
    secrets: Callable[[], GuestSecrets],
) -> dict[str, Declared]:
    """Declares the pools of these generations, by logical name."""
    found: dict[str, Declared] = {}
    for instance in built(platform.pool_instances, generations):
        opts = _by(providers(instance.in_azure.subscription))
        args = HostPoolArgs(platform=platform, instance=instance, landing=landing)
        pool = HostPool(instance.logical_name, args, opts)
        hosts = SessionHosts(
            f"{instance.logical_name}-hosts",
            SessionHostsArgs(
                platform=platform,
                instance=instance,
                landing=landing,
                group=pool.group,
                pool=pool.pool,
                secrets=secrets(),
            ),
            opts,
        )
        found[instance.logical_name] = Declared(pool, waiting(pool.applications, hosts.registered))
    return found


def _by(provider: azure_native.Provider) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(providers={"azure-native": provider})


@dataclass(frozen=True, slots=True)
class Declared:
    """A pool in one generation. `ready` is the ARM id of its application group, there once all hosts are registered."""

    pool: HostPool
    ready: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class PowersArgs:
    """A subscription in which there are session hosts, by its key."""

    platform: Platform
    subscription: str


class Powers(pulumi.ComponentResource):
    """The leave of Azure Virtual Desktop to start and stop machines of a subscription.

    Given any lower than at the subscription, autoscale does not work (Microsoft, "Create and assign an autoscale
    scaling plan", 2026-11).
    """

    def __init__(self, name: str, args: PowersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:desktops:Powers", name, {}, opts)
        scope = f"/subscriptions/{args.platform.azure.subscriptions[args.subscription].id}"
        principal = args.platform.azure.settings.avd_principal if args.platform.azure.settings is not None else None
        roles.assign(
            f"{name}-power",
            roles.POWER,
            scope,
            principal or "",
            f"{scope}/{principal}",
            pulumi.ResourceOptions(parent=self),
            service=True,
        )
        self.register_outputs({})
