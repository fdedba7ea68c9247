"""Who may do what and where things hang: management groups, role assignments, identities, and what collects logs."""

from __future__ import annotations

from typing import Final

from twin.azure import errors, ids
from twin.azure.resource import CLIENT, TENANT, ArmResource, guid, is_guid, part
from twin.engine.platform import Kind, Site


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
    ids.MANAGEMENT_GROUP: ManagementGroup(ids.MANAGEMENT_GROUP),
    ids.PLACED_SUBSCRIPTION: PlacedSubscription(ids.PLACED_SUBSCRIPTION),
    ids.ROLE_ASSIGNMENT: RoleAssignment(ids.ROLE_ASSIGNMENT),
    ids.IDENTITY: Identity(ids.IDENTITY),
    ids.LOG_WORKSPACE: LogWorkspace(ids.LOG_WORKSPACE),
    ids.RULE: DataCollection(ids.RULE),
    ids.RULE_ENDPOINT: DataCollection(ids.RULE_ENDPOINT),
}
