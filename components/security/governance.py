"""The tree of management groups, which subscription is where, and the policies that hold below each group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import authorization, management

from model import azure_names as names
from model.types.azure import Azure, Subscription
from model.types.landing_zone import ManagementGroup, Policy

_GROUPS = "/providers/Microsoft.Management/managementGroups"
_AUTHORIZATION = "/providers/Microsoft.Authorization"
WORKSPACE_ROLE = "92aaf0da-9dab-42b6-94a3-d43ce8d16293"
"""Log Analytics Contributor, which may list a workspace's keys (`workspaces/sharedKeys/action`)."""
_DEFINITIONS = {"policy": "policyDefinitions", "initiative": "policySetDefinitions"}


@dataclass(frozen=True, kw_only=True)
class GovernanceArgs:
    """`subscriptions` come each with its provider; `workspace` is where policies that send logs send them, in the
    resource group `logs`.
    """

    azure: Azure
    groups: Mapping[str, ManagementGroup]
    policies: Mapping[str, Policy]
    subscriptions: Mapping[str, tuple[Subscription, azure_native.Provider]]
    workspace: pulumi.Input[str]
    logs: pulumi.Input[str]


class Governance(pulumi.ComponentResource):
    """The management groups of the tenant, with what is placed and assigned in them."""

    def __init__(self, name: str, args: GovernanceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:security:Governance", name, {}, opts)
        self._name, self._args = name, args
        self._here = pulumi.ResourceOptions(parent=self)
        self._made: dict[str, management.ManagementGroup] = {}
        for key in args.groups:
            self._declare_group(key)
        for key, (subscription, provider) in args.subscriptions.items():
            # Which subscription it is, its provider says.
            management.ManagementGroupSubscription(
                f"{name}-subscription-{key}",
                group_id=self._made[subscription.management_group].name,
                opts=pulumi.ResourceOptions(parent=self, provider=provider),
            )
        for key, group in args.groups.items():
            for policy in group.policies:
                self._assign(key, policy)
        self.register_outputs({})

    def _declare_group(self, key: str) -> management.ManagementGroup:
        """A management group after its parent, in whatever order the data have them."""
        if key not in self._made:
            group = self._args.groups[key]
            parent = self._declare_group(group.parent).id if group.parent is not None else None
            self._made[key] = management.ManagementGroup(
                f"{self._name}-{key}",
                group_id=names.management_group(self._args.azure.code, key),
                display_name=group.title,
                # Without one it stands below the tenant's root.
                details=management.CreateManagementGroupDetailsArgs(
                    parent=management.CreateParentGroupInfoArgs(id=parent)
                )
                if parent is not None
                else None,
                opts=self._here,
            )
        return self._made[key]

    def _assign(self, group: str, key: str) -> None:
        args, policy = self._args, self._args.policies[key]
        name = f"{self._name}-{group}-{key}"
        scope = f"{_GROUPS}/{names.management_group(args.azure.code, group)}"
        given: dict[str, object] = {**policy.parameters}
        if policy.workspace is not None:
            given[policy.workspace] = args.workspace
        mends = bool(policy.remediates)
        assignment = authorization.PolicyAssignment(
            name,
            policy_assignment_name=key,
            scope=scope,
            display_name=policy.title,
            policy_definition_id=f"{_AUTHORIZATION}/{_DEFINITIONS[policy.kind]}/{policy.definition}",
            enforcement_mode="Default" if policy.enforce else "DoNotEnforce",
            parameters={key: authorization.ParameterValuesValueArgs(value=value) for key, value in given.items()},
            non_compliance_messages=[authorization.NonComplianceMessageArgs(message=policy.message)],
            identity=authorization.IdentityArgs(type=authorization.ResourceIdentityType.SYSTEM_ASSIGNED)
            if mends
            else None,
            # An identity lives in a region; without one Azure wants none.
            location=args.azure.location if mends else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._made[group]]),
        )
        for role in policy.remediates:
            self._allow(f"{name}-{role}", assignment, role, scope, names.guid(scope, key, role))
        if mends and policy.workspace is not None and not self._holds_logs(group):
            # A role here reaches nothing above or beside, and what sends logs reads the workspace's keys.
            home = names.guid(scope, key, WORKSPACE_ROLE, "logs")
            self._allow(f"{name}-logs", assignment, WORKSPACE_ROLE, args.logs, home)

    def _holds_logs(self, group: str) -> bool:
        """Whether the workspace's subscription is below a management group."""
        args = self._args
        at: str | None = args.subscriptions[args.azure.management][0].management_group
        while at is not None and at != group:
            at = args.groups[at].parent
        return at is not None

    def _allow(
        self, name: str, assignment: authorization.PolicyAssignment, role: str, scope: pulumi.Input[str], guid: str
    ) -> None:
        authorization.RoleAssignment(
            name,
            role_assignment_name=guid,
            scope=scope,
            principal_id=assignment.identity.apply(lambda identity: identity.principal_id if identity else ""),
            # Entra may not know an identity that is seconds old, and with its type it is not looked up.
            principal_type="ServicePrincipal",
            role_definition_id=f"{_AUTHORIZATION}/roleDefinitions/{role}",
            opts=self._here,
        )
