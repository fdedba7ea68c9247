"""Reads RVTools' vInfo and vNetwork tables, saved as CSV, into machine and adapter records.

The header spellings are those of RVTools 3.11 to 4.x, which changed MB to MiB on the way. Left out: deciding which
machines are servers, which sorting.py does for every source alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from importers import values
from importers.records import Nic, Power, Vm
from importers.report import Report, RowError, Source
from importers.table import Columns, Row, read_table
from model.faults import nearest
from model.types.guests import ALSO, GUESTS, guest_id

VINFO = Columns(
    required={
        "name": ("VM", "VM Name", "Name", "Navn"),
        "power": ("Powerstate", "Power State", "Strøm"),
        "cpus": ("CPUs", "# CPUs", "vCPUs"),
        "memory": ("Memory", "Memory MiB", "Memory MB", "Hukommelse"),
        "disks": ("Disks", "Diske"),
        "disk_mib": ("Total disk capacity MiB", "Total disk capacity MB", "Total disk capacity"),
        "address": ("Primary IP Address", "IP Address", "IP-adresse"),
        "network": ("Network #1", "Network 1", "Netværk #1"),
        "folder": ("Folder", "Mappe"),
        "datacenter": ("Datacenter",),
        "cluster": ("Cluster", "Klynge"),
        "host": ("Host", "Vært"),
        "os": ("OS according to the configuration file", "OS"),
        "moref": ("VM ID", "Object ID"),
        "uuid": ("VM UUID", "UUID", "Instance UUID"),
    },
    optional={
        "template": ("Template", "Skabelon"),
        "dns_name": ("DNS Name", "DNS-navn"),
        "in_use_mib": ("In Use MiB", "In Use MB"),
        "active_memory": ("Active Memory", "Active Memory MiB"),
        "resource_pool": ("Resource pool", "Ressourcepulje"),
        "hw_version": ("HW version",),
        "firmware": ("Firmware",),
        "annotation": ("Annotation", "Notes", "Bemærkning", "Bemærkninger"),
        "tools_os": ("OS according to the VMware Tools",),
    },
)
VNETWORK = Columns(
    required={
        "name": ("VM", "VM Name", "Name", "Navn"),
        "network": ("Network", "Netværk"),
        "mac": ("Mac Address", "MAC", "MAC-adresse"),
    },
    optional={
        "power": ("Powerstate", "Power State", "Strøm"),
        "template": ("Template", "Skabelon"),
        "label": ("NIC label", "NIC"),
        "adapter": ("Adapter",),
        "switch": ("Switch",),
        "address": ("IPv4 Address", "IP Address", "IP-adresse"),
        "uuid": ("VM UUID", "UUID"),
    },
)
_POWER: dict[str, Power] = {
    "poweredon": "on", "on": "on", "tændt": "on",
    "poweredoff": "off", "off": "off", "slukket": "off",
    "suspended": "suspended",
}  # fmt: skip
_ADAPTERS = {
    "vmxnet3": "vmxnet3", "e1000e": "e1000e", "e1000": "e1000", "sriov": "sriov", "sr-iov": "sriov", "": "",
}  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_MOREF = re.compile(r"vm-[0-9]+\Z")
_MIB_MAX = 64 * 1024 * 1024 * 15


_FOLDER = re.compile(r"/?(?P<datacenter>[^/]+)/vm(?:/(?P<below>.*))?\Z")


def read_vms(path: Path, source: Source, report: Report) -> Iterator[Vm]:
    """The machines of a vInfo table; what is wrong with a row goes to `source`."""
    named: Counter[tuple[str, str]] = Counter()
    for row in read_table(path, VINFO):
        source.rows += 1
        try:
            vm = _vm(row)
        except RowError as wrong:
            source.reject(row.line, values.free_text(row["name"]), wrong.code, wrong.reason)
            continue
        match = _FOLDER.match(row["folder"])
        if match and match["datacenter"] != vm.datacenter:
            named[match["datacenter"], vm.datacenter] += 1
        yield vm
    for (in_path, in_column), count in named.items():
        reason = f"{count} folders begin with {in_path}, the column Datacenter says {in_column}, and the column is used"
        report.note("DATACENTER-NAME", in_column, reason)


def read_nics(path: Path, source: Source) -> Iterator[Nic]:
    """The adapters of a vNetwork table; what is wrong with a row goes to `source`."""
    for row in read_table(path, VNETWORK):
        source.rows += 1
        try:
            yield _nic(row)
        except RowError as wrong:
            source.reject(row.line, values.free_text(row["name"]), wrong.code, wrong.reason)


def whole_row(row: Row) -> Row:
    """The row when it has as many cells as the header, blank ones at the end left aside; raises RowError."""
    if not any(row.values()):
        raise RowError("EMPTY-ROW", "every cell is empty")
    if row.width != row.columns:
        raise RowError("BAD-ROW", f"{row.width} cells where the header has {row.columns}")
    return row


def _vm(row: Row) -> Vm:
    row = whole_row(row)
    return Vm(
        row=row.line,
        name=values.name(row["name"], "VM"),
        uuid=values.form(row["uuid"].lower(), "VM UUID", _UUID, "a UUID"),
        moref=values.form(row["moref"], "VM ID", _MOREF, "one such as vm-1000"),
        power=_power(row["power"]),
        template=values.flag(row.get("template", ""), "Template"),
        dns_name=values.free_text(row.get("dns_name", "")),
        cpus=values.whole(row["cpus"], "CPUs", 1, 768),
        memory_mib=values.whole(row["memory"], "Memory", 4, 24 * 1024 * 1024),
        disks=values.whole(row["disks"], "Disks", 0, 256),
        disk_mib=values.whole(row["disk_mib"], "Total disk capacity", 0, _MIB_MAX),
        in_use_mib=values.whole(row.get("in_use_mib") or "0", "In Use", 0, _MIB_MAX),
        address=values.ipv4(row["address"], "Primary IP Address"),
        network=values.name_or_none(row["network"], "Network #1"),
        resource_pool=row.get("resource_pool", "").lstrip("/").removeprefix(f"{row['datacenter']}/"),
        folder=_below(row["folder"]),
        datacenter=values.name(row["datacenter"], "Datacenter"),
        cluster=values.name(row["cluster"], "Cluster"),
        host=values.text(row["host"], "Host"),
        firmware=values.word(row.get("firmware") or "bios", "Firmware", {"efi": "efi", "bios": "bios"}),
        hw_version=values.whole(re.sub(r"^vmx-0*", "", row.get("hw_version") or "4"), "HW version", 4, 99),
        guest_os=values.text(row.get("tools_os") or row["os"], "OS"),
        guest_id=_guest(row["os"]),
        annotation=values.free_text(row.get("annotation", "")),
        active_memory_mib=values.whole(row["active_memory"], "Active Memory", 0, 24 * 1024 * 1024)
        if row.get("active_memory")
        else None,
    )


def _guest(name: str) -> str:
    """The id of the guest that the machine is configured for; empty where the table does not tell it."""
    found = guest_id(name)
    if found is None and name:
        known = nearest(name, [*GUESTS.values(), *ALSO])
        raise RowError("UNKNOWN-GUEST", f"OS is {name!r}, which is no guest of vSphere; {known}")
    return found or ""


def _below(folder: str) -> str:
    """`/Holstebro/vm/Fagsystemer/Web` as `Fagsystemer/Web`: the path below the datacenter's VM folder."""
    match = _FOLDER.match(folder)
    return (match["below"] or "" if match else folder).strip("/")


def _power(cell: str) -> Power:
    word = values.word(cell, "Powerstate", {key: key for key in _POWER})
    return _POWER[word]


def _nic(row: Row) -> Nic:
    row = whole_row(row)
    return Nic(
        row=row.line,
        vm=values.name(row["name"], "VM"),
        vm_id=row.get("uuid", "").lower(),
        power=_power(row.get("power") or "poweredOn"),
        template=values.flag(row.get("template", ""), "Template"),
        label=row.get("label", ""),
        mac=values.mac(row["mac"], "Mac Address"),
        adapter=_ADAPTERS.get(row.get("adapter", "").casefold(), ""),
        network=values.name(row["network"], "Network"),
        switch=values.name_or_none(row.get("switch", ""), "Switch"),
        address=values.ipv4(row.get("address", ""), "IPv4 Address"),
    )
