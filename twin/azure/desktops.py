"""Azure Virtual Desktop: host pools and who is registered in them, what is published from them."""

from __future__ import annotations

from typing import Any, Final, cast

from twin.azure import errors, ids, tokens
from twin.azure.resource import ArmResource, guid
from twin.azure.values import part
from twin.engine.platform import Kind, Site


class HostPool(ArmResource):
    """A host pool. It does not show its registration token: the functions do."""

    def settle(self, site: Site) -> None:
        tokens.check(site)
        site.outputs["objectId"] = guid(site, "pool")


class ApplicationGroup(ArmResource):
    """What is published from a pool, of which a desktop only once."""

    def settle(self, site: Site) -> None:
        pool = str(site.inputs.get("hostPoolArmPath", ""))
        if site.inputs.get("applicationGroupType") == "Desktop":
            message = f"Host pool {pool} has a desktop application group already: {{holder!r}}."
            site.claim("desktop-of", pool.lower(), errors.text("BadRequest", message))
        site.outputs["objectId"] = guid(site, "group")


class Workspace(ArmResource):
    """What users subscribe to; an application group is in one workspace only."""

    def settle(self, site: Site) -> None:
        for reference in cast("list[Any]", site.inputs.get("applicationGroupReferences") or []):
            message = f"Application group {reference} is registered in workspace {{holder!r}} already."
            site.claim("workspace-of", str(reference).lower(), errors.text("BadRequest", message))
        site.outputs["objectId"] = guid(site, "workspace")


class SessionHost(ArmResource):
    """A machine that is registered in a pool: there by its agent's work, and only to be told how to serve."""

    def settle(self, site: Site) -> None:
        computer = site.item.name.split(".", maxsplit=1)[0]
        pool = ids.ancestors(site.item.id)[0]
        machine = next(
            (item for item in site.world.all(ids.MACHINE) if _is_called(item.properties, item.name, computer)), None
        )
        if machine is None:
            errors.refuse("NotFound", f"SessionHost {site.item.name!r} does not exist in {pool}: no such machine.")
        registered = [
            item.facts["pool"]
            for item in site.world.all(ids.EXTENSION)
            if "pool" in item.facts and item.id.lower().startswith(f"{machine.id.lower()}/")
        ]
        if registered and pool.lower() not in [str(id_).lower() for id_ in registered]:
            errors.refuse(
                "NotFound", f"SessionHost {site.item.name!r} does not exist in {pool}: it is in {registered[0]}."
            )
        site.world.link(site.item, machine)
        site.outputs |= {
            "resourceId": machine.id,
            "virtualMachineId": machine.properties.get("vmId"),
            "status": "Available",
        }
        site.outputs |= {"objectId": guid(site, "host"), "sessions": 0}


def _is_called(properties: dict[str, Any], name: str, computer: str) -> bool:
    return computer.lower() in {name.lower(), str(part(properties, "osProfile", "computerName") or "").lower()}


KINDS: Final[dict[str, Kind]] = {
    ids.HOST_POOL: HostPool(ids.HOST_POOL),
    ids.APPLICATION_GROUP: ApplicationGroup(ids.APPLICATION_GROUP),
    ids.DESKTOP_WORKSPACE: Workspace(ids.DESKTOP_WORKSPACE),
    ids.SESSION_HOST: SessionHost(ids.SESSION_HOST),
}
