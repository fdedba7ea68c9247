"""What everything in Azure carries as tags, so that a bill, an audit or a policy finds it without knowing its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.base import PersonalData

if TYPE_CHECKING:
    from model.azure import Azure
    from model.platform import Platform


def zone(
    platform: Platform, azure: Azure, area: str | None = None, personal_data: PersonalData = "none"
) -> dict[str, str]:
    """The tags of what outlives the generations: an area's, or what all rest on. Without it nothing is reached, so all
    of it is vital.
    """
    return {
        "owner": platform.areas[area].owner if area is not None else azure.owner,
        "cost_center": platform.settings.cost_center,
        "environment": "production",
        "criticality": "vital",
        "personal_data": personal_data,
        "area": area or "core",
    }


def system(platform: Platform, code: str, generation: str, area: str) -> dict[str, str]:
    """The tags of what a system has in a generation. Its `criticality` decides when its servers are patched."""
    found = platform.systems[code]
    return {
        "owner": found.owner,
        "cost_center": platform.settings.cost_center,
        "environment": "production",
        "generation": generation,
        "criticality": found.criticality,
        "personal_data": found.personal_data,
        "system": code,
        "area": area,
    }
