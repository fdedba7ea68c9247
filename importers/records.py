"""What every source of an existing estate gives, whatever its format: the one type between reading and deciding.

RVTools files and a live vCenter yield the same records, so everything after them is written once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from importers.report import Source

Power = Literal["on", "off", "suspended"]


@dataclass(frozen=True, slots=True)
class Nic:
    """A network adapter. `vm_ids` are what the export tells of its machine: managed object id, UUIDs."""

    row: int
    vm: str
    vm_ids: tuple[str, ...]
    power: Power
    template: bool
    label: str
    mac: str
    adapter: str
    network: str
    switch: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vm:
    """A virtual machine as found. Sizes in MiB; `disk_sizes` in MiB where the source tells each disk.

    `uuid` is the BIOS UUID, `instance_uuid` vCenter's own; one of them may be empty. `folder` is the path below the
    datacenter's VM folder. `addresses` are all IPv4 addresses that are told, the main one first.
    `active_memory_mib` is what was in use at the moment of the export, where it tells. `guest_os` is what runs by
    VMware Tools, `guest_id` the configured guest in vSphere's word; `more_nics` are the adapters beside `nic`.
    `untold` are the fields that the source has no column for, whose values here are the usual ones.
    """

    row: int
    name: str
    uuid: str
    instance_uuid: str
    moref: str
    power: Power
    template: bool
    dns_name: str
    cpus: int
    memory_mib: int
    disks: int
    disk_mib: int
    in_use_mib: int
    addresses: tuple[str, ...]
    network: str
    resource_pool: str
    folder: str
    datacenter: str
    cluster: str
    host: str
    firmware: str
    hw_version: int
    guest_os: str
    annotation: str
    active_memory_mib: int | None = None
    disk_sizes: tuple[int, ...] = ()
    nic: Nic | None = None
    guest_id: str = ""
    more_nics: tuple[Nic, ...] = ()
    untold: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        """The main IPv4 address; empty when nothing reports one."""
        return self.addresses[0] if self.addresses else ""

    @property
    def ids(self) -> frozenset[str]:
        """The UUIDs by which it is known, whatever it is called."""
        return frozenset(filter(None, (self.uuid, self.instance_uuid)))


@dataclass(frozen=True, slots=True)
class HostFact:
    """What a source knows of a host beyond its name: cores in all its sockets and memory in GiB."""

    cluster: str
    cores: int
    memory_gib: int


@dataclass(frozen=True, slots=True)
class DatastoreFact:
    """A VMFS datastore. `lun` is the canonical name of its first extent."""

    name: str
    clusters: tuple[str, ...]
    capacity_gib: int
    lun: str


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list: its `key` names it over imports, `fields` are compared one by one with what stands here."""

    row: int
    key: str
    fields: Mapping[str, Any]


@dataclass(slots=True)
class Estate:
    """Everything that the sources told.

    A list is None when its source was not given, which is not the same as empty. `vlans` is by network name, 0 where
    it has none, `site_counts` by site: the number of workplaces that the list of sites claims.
    """

    vms: list[Vm]
    vm_source: Source
    nics: list[Nic] | None = None
    nic_source: Source | None = None
    sites: list[Item] | None = None
    workplaces: list[Item] | None = None
    devices: list[Item] | None = None
    workplace_source: Source | None = None
    systems: list[Item] | None = None
    hosts: Mapping[str, HostFact] = field(default_factory=dict[str, HostFact])
    datastores: Sequence[DatastoreFact] = ()
    vlans: Mapping[str, int] = field(default_factory=dict[str, int])
    site_counts: Mapping[str, int] = field(default_factory=dict[str, int])
