"""Roles, permissions, storage policies, customisation specifications, licences and snapshots."""

from __future__ import annotations

from typing import Any, Final, cast

from twin.engine.platform import Kind, Site
from twin.vsphere.naming import (
    CATEGORY,
    MACHINE,
    ROLE,
    SNAPSHOT,
    STORAGE_POLICY,
    Named,
    identifier,
    moref_id,
    token,
)
from twin.world.store import Object, World

BUILT_IN_ROLES: Final = {"-1": "Admin", "-2": "ReadOnly", "-5": "NoAccess"}


class Role(Named):
    """A role; its id is a number."""

    what = "role"

    def place(self, site: Site) -> None:
        name = self.take(site)
        site.item.id = site.item.id or str(site.world.number("role") + 1000)
        site.outputs["label"] = name


class Permissions(Kind):
    """The permissions on one entity; their id is the entity's."""

    def place(self, site: Site) -> None:
        id_ = str(site.inputs["entityId"])
        entity = site.world.holder("moid", id_)
        if entity is None:
            site.refuse(f"entity {id_!r} not found")
        for permission in cast("list[dict[str, Any]]", site.inputs["permissions"]):
            role = str(permission["roleId"])
            if role not in BUILT_IN_ROLES:
                site.require(ROLE, role, f"role {role!r} not found")
        site.item.id = id_
        site.item.name = entity.name


class StoragePolicy(Named):
    """A storage policy by tags; the categories and tags that it names must exist."""

    what = "storage policy"

    def place(self, site: Site) -> None:
        self.take(site)
        for rule in cast("list[dict[str, Any]]", site.inputs["tagRules"]):
            category = site.world.holder(CATEGORY, str(rule["tagCategory"]).lower())
            if category is None:
                site.refuse(f"tag category {rule['tagCategory']!r} not found")
            for tag in cast("list[str]", rule["tags"]):
                if site.world.holder(f"tag:{category.id}", tag.lower()) is None:
                    site.refuse(f"tag {tag!r} not found in category {category.name!r}")
        site.item.id = site.item.id or identifier(site)


class Customization(Named):
    """A customisation specification; its id is the name it was made with."""

    what = "customization specification"

    def place(self, site: Site) -> None:
        name = self.take(site)
        site.item.id = site.item.id or name


class License(Kind):
    """A licence; its id is the key."""

    def place(self, site: Site) -> None:
        key = str(site.inputs["licenseKey"])
        site.item.name = str(cast("dict[str, str]", site.inputs.get("labels") or {}).get("Name", key))
        site.claim(site.item.type, key.lower(), "the licence key is already in use")
        site.item.id = key
        site.outputs["name"] = site.item.name


def snapshots(world: World, machine: Object) -> list[Object]:
    """A machine's snapshots, the oldest first."""
    return [item for item in world.all(SNAPSHOT) if item.properties.get("virtualMachineUuid") == machine.id]


class Snapshot(Kind):
    """A snapshot of a machine. Its fact `path` is that in the tree of the machine's snapshots, `first/second`: each
    stands below the one that was taken before it.
    """

    def place(self, site: Site) -> None:
        id_ = str(site.inputs["virtualMachineUuid"])
        machine = site.require(MACHINE, id_, f"virtual machine with UUID {id_!r} not found", rest=False)
        site.item.name = str(site.inputs["snapshotName"])
        moref_id(site, "snapshot-")
        last = [item.facts["path"] for item in snapshots(site.world, machine) if item.seq != site.item.seq][-1:]
        site.item.facts.setdefault("path", "/".join([*last, site.item.name]))

    def find(self, world: World, token: str, id_: str) -> Object | None:
        return world.get(token, id_)


KINDS: Final[dict[str, Kind]] = {
    ROLE: Role(),
    STORAGE_POLICY: StoragePolicy(),
    token("EntityPermissions"): Permissions(),
    token("GuestOsCustomization"): Customization(),
    token("License"): License(),
    SNAPSHOT: Snapshot(),
}
