"""How the columns of RVTools' tables are called: as RVTools 3.x and 4.x show them, and as its database does.

The spellings are those of published exports, and of scripts that read them (`-DBColumnNames` writes the database's).
Left out: what a cell means.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from importers.table import Columns


def version(header: Collection[str]) -> str:
    """Which RVTools wrote a table, by its header in lower case: 3 counts in MB, 4 in MiB."""
    if any(re.match(r"v(info|network|disk|port|dvport)[a-z]", name) for name in header):
        return "RVTools with the names of its database (-DBColumnNames)"
    if any(name.endswith((" mib", "ipv4 address", "smbios uuid")) for name in header):
        return "RVTools 4"
    if any(name.endswith(" mb") or name == "ip address" for name in header):
        return "RVTools 3"
    return "no known RVTools"


VINFO = Columns(
    name="vInfo",
    told=version,
    # RVTools writes custom attributes between Annotation and Datacenter.
    after=frozenset({"datacenter", "cluster", "host", "os", "tools_os", "moref", "bios_uuid", "uuid", "vcenter"}),
    required={
        "name": ("VM", "vInfoVMName", "VM Name", "Name", "Navn"),
        "power": ("Powerstate", "vInfoPowerstate", "Power State", "Strøm"),
        "cpus": ("CPUs", "vInfoCPUs", "# CPUs", "vCPUs"),
        "memory": ("Memory", "vInfoMemory", "Memory MiB", "Memory MB", "Hukommelse"),
        "disks": ("Disks", "vInfoNumVirtualDisks", "Diske"),
        "network": ("Network #1", "vInfoNetwork1", "Network 1", "Netværk #1"),
        "folder": ("Folder", "vInfoFolder", "Mappe"),
        "datacenter": ("Datacenter", "vInfoDataCenter"),
        "cluster": ("Cluster", "vInfoCluster", "Klynge"),
        "host": ("Host", "vInfoHost", "Vært"),
        "os": ("OS according to the configuration file", "vInfoOS", "OS"),
        "moref": ("VM ID", "vInfoObjectID", "vInfoVMID", "Object ID"),
        "uuid": ("VM UUID", "vInfoUUID", "UUID", "Instance UUID", "vInfoInstanceUUID"),
    },
    optional={
        "template": ("Template", "vInfoTemplate", "Skabelon"),
        "dns_name": ("DNS Name", "vInfoGuestHostName", "DNS-navn"),
        "disk_mib": (
            "Total disk capacity MiB",
            "vInfoTotalDiskCapacityMiB",
            "Total disk capacity MB",
            "Total disk capacity",
        ),
        "provisioned": ("Provisioned MiB", "vInfoProvisioned", "Provisioned MB"),
        "address": ("Primary IP Address", "vInfoPrimaryIPAddress", "IP Address", "IP-adresse"),
        "in_use_mib": ("In Use MiB", "vInfoInUse", "In Use MB"),
        "active_memory": ("Active Memory", "vInfoActiveMemory", "Active Memory MiB"),
        "resource_pool": ("Resource pool", "vInfoResourcepool", "Ressourcepulje"),
        "hw_version": ("HW version", "VInfoVersion"),
        "firmware": ("Firmware", "vInfoFirmware"),
        "annotation": ("Annotation", "vInfoAnnotation", "vInfoNotes", "Notes", "Bemærkning", "Bemærkninger"),
        "tools_os": ("OS according to the VMware Tools", "vInfoOSTools"),
        "bios_uuid": ("SMBIOS UUID", "vInfoSMBIOSUUID"),
        "vcenter": ("VI SDK Server", "vInfoVISDKServer"),
    },
)
VNETWORK = Columns(
    name="vNetwork",
    told=version,
    after=frozenset({"moref", "uuid", "bios_uuid", "vcenter"}),
    required={
        "name": ("VM", "vNetworkVMName", "VM Name", "Name", "Navn"),
        "network": ("Network", "vNetworkName", "Netværk"),
        "mac": ("Mac Address", "vNetworkMacAddress", "MAC", "MAC-adresse"),
    },
    optional={
        "power": ("Powerstate", "vNetworkPowerstate", "Power State", "Strøm"),
        "template": ("Template", "vNetworkTemplate", "Skabelon"),
        "label": ("NIC label", "vNetworkNic", "NIC"),
        "adapter": ("Adapter", "vNetworkAdapter"),
        "switch": ("Switch", "vNetworkSwitch"),
        "address": ("IPv4 Address", "vNetworkIP4Address", "IP Address", "IP-adresse"),
        "moref": ("VM ID", "vNetworkObjectID", "vNetworkVMID"),
        "uuid": ("VM UUID", "vNetworkUUID", "vNetworkVMUUID", "UUID"),
        "bios_uuid": ("SMBIOS UUID", "vNetworkSMBIOSUUID"),
    },
)
VHOST = Columns(
    name="vHost",
    told=version,
    required={
        "name": ("Host", "vHostName"),
        "cluster": ("Cluster", "vHostCluster"),
        "cores": ("# Cores", "vHostNumCpuCores"),
        "memory": ("# Memory", "vHostMemorySize"),
    },
    optional={},
)
VPORT = Columns(
    name="vPort",
    told=version,
    required={
        "network": ("Port Group", "vPortPortgroup", "vPortName"),
        "switch": ("Switch", "vPortSwitch"),
        "vlan": ("VLAN", "vPortVLAN"),
    },
    optional={},
)
DVPORT = Columns(
    name="dvPort",
    told=version,
    required={
        "network": ("Port", "dvPortName", "dvPortPortgroup"),
        "switch": ("Switch", "dvPortSwitch"),
        "vlan": ("VLAN", "dvPortVLAN"),
    },
    optional={},
)
