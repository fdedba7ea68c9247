"""Rules over the baselines of Group Policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.faults import Fault
from model.provenance import Provenance
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A value is a number or a text, and no two settings that reach one machine say different things."""
    held: dict[tuple[str, str, str], tuple[str, str, int | str | None]] = {}
    for name, baseline in platform.baselines.items():
        source = written.sources["baselines", name]
        for key, value in baseline.settings.items():
            path = ("settings", key)
            if (value.dword is None) == (value.text is None):
                yield source.fault(
                    path, "BAD-VALUE", f"{key} has neither or both of dword and text; write one of the two"
                )
            place = (baseline.applies, value.key.lower(), value.name.lower())
            data = value.dword if value.dword is not None else value.text
            first = held.setdefault(place, (name, key, data))
            if first[2] != data:
                message = (
                    f"{value.key} {value.name} is {data} here and {first[2]} in {first[0]}.{first[1]}; keep one of them"
                )
                yield source.fault(path, "BAD-VALUE", message)


RULES = (
    Rule(
        "baselines", "Of two settings for one value Windows takes the one that it applies last.", ("BAD-VALUE",), check
    ),
)
