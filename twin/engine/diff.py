"""The difference between what a resource was given and what it is given now, path by path."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, cast

from twin.engine import schema
from twin.engine.check import INTERNAL
from twin.engine.rules import Rules
from twin.engine.wire import Properties, Unknown, has_unknown, reveal

Change = Literal["add", "delete", "update"]


@dataclass(frozen=True, slots=True)
class Differ:
    """Compares inputs of one resource type; without rules it knows of no default."""

    resource: schema.Resource
    rules: Rules | None

    def compare(self, old: Properties, new: Properties) -> dict[str, Change]:
        """What has changed, by path. A value that is not known yet counts as changed."""
        return self._maps(_open(old), _open(new), "")

    def _maps(self, old: Properties, new: Properties, path: str) -> dict[str, Change]:
        found: dict[str, Change] = {}
        for key in sorted(old.keys() | new.keys()):
            if key.startswith(INTERNAL):
                continue
            here = f"{path}.{key}" if path else key
            if key not in new:
                if not self._may_be_left_out(here, key if not path else None, old[key]):
                    found[here] = "delete"
            elif key not in old:
                if not self._is_default(here, new[key]):
                    found[here] = "add"
            else:
                found.update(self._values(old[key], new[key], here))
        return found

    def _values(self, old: Any, new: Any, path: str) -> dict[str, Change]:
        if isinstance(new, Unknown):
            return {path: "update"}
        if isinstance(old, dict) and isinstance(new, dict):
            return self._maps(cast(Properties, old), cast(Properties, new), path)
        if isinstance(old, list) and isinstance(new, list):
            return self._lists(cast("list[Any]", old), cast("list[Any]", new), path)
        return {} if old == new else {path: "update"}

    def _lists(self, old: list[Any], new: list[Any], path: str) -> dict[str, Change]:
        if self.rules and self.rules.is_unordered(path) and not has_unknown(new):
            if sorted(map(_text, old)) == sorted(map(_text, new)):
                return {}
            return {path: "update"}
        found: dict[str, Change] = {}
        for index in range(max(len(old), len(new))):
            here = f"{path}[{index}]"
            if index >= len(new):
                found[here] = "delete"
            elif index >= len(old):
                found[here] = "add"
            else:
                found.update(self._values(old[index], new[index], here))
        return found

    def _may_be_left_out(self, path: str, top: str | None, old: Any) -> bool:
        """Whether the platform keeps a value that is no longer given, so that there is nothing to do."""
        if top is not None:
            output = self.resource.outputs.get(top)
            if output is not None and output.required:
                return True
        if self.rules and self.rules.is_computed(path):
            return True
        return self._is_default(path, old)

    def _is_default(self, path: str, value: Any) -> bool:
        if value in ([], {}):
            return True
        default = self.rules.default(path) if self.rules else None
        return default is not None and default == value


def _open(properties: Properties) -> Properties:
    return cast(Properties, reveal(properties))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
