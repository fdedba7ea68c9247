"""What a generation's session machines are made on and from: hosting units and machine catalogs.

An image is changed in place: Machine Creation Services prepares the new one, keeps the old and gives it to machines as
the rollout says, so no catalog is ever replaced for an image, and setting the old version again rolls back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from model import Platform, names
from model.types.desktops import Rollout
from model.types.instances import Attachment
from model.types.pools import PoolInstance
from providers.citrix import resources as citrix

_NEXT_SHUTDOWN = -1
_AT_ONCE = 0
_RELEASE_OF_L7_34 = 2206
"""The first VDA of that functional level (Citrix product documentation, "VDA versions and functional levels")."""


@dataclass(frozen=True, kw_only=True)
class ProvisioningArgs:
    """The pools that one generation builds, the connection to vCenter, and what must stand there before."""

    platform: Platform
    instances: Sequence[PoolInstance]
    connection: pulumi.Input[str]
    prerequisites: Sequence[pulumi.Resource]


class Provisioning(pulumi.ComponentResource):
    """A generation's hosting units and machine catalogs. `catalogs` gives their names by the pools' logical names."""

    catalogs: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ProvisioningArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:desktops:Provisioning", name, {}, opts)
        units: dict[str, pulumi.Output[str]] = {}
        self.catalogs = {}
        for instance in args.instances:
            if instance.attachment is None:
                continue
            key = instance.in_citrix.hosting_unit or ""
            if key not in units:
                units[key] = self._unit(name, args, instance, instance.attachment)
            unit = units[key]
            self.catalogs[instance.logical_name] = self._catalog(name, args.platform, instance, unit)
        self.register_outputs({})

    def _unit(
        self, name: str, args: ProvisioningArgs, instance: PoolInstance, attachment: Attachment
    ) -> pulumi.Output[str]:
        """One network a unit: with several, Citrix puts every machine on the network of the master's own card."""
        platform, pool, generation = args.platform, instance.pool, instance.generation.name
        cluster = pool.cluster or ""
        group = platform.vmware.clusters[cluster].datastores
        stores = [
            s.name for s in platform.hardware.datastores.values() if s.group == group and s.generation == generation
        ]
        unit = citrix.HostingUnit(
            f"{name}-{cluster}-{pool.network}",
            citrix.HostingUnitArgs(
                name=instance.in_citrix.hosting_unit or "",
                hosting_connection=args.connection,
                datacenter=platform.vmware.settings.datacenter,
                cluster=names.cluster(cluster, generation),
                networks=[attachment.port_group or ""],
                storage=stores,
                temporary_storage=stores,
            ),
            # Citrix looks all of them up by name, which says nothing to the engine.
            pulumi.ResourceOptions(parent=self, depends_on=list(args.prerequisites)),
        )
        return unit.name

    def _catalog(
        self, name: str, platform: Platform, instance: PoolInstance, unit: pulumi.Output[str]
    ) -> pulumi.Output[str]:
        pool, version = instance.pool, instance.version
        site = platform.desktops.citrix
        release = int((version.vda or "0").split(".", maxsplit=1)[0])
        catalog = citrix.MachineCatalog(
            f"{name}-{pool.name}",
            citrix.MachineCatalogArgs(
                name=instance.in_citrix.catalog,
                description=f"{instance.image.title} {instance.version_name}",
                zone=site.zone if site is not None else None,
                provisioning_type="MCS",
                session_support=pool.session_support,
                allocation_type=pool.allocation,
                persist_user_changes="Discard",
                minimum_functional_level="L7_34" if release >= _RELEASE_OF_L7_34 else None,
                provisioning_scheme=citrix.ProvisioningSchemeArgs(
                    hosting_unit=unit,
                    master_image_path=names.master_image(
                        instance.in_citrix.hosting_unit or "", instance.image.master or "", version.snapshot or ""
                    ),
                    master_image_note=f"{instance.image_name} {instance.version_name}, VDA {version.vda}",
                    machine_count=instance.machines,
                    cpu_count=pool.cpus,
                    memory_mb=pool.memory_gib * 1024,
                    write_back_cache_disk_gb=pool.cache_disk_gib,
                    write_back_cache_memory_mb=pool.cache_memory_gib * 1024,
                    accounts=citrix.AccountsArgs(
                        naming_scheme=instance.naming_scheme or "",
                        domain=platform.settings.domain,
                        organizational_unit=instance.ou,
                    ),
                ),
                # The program knows a machine by its number; a name that Citrix has not given is passed over.
                draining=[
                    (instance.naming_scheme or "").replace("###", f"{number:03d}")
                    for number in pool.draining.get(instance.generation.name, ())
                ]
                or None,
                image_rollout=rollout(instance.image.rollout),
                accounts_on_delete="Delete",
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return catalog.name


def rollout(chosen: Rollout | None) -> citrix.ImageRolloutArgs:
    """How machines take a changed image: as the rollout chooses, and without one at their next shutdown."""
    if chosen is None or chosen.reboot == "drain":
        return citrix.ImageRolloutArgs(reboot_minutes=_NEXT_SHUTDOWN)
    if chosen.reboot == "at-once":
        return citrix.ImageRolloutArgs(reboot_minutes=_AT_ONCE)
    return citrix.ImageRolloutArgs(
        reboot_minutes=chosen.minutes,
        warning_minutes=chosen.warning_minutes,
        warning_message=chosen.warning,
    )
