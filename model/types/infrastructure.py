"""What servers rest on: images, networks, VMware placement, hardware, and the generations themselves."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model import names
from model.base import DnsLabel, DnsName, GenerationName, InGeneration, Key, Model, Os, Ref, Text, Vlan
from model.types.directory import Directory
from model.types.states import State

Consumer = Literal[
    "ad", "dns", "firewall", "hp_thinpro", "icinga", "igel", "printers", "prometheus", "qos", "storefront"
]  # fmt: skip
"""What renders for machines of the platform itself."""

VSphereName = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^([^/\\%\x00-\x1f]|%(2[fF]|5[cC]|25))+$")
]
"""A name in the vSphere inventory: at most 80 characters. vSphere keeps `/ \\ %` as `%2f`, `%5c` and `%25`."""


Kernel = Literal["management", "vmotion", "storage", "backup"]
"""What a network carries for ESXi hosts themselves, by adapters of their kernel. The adapter of `management` is made
when a host is installed; the others are declared.
"""

Nic = Annotated[str, StringConstraints(pattern=r"^vmnic[0-9]{1,2}$")]
"""A network card of a host, as ESXi names it."""


class MarketplaceImage(Model):
    """An image of Azure's marketplace, for machines of generation 2, which start by UEFI."""

    publisher: Text
    """The publisher's name in the marketplace: `MicrosoftWindowsServer`."""
    offer: Text
    """The publisher's offer: `WindowsServer`."""
    sku: Text
    """The edition within the offer: `2025-datacenter-g2`."""
    version: Text = "latest"
    """The image's version. It is fixed when a machine is made, so `latest` moves nobody later."""
    disk_gib: Annotated[int, Field(ge=1, le=2048)]
    """Size of the image's system disk in GiB. A machine's system disk is at least that large."""


class Image(Model):
    """What a server is made from. Firmware and disk sizes are the template's own and are asked of vCenter."""

    os: Os
    """Operating system of the image."""
    title: Text
    """What a person calls it: `Windows Server 2025`."""
    guest_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+Guest(64)?$")]
    """vSphere's identifier of the guest operating system. The template must have the same, so that a template of
    another system under the expected name is found before anything is built.
    """
    template: VSphereName | None = None
    """The template in vCenter that servers are cloned from. Required where a managed generation uses the image on
    VMware.
    """
    azure: MarketplaceImage | None = None
    """The same operating system in Azure's marketplace. Required where a server is rebuilt in Azure with this image."""
    multi_session: bool = False
    """Windows Enterprise multi-session, which Azure Virtual Desktop alone runs: its licence is the user's, Intune
    manages it, and Azure does not patch it by itself. Everything else that a desktop image is built on is Windows
    Server.
    """
    build: Annotated[int, Field(ge=1)] = 1
    """Raise it to have servers made anew from a template that has changed. Only those are replaced whose generation is
    `building`.
    """
    secure_boot: bool = True
    """Machines on VMware start by UEFI secure boot. In Azure they always do."""
    vtpm: bool = True
    """Machines on VMware have a virtual TPM 2.0. In Azure they always do."""
    vbs: bool = False
    """Virtualization-based security on VMware, with the nested virtualization and the I/O MMU that it needs."""
    supported_until: date | None = None
    """The last day on which its maker mends it in security. What we build is to serve no longer than that (control
    `EOL-01`).
    """
    customize_minutes: Annotated[int, Field(ge=45, le=240)] = 60
    """How many minutes a clone may take to run sysprep and join the domain. At least 45, for the vSphere provider's own
    10 are too few.
    """


class Network(Model):
    """A network of the data centre, in each generation that has it."""

    purpose: Text
    """What the network is for, as inventories show it."""
    vlan: dict[InGeneration, Vlan]
    """VLAN number by generation: `{g22: 20, g26: 220}`. A number is used once on a switch."""
    prefix: dict[InGeneration, IPv4Network]
    """IPv4 prefix by generation. No two overlap, over all networks and generations."""
    gateway: dict[InGeneration, IPv4Address] = {}
    """The gateway by generation. Without one it is the first host of the prefix."""
    leases_from: Annotated[int, Field(ge=10, le=65_000)] = 10
    """The first host number that DHCP gives out, up to the last of the prefix, where a pool's session machines stand in
    the network. What has a fixed address lies below it.
    """
    found: dict[InGeneration, VSphereName] = {}
    """The name of the port group in vSphere, by generation, where it was there before us. Without one the name is
    computed: `PG-G26-SERVERS-220`.
    """
    switch: Annotated[Key, Ref("switches")]
    """The distributed switch that carries it, a key of `switches`."""
    kernel: Kernel | None = None
    """What the hosts themselves use it for. Each host of a managed generation on the switch then has an address in it,
    that of its `number`. Without one it is a network of machines.
    """
    uplink: Annotated[int, Field(ge=1, le=8)] | None = None
    """The one uplink of the switch that it uses, from 1. For a path to storage: iSCSI port binding takes an adapter
    with exactly one active uplink (VMware, "Best Practices for Configuring Software iSCSI Port Binding"). Without one
    all are used.
    """


class Switch(Model):
    """A distributed switch of vSphere."""

    found: dict[InGeneration, VSphereName] = {}
    """Its name in vSphere, by generation, where it was there before us. Without one the name is computed:
    `DVS-G26-PRODUCTION`.
    """
    mtu: Annotated[int, Field(ge=1280, le=9190)] = 9000
    """Largest frame in bytes. vSphere takes 1,280 to 9,190."""
    uplinks: Annotated[int, Field(ge=1, le=8)] = 2
    """How many uplinks the switch has: the number of network cards that each host gives it."""


class Cluster(Model):
    """Hosts under one DRS and one HA."""

    purpose: Text
    """What the cluster is for."""
    found: dict[InGeneration, VSphereName] = {}
    """Its name in vSphere, by generation, where it was there before us. Without one the name is computed:
    `CL-G26-SERVERS`.
    """
    datastores: Annotated[Key, Ref("datastore_clusters")]
    """Where its machines' disks lie, a key of `datastore_clusters`."""
    switch: Annotated[Key, Ref("switches")]
    """The distributed switch of its hosts, a key of `switches`."""
    drs: Literal["fullyAutomated", "partiallyAutomated", "manual"] = "fullyAutomated"
    """How much DRS does by itself, in vSphere's words: place and move machines, only place them, or only advise."""
    host_failures: Annotated[int, Field(ge=0, le=4)] = 1
    """How many hosts may fail at once and all machines still run: HA's admission control keeps room for it, and
    capacity is counted without them. 0 turns admission control off.
    """
    cpu_overcommit: Annotated[float, Field(ge=1, le=20)] = 4.0
    """How many virtual CPUs of servers may share a physical core when capacity is counted."""
    session_overcommit: Annotated[float, Field(ge=1, le=20)] = 2.0
    """The same of session machines, which are all busy on a Monday morning. A planning figure until the pilot has
    measured it.
    """


class DatastoreCluster(Model):
    """Datastores that Storage DRS spreads disks over."""

    purpose: Text
    """What is stored there."""
    sdrs: Literal["automated", "manual"] = "automated"
    """What Storage DRS does: move disks by itself, or only advise. Citrix places the disks of its pools itself, so
    those are `manual`.
    """
    free_percent: Annotated[int, Field(ge=0, le=90)] = 20
    """Percent of the capacity that is kept free for snapshots and swap files when capacity is counted."""


class Vmware(Model):
    """Where the virtual servers run: one vCenter that was there before us."""

    datacenter: VSphereName
    """The name of the datacenter in vCenter, which was there before us."""
    vcenter: DnsLabel | None = None
    """The name of the vCenter in `hosts` of networks.yaml. Pulumi's runners must be let through to it."""


RackUnits = Annotated[int, Field(ge=1, le=5_000)]
"""A height in rack units."""


class HostModel(Model):
    """A model of server that hosts are."""

    cores: Annotated[int, Field(ge=1, le=1024)]
    """Physical CPU cores of a host."""
    memory_gib: Annotated[int, Field(ge=1, le=65_536)]
    """Memory of a host in GiB."""
    rack_units: RackUnits | None = None
    """Height in rack units. Required for the hosts of a server room that must be empty by a day."""
    nics: tuple[Nic, ...] = ()
    """Network cards that each host of the model gives its distributed switch, unless a host says otherwise."""
    management_nics: tuple[Nic, ...] = ("vmnic0",)
    """Network cards that carry the host's own management, on the standard switch that its installation makes with
    `vmnic0` (VMware, "VMware ESXi Installation and Setup"). None of them may be among `nics`: taken from there, the
    host is cut off from vCenter while it is being joined.
    """
    assumed: Text | None = None
    """Why these figures are no facts yet, and what they rest on. Whatever is computed from them says so."""


class Host(Model):
    """An ESXi host."""

    name: DnsName
    """The host's DNS name, in full."""
    generation: InGeneration
    """The generation whose hardware it is."""
    cluster: Annotated[Key, Ref("clusters")]
    """The cluster that it belongs to, a key of `clusters`."""
    model: Annotated[Key, Ref("models")]
    """Which model of server it is, a key of `models`."""
    number: Annotated[int, Field(ge=1, le=65_533)] | None = None
    """Its number in every network with a `kernel`: 11 is 10.26.50.11 in 10.26.50.0/24. Required where there are such.
    """
    nics: tuple[Nic, ...] = ()
    """Network cards that it gives its distributed switch: `vmnic2`. Without any those of its model. A host of a
    generation that we build needs two.
    """
    thumbprint: Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{2}(:[0-9A-F]{2}){19}$")] | None = None
    """SHA-1 fingerprint of the host's certificate, by which vCenter knows it when it is added. Without one it is asked
    of the host, whoever answers.
    """
    assumed: Text | None = None
    """What of this is assumed, and why. Whatever is computed from it says so."""


class Datastore(Model):
    """A VMFS volume, mounted by the hosts of one cluster."""

    name: VSphereName
    """The volume's name in vSphere."""
    generation: InGeneration
    """The generation whose storage it is."""
    group: Annotated[Key, Ref("datastore_clusters")]
    """The datastore cluster that it is in, a key of `datastore_clusters`."""
    cluster: Annotated[Key, Ref("clusters")]
    """The cluster whose hosts mount it, a key of `clusters`."""
    capacity_gib: Annotated[int, Field(ge=1, le=65_536)]
    """Size of the volume in GiB. At most 64 TiB, what VMFS allows."""
    lun: Annotated[str, StringConstraints(pattern=r"^(naa|eui|t10)\.[0-9A-Za-z]+$")]
    """The device that it lies on, by its canonical name: `naa.`, `eui.` or `t10.` and an identifier."""
    assumed: Text | None = None
    """What of this is assumed, and why. Whatever is computed from it says so."""


class ServerRoom(Model):
    """A server room that must be empty by a day."""

    title: Text
    """What the room is called, as `refresh plan` shows it."""
    generation: InGeneration
    """The generation whose hosts stand in it."""
    empty_by: date
    """The day by which it must be empty. `refresh plan` leaves with status 1 while it would not be."""


class Premises(Model):
    """What hardware.yaml says of the whole."""

    room: ServerRoom | None = None
    """The server room that is to be given back. Without one `refresh plan` has nothing to say."""


class Equipment(Model):
    """What stands in a server room beside hosts: storage, switches, power."""

    title: Text
    """What it is: `SAN`."""
    rack_units: RackUnits
    """Height in rack units."""
    leaves: Annotated[Key, Ref("waves")]
    """The wave, a key of `waves`, after which it can go."""
    assumed: Text | None = None
    """What of this is assumed, and why."""


Origin = Literal["observed", "adopted", "managed"]
"""How a generation began."""


class Generation(Model):
    """A build of the whole platform, made once in four years."""

    name: GenerationName
    """The generation by the year it was built in: `g26`. It is part of the name of whatever is built in it."""
    origin: Origin
    """How it began. `observed`: what an import gave, and no resource is declared. `adopted`: the same under our
    control, imported with its names as found. `managed`: built by us.
    """
    state: Annotated[State, Field(strict=False)]
    """Where it is in its life. docs/lifecycle.md says what each state means; `refresh advance` takes the steps."""
    hypercare: date | None = None
    """The last day of the weeks of extra care after its cutover. It means nothing until the generation is live."""
    serves_until: date | None = None
    """The day until which it is to serve. What thin clients run is maintained until then."""
    cutover: Literal["far", "near"] = "far"
    """`near` from the day on which leases and DNS records must be short-lived ahead of the cutover: set it when less
    time is left than the longest lease.
    """

    def __lt__(self, other: Generation) -> bool:
        """Whether it was built before another."""
        return names.year(self.name) < names.year(other.name)


Plain = Annotated[Text, StringConstraints(pattern=r"^[^{}]+$")]
"""A line without braces, which Ansible would take for an expression."""


class Agent(Model):
    """A program that every server of an operating system has: what watches it, or protects it."""

    os: Os
    """The operating system whose servers have it."""
    package: Plain
    r"""A package of Linux, or of Windows the installer (MSI) at a path that servers reach:
    `\\holstebro.example\dfs\programmer\windows_exporter.msi`.
    """
    service: Plain | None = None
    """The service that it makes, by which it is known to be there. Required of Windows."""
    arguments: Plain | None = None
    """What the installer of Windows is told beside: `ENABLED_COLLECTORS=cpu,memory`. No secrets: a token belongs in
    `group_vars/`.
    """


class Settings(Model):
    """The municipality itself."""

    title: Text
    """The municipality's name, as people read it."""
    domain: DnsName
    """The DNS name of the Active Directory domain."""
    netbios_domain: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,14}$")]
    """The domain's NetBIOS name, upper case, at most 15 characters."""
    server_ou: Text
    """The organizational unit at the top of the domain that holds servers; each generation has its own below it."""
    windows_time_zone: Annotated[int, Field(ge=0, le=285)] = 105
    """Time zone of Windows servers, by Microsoft's index: 105 is Copenhagen."""
    cost_center: Text
    """The account or department that pays, as on tags and in inventories."""
    alias_zone: DnsName | None = None
    """The small DNS zone of stable names, the only one that changes at a cutover. Required where a system has aliases.
    """
    alias_ttl: Annotated[int, Field(ge=1, le=86_400)] = 60
    """For how many seconds a record of the alias zone may be remembered: so long a cutover takes to reach whoever asked
    just before.
    """
    consumers: dict[Consumer, tuple[Annotated[str, Ref("servers")], ...]] = {}
    """The servers, by identity, that take the configuration rendered for each consumer: `{icinga: [lnx-lnx04]}`. Who
    answers for DHCP and for the alias zone is said in networks.yaml. A consumer that is not named gets nothing.
    """
    agents: dict[Key, Agent] = {}
    """What every server that we build has beside what its role needs, by a name of yours."""
    directory: Directory | None = None
    """Active Directory's site, master and source of time. Without it no domain controller is promoted by us."""
    runners: tuple[Annotated[str, Ref("servers")], ...] = ()
    """The servers, by identity, on which Pulumi and Ansible are run. All that those talk to must be let through from
    here (rule `reach`).
    """
    data_protection: Text | None = None
    """Where the data protection officer is reached, as the record of processing activities names it (GDPR article
    30(1)(a)): a mailbox or a number, never a person.
    """
    privileged_access: tuple[Annotated[str, Ref("servers")], ...] = ()
    """The servers, by identity, from which people administer others. Beside the runners nobody else may reach what
    administers a machine (control `MGT-01`).
    """
