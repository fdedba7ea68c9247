"""The service principal names of stable names, by which Kerberos knows whom a client talks to.

A client asks for a ticket to the name that it connects to. Without a principal of that name it falls back to NTLM, and
with one on two accounts it gets no ticket at all. A service account lives through generations, so its principals do
too, and a cutover changes none. Left out: what runs as its computer, whose stable names have no principal.

Formats: SQL Server's default instance has `MSSQLSvc/<name>:<port>` and `MSSQLSvc/<name>` (Microsoft, "Register a
Service Principal Name for Kerberos Connections"); a web site `HTTP/<name>`, whatever its port.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from model import names
from model.derive.serving import named_servers

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.serving import Stable

_WEB = frozenset({"tcp/80", "tcp/443"})
_SQL = "tcp/1433"


def bearers(platform: Platform) -> dict[str, tuple[str, ...]]:
    """The entries of `stable` whose accounts could bear the principals of each stable name, by its full name: those of
    the servers' own role, else those of the whole system. More than one is a fault.
    """
    zone = platform.settings.alias_zone
    found: dict[str, tuple[str, ...]] = {}
    for code, system in platform.estate.systems.items():
        accounts = [s for s in platform.refresh.stable.values() if s.kind == "service-account" and s.system == code]
        for label in system.aliases if zone is not None else ():
            roles = {server.role for server in named_servers(platform.estate, code, label)}
            entries = _of(accounts, roles) or _of(accounts, {None})
            if entries and any(_classes(platform, code, label)):
                found[names.alias(label, zone or "")] = entries
    return found


def _of(accounts: list[Stable], roles: set[str] | set[None]) -> tuple[str, ...]:
    return tuple(account.name for account in accounts if account.role in roles)


def by_account(platform: Platform) -> dict[str, tuple[str, ...]]:
    """The principals of each entry of `stable` that bears some, sorted."""
    zone = platform.settings.alias_zone or ""
    found: dict[str, list[str]] = defaultdict(list)
    bearing = bearers(platform)
    for code, system in platform.estate.systems.items():
        for label in system.aliases:
            fqdn = names.alias(label, zone)
            for entry in bearing.get(fqdn, ())[:1]:
                found[entry] += [form.format(fqdn) for form in _classes(platform, code, label)]
    return {entry: tuple(sorted(principals)) for entry, principals in found.items()}


def _classes(platform: Platform, code: str, label: str) -> Iterator[str]:
    """The forms of the principals that flows to the servers call for."""
    roles = {server.role for server in named_servers(platform.estate, code, label)}
    flows = [flow for flow in platform.estate.systems[code].flows if flow.role is None or flow.role in roles]
    ports = {port for flow in flows for port in flow.ports}
    if ports & _WEB:
        yield "HTTP/{}"
    if _SQL in ports:
        yield from ("MSSQLSvc/{}", "MSSQLSvc/{}:1433")
