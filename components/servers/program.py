"""Every virtual server of the platform and what it needs, as Pulumi resources: what `__main__` calls.

What is declared for a generation follows from its origin and its state (lifecycle.py); a machine that belongs to a
Citrix pool is never declared here, for the pool's provisioning owns it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pulumi
import pulumi_vsphere as vsphere

from components.landing_zone.providers import Providers
from components.servers.lifecycle import declared, managed, protected
from components.servers.vmware import adopted, images, tags
from components.servers.vmware.access import Roles, RolesArgs
from components.servers.vmware.customization import GuestSecrets
from components.servers.vmware.hardware import EsxiSecrets, Hardware
from components.servers.vmware.systems import System, SystemArgs
from components.servers.vmware.tags import Marks, Tags, TagsArgs
from model import Platform
from model.derive.instances import on_vmware as stands_on_vmware
from model.derive.services import server_resolvers
from model.derive.vcenter import given_roles
from model.types.azure import Azure
from model.types.infrastructure import Image
from model.types.instances import Instance

if TYPE_CHECKING:
    from pulumi_azure_native import compute

    from components.landing_zone.ids import Landing


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Every password that the servers and their hosts need. Nobody asks for one of what is not built."""

    guest: Callable[[], GuestSecrets]
    esxi: Callable[[], EsxiSecrets]


@dataclass(frozen=True, kw_only=True)
class Estate:
    """What was declared: `machines` on VMware and `azure` in Azure by logical name; `prerequisites`, what each managed
    generation stands on.
    """

    machines: dict[str, vsphere.VirtualMachine]
    azure: dict[str, compute.VirtualMachine]
    prerequisites: dict[str, tuple[pulumi.Resource, ...]]


def declare_tags(platform: Platform, provider: vsphere.Provider) -> Tags:
    """Declares every tag that the servers of any generation carry, and what they stand on."""
    return Tags("tags", TagsArgs(values=tags.wanted(platform)), pulumi.ResourceOptions(providers=[provider]))


def declare_roles(platform: Platform, provider: vsphere.Provider) -> dict[str, pulumi.Output[str]]:
    """Declares the roles that service accounts get on what we build: their ids by key; nothing where there is none."""
    keys = given_roles(platform)
    if not keys:
        return {}
    args = RolesArgs(roles={key: platform.vmware.roles[key] for key in keys})
    return Roles("roles", args, pulumi.ResourceOptions(providers=[provider])).ids


def declare_migration(platform: Platform, azure: Azure, providers: Providers) -> None:
    """Declares the project in Azure Migrate, where there are waves."""
    if platform.refresh.waves:
        from components.servers.azure import migrate as azure_migrate  # noqa: PLC0415 as in _declare_in_azure

        azure_migrate.declare(platform, azure, pulumi.ResourceOptions(provider=providers(azure.management)))


def declare(
    platform: Platform,
    generations: Collection[str],
    vcenter: Callable[[], vsphere.Provider],
    *,
    secrets: Secrets,
    marks: Callable[[], Marks],
    roles: Callable[[str], pulumi.Input[str]],
    providers: Providers,
    landing: Landing,
) -> Estate:
    """Declares the servers of these generations and what they stand on.

    Only what stands on VMware asks for `vcenter`, and only a generation that we build there for `marks` and, where
    there are service accounts, for `roles`; only what stands in Azure asks for `providers` and for the `landing` zone.
    """
    chosen = [platform.refresh.generations[name] for name in generations]
    instances = [i for i in platform.instances if i.generation in chosen and declared(i.generation) and i.there]
    on_vmware, in_azure = _by_system(instances)
    azure = _declare_in_azure(platform, in_azure, secrets, providers, landing) if in_azure else {}
    grounded = [g for g in chosen if managed(g) and stands_on_vmware(platform, g.name)]
    if not on_vmware and not grounded:
        return Estate(machines={}, azure=azure, prerequisites={})
    provider = vcenter()
    opts = pulumi.ResourceOptions(providers=[provider])
    lookups = _Lookups(pulumi.InvokeOutputOptions(provider=provider))
    hardware = {
        generation.name: Hardware(
            platform,
            generation,
            datacenter_id=lookups.datacenter(platform.vmware.settings.datacenter),
            marks=marks(),
            roles=roles,
            esxi=secrets.esxi(),
            opts=pulumi.ResourceOptions(providers=[provider], protect=protected(platform, generation)),
        )
        for generation in grounded
    }
    servers = _declare_on_vmware(platform, on_vmware, hardware, lookups, secrets, opts)
    prerequisites = {name: made.components for name, made in hardware.items()}
    return Estate(machines=servers, azure=azure, prerequisites=prerequisites)


def _by_system(instances: Iterable[Instance]) -> tuple[dict[str, list[Instance]], dict[str, list[Instance]]]:
    """The instances by system: those on VMware, and those in Azure."""
    found: tuple[dict[str, list[Instance]], dict[str, list[Instance]]] = (defaultdict(list), defaultdict(list))
    for instance in instances:
        found[instance.azure is not None][instance.system.code].append(instance)
    return found


def _declare_in_azure(
    platform: Platform,
    by_system: Mapping[str, list[Instance]],
    secrets: Secrets,
    providers: Providers,
    landing: Landing,
) -> dict[str, compute.VirtualMachine]:
    # The SDK's modules for it take half a second to load, which nobody pays who has no server there.
    from components.servers.azure.brought import Arrivals, Brought  # noqa: PLC0415
    from components.servers.azure.systems import AzureSystem, AzureSystemArgs  # noqa: PLC0415

    servers: dict[str, compute.VirtualMachine] = {}
    arrivals, brought = cache(Arrivals), defaultdict[str, list[Brought]](list)
    for code, members in by_system.items():
        args = AzureSystemArgs(
            platform=platform,
            instances=members,
            providers=providers,
            landing=landing,
            secrets=secrets.guest,
            arrivals=arrivals,
        )
        system = AzureSystem(code, args)
        servers |= system.servers
        for made in system.brought:
            brought[made.instance.generation.name].append(made)
    for generation, found in brought.items():
        arrivals().note(generation, found, _as_found(platform))
    return servers


def _as_found(platform: Platform) -> list[str]:
    """The servers that may differ from the data when they are taken over."""
    return [name for name, override in platform.refresh.overrides.items() if adopted.LEAVE in override.allows]


def _declare_on_vmware(
    platform: Platform,
    by_system: Mapping[str, list[Instance]],
    hardware: Mapping[str, Hardware],
    lookups: _Lookups,
    secrets: Secrets,
    opts: pulumi.ResourceOptions,
) -> dict[str, vsphere.VirtualMachine]:
    built = [i for members in by_system.values() for i in members if i.found is None]
    templates = {
        key: lookups.template(key, platform.estate.images[key], platform.vmware.settings.datacenter)
        for key in dict.fromkeys(i.image_name for i in built)
    }
    clusters = {
        (generation, key): cluster.cluster_id
        for generation, made in hardware.items()
        for key, cluster in made.clusters.items()
    }
    places = adopted.places(
        [i for members in by_system.values() for i in members],
        lambda vm: lookups.pool(vm.resource_pool, vm.datacenter),
    )
    servers: dict[str, vsphere.VirtualMachine] = {}
    for code, members in by_system.items():
        system = System(
            code,
            SystemArgs(
                instances=members,
                placements={
                    i.logical_name: hardware[i.generation.name].placement(i) for i in members if i.found is None
                },
                found=places,
                templates=templates,
                clusters=clusters,
                settings=platform.settings,
                resolvers=server_resolvers(platform),
                secrets=secrets.guest,
            ),
            opts,
        )
        servers |= system.servers
    allowed = _as_found(platform)
    for generation, members in _observed_by_generation(by_system).items():
        adopted.mark(generation, members, servers, places, allowed)
    return servers


def _observed_by_generation(by_system: Mapping[str, list[Instance]]) -> dict[str, list[Instance]]:
    found: dict[str, list[Instance]] = defaultdict(list)
    for members in by_system.values():
        for instance in members:
            if instance.found is not None:
                found[instance.generation.name].append(instance)
    return found


class _Lookups:
    """What was there before us, each thing asked for once."""

    def __init__(self, opts: pulumi.InvokeOutputOptions) -> None:
        self._opts = opts
        self.datacenter = cache(self._datacenter)
        self.pool = cache(self._resource_pool)

    def _datacenter(self, name: str) -> pulumi.Output[str]:
        return vsphere.get_datacenter_output(name=name, opts=self._opts).apply(lambda found: found.id)

    def template(self, key: str, image: Image, datacenter: str) -> images.Template:
        return images.look_up(key, image, self.datacenter(datacenter), self._opts)

    def _resource_pool(self, path: str, datacenter: str) -> pulumi.Output[str]:
        return vsphere.get_resource_pool_output(
            name=path, datacenter_id=self.datacenter(datacenter), opts=self._opts
        ).apply(lambda found: found.id)
