"""Deployments of templates: what each of its resources rests on, and what Azure writes one at a time.

What a template writes is not put into the world but for what it says of itself: whoever declared it sees no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final, cast

from twin.azure import errors, ids
from twin.azure.resource import ArmResource
from twin.azure.values import parts
from twin.engine.platform import Kind, Site

PRICING: Final = ids.token("security", "Pricing")
AT_SUBSCRIPTION: Final = ids.token("resources", "DeploymentAtSubscriptionScope")
_QUOTED: Final = re.compile(r"'([^']*)'")


class Pricing(ArmResource):
    """A plan of Defender. It is in every subscription from its birth (GET answers `Free`), and azure-native creates
    nothing that is there (client_azcore.go, CanCreate, which lets through what has no DELETE; pricings has one).
    """

    def settle(self, site: Site) -> None:
        if not site.planted:
            site.refuse(f"cannot create already existing resource {site.item.id!r}")


class Deployment(ArmResource):
    """A template that is deployed to a resource group or a subscription."""

    def settle(self, site: Site) -> None:
        rests = {
            (str(entry.get("type")), str(entry.get("name"))): _names(entry.get("dependsOn"))
            for entry in parts(site.inputs, "properties", "template", "resources")
        }
        known = {name for _, name in rests}
        for (_, name), others in rests.items():
            for other in others - known:
                errors.refuse(
                    "InvalidTemplate",
                    f"Deployment template validation failed: 'The resource {other!r} that {name!r} depends on is not "
                    "defined in the template.'",
                )
        plans = [name for kind, name in rests if kind == ids.arm_type(PRICING)]
        after = {name: others for (_, name), others in rests.items()}
        for one, other in combinations(plans, 2):
            if one not in _before(after, other) and other not in _before(after, one):
                errors.refuse("Conflict", "Another update operation is in progress")


def _names(written: Any) -> set[str]:
    """The names that `dependsOn` has: plain, at the end of an id, or the last argument of `resourceId`."""
    texts = [str(text) for text in cast("list[Any]", written or [])]
    return {quoted[-1] if (quoted := _QUOTED.findall(text)) else text.rsplit("/", maxsplit=1)[-1] for text in texts}


def _before(after: Mapping[str, set[str]], name: str) -> set[str]:
    """Everything that a resource waits for."""
    found: set[str] = set()
    ahead: Sequence[str] = [name]
    while ahead:
        ahead = [other for one in ahead for other in after.get(one, ()) if other not in found]
        found.update(ahead)
    return found


KINDS: Final[dict[str, Kind]] = {
    PRICING: Pricing(PRICING),
    **{token: Deployment(token) for token in (ids.token("resources", "Deployment"), AT_SUBSCRIPTION)},
}
