"""Every control, and what they find in a platform on a day: `refresh check PLATFORM --baseline`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from model.reading.source import dotted
from model.security import continuity, exemptions, lifetime, machines, privacy, refused, resources, traffic
from model.security.control import Control, Finding, Level

if TYPE_CHECKING:
    from model.faults import Fault
    from model.platform import Platform
    from model.provenance import Provenance
    from model.security.control import Offence
    from model.security.exemptions import Planned

_SUBJECTS = (privacy, continuity, traffic, lifetime, machines, refused, resources)

CONTROLS: Mapping[str, Control] = {
    control.id: control
    for control in sorted((c for subject in _SUBJECTS for c in subject.CONTROLS), key=lambda control: control.id)
}
"""Every control by its id."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the baseline finds on a day, sorted by file and line, and how the exceptions stand."""

    platform: str
    today: date
    findings: tuple[Finding, ...]
    exceptions: tuple[Planned, ...]
    faults: tuple[Fault, ...]
    """What is wrong with the exceptions themselves."""

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """What must not be merged: enforced, and not excepted."""
        return tuple(f for f in self.findings if f.exception is None and CONTROLS[f.control].level is Level.ENFORCE)


def report(platform: Platform, written: Provenance, today: date) -> Report:
    """What every control finds, with what excuses it."""
    bare = tuple(sorted(_found(platform, written, today)))
    planned = exemptions.plan(platform.exceptions, bare, today)
    excused = exemptions.excuses(planned)
    findings = tuple(replace(f, exception=excused.get((f.control, f.scope))) for f in bare)
    faults = tuple(sorted(exemptions.faults(planned, bare, CONTROLS, written)))
    return Report(platform.name, today, findings, planned, faults)


def _found(platform: Platform, written: Provenance, today: date) -> Iterator[Finding]:
    for control in CONTROLS.values():
        if control.check is not None:
            for offence in control.check(platform, today):
                yield _placed(control, offence, written)


def _placed(control: Control, offence: Offence, written: Provenance) -> Finding:
    source = written.sources[offence.section, offence.key]
    file, line = source.origin(offence.path)
    path = dotted((*source.parts[-1].path, *offence.path))
    shown = f"systems.{offence.key}.{path}" if offence.section == "systems" else path
    return Finding(file, line, control.id, offence.scope, shown, offence.message)
