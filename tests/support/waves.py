"""Lilleby with its systems on their way to Azure in waves, out of a room that must be empty."""

from __future__ import annotations

from collections.abc import Mapping

Edits = Mapping[str, Mapping[str, str]]
QUOTA = "quotas:\n  corp: {families: {standardDASv5Family: 100, standardEASv5Family: 100}}\nareas:\n"
WAVES = """waves:
  first: {title: Fagsystemer, generation: g26, starts: 2027-01-04, ends: 2027-01-29, state: building, systems: [sbsys]}
  second: {title: Drift og telefoni, generation: g26, starts: 2027-02-01, ends: 2027-02-26, state: planned,
           systems: [drift], pools: [office],
           groups: [GG-Pilot]}
  last: {title: Infrastruktur, generation: g26, starts: 2027-03-01, ends: 2027-03-26, state: planned, systems: [ad]}
"""
MOVING: Edits = {
    "azure.yaml": {"areas:\n": QUOTA},
    "systems/sbsys.yaml": {"aliases: {sbsys: app}": "aliases: {sbsys: app}\nplacement: {g26: {area: administration}}"},
    "systems/drift.yaml": {"servers:": "placement: {g26: {area: job-centre}}\nservers:"},
    "systems/ad.yaml": {"servers:": "placement: {g26: {area: administration}}\nservers:"},
    "refresh.yaml": {"observed, state: live": "adopted, state: live", "state: building": "state: pilot",
                     "stable:": f"{WAVES}stable:"},
    "hardware.yaml": {
        "models:": "room: {title: Kælderen, generation: g22, empty_by: 2027-04-01}\n"
        "equipment:\n  storage: {title: SAN, rack_units: 12, leaves: second}\n"
        "  power: {title: UPS, rack_units: 6, leaves: last, assumed: as drawn}\nmodels:",
        "{cores: 24, memory_gib: 256,": "{cores: 24, memory_gib: 64, rack_units: 2,",
        "  esx01.lilleby.example: {generation: g22, cluster: servers, model: old-host}\n": "".join(
            f"  esx0{n}.lilleby.example: {{generation: g22, cluster: servers, model: old-host}}\n" for n in range(1, 6)
        ),
    },
}  # fmt: skip
"""g26 is a pilot; the first wave has its servers and nobody is served by them."""


def state(wave: str, before: str, after: str) -> Edits:
    """The wave in another state, over MOVING."""
    line = next(line for line in WAVES.splitlines() if line.startswith(f"  {wave}:"))
    return {"refresh.yaml": {line: line.replace(f"state: {before}", f"state: {after}")}}
