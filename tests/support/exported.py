"""What the program declares, as `pulumi stack export` would write it: for what reads a state and needs no engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.program.program import Declared, Secret

_SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
_STACK = "urn:pulumi:test::platform-refresh::pulumi:pulumi:Stack::platform-refresh-test"


def deployment(resources: Iterable[Declared]) -> dict[str, Any]:
    """A state with these resources, as an export without a passphrase has it: secrets are ciphertext."""
    rows = [{"urn": _STACK, "custom": False, "type": "pulumi:pulumi:Stack"}]
    for resource in resources:
        if resource.token.startswith("pulumi:"):
            continue
        inputs = _encoded(resource.inputs)
        row: dict[str, Any] = {
            "urn": f"urn:pulumi:test::platform-refresh::{resource.token}::{resource.name}",
            "custom": not resource.is_component,
            "type": resource.token,
            "inputs": inputs,
            "outputs": inputs,
            "parent": _STACK,
            "protect": resource.protect,
        }
        if not resource.is_component:
            row["id"] = f"id-{resource.name}"
        rows.append(row)
    manifest = {"time": "2026-12-01T00:00:00Z", "magic": "", "version": ""}
    return {"version": 3, "deployment": {"manifest": manifest, "resources": rows}}


def write(path: Path, resources: Iterable[Declared]) -> Path:
    """The same as a file."""
    path.write_text(json.dumps(deployment(resources)), encoding="utf-8")
    return path


def _encoded(value: Any) -> Any:
    if isinstance(value, Secret):
        return {**_SIGNATURE, "plaintext": json.dumps(value.value)}
    if isinstance(value, Mapping):
        return {key: _encoded(entry) for key, entry in value.items()}
    return [_encoded(entry) for entry in value] if isinstance(value, list) else value
