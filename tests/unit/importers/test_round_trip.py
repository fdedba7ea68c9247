"""What we export in RVTools' shape comes back: importing it where it came from changes nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import model
from components.servers.inventory import inventory
from model.types.inventory import Inventory
from templates import rvtools
from tests.support import lilleby
from tests.unit.importers.helpers import Done, call, files, rows, run, write


def exported(folder: Path, to: Path, generation: str = "g22") -> Path:
    """Our own table of what the folder's observed generation holds."""
    to.write_text(rvtools.inventory(inventory(model.load(str(folder)), [generation], {})), encoding="utf-8")
    return to


def back(folder: Path, table: Path) -> Done:
    return call(["--rvtools", str(table)], folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An estate with all that an export tells, of a note that a spreadsheet would run to two datacenters."""
    exports = tmp_path / "exports"
    exports.mkdir()
    machines = rows("vinfo.csv")
    for row in machines:
        row |= {"Resource pool": f"/DC-Lilleby/{row['Cluster']}/Resources/Drift", "Firmware": "efi", "HW version": "19"}
        row["SMBIOS UUID"], row["VM UUID"] = row["VM UUID"], row["VM UUID"].replace("42a5", "5003")
        if row["VM"] == "LILSQL01":
            row |= {"Annotation": "-SQL Server; =1 - SBSYS", "VM": "LIL/SQL01"}
        if row["VM"] == "LILFIL01":
            row |= {"DNS Name": "localhost", "Datacenter": "DC-Syd", "Cluster": "CL-Syd", "Folder": "/DC-Syd/vm/Fil"}
    write(exports / "vinfo.csv", machines)
    adapters = rows("vnetwork.csv")
    for row in adapters:
        row["VM"] = row["VM"].replace("LILSQL01", "LIL/SQL01")
    write(exports / "vnetwork.csv", adapters)
    out = tmp_path / "stacks" / "lilleby"
    done = run(out, exports=exports, only=["rvtools", "rvtools_network"])
    assert (done.status, done.report["faults"]) == (0, [])
    return out


def test_our_own_export_changes_nothing(folder: Path, tmp_path: Path) -> None:
    before = files(folder)
    done = back(folder, exported(folder, tmp_path / "own.csv"))
    account = done.report["files"]["rvtools"]
    assert (done.status, account["imported"], account["reported"]) == (0, account["rows"], [])
    assert [done.report[what] for what in ("updated", "kept", "conflicts", "not_in_export")] == [[], [], [], []]
    assert files(folder) == before
    assert "NO-SESSION-MACHINES" in {note["code"] for note in done.report["notes"]}


def test_a_machine_that_was_renamed_since_is_known_by_its_uuid(folder: Path, tmp_path: Path) -> None:
    own = exported(folder, tmp_path / "own.csv")
    table = list(csv.DictReader(own.read_text(encoding="utf-8").splitlines()))
    for row in table:
        row["VM"] = row["VM"].replace("LILAPP01", "LILAPP91")
    write(own, table)
    before = files(folder)
    done = back(folder, own)
    assert (done.status, done.report["added"], done.report["not_in_export"]) == (0, {}, [])
    assert [(u["field"], u["from"], u["to"]) for u in done.report["updated"]] == [("found", "LILAPP01", "LILAPP91")]
    after = {name: text.replace(b"LILAPP91", b"LILAPP01") for name, text in files(folder).items()}
    assert {name: sorted(text.splitlines()) for name, text in after.items()} == {
        name: sorted(text.splitlines()) for name, text in before.items()
    }


def test_what_an_export_does_not_tell_stays(folder: Path, tmp_path: Path) -> None:
    known = model.load(str(folder)).observed.servers["g22"]["LILDC01"]
    own = exported(folder, tmp_path / "own.csv")
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace(known.uuid, "42a50000-0000-4000-8000-0000000000ff"), encoding="utf-8")
    back(folder, own)
    other = model.load(str(folder)).observed.servers["g22"]["LILDC01"]
    assert (known.firmware, other.firmware) == ("efi", "bios"), "another machine of this name is another machine"
    assert (known.mac, other.mac) == ("00:50:56:B4:00:01", None)


def test_machines_that_we_build_are_none_of_the_estate(tmp_path: Path) -> None:
    out = lilleby.written(tmp_path)
    platform = model.load(str(out))
    built = [i for i in platform.instances if i.generation.name == "g26"]
    stack = inventory(platform, ["g22"], {})
    first = next(iter(stack.servers.values()))
    more = {i.vm_name: first.model_copy(update=_renamed(n, i.vm_name)) for n, i in enumerate(built)}
    more |= {"vda": first.model_copy(update=_renamed(len(more), "ADGRA002G26"))}
    own = tmp_path / "own.csv"
    whole = Inventory.model_validate(stack.model_dump() | {"servers": {**stack.servers, **more}})
    own.write_text(rvtools.inventory(whole), encoding="utf-8")
    before = files(out)
    done = back(out, own)
    reported = {name for _, name, code in done.reported("rvtools") if code == "OTHER-GENERATION"}
    assert reported == {"ADGRA002G26", *(i.vm_name for i in built)}
    assert ("servers" in done.report["added"], done.report["updated"]) == (False, [])
    assert {name: text for name, text in files(out).items() if name.startswith("systems/")} == {
        name: text for name, text in before.items() if name.startswith("systems/")
    }


def _renamed(number: int, name: str) -> dict[str, str]:
    return {"name": name, "id": f"42009999-0000-4000-8000-{number:012d}", "moref": f"vm-{9000 + number}"}
