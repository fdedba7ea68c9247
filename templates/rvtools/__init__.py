"""What RVTools would have exported: its vInfo table, for tools that read nothing else, and for our own importer.

A machine that was observed stands there as found, and importing it again changes nothing. One that we built has no host
to name, for DRS moves it about: its cluster stands there. Left out: vNetwork, for inventory/v1 has no MAC addresses,
session machines, which it has not either, and what stands in Azure.
"""

from __future__ import annotations

from model.types.guests import GUESTS
from model.types.inventory import Inventory, InventoryServer
from rendering.tables import Row, table

POWER = {"on": "poweredOn", "off": "poweredOff", "suspended": "suspended", None: "poweredOn"}
COLUMNS = (
    "VM", "Powerstate", "Template", "DNS Name", "CPUs", "Memory", "Disks", "Total disk capacity MiB",
    "Primary IP Address", "Network #1", "Folder", "Annotation", "Datacenter", "Cluster", "Host",
    "OS according to the configuration file", "OS according to the VMware Tools", "VM ID", "VM UUID",
)  # fmt: skip


def inventory(stack: Inventory) -> str:
    """The vInfo table as CSV, by machine name."""
    servers = sorted((s for s in stack.servers.values() if s.platform == "vmware"), key=lambda server: server.name)
    return table((_row(stack, server) for server in servers), COLUMNS)


def _row(stack: Inventory, server: InventoryServer) -> Row:
    network = stack.networks[f"{server.network}-{server.generation}"]
    datacenter = server.datacenter or stack.datacenter
    configured = GUESTS.get(server.guest_id, "") if server.guest_id is not None else server.guest_os or server.image
    return {
        "VM": server.name,
        "Powerstate": POWER[server.power],
        "Template": "False",
        "DNS Name": server.dns_name if server.dns_name is not None else server.fqdn,
        "CPUs": server.cpus,
        "Memory": server.memory_mib,
        "Disks": server.disks,
        "Total disk capacity MiB": server.disk_mib,
        "Primary IP Address": str(server.address or ""),
        "Network #1": network.port_group,
        "Folder": f"/{datacenter}/vm/{server.folder}".rstrip("/"),
        "Annotation": server.annotation if server.annotation is not None else f"{server.system} {server.role}",
        "Datacenter": datacenter,
        "Cluster": server.cluster,
        "Host": server.host or f"{server.cluster}.{stack.domain}".lower(),
        "OS according to the configuration file": configured,
        "OS according to the VMware Tools": server.guest_os or configured,
        "VM ID": server.moref,
        "VM UUID": server.id,
    }
