"""Every request that the twin's site answers, as a table: method, path, what it is about, and what does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from twin.citrix import catalogs, groups, hosting, policies
from twin.citrix.site import (
    APPLICATION,
    CATALOG,
    CONNECTION,
    GROUP,
    IDENTITY,
    MACHINE,
    POLICY,
    POLICY_SET,
    SCHEDULE,
    UNIT,
    ZONE,
    Json,
    Site,
    ref,
)
from twin.world.store import Object


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a handler: what its path names, its query and body, and whether its job shall fail (and only at
    the end).
    """

    params: dict[str, str]
    query: dict[str, list[str]]
    body: Any
    fails: str | None = None
    late: bool = False

    def one(self, name: str) -> str:
        return self.query.get(name, [""])[-1]


@dataclass(frozen=True, slots=True)
class Route:
    """A request. `job` means that the handler starts a job and returns it, `always_job` that the API never waits for
    it.
    """

    method: str
    pattern: str
    type: str
    handler: Callable[[Site, Call], Any]
    job: bool = False
    always_job: bool = False
    operation: str = ""

    def match(self, method: str, path: list[str]) -> dict[str, str] | None:
        """The path's parameters, or None. Fixed segments match in any letter case, as they do on IIS."""
        pattern = self.pattern.split("/")
        if method != self.method or len(pattern) != len(path):
            return None
        params: dict[str, str] = {}
        for wanted, given in zip(pattern, path, strict=True):
            if wanted.startswith("{"):
                params[wanted[1:-1]] = given
            elif wanted.lower() != given.lower():
                return None
        return params


def _list(items: list[Object]) -> Json:
    return {"Items": [item.properties for item in items]}


def _zone(site: Site, call: Call) -> Object:
    return site.need(ZONE, call.params["id"])


def _connection(site: Site, call: Call) -> Object:
    return site.need(CONNECTION, call.params["id"])


def _unit(site: Site, call: Call) -> Object:
    return site.need(UNIT, call.params["unit"], parent=_connection(site, call))


def _catalog(site: Site, call: Call) -> Object:
    return site.need(CATALOG, call.params["id"])


def _group(site: Site, call: Call) -> Object:
    return site.need(GROUP, call.params["id"])


def _schedule(site: Site, call: Call) -> Object:
    return site.need(SCHEDULE, call.params["schedule"], parent=_group(site, call))


def _machine(site: Site, call: Call) -> Object:
    return site.need(MACHINE, call.params["machine"])


def _application(site: Site, call: Call) -> Object:
    return site.need(APPLICATION, call.params["id"])


def _set(site: Site, call: Call) -> Object:
    return site.need(POLICY_SET, call.params.get("id") or call.one("policySetGuid"))


def _policy(site: Site, call: Call) -> Object:
    return site.need(POLICY, call.params.get("id") or call.one("policyGuid"))


def _create_unit(site: Site, call: Call) -> Json:
    return hosting.create_unit(site, _connection(site, call), call.body).properties


def _test_connection(site: Site, call: Call) -> Json:
    return {"Hypervisor": ref(_connection(site, call)), "NumPassed": 5, "NumWarnings": 0, "NumFailures": 0}


ROUTES: Final = (
    Route("GET", "Zones", ZONE, lambda site, _: _list(site.world.all(ZONE))),
    Route("POST", "Zones", ZONE, lambda site, call: hosting.create_zone(site, call.body).properties),
    Route("GET", "Zones/{id}", ZONE, lambda site, call: _zone(site, call).properties),
    Route("PATCH", "Zones/{id}", ZONE, lambda site, call: hosting.change_zone(site, _zone(site, call), call.body)),
    Route("DELETE", "Zones/{id}", ZONE, lambda site, call: hosting.remove_zone(site, _zone(site, call))),
    Route("GET", "hypervisors", CONNECTION, lambda site, _: _list(site.world.all(CONNECTION))),
    Route("POST", "hypervisors", CONNECTION, lambda site, call: hosting.create_connection(site, call.body).properties),
    Route("GET", "hypervisors/{id}", CONNECTION, lambda site, call: _connection(site, call).properties),
    Route(
        "PATCH",
        "hypervisors/{id}",
        CONNECTION,
        lambda site, call: hosting.change_connection(site, _connection(site, call), call.body),
    ),
    Route("DELETE", "hypervisors/{id}", CONNECTION, lambda site, call: site.remove(_connection(site, call))),
    Route("POST", "hypervisors/{id}/$test", CONNECTION, _test_connection, operation="invoke"),
    Route(
        "GET",
        "hypervisors/{id}/allResources",
        CONNECTION,
        lambda site, call: hosting.inventory(site, _connection(site, call), call.one("type"), call.one("path")),
    ),
    Route(
        "GET",
        "hypervisors/{id}/resourcePools",
        UNIT,
        lambda site, call: _list(site.children(UNIT, _connection(site, call))),
    ),
    Route("POST", "hypervisors/{id}/resourcePools", UNIT, _create_unit),
    Route("GET", "hypervisors/{id}/resourcePools/{unit}", UNIT, lambda site, call: _unit(site, call).properties),
    Route(
        "PATCH",
        "hypervisors/{id}/resourcePools/{unit}",
        UNIT,
        lambda site, call: hosting.change_unit(site, _unit(site, call), call.body),
    ),
    Route(
        "DELETE",
        "hypervisors/{id}/resourcePools/{unit}",
        UNIT,
        lambda site, call: hosting.remove_unit(site, _unit(site, call)),
    ),
    Route(
        "GET",
        "MachineCatalogs",
        CATALOG,
        lambda site, _: {"Items": [catalogs.answer(site, item) for item in site.world.all(CATALOG)]},
    ),
    Route(
        "POST",
        "MachineCatalogs",
        CATALOG,
        lambda site, call: catalogs.create(site, call.body, call.fails, late=call.late),
        job=True,
    ),
    Route("GET", "MachineCatalogs/{id}", CATALOG, lambda site, call: catalogs.answer(site, _catalog(site, call))),
    Route(
        "PATCH",
        "MachineCatalogs/{id}",
        CATALOG,
        lambda site, call: catalogs.change(site, _catalog(site, call), call.body),
    ),
    Route(
        "DELETE",
        "MachineCatalogs/{id}",
        CATALOG,
        lambda site, call: catalogs.remove(site, _catalog(site, call)),
        job=True,
    ),
    Route(
        "POST",
        "MachineCatalogs/{id}/$test",
        CATALOG,
        lambda site, call: catalogs.report(site, _catalog(site, call)),
        operation="invoke",
    ),
    Route(
        "POST",
        "MachineCatalogs/{id}/$UpdateProvisioningScheme",
        CATALOG,
        lambda site, call: catalogs.update_image(site, _catalog(site, call), call.body, call.fails, late=call.late),
        job=True,
        always_job=True,
        operation="update",
    ),
    Route(
        "POST",
        "MachineCatalogs/{id}/$RollbackProvisioningScheme",
        CATALOG,
        lambda site, call: catalogs.roll_back(site, _catalog(site, call), call.body, call.fails, late=call.late),
        job=True,
        always_job=True,
        operation="update",
    ),
    Route(
        "GET", "MachineCatalogs/{id}/Machines", MACHINE, lambda site, call: _list(site.machines(_catalog(site, call)))
    ),
    Route(
        "POST",
        "MachineCatalogs/{id}/Machines",
        MACHINE,
        lambda site, call: catalogs.add_machine(site, _catalog(site, call), call.body, call.fails, late=call.late),
        job=True,
    ),
    Route(
        "PATCH",
        "Machines/{machine}",
        MACHINE,
        lambda site, call: catalogs.change_machine(site, _machine(site, call), call.body),
    ),
    Route(
        "DELETE",
        "MachineCatalogs/{id}/Machines/{machine}",
        MACHINE,
        lambda site, call: catalogs.remove_machine(site, _catalog(site, call), _machine(site, call)),
    ),
    Route(
        "GET",
        "DeliveryGroups",
        GROUP,
        lambda site, _: {"Items": [groups.answer(site, item) for item in site.world.all(GROUP)]},
    ),
    Route("POST", "DeliveryGroups", GROUP, lambda site, call: groups.answer(site, groups.create(site, call.body))),
    Route("GET", "DeliveryGroups/{id}", GROUP, lambda site, call: groups.answer(site, _group(site, call))),
    Route("PATCH", "DeliveryGroups/{id}", GROUP, lambda site, call: groups.change(site, _group(site, call), call.body)),
    Route("DELETE", "DeliveryGroups/{id}", GROUP, lambda site, call: groups.remove(site, _group(site, call))),
    Route(
        "POST",
        "DeliveryGroups/{id}/$test",
        GROUP,
        lambda site, call: groups.report(site, _group(site, call)),
        operation="invoke",
    ),
    Route(
        "GET", "DeliveryGroups/{id}/Desktops", GROUP, lambda site, call: {"Items": _group(site, call).facts["desktops"]}
    ),
    Route(
        "GET",
        "DeliveryGroups/{id}/Machines",
        MACHINE,
        lambda site, call: _list(site.machines(group=_group(site, call))),
    ),
    Route(
        "POST",
        "DeliveryGroups/{id}/Machines",
        GROUP,
        lambda site, call: groups.draw(site, _group(site, call), call.body),
        operation="update",
    ),
    Route(
        "DELETE",
        "DeliveryGroups/{id}/Machines/{machine}",
        GROUP,
        lambda site, call: groups.give_back(site, _group(site, call), _machine(site, call)),
        operation="update",
    ),
    Route(
        "GET",
        "DeliveryGroups/{id}/RebootSchedules",
        SCHEDULE,
        lambda site, call: _list(site.children(SCHEDULE, _group(site, call))),
    ),
    Route(
        "POST",
        "DeliveryGroups/{id}/RebootSchedules",
        SCHEDULE,
        lambda site, call: groups.create_schedule(site, _group(site, call), call.body).properties,
    ),
    Route(
        "GET",
        "DeliveryGroups/{id}/RebootSchedules/{schedule}",
        SCHEDULE,
        lambda site, call: _schedule(site, call).properties,
    ),
    Route(
        "PATCH",
        "DeliveryGroups/{id}/RebootSchedules/{schedule}",
        SCHEDULE,
        lambda site, call: groups.change_schedule(site, _group(site, call), _schedule(site, call), call.body),
    ),
    Route(
        "DELETE",
        "DeliveryGroups/{id}/RebootSchedules/{schedule}",
        SCHEDULE,
        lambda site, call: site.remove(_schedule(site, call)),
    ),
    Route("GET", "Identity/Users", IDENTITY, lambda site, call: groups.users(site, call.query.get("user", []))),
    Route("GET", "Applications", APPLICATION, lambda site, _: _list(site.world.all(APPLICATION))),
    Route("POST", "Applications", APPLICATION, lambda site, call: _list(groups.create_applications(site, call.body))),
    Route("GET", "Applications/{id}", APPLICATION, lambda site, call: _application(site, call).properties),
    Route(
        "GET",
        "Applications/{id}/DeliveryGroups",
        APPLICATION,
        lambda site, call: {"Items": _application(site, call).facts["groups"]},
    ),
    Route(
        "PATCH",
        "Applications/{id}",
        APPLICATION,
        lambda site, call: groups.change_application(site, _application(site, call), call.body),
    ),
    Route("DELETE", "Applications/{id}", APPLICATION, lambda site, call: site.remove(_application(site, call))),
    Route(
        "GET",
        "gpo/policySets",
        POLICY_SET,
        lambda site, _: {"Items": [policies.answer_set(site, item) for item in site.world.all(POLICY_SET)]},
    ),
    Route("POST", "gpo/policySets", POLICY_SET, lambda site, call: policies.create_set(site, call.body).properties),
    Route("GET", "gpo/policySets/{id}", POLICY_SET, lambda site, call: policies.answer_set(site, _set(site, call))),
    Route(
        "PATCH",
        "gpo/policySets/{id}",
        POLICY_SET,
        lambda site, call: policies.change_set(site, _set(site, call), call.body),
    ),
    Route("DELETE", "gpo/policySets/{id}", POLICY_SET, lambda site, call: policies.remove_set(site, _set(site, call))),
    Route("GET", "gpo/policies", POLICY, lambda site, call: policies.policies(site, _set(site, call))),
    Route(
        "POST",
        "gpo/policies",
        POLICY,
        lambda site, call: policies.create_policy(site, _set(site, call), call.body).properties,
    ),
    Route(
        "PATCH",
        "gpo/policies/{id}",
        POLICY,
        lambda site, call: policies.change_policy(site, _policy(site, call), call.body),
    ),
    Route("DELETE", "gpo/policies/{id}", POLICY, lambda site, call: policies.remove_policy(site, _policy(site, call))),
    Route(
        "POST",
        "gpo/policyPriorities",
        POLICY_SET,
        lambda site, call: policies.rank(site, _set(site, call), call.body),
        operation="update",
    ),
    Route(
        "POST",
        "gpo/settings",
        POLICY,
        lambda site, call: policies.add_setting(site, _policy(site, call), call.body),
        operation="update",
    ),
    Route(
        "PATCH",
        "gpo/settings/{part}",
        POLICY,
        lambda site, call: policies.change_setting(site, call.params["part"], call.body),
    ),
    Route(
        "DELETE",
        "gpo/settings/{part}",
        POLICY,
        lambda site, call: policies.remove_part(site, "Setting", call.params["part"]),
        operation="update",
    ),
    Route(
        "POST",
        "gpo/filters",
        POLICY,
        lambda site, call: policies.add_filter(site, _policy(site, call), call.body),
        operation="update",
    ),
    Route(
        "DELETE",
        "gpo/filters/{part}",
        POLICY,
        lambda site, call: policies.remove_part(site, "Filter", call.params["part"]),
        operation="update",
    ),
)
