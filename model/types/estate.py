"""What the municipality runs and where: sites, workplaces, systems and their servers.

Identity only: nothing here carries a year. What is built anew each time, the instance, is computed in instances.py.
"""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Criticality, DnsName, GenerationName, Key, Mac, Model, Os, PersonalData, Ports, Text

SiteCode = Annotated[str, StringConstraints(pattern=r"^S[0-9]{3,4}$")]
SystemCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,4}$")]
DnsLabel = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Minutes = Annotated[int, Field(ge=1, le=10_080)]
"""At most a week."""


SizeName = Annotated[str, StringConstraints(pattern=r"^Standard_[A-Za-z0-9_]+$", max_length=40)]
"""A size of virtual machine in Azure: `Standard_D2as_v5`."""

Mbit = Annotated[int, Field(ge=1, le=400_000)]


class Backup(Model):
    """The line that takes over when a site's own is down, in Mbit/s."""

    kind: Literal["mobile", "fibre"]
    mbit: Mbit


class Waiver(Model):
    """A rule that does not hold for one item: why, and until when."""

    reason: Text
    expires: date


class SiteTraits(Model):
    """What a type decides for its sites and a site may deviate from.

    `wan_mbit` is the line in Mbit/s; `hours` when people work there. `plan` names its address plan, `switch` its model
    of access switch; `spare_ports` are for what is no workplace: access points, printers, sensors. `gateways` is the
    number of routers: a pair shares the gateway's address. `port_access` is the stage of 802.1X on its user ports:
    `open` asks and lets everyone in, `closed` lets in only whom RADIUS knows.
    """

    hours: Literal["weekday", "weekend", "24x7"]
    wan_mbit: Mbit
    backup: Backup | None = None
    plan: Key = "standard"
    switch: Key = "access-24"
    spare_ports: Annotated[int, Field(ge=0, le=2000)] = 8
    gateways: Literal["single", "pair"] = "single"
    port_access: Literal["open", "closed"] = "open"


class SiteType(SiteTraits):
    """A kind of place, for example a school. `title` is its Danish name."""

    title: Text


class Site(SiteTraits):
    """A place with workplaces, over its type. `block` is its number in the supernet where the digits of its code are
    not; `wan_waiver` is why its line need not carry what its workplaces ask.
    """

    code: SiteCode
    name: Text
    type: Key
    address: Text
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    city: Text
    block: Annotated[int, Field(ge=0, le=65_535)] | None = None
    wan_waiver: Waiver | None = None


class Workplace(Model):
    """A device that a person works at. `name` is unique in any letter case, `mac` over the estate.

    `host` is its number in the clients' VLAN of its site; a platform that plans its sites' addresses has one for each.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,14}$")]
    mac: Mac
    site: SiteCode
    kind: Literal["thin-client", "laptop", "shared-pc"]
    model: Text
    profile: Literal["office", "video", "graphics"]
    department: Text
    host: Annotated[int, Field(ge=1, le=65_533)] | None = None


class Flow(Model):
    """Who may reach the system: `source` is a name of derive/flows.py, such as `workplaces`, `internet` or a system.

    `role` narrows it to the system's servers of that role. A flow that ends says when and why.
    """

    source: Key
    ports: tuple[Ports, ...] = Field(min_length=1)
    role: Key | None = None
    reason: Text | None = None
    expires: date | None = None


class Placement(Model):
    """Where something goes in a generation: an area's spoke in Azure. What has none stays on VMware.

    `rebuild` makes it anew there; `migrate` brings a server's replicated disks and leaves its name as it was. A server
    that deviates says so by its strategy.
    """

    area: Key
    by: Literal["rebuild", "migrate"] = "rebuild"


class System(Model):
    """A line-of-business or infrastructure system, run by us (`own`) or by its vendor (`vendor`, with its `fqdn`).

    `aliases` are its stable names in the alias zone, each with the role of the servers that answer to it. `prefixes`
    are where its vendor says that it is reached. `placement` is by the generation in which its servers leave VMware;
    `backup` names its class where its criticality does not decide.
    """

    code: SystemCode
    title: Text
    hosting: Literal["own", "vendor"]
    owner: Text
    vendor: Text | None = None
    fqdn: DnsName | None = None
    criticality: Criticality
    personal_data: PersonalData
    prefixes: tuple[IPv4Network, ...] = ()
    flows: tuple[Flow, ...] = ()
    aliases: dict[DnsLabel, Key] = {}
    placement: dict[GenerationName, Placement] = {}
    backup: Key | None = None


class Strategy(Model):
    """What becomes of a server in a generation. Only `rebuild` gives it an instance there, where its system is placed.

    `in-place`: its machine of the generation before is upgraded and goes on. `retain`: it stays in the generation
    before, for a reason and until a date. `retire`: it ends with that generation.
    """

    how: Literal["rebuild", "in-place", "retain", "retire"]
    reason: Text | None = None
    expires: date | None = None


class DataMove(Model):
    """How the data of a server that gets a new machine reach it, and how they come back: a wave of its own, before
    cutover.

    For `window_minutes` the data can be read only; within it they are carried across, or back. `replicated-disks` is
    the way of what migrates, and of nothing else: the machine is off while the last changes are copied.
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
    window_minutes: Minutes
    across_minutes: Minutes
    back_minutes: Minutes


class Traits(Model):
    """What a role decides for its servers and a server may deviate from.

    `disks` maps a label to GiB, the system disk first. `spread`: the system's servers of this role must not share a
    host. `start` is the order in which a system's servers start, lowest first. `image` is by generation.
    `strategy` is by the generation that comes; without one a server is built anew. What `holds_data` never flips: it
    stays one machine, or `data` says how it moves beforehand. `size` is its size in Azure where what it uses does not
    decide.
    """

    os: Os
    image: dict[GenerationName, Key] = {}
    cpus: Annotated[int, Field(ge=1, le=256)]
    memory_gib: Annotated[int, Field(ge=1, le=12_288)]
    disks: dict[Key, Annotated[int, Field(ge=1, le=63_488)]] = Field(min_length=1, max_length=15)
    network: Key
    cluster: Key
    ou: Text
    spread: bool = False
    start: Annotated[int, Field(ge=0, le=9)] = 5
    strategy: dict[GenerationName, Strategy] = {}
    holds_data: bool = False
    data: DataMove | None = None
    size: SizeName | None = None


class Role(Traits):
    """A kind of server. `short` stands in computer names; `title` is what a person calls it."""

    short: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}$")]
    title: Text


class Server(Traits):
    """A server by identity, as merged from the role's catalog entry, the municipality's and its own deviations.

    `host` is its number in the prefix of its network, the same in every generation. `found` gives the name of the
    machine in a generation that we did not build. `generations` limits which generations have an instance of it.
    """

    identity: str
    system: SystemCode
    role: Key
    host: Annotated[int, Field(ge=2, le=65_533)]
    found: dict[GenerationName, Text] = {}
    generations: tuple[GenerationName, ...] | None = None

    def how(self, generation: str) -> str:
        """What becomes of it in a generation: `rebuild` unless its strategy says otherwise."""
        strategy = self.strategy.get(generation)
        return strategy.how if strategy is not None else "rebuild"
