"""Servers as configuration items, in the columns of ServiceNow's cmdb_ci_server, which other CMDBs map from.

`correlation_id` is the key to find an item again by. RAM is in MB and disk space in GB, as that table has them.
"""

from __future__ import annotations

from model.types.inventory import Inventory
from model.types.states import State
from rendering.tables import table

CLASSES = {"windows": "cmdb_ci_win_server", "linux": "cmdb_ci_linux_server"}
CRITICALITY = {
    "vital": "1 - most critical",
    "high": "2 - somewhat critical",
    "normal": "3 - less critical",
    "low": "4 - not critical",
}
STATUS = {
    State.PLANNED: "Non-Operational",
    State.BUILDING: "Non-Operational",
    State.PILOT: "Operational",
    State.LIVE: "Operational",
    State.STANDBY: "DR Standby",
    State.RETIRING: "Operational",
    State.RETIRED: "Retired",
}
COLUMNS = (
    "correlation_id", "sys_class_name", "name", "fqdn", "ip_address", "os", "cpu_count", "ram", "disk_space",
    "serial_number", "virtual", "operational_status", "busines_criticality", "used_for", "department",
    "short_description",
)  # fmt: skip
"""`busines_criticality` is spelt so in ServiceNow's own table."""


def inventory(stack: Inventory) -> str:
    """The table as CSV, by correlation id."""
    rows = (
        {
            "correlation_id": f"{stack.platform}:{key}",
            "sys_class_name": CLASSES[server.os],
            "name": server.computer_name,
            "fqdn": server.fqdn,
            "ip_address": str(server.address or ""),
            "os": server.guest_os or server.os,
            "cpu_count": server.cpus,
            "ram": server.memory_mib,
            "disk_space": None if server.disk_mib is None else -(-server.disk_mib // 1024),
            "serial_number": server.id,
            "virtual": "true",
            "operational_status": STATUS[stack.generations[server.generation].state],
            "busines_criticality": CRITICALITY[server.criticality],
            "used_for": "Production",
            "department": server.owner,
            "short_description": f"{server.system} {server.role}, {server.generation}",
        }
        for key, server in sorted(stack.servers.items())
    )
    return table(rows, COLUMNS)
