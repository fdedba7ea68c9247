"""What a server becomes in one generation: its name, address, image and place.

An instance is computed, never written down. `found` is set where the machine was there before us: then its names and
address are as found. An instance whose parts do not exist is left out, and checks.py says which part it lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

from model import names
from model.derive import azure_servers, waves
from model.derive.serving import naming_system
from model.types.estate import Placement, Server, System
from model.types.infrastructure import Generation, Image, Network
from model.types.instances import Attachment, Instance
from model.types.observed import ObservedVm

if TYPE_CHECKING:
    from model.platform import Declared, Platform
    from model.types.azure import Area


def first_host(prefix: IPv4Network) -> IPv4Address:
    """The gateway's address where nobody says another. A single address is too small, and a fault (addressing.py)."""
    return prefix[min(1, prefix.num_addresses - 1)]


def attach(key: str, network: Network, generation: str) -> Attachment | None:
    """The network in `generation`, or None when it has no prefix there, or no VLAN and was not found without one: what
    is untagged, or a segment of NSX, has none.
    """
    vlan, prefix, group = network.vlan.get(generation), network.prefix.get(generation), network.found.get(generation)
    if prefix is None or (vlan is None and group is None):
        return None
    gateway = network.gateway.get(generation, first_host(prefix))
    if group is None and vlan is not None:
        group = names.port_group(key, generation, vlan)
    return Attachment(key, vlan, prefix, gateway, group)


def attach_in(area: Area, key: str) -> Attachment | None:
    """The network as a subnet of an area's spoke, or None when the area has no such subnet."""
    subnet = area.subnets.get(key)
    return Attachment(key, None, subnet.prefix, first_host(subnet.prefix), None) if subnet is not None else None


def on_vmware(platform: Platform, generation: str) -> bool:
    """Whether anything of a generation stands on VMware: a server, a host, or a pool's machines."""
    return (
        any(i.azure is None for i in platform.instances_of(generation))
        or any(host.generation == generation for host in platform.hardware.hosts.values())
        or any(i.generation.name == generation and i.citrix is not None for i in platform.pool_instances)
    )


def address_in(prefix: IPv4Network, host: int) -> IPv4Address | None:
    """The address with number `host` in `prefix`, or None when the prefix has no such host address."""
    return prefix[host] if 0 < host < prefix.num_addresses - 1 else None


def generations_of(server: Server, generations: Mapping[str, Generation]) -> list[Generation]:
    """The generations that have an instance of `server`: where it was found, and each managed one that builds it."""
    return [
        generation
        for generation in generations.values()
        if (generation.name in server.generations if server.generations is not None else True)
        and (
            server.how(generation.name) == "rebuild"
            if generation.origin == "managed"
            else generation.name in server.found
        )
    ]


@dataclass(frozen=True, slots=True)
class _Case:
    """A server in a generation that has an instance of it. `number` is its own in its role."""

    platform: Declared
    server: Server
    system: System
    network: Network
    number: int
    generation: Generation

    def computed_name(self) -> str:
        """The name of what we build: of the computer, and of its machine."""
        short = self.platform.estate.roles[self.server.role].short
        return names.computer_name(self.system.code, short, self.number, self.generation.name)

    def ou(self) -> str | None:
        """Where the computer account of what we build belongs."""
        settings = self.platform.settings
        if self.server.os != "windows":
            return None
        return names.ou(self.server.ou, self.generation.name, settings.server_ou, settings.domain)

    def image(self) -> tuple[str, Image] | None:
        """The image of this generation, by name."""
        name = self.server.image.get(self.generation.name, "")
        return (name, self.platform.estate.images[name]) if name in self.platform.estate.images else None

    def instance(self, *, computer: str, image: tuple[str, Image], found: ObservedVm | None, **rest: Any) -> Instance:
        """The instance, with what is the same wherever it stands."""
        generation, server = self.generation, self.server
        logical_name = names.logical_name(server.identity, generation.name)
        override = self.platform.refresh.overrides.get(logical_name)
        return Instance(
            server=server,
            system=self.system,
            generation=generation,
            logical_name=logical_name,
            computer_name=computer,
            fqdn=names.found_fqdn(found.dns_name if found else "", computer, self.platform.settings.domain),
            image_name=image[0],
            image=image[1],
            found=found,
            wave=waves.of_system(self.platform.refresh, self.system.code, generation.name),
            serving=naming_system(self.platform, self.system.code, generation.name),
            let_go=override is not None and override.lets_go,
            **rest,
        )


def build(platform: Declared) -> Iterator[Instance]:
    """The instances of every server, in the order of the files."""
    for server in platform.estate.servers.values():
        system = platform.estate.systems.get(server.system)
        role = platform.estate.roles.get(server.role)
        network = platform.network.networks.get(server.network)
        if system is None or role is None or network is None:
            continue
        number = names.server_number(server.identity, system.code, role.short) or 0
        before: Instance | None = None
        for generation in generations_of(server, platform.refresh.generations):
            case = _Case(platform, server, system, network, number, generation)
            placement = placement_of(server, system, generation.name)
            instance = _on_vmware(case) if placement is None else _in_azure(case, placement, before)
            if instance is not None:
                before = instance
                yield instance


def placement_of(server: Server, system: System, generation: str) -> Placement | None:
    """Where the server is placed in a generation; None on VMware, where whatever was found stands too."""
    return None if generation in server.found else system.placement.get(generation)


def _on_vmware(case: _Case) -> Instance | None:
    """An instance on VMware, as found or as computed; None when a part of it is not there."""
    server, generation, image = case.server, case.generation.name, case.image()
    found = case.platform.observed.servers.get(generation, {}).get(server.found.get(generation, ""))
    attachment = attach(server.network, case.network, generation)
    if image is None or attachment is None or (generation in server.found and found is None):
        return None
    if found is not None:
        computer = (found.dns_name.split(".")[0] or names.host_label(found.name)).upper()
        vm_name, address, folder, ou = found.name, found.address, found.folder, None
    else:
        computer = vm_name = case.computed_name()
        address = address_in(attachment.prefix, server.host)
        folder, ou = names.vm_folder(generation, case.system.code), case.ou()
    return case.instance(
        computer=computer,
        image=image,
        vm_name=vm_name,
        attachment=attachment,
        address=address,
        folder=folder,
        ou=ou,
        found=found,
    )


def _in_azure(case: _Case, placement: Placement, before: Instance | None) -> Instance | None:
    """An instance in Azure: with names and image as computed, or those of its machine `before`, brought as it is."""
    area = case.platform.azure.areas.get(placement.area)
    attachment = attach_in(area, case.server.network) if area is not None else None
    migrated = placement.by == "migrate"
    if migrated:
        image = (before.image_name, before.image) if before is not None else None
        computer = before.computer_name if before is not None else ""
    else:
        image, computer = case.image(), case.computed_name()
    logical_name = names.logical_name(case.server.identity, case.generation.name)
    if attachment is None or image is None:
        return None
    made_from = image[1].azure if not migrated else None
    azure = azure_servers.place(
        case.platform,
        case.server,
        case.system,
        case.generation.name,
        logical_name=logical_name,
        number=case.number,
        image_gib=made_from.disk_gib if made_from is not None else 0,
    )
    if azure is None:
        return None
    return case.instance(
        computer=computer,
        image=image,
        vm_name=computer,
        attachment=attachment,
        address=azure_servers.host_address(attachment.prefix, case.server.host),
        folder=None,
        ou=None if migrated else case.ou(),
        found=None,
        azure=azure,
    )
