"""Nothing that is written down names what is on its way out.

Who answers is computed (services.py); what is left in the data by hand, an address, a name, a server's key, would
outlive its machine without a word. It is a fault from `retiring` on, while the machine still answers, and it stays one
for as long as the data know what the machine was called. Every value of every YAML file is read, and those of the
platform's stack files. Left out: what stands below the key of the generation itself, such as `found: {g22: ...}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model.faults import Fault
from model.provenance import Provenance
from model.reading.source import Path_, as_map, dotted
from model.rules.rule import Rule
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform, Refresh
    from model.reading.source import Doc
    from model.types.instances import Instance
    from model.types.pools import PoolInstance

STACK = "stack"
"""The section of the stack files among the sources of a platform."""
_WORD = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
_CITRIX = "citrix:endpoint"


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """No value names a machine, an address or a server of a generation that is retiring or retired."""
    names = going(platform)
    if not names:
        return
    for section, doc in _docs(written):
        for path, text in _texts(doc.data):
            if any(g.name in path for g in platform.refresh.generations.values() if g.state.leaving):
                continue
            for word in _WORD.findall(text.casefold()):
                generation, what = names.get(word, ("", ""))
                if generation and not (
                    section == STACK and _last_way_in(platform.refresh, platform.pool_instances, path, generation)
                ):
                    state = platform.refresh.generations[generation].state
                    message = f"{word} is {what} and {generation} is {state}; name what stays, or take it out"
                    yield Fault(doc.file, doc.line(path), "GONE", dotted(path), message)


def going(platform: Platform) -> dict[str, tuple[str, str]]:
    """The generation and the machine behind each name and address that goes, in lower case; none of what stays.

    A bare name without a digit may be any word, so only its full name counts.
    """
    if not any(g.state.leaving for g in platform.refresh.generations.values()):
        return {}
    found: dict[str, tuple[str, str]] = {}
    for instance in platform.instances:
        if instance.generation.state.leaving:
            what = (instance.generation.name, instance.logical_name)
            found |= dict.fromkeys((*_names(instance), instance.server.identity), what)
    for generation, machines in platform.observed.vdas.items():
        if generation in platform.refresh.generations and platform.refresh.generations[generation].state.leaving:
            for vm in machines.values():
                found |= dict.fromkeys((vm.name, vm.dns_name, str(vm.address)), (generation, vm.name))
    for name, host in platform.hardware.hosts.items():
        of = platform.refresh.generations.get(host.generation)
        if of is not None and of.state.leaving:
            found |= dict.fromkeys((name, name.partition(".")[0]), (host.generation, name))
    staying = [i for i in platform.instances if not i.generation.state.leaving]
    kept = {name.casefold() for i in staying for name in (*_names(i), i.server.identity)}
    folded = {name.casefold(): what for name, what in found.items()}
    return {name: what for name, what in folded.items() if name not in kept and re.search(r"[0-9.]", name)}


def _names(instance: Instance) -> tuple[str, ...]:
    """What a machine is called by others. Its logical name is the engine's, and an override may name it."""
    return (instance.vm_name, instance.computer_name, instance.fqdn, str(instance.address))


def _docs(written: Provenance) -> Iterator[tuple[str, Doc]]:
    """Every file that was read, once, with the section that it was first read for."""
    seen: dict[str, tuple[str, Doc]] = {}
    for (section, _), layers in written.sources.items():
        for part in layers.parts:
            seen.setdefault(part.doc.file, (section, part.doc))
    yield from (seen[file] for file in sorted(seen))


def _texts(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every text of a file with its path. The reader bounds how deep a file nests."""
    items = as_map(data)
    if items is not None:
        for key, value in items.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield from _texts(value, (*path, index))
    elif isinstance(data, str):
        yield path, data


def _last_way_in(refresh: Refresh, pool_instances: tuple[PoolInstance, ...], path: Path_, generation: str) -> bool:
    """Whether a stack must go on naming a Citrix controller that goes: the groups that are to be closed are behind it,
    and no generation that stays has Citrix. It goes from the stack with `retired`.
    """
    if path[-1] != _CITRIX or refresh.generations[generation].state == State.RETIRED:
        return False
    return not any(i.citrix is not None and not i.generation.state.leaving for i in pool_instances)


RULES = (
    Rule(
        "gone",
        "An address that is left in the data outlives its machine without a word, until somebody asks it.",
        ("GONE",),
        check,
    ),
)
