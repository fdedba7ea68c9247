"""The rule over budgets: none is out of proportion to what the declared things cost by list price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import cost
from model.faults import Fault
from model.rules.rule import Rule, Severity

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

LEAST, MOST = 0.7, 1.6
"""A budget's share of what list prices say: below, it warns every month of what was planned, above, of nothing."""


def budgets(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A subscription's budget is between seven and sixteen tenths of what is declared in it costs by list price. Not
    asked where something has no price.
    """
    items = list(cost.items(platform))
    sums, unpriced = cost.total(items, "subscription"), {item.subscription for item in items if item.amount is None}
    for key, subscription in platform.azure.subscriptions.items():
        expected = sums.get(key, 0.0)
        if key not in unpriced and expected and not LEAST * expected <= subscription.budget <= MOST * expected:
            low, high = (round(part * expected, -2) for part in (LEAST, MOST))
            message = (
                f"{subscription.budget:,}, and list prices say {expected:,.0f} a month; set it between {low:,.0f} and "
                f"{high:,.0f}, see refresh cost"
            )
            yield written.sources["subscriptions", key].fault(("budget",), "BUDGET", message)


RULES = (
    Rule(
        "cost.budgets",
        "A budget that is far from what is planned warns of nothing or all the time (Cost Management, budgets).",
        ("BUDGET",),
        budgets,
        Severity.CHECKED,
    ),
)
