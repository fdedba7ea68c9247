"""The contexts of the Active Directory templates: what must be there for the generations that we build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model import names
from model.derive import directory
from model.derive.principals import by_account
from model.types.states import State
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform
    from model.platform import Refresh
    from model.types.baselines import Baseline, RegistryValue
    from model.types.infrastructure import Generation

DIRECTORY, POLICY, SITES, MASTER = (
    "Set-ActiveDirectory.ps1",
    "Set-GroupPolicy.ps1",
    "Set-Sites.ps1",
    "Set-Master.ps1",
)

CONTROLLERS = "Domain Controllers"
"""The unit of every domain controller, which Active Directory makes itself."""

CONTROLLER = "dc"
"""The catalog's role of a domain controller."""

GROUPS = "Grupper"
"""The unit, below that of the servers, where groups are made that are not there. One that is there is left in place."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An organizational unit; `parent` and `dn` are distinguished names."""

    name: str
    parent: str
    dn: str


@dataclass(frozen=True, slots=True)
class Group:
    """An AD group, with what it is for."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Account:
    """A service account (gMSA). The computers in `group` may fetch its password; `principals` are those of the stable
    names that they answer to.
    """

    name: str
    group: str
    computers: list[str]
    principals: list[str]


@dataclass(frozen=True, slots=True)
class Directory:
    """What the first script makes; groups are made in `group_path`."""

    group_path: str
    domain: str
    units: list[Unit]
    groups: list[Group]
    accounts: list[Account]


@dataclass(frozen=True, slots=True)
class Setting:
    """A value of the registry, below HKLM; `type` is as PowerShell has it."""

    key: str
    name: str
    type: Literal["DWord", "String"]
    value: int | str | None
    why: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A group policy; `target` is the unit that it is linked to. Where there are `computers`, no other follows it."""

    name: str
    comment: str
    target: str
    computers: list[str]
    settings: list[Setting]


@dataclass(frozen=True, slots=True)
class Policies:
    """What the second script makes."""

    policies: list[Policy]


@dataclass(frozen=True, slots=True)
class Site:
    """What the third script makes: the site, and the subnets that belong to it."""

    domain: str
    site: str
    subnets: list[str]


@dataclass(frozen=True, slots=True)
class Master:
    """What the fourth script makes: who is master, of which roles, and whom it asks for the time."""

    domain: str
    computer: str
    roles: list[str]
    time_sources: list[str]


@dataclass(frozen=True, slots=True)
class Script:
    """The context of a script."""

    data: Directory | Policies | Site | Master


@dataclass(frozen=True, slots=True)
class Lgpo:
    """The context of a baseline's LGPO text."""

    title: str
    settings: list[Setting]


def files(platform: Platform) -> Iterator[File]:
    """The scripts, and the LGPO text of each baseline, for the generations that we build."""
    group_path = names.unit_dn((platform.settings.server_ou, GROUPS), platform.settings.domain)
    whole = Directory(
        group_path,
        platform.settings.domain,
        units(platform),
        groups(platform),
        accounts(platform),
    )
    yield File(DIRECTORY, "directory.ps1.j2", Script(whole), utf8_bom)
    policies = Policies(list(group_policies(platform)))
    yield File(POLICY, "policy.ps1.j2", Script(policies), utf8_bom)
    yield from _forest(platform)
    for name, baseline in platform.baselines.items():
        yield File(f"lgpo/{name}.txt", "lgpo.txt.j2", Lgpo(baseline.title, _settings(baseline)))


def _forest(platform: Platform) -> Iterator[File]:
    """The site, where it is told; the master, from the day on which its system is served by what we built."""
    own, domain = platform.settings.directory, platform.settings.domain.lower()
    if own is None:
        return
    subnets = [str(prefix) for prefix in directory.subnets(platform)]
    yield File(SITES, "sites.ps1.j2", Script(Site(domain, own.site, subnets)), utf8_bom)
    if (master := directory.master(platform)) is not None:
        sources = [str(source) for source in own.time_sources]
        data = Master(domain, master.computer_name.upper(), [*directory.MASTER_ROLES], sources)
        yield File(MASTER, "master.ps1.j2", Script(data), utf8_bom)


def scripts(platform: Platform) -> tuple[str, ...]:
    """The scripts that are rendered, in the order in which they run: sites before what is promoted into them."""
    own = platform.settings.directory
    site = (SITES,) if own is not None else ()
    return (DIRECTORY, POLICY, *site, *((MASTER,) if directory.master(platform) is not None else ()))


def built(refresh: Refresh) -> list[Generation]:
    """The generations that we build, the oldest first."""
    generations = (g for g in refresh.generations.values() if g.origin == "managed" and g.state != State.RETIRED)
    return sorted(generations)


def units(platform: Platform) -> list[Unit]:
    """Every organizational unit that something is put in, those above it first."""
    settings, desktops = platform.settings, platform.desktops.settings
    here = {generation.name for generation in built(platform.refresh)}
    wanted = {(settings.server_ou, GROUPS)}
    wanted |= {
        (settings.server_ou, i.generation.name.upper(), i.server.ou)
        for i in platform.instances
        if i.ou is not None and i.generation.name in here
    }
    if desktops is not None:
        wanted |= {
            (desktops.ou, i.generation.name.upper(), i.pool.ou)
            for i in platform.pool_instances
            if i.ou is not None and i.pool.ou is not None and i.generation.name in here
        }
    every = {path[:length] for path in wanted for length in range(1, len(path) + 1)}
    return [
        Unit(path[-1], names.unit_dn(path[:-1], settings.domain), names.unit_dn(path, settings.domain))
        for path in sorted(every, key=lambda path: (len(path), path))
    ]


def groups(platform: Platform) -> list[Group]:
    """Every AD group that the platform names, with what it is for."""
    found: dict[str, str] = {}
    for pool in platform.desktops.pools.values():
        for group in pool.users:
            found.setdefault(group, f"Brugere af {pool.desktop or pool.name}")
    for serving in platform.refresh.serving.values():
        for group in serving.groups:
            found.setdefault(group, f"Betjenes af {serving.generation}: {serving.reason}")
    for wave in platform.refresh.waves.values():
        for group in wave.groups:
            found.setdefault(group, f"Flyttes til {wave.generation}: {wave.title}")
    for policy in platform.network.addressing.port_policies.values():
        found.setdefault(policy.group, "Må bruge en lukket port (802.1X)")
    for account in accounts(platform):
        found[account.group] = f"Servere, der kører som {account.name}"
    return [Group(name, found[name]) for name in sorted(found)]


def accounts(platform: Platform) -> list[Account]:
    """The service accounts, each with the computers that run as it, in every generation that they are in."""
    found: list[Account] = []
    bearing = by_account(platform)
    for entry in platform.refresh.stable.values():
        if entry.kind == "service-account":
            name = entry.points_at.partition("\\")[2]
            computers = {
                i.computer_name.upper()
                for i in platform.instances
                if i.system.code == entry.system
                and entry.role in (None, i.server.role)
                and i.server.os == "windows"
                and i.generation.state != State.RETIRED
            }
            group = names.managed_password_group(name)
            found.append(Account(name, group, sorted(computers), list(bearing.get(entry.name, ()))))
    return sorted(found, key=lambda account: account.name)


def group_policies(platform: Platform) -> Iterator[Policy]:
    """Each baseline in each generation that we build, with the unit that it is linked to; none where nothing of the
    generation is put in that unit, such as desktops that Intune manages.
    """
    settings, desktops = platform.settings, platform.desktops.settings
    there = {unit.dn for unit in units(platform)}
    for generation in built(platform.refresh):
        roots = {"servers": settings.server_ou, "desktops": desktops.ou if desktops is not None else None}
        for name, baseline in platform.baselines.items():
            root = roots[baseline.applies]
            target = names.unit_dn((root, generation.name.upper()), settings.domain) if root is not None else None
            if target is not None and target in there:
                yield Policy(
                    name=names.group_policy(name, generation.name),
                    comment=f"{baseline.title} i {generation.name}: skrevet af platform-refresh",
                    target=target,
                    computers=[],
                    settings=_settings(baseline),
                )
            if controllers := _controllers(platform, generation) if baseline.applies == "servers" else []:
                yield Policy(
                    name=names.group_policy(f"{name}-dc", generation.name),
                    comment=f"{baseline.title}, domænecontrollere i {generation.name}: skrevet af platform-refresh",
                    target=names.unit_dn((CONTROLLERS,), settings.domain),
                    computers=controllers,
                    settings=_settings(baseline),
                )


def _controllers(platform: Platform, generation: Generation) -> list[str]:
    """The computers of a generation that are domain controllers, or will be: promotion moves them out of its units into
    the one that all generations share.
    """
    return sorted(
        i.computer_name.upper()
        for i in platform.instances
        if i.generation is generation and i.server.role == CONTROLLER and i.ou is not None
    )


def _settings(baseline: Baseline) -> list[Setting]:
    return sorted((_setting(value) for value in baseline.settings.values()), key=lambda s: (s.key, s.name))


def _setting(value: RegistryValue) -> Setting:
    if value.dword is not None:
        return Setting(value.key, value.name, "DWord", value.dword, value.why)
    return Setting(value.key, value.name, "String", value.text, value.why)
