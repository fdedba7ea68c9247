"""One resource of each kind, for checks to be tried on: sample.yaml with its ids filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from twin.azure import ids
from twin.engine import schema

GROUP: Final = "rg-hub"
_ROOT: Final = f"/subscriptions/{ids.SUBSCRIPTION}/resourceGroups/{GROUP}"
_IDS: Final = {
    "{subscription}": f"/subscriptions/{ids.SUBSCRIPTION}",
    "{root}": _ROOT,
    "{network}": f"{_ROOT}/providers/Microsoft.Network",
    "{compute}": f"{_ROOT}/providers/Microsoft.Compute",
    "{desktops}": f"{_ROOT}/providers/Microsoft.DesktopVirtualization",
    "{logs}": f"{_ROOT}/providers/Microsoft.OperationalInsights/workspaces/log-hub",
    "{vault}": f"{_ROOT}/providers/Microsoft.RecoveryServices/vaults/rsv-hub",
}


def inventory() -> list[tuple[str, dict[str, Any]]]:
    """Type tokens and inputs."""
    text = Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8")
    for name, id_ in _IDS.items():
        text = text.replace(name, id_)
    found: list[tuple[str, dict[str, Any]]] = []
    for entry in YAML(typ="safe").load(text):
        ((kind, inputs),) = entry.items()
        token = f"azure-native:{kind}"
        grouped = "resourceGroupName" in schema.resource(token).inputs.properties
        found.append((token, ({"resourceGroupName": GROUP} if grouped else {}) | inputs))
    return found
