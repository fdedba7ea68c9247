"""Rules over the generations as a whole: who serves whom, what becomes of each server, what must never flip.

Beside estate.py, which holds the rules on what stands; here is what moves. Each rule yields every offender.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from model.derive import serving
from model.faults import Fault, nearest
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import DayRule, Rule
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Desktops, Estate, Platform, Refresh
    from model.types.estate import Server
    from model.types.instances import Instance
    from model.types.serving import Serving

_ONE_AT_MOST = (State.LIVE, State.PILOT, State.STANDBY)
_WORD = re.compile(r"[^A-Za-z0-9.-]+")


def states(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """One generation is live, one at most is tried, and one at most is the way back."""
    for state in _ONE_AT_MOST:
        these = [name for name, g in platform.refresh.generations.items() if g.state == state]
        for name in these[1:]:
            message = f"{name} is {state} and so is {these[0]}; keep one generation in it"
            yield written.sources["generations", name].fault(("state",), "SERVING", message)
    if platform.refresh.generations and not any(g.state == State.LIVE for g in platform.refresh.generations.values()):
        name = next(iter(platform.refresh.generations))
        message = "no generation is live, so nobody is served; set `state: live` on exactly one"
        yield written.sources["generations", name].fault(("state",), "SERVING", message)


def delivery_groups(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Whoever another generation serves is kept out of this one, which takes control of its delivery groups."""
    served = [name for name, g in platform.refresh.generations.items() if g.state.serves_somebody]
    for name in served[1:] and served:
        generation = platform.refresh.generations[name]
        if generation.origin == "observed" and any(i.generation is generation for i in platform.pool_instances):
            message = (
                f"{name} is observed, so its delivery groups let in whom another generation serves; set `origin: "
                f"adopted` on {name}"
            )
            yield written.sources["generations", name].fault(("origin",), "SERVING", message)


def _one_live(refresh: Refresh) -> bool:
    """Whether there is exactly one generation that serves whom nothing else names; `states` says so where not."""
    return sum(g.state == State.LIVE for g in refresh.generations.values()) == 1


def served(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Whoever is named is named once, and served by a generation that can serve them."""
    if not _one_live(platform.refresh):
        return
    seen: dict[tuple[str, str], str] = {}
    for name, entry in platform.refresh.serving.items():
        source = written.sources["serving", name]
        if entry.generation not in platform.refresh.generations:
            continue
        generation = platform.refresh.generations[entry.generation]
        if not generation.state.serves_somebody:
            serving_states = ", ".join(state for state in State if state.serves_somebody)
            first = f"take the entry out until it is {State.PILOT}, or " if generation.state == State.BUILDING else ""
            message = (
                f"{generation.name} is {generation.state} and serves nobody; {first}name one that is {serving_states}"
            )
            yield source.fault(("generation",), "SERVING", message)
        if not (entry.groups or entry.sites or entry.systems or entry.pools):
            yield source.fault((), "MISSING-KEY", "names nobody; name groups, sites, systems or pools")
        if entry.groups and generation.state == State.STANDBY:
            message = f"people do not lag and {generation.name} is standby; name sites, systems or pools"
            yield source.fault(("groups",), "SERVING", message)
        yield from _named(entry, written, seen)
        for index, code in enumerate(entry.systems):
            if code in platform.estate.systems and not serving.answers(
                platform.estate, platform.instances, code, generation.name
            ):
                message = f"{code} has no server in {generation.name}; name a generation that has one"
                yield source.fault(("systems", index), "SERVING", message)
    yield from _left_behind(platform, written)


def _named(entry: Serving, written: Provenance, seen: dict[tuple[str, str], str]) -> Iterator[Fault]:
    """Whoever an entry names is named nowhere else. `seen` tells who named them before."""
    source = written.sources["serving", entry.name]
    for field in ("groups", "sites", "systems", "pools"):
        keys: tuple[str, ...] = getattr(entry, field)
        for index, key in enumerate(keys):
            first = seen.setdefault((field, key.casefold()), entry.name)
            if first != entry.name or key in keys[:index]:
                message = f"{key} is named in {first} already; name it in exactly one entry"
                yield source.fault((field, index), "SERVING", message)


def _left_behind(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A system that served yesterday and has nothing in the generation that serves it now."""
    for code in platform.estate.systems:
        name = serving.system_served_by(platform, code)
        servers = [s for s in platform.estate.servers.values() if s.system == code]
        staying = [s for s in servers if s.how(name) != "retire"]
        was = any(i.system.code == code and i.generation.state == State.STANDBY for i in platform.instances)
        if (
            was
            and staying
            and name in platform.refresh.generations
            and not serving.answers(platform.estate, platform.instances, code, name)
        ):
            message = (
                f"nothing of it is in {name}, which serves it; add servers there, or name it in `serving:` with a "
                "reason to lag"
            )
            yield written.sources["systems", code].fault((), "SERVING", message)


def aliases(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A stable name stands once, belongs to a role or a server of its system, and has an address."""
    if not _one_live(platform.refresh):
        return
    seen: dict[str, str] = {}
    for code, system in platform.estate.systems.items():
        source = written.sources["systems", code]
        for label, role in system.aliases.items():
            path = ("aliases", label)
            if platform.settings.alias_zone is None:
                yield source.fault(
                    path, "MISSING-KEY", "alias_zone is missing in platform.yaml; set it to the zone it stands in"
                )
            first = seen.setdefault(label, code)
            if first != code:
                yield source.fault(
                    path, "DUPLICATE-NAME", f"{label} is an alias of {first} already; name each alias once"
                )
            if not serving.named_servers(platform.estate, code, label):
                own = [s for s in platform.estate.servers.values() if s.system == code]
                known = {name for s in own for name in (s.role, s.identity)}
                message = f"{code} has no server with role {role}, nor one of that name; {nearest(role, known)}"
                yield source.fault(path, "DANGLING", message)
                continue
            instances = serving.answering(
                platform.estate, platform.instances, code, role, serving.system_served_by(platform, code)
            )
            if instances and not any(i.address for i in instances):
                yield source.fault(
                    path, "SERVING", "no server that answers to it has an address; name a role with at least one"
                )


def strategies(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A strategy is for a generation that we build, and what stays behind is not deleted with its generation."""
    for identity, server in platform.estate.servers.items():
        source = written.sources["servers", identity]
        for name, strategy in server.strategy.items():
            path: Path_ = ("strategy", name)
            generation = platform.refresh.generations.get(name)
            if generation is None:
                continue
            if generation.origin != "managed":
                yield source.fault(
                    path, "STRATEGY", f"{name} is {generation.origin}; name a generation with `origin: managed`"
                )
            for field in ("reason", "expires"):
                given = getattr(strategy, field) is not None
                if strategy.how == "retain" and not given:
                    yield source.fault(
                        (*path, field), "MISSING-KEY", f"retain without {field}; write why, and until when"
                    )
            if strategy.expires is not None and strategy.how != "retain":
                message = f"{strategy.how} does not end; remove `expires`, which belongs to retain"
                yield source.fault((*path, "expires"), "STRATEGY", message)
            if strategy.how in ("retain", "in-place") and generation.state.declared:
                yield from _stays(platform.instances, written, server, name)


def _stays(instances: tuple[Instance, ...], written: Provenance, server: Server, name: str) -> Iterator[Fault]:
    own = {i.generation.name: i for i in instances if i.server is server}
    machine = serving.before(own, name)
    source = written.sources["servers", server.identity]
    if machine is None:
        yield source.fault(
            ("strategy", name),
            "STRATEGY",
            f"no machine of it before {name} to keep; set `how: rebuild` or `how: retire`",
        )
    elif machine.generation.state.leaving:
        message = (
            f"{machine.vm_name} stays in {machine.generation.name}, which is {machine.generation.state}; rebuild, move "
            f"or retire it first"
        )
        yield source.fault(("strategy", name), "STRATEGY", message)


def data(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What holds data gets a new machine only with a way across and back that fits its window."""
    for instance in platform.instances:
        server, generation = instance.server, instance.generation
        if not server.holds_data or generation.origin != "managed":
            continue
        source = written.sources["servers", server.identity]
        if server.data is None:
            others = any(i.server is server and i.generation < generation for i in platform.instances)
            if others:
                message = (
                    f"holds data and is built anew in {generation.name}; add `data:` with a way and its "
                    "minutes, or a strategy that keeps one machine"
                )
                yield source.fault(("data",), "DATA", message)
            continue
        migrated = instance.azure is not None and instance.azure.migrated
        if migrated != (server.data.way == "replicated-disks"):
            message = (
                f"{server.data.way} and it is migrated to {generation.name}; set `way: replicated-disks`"
                if migrated
                else f"replicated-disks and it is built anew in {generation.name}; set another `way`, or migrate it"
            )
            yield source.fault(("data", "way"), "DATA", message)
        for field in ("across_minutes", "back_minutes"):
            minutes: int = getattr(server.data, field)
            if minutes > server.data.window_minutes:
                message = f"{minutes} minutes; keep it to the window of {server.data.window_minutes}"
                yield source.fault(("data", field), "DATA", message)


def stable(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What can not flip points at nothing that carries a generation: no machine, no address, no year."""
    machines: dict[str, str] = {}
    for i in platform.instances:
        shown = i.logical_name
        for name in (i.vm_name, i.computer_name, i.fqdn, str(i.address)):
            machines[name.casefold()] = shown
    known_aliases = serving.alias_names(platform.settings, platform.estate)
    zone = platform.settings.alias_zone
    for name, entry in platform.refresh.stable.items():
        source = written.sources["stable", name]
        for word in _WORD.split(entry.points_at.casefold()):
            if word in machines:
                message = f"{entry.points_at} is the machine {machines[word]}; name one that lives through generations"
                yield source.fault(("points_at",), "UNSTABLE", message)
            elif set(re.split(r"[.-]", word)) & set(platform.refresh.generations):
                message = f"{entry.points_at} carries a generation; name one that lives through generations"
                yield source.fault(("points_at",), "UNSTABLE", message)
            elif zone is not None and word.endswith(f".{zone}") and word not in known_aliases:
                message = f"no alias {word}; {nearest(word, known_aliases)}"
                yield source.fault(("points_at",), "DANGLING", message)


def expired(platform: Platform, written: Provenance, today: date) -> Iterator[Fault]:
    """An exception ends on its last day, or somebody decides anew."""
    for section, key, path, end in (
        *_ends_of_generations(platform.refresh, platform.estate),
        *_ends_of_sites(platform),
        *_ends_of_waves(platform.refresh, platform.desktops),
    ):
        if end < today:
            message = f"expired on {end}; end it, or decide anew until when"
            yield written.sources[section, key].fault(path, "EXPIRED", message)


def _ends_of_generations(refresh: Refresh, estate: Estate) -> Iterator[tuple[str, str, Path_, date]]:
    """The exceptions of what moves, by section, key and path, with their last day."""
    for name, entry in refresh.serving.items():
        yield "serving", name, ("expires",), entry.expires
    for name, override in refresh.overrides.items():
        yield "overrides", name, ("expires",), override.expires
    for identity, server in estate.servers.items():
        for generation, strategy in server.strategy.items():
            if strategy.expires is not None and refresh.generations[generation].state != State.RETIRED:
                yield "servers", identity, ("strategy", generation, "expires"), strategy.expires


def _ends_of_waves(refresh: Refresh, desktops: Desktops) -> Iterator[tuple[str, str, Path_, date]]:
    """The waves in which session hosts register. Azure refuses a host pool with a token that has ended, so one that is
    over is taken out of the data.
    """
    for name, pool in desktops.pools.items():
        for generation, wave in pool.avd.registration.items():
            if refresh.generations[generation].state != State.RETIRED:
                yield "pools", name, ("avd", "registration", generation), wave.expires.date()


def _ends_of_sites(platform: Platform) -> Iterator[tuple[str, str, Path_, date]]:
    """The same of flows and lines."""
    for code, system in platform.estate.systems.items():
        for index, flow in enumerate(system.flows):
            if flow.expires is not None:
                yield "systems", code, ("flows", index, "expires"), flow.expires
    for name, shared in platform.flows.items():
        if shared.expires is not None:
            yield "flows", name, ("expires",), shared.expires
    for code, site in platform.places.sites.items():
        if site.wan_waiver is not None:
            yield "sites", code, ("wan_waiver", "expires"), site.wan_waiver.expires


RULES = (
    Rule(
        "refresh.states",
        "With two live generations nobody could say who answers to a stable name.",
        ("SERVING",),
        states,
    ),
    Rule(
        "refresh.access",
        "Whoever is let in by two generations has two desktops and two profiles.",
        ("SERVING",),
        delivery_groups,
    ),
    Rule(
        "refresh.serving",
        "Whoever two entries name would be served twice, and whom none can serve not at all.",
        ("MISSING-KEY", "SERVING"),
        served,
    ),
    Rule(
        "refresh.aliases",
        "A stable name changes at the cutover, and one that nobody answers to leads nowhere.",
        ("DANGLING", "DUPLICATE-NAME", "MISSING-KEY", "SERVING"),
        aliases,
    ),
    Rule(
        "refresh.strategies",
        "A server that stays behind goes with its generation, unless somebody has said why and until when.",
        ("MISSING-KEY", "STRATEGY"),
        strategies,
    ),
    Rule(
        "refresh.data",
        "Data that has no way across is lost or stale, and one that takes longer than its window is late.",
        ("DATA",),
        data,
    ),
    Rule(
        "refresh.stable",
        "Whatever is outside our control and names a machine breaks when that machine goes.",
        ("DANGLING", "UNSTABLE"),
        stable,
    ),
)

DAY_RULES = (DayRule("refresh.expired", "An exception that nobody ends becomes the rule.", ("EXPIRED",), expired),)
