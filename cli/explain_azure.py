"""What `refresh explain` says of a server in Azure: where it is, its size and its disks, and why these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model import Platform
    from model.provenance import Provenance
    from model.types.azure_servers import AzurePlace
    from model.types.instances import Instance


def rows(
    platform: Platform, written: Provenance, instance: Instance, azure: AzurePlace
) -> Iterator[tuple[str, Any, str]]:
    """Path, value and origin of each thing that an instance in Azure is given."""
    name, server = instance.logical_name, instance.server
    file, line = written.sources["systems", instance.system.code].origin(("placement", instance.generation.name))
    placed = f"{file}:{line}"
    subscription = written.sources["areas", azure.area].origin(("subscription",))
    size, server_source = platform.azure.sizes[azure.size], written.sources["servers", server.identity]
    named = "{}:{}".format(*server_source.origin(("size",)))
    catalog = "{}:{}".format(*written.sources["sizes", azure.size].origin(()))
    yield f"{name}.area", azure.area, placed
    yield f"{name}.subscription", azure.subscription, f"{subscription[0]}:{subscription[1]}"
    yield f"{name}.resource_group", azure.resource_group, "computed by model/azure_names.py"
    yield f"{name}.size", azure.size, named if server.size is not None else catalog
    yield f"{name}.size.holds", f"{size.cpus} vCPU, {size.memory_gib} GiB, {size.max_disks} data disks", catalog
    yield f"{name}.size.why", azure.size_why, "smallest that holds it" if server.size is None else "a person's choice"
    yield f"{name}.zone", azure.zone, "by its number"
    if azure.migrated:
        # What Azure Migrate has to be told, so that what it makes is what the data say.
        yield f"{name}.nic", azure.nic, "computed by model/azure_names.py"
        yield f"{name}.trusted_launch", azure.trusted, "as it starts: by EFI or BIOS"
        yield f"{name}.brought", azure.brought, placed
    for disk in azure.disks:
        kind = "{}:{}".format(*written.sources["disk_types", disk.kind].origin(()))
        yield f"{name}.disk.{disk.label}", f"{disk.gib} GiB, {disk.kind}", f"{instance.system.criticality}, {kind}"
        if azure.migrated:
            yield f"{name}.disk.{disk.label}.name", disk.name, "computed by model/azure_names.py"
