"""The contexts of the Active Directory templates: what must be there for the generations that we build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model import names
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform
    from model.types.baselines import Baseline, RegistryValue
    from model.types.infrastructure import Generation

GROUPS = "Grupper"
"""The unit, below that of the servers, where groups are made that are not there. One that is there is left in place."""


def files(platform: Platform) -> Iterator[File]:
    """Two scripts, and the LGPO text of each baseline, for the generations that we build."""
    objects = {"units": units(platform), "groups": groups(platform), "accounts": accounts(platform)}
    group_path = names.unit_dn((platform.settings.server_ou, GROUPS), platform.settings.domain)
    data = {"group_path": group_path, "domain": platform.settings.domain, **objects}
    yield File("Set-ActiveDirectory.ps1", "directory.ps1.j2", {"data": data}, utf8_bom)
    policies = list(group_policies(platform))
    yield File("Set-GroupPolicy.ps1", "policy.ps1.j2", {"data": {"policies": policies}}, utf8_bom)
    for name, baseline in platform.baselines.items():
        context = {"title": baseline.title, "settings": _settings(baseline)}
        yield File(f"lgpo/{name}.txt", "lgpo.txt.j2", context)


def built(platform: Platform) -> list[Generation]:
    """The generations that we build, the oldest first."""
    generations = (g for g in platform.refresh.generations.values() if g.origin == "managed" and g.state != "retired")
    return sorted(generations)


def units(platform: Platform) -> list[dict[str, str]]:
    """Every organizational unit that something is put in, those above it first."""
    settings, site = platform.settings, platform.desktops.citrix
    here = {generation.name for generation in built(platform)}
    wanted = {(settings.server_ou, GROUPS)}
    wanted |= {
        (settings.server_ou, i.generation.name.upper(), i.server.ou)
        for i in platform.instances
        if i.ou is not None and i.generation.name in here
    }
    if site is not None:
        wanted |= {
            (site.ou, i.generation.name.upper(), i.pool.ou)
            for i in platform.pool_instances
            if i.ou is not None and i.pool.ou is not None and i.generation.name in here
        }
    every = {path[:length] for path in wanted for length in range(1, len(path) + 1)}
    return [
        {
            "name": path[-1],
            "parent": names.unit_dn(path[:-1], settings.domain),
            "dn": names.unit_dn(path, settings.domain),
        }
        for path in sorted(every, key=lambda path: (len(path), path))
    ]


def groups(platform: Platform) -> list[dict[str, str]]:
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
    for account in accounts(platform):
        found[account["group"]] = f"Servere, der kører som {account['name']}"
    return [{"name": name, "description": found[name]} for name in sorted(found)]


def accounts(platform: Platform) -> list[dict[str, Any]]:
    """The service accounts, each with the computers that run as it, in every generation that they are in."""
    found: list[dict[str, Any]] = []
    for entry in platform.refresh.stable.values():
        if entry.kind == "service-account":
            name = entry.points_at.partition("\\")[2]
            computers = {
                i.computer_name.upper()
                for i in platform.instances
                if i.system.code == entry.system and i.server.os == "windows" and i.generation.state != "retired"
            }
            group = names.managed_password_group(name)
            found.append({"name": name, "group": group, "computers": sorted(computers)})
    return sorted(found, key=lambda account: account["name"])


def group_policies(platform: Platform) -> Iterator[dict[str, Any]]:
    """Each baseline in each generation that we build, with the unit that it is linked to; none where nothing of the
    generation is put in that unit, such as desktops that Intune manages.
    """
    settings, site = platform.settings, platform.desktops.citrix
    there = {unit["dn"] for unit in units(platform)}
    for generation in built(platform):
        roots = {"servers": settings.server_ou, "desktops": site.ou if site is not None else None}
        for name, baseline in platform.baselines.items():
            root = roots[baseline.applies]
            target = names.unit_dn((root, generation.name.upper()), settings.domain) if root is not None else None
            if target in there:
                yield {
                    "name": names.group_policy(name, generation.name),
                    "comment": f"{baseline.title} i {generation.name}: skrevet af platform-refresh",
                    "target": target,
                    "settings": _settings(baseline),
                }


def _settings(baseline: Baseline) -> list[dict[str, Any]]:
    return sorted((_setting(value) for value in baseline.settings.values()), key=lambda s: (s["key"], s["name"]))


def _setting(value: RegistryValue) -> dict[str, Any]:
    kind, data = ("DWord", value.dword) if value.dword is not None else ("String", value.text)
    return {"key": value.key, "name": value.name, "type": kind, "value": data, "why": value.why}
