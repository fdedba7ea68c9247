"""What a server becomes in one generation: its name, address, image and place.

An instance is computed, never written down. `found` is set where the machine was there before us: then its names and
address are as found. An instance whose parts do not exist is left out, and checks.py says which part it lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from model import names
from model.estate import Role, Server, System
from model.infrastructure import Generation, Image, Network, Settings
from model.observed import ObservedVm

if TYPE_CHECKING:
    from model.platform import Platform


@dataclass(frozen=True, slots=True)
class Attachment:
    """A network in one generation. `port_group` is its name in vSphere, as found or computed."""

    network: str
    vlan: int
    prefix: IPv4Network
    gateway: IPv4Address
    port_group: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A server in one generation.

    `logical_name` names its Pulumi resource, `vm_name` the machine in vSphere, `computer_name` the machine to itself
    and to Active Directory. `ou` is None for Linux and for what was found.
    """

    server: Server
    system: System
    generation: Generation
    logical_name: str
    vm_name: str
    computer_name: str
    fqdn: str
    attachment: Attachment
    address: IPv4Address | None
    image_name: str
    image: Image
    folder: str
    ou: str | None
    found: ObservedVm | None


def attach(key: str, network: Network, generation: str) -> Attachment | None:
    """The network in `generation`, or None when it has no VLAN or prefix there."""
    vlan, prefix = network.vlan.get(generation), network.prefix.get(generation)
    if vlan is None or prefix is None:
        return None
    gateway = network.gateway.get(generation, prefix[1])
    group = network.found.get(generation) or names.port_group(key, generation, vlan)
    return Attachment(key, vlan, prefix, gateway, group)


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


def build_instance(
    server: Server,
    system: System,
    role: Role,
    generation: Generation,
    *,
    settings: Settings,
    network: Network,
    image: Image,
    found: ObservedVm | None,
) -> Instance | None:
    """The instance of `server` in `generation`; None when the network is not there in that generation."""
    attachment = attach(server.network, network, generation.name)
    if attachment is None:
        return None
    if found is not None:
        computer = (found.dns_name.split(".")[0] or found.name).upper()
        vm_name, address, folder, ou = found.name, found.address, found.folder, None
    else:
        number = names.server_number(server.identity, system.code, role.short) or 0
        computer = vm_name = names.computer_name(system.code, role.short, number, generation.name)
        address = address_in(attachment.prefix, server.host)
        folder = names.vm_folder(generation.name, system.code)
        windows = server.os == "windows"
        ou = names.ou(server.ou, generation.name, settings.server_ou, settings.domain) if windows else None
    return Instance(
        server=server,
        system=system,
        generation=generation,
        logical_name=names.logical_name(server.identity, generation.name),
        vm_name=vm_name,
        computer_name=computer,
        fqdn=names.fqdn(computer, settings.domain),
        attachment=attachment,
        address=address,
        image_name=server.image[generation.name],
        image=image,
        folder=folder,
        ou=ou,
        found=found,
    )


def build(platform: Platform) -> Iterator[Instance]:
    """The instances of every server, in the order of the files."""
    for server in platform.servers.values():
        system = platform.systems.get(server.system)
        role = platform.roles.get(server.role)
        network = platform.networks.get(server.network)
        if system is None or role is None or network is None:
            continue
        for generation in generations_of(server, platform.generations):
            image = platform.images.get(server.image.get(generation.name, ""))
            found = platform.observed.get(generation.name, {}).get(server.found.get(generation.name, ""))
            if image is None or (generation.name in server.found and found is None):
                continue
            instance = build_instance(
                server,
                system,
                role,
                generation,
                settings=platform.settings,
                network=network,
                image=image,
                found=found,
            )
            if instance is not None:
                yield instance
