"""The types of inventory/v1: what the stack output `inventory` holds, for every tool that needs to know what there is.

Documented in docs/inventory.md, with the JSON Schema beside it in docs/inventory.v1.schema.json. Within v1 a field may
be added; none is renamed, removed or given another meaning. Left out: secrets, and what a guest reports of itself.
"""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from pydantic import Field

from model.base import Criticality, GenerationName, Key, Model, Os, PersonalData, Text, Vlan
from model.types.infrastructure import Origin
from model.types.states import State

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


class InventoryGeneration(Model):
    """A generation: how it began (`origin`), where it stands (`state`), and the DNS servers its machines ask."""

    origin: Origin
    state: State
    resolvers: tuple[IPv4Address, ...]


class InventoryNetwork(Model):
    """A network in one generation. A subnet in Azure is one too, `<area>-<subnet>`, without VLAN and port group."""

    network: Key
    generation: GenerationName
    purpose: Text
    vlan: Vlan | None = Field(description="Null in Azure")
    prefix: IPv4Network
    gateway: IPv4Address
    port_group: str | None = Field(description="Its name in vSphere; null in Azure")


class InventoryServer(Model):
    """A server in one generation."""

    identity: str = Field(description="The server by what it is; the same in every generation")
    system: str = Field(description="The code of its system")
    role: Key
    generation: GenerationName
    origin: Origin = Field(description="observed: not under Pulumi's control; adopted or managed: under it")
    platform: Literal["vmware", "azure"] = Field(default="vmware", description="Where it stands")
    name: str = Field(description="Its name in vSphere or Azure")
    computer_name: str = Field(description="Its name to itself and to Active Directory")
    fqdn: str
    address: IPv4Address | None = Field(description="Null where the export told none")
    network: Key
    vlan: Vlan | None = Field(description="Null in Azure")
    cluster: str | None = Field(description="The cluster's name in vSphere; null in Azure")
    folder: str | None = Field(description="Below the datacenter's VM folder; null in Azure")
    location: str | None = Field(default=None, description="The region in Azure; null in vSphere")
    zone: int | None = Field(default=None, description="Its availability zone in Azure, 1 to 3; null in vSphere")
    area: Key | None = Field(default=None, description="The area whose spoke it stands in; null in vSphere")
    size: str | None = Field(default=None, description="Its size in Azure, whose CPUs and memory it has")
    os: Os
    image: Key
    cpus: int
    memory_mib: int
    disks: int | None = Field(default=None, description="How many disks; null from a stack that was built before")
    disk_mib: int | None = Field(default=None, description="Their size in all")
    guest_os: str | None = Field(
        default=None, description="The operating system as vSphere names it; as we do in Azure"
    )
    guest_id: str | None = Field(default=None, description="The guest it is configured for; null in Azure")
    annotation: str | None = Field(default=None, description="Its note in vSphere as found; null where built")
    dns_name: str | None = Field(default=None, description="What its guest called itself when found; null where built")
    datacenter: str | None = Field(default=None, description="Its datacenter's name in vSphere; null in Azure")
    power: Literal["on", "off", "suspended"] | None = Field(default=None, description="As found; null where built")
    host: str | None = Field(default=None, description="As found; null where built, for DRS moves it about")
    backup: Key | None = Field(default=None, description="Its backup policy at home; null where it has none")
    build: int | None = Field(description="The image build it was made from; null where we did not make it")
    behind: bool = Field(description="Made from another build of its image than the one declared now")
    criticality: Criticality
    personal_data: PersonalData
    owner: Text
    id: str = Field(description="BIOS UUID; in Azure the resource id")
    moref: str | None = Field(description="Managed object id in vCenter; null in Azure")
    tags: dict[str, str] = Field(description="Tag by category; empty where we attach none")


class Inventory(Model):
    """What the stack output `inventory` holds. Every map is keyed by a name that no update changes."""

    version: Literal["inventory/v1"] = "inventory/v1"
    platform: str
    domain: str
    datacenter: str = Field(default="", description="Its name in vSphere; empty from a stack that was built before")
    generations: dict[GenerationName, InventoryGeneration]
    networks: dict[str, InventoryNetwork] = Field(description="By network and generation: `servers-g26`")
    servers: dict[str, InventoryServer] = Field(description="By identity and generation: `sbsys-app01-g26`")


def schema_text() -> str:
    """The JSON Schema of Inventory, as docs/inventory.v1.schema.json holds it."""
    schema = Inventory.model_json_schema(mode="serialization")
    return json.dumps({"$schema": SCHEMA_ID, **schema}, indent=2) + "\n"
