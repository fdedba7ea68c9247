"""Where Azure has what is declared: the regions of each kind of resource, and who says so. The items of
availability.yaml. Sizes of machines and types of disk say it themselves (sizes.yaml).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Model, Text
from model.types.azure import Location

ArmType = Annotated[str, StringConstraints(pattern=r"^Microsoft\.[A-Za-z]+(/[A-Za-z]+)+$")]
"""A type of resource by Azure's own name: `Microsoft.Network/dnsResolvers`."""


class Service(Model):
    """Types of resource that are in the same regions."""

    title: Text
    """What people call it."""
    types: tuple[ArmType, ...] = Field(min_length=1)
    """What it consists of, by Azure's own names."""
    locations: tuple[Location, ...] = Field(min_length=1)
    """The regions that have it. One that is not here is refused: ask with `az provider show`, and add it."""
    source: Text
    """Where that is known from, with its day."""
    assumed: tuple[Location, ...] = ()
    """Those of `locations` that no source names. `refresh doctor` tells them where the platform stands there."""
    used: Literal["always", "desktops", "migration"] = "always"
    """When it is declared: always, with pools in Azure, or where a wave brings machines. What is for desktops stands in
    `avd_location`.
    """
