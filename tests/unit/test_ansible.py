"""The Ansible inventory, read back: every server once, in its groups, whatever stands in the data."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from model.inventory import Inventory
from templates import ansible


def stack(owner: str = "Borgerservice", names: tuple[str, ...] = ("sbsys-app01-g26", "drift-lnx01-g26")) -> Inventory:
    def server(name: str) -> dict[str, Any]:
        identity, _, generation = name.rpartition("-")
        linux = "lnx" in name
        return {
            "identity": identity, "system": identity.split("-")[0], "role": "linux" if linux else "app",
            "generation": generation, "origin": "managed", "name": name.upper(), "computer_name": name.upper(),
            "fqdn": f"{name}.lilleby.example", "address": None if linux else "10.26.20.15", "network": "servers",
            "vlan": 220, "cluster": "CL", "folder": "G26", "os": "linux" if linux else "windows", "image": "ws2025",
            "cpus": 2, "memory_mib": 4096, "build": 1, "behind": False, "criticality": "vital",
            "personal_data": "none", "owner": owner, "id": "u", "moref": "vm-1", "tags": {},
        }  # fmt: skip

    import json

    data = {
        "version": "inventory/v1", "platform": "lilleby", "domain": "lilleby.example", "networks": {},
        "generations": {}, "servers": {name: server(name) for name in names},
    }  # fmt: skip
    return Inventory.model_validate_json(json.dumps(data))


def read(text: str) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("!unsafe", lambda constructor, node: constructor.construct_scalar(node))
    return yaml.load(text)


def test_every_server_is_there_once_and_in_its_groups() -> None:
    found = read(ansible.inventory(stack()))["all"]
    assert set(found["hosts"]) == {"sbsys-app01-g26", "drift-lnx01-g26"}
    members = {group: set(content["hosts"]) for group, content in found["children"].items()}
    assert members == {
        "os_windows": {"sbsys-app01-g26"},
        "os_linux": {"drift-lnx01-g26"},
        "generation_g26": {"sbsys-app01-g26", "drift-lnx01-g26"},
        "system_sbsys": {"sbsys-app01-g26"},
        "system_drift": {"drift-lnx01-g26"},
        "role_app": {"sbsys-app01-g26"},
        "role_linux": {"drift-lnx01-g26"},
        "criticality_vital": {"sbsys-app01-g26", "drift-lnx01-g26"},
    }


def test_a_server_without_an_address_is_reached_by_its_name() -> None:
    hosts = read(ansible.inventory(stack()))["all"]["hosts"]
    assert hosts["drift-lnx01-g26"]["ansible_host"] == "drift-lnx01-g26.lilleby.example"
    assert hosts["sbsys-app01-g26"]["ansible_host"] == "10.26.20.15"


@pytest.mark.parametrize("owner", ['He said "no"', "a: b # c", "{{ lookup('pipe', 'id') }}", "$(id)", "- x", "æøå"])
def test_what_stands_in_the_data_stays_a_value(owner: str) -> None:
    hosts = read(ansible.inventory(stack(owner)))["all"]["hosts"]
    assert hosts["sbsys-app01-g26"]["owner"] == owner


def test_the_same_stack_gives_the_same_bytes_in_any_order() -> None:
    names = ("sbsys-app01-g26", "drift-lnx01-g26")
    assert ansible.inventory(stack(names=names)) == ansible.inventory(stack(names=names[::-1]))
