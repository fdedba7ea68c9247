"""Whose machines an export holds, what they are called, and what may be brought into which folder."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import model
from tests.support import edit
from tests.unit.importers import helpers
from tests.unit.importers.helpers import Done, call, files, rows, run, write

Table = list[dict[str, str]]


def machines(folder: Path, out: Path, changes: dict[str, dict[str, str]], *extra: str) -> Done:
    """Imports the sample machines with cells changed by machine; `*` is every machine."""
    table = rows("vinfo.csv")
    table = [row | changes.get("*", {}) | changes.get(row["VM"], {}) for row in table]
    write(folder / "vinfo.csv", table)
    return call(["--rvtools", str(folder / "vinfo.csv"), *extra], out)


def notes(done: Done, code: str) -> set[str]:
    return {note["name"] for note in done.report["notes"] if note["code"] == code}


def test_an_export_of_two_vcenters_is_refused_in_one_line(tmp_path: Path) -> None:
    done = machines(tmp_path, tmp_path / "lilleby", {"LILDC01": {"VI SDK Server": "other.lilleby.example"}})
    assert done.status == 2
    assert "holds machines of 2 vCenters (other.lilleby.example, vcenter.lilleby.example)" in done.stderr
    assert not (tmp_path / "lilleby").exists()


def test_two_datacenters_are_kept_apart(tmp_path: Path) -> None:
    there = {
        "Datacenter": "DC-Syd",
        "Cluster": "CL-Syd",
        "Folder": "/DC-Syd/vm",
        "Resource pool": "/DC-Syd/CL-Syd/Resources",
    }
    done = machines(tmp_path, tmp_path / "lilleby", {"LILSQL01": there})
    assert (done.status, len(notes(done, "DATACENTERS"))) == (0, 1)
    machine = model.load(str(tmp_path / "lilleby")).observed.servers["g22"]["LILSQL01"]
    assert (machine.datacenter, machine.resource_pool) == ("DC-Syd", "CL-Syd/Resources")


def test_equal_clusters_of_two_datacenters_are_refused_with_the_cure(tmp_path: Path) -> None:
    there = {"LILSQL01": {"Datacenter": "DC-Syd"}}
    done = machines(tmp_path, tmp_path / "lilleby", there)
    assert done.status == 2
    assert "cluster CL01 is in datacenters DC-Lilleby, DC-Syd" in done.stderr
    assert "--datacenter 'DC-Lilleby'" in done.stderr
    cured = machines(tmp_path, tmp_path / "lilleby", there, "--datacenter", "DC-Lilleby")
    assert cured.status == 0
    assert ("LILSQL01", "OTHER-DATACENTER") in {r[1:] for r in cured.reported("rvtools")}
    wrong = machines(tmp_path, tmp_path / "lilleby", there, "--datacenter", "DC-Lileby")
    assert (wrong.status, "did you mean DC-Lilleby" in wrong.stderr) == (2, True)


def test_a_name_that_vsphere_escapes_is_imported(tmp_path: Path) -> None:
    done = machines(tmp_path, tmp_path / "lilleby", {"LILSQL01": {"VM": "SQL/1", "Network #1": "VLAN20 a%2fb"}})
    assert done.status == 0
    platform = model.load(str(tmp_path / "lilleby"))
    assert platform.observed.servers["g22"]["SQL%2f1"].network == "VLAN20 a%2fb"


def test_a_machine_keeps_the_dns_name_that_its_guest_tells(tmp_path: Path) -> None:
    told = {
        "LILSQL01": "lilsql01.skole.lilleby.example",
        "LILFIL01": "localhost.localdomain",
        "LILAPP01": "lildc01.lilleby.example",
        "LILDHCP01": "",
    }
    done = machines(tmp_path, tmp_path / "lilleby", {vm: {"DNS Name": name} for vm, name in told.items()})
    assert (done.status, done.report["faults"]) == (0, [])
    assert notes(done, "DNS-NAME") == {"LILFIL01", "LILAPP01", "LILDHCP01"}
    names = {i.vm_name: i.fqdn for i in model.load(str(tmp_path / "lilleby")).instances}
    assert {vm: names[vm] for vm in told} == {
        "LILSQL01": "lilsql01.skole.lilleby.example",
        "LILFIL01": "lilfil01.lilleby.example",
        "LILAPP01": "lilapp01.lilleby.example",
        "LILDHCP01": "lildhcp01.lilleby.example",
    }


def test_a_machine_is_known_by_either_uuid_after_it_was_renamed(tmp_path: Path) -> None:
    out, bios, instance = (
        tmp_path / "lilleby",
        "42a5ff76-dc7d-47c8-e6af-0000000000aa",
        "5003ff76-dc7d-47c8-e6af-0000000000aa",
    )
    machines(tmp_path, out, {"*": {"SMBIOS UUID": ""}, "LILSQL01": {"SMBIOS UUID": bios, "VM UUID": instance}})
    observed = model.load(str(out)).observed.servers["g22"]["LILSQL01"]
    assert (observed.uuid, observed.instance_uuid) == (bios, instance)
    for name, uuid in (("RENAMED1", bios), ("RENAMED2", instance)):
        done = machines(tmp_path, out, {"LILSQL01": {"VM": name, "VM UUID": uuid}})
        assert (done.status, done.report["added"], done.report["not_in_export"]) == (0, {}, [])
        assert model.load(str(out)).estate.servers["sbsys-sql01"].found == {"g22": name}


def test_the_adapter_that_carries_the_address_speaks_for_the_machine(tmp_path: Path) -> None:
    table = rows("vnetwork.csv")
    first, *others = [row for row in table if row["VM"] == "LILSQL01"]
    for row in (first, *others):
        row["IPv4 Address"] = ""
    table.append(
        first | {"Network": "VLAN30_Data", "Mac Address": "00:50:56:b4:77:01", "IPv4 Address": "10.40.30.8, 10.40.30.9"}
    )
    write(tmp_path / "vnetwork.csv", table)
    told = {"LILSQL01": {"Primary IP Address": "172.17.0.1", "Network #1": "VLAN20_Servere"}}
    done = machines(tmp_path, tmp_path / "lilleby", told, "--rvtools-network", str(tmp_path / "vnetwork.csv"))
    assert (done.status, notes(done, "FACTS-DISAGREE")) == (0, set())
    machine = model.load(str(tmp_path / "lilleby")).observed.servers["g22"]["LILSQL01"]
    assert (str(machine.address), machine.network, machine.mac) == ("10.40.30.8", "VLAN30_Data", "00:50:56:B4:77:01")
    assert [a.network for a in machine.other_adapters] == [row["Network"] for row in (first, *others)]


def test_port_groups_of_one_vlan_and_prefix_stand_side_by_side(tmp_path: Path) -> None:
    done = machines(tmp_path, tmp_path / "lilleby", {"LILAPP01": {"Network #1": "VLAN20_Test"}})
    assert done.report["faults"] == []
    vlans = {n.found["g22"]: n.vlan["g22"] for n in model.load(str(tmp_path / "lilleby")).network.networks.values()}
    assert (vlans["VLAN20_Test"], vlans["VLAN20_Servere"]) == (20, 20)


def test_workplaces_have_numbers_from_the_first_import(tmp_path: Path) -> None:
    run(tmp_path / "lilleby")
    table = list(csv.DictReader((tmp_path / "lilleby" / "workplaces.csv").read_text(encoding="utf-8").splitlines()))
    numbers = [(row["site"], row["host"]) for row in table]
    assert all(host.isdigit() for _, host in numbers)
    assert len(set(numbers)) == len(numbers)


def test_workplaces_without_numbers_are_one_fault_whose_command_mends_it(tmp_path: Path) -> None:
    out = tmp_path / "lilleby"
    run(out)
    table = list(csv.DictReader((out / "workplaces.csv").read_text(encoding="utf-8").splitlines()))
    write(out / "workplaces.csv", [{key: cell for key, cell in row.items() if key != "host"} for row in table])
    edit.edit(out, {"networks.yaml": {"supernet": "10.128.0.0/16"}, "sites.yaml": {"sites.S001.block": 8}})
    with pytest.raises(model.ModelError) as raised:
        model.load(str(out))
    (fault,) = [fault for fault in raised.value.faults if fault.file.endswith("workplaces.csv")]
    assert fault.message.startswith("6 workplaces have no host number; give each its own with refresh import ")
    command = fault.message.partition("refresh import ")[2].split()
    call([*command, "--report", str(tmp_path / "report.json")], out)
    numbered = list(csv.DictReader((out / "workplaces.csv").read_text(encoding="utf-8").splitlines()))
    assert all(row["host"] for row in numbered)
    assert [row["name"] for row in numbered] == [row["name"] for row in table]


@pytest.mark.parametrize("origin", ["observed", "adopted"])
def test_lists_alone_touch_no_machine(tmp_path: Path, origin: str) -> None:
    out = tmp_path / "lilleby"
    run(out)
    edit.edit(out, {"refresh.yaml": {"generations.g22.origin": origin}})
    before = files(out)
    table = [row | {"Afdeling": "Ny"} if row["Navn"].upper() == "TK00001" else row for row in rows("workplaces.csv")]
    write(tmp_path / "workplaces.csv", table, delimiter=";")
    done = call(["--workplaces", str(tmp_path / "workplaces.csv")], out)
    assert (done.status, [u["item"] for u in done.report["updated"]]) == (0, ["TK00001"])
    changed = {name for name, text in files(out).items() if before[name] != text}
    assert changed == {"workplaces.csv", "observed/import.json"}


def test_a_list_alone_makes_no_platform(tmp_path: Path) -> None:
    done = call(["--sites", str(helpers.EXPORTS / "sites.csv")], tmp_path / "lilleby")
    assert (done.status, "give --rvtools or --vcenter too" in done.stderr) == (2, True)


def test_another_estates_folder_is_not_written_into(tmp_path: Path) -> None:
    out = tmp_path / "lilleby"
    run(out)
    before = files(out)
    other: Table = [
        row | {"VM": f"X{row['VM']}", "VM UUID": row["VM UUID"].replace("42a5", "42b5")} for row in rows("vinfo.csv")
    ]
    write(tmp_path / "vinfo.csv", other)
    done = call(["--rvtools", str(tmp_path / "vinfo.csv")], out)
    assert (done.status, "holds another estate" in done.stderr, files(out)) == (2, True, before)
    told = call(["--rvtools", str(tmp_path / "vinfo.csv"), "--other-estate"], out)
    assert told.report["added"]["servers"] > 0


def test_our_own_port_groups_are_read_back(tmp_path: Path) -> None:
    done = machines(tmp_path, tmp_path / "lilleby", {"LILSQL01": {"Network #1": "PG-G26-SERVERS-220"}})
    assert (done.status, notes(done, "NO-VLAN")) == (0, set())
    networks = model.load(str(tmp_path / "lilleby")).network.networks.values()
    assert [n.vlan["g22"] for n in networks if n.found["g22"] == "PG-G26-SERVERS-220"] == [220]
