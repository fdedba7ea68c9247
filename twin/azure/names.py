"""What names may be in Azure, and which of them are taken by all the world."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from twin import yamls
from twin.azure import errors, ids
from twin.engine import schema
from twin.engine.check import Fault
from twin.engine.platform import Site
from twin.engine.wire import Properties

MANAGEMENT_GROUP_SCOPE: Final = "/providers/microsoft.management/managementgroups/"
_ASSIGNMENT_THERE: Final = 24
"""The longest name of a policy assignment at a management group (Microsoft.Authorization on the page that names.yaml
names).
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a name may be. `taken` is the scope, code and message of a name that Azure allows once in the world."""

    least: int
    most: int
    pattern: re.Pattern[str]
    says: str
    taken: tuple[str, str, str] | None = None


def faults(type_: str, inputs: Properties) -> list[Fault]:
    """What is wrong with the name that the program gives a resource."""
    rule = rules().get(type_)
    key = ids.own_name(schema.resource(type_))
    name = inputs.get(key) if key else None
    if rule is None or not isinstance(name, str) or key in cast("list[str]", inputs.get("__defaults", [])):
        return []
    most = rule.most
    scope = str(inputs.get("scope", "")).lower()
    if type_ == ids.POLICY_ASSIGNMENT and scope.startswith(MANAGEMENT_GROUP_SCOPE):
        most = _ASSIGNMENT_THERE
    if rule.least <= len(name) <= most and rule.pattern.fullmatch(name):
        return []
    length = str(most) if rule.least == most else f"{rule.least} to {most}"
    return [Fault(str(key), f"{name!r} is not allowed; use {length} characters: {rule.says}")]


def claim(site: Site) -> None:
    """Takes a name that Azure allows once in the world."""
    rule = rules().get(site.item.type)
    if rule is None or rule.taken is None:
        return
    scope, code, message = rule.taken
    site.claim(f"everywhere:{scope}", site.item.name.lower(), errors.text(code, message.format(name=site.item.name)))


@functools.cache
def rules() -> dict[str, Rule]:
    """The rules by type."""
    table = cast("dict[str, dict[str, Any]]", yamls.read(Path(__file__).with_name("names.yaml")))
    return {
        type_: Rule(
            least=entry["length"][0],
            most=entry["length"][1],
            pattern=re.compile(entry["pattern"], re.ASCII),
            says=entry["says"],
            taken=tuple(entry["global"]) if "global" in entry else None,
        )
        for type_, entry in table.items()
    }
