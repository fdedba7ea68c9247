"""Lilleby with its systems on their way to Azure in waves, out of a room that must be empty."""

from __future__ import annotations

from tests.support.edit import Edits

_OLD_HOST = {"generation": "g22", "cluster": "servers", "model": "old-host"}
MOVING: Edits = {
    "azure.yaml": {"quotas.corp": {"families": {"standardDASv5Family": 100, "standardEASv5Family": 100}}},
    "systems/sbsys.yaml": {"placement": {"g26": {"area": "administration"}}},
    "systems/drift.yaml": {"placement": {"g26": {"area": "job-centre"}}},
    "systems/ad.yaml": {"placement": {"g26": {"area": "administration"}}},
    "refresh.yaml": {
        "generations.g22.origin": "adopted",
        "generations.g26.state": "pilot",
        "waves.first": {
            "title": "Fagsystemer", "generation": "g26", "starts": "2027-01-04", "ends": "2027-01-29",
            "state": "building", "systems": ["sbsys"],
        },
        "waves.second": {
            "title": "Drift og telefoni", "generation": "g26", "starts": "2027-02-01", "ends": "2027-02-26",
            "state": "planned", "systems": ["drift"], "pools": ["office"], "groups": ["GG-Pilot"],
        },
        "waves.last": {
            "title": "Infrastruktur", "generation": "g26", "starts": "2027-03-01", "ends": "2027-03-26",
            "state": "planned", "systems": ["ad"],
        },
    },
    "hardware.yaml": {
        "room": {"title": "Kælderen", "generation": "g22", "empty_by": "2027-04-01"},
        "equipment": {
            "storage": {"title": "SAN", "rack_units": 12, "leaves": "second"},
            "power": {"title": "UPS", "rack_units": 6, "leaves": "last", "assumed": "as drawn"},
        },
        "models.old-host.memory_gib": 64,
        "models.old-host.rack_units": 2,
        **{("hosts", f"esx0{n}.lilleby.example"): _OLD_HOST for n in range(2, 6)},
    },
}  # fmt: skip
"""g26 is a pilot; the first wave has its servers and nobody is served by them."""


def state(wave: str, value: str) -> Edits:
    """The wave in another state, over MOVING."""
    return {"refresh.yaml": {f"waves.{wave}.state": value}}
