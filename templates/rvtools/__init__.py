"""What RVTools would have exported: its vInfo table, for tools that read nothing else, and for our own importer.

A machine that was observed keeps its host. One that we built has none to name, for DRS moves it about: its cluster
stands there. Left out: vNetwork, for inventory/v1 has no MAC addresses, and what stands in Azure.
"""

from __future__ import annotations

from model.types.inventory import Inventory, InventoryServer
from rendering.tables import Row, table

POWER = {"on": "poweredOn", "off": "poweredOff", "suspended": "suspended", None: "poweredOn"}
COLUMNS = (
    "VM", "Powerstate", "Template", "DNS Name", "CPUs", "Memory", "Disks", "Total disk capacity MiB",
    "Primary IP Address", "Network #1", "Folder", "Annotation", "Datacenter", "Cluster", "Host",
    "OS according to the configuration file", "VM ID", "VM UUID",
)  # fmt: skip


def inventory(stack: Inventory) -> str:
    """The vInfo table as CSV, by machine name."""
    servers = sorted((s for s in stack.servers.values() if s.platform == "vmware"), key=lambda server: server.name)
    return table((_row(stack, server) for server in servers), COLUMNS)


def _row(stack: Inventory, server: InventoryServer) -> Row:
    network = stack.networks[f"{server.network}-{server.generation}"]
    return {
        "VM": server.name,
        "Powerstate": POWER[server.power],
        "Template": "False",
        "DNS Name": server.fqdn,
        "CPUs": server.cpus,
        "Memory": server.memory_mib,
        "Disks": server.disks,
        "Total disk capacity MiB": server.disk_mib,
        "Primary IP Address": str(server.address or ""),
        "Network #1": network.port_group,
        "Folder": f"/{stack.datacenter}/vm/{server.folder}".rstrip("/"),
        "Annotation": f"{server.system} {server.role}",
        "Datacenter": stack.datacenter,
        "Cluster": server.cluster,
        "Host": server.host or f"{server.cluster}.{stack.domain}".lower(),
        "OS according to the configuration file": server.guest_os or server.image,
        "VM ID": server.moref,
        "VM UUID": server.id,
    }
