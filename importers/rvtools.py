"""Reads RVTools' tables, as workbook or as CSV, into machine and adapter records.

RVTools 3 tells no address and no size of disks in vInfo: the address is then the adapter's, and the size what is
provisioned less the swap file of the memory. Left out: deciding which machines are servers, which sorting.py does for
every source alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from importers import values
from importers.headers import DVPORT, VHOST, VINFO, VNETWORK, VPORT
from importers.records import HostFact, Nic, Power, Vm
from importers.report import Report, RowError, Source
from importers.sheets import is_workbook, sheet_names
from importers.table import Row, Table, read_table
from model.faults import Fault, ModelError, nearest
from model.types.guests import ALSO, GUESTS, guest_id

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
_MAY_LACK = ("annotation", "firmware", "hw_version", "in_use_mib", "resource_pool")


_FOLDER = re.compile(r"/?(?P<datacenter>[^/]+)/vm(?:/(?P<below>.*))?\Z")


def read_vms(path: Path, source: Source, report: Report, *, with_nics: bool) -> Iterator[Vm]:
    """The machines of a vInfo table; what is wrong with a row goes to `source`. Raises ModelError."""
    table = read_table(path, VINFO)
    _one_vcenter(table)
    if "address" not in table.at and not with_nics:
        message = "vInfo of RVTools 3 tells no address; give vNetwork too, with --rvtools-network"
        raise ModelError([Fault(table.shown, 1, "BAD-CSV", "address", message)])
    if not {"disk_mib", "provisioned"} & set(table.at):
        message = "vInfo without the column Total disk capacity MiB; give the whole table"
        raise ModelError([Fault(table.shown, 1, "BAD-CSV", "disk_mib", message)])
    if "disk_mib" not in table.at:
        report.note("DISKS-ASSUMED", source.file, "RVTools 3 tells no size of disks: what is provisioned is used")
    _tell_twice(table, source, report)
    named: Counter[tuple[str, str]] = Counter()
    for row in table:
        source.rows += 1
        try:
            vm = _vm(row.whole())
        except RowError as wrong:
            source.reject(row.line, values.free_text(row["name"]), wrong.code, wrong.reason)
            continue
        match = _FOLDER.match(row["folder"])
        if match and match["datacenter"] != row["datacenter"]:
            named[match["datacenter"], vm.datacenter] += 1
        yield vm
    for (in_path, in_column), count in named.items():
        reason = f"{count} folders begin with {in_path}, the column Datacenter says {in_column}, and the column is used"
        report.note("DATACENTER-NAME", in_column, reason)


def _one_vcenter(table: Table) -> None:
    """Raises ModelError when the machines are of several vCenters: their ids and names are unique in one only."""
    told = sorted({row["vcenter"].casefold() for row in table if row.get("vcenter")})
    if len(told) > 1:
        message = f"holds machines of {len(told)} vCenters ({', '.join(told)}); give each by itself, each for "
        raise ModelError([Fault(table.shown, 1, "BAD-CSV", "vcenter", message + "a folder of its own")])


def _tell_twice(table: Table, source: Source, report: Report) -> None:
    for header in table.twice:
        report.note("COLUMN-TWICE", header, f"{source.file} has it twice, one most likely an attribute of your own")


def has_sheet(path: Path, name: str) -> bool:
    """Whether the file is a workbook with a sheet of this name."""
    return is_workbook(path) and name.casefold() in map(str.casefold, sheet_names(path))


def read_nics(path: Path, source: Source, report: Report) -> Iterator[Nic]:
    """The adapters of a vNetwork table; what is wrong with a row goes to `source`. Raises ModelError."""
    table = read_table(path, VNETWORK)
    _tell_twice(table, source, report)
    for row in table:
        source.rows += 1
        try:
            yield _nic(row.whole())
        except RowError as wrong:
            source.reject(row.line, values.free_text(row["name"]), wrong.code, wrong.reason)


def read_vlans(path: Path) -> Mapping[str, int]:
    """The VLAN of each port group that a workbook's sheets vPort and dvPort tell, 0 for none. What is no single number,
    such as a trunk, is left out.
    """
    told: dict[str, int] = {}
    for columns in (VPORT, DVPORT):
        if has_sheet(path, columns.name):
            for row in read_table(path, columns):
                if re.fullmatch(r"\d{1,4}", row["vlan"]) and row["network"]:
                    told[values.vsphere_name(row["network"])] = int(row["vlan"])
    return told


def read_hosts(path: Path) -> Mapping[str, HostFact]:
    """What a workbook's sheet vHost tells of each host. One without a number of cores or memory is left out."""
    told: dict[str, HostFact] = {}
    for row in read_table(path, VHOST) if has_sheet(path, VHOST.name) else ():
        try:
            row.whole()
            cores = values.whole(row["cores"], "# Cores", 1, 1024)
            gib = round(values.whole(row["memory"], "# Memory", 1024, 64 * 1024 * 1024) / 1024)
        except RowError:
            continue
        # A host that is in no cluster is, in vSphere, one of its own.
        told[row["name"]] = HostFact(row["cluster"] or row["name"], cores, gib)
    return told


def _vm(row: Row) -> Vm:
    memory = values.whole(row["memory"], "Memory", 4, 24 * 1024 * 1024)
    datacenter, host = values.name(row["datacenter"], "Datacenter"), values.text(row["host"], "Host")
    # A host that is in no cluster is, in vSphere, one of its own.
    cluster = values.name(row["cluster"] or host, "Cluster")
    uuid, instance_uuid = _uuids(row)
    return Vm(
        row=row.line,
        name=values.name(row["name"], "VM"),
        uuid=uuid,
        instance_uuid=instance_uuid,
        moref=values.form(row["moref"], "VM ID", _MOREF, "one such as vm-1000"),
        power=_power(row["power"]),
        template=values.flag(row.get("template", ""), "Template"),
        dns_name=values.free_text(row.get("dns_name", "")),
        cpus=values.whole(row["cpus"], "CPUs", 1, 768),
        memory_mib=memory,
        disks=values.whole(row["disks"], "Disks", 0, 256),
        disk_mib=_disk_mib(row, memory),
        in_use_mib=values.whole(row.get("in_use_mib") or "0", "In Use", 0, _MIB_MAX),
        addresses=values.ipv4s(row.get("address", ""), "Primary IP Address"),
        network=values.name_or_none(row["network"], "Network #1"),
        resource_pool=values.pool_path(row.get("resource_pool", ""), cluster),
        folder=_below(row["folder"]),
        datacenter=datacenter,
        cluster=cluster,
        host=host,
        firmware=values.word(row.get("firmware") or "bios", "Firmware", {"efi": "efi", "bios": "bios"}),
        hw_version=values.whole(re.sub(r"^vmx-0*", "", row.get("hw_version") or "4"), "HW version", 4, 99),
        guest_os=values.text(row.get("tools_os") or row["os"], "OS"),
        guest_id=_guest(row["os"]),
        annotation=values.note(row.get("annotation", "")),
        active_memory_mib=values.whole(row["active_memory"], "Active Memory", 0, 24 * 1024 * 1024)
        if row.get("active_memory")
        else None,
        untold=frozenset(field for field in _MAY_LACK if field not in row),
    )


def _uuids(row: Row) -> tuple[str, str]:
    """The BIOS UUID and the instance UUID. Since 4.0 RVTools tells both, the instance's as VM UUID; a table with one
    alone may mean either, and a vCenter's instance UUIDs begin with 50 (as its BIOS UUIDs do with 42, a host's with
    56).
    """
    uuid = values.form(row["uuid"].lower(), "VM UUID", _UUID, "a UUID")
    if row.get("bios_uuid"):
        return values.form(row["bios_uuid"].lower(), "SMBIOS UUID", _UUID, "a UUID"), uuid
    return ("", uuid) if uuid.startswith("50") else (uuid, "")


def _disk_mib(row: Row, memory: int) -> int:
    if "disk_mib" in row:
        return values.whole(row["disk_mib"], "Total disk capacity", 0, _MIB_MAX)
    provisioned = values.whole(row["provisioned"], "Provisioned", 0, _MIB_MAX)
    return provisioned - memory if provisioned > memory else provisioned


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
    return Nic(
        row=row.line,
        vm=values.name(row["name"], "VM"),
        vm_ids=tuple(filter(None, (row.get(key, "").lower() for key in ("moref", "uuid", "bios_uuid")))),
        power=_power(row.get("power") or "poweredOn"),
        template=values.flag(row.get("template", ""), "Template"),
        label=row.get("label", ""),
        mac=values.mac(row["mac"], "Mac Address"),
        adapter=_ADAPTERS.get(row.get("adapter", "").casefold(), ""),
        network=values.name(row["network"], "Network"),
        switch=values.name_or_none(row.get("switch", ""), "Switch"),
        addresses=values.ipv4s(row.get("address", ""), "IPv4 Address"),
    )
