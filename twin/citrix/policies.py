"""Policy sets of the twin's site: policies by priority, each with settings and filters.

The twin knows the form of a setting, not which names exist: a site would refuse an unknown one, and that check is the
provider's, made before anything is sent.
"""

from __future__ import annotations

from typing import Any, Final, cast

from twin.citrix.site import GROUP, POLICY, POLICY_SET, Json, Site, entries, only, refuse, text
from twin.world.store import Object

_SETTING: Final = frozenset({"SettingName", "SettingValue", "UseDefault"})
_FILTER: Final = frozenset({"FilterType", "FilterData", "IsAllowed", "IsEnabled"})
_TYPES: Final = (
    "AccessControl", "BranchRepeater", "ClientIP", "ClientName", "ClientPlatform", "DesktopGroup",
    "DesktopKind", "DesktopTag", "OU", "User",
)  # fmt: skip


def create_set(site: Site, body: Json) -> Object:
    """A new policy set, for delivery groups."""
    only(body, frozenset({"Name", "Description", "PolicySetType", "Scopes"}), "PolicySetRequest")
    text(body, "Name", required=True)
    if body.get("PolicySetType") != "DeliveryGroupPolicies":
        refuse(400, "Only a policy set of type DeliveryGroupPolicies can be created.")
    item = site.add(POLICY_SET, {"Description": "", **body})
    site.change(item, {"PolicySetGuid": item.id})
    return item


def change_set(site: Site, item: Object, body: Json) -> None:
    """Changes a policy set."""
    only(body, frozenset({"Name", "Description", "Scopes"}), "PolicySetRequest")
    site.change(item, body)


def remove_set(site: Site, item: Object) -> None:
    """Removes a set with its policies; refused while a delivery group has it."""
    users = [group for group in site.world.all(GROUP) if group.properties.get("PolicySetGuid") == item.id]
    if users:
        refuse(409, f"The policy set '{item.name}' is assigned to delivery group '{users[0].name}'.")
    for policy in site.children(POLICY, item):
        site.world.remove(policy)
    site.remove(item)


def answer_set(site: Site, item: Object) -> Json:
    """What the API tells about a policy set."""
    assigned = any(group.properties.get("PolicySetGuid") == item.id for group in site.world.all(GROUP))
    return {**item.properties, "PolicyCount": len(site.children(POLICY, item)), "IsAssigned": assigned}


def policies(site: Site, item: Object) -> Json:
    """The policies of a set, by priority."""
    found = sorted(site.children(POLICY, item), key=lambda policy: policy.properties["Priority"])
    return {"Items": [policy.properties for policy in found]}


def create_policy(site: Site, item: Object, body: Json) -> Object:
    """A new policy with its settings and filters, last in priority."""
    only(body, frozenset({"Name", "Description", "IsEnabled", "Settings", "Filters"}), "PolicyRequest")
    name = text(body, "Name", required=True)
    settings = [_setting(site, entry) for entry in entries(body.get("Settings"))]
    _refuse_twice(settings)
    properties: Json = {
        "PolicySetGuid": item.id,
        "PolicyName": name,
        "Description": body.get("Description") or "",
        "IsEnabled": bool(body.get("IsEnabled", True)),
        "Priority": len(site.children(POLICY, item)),
        "Settings": settings,
        "Filters": [_filter(site, entry) for entry in entries(body.get("Filters"))],
    }
    policy = site.add(POLICY, properties, parent=item, name=name)
    policy.properties["PolicyGuid"] = policy.id
    site.world.save(policy)
    return policy


def change_policy(site: Site, policy: Object, body: Json) -> None:
    """Changes the body of a policy, neither its settings nor its filters."""
    only(body, frozenset({"Name", "Description", "IsEnabled"}), "PolicyBodyRequest")
    changes = {key: value for key, value in body.items() if key != "Name"}
    if body.get("Name"):
        changes["PolicyName"] = policy.name = str(body["Name"])
    site.change(policy, changes)


def remove_policy(site: Site, policy: Object) -> None:
    """Removes a policy; those after it move up."""
    parent = site.need(POLICY_SET, policy.properties["PolicySetGuid"])
    site.world.remove(policy)
    _renumber(
        site,
        parent,
        [item.id for item in sorted(site.children(POLICY, parent), key=lambda item: item.properties["Priority"])],
    )


def rank(site: Site, item: Object, guids: Any) -> None:
    """Sets the order. Raises ProblemError 400 unless every policy of the set is there once."""
    there = {policy.id for policy in site.children(POLICY, item)}
    wanted = [str(guid) for guid in cast("list[Any]", guids)] if isinstance(guids, list) else []
    if len(wanted) != len(there) or set(wanted) != there:
        refuse(400, "All the policies in the policy set must be specified.")
    _renumber(site, item, wanted)


def _renumber(site: Site, item: Object, order: list[str]) -> None:
    for policy in site.children(POLICY, item):
        policy.properties["Priority"] = order.index(policy.id)
        site.world.save(policy)


def _setting(site: Site, entry: Json) -> Json:
    only(entry, _SETTING, "SettingRequest")
    text(entry, "SettingName", required=True, most=128)
    return {"SettingGuid": site.new_id("citrix:Setting"), "UseDefault": False, **entry}


def _filter(site: Site, entry: Json) -> Json:
    only(entry, _FILTER, "FilterRequest")
    if entry.get("FilterType") not in _TYPES:
        refuse(400, f"The value '{entry.get('FilterType')}' is not valid for FilterType.")
    return {"FilterGuid": site.new_id("citrix:Filter"), "IsAllowed": True, "IsEnabled": True, **entry}


def _refuse_twice(settings: list[Json]) -> None:
    names = [entry["SettingName"].lower() for entry in settings]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        refuse(400, f"The setting '{twice}' already exists in the policy.")


def add_setting(site: Site, policy: Object, body: Json) -> None:
    """Adds a setting to a policy."""
    made = [*policy.properties["Settings"], _setting(site, body)]
    _refuse_twice(made)
    site.change(policy, {"Settings": made})


def add_filter(site: Site, policy: Object, body: Json) -> None:
    """Adds a filter to a policy."""
    site.change(policy, {"Filters": [*policy.properties["Filters"], _filter(site, body)]})


def part(site: Site, kind: str, guid: str) -> tuple[Object, int]:
    """The policy that holds a setting or a filter (`Setting`, `Filter`), and its place there."""
    for policy in site.world.all(POLICY):
        for i, entry in enumerate(policy.properties[f"{kind}s"]):
            if entry[f"{kind}Guid"] == guid:
                return policy, i
    return refuse(404, f"The {kind.lower()} '{guid}' could not be found.")


def change_setting(site: Site, guid: str, body: Json) -> None:
    """Changes a setting."""
    only(body, _SETTING, "SettingRequest")
    policy, i = part(site, "Setting", guid)
    made: list[Json] = list(policy.properties["Settings"])
    made[i] = {**made[i], **body}
    site.change(policy, {"Settings": made})


def remove_part(site: Site, kind: str, guid: str) -> None:
    """Removes a setting or a filter."""
    policy, i = part(site, kind, guid)
    kept: list[Json] = list(policy.properties[f"{kind}s"])
    del kept[i]
    site.change(policy, {f"{kind}s": kept})
