"""Who may do what with desktops in Azure: built-in roles by their ids, given to groups and to Azure's own services."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import authorization

from model import azure_names

USER = "1d18fff3-a72a-46b5-b4a9-0b38a3cd7e63"
"""Desktop Virtualization User: what an application group publishes."""
POWER = "40c5ff49-9181-41f8-ae61-143b0e78555e"
"""Desktop Virtualization Power On Off Contributor: starts and stops session hosts."""
SCALING = "082f0a83-3be5-4ba1-904c-961cca79b387"
"""Desktop Virtualization Contributor: changes scaling plans and what they scale."""
LOGIN = "fb879df8-f326-4884-b1cf-06f3ad86be52"
"""Virtual Machine User Login: signs in to a machine that is joined to Entra ID."""
PROFILES = "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb"
"""Storage File Data SMB Share Contributor: has files of one's own on a share."""


def assign(
    name: str,
    role: str,
    scope: pulumi.Input[str],
    principal: pulumi.Input[str],
    key: str,
    opts: pulumi.ResourceOptions,
    *,
    service: bool = False,
) -> None:
    """Gives a role at a scope to a group, or to a service's identity. `key` makes its name, which no other may have."""
    authorization.RoleAssignment(
        name,
        role_assignment_name=azure_names.guid(key, role),
        scope=scope,
        role_definition_id=f"/providers/Microsoft.Authorization/roleDefinitions/{role}",
        principal_id=principal,
        # Said, for a new principal is not found everywhere at once and Azure would ask for its type.
        principal_type="ServicePrincipal" if service else "Group",
        opts=opts,
    )
