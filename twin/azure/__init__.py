"""Azure Resource Manager as pulumi_azure_native sees it."""

from __future__ import annotations

from typing import Final

from twin.azure import deployments, desktops, functions, governance, ids, immutable, machines, networks, vaults
from twin.azure.resource import ArmResource
from twin.engine import rules as rules_
from twin.engine import schema
from twin.engine.platform import Kind
from twin.engine.wire import Properties
from twin.world.store import World

KINDS: Final[dict[str, Kind]] = {
    **deployments.KINDS,
    **desktops.KINDS,
    **governance.KINDS,
    **machines.KINDS,
    **networks.KINDS,
    **vaults.KINDS,
}


class Azure:
    """The platform behind the package `azure-native`."""

    package = "azure-native"
    # The Azure SDK for Go's own policy, which heeds Retry-After (azcore, policy.RetryOptions.MaxRetries).
    retries = 3
    # Diff in azure-native's provider.go: only what has a name of the provider's making is created first.
    unnamed_first = True

    def kind(self, token: str) -> Kind:
        return KINDS.get(token) or ArmResource(token)

    def rules(self, token: str) -> rules_.Rules | None:
        return immutable.rules(token)

    def automatic_name(self, resource: schema.Resource) -> str | None:
        name = ids.own_name(resource)
        return None if name is None or resource.inputs.properties[name].required else name

    def invoke(self, world: World, token: str, arguments: Properties, settings: Properties) -> Properties:
        return functions.answer(world, token, arguments, settings)
