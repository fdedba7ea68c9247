"""The inventory/v1 that the stack exports: the model's servers, joined with what vSphere or Azure gave the declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.outputs import gathered
from components.servers.lifecycle import declared
from components.servers.program import Estate
from components.servers.vmware.tags import server_labels
from model import Platform, names
from model.derive import azure_tags
from model.derive.instances import attach
from model.derive.services import server_resolvers
from model.types.guests import GUESTS
from model.types.instances import Instance
from model.types.inventory import Inventory, InventoryGeneration, InventoryNetwork, InventoryServer
from model.types.states import State


@dataclass(frozen=True, slots=True)
class Facts:
    """What vSphere gave a server: BIOS UUID, managed object id, and the build that it was made from, if we made it.

    What Azure gave it: its resource id, and the build, by its tag.
    """

    id: str
    moref: str | None
    build: int | None


def export(platform: Platform, generations: Collection[str], estate: Estate) -> pulumi.Output[dict[str, Any]]:
    """The stack's output, as JSON, with the servers of these generations.

    Warns of servers that are not what the model says, because what a clone was told is fixed at birth: those behind
    their image, which a new build replaces only while their generation is building, and those at another address.
    """
    servers, azure = estate.machines, estate.azure
    logical_names = list(servers)
    built = [i.logical_name for i in platform.instances if i.found is None and i.logical_name in servers]
    # Apart from the ids, which a preview does not know of a server that is new: a preview too must tell who is behind.
    triggers = gathered([servers[name].replace_trigger for name in built])
    marks = gathered([vm.tags for vm in azure.values()])
    builds = gathered([triggers, marks]).apply(
        lambda found: dict(zip([*built, *azure], [*map(_build, found[0]), *map(_tagged, found[1])], strict=True))
    )
    builds.apply(lambda found: _warn(behind_lines(platform.instances, found)))
    addresses = gathered([vm.guest_ip_addresses for vm in servers.values()])
    addresses.apply(lambda found: _warn(astray_lines(platform.instances, dict(zip(logical_names, found, strict=True)))))
    ids = gathered([vm.id for vm in (*servers.values(), *azure.values())])
    morefs = gathered([vm.moid for vm in servers.values()])

    def whole(found: list[Any]) -> dict[str, Any]:
        known: dict[str, int | None] = found[2]
        facts = {
            name: Facts(id_, moref, known.get(name))
            for name, id_, moref in zip(
                [*logical_names, *azure], found[0], [*found[1], *[None] * len(azure)], strict=True
            )
        }
        return inventory(platform, generations, facts).model_dump(mode="json")

    return gathered([ids, morefs, builds]).apply(whole)


def _build(trigger: str | None) -> int | None:
    return int(trigger) if trigger else None


def _tagged(tags: Mapping[str, str] | None) -> int | None:
    return _build((tags or {}).get("build"))


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        pulumi.log.warn(line)


def is_behind(instance: Instance, build: int | None) -> bool:
    """Whether a server that we made was made from another build than its image has now."""
    return build is not None and build != instance.image.build


def behind_lines(instances: tuple[Instance, ...], builds: Mapping[str, int | None]) -> list[str]:
    """A line for each image that servers are behind. `builds` by logical name."""
    behind = [i for i in instances if is_behind(i, builds.get(i.logical_name))]
    lines: list[str] = []
    for image in sorted({i.image_name for i in behind}):
        servers = [i for i in behind if i.image_name == image]
        systems = Counter(i.system.code for i in servers)
        counted = ", ".join(f"{code} {count}" for code, count in sorted(systems.items()))
        build = servers[0].image.build
        lines.append(
            f"image {image}: {len(servers)} {'server is' if len(servers) == 1 else 'servers are'} behind build "
            f"{build} ({counted}); take its generation back to building to make them anew"
        )
    return lines


def astray_lines(instances: tuple[Instance, ...], addresses: Mapping[str, Sequence[str] | None]) -> list[str]:
    """A line for each server that is not at the address that the model says.

    `addresses` are those that its guest reports, by logical name; a guest that reports none is not judged.
    """
    lines: list[str] = []
    for instance in instances:
        reported = addresses.get(instance.logical_name)
        if reported and instance.address is not None and str(instance.address) not in reported:
            lines.append(f"{instance.logical_name} is at {', '.join(reported)}; set it to {instance.address}")
    return lines


def inventory(platform: Platform, generations: Collection[str], facts: Mapping[str, Facts]) -> Inventory:
    """The inventory with the servers of these generations. `facts` by logical name, of each server that is declared."""
    return Inventory(
        platform=platform.name,
        domain=platform.settings.domain,
        datacenter=platform.vmware.settings.datacenter,
        generations={
            g.name: InventoryGeneration(
                origin=g.origin, state=g.state, resolvers=server_resolvers(platform) if g.state.declared else ()
            )
            for g in platform.refresh.generations.values()
        },
        networks=_networks(platform),
        servers={i.logical_name: server for i, server in _servers(platform, generations, facts)},
    )


def _networks(platform: Platform) -> dict[str, InventoryNetwork]:
    found: dict[str, InventoryNetwork] = {}
    for key, network in platform.network.networks.items():
        for generation in platform.refresh.generations:
            attachment = attach(key, network, generation)
            if attachment is not None:
                found[names.logical_name(key, generation)] = InventoryNetwork(
                    network=key,
                    generation=generation,
                    purpose=network.purpose,
                    vlan=attachment.vlan,
                    prefix=attachment.prefix,
                    gateway=attachment.gateway,
                    port_group=attachment.port_group,
                )
    for instance in platform.instances:
        if instance.azure is not None:
            area, subnet, attachment = instance.azure.area, instance.server.network, instance.attachment
            key, generation = names.area_network(area, subnet), instance.generation.name
            found[names.logical_name(key, generation)] = InventoryNetwork(
                network=key,
                generation=generation,
                purpose=f"{platform.azure.areas[area].title}, {subnet}",
                vlan=None,
                prefix=attachment.prefix,
                gateway=attachment.gateway,
                port_group=None,
            )
    return found


def _servers(
    platform: Platform, generations: Collection[str], facts: Mapping[str, Facts]
) -> Iterable[tuple[Instance, InventoryServer]]:
    for instance in platform.instances:
        generation, vm = instance.generation, instance.found
        if generation.name not in generations:
            continue
        if declared(generation) and instance.there and not instance.awaited:
            yield instance, _server(platform, instance, facts[instance.logical_name])
        elif vm is not None and generation.state != State.RETIRED:
            yield instance, _server(platform, instance, Facts(vm.known_by, vm.moref, None))


def _server(platform: Platform, instance: Instance, facts: Facts) -> InventoryServer:
    server, system, vm = instance.server, instance.system, instance.found
    generation, azure = instance.generation.name, instance.azure
    size = platform.azure.sizes[azure.size] if azure else None
    cluster = None if azure else vm.cluster if vm else names.cluster(server.cluster, generation)
    named = instance.image.title if azure else GUESTS.get(instance.image.guest_id)
    return InventoryServer(
        identity=server.identity,
        system=system.code,
        role=server.role,
        generation=generation,
        origin=instance.generation.origin,
        platform="azure" if azure else "vmware",
        name=instance.vm_name,
        computer_name=instance.computer_name,
        fqdn=instance.fqdn,
        address=instance.address,
        network=names.area_network(azure.area, server.network) if azure else instance.attachment.network,
        vlan=instance.attachment.vlan,
        cluster=cluster,
        folder=instance.folder,
        location=azure.location if azure else None,
        zone=azure.zone if azure else None,
        area=azure.area if azure else None,
        size=azure.size if azure else None,
        os=server.os,
        image=instance.image_name,
        cpus=vm.cpus if vm else size.cpus if size else server.cpus,
        memory_mib=vm.memory_mib if vm else (size.memory_gib if size else server.memory_gib) * 1024,
        disks=vm.disks if vm else len(server.disks),
        disk_mib=vm.disk_mib
        if vm
        else 1024 * sum(d.gib for d in azure.disks)
        if azure
        else 1024 * sum(server.disks.values()),
        guest_os=vm.guest_os if vm else named,
        guest_id=vm.guest_id if vm else None if azure else instance.image.guest_id,
        annotation=vm.annotation if vm else None,
        dns_name=vm.dns_name if vm else None,
        datacenter=vm.datacenter if vm else None if azure else platform.vmware.settings.datacenter,
        power=vm.power if vm else None,
        host=vm.host if vm else None,
        build=facts.build,
        behind=is_behind(instance, facts.build),
        backup=instance.server.backup_policy if vm is None and instance.azure is None else None,
        criticality=system.criticality,
        personal_data=system.personal_data,
        owner=system.owner,
        id=facts.id,
        moref=facts.moref,
        tags={} if vm else _tags(platform, instance),
    )


def _tags(platform: Platform, instance: Instance) -> dict[str, str]:
    if instance.azure is None:
        return server_labels(platform.settings, platform.estate, instance)
    return azure_tags.system(
        platform.settings, platform.estate, instance.system.code, instance.generation.name, instance.azure.area
    )
