"""That Azure's firewall takes the rules and the sets that the flows become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import flows
from model.derive.azure_network import CORE, HUB_LENGTH
from model.derive.azure_rules import AzureRules, by_protocol, needs
from model.faults import Fault
from model.provenance import Provenance
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform

SETS = 200
RULES_A_GROUP = 1000
"""IP groups of a firewall (Microsoft, "Azure subscription limits: Azure Firewall"), and rules in a group: assumed,
well below the two megabytes that the same page allows a group.
"""


def limits(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The flows become at most as many sets and rules as the firewall takes.

    Limit: SETS, RULES_A_GROUP.
    """
    azure = platform.azure.settings
    whole = len(platform.azure.areas) == len(written.known.get("areas", set()))
    if azure is None or azure.hub.prefix.prefixlen > HUB_LENGTH or not whole:
        return
    rules = AzureRules(platform, azure).firewall()
    top = written.sources["file", "azure.yaml"]
    sets = sum(map(len, rules.sets.values()))
    if sets > SETS:
        message = f"flows need {sets} sets of addresses, and a firewall takes {SETS}; put two of `areas` together"
        yield top.fault(("areas",), "FLOW", message)
    for area in sorted({*rules.crossings, *rules.published}):
        count = sum(len(by_protocol(crossing.rule.ports)) for crossing in rules.crossings.get(area, ()))
        count += len(rules.published.get(area, ()))
        if area in platform.azure.areas:
            asked = needs(platform.landing_zone, platform.azure.areas[area])
            count += sum(len(by_protocol(map(flows.port, need.ports))) for _, need, _ in asked)
        if count > RULES_A_GROUP:
            said = f"{area} has {count} rules in the firewall, and a group takes {RULES_A_GROUP}"
            message = f"{said}; give it fewer `flows`, or split the area"
            source, path = (top, ("areas",)) if area == CORE else (written.sources["areas", area], ())
            yield source.fault(path, "FLOW", message)


RULES = (
    Rule(
        "firewall.limits",
        'Azure refuses the set that goes beyond its limit, in the midst of an update (Microsoft, "Azure Firewall '
        'limits").',
        ("FLOW",),
        limits,
    ),
)
