"""Policy sets: policies in the order of their priority, each with settings and filters.

The API keeps set, policies, settings and filters apart; here they are one resource, brought to what is wanted step by
step, so that a run that was killed goes on where it stopped. A set works only for the delivery groups that name it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from providers.citrix.client import one
from providers.citrix.core import Kind, Session
from providers.citrix.fields import UNKNOWN, Fault, Field, Json
from providers.citrix.settings import decode, encode, fault

_BY_ID: Final = ("DesktopGroup", "DesktopTag")
"""Filters whose data names an object by its id and the site's host."""

_FILTER: Final = (
    Field(
        name="type",
        required=True,
        choices=(
            "AccessControl",
            "BranchRepeater",
            "ClientIP",
            "ClientName",
            "ClientPlatform",
            "DesktopGroup",
            "DesktopKind",
            "DesktopTag",
            "OU",
            "User",
        ),
    ),
    Field(name="value", type="free"),
    Field(name="allowed", type="switch", default=True),
    Field(name="enabled", type="switch", default=True),
)

_POLICY: Final = (
    Field(name="name", required=True),
    Field(name="description", default=""),
    Field(name="enabled", type="switch", default=True),
    Field(name="settings", type="free", default={}),
    Field(name="filters", type="objects", default=[], fields=_FILTER),
)


class PolicySet(Kind):
    """A policy set for delivery groups; the first policy has the highest priority."""

    token = "citrix:index:PolicySet"  # noqa: S105
    label = "policy set"
    path = "gpo/policySets"
    id_field = "PolicySetGuid"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="name", required=True),
        Field(name="description", default=""),
        Field(name="policies", type="objects", default=[], send="", seen="", fields=_POLICY),
    )

    def faults(self, inputs: Json) -> list[Fault]:
        found: list[Fault] = []
        names = [str(policy["name"]).lower() for policy in inputs["policies"] if isinstance(policy, dict)]
        found += [
            ("policies", f"{name!r} is there twice")
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
        for i, policy in enumerate(inputs["policies"]):
            if isinstance(policy, dict):
                found += _policy_faults(policy, f"policies[{i}]")
        return found

    async def find(self, session: Session, inputs: Json) -> Json | None:
        wanted = inputs["name"].lower()
        sets = await session.client.items(self.path)
        found = next((item for item in sets if str(item.get("Name")).lower() == wanted), None)
        return await self.fetch(session, str(found["PolicySetGuid"])) if found else None

    async def fetch(self, session: Session, id_: str) -> Json | None:
        remote = await super().fetch(session, id_)
        if remote is None:
            sets = await session.client.items(self.path)
            remote = next((item for item in sets if str(item.get("Name")).lower() == id_.lower()), None)
        if remote is None:
            return None
        policies = await session.client.items(
            "gpo/policies", policySetGuid=remote["PolicySetGuid"], withSettings="true", withFilters="true"
        )
        return {**remote, "Policies": sorted(policies, key=lambda item: item["Priority"])}

    async def post(self, session: Session, inputs: Json) -> None:
        await session.client.send(
            "POST", self.path, {**self.request(session, inputs), "PolicySetType": "DeliveryGroupPolicies"}
        )

    def observe(self, remote: Json, given: Mapping[str, Any]) -> Json:
        seen = super().observe(remote, given)
        wanted = {str(item["name"]).lower(): item for item in given.get("policies") or []}
        seen["policies"] = [
            _observed(item, wanted.get(str(item["PolicyName"]).lower(), {})) for item in remote.get("Policies") or []
        ]
        return seen

    def is_ours(self, session: Session, remote: Json, inputs: Json) -> bool:
        """A set carries no mark: it is taken over if it holds nothing that would not be in it."""
        del session
        wanted = {str(item["name"]).lower(): item for item in inputs["policies"]}
        there = self.observe(remote, inputs)
        return there.get("description") == inputs["description"] and all(
            str(item["name"]).lower() in wanted
            and all(
                wanted[str(item["name"]).lower()]["settings"].get(key) == value
                for key, value in item["settings"].items()
            )
            for item in there["policies"]
        )

    async def complete(self, session: Session, id_: str, inputs: Json) -> None:
        await self.update(session, id_, {}, inputs)

    async def change(self, session: Session, id_: str, old: Json, new: Json) -> None:
        await super().change(session, id_, old, new)
        remote = await self.fetch(session, id_) or {}
        there = {str(item["PolicyName"]).lower(): item for item in remote.get("Policies") or []}
        wanted = [str(item["name"]).lower() for item in new["policies"]]
        for name, item in there.items():
            if name not in wanted:
                await session.client.send("DELETE", f"gpo/policies/{item['PolicyGuid']}")
        for policy in new["policies"]:
            existing = there.get(str(policy["name"]).lower())
            if existing is None:
                await self._add(session, id_, policy)
            else:
                await self._change_policy(session, existing, policy)
        await self._rank(session, id_, wanted)

    async def _add(self, session: Session, id_: str, policy: Json) -> None:
        request = {
            **_head(policy),
            "Name": policy["name"],
            "Settings": [_setting(name, value) for name, value in sorted(policy["settings"].items())],
            "Filters": [_filter(item, session.client.host) for item in policy["filters"]],
        }
        await session.client.send("POST", "gpo/policies", request, params={"policySetGuid": id_})

    async def _change_policy(self, session: Session, there: Json, policy: Json) -> None:
        """Changes the head, the settings and the filters of a policy, each only where it differs."""
        client, guid = session.client, str(there["PolicyGuid"])
        head = _head(policy)
        if any((there.get(key) or "") != value for key, value in head.items()):
            await client.send("PATCH", f"gpo/policies/{guid}", {**head, "Name": policy["name"]})
        settings = {item["SettingName"]: item for item in there.get("Settings") or []}
        for name, item in settings.items():
            if name not in policy["settings"]:
                await client.send("DELETE", f"gpo/settings/{item['SettingGuid']}")
        for name, value in sorted(policy["settings"].items()):
            if name not in settings:
                await client.send("POST", "gpo/settings", _setting(name, value), params={"policyGuid": guid})
            elif settings[name].get("SettingValue") != encode(value) or settings[name].get("UseDefault"):
                await client.send("PATCH", f"gpo/settings/{settings[name]['SettingGuid']}", _setting(name, value))
        wanted = [_filter(item, client.host) for item in policy["filters"]]
        kept: list[Json] = []
        for item in there.get("Filters") or []:
            same = next((other for other in wanted if _same_filter(item, other) and other not in kept), None)
            if same is None:
                await client.send("DELETE", f"gpo/filters/{item['FilterGuid']}")
            else:
                kept.append(same)
        for item in wanted:
            if item not in kept:
                await client.send("POST", "gpo/filters", item, params={"policyGuid": guid})

    async def _rank(self, session: Session, id_: str, names: list[str]) -> None:
        remote = await self.fetch(session, id_) or {}
        guids = {str(item["PolicyName"]).lower(): str(item["PolicyGuid"]) for item in remote.get("Policies") or []}
        if list(guids) != names and names:
            await session.client.send(
                "POST", "gpo/policyPriorities", [guids[name] for name in names], params={"policySetGuid": one(id_)}
            )


def _policy_faults(policy: Json, at: str) -> list[Fault]:
    found: list[Fault] = []
    settings = policy["settings"]
    if settings is not UNKNOWN and not isinstance(settings, dict):
        return [(f"{at}.settings", "expected a map of settings by name")]
    for name, value in {} if settings is UNKNOWN else settings.items():
        wrong = fault(name, value)
        if wrong:
            found.append((f"{at}.settings.{name}", wrong))
    for i, item in enumerate(policy["filters"]):
        if isinstance(item, dict):
            found += _filter_faults(item, f"{at}.filters[{i}].value")
    return found


def _filter_faults(item: Json, at: str) -> list[Fault]:
    kind, value = item["type"], item.get("value")
    if value is UNKNOWN or kind is UNKNOWN:
        return []
    if kind == "BranchRepeater":
        return [(at, "a BranchRepeater filter has none")] if value is not None else []
    if kind == "AccessControl":
        wanted = {"connection", "condition", "gateway"}
        return (
            []
            if isinstance(value, dict) and set(value) == wanted
            else [(at, f"expected a map of {', '.join(sorted(wanted))}")]
        )
    return [] if isinstance(value, str) and value else [(at, f"expected text for a {kind} filter")]


def _head(policy: Json) -> Json:
    return {"Description": policy["description"], "IsEnabled": policy["enabled"]}


def _setting(name: str, value: Any) -> Json:
    return {"SettingName": name, "SettingValue": encode(value), "UseDefault": False}


def _filter(item: Json, host: str) -> Json:
    value = item.get("value")
    if item["type"] in _BY_ID:
        value = json.dumps({"server": host, "uuid": value})
    elif isinstance(value, dict):
        value = json.dumps({key.capitalize(): value[key] for key in ("connection", "condition", "gateway")})
    return {
        "FilterType": item["type"],
        "FilterData": value or "",
        "IsAllowed": item["allowed"],
        "IsEnabled": item["enabled"],
    }


def _same_filter(there: Json, wanted: Json) -> bool:
    return _comparable(there) == _comparable(wanted)


def _comparable(item: Json) -> tuple[Any, ...]:
    value = _filter_value(str(item["FilterType"]), str(item.get("FilterData") or ""))
    return item["FilterType"], json.dumps(value, sort_keys=True).lower(), item.get("IsAllowed"), item.get("IsEnabled")


def _filter_value(kind: str, data: str) -> Any:
    """The value of a filter as a program writes it; the host that the site wrote does not count."""
    if kind in _BY_ID or kind == "AccessControl":
        try:
            found = {str(key).lower(): value for key, value in json.loads(data).items()}
        except (ValueError, AttributeError):
            return data
        return found.get("uuid", data) if kind in _BY_ID else found
    return data or None


def _observed(remote: Json, given: Json) -> Json:
    """A policy as a program writes it; numbers stay numbers where the program gave them so."""
    settings: Json = {}
    for item in remote.get("Settings") or []:
        name, text = str(item["SettingName"]), str(item.get("SettingValue") or "")
        wanted = (given.get("settings") or {}).get(name)
        settings[name] = (
            wanted if wanted is not None and wanted is not UNKNOWN and encode(wanted) == text else decode(name, text)
        )
    filters: list[Json] = []
    for item in remote.get("Filters") or []:
        seen = {
            "type": item["FilterType"],
            "allowed": item.get("IsAllowed", True),
            "enabled": item.get("IsEnabled", True),
        }
        value = _filter_value(str(item["FilterType"]), str(item.get("FilterData") or ""))
        filters.append({**seen, **({} if value is None else {"value": value})})
    order = given.get("filters") or []
    filters.sort(key=lambda item: order.index(item) if item in order else len(order))
    return {
        "name": remote["PolicyName"],
        "description": remote.get("Description") or "",
        "enabled": remote.get("IsEnabled", True),
        "settings": settings,
        "filters": filters,
    }
