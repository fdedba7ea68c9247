"""Machines as an import found them: facts for inventory, capacity and adoption, kept in `observed/<generation>.csv`.

The importers own these files. Citrix session machines are in `observed/<generation>-vdas.csv`, apart from the
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


_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ADAPTER = r"(vmxnet3|e1000e|e1000|sriov)?(\|[^|;]*){2}\|([0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5})?"


class ObservedVm(Model):
    """One virtual machine as found: a row of observed/<generation>.csv. The importers own these files."""

    name: VSphereName
    """Name of the machine in vSphere."""
    uuid: Annotated[str, Field(pattern=rf"^({_UUID})?$")]
    """Its BIOS UUID, which Pulumi's provider and the guest know it by, and by which the next import knows it again
    under another name. Empty where the export tells only the instance UUID.
    """
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
    guest_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$")] = ""
    """The guest that it is configured for, in vSphere's word: `windows2019srv_64Guest`. Empty where the export does not
    tell it, or names one that has no id here; then adoption leaves it alone.
    """
    disk_sizes: Annotated[str, Field(pattern=r"^([0-9]+( [0-9]+)*)?$")] = ""
    """The size of each disk in MiB, with spaces between; empty where the export does not tell it."""
    more_adapters: Annotated[str, Field(pattern=rf"^({_ADAPTER}(;{_ADAPTER})*)?$")] = ""
    """All network cards but the first: type, port group, switch and MAC address of each with `|` between, and `;`
    between two cards. Either in a name is written as in a web address: `%7C`, `%3B`.
    """

    instance_uuid: Annotated[str, Field(pattern=rf"^({_UUID})?$")] = ""
    """Its instance UUID, which vCenter gives and which no copy shares; RVTools calls it VM UUID since version 4. Empty
    where the export does not tell it.
    """

    @property
    def known_by(self) -> str:
        """The BIOS UUID, or where the export did not tell it the instance UUID."""
        return self.uuid or self.instance_uuid

    @property
    def each_disk_mib(self) -> list[int]:
        """The size of each disk; none where the export does not tell it."""
        return [int(size) for size in self.disk_sizes.split()]

    @property
    def other_adapters(self) -> list[Adapter]:
        """All adapters but the first."""
        entries = [entry.split("|") for entry in self.more_adapters.split(";") if entry]
        return [Adapter(*map(unquote, parts)) for parts in entries]
