"""Where resources may be: the regions that there are, and what must stand in the same one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from twin import yamls
from twin.azure import errors, ids
from twin.engine.platform import Site
from twin.world.store import Object

_KNOWN: Final[list[str]] = yamls.read(Path(__file__).with_name("regions.yaml"))

_TOGETHER: Final = frozenset(
    {
        ids.NETWORK,
        ids.INTERFACE,
        ids.DISK,
        ids.SECURITY_GROUP,
        ids.ROUTE_TABLE,
        ids.PUBLIC_ADDRESS,
        ids.ENCRYPTION_SET,
    }
)
"""What whoever refers to it must stand beside; a subnet stands where its network does."""
_APART: Final = frozenset({ids.PEERING, ids.token("privatedns", "VirtualNetworkLink")})
"""What refers to a network in any region."""


def plain(location: object) -> str:
    """A region as Azure compares it: `West Europe` is `westeurope`."""
    return str(location or "").replace(" ", "").lower()


def check(site: Site) -> None:
    """Refuses a region that there is not; `global` is for what stands in none."""
    location = plain(site.inputs.get("location"))
    if location and location != "global" and location not in _KNOWN:
        errors.refuse(
            "LocationNotAvailableForResourceType",
            f"The provided location {location!r} is not available for resource type "
            f"{ids.arm_type(site.item.type)!r}. List of available regions for the resource type is "
            f"{','.join(_KNOWN)!r}.",
        )


def together(site: Site, target: Object) -> None:
    """Refuses a reference to another region where both have to be in the same."""
    home = target
    if target.type == ids.SUBNET:
        home = site.world.holder("arm", ids.ancestors(target.id)[0].lower()) or target
    own = plain(site.inputs.get("location"))
    other = plain(home.properties.get("location"))
    if home.type in _TOGETHER and site.item.type not in _APART and own and other and own != other:
        errors.refuse(
            "InvalidResourceReference",
            f"Resource {target.id} referenced by resource {site.item.id} was not found. Please make sure that the "
            f"referenced resource exists, and that both resources are in the same region.",
        )
