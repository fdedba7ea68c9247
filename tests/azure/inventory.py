"""What a program declares of Azure, as a list of type tokens and inputs: the form in which the checks here take it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

Inventory = Sequence[tuple[str, Mapping[str, Any]]]

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_PREFIX = "azure-native:"


class Registered(Protocol):
    """A resource as a program under mocks has registered it."""

    @property
    def token(self) -> str: ...
    @property
    def inputs(self) -> dict[str, Any]: ...


def declared(resources: Iterable[Registered]) -> Inventory:
    """The Azure resources of a program under mocks."""
    return [(item.token, plain(item.inputs)) for item in resources if item.token.startswith(_PREFIX) and item.inputs]


def stated(resources: Iterable[Mapping[str, Any]]) -> Inventory:
    """The Azure resources of a stack's state, as `pulumi stack export --show-secrets` has them."""
    return [
        (item["type"], plain(item["inputs"]))
        for item in resources
        if item["type"].startswith(_PREFIX) and item.get("inputs")
    ]


def plain(value: Any) -> Any:
    """The value without secrets, which are parameters in a template, and without what the engine adds for itself; whole
    numbers as such, for on the wire there are only fractions.
    """
    if type(value).__name__ == "Secret":
        return _hidden(value.value)
    if isinstance(value, dict):
        if _SIGNATURE in value:
            text = value.get("plaintext")
            return _hidden(json.loads(text) if isinstance(text, str) else value.get("value"))
        return {key: plain(item) for key, item in value.items() if not key.startswith("__")}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    return "[parameters('secret')]" if isinstance(value, str) else plain(value)
