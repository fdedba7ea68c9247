"""Azure Resource Manager as pulumi_azure_native sees it, in what all resources share."""

from __future__ import annotations

from twin import rules as rules_
from twin import schema
from twin.azure.resource import ArmResource, identity_rules, own_name
from twin.platform import Kind, RefusedError
from twin.wire import Properties
from twin.world import World


class Azure:
    """The platform behind the package `azure-native`."""

    package = "azure-native"

    def kind(self, token: str) -> Kind:
        return ArmResource(token)

    def rules(self, token: str) -> rules_.Rules | None:
        return identity_rules(token)

    def automatic_name(self, resource: schema.Resource) -> str | None:
        name = own_name(resource)
        return None if name is None or resource.inputs.properties[name].required else name

    def invoke(self, world: World, token: str, arguments: Properties) -> Properties:
        """No function of Azure is answered yet."""
        del world, arguments
        raise RefusedError(f"the twin cannot answer {token}: it knows no function of Azure")
