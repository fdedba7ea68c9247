"""Rules over what workplaces and servers are told: thin clients' makers, stable names, sound, service accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from model.derive import devices, principals, qos, serving
from model.derive.flows import port
from model.faults import Fault, nearest
from model.rules.rule import DayRule, Rule, Severity
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

HP_ALIAS = "auto-update"
"""The name at which HP's clients look for Automatic Update (ThinPro 7.1 administrator guide, DNS alias)."""

ACCOUNT_MAX = 15
"""A group managed service account has at most 15 characters before its `$` (Microsoft Learn, New-ADServiceAccount)."""


def thin_clients(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Each model of thin client has a maker, so that each of them is in one maker's bundle; and a store to ask."""
    if platform.desktops.settings is None:
        return
    site = platform.desktops.citrix
    models = sorted({w.model for w in devices.in_use(platform.places) if w.kind == "thin-client"})
    top = written.sources["file", "desktops.yaml"]
    for model in models:
        if model not in platform.desktops.clients:
            message = f"nothing tells what the thin clients {model} run; add it to `clients` with its `maker`"
            yield top.fault(("clients",), "MISSING-KEY", message)
        elif platform.desktops.clients[model].maker is None:
            message = f"{model} has no maker; set `maker:`, whose software its thin clients run"
            yield written.sources["clients", model].fault(("maker",), "MISSING-KEY", message)
    if models and (site is None or site.storefront is None):
        message = "citrix.storefront is missing; set it to the stable name that thin clients ask"
        yield top.fault(("citrix", "storefront"), "MISSING-KEY", message)


def in_use(platform: Platform) -> Iterator[str]:
    """The models of thin client that stand somewhere and are told of, sorted."""
    models = {w.model for w in devices.in_use(platform.places) if w.kind == "thin-client"}
    yield from sorted(models & platform.desktops.clients.keys())


def systems(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Each model of thin client says which release of its maker it runs, and HP's find their updates by name."""
    for model in in_use(platform):
        client = platform.desktops.clients[model]
        source = written.sources["clients", model]
        release = platform.desktops.client_systems.get(client.system or "")
        if client.maker is not None and client.system is None:
            message = f"nothing tells which release {model} runs; set `system` to a key of client_systems.yaml"
            yield source.fault(("system",), "MISSING-KEY", message)
        elif release is not None and release.maker != client.maker:
            message = (
                f"{client.system} is {release.maker}'s and {model} runs {client.maker}'s; name a release of its maker"
            )
            yield source.fault(("system",), "BAD-VALUE", message)
    managed = platform.network.addressing
    if "hp" in managed.thin_client_servers and HP_ALIAS not in managed.names:
        message = f"HP's clients look for Automatic Update at {HP_ALIAS}; add `{HP_ALIAS}` with the server that has it"
        yield written.sources["file", "networks.yaml"].fault(("names",), "MISSING-KEY", message)


def maintained(platform: Platform, written: Provenance, today: date) -> Iterator[Fault]:
    """What thin clients run is maintained today, and for as long as the generations that we build are to serve."""
    lives = [
        (generation.serves_until, f"{generation.name} serves until {generation.serves_until}")
        for generation in platform.refresh.generations.values()
        if generation.serves_until is not None and generation.origin == "managed" and generation.state != State.RETIRED
    ]
    until, why = max([(today, f"today is {today}"), *lives])
    for model in in_use(platform):
        release = platform.desktops.client_systems.get(platform.desktops.clients[model].system or "")
        if release is not None and release.maintained_until is not None and release.maintained_until < until:
            message = (
                f"{release.title} {release.version} is mended until {release.maintained_until} and {why}; name a "
                "release in `system` that is maintained longer"
            )
            yield written.sources["clients", model].fault(("system",), "UNMAINTAINED", message)


def stable_names(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The store and its controllers go by names of the alias zone, which a cutover changes for everybody."""
    site, zone = platform.desktops.citrix, platform.settings.alias_zone
    if site is None or zone is None:
        return
    aliases = serving.alias_names(platform.settings, platform.estate)
    for field in ("storefront", "controllers"):
        name: str | None = getattr(site, field)
        if name is not None and name.lower() not in aliases:
            fault = written.sources["file", "desktops.yaml"].fault
            yield fault(("citrix", field), "DANGLING", f"{name} is no alias; {nearest(name, aliases)}")


def session_audio(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The ports on which a pool takes sound are let through to its machines, where the sites' flows are filtered."""
    if platform.network.addressing.supernet is None:
        return
    for name, pool in platform.desktops.pools.items():
        if not (pool.settings.rtp_audio and pool.settings.udp_audio):
            continue
        first, last = qos.rtp_ports(pool.settings)
        open_ports = [
            port(text) for flow in platform.flows.values() if pool.network in flow.targets for text in flow.ports
        ]
        if not any(p.protocol == "udp" and p.first <= first and last <= p.last for p in open_ports):
            message = f"no flow to {pool.network} has udp/{first}-{last}, where sound arrives; add one to flows.yaml"
            yield written.sources["pools", name].fault(("settings", "rtp_ports"), "FLOW", message)


def service_accounts(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A service account is one of our domain, short enough for Active Directory, and of a system's servers; those that
    answer to one stable name run as one account.
    """
    domain = platform.settings.netbios_domain
    for name, entry in platform.refresh.stable.items():
        source = written.sources["stable", name]
        if entry.kind != "service-account":
            if entry.system is not None and entry.kind != "file-share":
                message = f"a {entry.kind} has no system, only a service account and a share have; remove it"
                yield source.fault(("system",), "UNKNOWN-KEY", message)
            if entry.role is not None:
                message = f"a {entry.kind} has no role, only a service account has; remove it"
                yield source.fault(("role",), "UNKNOWN-KEY", message)
            continue
        prefix, _, account = entry.points_at.partition("\\")
        if prefix != domain or not 0 < len(account) <= ACCOUNT_MAX:
            message = f"{entry.points_at}; write {domain}\\ and a name of at most {ACCOUNT_MAX} characters"
            yield source.fault(("points_at",), "BAD-NAME", message)
        if entry.system is None:
            yield source.fault(("system",), "MISSING-KEY", "system is missing; name the one whose servers run as it")
        roles = {s.role for s in platform.estate.servers.values() if s.system == entry.system}
        if entry.role in platform.estate.roles and entry.role not in roles:
            message = f"{entry.system} has no server with role {entry.role}; {nearest(entry.role or '', roles)}"
            yield source.fault(("role",), "DANGLING", message)
    for fqdn, bearing in principals.bearers(platform).items():
        for name in bearing[1:]:
            message = (
                f"servers that answer to {fqdn} run as {bearing[0]} too, and Kerberos refuses a principal of two "
                "accounts; give one of them another `role`"
            )
            yield written.sources["stable", name].fault(("role",), "DUPLICATE-NAME", message)


RULES = (
    Rule(
        "clients.thin-clients",
        "A thin client of no maker is in nobody's bundle, and starts with what it had.",
        ("MISSING-KEY",),
        thin_clients,
    ),
    Rule(
        "clients.systems",
        "A profile is written for a release, and a client that nobody told of may be one that its maker has given up.",
        ("BAD-VALUE", "MISSING-KEY"),
        systems,
        Severity.CHECKED,
    ),
    Rule(
        "clients.stable-names",
        "A name that the cutover does not change keeps people at the generation that goes.",
        ("DANGLING",),
        stable_names,
    ),
    Rule(
        "clients.session-audio",
        "Sound whose port is closed falls back to the session's own stream, and breaks up there.",
        ("FLOW",),
        session_audio,
    ),
    Rule(
        "clients.service-accounts",
        "Active Directory refuses a longer name (Microsoft Learn, New-ADServiceAccount), and gives no ticket to a "
        "principal that two accounts have.",
        ("BAD-NAME", "DANGLING", "DUPLICATE-NAME", "MISSING-KEY", "UNKNOWN-KEY"),
        service_accounts,
    ),
)

DAY_RULES = (
    DayRule(
        "clients.maintained",
        "A client without patches stays open to what is found in it, for years (NIS2-loven, section 6, number 5).",
        ("UNMAINTAINED",),
        maintained,
    ),
)
