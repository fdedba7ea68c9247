"""TOPdesk's import: the locations and what stands there as a target, and of a stack a row a server. The key stands in
the first column, for an import template with these columns.

In Danish, for the service desk reads it. A server keeps its key when its address or size changes; what a person adds to
an asset in TOPdesk stays, for the import overwrites only the columns that it has.
"""

from __future__ import annotations

from model.types.inventory import Inventory
from model.types.states import State
from rendering.tables import table
from rendering.target import Target
from templates.topdesk.context import files
from templates.topdesk.verify import verify

TARGET = Target(
    name="topdesk",
    title="TOPdesk: locations, workplaces and other equipment of the sites, in Danish",
    files=files,
    verify=verify,
    consumer="TOPdesk's import, by a template with these columns",
    judges=(),
    unjudged="all of it: the template is the municipality's own",
)

CRITICALITY = {"vital": "Livsvigtig", "high": "Høj", "normal": "Normal", "low": "Lav"}
PERSONAL_DATA = {"none": "Ingen", "ordinary": "Almindelige", "special": "Følsomme"}
STATE = {
    State.PLANNED: "Planlagt",
    State.BUILDING: "Under opbygning",
    State.PILOT: "Pilot",
    State.LIVE: "I drift",
    State.STANDBY: "Tilbagefald",
    State.RETIRING: "Under afvikling",
    State.RETIRED: "Afviklet",
}
COLUMNS = (
    "Nøgle", "Navn", "Aktivtype", "Status", "System", "Rolle", "Generation", "DNS-navn", "IP-adresse",
    "Operativsystem", "CPU", "Hukommelse (GB)", "Disk (GB)", "Kritikalitet", "Persondata", "Systemejer",
)  # fmt: skip


def inventory(stack: Inventory) -> str:
    """The table as CSV, by key."""
    rows = (
        {
            "Nøgle": key,
            "Navn": server.computer_name,
            "Aktivtype": "Virtuel server",
            "Status": STATE[stack.generations[server.generation].state],
            "System": server.system,
            "Rolle": server.role,
            "Generation": server.generation,
            "DNS-navn": server.fqdn,
            "IP-adresse": str(server.address or ""),
            "Operativsystem": server.guest_os or server.os,
            "CPU": server.cpus,
            "Hukommelse (GB)": -(-server.memory_mib // 1024),
            "Disk (GB)": None if server.disk_mib is None else -(-server.disk_mib // 1024),
            "Kritikalitet": CRITICALITY[server.criticality],
            "Persondata": PERSONAL_DATA[server.personal_data],
            "Systemejer": server.owner,
        }
        for key, server in sorted(stack.servers.items())
    )
    return table(rows, COLUMNS)
