"""Rules over the lines of the sites: what they carry at the busiest time, against what they have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.wan import demands
from model.faults import Fault
from model.provenance import Provenance
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every line carries its site, unless a waiver says why not; a waiver that nothing needs is one too many."""
    for code, demand in demands(platform.places, platform.desktops).items():
        source, waiver = written.sources["sites", code], platform.places.sites[code].wan_waiver
        shortages = tuple(demand.shortages())
        if waiver is None:
            for text in shortages:
                yield source.fault(("wan_mbit",), "WAN", f"{text}; order a faster line, or add a `wan_waiver`")
        elif not shortages:
            message = f"{demand.total} of {demand.usable} kbit/s are carried; remove the waiver, for the line is enough"
            yield source.fault(("wan_waiver",), "WAN", message)


RULES = (
    Rule(
        "wan.lines",
        "On a full line sound breaks up first, then the keyboard lags; whoever waives that says why.",
        ("WAN",),
        check,
    ),
)
