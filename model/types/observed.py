"""Machines as an import found them: facts for inventory, capacity and adoption, kept in `observed/<generation>.csv`.

The importers own these files. Citrix session machines stand in `observed/<generation>-vdas.csv`, apart from the
servers, because their pool's provisioning owns them and nothing here may ever declare them one by one.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from model.base import Mac, Model, Text
from model.types.infrastructure import VSphereName


def _blank_is_none(value: Any) -> Any:
    return None if value == "" else value


Blank = BeforeValidator(_blank_is_none)


class ObservedVm(Model):
    """One virtual machine as found. Sizes in MiB; `folder` is the path below the datacenter's VM folder.

    `active_memory_mib` is what it used of its memory when the list was made, where the list tells it.
    """

    name: VSphereName
    uuid: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    moref: Annotated[str, Field(pattern=r"^vm-[0-9]+$")]
    power: Literal["on", "off", "suspended"]
    dns_name: str
    cpus: Annotated[int, Field(ge=1)]
    memory_mib: Annotated[int, Field(ge=4)]
    disks: Annotated[int, Field(ge=0)]
    disk_mib: Annotated[int, Field(ge=0)]
    in_use_mib: Annotated[int, Field(ge=0)]
    address: Annotated[IPv4Address | None, Blank] = None
    mac: Annotated[Mac | None, Blank] = None
    adapter: Literal["vmxnet3", "e1000e", "e1000", "sriov", ""]
    network: str
    switch: str
    resource_pool: str
    folder: str
    datacenter: VSphereName
    cluster: VSphereName
    host: str
    firmware: Literal["efi", "bios"]
    hw_version: Annotated[int, Field(ge=4)]
    guest_os: Text
    annotation: str
    active_memory_mib: Annotated[int, Field(ge=0)] | None = None
    guest_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$")] = ""


GUEST_IDS = {
    "Microsoft Windows Server 2025 (64-bit)": "windows2022srvNext_64Guest",
    "Microsoft Windows Server 2022 (64-bit)": "windows2019srvNext_64Guest",
    "Microsoft Windows Server 2019 (64-bit)": "windows2019srv_64Guest",
    "Microsoft Windows Server 2016 (64-bit)": "windows9Server64Guest",
    "Microsoft Windows Server 2016 or later (64-bit)": "windows9Server64Guest",
    "Microsoft Windows Server 2012 (64-bit)": "windows8Server64Guest",
    "Microsoft Windows Server 2008 R2 (64-bit)": "windows7Server64Guest",
    "Ubuntu Linux (64-bit)": "ubuntu64Guest",
    "Red Hat Enterprise Linux 8 (64-bit)": "rhel8_64Guest",
    "Debian GNU/Linux 11 (64-bit)": "debian11_64Guest",
    "Other 3.x or later Linux (64-bit)": "other3xLinux64Guest",
}
"""vSphere's guest id by the name that clients show (VirtualMachineGuestOsIdentifier, vSphere Web Services API)."""
GUEST_NAMES = {id_: name for name, id_ in reversed(GUEST_IDS.items())}
"""The name by the guest id; the first where several have it."""


def guest_id(guest_os: str) -> str:
    """The guest id of a guest name as exports give it. Raises KeyError for a name that is not in GUEST_IDS."""
    return GUEST_IDS[guest_os]
