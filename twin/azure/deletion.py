"""What Azure does not delete: what is locked, what is in use, and what still has something in it.

Azure itself deletes a resource group with all that is in it. The twin refuses, for what is in it then is something that
the stack does not know of, and azure-native would take it along without a word.
"""

from __future__ import annotations

from typing import Final

from twin.azure import errors, ids
from twin.engine.platform import Site
from twin.world.store import Object, World

_IN_USE: Final[dict[str, tuple[str, str]]] = {
    ids.SUBNET: ("InUseSubnetCannotBeDeleted", "Subnet {name} is in use by {user} and cannot be deleted."),
    ids.SECURITY_GROUP: (
        "InUseNetworkSecurityGroupCannotBeDeleted",
        "Network security group {id} cannot be deleted because it is in use by the following resources: {user}.",
    ),
    ids.ROUTE_TABLE: ("InUseRouteTableCannotBeDeleted", "Route table {name} is in use and cannot be deleted."),
    ids.PUBLIC_ADDRESS: (
        "PublicIPAddressCannotBeDeleted",
        "Public IP address {id} can not be deleted since it is still allocated to resource {user}.",
    ),
    ids.INTERFACE: ("NicInUse", "Network Interface {id} is used by existing resource {user}."),
    ids.DISK: ("OperationNotAllowed", "Disk {name} is attached to VM {user}."),
    # The codes of these are the twin's own: no source at hand quotes Azure's.
    ids.ENCRYPTION_SET: ("ResourceInUse", "Disk encryption set {name} is in use by {user}."),
    ids.GATEWAY: ("ResourceInUse", "Virtual network gateway {name} is in use by {user}."),
    ids.LOCAL_GATEWAY: ("ResourceInUse", "Local network gateway {name} is in use by {user}."),
    ids.FIREWALL_POLICY: ("ResourceInUse", "Firewall policy {name} is in use by {user}."),
    ids.IP_GROUP: ("ResourceInUse", "IP group {name} is in use by {user}."),
    ids.RULE_ENDPOINT: ("ResourceInUse", "Data collection endpoint {name} is in use by {user}."),
    ids.BACKUP_POLICY: ("ResourceInUse", "Policy {name} is in use by {user}."),
    ids.HOST_POOL: ("ResourceInUse", "Host pool {name} is in use by {user}."),
    ids.APPLICATION_GROUP: ("ResourceInUse", "Application group {name} is in use by {user}."),
}
"""Types that stay while something refers to them: code and message."""
_LETTING_GO: Final = frozenset({ids.PEERING, ids.token("desktopvirtualization", "ScalingPlan")})
"""What refers to something and does not hold it."""


def hold(site: Site, target: Object) -> None:
    """Notes that a reference keeps its target from being deleted, where it does."""
    if target.type in _IN_USE and site.item.type not in _LETTING_GO and not ids.is_extension(site.item.type):
        site.world.link(site.item, target)


def allowed(world: World, item: Object) -> None:
    """Refuses to delete what is locked or in use. Raises RefusedError."""
    if item.type != ids.LOCK:
        _unlocked(world, item, ("CanNotDelete", "ReadOnly"), "delete")
    resting = world.resting_on(item)
    if not resting:
        return
    if item.type == ids.GROUP:
        errors.refuse(
            "ResourceGroupDeletionBlocked",
            f"Deletion of resource group {item.name!r} failed as resources with identifiers "
            f"{','.join(_short(other) for other in resting[:3])!r} are still in it ({len(resting)} in all).",
        )
    inside = [other for other in resting if other.id.lower().startswith(f"{item.id.lower()}/")]
    if inside:
        errors.refuse(
            "CannotDeleteResource",
            "Can not delete resource before nested resources are deleted: "
            f"{', '.join(_short(other) for other in inside[:3])}.",
        )
    code, message = _IN_USE.get(item.type, ("ResourceInUse", "{name} is in use by {user}."))
    errors.refuse(code, message.format(name=item.name, id=item.id, user=", ".join(other.id for other in resting[:3])))


def writable(site: Site) -> None:
    """Refuses a change below a lock that lets nothing be written. Raises RefusedError."""
    if site.item.type != ids.LOCK and not site.planted:
        _unlocked(site.world, site.item, ("ReadOnly",), "write")


def _unlocked(world: World, item: Object, levels: tuple[str, ...], operation: str) -> None:
    where = f"{item.id.lower()}/"
    for lock in world.all(ids.LOCK):
        scope = lock.id.rsplit("/providers/Microsoft.Authorization/", maxsplit=1)[0]
        if lock.properties.get("level") in levels and where.startswith(f"{scope.lower()}/"):
            errors.refuse(
                "ScopeLocked",
                f"The scope {item.id!r} cannot perform {operation} operation because following scope(s) are locked: "
                f"{scope!r}. Please remove the lock and try again.",
            )


def _short(item: Object) -> str:
    return f"{ids.arm_type(item.type)}/{item.name}"
