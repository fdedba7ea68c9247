"""NetBox's bulk import: the sites as a target, and of a stack's servers a table for each type of object, in the order
VLANs, prefixes, machines, interfaces, addresses.

Columns are those of its import forms (NetBox 4.1 to 4.6, virtualization and ipam, bulk_import.py), less what refers to
objects of a NetBox that we do not know. A machine's cluster must be there; a machine in Azure has its region for one.
Sizes are in MB, as NetBox has it since 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from model.types.inventory import Inventory, InventoryServer
from model.types.states import State
from rendering.tables import Row, table
from rendering.target import Judge, Target
from templates.netbox.context import files
from templates.netbox.verify import verify

TARGET = Target(
    name="netbox",
    title="NetBox: sites, VLANs, switches, workplaces and devices, as tables for its bulk import",
    files=files,
    verify=verify,
    consumer="NetBox 4.2 to 4.6",
    judges=(Judge("table", "NetBox's import forms", "the columns", "4.6", "tests/unit/templates/test_places.py"),),
    unjudged="that NetBox takes them: none was run",
)

INTERFACE = "eth0"
STATUS = {
    State.PLANNED: "planned",
    State.BUILDING: "staged",
    State.PILOT: "active",
    State.LIVE: "active",
    State.STANDBY: "active",
    State.RETIRING: "decommissioning",
    State.RETIRED: "offline",
}
"""VirtualMachineStatusChoices by the state of the generation."""


def vlans(stack: Inventory) -> str:
    """VLANs of the data centre. A subnet in Azure has none."""
    rows = (
        {"name": network.port_group, "vid": network.vlan, "status": "active", "description": network.purpose}
        for _, network in sorted(stack.networks.items())
        if network.vlan is not None
    )
    return table(rows, ("name", "vid", "status", "description"))


def prefixes(stack: Inventory) -> str:
    """The prefix of each network, with its VLAN."""
    rows = (
        {"prefix": str(network.prefix), "vlan": network.vlan, "status": "active", "description": network.purpose}
        for _, network in sorted(stack.networks.items())
    )
    return table(rows, ("prefix", "vlan", "status", "description"))


def machines(stack: Inventory) -> str:
    """Virtual machines."""
    columns = ("name", "status", "cluster", "vcpus", "memory", "disk", "serial", "description")
    return table((_machine(stack, server) for server in _servers(stack)), columns)


def _machine(stack: Inventory, server: InventoryServer) -> Row:
    return {
        "name": server.name,
        "status": STATUS[stack.generations[server.generation].state],
        "cluster": server.cluster or server.location,
        "vcpus": server.cpus,
        "memory": server.memory_mib,
        "disk": server.disk_mib,
        "serial": server.id,
        "description": f"{server.system} {server.role} {server.generation}, {server.owner}",
    }


def interfaces(stack: Inventory) -> str:
    """The one interface that each machine is made with."""
    rows = ({"virtual_machine": server.name, "name": INTERFACE, "enabled": "true"} for server in _servers(stack))
    return table(rows, ("virtual_machine", "name", "enabled"))


def addresses(stack: Inventory) -> str:
    """The primary address of each machine whose address is known, with its prefix length."""
    columns = ("address", "status", "virtual_machine", "interface", "is_primary", "dns_name", "description")
    return table(_addresses(stack), columns)


def _addresses(stack: Inventory) -> Iterator[Row]:
    for server in _servers(stack):
        if server.address is None:
            continue
        length = stack.networks[f"{server.network}-{server.generation}"].prefix.prefixlen
        yield {
            "address": f"{server.address}/{length}",
            "status": "active",
            "virtual_machine": server.name,
            "interface": INTERFACE,
            "is_primary": "true",
            "dns_name": server.fqdn,
            "description": server.identity,
        }


def _servers(stack: Inventory) -> list[InventoryServer]:
    return sorted(stack.servers.values(), key=lambda server: server.name)
