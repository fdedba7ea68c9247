"""The context of the SQL Server script: each server whose databases change machine, with its machines by generation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model import names
from model.derive.data_turns import SWITCHES_ITSELF
from model.derive.serving import named_servers
from rendering.target import File, utf8_bom

if TYPE_CHECKING:
    from model import Platform
    from model.types.estate import Server

SCRIPT = "Set-DatabaseSide.ps1"


@dataclass(frozen=True, slots=True)
class Holder:
    """A server that holds databases; `machines` are full names by generation, `names` what clients ask for."""

    server: str
    system: str
    names: list[str]
    machines: dict[str, str]


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script."""

    data: list[Holder]


def holders(platform: Platform) -> list[Holder]:
    """Every server whose databases a script of ours closes on one side and opens on another."""
    found: list[Holder] = []
    for identity, server in sorted(platform.estate.servers.items()):
        if not server.holds_data or server.read_only_by != "sql-server" or server.data is None:
            continue
        machines = {i.generation.name: i.fqdn for i in platform.instances if i.server is server and i.stays}
        if len(machines) > 1 and server.data.way not in SWITCHES_ITSELF:
            found.append(Holder(identity, server.system, _names(platform, server), dict(sorted(machines.items()))))
    return found


def _names(platform: Platform, server: Server) -> list[str]:
    zone = platform.settings.alias_zone
    aliases = platform.estate.systems[server.system].aliases if zone is not None else {}
    return sorted(
        names.alias(label, zone or "")
        for label in aliases
        if server in named_servers(platform.estate, server.system, label)
    )


def files(platform: Platform) -> Iterator[File]:
    """The script; nothing for a platform whose databases stay where they are."""
    if found := holders(platform):
        yield File(SCRIPT, "sides.ps1.j2", Script(found), utf8_bom)
