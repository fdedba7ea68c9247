"""The Ansible inventory, read back: every server once, in its groups, whatever stands in the data."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from rendering import native
from templates import ansible
from tests.support.inventory import stack
from tests.support.validators import program


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


def test_a_server_is_reached_by_its_name_where_that_or_nothing_else_is_known_to_it() -> None:
    """Kerberos knows a Windows server by its name alone."""
    hosts = read(ansible.inventory(stack()))["all"]["hosts"]
    assert hosts["drift-lnx01-g26"]["ansible_host"] == "drift-lnx01-g26.lilleby.example"
    assert hosts["sbsys-app01-g26"]["ansible_host"] == "sbsys-app01-g26.lilleby.example"


@pytest.mark.parametrize("owner", ['He said "no"', "a: b # c", "{{ lookup('pipe', 'id') }}", "$(id)", "- x", "æøå"])
def test_what_stands_in_the_data_stays_a_value(owner: str) -> None:
    hosts = read(ansible.inventory(stack(owner)))["all"]["hosts"]
    assert hosts["sbsys-app01-g26"]["owner"] == owner


def test_the_same_stack_gives_the_same_bytes_in_any_order() -> None:
    names = ("sbsys-app01-g26", "drift-lnx01-g26")
    assert ansible.inventory(stack(names=names)) == ansible.inventory(stack(names=names[::-1]))


NAMES = ("sbsys-app01-g26", "sbsys-app02-g26", "drift-lnx01-g26")


def test_ansible_reads_every_host_and_its_facts(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yaml"
    path.write_text(ansible.inventory(stack("{{ lookup('pipe', 'id') }}", NAMES)), encoding="utf-8")
    command = [program("ansible-inventory"), "-i", path, "--list"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"})
    hosts = json.loads(done.stdout)["_meta"]["hostvars"]
    assert set(hosts) == set(NAMES)
    owner = hosts["sbsys-app01-g26"]["owner"]
    assert (owner["__ansible_unsafe"] if isinstance(owner, dict) else owner) == "{{ lookup('pipe', 'id') }}"
    assert hosts["sbsys-app01-g26"]["ansible_connection"] == "winrm"
    assert "ansible_connection" not in hosts["drift-lnx01-g26"]


def test_ansibles_own_schema_accepts_it() -> None:
    program("ansible-lint")
    (schema,) = native.OWN.glob("lib/python3.*/site-packages/ansiblelint/schemas/inventory.json")
    check = jsonschema.Draft7Validator(json.loads(schema.read_text()))
    found = read(ansible.inventory(stack(names=NAMES)))
    assert list(check.iter_errors(found)) == []
    found["all"]["hosts"] = ["a list"]
    assert list(check.iter_errors(found)) != []
