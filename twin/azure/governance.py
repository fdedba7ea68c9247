"""Who may do what and where things hang: management groups, role assignments, identities, and what collects logs."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from twin.azure import errors, ids
from twin.azure.resource import CLIENT, TENANT, ArmResource, guid, is_guid
from twin.azure.values import part
from twin.engine.platform import Kind, Site
from twin.world import today

_SETTLES: Final = timedelta(minutes=15)


class ManagementGroup(ArmResource):
    """A management group; one that has groups or subscriptions below it stays."""

    def settle(self, site: Site) -> None:
        parent = part(site.inputs, "details", "parent", "id")
        found = site.world.holder("arm", str(parent).lower()) if parent else None
        if parent and found is None and not is_guid(str(parent).rsplit("/", maxsplit=1)[-1]):
            errors.refuse("ParentManagementGroupNotFound", f"Parent management group {parent} was not found.")
        if found is not None:
            site.world.link(site.item, found)
        site.outputs["tenantId"] = TENANT
        now = today.now(site.world)
        if site.before is None and now is not None:
            site.item.facts["made"] = now.isoformat()


def rights(site: Site) -> None:
    """Refuses what is written at a management group that is minutes old: rights at it hold after up to a quarter of an
    hour (Azure/ALZ-PowerShell-Module issue 296, terraform-provider-azurerm issue 19595).
    """
    scope = site.item.id.lower().rpartition("/providers/microsoft.authorization/")[0]
    group, now = site.world.holder("arm", scope), today.now(site.world)
    made = today.moment(group.facts.get("made")) if group is not None else None
    if made is not None and now is not None and now - made < _SETTLES:
        errors.refuse(
            "AuthorizationFailed",
            f"The client {CLIENT!r} with object id {CLIENT!r} does not have authorization to perform action "
            f"'{ids.arm_type(site.item.type)}/write' over scope '{site.item.id}' or the scope is invalid. If access "
            "was recently granted, please refresh your credentials.",
        )


class PolicyAssignment(ArmResource):
    """A policy that is assigned somewhere."""

    def settle(self, site: Site) -> None:
        rights(site)


class Budget(ArmResource):
    """A budget. It begins in no month that is over, and never changes when (terraform-provider-azurerm pull request
    12121, CanadaPubSecALZ issue 317).
    """

    def settle(self, site: Site) -> None:
        begins, before = (part(held, "timePeriod", "startDate") for held in (site.inputs, site.before))
        now, starts = today.now(site.world), today.moment(begins)
        if site.before is not None and today.moment(before) != starts:
            errors.refuse("400", "The start date of a budget cannot be changed.")
        if site.before is None and now is not None and starts is not None and (starts.year, starts.month) < (
            now.year, now.month,
        ):  # fmt: skip
            errors.refuse("400", f"Start date {begins} should not be prior to the current month for a monthly budget.")


class PlacedSubscription(ArmResource):
    """A subscription in a management group; it is in one at a time, and moves when it is put in another."""

    def settle(self, site: Site) -> None:
        parent = ids.ancestors(site.item.id)[0]
        found = site.world.holder("arm", parent.lower())
        if found is None:
            errors.refuse("ManagementGroupNotFound", f"Management group {parent.rsplit('/', 1)[-1]!r} not found.")
        site.world.link(site.item, found)


class RoleAssignment(ArmResource):
    """A role for somebody somewhere, once."""

    def settle(self, site: Site) -> None:
        rights(site)
        role = str(site.inputs.get("roleDefinitionId", "")).rsplit("/", maxsplit=1)[-1].lower()
        scope = str(site.inputs.get("scope", "")).strip("/").lower()
        key = f"{scope}|{site.inputs.get('principalId')}|{role}"
        site.claim("role", key, errors.text("RoleAssignmentExists", "The role assignment already exists."))
        site.outputs["createdBy"] = CLIENT


class Identity(ArmResource):
    """A managed identity that stands by itself."""

    def settle(self, site: Site) -> None:
        site.outputs |= {"principalId": guid(site, "principal"), "clientId": guid(site, "client"), "tenantId": TENANT}


class LogWorkspace(ArmResource):
    """A Log Analytics workspace."""

    def settle(self, site: Site) -> None:
        site.outputs["customerId"] = guid(site, "customer")


class DataCollection(ArmResource):
    """A data collection rule or endpoint."""

    def settle(self, site: Site) -> None:
        site.outputs["immutableId"] = f"dcr-{guid(site, 'collection').replace('-', '')}"
        if self.token == ids.RULE_ENDPOINT:
            region = site.inputs.get("location") or site.outputs.get("location")
            for key, service in (("logsIngestion", "ingest"), ("metricsIngestion", "metrics.ingest")):
                site.outputs[key] = {"endpoint": f"https://{site.item.name}.{region}-1.{service}.monitor.azure.com"}


KINDS: Final[dict[str, Kind]] = {
    ids.BUDGET: Budget(ids.BUDGET),
    ids.POLICY_ASSIGNMENT: PolicyAssignment(ids.POLICY_ASSIGNMENT),
    ids.MANAGEMENT_GROUP: ManagementGroup(ids.MANAGEMENT_GROUP),
    ids.PLACED_SUBSCRIPTION: PlacedSubscription(ids.PLACED_SUBSCRIPTION),
    ids.ROLE_ASSIGNMENT: RoleAssignment(ids.ROLE_ASSIGNMENT),
    ids.IDENTITY: Identity(ids.IDENTITY),
    ids.LOG_WORKSPACE: LogWorkspace(ids.LOG_WORKSPACE),
    ids.RULE: DataCollection(ids.RULE),
    ids.RULE_ENDPOINT: DataCollection(ids.RULE_ENDPOINT),
}
