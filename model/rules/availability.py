"""That Azure has what is declared in the region where it is declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import migration
from model.faults import Fault
from model.provenance import Provenance
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.availability import Service


def regions(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every kind of resource is declared in a region that has it, as availability.yaml knows.

    Limit: `locations` of a service.
    """
    azure = platform.azure.settings
    if azure is None:
        return
    for key, service in platform.azure.services.items():
        if not _declared(platform, service):
            continue
        where = "avd_location" if service.used == "desktops" else "location"
        location = (azure.avd_location if service.used == "desktops" else None) or azure.location
        if location not in service.locations:
            first = service.types[0]
            message = (
                f"nobody says that {location} has {first} ({service.title}, {service.source}); set `{where}` to one of "
                f"{', '.join(sorted(service.locations))}, or ask Azure and add it to `locations` of {key} in "
                "availability.yaml"
            )
            yield written.sources["file", "azure.yaml"].fault((where,), "LOCATION", message)


def _declared(platform: Platform, service: Service) -> bool:
    match service.used:
        case "always":
            return True
        case "desktops":
            return any(i.avd is not None for i in platform.pool_instances)
        case "migration":
            return any(migration.brought(platform, wave) for wave in platform.refresh.waves.values())


RULES = (
    Rule(
        "availability.regions",
        "Azure refuses a resource in a region that does not have it (LocationNotAvailableForResourceType), when the "
        "rest stands already; new regions have less than others.",
        ("LOCATION",),
        regions,
    ),
)
