"""What servers rest on: images, networks, VMware placement, hardware, and the generations themselves."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import DnsName, GenerationName, Key, Model, Os, Text, Vlan

Consumer = Literal["ad", "dns", "firewall", "hp_thinpro", "icinga", "igel", "prometheus", "qos", "storefront"]
"""What renders for machines of the platform itself."""

VSphereName = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^/\\%\x00-\x1f]+$")]
"""A name in the vSphere inventory: at most 80 characters and none of `/ \\ %`, which vSphere escapes."""


class MarketplaceImage(Model):
    """An image of Azure's marketplace, generation 2. The version is fixed at birth, so `latest` moves nobody later.

    A machine's system disk is at least as large as the image's, `disk_gib`.
    """

    publisher: Text
    offer: Text
    sku: Text
    version: Text = "latest"
    disk_gib: Annotated[int, Field(ge=1, le=2048)]


class Image(Model):
    """What a server is cloned from. A person raises `build` to have the servers that are being built replaced.

    The firmware and the disks' sizes are the template's own and are asked of vCenter. Its guest id must be `guest_id`:
    a template of another system under the expected name is found before anything is built. `azure` is the same in
    Azure.
    """

    os: Os
    title: Text
    guest_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+Guest(64)?$")]
    template: VSphereName | None = None
    azure: MarketplaceImage | None = None
    build: Annotated[int, Field(ge=1)] = 1
    secure_boot: bool = True
    vtpm: bool = True
    vbs: bool = False
    customize_minutes: Annotated[int, Field(ge=45, le=240)] = 60


class Network(Model):
    """A network of the data centre, in each generation that has it. A gateway not named is the prefix's first host."""

    purpose: Text
    vlan: dict[GenerationName, Vlan]
    prefix: dict[GenerationName, IPv4Network]
    gateway: dict[GenerationName, IPv4Address] = {}
    found: dict[GenerationName, VSphereName] = {}
    switch: Key


class Switch(Model):
    """A distributed switch. `mtu` in bytes; `uplinks` is the number of NICs of each host."""

    found: dict[GenerationName, VSphereName] = {}
    mtu: Annotated[int, Field(ge=1280, le=9190)] = 9000
    uplinks: Annotated[int, Field(ge=1, le=8)] = 2


class Cluster(Model):
    """Hosts under one DRS and HA. `host_failures` is what admission control keeps room for; `cpu_overcommit` how many
    virtual CPUs may share a physical core.
    """

    purpose: Text
    found: dict[GenerationName, VSphereName] = {}
    datastores: Key
    switch: Key
    drs: Literal["fullyAutomated", "partiallyAutomated", "manual"] = "fullyAutomated"
    host_failures: Annotated[int, Field(ge=0, le=4)] = 1
    cpu_overcommit: Annotated[float, Field(ge=1, le=20)] = 4.0


class DatastoreCluster(Model):
    """Datastores that Storage DRS spreads disks over. `free_percent` of them is kept for snapshots and swap files."""

    purpose: Text
    sdrs: Literal["automated", "manual"] = "automated"
    free_percent: Annotated[int, Field(ge=0, le=90)] = 20


class Vmware(Model):
    """Where the virtual servers run: one vCenter and one datacenter that were there before us."""

    datacenter: VSphereName


RackUnits = Annotated[int, Field(ge=1, le=5_000)]


class HostModel(Model):
    """A server model: `cores` physical, memory in GiB. `assumed` says why a figure is no fact yet."""

    cores: Annotated[int, Field(ge=1, le=1024)]
    memory_gib: Annotated[int, Field(ge=1, le=65_536)]
    rack_units: RackUnits | None = None
    assumed: Text | None = None


class Host(Model):
    """An ESXi host by its DNS name."""

    name: DnsName
    generation: GenerationName
    cluster: Key
    model: Key
    nics: tuple[Annotated[str, StringConstraints(pattern=r"^vmnic[0-9]{1,2}$")], ...] = ()
    thumbprint: Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{2}(:[0-9A-F]{2}){19}$")] | None = None
    assumed: Text | None = None


class Datastore(Model):
    """A VMFS volume in GiB on the LUN `lun`, mounted by the hosts of `cluster`."""

    name: VSphereName
    generation: GenerationName
    group: Key
    cluster: Key
    capacity_gib: Annotated[int, Field(ge=1, le=65_536)]
    lun: Annotated[str, StringConstraints(pattern=r"^(naa|eui|t10)\.[0-9A-Za-z]+$")]
    assumed: Text | None = None


class Room(Model):
    """A server room that must be empty by a day: that of the hosts of `generation`."""

    title: Text
    generation: GenerationName
    empty_by: date


class Premises(Model):
    """What hardware.yaml says of the whole. A platform whose room is not given up says nothing."""

    room: Room | None = None


class Equipment(Model):
    """What stands in the room beside hosts: storage, switches, power. It can go once the wave `leaves` has moved."""

    title: Text
    rack_units: RackUnits
    leaves: Key
    assumed: Text | None = None


Origin = Literal["observed", "adopted", "managed"]
State = Literal["planned", "building", "pilot", "live", "standby", "retiring", "retired"]


class Generation(Model):
    """A build of the whole platform, made once in four years.

    `origin`: `observed` is what an import gives and declares no resources; `adopted` is the same under control, with
    import ids and names as found; `managed` is built by us. `resolvers` are the DNS servers its instances ask.
    `hypercare` is the last day of the weeks of extra care after its cutover; it says nothing until it is live.
    `cutover` is near from the day that leases and DNS records must be short-lived ahead of it.
    """

    name: GenerationName
    origin: Origin
    state: State
    resolvers: tuple[IPv4Address, ...] = ()
    hypercare: date | None = None
    cutover: Literal["far", "near"] = "far"


class Settings(Model):
    """The municipality itself. `windows_time_zone` is Microsoft's index: 105 is Copenhagen.

    `alias_zone` is the small DNS zone of stable names, which alone moves at a cutover, after `alias_ttl` seconds for
    whoever has asked just before. `consumers` are the servers, by identity, that take what is rendered.
    """

    title: Text
    domain: DnsName
    netbios_domain: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,14}$")]
    server_ou: Text
    windows_time_zone: Annotated[int, Field(ge=0, le=285)] = 105
    cost_center: Text
    alias_zone: DnsName | None = None
    alias_ttl: Annotated[int, Field(ge=1, le=86_400)] = 60
    consumers: dict[Consumer, tuple[str, ...]] = {}
