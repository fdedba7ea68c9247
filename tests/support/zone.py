"""Lilleby with a landing zone in Azure: two areas, one of which has the town hall, and flows to and from them."""

from __future__ import annotations

import shutil
from pathlib import Path

from ruamel.yaml import YAML

from tests.support.edit import Edits, edit
from tests.support.paths import DATA

SCHOOLS: Edits = {
    "azure.yaml": {
        "areas.schools": {
            "title": "Skolerne",
            "owner": "Børn og Unge",
            "subscription": "corp",
            "prefix": "10.40.4.0/22",
            "subnets": {
                "desktops": {"prefix": "10.40.4.0/24", "purpose": "desktops"},
                "servers": {"prefix": "10.40.5.0/24", "purpose": "servers"},
            },
            "sites": ["S003"],
        }
    },
    "sites.yaml": {
        "sites.S003": {
            "name": "Nordre Skole",
            "type": "school",
            "address": "Egevej 3",
            "postcode": "7500",
            "city": "Lilleby",
            "wan_mbit": 300,
        }
    },
    "flows.yaml": {
        "flows.schools-data": {
            "sources": ["workplaces", "administration-desktops"],
            "targets": ["schools-servers"],
            "ports": ["tcp/443"],
            "owner": "Børn og Unge",
            "reason": "Everyone reads the schools' data",
        },
        "flows.schools-names": {
            "sources": ["schools"],
            "targets": ["ad"],
            "ports": ["tcp/443"],
            "owner": "Børn og Unge",
            "reason": "The schools ask",
        },
    },
}
"""One more area, with its site and its flows, as the organisation grows."""


def lilleby(folder: Path, *edits: Edits) -> Path:
    """Writes it below `folder`, edited, and gives its own folder."""
    stacks = Path(shutil.copytree(DATA / "stacks", folder / "stacks"))
    own = stacks / "lilleby"
    shutil.copy(DATA / "azure" / "azure.yaml", own)
    flows = YAML(typ="safe").load(DATA / "azure" / "flows.yaml")
    return edit(own, {"flows.yaml": {("flows", name): flow for name, flow in flows["flows"].items()}}, *edits)
