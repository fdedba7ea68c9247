"""An Ansible inventory from inventory/v1: every server once, grouped by what plays are written for.

Groups are operating system, generation, system, role and criticality. Windows is reached by its name, which its
Kerberos ticket is for. Values are marked `!unsafe`, for Ansible would otherwise evaluate braces in an owner's name.
Credentials stay out: a play brings its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from model.types.inventory import Inventory
from rendering.engine import render
from rendering.plain import plain

TEMPLATE = "ansible/inventory.yaml.j2"


@dataclass(frozen=True, slots=True)
class Groups:
    """The context of the inventory: the facts of each host by its name, and each group with its hosts, sorted."""

    hosts: dict[str, dict[str, str | None]]
    groups: dict[str, list[str]]


def inventory(stack: Inventory) -> str:
    """The inventory as YAML text."""
    return render(TEMPLATE, plain(_context(stack)))


def _context(stack: Inventory) -> Groups:
    """Group names are of letters, digits and `_`, as Ansible asks."""
    groups: dict[str, list[str]] = defaultdict(list)
    hosts: dict[str, dict[str, str | None]] = {}
    for name, server in sorted(stack.servers.items()):
        hosts[name] = {
            "ansible_host": server.fqdn if server.os == "windows" or server.address is None else str(server.address),
            "computer_name": server.computer_name,
            "fqdn": server.fqdn,
            "vm_uuid": server.id,
            "owner": server.owner,
            "platform_origin": server.origin,
        }
        for kind, value in (
            ("os", server.os),
            ("generation", server.generation),
            ("system", server.system),
            ("role", server.role),
            ("criticality", server.criticality),
        ):
            groups[f"{kind}_{value.replace('-', '_')}"].append(name)
    return Groups(hosts, dict(sorted(groups.items())))
