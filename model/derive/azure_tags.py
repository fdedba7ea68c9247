"""What everything in Azure carries as tags, so that a bill, an audit or a policy finds it without knowing its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.base import PersonalData

if TYPE_CHECKING:
    from model.platform import AzureEstate, Estate, Platform
    from model.types.azure import Azure
    from model.types.infrastructure import Settings
    from model.types.pools import PoolInstance


def zone(
    platform: Platform, azure: Azure, area: str | None = None, personal_data: PersonalData = "none"
) -> dict[str, str]:
    """The tags of what outlives the generations: an area's, or what all rest on. Without it nothing is reached, so all
    of it is vital.
    """
    return {
        "owner": platform.azure.areas[area].owner if area is not None else azure.owner,
        "cost_center": platform.settings.cost_center,
        "environment": "production",
        "criticality": "vital",
        "personal_data": personal_data,
        "area": area or "core",
    }


def system(settings: Settings, estate: Estate, code: str, generation: str, area: str) -> dict[str, str]:
    """The tags of what a system has in a generation. Its `criticality` decides when its servers are patched."""
    found = estate.systems[code]
    return {
        "owner": found.owner,
        "cost_center": settings.cost_center,
        "environment": "production",
        "generation": generation,
        "criticality": found.criticality,
        "personal_data": found.personal_data,
        "system": code,
        "area": area,
    }


def pool(settings: Settings, azure: AzureEstate, instance: PoolInstance, *, profiles: bool = False) -> dict[str, str]:
    """The tags of a pool's machines and what belongs to them; of its people's `profiles`, which hold what people keep
    and outlive the generation.
    """
    names = instance.in_azure
    tags = {
        "owner": azure.areas[names.area].owner,
        "cost_center": settings.cost_center,
        "environment": "production",
        "criticality": "high",
        "personal_data": "ordinary",
        "area": names.area,
        "pool": instance.pool.name,
    }
    return tags if profiles else tags | {"generation": instance.generation.name}
