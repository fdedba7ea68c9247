"""`refresh cost`: what the platform's Azure costs in an ordinary month, by list price."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli import common

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model import Platform


class By(StrEnum):
    """What costs are told by."""

    WHAT = "what"
    AREA = "area"
    SUBSCRIPTION = "subscription"
    SYSTEM = "system"
    WAVE = "wave"


def cost(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    by: Annotated[By, typer.Option(help="What to tell it by.")] = By.SUBSCRIPTION,
    as_json: Annotated[bool, typer.Option("--json", help="Print every thing and its price as JSON.")] = False,
) -> None:
    """Show what Azure costs in an ordinary month, by list price, and what would save most.

    For example: refresh cost herlev --by wave
    """
    from model.derive import cost as costs

    loaded = common.load(platform)
    prices = loaded.azure.price_list
    if loaded.azure.settings is None:
        common.fail(f"{loaded.name}: nothing is in Azure; write an azure.yaml, see docs/moving-to-azure.md")
    if prices is None:
        common.fail(f"{loaded.name}: there are no prices; write a prices.yaml, see docs/reference/prices.md")
    found = list(costs.items(loaded))
    if as_json:
        print(json.dumps({"currency": prices.currency, "items": [asdict(item) for item in found]}, indent=1))
        return
    _table(loaded, by, costs.total(found, by.value), prices.currency)
    unpriced = sorted({item.name for item in found if item.amount is None})
    if unpriced:
        print(f"without a price: {', '.join(unpriced)}")
    assumed = sum(price.assumed is not None for price in loaded.azure.prices.values())
    share = f"{assumed} of {len(loaded.azure.prices)} assumed"
    print(f"list prices of {prices.region} on {prices.listed} without tax, {share}")
    for saving in costs.savings(loaded):
        print(f"saves {saving.amount:,.0f}: {saving.how}")


def _table(platform: Platform, by: By, sums: Mapping[str, float], currency: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(by.value, title=f"{platform.settings.title}: {currency} a month", title_justify="left")
    table.add_column(currency, justify="right")
    budgets = {key: item.budget for key, item in platform.azure.subscriptions.items()}
    if by is By.SUBSCRIPTION:
        table.add_column("budget", justify="right")
        table.add_column("budget/cost", justify="right")
    for key, amount in sorted(sums.items(), key=lambda pair: -pair[1]):
        told = [f"{budgets[key]:,}", f"{budgets[key] / amount:.1f}"] if by is By.SUBSCRIPTION and amount else []
        table.add_row(key, f"{amount:,.0f}", *told)
    whole = [f"{sum(budgets.values()):,}", ""] if by is By.SUBSCRIPTION else []
    table.add_row("total", f"{sum(sums.values()):,.0f}", *whole)
    Console(width=None if Console().is_terminal else 120).print(table)
