"""Machines as an import found them: facts for inventory, capacity and adoption, kept in `observed/<generation>.csv`.

The importers own these files. Citrix session machines stand in `observed/<generation>-vdas.csv`, apart from the
servers, because their pool's provisioning owns them and nothing here may ever declare them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote

from pydantic import BeforeValidator, Field

from model.base import Mac, Model, Text
from model.types.infrastructure import VSphereName


def _blank_is_none(value: Any) -> Any:
    return None if value == "" else value


Blank = BeforeValidator(_blank_is_none)


@dataclass(frozen=True, slots=True)
class Adapter:
    """A network adapter of a machine beside the one that carries its address. `mac` may be empty."""

    adapter: str
    network: str
    switch: str
    mac: str


def adapters_cell(adapters: Iterable[Adapter]) -> str:
    """The cell of `more_adapters`: `vmxnet3|VLAN30_Backup|dvSwitch-Prod|00:50:56:00:00:09`, several parted by `;`.

    Both marks are escaped in names, as in an address.
    """
    parts = [(a.adapter, a.network, a.switch, a.mac) for a in adapters]
    return ";".join("|".join(quote(part, safe=" :()/") for part in each) for each in parts)


_ADAPTER = r"(vmxnet3|e1000e|e1000|sriov)?(\|[^|;]*){2}\|([0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5})?"


class ObservedVm(Model):
    """One virtual machine as found. Sizes in MiB; `folder` is the path below the datacenter's VM folder.

    `active_memory_mib` is what it used of its memory when the list was made, where the list tells it. `guest_os` is the
    system that runs; `guest_id` the configured one, in vSphere's own word, empty where the export does not tell it.
    `disk_sizes` has each disk where the export tells it, and `more_adapters` all adapters but the first.
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
    disk_sizes: Annotated[str, Field(pattern=r"^([0-9]+( [0-9]+)*)?$")] = ""
    more_adapters: Annotated[str, Field(pattern=rf"^({_ADAPTER}(;{_ADAPTER})*)?$")] = ""

    @property
    def each_disk_mib(self) -> list[int]:
        """The size of each disk; none where the export does not tell it."""
        return [int(size) for size in self.disk_sizes.split()]

    @property
    def other_adapters(self) -> list[Adapter]:
        """All adapters but the first."""
        entries = [entry.split("|") for entry in self.more_adapters.split(";") if entry]
        return [Adapter(*map(unquote, parts)) for parts in entries]


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
