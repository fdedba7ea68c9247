"""ARM ids: how each type's is formed from its inputs, and what that says of names, parents and replacement.

An id names the provider's namespace and type, which the SDK does not carry. `types.yaml` holds the ids of the types
that matter as templates; for others one is formed from the SDK's module and class, which looks right and need not be.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any, Final, cast

from twin import yamls
from twin.engine import schema
from twin.engine.wire import Properties

SUBSCRIPTION: Final = "00000000-0000-0000-0000-000000000000"
"""Where a provider works that is given no subscription."""
_HOLDER: Final = re.compile(r"\{(\w+)\}")
_GROUP: Final = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers"
_SCOPED: Final = "/subscriptions/{subscriptionId}/providers"


def token(module: str, name: str) -> str:
    """The type token of a resource class, as `VirtualMachine` of `compute`."""
    return f"azure-native:{module}:{name}"


GROUP: Final = token("resources", "ResourceGroup")
LOCK: Final = token("authorization", "ManagementLockByScope")
ROLE_ASSIGNMENT: Final = token("authorization", "RoleAssignment")
POLICY_ASSIGNMENT: Final = token("authorization", "PolicyAssignment")
MANAGEMENT_GROUP: Final = token("management", "ManagementGroup")
PLACED_SUBSCRIPTION: Final = token("management", "ManagementGroupSubscription")
BUDGET: Final = token("consumption", "Budget")
NETWORK: Final = token("network", "VirtualNetwork")
SUBNET: Final = token("network", "Subnet")
PEERING: Final = token("network", "VirtualNetworkPeering")
SECURITY_GROUP: Final = token("network", "NetworkSecurityGroup")
SECURITY_RULE: Final = token("network", "SecurityRule")
ROUTE_TABLE: Final = token("network", "RouteTable")
PUBLIC_ADDRESS: Final = token("network", "PublicIPAddress")
INTERFACE: Final = token("network", "NetworkInterface")
GATEWAY: Final = token("network", "VirtualNetworkGateway")
LOCAL_GATEWAY: Final = token("network", "LocalNetworkGateway")
CONNECTION: Final = token("network", "VirtualNetworkGatewayConnection")
FIREWALL: Final = token("network", "AzureFirewall")
FIREWALL_POLICY: Final = token("network", "FirewallPolicy")
IP_GROUP: Final = token("network", "IpGroup")
BASTION: Final = token("network", "BastionHost")
PRIVATE_ENDPOINT: Final = token("network", "PrivateEndpoint")
MACHINE: Final = token("compute", "VirtualMachine")
EXTENSION: Final = token("compute", "VirtualMachineExtension")
DISK: Final = token("compute", "Disk")
ENCRYPTION_SET: Final = token("compute", "DiskEncryptionSet")
STORAGE: Final = token("storage", "StorageAccount")
FILE_SHARE: Final = token("storage", "FileShare")
KEY_VAULT: Final = token("keyvault", "Vault")
LOG_WORKSPACE: Final = token("operationalinsights", "Workspace")
RULE: Final = token("monitor", "DataCollectionRule")
RULE_ENDPOINT: Final = token("monitor", "DataCollectionEndpoint")
BACKUP_VAULT: Final = token("recoveryservices", "Vault")
BACKUP_POLICY: Final = token("recoveryservices", "ProtectionPolicy")
BACKUP_ITEM: Final = token("recoveryservices", "ProtectedItem")
HOST_POOL: Final = token("desktopvirtualization", "HostPool")
SESSION_HOST: Final = token("desktopvirtualization", "SessionHost")
APPLICATION_GROUP: Final = token("desktopvirtualization", "ApplicationGroup")
DESKTOP_WORKSPACE: Final = token("desktopvirtualization", "Workspace")
IDENTITY: Final = token("managedidentity", "UserAssignedIdentity")


@functools.cache
def template(type_: str) -> str:
    """The id of a type, its inputs in braces."""
    known = _table().get(type_) or _guess(type_)
    return known.replace("{group}", _GROUP).replace("{subscription}", _SCOPED)


def form(type_: str, inputs: Properties, subscription: str) -> str:
    """The id of a resource with these inputs."""
    values: dict[str, Any] = {"subscriptionId": subscription} | inputs
    return _HOLDER.sub(lambda holder: str(values.get(holder[1], "")).strip("/"), template(type_))


def holders(type_: str) -> list[str]:
    """The inputs that form the id, the resource's own name last."""
    return [name for name in _HOLDER.findall(template(type_)) if name != "subscriptionId"]


def own_name(resource: schema.Resource) -> str | None:
    """The input that holds the resource's own name; None where it is always the same."""
    last = template(resource.token).rsplit("/", maxsplit=1)[-1]
    name = last.strip("{}")
    return name if last != name and name in resource.inputs.properties else None


def arm_type(type_: str) -> str:
    """Namespace and type of a resource, as `Microsoft.Compute/virtualMachines`."""
    tail = template(type_).rsplit("/providers/", maxsplit=1)
    if len(tail) == 1:
        return "Microsoft.Resources/resourceGroups"
    namespace, *pairs = tail[1].split("/")
    return "/".join((namespace, *pairs[::2]))


def is_extension(type_: str) -> bool:
    """Whether resources of the type belong to another resource, of whatever type: a lock, a diagnostic setting."""
    return template(type_).startswith("/{")


def ancestors(id_: str) -> list[str]:
    """The ids of what a resource lies in, nearest first, up to its resource group or its provider's namespace."""
    root, found, tail = id_.rpartition("/providers/")
    if not found:
        return []
    parts = tail.split("/")
    return [f"{root}/providers/{'/'.join(parts[:length])}" for length in range(len(parts) - 2, 2, -2)]


def subscription_of(id_: str) -> str | None:
    """The subscription that an id names."""
    parts = id_.split("/")
    return parts[2] if len(parts) > 2 and parts[1].lower() == "subscriptions" else None


def _guess(type_: str) -> str:
    _, module, name = type_.split(":")
    inputs = schema.resource(type_).inputs.properties
    own = _likely_name(name, inputs)
    above = [key for key in inputs if inputs[key].required and _is_name(key, inputs[key]) and key != own]
    namespace = module.split("/", maxsplit=1)[0]
    root = "{group}" if "resourceGroupName" in inputs else "{subscription}"
    path = f"{root}/Microsoft.{namespace[0].upper()}{namespace[1:]}/"
    path = "/{scope}/providers/" + path.split("/", maxsplit=1)[1] if "scope" in inputs else path
    for key in above:
        path += f"{key.removesuffix('Name')}s/{{{key}}}/"
    plural = name[:-1] + "ies" if name.endswith("y") else name + ("es" if name.endswith("s") else "s")
    return (
        f"{path}{plural[0].lower()}{plural[1:]}/{{{own}}}" if own else f"{path}{plural[0].lower()}{plural[1:]}/default"
    )


def _likely_name(name: str, inputs: dict[str, schema.Property]) -> str | None:
    for candidate in (f"{name[0].lower()}{name[1:]}Name", "name"):
        if candidate in inputs:
            return candidate
    free = [key for key, item in inputs.items() if not item.required and _is_name(key, item)]
    return free[0] if len(free) == 1 else None


def _is_name(key: str, item: schema.Property) -> bool:
    return key.endswith("Name") and item.type.kind == "string" and key != "resourceGroupName"


@functools.cache
def _table() -> dict[str, str]:
    return cast("dict[str, str]", yamls.read(Path(__file__).with_name("types.yaml")))
