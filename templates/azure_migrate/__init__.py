"""Azure Migrate's import of servers from a CSV file, for an assessment without an appliance.

Columns as in Microsoft's template (Tutorial: Assess servers using an imported CSV file). A name of an operating system
must contain one of the supported names, which have no `Microsoft` in front. All disks of a server stand as one, for the
inventory knows their number and their sum. Left out: what stands in Azure already.
"""

from __future__ import annotations

from model.types.inventory import Inventory
from rendering.tables import table

COLUMNS = (
    "*Server name", "IP addresses", "*Cores", "*Memory (In MB)", "*OS name", "OS architecture", "Number of disks",
    "Disk 1 size (In GB)",
)  # fmt: skip
LIMIT = 20_000
"""Servers in a file, and in an Azure Migrate project."""


def inventory(stack: Inventory) -> str:
    """The table as CSV, by name. Raises ValueError for more servers than a file may hold."""
    servers = [server for _, server in sorted(stack.servers.items()) if server.platform == "vmware"]
    if len(servers) > LIMIT:
        raise ValueError(f"{len(servers)} servers; at most {LIMIT} in a file for Azure Migrate")
    rows = (
        {
            "*Server name": server.fqdn,
            "IP addresses": str(server.address or ""),
            "*Cores": server.cpus,
            "*Memory (In MB)": server.memory_mib,
            "*OS name": (server.guest_os or server.os).removeprefix("Microsoft ").removesuffix(" (64-bit)"),
            "OS architecture": "x64",
            "Number of disks": server.disks,
            "Disk 1 size (In GB)": None if server.disk_mib is None else -(-server.disk_mib // 1024),
        }
        for server in servers
    )
    return table(rows, COLUMNS)
