"""A program under mocks whose Azure is the twin's: ids and outputs as the twin gives them, and all that it refuses.

It takes seconds where the real engine takes minutes; what only the engine does (order of deletion, replacement, state)
it does not show.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pulumi.runtime import mocks

from model import Platform
from refresh.seed import azure as seed_azure
from tests.program import program
from twin.azure import Azure, ids
from twin.engine.platform import RefusedError
from twin.engine.provider import Provider
from twin.engine.wire import SIGNATURE, Secret, reveal
from twin.world import seed
from twin.world.store import World


class OnTwin(program.World):
    """vSphere as in other programs under mocks, Azure as the twin answers it."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        super().__init__(platform)
        self.refusals: list[str] = []
        # The SDK asks from several threads, and a world is one thread's.
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._world = self._thread.submit(World, folder / "world.sqlite").result()
        self._settings: dict[str, dict[str, Any]] = {}
        self._ids = {key: subscription.id for key, subscription in platform.azure.subscriptions.items()}
        self._thread.submit(
            seed.plant,
            self._world,
            [Azure()],
            list(seed_azure.objects(platform.desktops, platform.azure, platform.landing_zone)),
        ).result()

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == "pulumi:providers:azure-native":
            # The program under mocks names its subscriptions by their keys in the data.
            self._settings[f"id-{args.name}"] = {"subscriptionId": self._ids[str(args.inputs["subscriptionId"])]}
        if not args.typ.startswith("azure-native:"):
            return super().new_resource(args)
        return self._thread.submit(self._place, args).result()

    def call(self, args: mocks.MockCallArgs) -> Any:
        if not args.token.startswith("azure-native:"):
            return super().call(args)
        return self._thread.submit(self._answer, args).result()

    def close(self) -> None:
        self._thread.submit(self._world.close).result()
        self._thread.shutdown()

    def _provider(self, reference: str | None) -> Provider:
        settings = self._settings.get((reference or "").rpartition("::")[2], {})
        return Provider(self._world, Azure(), settings)

    def _place(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        provider = self._provider(args.provider)
        inputs, faults = provider.check(args.typ, args.name, {}, _whole(args.inputs), b"")
        self.refusals += [f"{args.typ} {args.name}: {fault}" for fault in faults]
        try:
            with self._world.transaction():
                made = provider.create(args.typ, inputs)
        except RefusedError as refusal:
            self.refusals.append(f"{args.typ} {args.name}: {refusal}")
            subscription = str(provider.settings.get("subscriptionId") or ids.SUBSCRIPTION)
            _, outputs = super().new_resource(args)
            return ids.form(args.typ, reveal(inputs), subscription), outputs
        return made.id, reveal(made.outputs)

    def _answer(self, args: mocks.MockCallArgs) -> Any:
        with self._world.transaction():
            result, faults = self._provider(args.provider).invoke(args.token, dict(args.args))
        self.refusals += [f"{args.token}: {fault}" for fault in faults]
        return result


def _whole(value: Any) -> Any:
    """The value as the twin takes it: secrets marked, whole numbers as such, for the mocks know only fractions."""
    if isinstance(value, dict):
        if SIGNATURE in value:
            return Secret(_whole(value["value"]))
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
