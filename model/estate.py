"""What the municipality runs and where: sites, workplaces, systems and their servers.

Identity only: nothing here carries a year. What is built anew each time, the instance, is computed in instances.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Criticality, DnsName, GenerationName, Key, Mac, Model, Os, PersonalData, Ports, Text

SiteCode = Annotated[str, StringConstraints(pattern=r"^S[0-9]{3}$")]
SystemCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,4}$")]


class SiteType(Model):
    """A kind of place, for example a school. `title` is its Danish name."""

    title: Text


class Site(Model):
    """A place with workplaces. `wan_mbit` is the line in Mbit/s; `hours` when people work there."""

    code: SiteCode
    name: Text
    type: Key
    address: Text
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    city: Text
    wan_mbit: Annotated[int, Field(ge=1, le=400_000)]
    hours: Literal["weekday", "weekend", "24x7"]


class Workplace(Model):
    """A device that a person works at. `name` is unique in any letter case, `mac` over the estate."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,14}$")]
    mac: Mac
    site: SiteCode
    kind: Literal["thin-client", "laptop", "shared-pc"]
    model: Text
    profile: Literal["office", "video", "graphics"]
    department: Text


class Flow(Model):
    """Who may reach the system: `source` is `workplaces`, `internet` or the code of a system."""

    source: Key
    ports: tuple[Ports, ...] = Field(min_length=1)
    reason: Text | None = None


class System(Model):
    """A line-of-business or infrastructure system, run by us (`own`) or by its vendor (`vendor`, with its `fqdn`)."""

    code: SystemCode
    title: Text
    hosting: Literal["own", "vendor"]
    owner: Text
    vendor: Text | None = None
    fqdn: DnsName | None = None
    criticality: Criticality
    personal_data: PersonalData
    flows: tuple[Flow, ...] = ()


class Traits(Model):
    """What a role decides for its servers and a server may deviate from.

    `disks` maps a label to GiB, the system disk first. `spread`: the system's servers of this role must not share a
    host. `start` is the order in which a system's servers start, lowest first. `image` is by generation.
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
