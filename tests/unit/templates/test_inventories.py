"""The inventories for other tools, read back: by the tool where it runs here, else by what it says of its columns."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest

from model.types.inventory import Inventory
from templates import netbox, rvtools, ssh
from templates.inventories import FORMATS, written
from tests.support.inventory import stack
from tests.support.validators import program
from tests.unit.importers import helpers

NAMES = ("drift-lnx01-g26", "sbsys-app01-g26", "sbsys-app02-g26")
TABLES = [name for name in FORMATS if name not in ("ansible", "json", "ssh")]
NETBOX = {
    "netbox-vlans": {
        "site", "group", "vid", "name", "tenant", "status", "role", "description", "qinq_role", "qinq_svlan", "owner",
        "comments", "tags",
    },
    "netbox-prefixes": {
        "prefix", "vrf", "tenant", "vlan_group", "vlan_site", "vlan", "status", "role", "scope_type", "scope_id",
        "is_pool", "mark_utilized", "description", "owner", "comments", "tags",
    },
    "netbox-machines": {
        "name", "status", "start_on_boot", "role", "site", "cluster", "device", "tenant", "platform", "vcpus",
        "memory", "disk", "description", "serial", "config_template", "comments", "owner", "tags",
    },
    "netbox-interfaces": {
        "virtual_machine", "name", "parent", "bridge", "enabled", "mtu", "description", "mode", "vlan_group",
        "untagged_vlan", "tagged_vlans", "qinq_svlan", "vrf", "owner", "tags",
    },
    "netbox-addresses": {
        "address", "vrf", "tenant", "status", "role", "device", "virtual_machine", "interface", "fhrp_group",
        "is_primary", "is_oob", "dns_name", "description", "owner", "comments", "tags",
    },
}  # fmt: skip
"""The columns that NetBox's import forms take (netbox/virtualization and netbox/ipam, forms/bulk_import.py, 4.6)."""


def rows(text: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    found = list(reader)
    assert all(None not in row and None not in row.values() for row in found), "every row as wide as the header"
    return found


@pytest.mark.parametrize("form", TABLES)
@pytest.mark.parametrize("owner", ["Borgerservice", '=cmd|"/C calc"!A0', 'a "b", c; d', "@x;=1+1", "æøå 漢", "-1"])
def test_a_table_is_whole_and_none_of_its_cells_a_formula(form: str, owner: str) -> None:
    found = rows(FORMATS[form](stack(owner, NAMES)))
    assert found
    assert not [cell for row in found for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_stack_gives_the_same_bytes_in_any_order(form: str) -> None:
    assert FORMATS[form](stack(names=NAMES)) == FORMATS[form](stack(names=NAMES[::-1]))


@pytest.mark.parametrize(
    ("form", "key"), [("topdesk", "Nøgle"), ("cmdb", "correlation_id"), ("azure-migrate", "*Server name")]
)
def test_every_server_is_in_the_table_once(form: str, key: str) -> None:
    found = [row[key] for row in rows(FORMATS[form](stack(names=NAMES)))]
    assert len(set(found)) == len(found) == len(NAMES)


def test_the_importer_reads_every_row_that_rvtools_would_have_written(tmp_path: Path) -> None:
    exported = tmp_path / "vinfo.csv"
    exported.write_text(rvtools.inventory(stack(names=NAMES)), encoding="utf-8")
    report = helpers.call(["--rvtools", str(exported)], tmp_path / "out").report["files"]["rvtools"]
    assert (report["rows"], report["imported"]) == (3, 2)
    assert [(row["name"], row["code"]) for row in report["reported"]] == [("DRIFTLNX01G26", "NO-ADDRESS")]
    found = {row["name"]: row for row in rows((tmp_path / "out" / "observed" / "g22.csv").read_text(encoding="utf-8"))}
    machine = found["SBSYSAPP01G26"]
    assert (machine["address"], machine["cpus"], machine["memory_mib"]) == ("10.26.20.16", "2", "4096")
    assert (machine["disks"], machine["disk_mib"], machine["folder"]) == ("2", "153600", "G26/sbsys")
    assert machine["guest_os"] == "Microsoft Windows Server 2025 (64-bit)"


@pytest.mark.parametrize("form", NETBOX)
def test_netbox_knows_every_column(form: str) -> None:
    assert set(rows(FORMATS[form](stack()))[0]) <= NETBOX[form]


def test_what_netbox_is_given_refers_to_what_it_has_by_then() -> None:
    found = stack(names=NAMES)
    vlans = {row["vid"] for row in rows(netbox.vlans(found))}
    machines = {row["name"] for row in rows(netbox.machines(found))}
    interfaces = {(row["virtual_machine"], row["name"]) for row in rows(netbox.interfaces(found))}
    assert {row["vlan"] for row in rows(netbox.prefixes(found))} <= vlans
    assert {machine for machine, _ in interfaces} == machines
    addresses = rows(netbox.addresses(found))
    assert {(row["virtual_machine"], row["interface"]) for row in addresses} <= interfaces
    assert [row["address"] for row in addresses] == ["10.26.20.16/24", "10.26.20.17/24"]


def test_ssh_reads_each_linux_server_by_each_of_its_names(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(ssh.inventory(stack(names=NAMES)), encoding="utf-8")

    def asked(host: str) -> dict[str, str]:
        done = subprocess.run([program("ssh"), "-G", "-F", config, host], capture_output=True, text=True, check=True)
        return dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)

    fqdn = "drift-lnx01-g26.lilleby.example"
    for name in ("drift-lnx01-g26", "driftlnx01g26", fqdn):
        assert (asked(name)["hostname"], asked(name)["hostkeyalias"]) == (fqdn, fqdn)
    assert asked("sbsys-app01-g26")["hostname"] == "sbsys-app01-g26", "a Windows server is not listed"


def test_a_stack_that_was_built_before_has_an_inventory_still() -> None:
    data = stack().model_dump(mode="json")
    del data["datacenter"]
    for server in data["servers"].values():
        for field in ("disks", "disk_mib", "guest_os", "power", "host"):
            del server[field]
    import json

    old = Inventory.model_validate_json(json.dumps(data))
    for form in TABLES:
        assert rows(FORMATS[form](old))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        *((form, "3 servers") for form in ("ansible", "azure-migrate", "cmdb", "json", "netbox-machines", "topdesk")),
        ("ssh", "1 of 3 servers"),
        ("rvtools", "3 servers"),
        ("netbox-addresses", "2 addresses"),
        ("netbox-interfaces", "3 interfaces"),
    ],
)
def test_what_is_written_is_what_is_reported(form: str, said: str) -> None:
    found = stack("Borgerservice", NAMES)
    assert written(form, FORMATS[form](found), len(found.servers)) == said


def test_networks_are_counted_as_such() -> None:
    found = stack("Borgerservice", NAMES)
    vlans = {network.port_group for network in found.networks.values() if network.vlan is not None}
    assert written("netbox-vlans", FORMATS["netbox-vlans"](found), 3) == f"{len(vlans)} VLANs"
    assert written("netbox-prefixes", FORMATS["netbox-prefixes"](found), 3) == f"{len(found.networks)} prefixes"
