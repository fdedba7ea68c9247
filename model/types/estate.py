"""What the municipality runs and where: sites, workplaces, systems and their servers.

Identity only: nothing here carries a year. What is built anew each time, the instance, is computed in instances.py.
"""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import (
    Criticality,
    DnsLabel,
    DnsName,
    InGeneration,
    Key,
    Mac,
    Model,
    Os,
    PersonalData,
    Phone,
    Ports,
    Ref,
    Text,
)
from model.types.security import Processing, Recovery, Supplier
from model.types.visiting import Degrees, Hours, KeyHolder, ParallelRun, Weekday

SiteCode = Annotated[str, StringConstraints(pattern=r"^S[0-9]{3,4}$")]
"""The code of a site: `S014`."""

SystemCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,4}$")]
"""The code of a system: a letter, then one to four letters or digits, lower case."""

Minutes = Annotated[int, Field(ge=1, le=10_080)]
"""A number of minutes, at most a week."""

SizeName = Annotated[str, StringConstraints(pattern=r"^Standard_[A-Za-z0-9_]+$", max_length=40)]
"""A size of virtual machine in Azure: `Standard_D2as_v5`."""

Software = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]*$", max_length=80)]
"""A feature of Windows, as `Get-WindowsFeature` names it, or a package of Linux."""

Mbit = Annotated[int, Field(ge=1, le=400_000)]
"""A bandwidth in Mbit/s."""


PortRole = Literal["client", "ap", "printer", "device", "phone", "off"]
"""What a user port of a switch is for. `client` is a workplace, with a desk phone before it or without, `ap` an access
point, `phone` a telephone alone, `device` a sensor or welfare technology; `off` is shut.
"""

PortNumbers = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(-[0-9]{1,2})?(,[0-9]{1,2}(-[0-9]{1,2})?)*$")]
"""Numbers of a switch's user ports, in quotes: `"45-46,48"`."""


class Backup(Model):
    """The line that takes over when a site's own is down."""

    kind: Literal["mobile", "fibre"]
    """What the backup line runs over: `mobile`, the mobile network, or `fibre`, a second cable."""
    mbit: Mbit
    """Bandwidth of the backup line in Mbit/s. The site's sessions and calls must fit in 75 % of it (rule `WAN`)."""


class Waiver(Model):
    """A rule that does not hold for one item."""

    reason: Text
    """Why the rule does not hold here, for whoever meets the exception later."""
    expires: date
    """The last day of the exception. After it `refresh check` fails (`EXPIRED`)."""


class SiteTraits(Model):
    """What a type decides for its sites and a site may deviate from."""

    hours: Literal["weekday", "weekend", "24x7"]
    """When people work there: `weekday` on working days, `weekend` on every day of the week, `24x7` around the clock.
    The router of a site that never closes is monitored as `vital`, that of any other as `high`.
    """
    wan_mbit: Mbit
    """Bandwidth of the site's WAN line in Mbit/s. What its workplaces ask for must fit in 75 % of it (rule `WAN`)."""
    backup: Backup | None = None
    """The line that takes over when the site's own is down. Without one the site is cut off until its line is back."""
    plan: Annotated[Key, Ref("address_plans")] = "standard"
    """The address plan, a key of `address_plans`, that divides the site's block into VLANs."""
    switch: Annotated[Key, Ref("switch_models")] = "access-24"
    """The model of the site's access switches, a key of `switch_models`."""
    spare_ports: Annotated[int, Field(ge=0, le=2000)] = 8
    """Switch ports beside one for each workplace: for access points, printers and sensors. Workplaces and spare ports
    together give the number of switches.
    """
    gateways: Literal["single", "pair"] = "single"
    """How many routers the site has. With a `pair` the two share the gateway's address, and each has a link to the data
    centre.
    """
    port_access: Literal["open", "closed"] = "open"
    """The stage of 802.1X on user ports: `open` asks and lets everyone in, `closed` lets in only what RADIUS knows."""
    closed_by: date | None = None
    """The day by which `port_access` is to be `closed` (control `NAC-01`)."""
    ports: dict[PortRole, PortNumbers] = {}
    """What user ports of each of the site's switches are for, by their numbers: `{ap: "45-46", off: "48"}`. All others
    are for clients.
    """
    inspection: Literal["snooping", "arp"] = "snooping"
    """The stage of what is watched on user ports: `snooping` learns from DHCP who has which address, `arp` also drops
    ARP that does not fit. Set `arp` a lease after the configuration has reached the site, not before: who still has an
    older lease is not known.
    """
    access: dict[Weekday, Hours | None] = {}
    """When somebody can let a crew in, by day of the week: `{saturday: "08:00-18:00"}`. A day that is not named is
    none.
    """
    key_holder: KeyHolder | None = None
    """Who lets a crew in. The type tells the role, and the site its phone."""
    parallel: ParallelRun | None = None
    """How work goes on while workplaces are changed. Every site of a weekend that never closes has one."""


class SiteType(SiteTraits):
    """A kind of place, for example a school, and what follows from it."""

    title: Text
    """What Danish readers of reports and exports see: `Plejecenter`."""


class Site(SiteTraits):
    """A place with workplaces."""

    code: SiteCode
    """The code of the site, S and three or four digits: `S014`. It never changes: its digits give the address block,
    and switch names and the AD group of the people there carry it.
    """
    name: Text
    """What the site is called: `Holstebro Rådhus`."""
    type: Annotated[Key, Ref("site_types")]
    """The kind of place, a key of `site_types`. It decides what the site does not say itself."""
    address: Text
    """Street and number."""
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    """Danish postcode: four digits, in quotes, for YAML reads them as a number."""
    city: Text
    """The town of the postal address."""
    position: tuple[Degrees, Degrees] | None = None
    """Where it lies, as latitude and longitude in degrees (WGS 84): `[56.3601, 8.6163]`. Every site of a weekend has
    one.
    """
    block: Annotated[int, Field(ge=0, le=65_535)] | None = None
    """The number of the site's first block in `supernet`, from 0. Without one it is the digits of the code: 14 for
    `S014`. A site needs one when it gets a larger plan and its neighbours' blocks stand around it; where a plan takes
    several blocks it is a multiple of how many.
    """
    switch_ports: dict[str, dict[PortRole, PortNumbers]] = {}
    """The same for one switch, by its name, in place of `ports`: `{SW-S014-02: {ap: "1-4"}}`."""
    wan_waiver: Waiver | None = None
    """Why the site's line need not carry what its workplaces ask for, and until when. A waiver that nothing needs is a
    fault too.
    """


class Workplace(Model):
    """A device that a person works at: a row of workplaces.csv."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,14}$")]
    """Computer name, unique in any letter case. At most 15 characters, the limit of NetBIOS."""
    mac: Mac
    """MAC address, by which DHCP knows the device: upper case, with colons. Unique over all sites."""
    site: Annotated[SiteCode, Ref("sites")]
    """The code of the site where it stands."""
    kind: Literal["thin-client", "laptop", "shared-pc"]
    """What kind of device it is. Thin clients get a bundle of their maker's management."""
    model: Text
    """The maker's name of the model: `IGEL UD3`. `clients` in desktops.yaml tells what that model can do."""
    profile: Literal["office", "video", "graphics"]
    """How people work at it: a key of `profiles`. Pools are sized and lines checked by it."""
    department: Text
    """The department that it belongs to, shown where thin clients are managed."""
    room: Text | None = None
    """The room that it stands in, where it is known; it is printed on the crew's list of desks."""
    port: Text | None = None
    """The outlet or the port of the switch that it is patched to, where it is known; printed beside the room."""
    host: Annotated[int, Field(ge=1, le=65_533)] | None = None
    """Number of its address in its site's VLAN for clients, from 10. Every workplace has one where `supernet` is set;
    `refresh check` names one that is free.
    """


class Published(Model):
    """A server that the internet reaches at a public address of Azure's firewall, which leads on to it."""

    address: Key
    """The public address by a name of ours: `mx1`. It is there as long as a flow names it, so DNS can tell it ahead
    of a wave. Flows share one where their ports differ.
    """
    server: Annotated[str, Ref("servers")]
    """The identity of the server behind it, one of the flow's targets."""


class Flow(Model):
    """Who may reach the system, and on what ports."""

    source: Key
    """Where the traffic comes from: the name of an end, such as `workplaces`, `internet`, a VLAN of the sites, a
    network, an area of Azure, or another system's code. docs/sites.md lists the ends.
    """
    ports: tuple[Ports, ...] = Field(min_length=1)
    """Destination ports with their protocol: `tcp/443`, `udp/3478-3481`. A ping is `icmp/echo`."""
    role: Key | None = None
    """Only the system's servers of this role are reached. Without one all of them are, and the vendor's `prefixes`."""
    reason: Text | None = None
    """Why it is let through; it stands beside the rule in the firewall. Without one the system's title stands there.
    Required where the flow expires.
    """
    expires: date | None = None
    """The last day of a temporary flow. After it `refresh check` fails (`EXPIRED`). Without one the flow is permanent.
    """
    published: tuple[Published, ...] = ()
    """For what the internet, or a vendor there, reaches in Azure: a public address for each server."""


class Placement(Model):
    """Where something goes in a generation: an area's spoke in Azure. What has none stays on VMware."""

    area: Annotated[Key, Ref("areas")]
    """The area in whose spoke it stands, a key of `areas`."""
    by: Literal["rebuild", "migrate"] = "rebuild"
    """`rebuild` makes it anew from an image; `migrate` lets Azure Migrate bring a machine as it is, under the name
    that it had. A pool is always rebuilt.
    """
    brought: bool = False
    """Whether Azure Migrate has made its machines, which is said when it has. Until then the resource group that it
    makes them in is declared and no machine; after that they are taken over as they are. Only with `by: migrate`.
    """


class System(Model):
    """A line-of-business or infrastructure system."""

    code: SystemCode
    """Short unique code: a letter, then one to four letters or digits. Computer names begin with it: `sbsys` in
    `SBSYSAPP01G26`.
    """
    title: Text
    """What people call the system."""
    hosting: Literal["own", "vendor"]
    """Who runs it: `own` is the municipality, `vendor` its vendor, outside our networks."""
    owner: Text
    """The department that answers for the system. It is on tags, in inventories and in the CMDB."""
    vendor: Text | None = None
    """The company that makes or runs the system."""
    support: Phone | None = None
    """The number that the service desk calls at the vendor: `70 10 00 00`. It stands on the desk's sheet."""
    fqdn: DnsName | None = None
    """The DNS name by which a system that its vendor hosts is reached, in full. Required with `hosting: vendor`; it is
    monitored.
    """
    criticality: Criticality
    """How much rests on the system. It decides the resource pool and restart priority on VMware; in Azure the disk
    types, the backup class and the patch ring; and how loud monitoring is.
    """
    personal_data: PersonalData
    """GDPR class of what the system holds: `none`, `ordinary` (article 6) or `special` (article 9). A tag on its
    servers.
    """
    prefixes: tuple[IPv4Network, ...] = ()
    """Where a vendor says that its system is reached, as IPv4 prefixes. Flows to the system let through to them."""
    flows: tuple[Flow, ...] = ()
    """Who may reach the system. At most one flow from a source to a role."""
    aliases: dict[DnsLabel, Key] = {}
    """The system's stable names, by label in `alias_zone`, each with the role of the servers that answer to it, or with
    one server: `{sbsys: web, sbsys-sql01: sbsys-sql01}`. They are part of the flip set. Servers that are `distinct` or
    hold data have a name each, for a name of several leads to any of them.
    """
    placement: dict[InGeneration, Placement] = {}
    """Where its servers go in Azure, by the generation in which they leave VMware: `{g26: {area: schools}}`.
    Generations that are not named stay on VMware.
    """
    backup: Annotated[Key, Ref("backup_classes")] | None = None
    """The backup class of its servers in Azure, a key of `backup_classes`. Without one its criticality decides."""
    processing: Processing | None = None
    """What GDPR article 30 asks to have on record of it. Required where it holds personal data (control `GDPR-30`)."""
    supplier: Supplier | None = None
    """How its vendor is reached when there is an incident (control `NIS2-01`)."""
    recovery: Recovery | None = None
    """How long it may be away and how much may be lost (control `NIS2-02`)."""
    depends_on: tuple[Annotated[SystemCode, Ref("systems")], ...] | None = None
    """The systems, by code, that it does not work without (control `NIS2-03`). `[]` says none."""


class Strategy(Model):
    """What becomes of a server in a generation."""

    how: Literal["rebuild", "in-place", "retain", "retire"]
    """`rebuild` gives it an instance there. `in-place`: its machine of the generation before is upgraded and goes on.
    `retain`: that machine stays as it is. `retire`: it ends with the generation before.
    """
    reason: Text | None = None
    """Why. Required with `retain`."""
    expires: date | None = None
    """The last day that the server is retained. Required with `retain`, and refused with anything else. After it
    `refresh check` fails (`EXPIRED`).
    """


class DataMove(Model):
    """How the data of a server that gets a new machine reach it, and how they come back: beforehand, never at the
    cutover.
    """

    way: Literal[
        "availability-group",
        "backup-restore",
        "disk-move",
        "log-shipping",
        "replicated-disks",
        "robocopy",
        "storage-replica",
    ]
    """By which way the data cross. `replicated-disks` is for what is migrated to Azure and for nothing else: the
    machine is off while the last changes are copied.
    """
    window_minutes: Minutes
    """For how many minutes the data can only be read; at most a week. Both directions must fit in it."""
    across_minutes: Minutes
    """Minutes that carrying the data to the new machine takes."""
    back_minutes: Minutes
    """Minutes that carrying the data back takes, if the move is undone."""


class Traits(Model):
    """What a role decides for its servers and a server may deviate from."""

    os: Os
    """Operating system. The image must be of the same."""
    image: dict[InGeneration, Annotated[Key, Ref("images")]] = {}
    """What the server is made from in each generation, a key of `images`: `{g22: ws2019, g26: ws2025}`. Each generation
    that has an instance needs one; a migrated machine keeps its own.
    """
    cpus: Annotated[int, Field(ge=1, le=256)]
    """Virtual CPUs."""
    memory_gib: Annotated[int, Field(ge=1, le=12_288)]
    """Memory in GiB."""
    disks: dict[Key, Annotated[int, Field(ge=1, le=63_488)]] = Field(min_length=1, max_length=15)
    """Size of each disk in GiB, by label, the system disk first. At most 15, what one SCSI controller takes, of at most
    62 TiB, what vSphere allows.
    """
    network: Annotated[Key, Ref("networks")]
    """The network, a key of `networks`; in Azure the subnet of the area that has the same key."""
    cluster: Annotated[Key, Ref("clusters")]
    """The cluster on VMware, a key of `clusters`."""
    ou: Text
    """The organizational unit of the computer account, below that of its generation: `App` is
    `OU=App,OU=G26,OU=Servere`. Windows servers join the domain there.
    """
    spread: bool = False
    """Keep the system's servers of this role apart: by a DRS anti-affinity rule on VMware, by availability zones in
    Azure.
    """
    start: Annotated[int, Field(ge=0, le=9)] = 5
    """When the server starts among its system's servers after a host is lost, lowest first: a domain controller 0, a
    web server 5. Those of a higher number wait until those of a lower one answer.
    """
    strategy: dict[InGeneration, Strategy] = {}
    """What becomes of the server in the generation that comes, by that generation. Without one it is built anew."""
    distinct: bool = False
    """Each server of the role has something that the others have not, such as print queues of its own, so a stable name
    leads to one of them.
    """
    software: tuple[Software, ...] = ()
    """What is installed on it after its birth: features of Windows by their names (`Print-Server`), packages of Linux
    (`chrony`). `software.yml` of the playbook does it; what is taken out of the list stays installed.
    """
    holds_data: bool = False
    """The server holds data that must not be lost: it stays one machine, or `data` says how the data move. Where
    workplaces or other systems reach it, it needs a stable name.
    """
    backup_policy: Annotated[Key, Ref("backup_policies")] | None = None
    """The backup policy at home, a key of `backup_policies`: a tag that the backup product takes machines by. Without
    one nothing is copied, and the server is made anew from its image. Required where it holds data. In Azure the
    system's `backup` decides.
    """
    read_only_by: Literal["sql-server"] | None = None
    """How the side that no longer serves is closed to writing when the data have a new machine: `sql-server` sets its
    databases read-only, by a script that is rendered (target `sql_server`). Without it nothing is closed.
    """
    data: DataMove | None = None
    """How its data reach a new machine, and come back. Required where a server that holds data is built anew beside an
    older machine.
    """
    size: Annotated[SizeName, Ref("sizes")] | None = None
    """Its size in Azure, a key of `sizes`. Without one it gets the smallest that holds it."""
    tier: Annotated[int, Field(ge=0, le=2)] = 1
    """Its tier of administration: who controls a machine of tier 0 controls every account (Microsoft, "Enterprise
    access model", where it is the control plane). Machines of tier 0 stand apart from others (control `TIER-01`).
    """


class Role(Traits):
    """A kind of server, and what its servers have unless they say otherwise."""

    short: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}$")]
    """Two to four letters that stand in computer names: `app` in `SBSYSAPP01G26`."""
    title: Text
    """What a person calls the role: `Domain controller`."""


class Server(Traits):
    """A server by identity, as merged from the role's catalog entry, the municipality's and its own deviations."""

    identity: str
    """The name of the server through all generations: system code, the role's `short` and a number of two or three
    digits, as in `sbsys-app01`.
    """
    system: SystemCode
    """The code of the system that it serves. The file gives it."""
    role: Annotated[Key, Ref("roles")]
    """The kind of server, a key of `roles`. It decides what the server does not say itself."""
    host: Annotated[int, Field(ge=2, le=65_533)]
    """Number of its address in the prefix of its network, the same in every generation. In Azure it is at least 4, for
    Azure keeps the first four addresses of a subnet.
    """
    found: dict[InGeneration, Text] = {}
    """The name of the machine in vSphere, by generation, in generations that we did not build: `{g22: HOLAPP03}`. It is
    a row of observed/<generation>.csv.
    """
    generations: tuple[InGeneration, ...] | None = None
    """The only generations that may have an instance of it. Without a list those have one in which it was found, and
    each managed one whose strategy builds it.
    """

    def how(self, generation: str) -> str:
        """What becomes of it in a generation: `rebuild` unless its strategy says otherwise."""
        strategy = self.strategy.get(generation)
        return strategy.how if strategy is not None else "rebuild"
