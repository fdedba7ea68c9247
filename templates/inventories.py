"""The formats of `refresh inventory`, by name: each makes a text of a stack's inventory/v1."""

from __future__ import annotations

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
