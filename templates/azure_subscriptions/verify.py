"""Proves the registration script: it is Bash, and each subscription and namespace of the model stands in its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rendering import native, proof
from rendering.target import Finding
from templates.azure_subscriptions.context import SCRIPT

if TYPE_CHECKING:
    from model import Platform


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and Bash find. Raises Missing."""
    return proof.joined(_back(platform, folder), lambda: _bash(folder / SCRIPT))


def _back(platform: Platform, folder: Path) -> Iterator[Finding]:
    path = folder / SCRIPT
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    listed = {
        name: [line.split()[0] for line in body.splitlines() if line.strip()]
        for name, body in re.findall(r"^(\w+)=\(\n(.*?)^\)$", text, re.MULTILINE | re.DOTALL)
    }
    wanted: dict[str, list[str]] = {"subscriptions": [], "namespaces": [], "features": []}
    if platform.azure.settings is not None:
        providers = platform.landing_zone.resource_providers.values()
        wanted["subscriptions"] = [str(item.id) for item in platform.azure.subscriptions.values()]
        wanted["namespaces"] = [item.namespace for item in providers]
        wanted["features"] = [f"{item.namespace}/{feature}" for item in providers for feature in item.features]
    for name, items in wanted.items():
        yield from proof.differences(SCRIPT, name, items, listed.get(name, []))


def _bash(path: Path) -> list[Finding]:
    if not path.is_file():
        return []
    done = native.run("bash", "-n", path)
    return [Finding(path.name, f"bash: {line}") for line in done.stderr.splitlines()] if done.returncode else []
