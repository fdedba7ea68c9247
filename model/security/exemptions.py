"""The plan of exceptions: what each of exceptions.yaml excuses today, and which of them are faults.

An exception names one control and one item, exactly as the finding names it. One that has expired, that excuses nothing
or that stands twice is a fault, as an exemption of Azure Policy would be that nobody took back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from model.faults import Fault, nearest

if TYPE_CHECKING:
    from model.provenance import Provenance
    from model.security.control import Control, Finding
    from model.types.security import Exemption

SOON = timedelta(days=30)
"""How long before its last day an exception is told as expiring."""

Standing = Literal["active", "expiring", "expired", "names nothing", "duplicated"]


@dataclass(frozen=True, slots=True)
class Planned:
    """An exception with how it stands today."""

    exemption: Exemption
    standing: Standing


def plan(exemptions: Mapping[str, Exemption], findings: Iterable[Finding], today: date) -> tuple[Planned, ...]:
    """How each exception stands, in the order of the file. Of two for one thing the second is duplicated."""
    found = {(finding.control, finding.scope) for finding in findings}
    seen: set[tuple[str, str]] = set()
    planned: list[Planned] = []
    for exemption in exemptions.values():
        place = (exemption.control, exemption.scope)
        standing: Standing = "active"
        if place in seen:
            standing = "duplicated"
        elif place not in found:
            standing = "names nothing"
        elif exemption.expires < today:
            standing = "expired"
        elif exemption.expires - today <= SOON:
            standing = "expiring"
        seen.add(place)
        planned.append(Planned(exemption, standing))
    return tuple(planned)


def excuses(planned: Iterable[Planned]) -> Mapping[tuple[str, str], str]:
    """The name of the exception that excuses a control for a scope, today."""
    return {
        (p.exemption.control, p.exemption.scope): p.exemption.name
        for p in planned
        if p.standing in ("active", "expiring")
    }


def faults(
    planned: Iterable[Planned], findings: Iterable[Finding], controls: Mapping[str, Control], written: Provenance
) -> Iterator[Fault]:
    """What is wrong with exceptions."""
    scopes: dict[str, list[str]] = {}
    for finding in findings:
        scopes.setdefault(finding.control, []).append(finding.scope)
    for item in planned:
        name, control, scope = item.exemption.name, item.exemption.control, item.exemption.scope
        fault = written.sources["exceptions", name].fault
        if item.standing == "duplicated":
            yield fault(("scope",), "DUPLICATE-NAME", f"{control} of {scope} is excepted already; keep one of the two")
        elif item.standing == "expired":
            message = f"expired on {item.exemption.expires}; mend {scope}, or decide anew until when"
            yield fault(("expires",), "EXPIRED", message)
        elif item.standing == "names nothing" and control not in controls:
            yield fault(("control",), "DANGLING", f"no control {control}; {nearest(control, controls)}")
        elif item.standing == "names nothing" and controls[control].check is None:
            message = f"{control} is not asked of the data, so nothing excuses it here; remove the exception"
            yield fault(("control",), "DANGLING", message)
        elif item.standing == "names nothing":
            others = scopes.get(control, [])
            hint = nearest(scope, others) if others else "remove the exception"
            yield fault(("scope",), "DANGLING", f"{control} finds nothing in {scope}; {hint}")
