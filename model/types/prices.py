"""What Azure asks for a thing, as its price list says: the items of prices.yaml."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from model.base import Model, Text
from model.types.azure import Location

Amount = Annotated[float, Field(ge=0, le=10_000_000)]
"""Money, in the currency of the list."""


class PriceList(Model):
    """Which list it is."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """What amounts and budgets are in, by ISO 4217: `DKK`."""
    region: Location
    """The region that it is the list of."""
    listed: date
    """The day on which the list was read."""


class Price(Model):
    """What is asked for one thing, pay as you go, without tax. Its key is a size of machine, a type of disk, or one of
    the words that model/derive/cost.py knows.
    """

    meter: Text
    """What the vendor's list calls it: `Virtual Machines Dasv5 Series, D2as v5`."""
    per: Literal["hour", "month", "gib", "gib-month"]
    """What it is asked for: an hour of it, a month of it, a GiB that comes in, or a GiB that is kept for a month."""
    amount: Amount | None = None
    """What is asked. Without one there are `steps`."""
    steps: dict[Annotated[int, Field(ge=1, le=65_536)], Amount] = {}
    """What a whole thing is asked for a month by its largest size in GiB: a disk is priced as the next larger one."""
    assumed: Text | None = None
    """Why the amount is no figure of the vendor's list, where it is not."""
