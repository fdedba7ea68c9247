"""Lilleby with Azure, whose office pool is Citrix's in g22 and one of Azure Virtual Desktop in g26."""

from __future__ import annotations

from pathlib import Path

from tests.support import zone
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import TRIED

EDITS: Edits = {
    "desktops.yaml": {
        "pools.office.users[1]": "GG-Jobcenter",
        "pools.office.network": "desktops",
        "pools.office.applications.SBSYS.arguments": "/kommune:lilleby",
        "pools.office.placement": {"g26": {"area": "administration"}},
        "pools.office.cpus": 2,
        "pools.office.memory_gib": 8,
        "pools.office.avd": {
            "registration": {"g26": {"opens": "2026-12-01T06:00:00Z", "hours": 48}},
            "scaling": {"holidays": {"first": 2026, "last": 2027, "also": ["2026-12-24"]}},
        },
        "desktop_images.kontor.rollout": REMOVE,
        ("desktop_images", "kontor", "versions", "2611.1", "base"): "w11-multi",
        "desktop_images.kontor.gallery": {
            "subscription": "management",
            "resource_group": "rg-images",
            "name": "gallil",
            "image": "kontor",
        },
    },
    "azure.yaml": {
        "principals.GG-Citrix-Kontor": "33333333-3333-4333-8333-333333333333",
        "avd_principal": "44444444-4444-4444-8444-444444444444",
        "quotas": {"corp": {"families": {"standardDASv5Family": 1000}}},
    },
    "networks.yaml": {
        "networks.desktops": {
            "purpose": "Desktops",
            "switch": "production",
            "vlan": {"g22": 21},
            "prefix": {"g22": "10.20.21.0/24"},
            "found": {"g22": "VLAN21"},
        }
    },
}
PILOT: Edits = {
    "refresh.yaml": {
        **TRIED["refresh.yaml"],
        "serving.pilot": {"generation": "g26", "groups": ["GG-Jobcenter"], "reason": "Pilot", "expires": "2027-02-01"},
    }
}


def lilleby(folder: Path, *edits: Edits) -> Path:
    """Writes it below `folder`, edited further, and gives its own folder."""
    return zone.lilleby(folder, EDITS, *edits)
