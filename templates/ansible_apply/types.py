"""What the playbook, its tasks and its inventories are told: the contexts of their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Script:
    """A script of a bundle. `login`: it logs in to something by itself; `given` is what it is told beside."""

    file: str
    login: bool
    given: dict[str, str]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A target's files and the system they are for; `scripts` are PowerShell's, in the order they run."""

    name: str
    os: Literal["Linux", "Windows"]
    scripts: list[Script]


@dataclass(frozen=True, slots=True)
class Named:
    """The alias zone and its first server, who alone takes the updates."""

    zone: str
    primary: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """What a file is told that is the same for all; in place of Named: there is no alias zone."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """The context of the playbook. `bundles` are in the order they are taken; `switches`: there are some."""

    bundles: list[Bundle]
    switches: bool


@dataclass(frozen=True, slots=True)
class Host:
    """A server; `own` is the variables that it is told alone."""

    name: str
    address: str
    fqdn: str
    own: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hosts:
    """The servers by operating system."""

    linux: list[Host]
    windows: list[Host]


@dataclass(frozen=True, slots=True)
class SwitchHost:
    """A switch; `syntax` is that of its model. `closed`: its ports let in only what RADIUS knows."""

    name: str
    site: str
    address: str
    syntax: str
    closed: bool


@dataclass(frozen=True, slots=True)
class SiteSwitches:
    """The switches of a site, by name."""

    site: str
    names: list[str]


@dataclass(frozen=True, slots=True)
class HostInventory:
    """The context of the playbook's inventory. `owners` are the servers that each bundle is taken to."""

    systems: Hosts
    owners: dict[str, list[str]]
    switches: list[SwitchHost]
    sites: list[SiteSwitches]


@dataclass(frozen=True, slots=True)
class Domain:
    """The context of the playbook for name servers."""

    domain: str


@dataclass(frozen=True, slots=True)
class Asker:
    """A server with a fixed address, and the name servers that it asks, in order."""

    name: str
    address: str
    fqdn: str
    resolvers: list[str]


@dataclass(frozen=True, slots=True)
class Askers:
    """The context of that playbook's inventory."""

    windows: list[Asker]
    linux: list[Asker]


@dataclass(frozen=True, slots=True)
class Package:
    """An agent of Windows: its installer, what that is told, and the service by which it is known to be there."""

    path: str
    arguments: str
    service: str


@dataclass(frozen=True, slots=True)
class Furnished:
    """A server that we built, with what is installed on it beside its agents."""

    name: str
    address: str
    software: list[str]


@dataclass(frozen=True, slots=True)
class Software:
    """The context of that playbook's inventory; `packages` are the agents of Windows."""

    windows: list[Furnished]
    linux: list[Furnished]
    packages: list[Package]


@dataclass(frozen=True, slots=True)
class KeaFiles:
    """The context of Kea's tasks: the file of each server that it runs on, by the server's name."""

    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class NamedZone:
    """The context of named's tasks."""

    named: Named | Nothing
