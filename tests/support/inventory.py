"""A small inventory/v1, made without a stack."""

from __future__ import annotations

import json
from typing import Any

from model.types.inventory import Inventory


def stack(owner: str = "Borgerservice", names: tuple[str, ...] = ("sbsys-app01-g26", "drift-lnx01-g26")) -> Inventory:
    """A stack's inventory with these servers; those with `lnx` in their name run Linux and have no address."""
    data = {
        "version": "inventory/v1", "platform": "lilleby", "domain": "lilleby.example", "datacenter": "DC-Lilleby",
        "networks": {
            "servers-g26": {
                "network": "servers", "generation": "g26", "purpose": "Servere", "vlan": 220,
                "prefix": "10.26.20.0/24", "gateway": "10.26.20.1", "port_group": "PG-G26-SERVERS-220",
            },
        },
        "generations": {"g26": {"origin": "managed", "state": "building", "resolvers": ["10.20.20.12"]}},
        "servers": {name: _server(name, 15 + number, owner) for number, name in enumerate(sorted(names))},
    }  # fmt: skip
    return Inventory.model_validate_json(json.dumps(data))


def _server(name: str, host: int, owner: str) -> dict[str, Any]:
    identity, _, generation = name.rpartition("-")
    linux = "lnx" in name
    return {
        "identity": identity, "system": identity.split("-")[0], "role": "linux" if linux else "app",
        "generation": generation, "origin": "managed", "name": name.upper().replace("-", ""),
        "computer_name": name.upper().replace("-", ""), "fqdn": f"{name}.lilleby.example",
        "address": None if linux else f"10.26.20.{host}", "network": "servers", "vlan": 220,
        "cluster": "CL-G26-SERVERS", "folder": "G26/sbsys", "os": "linux" if linux else "windows",
        "image": "ws2025", "cpus": 2, "memory_mib": 4096, "disks": 2, "disk_mib": 153_600,
        "guest_os": "Ubuntu Linux (64-bit)" if linux else "Microsoft Windows Server 2025 (64-bit)", "power": None,
        "host": None, "build": 1, "behind": False, "criticality": "vital", "personal_data": "none",
        "owner": owner, "id": f"4200a0b1-0000-4000-8000-{host:012d}", "moref": f"vm-{host}", "tags": {},
    }  # fmt: skip
