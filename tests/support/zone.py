"""Lilleby with a landing zone in Azure: two areas, one of which has the town hall, and flows to and from them."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.paths import DATA

_SCHOOLS = """  schools:
    title: Skolerne
    owner: Børn og Unge
    subscription: corp
    prefix: 10.40.4.0/22
    subnets:
      desktops: {prefix: 10.40.4.0/24, purpose: desktops}
      servers: {prefix: 10.40.5.0/24, purpose: servers}
    sites: [S003]
"""
_SITE = (
    '  S003: {name: Nordre Skole, type: school, address: Egevej 3, postcode: "7500", city: Lilleby, wan_mbit: 300}\n'
)
_FLOWS = """  schools-data:
    sources: [workplaces, administration-desktops]
    targets: [schools-servers]
    ports: [tcp/443]
    owner: Børn og Unge
    reason: Everyone reads the schools' data
  schools-names:
    sources: [schools]
    targets: [ad]
    ports: [tcp/443]
    owner: Børn og Unge
    reason: The schools ask
"""


def lilleby(folder: Path) -> Path:
    """Writes it below `folder` and gives its own folder."""
    stacks = Path(shutil.copytree(DATA / "stacks", folder / "stacks"))
    own = stacks / "lilleby"
    shutil.copy(DATA / "azure" / "azure.yaml", own)
    with (own / "flows.yaml").open("a", encoding="utf-8") as file:
        file.write((DATA / "azure" / "flows.yaml").read_text(encoding="utf-8"))
    return own


def add_schools(platform: Path) -> None:
    """One more area, with its site and its flows, as the organisation grows."""
    for file, text in (("azure.yaml", _SCHOOLS), ("sites.yaml", _SITE), ("flows.yaml", _FLOWS)):
        with (platform / file).open("a", encoding="utf-8") as end:
            end.write(text)
