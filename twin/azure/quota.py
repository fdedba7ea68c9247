"""What a subscription is registered for, how many virtual CPUs it may have of a family in a region, and sizes that a
region does not offer.

All are planted (`refresh twin seed`); without, there is no limit. A size's name tells its family and its CPUs:
`Standard_D4as_v5` are four of standardDASv5Family (learn.microsoft.com/azure/virtual-machines/vm-naming-conventions;
the names of families are those of `az vm list-usage`).
"""

from __future__ import annotations

import fnmatch
import re
from typing import Final

from twin.azure import errors
from twin.engine.platform import Site

QUOTA: Final = "azure:quota"
"""`name` is region/family, in any letter case, or region/cores for all families together, after the subscription and a
slash where only that has it; `vcpus` the limit.
"""
REGISTERED: Final = "azure:registered"
"""`name` is subscription/namespace. Without any, every subscription knows every namespace."""
BORN_WITH: Final = frozenset(
    f"microsoft.{name}"
    for name in ("authorization", "billing", "consumption", "costmanagement", "features", "management", "resources")
)
"""Namespaces that every subscription knows from its birth (learn.microsoft.com, "Azure resource providers and types",
registered by default); management groups stand in no subscription.
"""
MISSING: Final = "azure:missing"
"""`name` is region/size, with * and ?: sizes that the region does not offer."""
_SIZE: Final = re.compile(r"(?:Standard|Basic)_([A-Z]+)(\d+)(?:-(\d+))?([a-z]*)(?:_([A-Z]\w*?))?(?:_(v\d+))?")


def registered(site: Site, type_: str, subscription: str) -> None:
    """Refuses a namespace that the subscription is not registered for (pulumi-azure-native issue 3479)."""
    namespace = type_.partition("/")[0]
    known = site.world.all(REGISTERED)
    if site.planted or namespace.lower() in BORN_WITH or not any(known):
        return
    if site.world.holder(REGISTERED, f"{subscription}/{namespace}".lower()) is None:
        errors.refuse(
            "MissingSubscriptionRegistration",
            f"The subscription is not registered to use namespace {namespace!r}. See "
            "https://aka.ms/rps-not-found for how to register subscriptions.",
        )


def family(size: str) -> tuple[str, int]:
    """Family and CPUs of a size. Raises RefusedError for what is no size."""
    parts = _SIZE.fullmatch(size)
    if parts is None:
        errors.refuse("InvalidParameter", f"The value {size} provided for the VM size is not valid.")
    letters, cpus, constrained, features, accelerator, version = parts.groups()
    if version is None:
        # The first generations have one family for all amounts of memory: B2ms is of standardBSFamily.
        features = features.replace("m", "").replace("l", "")
    name = f"standard{letters}{features.upper()}{accelerator or ''}{version or ''}Family"
    return name, int(constrained or cpus)


def take(site: Site, size: str, location: str, subscription: str) -> None:
    """Takes the CPUs of a machine. Raises RefusedError when there are not enough, or the region has no such size."""
    name, cpus = family(size)
    for missing in site.world.all(MISSING):
        if fnmatch.fnmatchcase(f"{location}/{size}".lower(), missing.name.lower()):
            errors.refuse(
                "SkuNotAvailable",
                f"The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: {size}' is "
                f"currently not available in location {location!r}. Please try another size or deploy to a different "
                "location or different zone. See https://aka.ms/azureskunotavailable for details.",
            )
    for kind, label in ((name, f"{name} Cores"), ("cores", "Total Regional Cores")):
        counter = f"vcpus:{subscription}:{location}:{kind.lower()}"
        everybody = f"{location}/{kind}".lower()
        limit = site.world.holder(QUOTA, f"{subscription}/{everybody}") or site.world.holder(QUOTA, everybody)
        used = site.world.used(counter)
        if limit is not None and used + cpus > int(limit.properties["vcpus"]) and not site.planted:
            errors.refuse(
                "QuotaExceeded",
                f"Operation could not be completed as it results in exceeding approved {label} quota. Additional "
                f"details - Deployment Model: Resource Manager, Location: {location}, Current Limit: "
                f"{limit.properties['vcpus']}, Current Usage: {used}, Additional Required: {cpus}, (Minimum) New Limit "
                f"Required: {used + cpus}.",
            )
        site.world.use(counter, site.item, cpus)
