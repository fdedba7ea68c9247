"""Rules over capacity: a generation's hardware must hold it, also with as many hosts lost as it must bear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.capacity import capacity
from model.faults import Fault
from model.provenance import Provenance
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What a generation has holds what it runs, with as many hosts lost as it must bear."""
    for generation in platform.refresh.generations.values():
        if generation.origin != "managed" or not generation.state.declared:
            continue
        for headroom in capacity(platform, generation.name).headroom:
            if headroom.short:
                needed = f"{headroom.needed} {headroom.unit} of {headroom.what}"
                message = (
                    f"{generation.name} needs {needed} and {headroom.key} has {headroom.available} ({headroom.how}); "
                    "add hardware to hardware.yaml, or put less on it"
                )
                yield written.sources[headroom.section, headroom.key].fault((), "CAPACITY", message)


RULES = (
    Rule(
        "capacity",
        "A generation that does not fit with a host lost does not start again after the loss.",
        ("CAPACITY",),
        check,
    ),
)
