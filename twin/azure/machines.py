"""Virtual machines, their disks and extensions."""

from __future__ import annotations

import re
from typing import Any, Final

from twin.azure import errors, ids, quota, regions, tokens
from twin.azure.resource import ArmResource, guid
from twin.azure.values import part, parts
from twin.engine.check import Fault
from twin.engine.platform import Kind, Site
from twin.engine.wire import Properties

_WINDOWS_NAME: Final = 15
"""The longest NetBIOS name (resource-name-rules, Microsoft.Compute)."""
_FORBIDDEN_NAMES: Final = frozenset({"admin", "administrator", "guest", "root", "user", "test"})
"""Some of those that the API refuses (OSProfile.adminUsername in the compute API's description)."""


class Machine(ArmResource):
    """A virtual machine."""

    def wrong(self, inputs: Properties) -> list[Fault]:
        profile: Properties = part(inputs, "osProfile") or {}
        name = profile.get("computerName")
        found: list[Fault] = []
        windows = "windowsConfiguration" in profile or part(inputs, "storageProfile", "osDisk", "osType") == "Windows"
        if isinstance(name, str) and windows and (len(name) > _WINDOWS_NAME or name.isdigit() or not _is_host(name)):
            allowed = f"use 1 to {_WINDOWS_NAME} letters, digits and hyphens, not digits only"
            found.append(Fault("osProfile.computerName", f"{name!r} is not allowed; {allowed}"))
        user = profile.get("adminUsername")
        if isinstance(user, str) and user.lower() in _FORBIDDEN_NAMES:
            found.append(Fault("osProfile.adminUsername", f"{user!r} is reserved; use another"))
        return found

    def settle(self, site: Site) -> None:
        interfaces = [str(item.get("id")) for item in parts(site.inputs, "networkProfile", "networkInterfaces")]
        if not interfaces and not site.planted:
            errors.refuse(
                "InvalidParameter", "Required parameter 'networkProfile.networkInterfaces' is missing (null)."
            )
        for id_ in interfaces:
            message = f"Network Interface {id_} is used by existing resource {{holder}}."
            site.claim("interface-of", id_.lower(), errors.text("NicInUse", message))
        _trusted(site)
        for id_ in _disks(site.inputs):
            disk = site.world.holder("arm", id_.lower())
            if disk is not None and int(disk.properties.get("maxShares") or 1) > 1:
                continue
            message = f"Disk {id_} cannot be attached as the disk is already owned by VM {{holder!r}}."
            site.claim("disk-of", id_.lower(), errors.text("ConflictingUserInput", message))
        size = part(site.inputs, "hardwareProfile", "vmSize")
        location = regions.plain(site.inputs.get("location") or site.outputs.get("location"))
        if size:
            quota.take(site, str(size), location, str(ids.subscription_of(site.item.id)))
        site.outputs["vmId"] = guid(site, "machine")


def _trusted(site: Site) -> None:
    """Refuses Trusted Launch over a system disk that was not made for it (azure-sdk-for-python issue 30479)."""
    wanted = part(site.inputs, "securityProfile", "securityType")
    attached = part(site.inputs, "storageProfile", "osDisk", "managedDisk", "id")
    disk = site.world.holder("arm", str(attached).lower()) if attached and wanted else None
    if disk is not None and part(disk.properties, "securityProfile", "securityType") != wanted:
        errors.refuse("BadRequest", "Security type of VM is not compatible with the security type of attached OS Disk.")


class Disk(ArmResource):
    """A managed disk."""

    def settle(self, site: Site) -> None:
        old, new = (site.before or {}).get("diskSizeGB"), site.inputs.get("diskSizeGB")
        if isinstance(old, int) and isinstance(new, int) and new < old:
            errors.refuse(
                "OperationNotAllowed",
                f"Disk {site.item.name} cannot be resized from {old} GB to {new} GB: a disk can not be made smaller.",
            )
        site.outputs["uniqueId"] = guid(site, "disk")


class Extension(ArmResource):
    """An extension of a machine; one that carries a registration token makes the machine a session host."""

    def settle(self, site: Site) -> None:
        machine = site.world.holder("arm", ids.ancestors(site.item.id)[0].lower())
        kind = f"{site.inputs.get('publisher')}.{site.inputs.get('type')}"
        if machine is not None and "None" not in kind:
            # learn.microsoft.com/azure/virtual-machines/extensions/troubleshoot: one of a handler on a machine.
            message = f"Multiple VMExtensions per handler not supported for OS type: {kind} is there as {{holder}}."
            site.claim(f"handlers:{machine.id.lower()}", kind.lower(), errors.text("BadRequest", message))
        for token in tokens.within((site.inputs.get("settings"), site.inputs.get("protectedSettings"))):
            pool = tokens.pool_of(site.world, token)
            if pool is None or tokens.is_over(site.world, pool):
                errors.refuse(
                    "VMExtensionProvisioningError",
                    f"VM has reported a failure when processing extension {site.item.name!r}: the registration token "
                    "is not valid or has expired.",
                )
            site.item.facts["pool"] = pool.id


def _disks(inputs: Properties) -> list[str]:
    disks = [part(inputs, "storageProfile", "osDisk"), *parts(inputs, "storageProfile", "dataDisks")]
    found: list[Any] = [part(disk, "managedDisk", "id") for disk in disks]
    return [str(id_) for id_ in found if id_]


def _is_host(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?", name) is not None


KINDS: Final[dict[str, Kind]] = {
    ids.MACHINE: Machine(ids.MACHINE),
    ids.DISK: Disk(ids.DISK),
    ids.EXTENSION: Extension(ids.EXTENSION),
}
