"""Azure's built-in policies, asked of resources as a template has them: what each would refuse or report.

An evaluator of the `if` of a rule (learn.microsoft.com, "Azure Policy definition structure: policy rule"): conditions
on fields, values and counts, and the functions that the assigned definitions use. A condition or a function that it
does not know raises KeyError. Left out: what a definition looks up beside the resource (`existenceCondition`).
"""

from __future__ import annotations

import fnmatch
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.support.paths import SHARED

FOLDER = SHARED / "data" / "azure-policy"
_PARAMETER = re.compile(r"\[parameters\('(\w+)'\)\]")
Resource = Mapping[str, Any]


@functools.cache
def definitions() -> dict[str, Mapping[str, Any]]:
    """The properties of each definition by its id."""
    found = (json.loads(path.read_text(encoding="utf-8-sig")) for path in FOLDER.rglob("*.json"))
    return {item["name"]: item["properties"] for item in found}


def effect(definition: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """What the policy does, in lower case: `deny`, `audit`."""
    return str(_resolved(definition["policyRule"]["then"]["effect"], _parameters(definition, given))).lower()


def holds(definition: Mapping[str, Any], given: Mapping[str, Any], resource: Resource) -> bool:
    """Whether the rule's condition is true of a resource, so that its effect comes. `Indexed` asks only what has a
    location.
    """
    if definition["mode"] == "Indexed" and "location" not in resource:
        return False
    return _Rule(_parameters(definition, given), resource).true(definition["policyRule"]["if"])


def _parameters(definition: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    known = definition.get("parameters", {})
    return {name: item["defaultValue"] for name, item in known.items() if "defaultValue" in item} | dict(given)


def _resolved(value: Any, parameters: Mapping[str, Any]) -> Any:
    match = _PARAMETER.fullmatch(value) if isinstance(value, str) else None
    return parameters[match[1]] if match else value


def _same(one: Any, other: Any) -> bool:
    return one is not None and str(one).lower() == str(other).lower()


_CONDITIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": _same,
    "notEquals": lambda found, wanted: not _same(found, wanted),
    "in": lambda found, wanted: any(_same(found, item) for item in wanted),
    "notIn": lambda found, wanted: not any(_same(found, item) for item in wanted),
    "like": lambda found, wanted: found is not None and fnmatch.fnmatchcase(str(found).lower(), str(wanted).lower()),
    "notLike": lambda found, wanted: found is None or not fnmatch.fnmatchcase(str(found).lower(), str(wanted).lower()),
    "exists": lambda found, wanted: (found is not None) == (str(wanted).lower() == "true"),
    "less": lambda found, wanted: found is not None and found < wanted,
    "greater": lambda found, wanted: found is not None and found > wanted,
    "greaterOrEquals": lambda found, wanted: found is not None and found >= wanted,
}


class _Rule:
    def __init__(self, parameters: Mapping[str, Any], resource: Resource) -> None:
        self._parameters, self._resource = parameters, resource

    def true(self, rule: Mapping[str, Any], items: Mapping[str, Any] | None = None) -> bool:
        """`items` are the elements that an enclosing count looks at, by the field of their list."""
        if "allOf" in rule:
            return all(self.true(part, items) for part in rule["allOf"])
        if "anyOf" in rule:
            return any(self.true(part, items) for part in rule["anyOf"])
        if "not" in rule:
            return not self.true(rule["not"], items)
        ((name, wanted),) = [(key, value) for key, value in rule.items() if key not in ("field", "value", "count")]
        wanted, condition = _resolved(wanted, self._parameters), _CONDITIONS[name]
        if "count" in rule:
            return condition(self._count(rule["count"]), wanted)
        if "value" in rule:
            return condition(self._value(rule["value"]), wanted)
        # Of a list every element has to be so (learn.microsoft.com, "Author policies for array properties").
        return all(condition(found, wanted) for found in self._fields(rule["field"], items or {}))

    def _count(self, count: Mapping[str, Any]) -> int:
        field = count["field"]
        found = [item for item in self._fields(field, {}) if item is not None]
        return sum(self.true(count["where"], {field: item}) for item in found) if "where" in count else len(found)

    def _value(self, value: Any) -> Any:
        own = {"[field('type')]": self._resource["type"], "[requestContext().apiVersion]": self._resource["apiVersion"]}
        return own[value] if isinstance(value, str) and value.startswith("[") else value

    def _fields(self, field: str, items: Mapping[str, Any]) -> Iterator[Any]:
        if field in ("type", "location", "name", "kind"):
            yield self._resource.get(field)
            return
        for lists, item in items.items():
            if field.startswith(f"{lists}."):
                yield from _walk(item, field.removeprefix(f"{lists}.").split("."))
                return
        kind = str(self._resource["type"])
        if not field.lower().startswith(f"{kind.lower()}/"):
            yield None
            return
        path = field[len(kind) + 1 :].split(".")
        top = path[0].replace("[*]", "") in ("sku", "identity", "zones")
        yield from _walk(self._resource if top else self._resource.get("properties", {}), path)


def _walk(value: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield value
        return
    step = path[0].removesuffix("[*]").lower()
    found = {key.lower(): item for key, item in value.items()}.get(step) if isinstance(value, dict) else None
    if isinstance(found, dict) and "properties" in found and len(path) > 1 and path[1].lower() not in found:
        found = found["properties"]
    if path[0].endswith("[*]"):
        for item in found or []:
            inner = item["properties"] if len(path) > 1 and "properties" in item and path[1] not in item else item
            yield from _walk(inner, path[1:])
        return
    yield from _walk(found, path[1:])
