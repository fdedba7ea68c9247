"""vCenter as pulumi_vsphere sees it."""

from __future__ import annotations

import functools
from pathlib import Path

from twin.engine import rules as rules_
from twin.engine import schema
from twin.engine.platform import Kind
from twin.engine.wire import Properties
from twin.vsphere import compute, inventory, invokes, machine, network, policy, storage
from twin.world.store import World

KINDS: dict[str, Kind] = {
    **inventory.KINDS,
    **compute.KINDS,
    **storage.KINDS,
    **network.KINDS,
    **machine.KINDS,
    **policy.KINDS,
}


class VSphere:
    """The platform behind the package `vsphere`."""

    package = "vsphere"
    retries = 0
    unnamed_first = False

    def kind(self, token: str) -> Kind:
        return KINDS.get(token, inventory.PLAIN)

    def rules(self, token: str) -> rules_.Rules | None:
        return rules().get(token)

    def automatic_name(self, resource: schema.Resource) -> str | None:
        """The Terraform bridge names what has a `name` that the provider always knows."""
        name = resource.inputs.properties.get("name")
        if name is None or name.required or not resource.outputs["name"].required:
            return None
        return "name"

    def invoke(self, world: World, token: str, arguments: Properties, settings: Properties) -> Properties:
        del settings
        return invokes.answer(world, token, arguments)


@functools.cache
def rules() -> dict[str, rules_.Rules]:
    """The rules of every type that the table holds."""
    return rules_.load(Path(__file__).with_name("rules.yaml"))
