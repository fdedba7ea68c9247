"""A platform's Citrix as it is before any stack: the master VMs with their snapshots, and the pools as found.

No export tells how the machines of a pool that was found were made, so their catalog is one that only lists them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model.derive.access import users_of

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Desktops, Observed
    from model.types.infrastructure import Settings
    from model.types.pools import PoolInstance

Object = dict[str, Any]

_SNAPSHOT = "vsphere:index/virtualMachineSnapshot:VirtualMachineSnapshot"


def masters(desktops: Desktops) -> Iterator[tuple[str, str]]:
    """The VMs whose snapshots are desktop images, each with the key of the image that it was last built on."""
    for image in desktops.images.values():
        if image.master is not None:
            yield image.master, image.versions[image.current].base


def snapshots(settings: Settings, desktops: Desktops) -> Iterator[Object]:
    """The snapshots that the versions of desktop images name, each after the one that it stands below."""
    for image in desktops.images.values():
        paths = {version.snapshot for version in image.versions.values() if version.snapshot is not None}
        steps = {"/".join(path.split("/")[: depth + 1]) for path in paths for depth in range(path.count("/") + 1)}
        for path in sorted(steps):
            properties: Object = {
                "virtualMachineUuid": uuid_of(settings, image.master or ""),
                "snapshotName": path.rpartition("/")[2],
                "description": image.title,
                "memory": False,
                "quiesce": False,
            }
            yield {"type": _SNAPSHOT, "properties": properties, "facts": {"path": path}}


def uuid_of(settings: Settings, name: str) -> str:
    """The UUID of a VM that stands there before any stack, the same at each seeding."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{settings.domain}"))


def pools(platform: Platform) -> Iterator[Object]:
    """The machine catalog and the delivery group of each pool that was found, open to those the pool is for."""
    for instance in platform.pool_instances:
        if instance.found is not None:
            yield {
                "type": "citrix:MachineCatalog",
                "properties": _catalog(platform.settings, platform.observed, instance),
            }
            yield {"type": "citrix:DeliveryGroup", "properties": _group(platform.settings, instance)}


def _catalog(settings: Settings, observed: Observed, instance: PoolInstance) -> Object:
    domain, folder = settings.netbios_domain, instance.found.folder if instance.found is not None else ""
    machines = observed.vdas.get(instance.generation.name, {}).values()
    return {
        "Name": instance.in_citrix.catalog,
        "AllocationType": instance.pool.allocation,
        "ProvisioningType": "Manual",
        "SessionSupport": instance.pool.session_support,
        "Machines": [{"MachineName": rf"{domain}\{vm.name}"} for vm in machines if vm.folder == folder],
    }


def _group(settings: Settings, instance: PoolInstance) -> Object:
    filters: Object = {
        "IncludedUserFilterEnabled": instance.pool.access == "Restricted",
        "IncludedUsers": list(users_of(settings, instance)),
    }
    desktop = instance.pool.desktop
    return {
        "Name": instance.in_citrix.delivery_group,
        "DeliveryType": "DesktopsOnly" if desktop is not None else "AppsOnly",
        "MachineCatalogs": [{"MachineCatalog": instance.in_citrix.catalog, "Count": instance.machines}],
        "Desktops": [{"PublishedName": desktop, **filters}] if desktop is not None else [],
        "SimpleAccessPolicy": {"AllowAnonymous": False, **filters},
    }
