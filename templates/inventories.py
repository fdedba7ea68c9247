"""The formats of `refresh inventory`, by name: each makes a text of a stack's inventory/v1."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from model.types.inventory import Inventory
from templates import ansible, azure_migrate, cmdb, netbox, rvtools, ssh, topdesk

FORMATS: Mapping[str, Callable[[Inventory], str]] = {
    "ansible": ansible.inventory,
    "azure-migrate": azure_migrate.inventory,
    "cmdb": cmdb.inventory,
    "json": lambda stack: stack.model_dump_json(indent=2) + "\n",
    "netbox-addresses": netbox.addresses,
    "netbox-interfaces": netbox.interfaces,
    "netbox-machines": netbox.machines,
    "netbox-prefixes": netbox.prefixes,
    "netbox-vlans": netbox.vlans,
    "rvtools": rvtools.inventory,
    "ssh": ssh.inventory,
    "topdesk": topdesk.inventory,
}

_ROWS: Mapping[str, str] = {
    "netbox-addresses": "addresses",
    "netbox-interfaces": "interfaces",
    "netbox-prefixes": "prefixes",
    "netbox-vlans": "VLANs",
}


def written(form: str, text: str, servers: int) -> str:
    """What the text of a format holds, counted in it, of so many servers: `30 of 461 servers`."""
    if form in ("ansible", "json"):
        return f"{servers} servers"
    if form == "ssh":
        number = sum(line.startswith("Host ") for line in text.splitlines())
    else:
        number = sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) - 1
    if form in _ROWS:
        return f"{number} {_ROWS[form]}"
    return f"{servers} servers" if number == servers else f"{number} of {servers} servers"
