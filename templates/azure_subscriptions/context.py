"""The context of the registration script: subscriptions, and what each is registered for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rendering.target import File

if TYPE_CHECKING:
    from model import Platform

SCRIPT = "register.sh"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription, by its id."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Script:
    """The context of the script; `features` are `namespace/feature`."""

    subscriptions: list[Subscription]
    namespaces: list[str]
    features: list[str]


def files(platform: Platform) -> Iterator[File]:
    """The script, where there is an Azure."""
    if platform.azure.settings is None:
        return
    providers = sorted(platform.landing_zone.resource_providers.values(), key=lambda item: item.namespace)
    script = Script(
        [Subscription(str(item.id), item.title) for _, item in sorted(platform.azure.subscriptions.items())],
        [item.namespace for item in providers],
        [f"{item.namespace}/{feature}" for item in providers for feature in item.features],
    )
    yield File(SCRIPT, "register.sh.j2", script)
