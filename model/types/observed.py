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
    """One virtual machine as found: a row of observed/<generation>.csv. The importers own these files."""

    name: VSphereName
    """Name of the machine in vSphere."""
    uuid: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    """Its UUID in vSphere, by which the next import knows it again under another name."""
    moref: Annotated[str, Field(pattern=r"^vm-[0-9]+$")]
    """Its managed object reference in vCenter: `vm-1000`."""
    power: Literal["on", "off", "suspended"]
    """Its power state when it was found."""
    dns_name: str
    """The name that the guest gave itself; empty where VMware Tools did not tell."""
    cpus: Annotated[int, Field(ge=1)]
    """Virtual CPUs."""
    memory_mib: Annotated[int, Field(ge=4)]
    """Memory in MiB."""
    disks: Annotated[int, Field(ge=0)]
    """Number of disks."""
    disk_mib: Annotated[int, Field(ge=0)]
    """Size of all disks in MiB."""
    in_use_mib: Annotated[int, Field(ge=0)]
    """What it took of its datastores, in MiB."""
    address: Annotated[IPv4Address | None, Blank] = None
    """IPv4 address of its first network card; empty where none was told."""
    mac: Annotated[Mac | None, Blank] = None
    """MAC address of its first network card."""
    adapter: Literal["vmxnet3", "e1000e", "e1000", "sriov", ""]
    """Type of that card."""
    network: str
    """The port group of that card."""
    switch: str
    """The distributed switch of that card."""
    resource_pool: str
    """Path of its resource pool."""
    folder: str
    """Path of its folder below the datacenter's VM folder."""
    datacenter: VSphereName
    """Name of its datacenter."""
    cluster: VSphereName
    """Name of its cluster."""
    host: str
    """Name of the host that ran it when it was found."""
    firmware: Literal["efi", "bios"]
    """How it starts. Azure takes no machine that starts by `bios` as it is."""
    hw_version: Annotated[int, Field(ge=4)]
    """Version of its virtual hardware."""
    guest_os: Text
    """The guest operating system in vSphere's words: `Microsoft Windows Server 2019 (64-bit)`."""
    annotation: str
    """Its note in vSphere."""
    active_memory_mib: Annotated[int, Field(ge=0)] | None = None
    """The memory in MiB that it was using when it was found. Empty where the export does not tell; RVTools does from
    version 4.
    """


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
