"""What policies refuse that are assigned above a resource, unless an exemption holds.

Built-in definitions by their ids, as Azure/azure-policy has them; tests hold each against Microsoft's own rule
(tests/conformance/azure/test_twin_policies.py). Left out: initiatives, which report and mend, and every effect but
`Deny`. Azure takes up to half an hour to heed an assignment; the twin heeds it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, cast

from twin.azure import errors, ids
from twin.azure.values import part, parts
from twin.engine.platform import Site
from twin.engine.wire import Properties
from twin.world import today
from twin.world.store import Object, World

EXEMPTION: Final = ids.token("authorization", "PolicyExemption")


class _Denial(NamedTuple):
    """Whether a rule refuses inputs of a type, by the values of its parameters; what it does when none says."""

    refuses: Callable[[str, Properties, Mapping[str, Any]], bool]
    effect: str = "Audit"


def _is(type_: str, wanted: str) -> bool:
    return type_.lower() == wanted.lower()


def _regions(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
    del type_
    allowed = {str(item).lower() for item in given.get("listOfAllowedLocations", ())} | {"global"}
    return "location" in inputs and str(inputs["location"]).lower() not in allowed


def _group_regions(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
    return _is(type_, ids.arm_type(ids.GROUP)) and _regions(type_, inputs, given)


def _types(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
    del inputs
    return type_.lower() in {str(item).lower() for item in given.get("listOfResourceTypesNotAllowed", ())}


def _public_card(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
    del given
    cards = [part(item, "publicIPAddress", "id") for item in parts(inputs, "ipConfigurations")]
    return _is(type_, "Microsoft.Network/networkInterfaces") and any(cards)


def _forwarding(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
    del given
    return _is(type_, "Microsoft.Network/networkInterfaces") and inputs.get("enableIPForwarding") is True


def _unencrypted(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
    del given
    encrypted = part(inputs, "securityProfile", "encryptionAtHost") is True
    return _is(type_, "Microsoft.Compute/virtualMachines") and not encrypted


def _open_subnet(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
    del given
    if _is(type_, "Microsoft.Network/virtualNetworks"):
        return any(subnet.get("defaultOutboundAccess") is not False for subnet in parts(inputs, "subnets"))
    return _is(type_, "Microsoft.Network/virtualNetworks/subnets") and inputs.get("defaultOutboundAccess") is not False


def _public_vault(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
    del given
    vault: Properties = part(inputs, "properties") or {}
    closed = vault.get("createMode") == "recover" or vault.get("publicNetworkAccess") == "Disabled"
    return _is(type_, "Microsoft.KeyVault/vaults") and not closed


def _storage(key: str, *allowed: Any) -> Callable[[str, Properties, Mapping[str, Any]], bool]:
    """Storage whose property is none of `allowed`."""

    def refuses(type_: str, inputs: Properties, given: Mapping[str, Any]) -> bool:
        del given
        return _is(type_, "Microsoft.Storage/storageAccounts") and inputs.get(key) not in allowed

    return refuses


DENIALS: Final[Mapping[str, _Denial]] = {
    "e56962a6-4747-49cd-b67b-bf8b01975c4c": _Denial(_regions, "Deny"),
    "e765b5de-1225-4ba3-bd56-1ac6695af988": _Denial(_group_regions, "Deny"),
    "6c112d4e-5bc7-47ae-a041-ea2d9dccd749": _Denial(_types, "Deny"),
    "83a86a26-fd1f-447c-b59d-e51f44264114": _Denial(_public_card, "Deny"),
    "88c0b9da-ce96-4b03-9635-f29a937e2900": _Denial(_forwarding, "Deny"),
    "fc4d8e41-e223-45ea-9bf5-eada37891d87": _Denial(_unencrypted),
    "7bca8353-aa3b-429b-904a-9229c4385837": _Denial(_open_subnet),
    "405c5871-3e91-4644-8a63-58e19d68ff5b": _Denial(_public_vault),
    "b2982f36-99f2-4db5-8eff-283140c09693": _Denial(_storage("publicNetworkAccess", "Disabled")),
    "fe83a0eb-a853-422d-aac2-1bffd182c5d0": _Denial(_storage("minimumTlsVersion", "TLS1_2")),
    "404c3081-a854-4457-ae30-26a93ef643f9": _Denial(_storage("enableHttpsTrafficOnly", True, None)),
}


def check(site: Site, subscription: str) -> None:
    """Refuses what an assignment above the resource denies. Raises RefusedError."""
    if site.planted or not site.item.id.lower().startswith("/subscriptions/"):
        return
    type_ = ids.arm_type(site.item.type)
    inputs = {"location": site.outputs["location"], **site.inputs} if "location" in site.outputs else site.inputs
    scopes = _scopes(site.world, subscription)
    for assignment in site.world.all(ids.POLICY_ASSIGNMENT):
        denial = DENIALS.get(str(assignment.properties.get("policyDefinitionId", "")).rpartition("/")[2])
        if denial is None or assignment.properties.get("enforcementMode") == "DoNotEnforce":
            continue
        parameters = cast(Properties, assignment.properties.get("parameters") or {})
        given = {key: part(value, "value") for key, value in parameters.items()}
        denies = str(given.get("effect", denial.effect)).lower() == "deny"
        below = _scope(assignment.id) in scopes or site.item.id.lower().startswith(f"{_scope(assignment.id)}/")
        if denies and below and denial.refuses(type_, inputs, given) and not _exempt(site, assignment):
            messages = parts(assignment.properties, "nonComplianceMessages")
            told = f" {messages[0].get('message')}." if messages else ""
            errors.refuse(
                "RequestDisallowedByPolicy",
                f"Resource {site.item.name!r} was disallowed by policy.{told} Policy identifiers: {assignment.id}",
            )


def _scope(id_: str) -> str:
    return id_.lower().rpartition("/providers/microsoft.authorization/")[0]


def _scopes(world: World, subscription: str) -> set[str]:
    """The ids of the management groups above a subscription, in lower case."""
    found: set[str] = set()
    suffix = f"/subscriptions/{subscription}".lower()
    at = next(
        (ids.ancestors(o.id)[0] for o in world.all(ids.PLACED_SUBSCRIPTION) if o.id.lower().endswith(suffix)), None
    )
    while at is not None and at.lower() not in found:
        found.add(at.lower())
        group = world.holder("arm", at.lower())
        at = part(group.properties, "details", "parent", "id") if group is not None else None
    return found


def _exempt(site: Site, assignment: Object) -> bool:
    """Whether an exemption above the resource holds: it ends by itself (learn.microsoft.com, "Azure Policy exemption
    structure").
    """
    now = today.now(site.world)
    for exemption in site.world.all(EXEMPTION):
        of = str(exemption.properties.get("policyAssignmentId", "")).lower() == assignment.id.lower()
        ends = today.moment(exemption.properties.get("expiresOn"))
        if of and site.item.id.lower().startswith(f"{_scope(exemption.id)}/") and not (now and ends and ends < now):
            return True
    return False
