"""A second import over an edited folder: edits stay, the export's changes arrive, clashes are told."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import model
from tests.support.edit import REMOVE, Plain, Renamed, edit
from tests.unit.importers.helpers import EXPORTS, OPTIONS, changed, files, rows, run, write


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("first") / "lilleby"
    assert run(out).status == 0
    return out


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "stacks" / "lilleby"))


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXPORTS, tmp_path / "exports"))


def lines_that_differ(before: bytes, after: bytes) -> list[tuple[str, str]]:
    old, new = before.decode().splitlines(), after.decode().splitlines()
    assert len(old) == len(new)
    return [(a, b) for a, b in zip(old, new, strict=True) if a != b]


def test_the_same_export_changes_no_byte(folder: Path) -> None:
    before = files(folder)
    done = run(folder)
    assert (done.status, done.report["added"], done.report["updated"]) == (0, {}, [])
    assert files(folder) == before


def people_tidy_up(folder: Path) -> None:
    """What a person does after a first import: good codes and keys, comments, columns lined up, a server elsewhere."""
    misc = folder / "systems" / "misc.yaml"
    moved = YAML(typ="safe").load(misc)["servers"]["misc-app01"]
    moved |= {"role": "web", "cpus": 4, "memory_gib": 16, "disks": {"system": 200}, "image": {"g22": "ws2019"}}
    edit(
        folder,
        {
            "systems/vinte.yaml": {
                "code": Plain("vint   # used on the road signs too"),
                "title": "Vinterberedskab",
                "servers.vinte-app01.role": Plain("  app"),
                "servers.vinte-app01": Renamed("vint-app01"),
            },
            "systems/sbsys.yaml": {"servers.sbsys-web02": moved},
            "networks.yaml": {"networks.vlan10-servere": Renamed("infra")},
            "roles.yaml": {"roles.dc.network": "infra", "roles.dhcp.network": "infra"},
            "hardware.yaml": {"hosts.esx02.lilleby.example.cluster": "desktops"},
            "platform.yaml": {"title": "Lilleby Kommune"},
            "sites.yaml": {"sites.S001.city": "Lilleby C"},
            "workplaces.csv": {"TK00005.profile": "video"},
        },
    )
    misc.unlink()
    (folder / "systems" / "vinte.yaml").rename(folder / "systems" / "vint.yaml")
    with (folder / "systems" / "sbsys.yaml").open("a", encoding="utf-8") as file:
        file.write("  # moved here: it serves the town hall's SBSYS screens\n")


def test_a_folder_that_people_tidied_changes_no_byte(folder: Path) -> None:
    people_tidy_up(folder)
    model.load(str(folder))
    before = files(folder)
    done = run(folder)
    assert (done.status, done.report["added"], done.report["updated"], done.report["conflicts"]) == (0, {}, [], [])
    assert {(k["item"], k["field"]) for k in done.report["kept"]} == {
        ("LILRÅDHUS1", "role"),
        ("LILRÅDHUS1", "system"),
        ("S001", "city"),
        ("TK00005", "profile"),
    }
    assert files(folder) == before


def test_a_changed_size_arrives_where_people_moved_the_server(folder: Path, exports: Path) -> None:
    people_tidy_up(folder)
    before = files(folder)
    changed(exports, "vinfo.csv", "LILRÅDHUS1", CPUs="12", Memory="32768")
    changed(exports, "vinfo.csv", "LILAPP03", **{"Total disk capacity MiB": "307200"})
    done = run(folder, exports=exports)
    assert done.status == 0
    assert [(u["item"], u["field"], u["from"], u["to"]) for u in done.report["updated"]] == [
        ("LILAPP03", "disks", {"count": 1, "gib": 200}, {"count": 1, "gib": 300}),
        ("LILRÅDHUS1", "cpus", 4, 12),
        ("LILRÅDHUS1", "memory_gib", 16, 32),
    ]
    after = files(folder)
    ((old, new),) = lines_that_differ(before["systems/sbsys.yaml"], after["systems/sbsys.yaml"])
    assert new == old.replace("cpus: 4, memory_gib: 16", "cpus: 12, memory_gib: 32")
    ((old, new),) = lines_that_differ(before["systems/vint.yaml"], after["systems/vint.yaml"])
    assert new == old.replace("}}", "}, disks: {system: 300}}")
    assert {n for n in before if before[n] != after[n]} == {
        "systems/sbsys.yaml",
        "systems/vint.yaml",
        "observed/g22.csv",
        "observed/import.json",
    }
    assert run(folder, exports=exports).report["updated"] == []


def test_when_both_changed_a_value_the_persons_stands_and_is_told_once(folder: Path, exports: Path) -> None:
    measured = Plain("{role: app, host: 31, found: {g22: LILAPP02}, cpus: 6}  # measured in October")
    edit(folder, {"systems/sbsys.yaml": {"servers.sbsys-app02": measured}})
    changed(exports, "vinfo.csv", "LILAPP02", CPUs="12")
    done = run(folder, exports=exports)
    assert done.status == 1
    assert done.report["conflicts"] == [
        {
            "kind": "servers",
            "item": "LILAPP02",
            "field": "cpus",
            "file": "systems/sbsys.yaml",
            "here": 6,
            "export": 12,
            "before": 8,
        }
    ]
    assert "systems/sbsys.yaml: CONFLICT LILAPP02.cpus: 6 here, 12 in the export" in done.stderr
    assert "cpus: 6}  # measured in October" in (folder / "systems" / "sbsys.yaml").read_text(encoding="utf-8")
    again = run(folder, exports=exports)
    assert (again.status, again.report["conflicts"]) == (0, [])
    assert [(k["item"], k["here"], k["export"]) for k in again.report["kept"]] == [("LILAPP02", 6, 12)]


def test_the_screen_tells_what_came_what_changed_what_is_in_conflict_and_what_is_noted(
    folder: Path, exports: Path
) -> None:
    edit(folder, {"systems/sbsys.yaml": {"servers.sbsys-app02.cpus": 6}})
    changed(exports, "vinfo.csv", "LILAPP02", CPUs="12")
    changed(exports, "vinfo.csv", "LILSQL01", CPUs="12")
    write(exports / "sites.csv", [row for row in rows("sites.csv") if row["Lokation"] != "S007"])
    done = run(folder, exports=exports)
    lines = done.stdout.splitlines()
    assert "rvtools: 24 rows, 15 imported, 2 of them session machines, 9 reported" in lines
    assert "workplaces: 13 rows, 6 imported, 7 reported" in lines
    assert f"{folder} (g22): 1 updated, 1 not in the export any more, 1 in conflict" in lines
    (noted,) = [line for line in lines if line.startswith("notes: ")]
    counts = Counter(note["code"] for note in done.report["notes"])
    assert noted == "notes: " + ", ".join(f"{count} {code}" for code, count in sorted(counts.items()))
    assert done.stderr.splitlines() == [
        "systems/sbsys.yaml: CONFLICT LILAPP02.cpus: 6 here, 12 in the export, and people's value is kept"
    ]


def test_a_person_who_made_the_same_change_is_in_no_conflict(folder: Path, exports: Path) -> None:
    edit(folder, {"systems/sbsys.yaml": {"servers.sbsys-app02.cpus": 12}})
    changed(exports, "vinfo.csv", "LILAPP02", CPUs="12")
    done = run(folder, exports=exports)
    assert (done.status, done.report["updated"], done.report["kept"]) == (0, [], [])


def test_an_export_never_renames_an_identity(folder: Path, exports: Path) -> None:
    before = files(folder)["systems/sbsys.yaml"]
    changed(exports, "vinfo.csv", "LILAPP02", Annotation="IIS - Cura")
    done = run(folder, exports=exports)
    assert done.status == 1
    assert {(c["field"], c["here"], c["export"]) for c in done.report["conflicts"]} == {
        ("role", "app", "web"),
        ("system", "SBSYS", "Cura"),
    }
    assert files(folder)["systems/sbsys.yaml"] == before


def test_a_machine_that_was_renamed_is_the_same_server(folder: Path, exports: Path) -> None:
    for export in ("vinfo.csv", "vnetwork.csv"):
        changed(exports, export, "LILAPP02", VM="LILAPP22")
        changed(exports, export, "lildc02", VM="LILDC02")
    done = run(folder, exports=exports)
    assert (done.status, done.report["added"], done.report["not_in_export"]) == (0, {}, [])
    assert [(u["field"], u["from"], u["to"]) for u in done.report["updated"]] == [
        ("found", "lildc02", "LILDC02"),
        ("found", "LILAPP02", "LILAPP22"),
    ]
    servers = model.load(str(folder)).estate.servers
    assert servers["sbsys-app02"].found == {"g22": "LILAPP22"}
    assert servers["ad-dc02"].found == {"g22": "LILDC02"}


def test_what_is_gone_is_reported_and_not_deleted(folder: Path, exports: Path) -> None:
    write(exports / "vinfo.csv", [row for row in rows("vinfo.csv") if row["VM"] != "LILAPP02"])
    write(exports / "sites.csv", [row for row in rows("sites.csv") if row["Lokation"] != "S007"])
    before = files(folder)
    done = run(folder, exports=exports)
    assert {(g["kind"], g["item"], g["file"]) for g in done.report["not_in_export"]} == {
        ("servers", "LILAPP02", "systems/sbsys.yaml"),
        ("sites", "S007", "sites.yaml"),
    }
    for name in ("systems/sbsys.yaml", "sites.yaml"):
        assert files(folder)[name] == before[name]
    assert done.status == 1
    assert any("no LILAPP02 in observed/g22.csv" in fault for fault in done.report["faults"])


def test_what_people_took_away_stays_away(folder: Path) -> None:
    edit(folder, {"systems/sbsys.yaml": {"servers.sbsys-app02": REMOVE}, "workplaces.csv": {"PC00004": REMOVE}})
    (folder / "systems" / "opus.yaml").unlink()
    done = run(folder)
    assert done.status == 0
    assert (7 + 1, "LILAPP02", "REMOVED-HERE") in done.reported("rvtools")
    assert "KMD Opus Løn og Personale" in {name for _, name, code in done.reported("systems") if code == "REMOVED-HERE"}
    assert (5, "PC00004", "REMOVED-HERE") in done.reported("workplaces")
    assert "sbsys-app02" not in model.load(str(folder)).estate.servers
    assert run(folder).reported("rvtools") == done.reported("rvtools")


def test_a_new_machine_gets_the_next_number_and_no_other_one_moves(folder: Path, exports: Path) -> None:
    before = files(folder)["systems/sbsys.yaml"].decode()
    new = dict(rows("vinfo.csv")[5]) | {
        "VM": "LILAPP00",
        "Primary IP Address": "10.40.20.33",
        "DNS Name": "lilapp00.lilleby.example",
        "VM ID": "vm-999",
        "VM UUID": "42a5ff76-dc7d-47c8-e6af-00000000ffff",
    }
    write(exports / "vinfo.csv", [new, *rows("vinfo.csv")])
    done = run(folder, exports=exports)
    assert (done.status, done.report["added"]) == (0, {"servers": 1})
    line = "  sbsys-app03: {role: app, host: 33, found: {g22: LILAPP00}}\n"
    assert files(folder)["systems/sbsys.yaml"].decode() == before + line


def test_a_server_that_is_powered_off_stays_a_server(folder: Path, exports: Path) -> None:
    off = {"Powerstate": "poweredOff", "Primary IP Address": "", "DNS Name": "", "OS according to the VMware Tools": ""}
    changed(exports, "vinfo.csv", "LILAPP02", **off)
    changed(exports, "vnetwork.csv", "LILAPP02", **{"Powerstate": "poweredOff", "IPv4 Address": ""})
    done = run(folder, exports=exports)
    assert (done.status, done.report["conflicts"], done.report["not_in_export"]) == (0, [], [])
    assert model.load(str(folder)).observed.servers["g22"]["LILAPP02"].power == "off"


def test_sites_and_workplaces_follow_the_lists(folder: Path, exports: Path) -> None:
    edit(folder, {"sites.yaml": {"sites.S007.address": Plain("  Søvej 4B")}})
    changed(exports, "sites.csv", "S007", "Lokation", **{"WAN (Mbit)": "2,5 Gbit", "Adresse": "Søvej 6"})
    changed(exports, "workplaces.csv", "tk00002", "Navn", Model="IGEL UD7")
    done = run(folder, exports=exports)
    assert [(c["item"], c["field"], c["here"]) for c in done.report["conflicts"]] == [("S007", "address", "Søvej 4B")]
    assert [(u["item"], u["field"], u["to"]) for u in done.report["updated"]] == [
        ("S007", "wan_mbit", 2500),
        ("TK00002", "model", "IGEL UD7"),
    ]
    text = (folder / "sites.yaml").read_text(encoding="utf-8")
    assert 'type: library, address:   Søvej 4B, postcode: "7500", city: Nørreby, wan_mbit: 2500' in text
    assert model.load(str(folder)).places.workplaces["TK00002"].model == "IGEL UD7"


def test_a_table_keeps_the_line_breaks_of_a_persons_spreadsheet(folder: Path, exports: Path) -> None:
    path = folder / "workplaces.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    changed(exports, "workplaces.csv", "tk00002", "Navn", Model="IGEL UD7")
    run(folder, exports=exports)
    assert path.read_bytes() == before.replace(b"HP t640,video", b"IGEL UD7,video")


def test_ports_of_a_system_are_set_in_the_flow_of_the_workplaces(folder: Path, exports: Path) -> None:
    flows = "{source: sbsys, ports: [tcp/8443]}  # documents\n  - {source: workplaces, ports: [tcp/443]}"
    edit(folder, {"systems/cura.yaml": {"flows[0]": Plain(flows)}})
    changed(exports, "systems.csv", "Cura", "System", Porte="443;8080")
    done = run(folder, exports=exports)
    assert [(u["item"], u["field"]) for u in done.report["updated"]] == [("Cura", "ports")]
    text = (folder / "systems" / "cura.yaml").read_text(encoding="utf-8")
    assert "  - {source: sbsys, ports: [tcp/8443]}  # documents\n" in text
    assert "  - {source: workplaces, ports: [tcp/443, tcp/8080]}\n" in text


def test_a_list_that_is_not_given_changes_nothing_of_its_kind(folder: Path) -> None:
    before = files(folder)
    done = run(folder, only=["rvtools", "rvtools_network"])
    assert (done.status, done.report["not_in_export"]) == (0, [])
    assert files(folder) == before


def test_a_generation_under_control_is_not_an_imports_to_write(folder: Path) -> None:
    edit(folder, {"refresh.yaml": {"generations.g22.origin": "adopted"}})
    before = files(folder)
    done = run(folder)
    assert done.status == 2
    assert "refresh.yaml:1: BAD-VALUE generations.g22.origin: g22 is adopted" in done.stderr
    assert files(folder) == before


BROKEN = {
    "systems/sbsys.yaml": ({"code": Plain("[sbsys")}, "BAD-YAML"),
    "networks.yaml": ({"networks.servers.purpose": Plain("&a Servere")}, "ALIAS"),
    "systems/ad.yaml": ({"servers": []}, "WRONG-TYPE"),
    "systems/cura.yaml": ({"servers.cura-sql01.found": "LILSQL02"}, "WRONG-TYPE"),
    "vmware.yaml": ({"clusters.servers.switch": Renamed("swich")}, "UNKNOWN-KEY"),
    "workplaces.csv": ({"name": Renamed("navn")}, "UNKNOWN-KEY"),
    "observed/import.json": ({"hosts": Plain("no JSON")}, "BAD-VALUE"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_folder_that_cannot_be_read_is_left_alone(folder: Path, name: str) -> None:
    changes, code = BROKEN[name]
    edit(folder, {name: changes})
    before = files(folder)
    done = run(folder)
    assert done.status == 2
    assert f"{folder / name}:" in done.stderr
    assert code in done.stderr
    assert files(folder) == before
    assert [p.name for p in folder.parent.iterdir()] == ["lilleby"]


def test_a_write_that_fails_leaves_every_file_as_it_was(
    folder: Path, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(exports, "vinfo.csv", "LILAPP02", CPUs="12")
    before = files(folder)
    write_text = Path.write_text

    def full_disk(path: Path, text: str, *args: object, **kwargs: object) -> int:
        if path.name == "import.json":
            raise OSError(28, "No space left on device")
        return write_text(path, text, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full_disk)
    done = run(folder, exports=exports)
    assert (done.status, done.report) == (2, {})
    assert done.stderr.endswith("are as they were\n")
    assert done.stderr.count("\n") == 1
    monkeypatch.undo()
    assert files(folder) == before
    assert [p.name for p in folder.parent.iterdir()] == ["lilleby"]


def test_the_base_says_what_the_export_said(folder: Path) -> None:
    base = json.loads((folder / "observed" / "import.json").read_text(encoding="utf-8"))
    assert set(base) == {"hosts", "servers", "sites", "systems", "workplaces"}
    assert base["servers"]["LILAPP02"]["cpus"] == 8
    assert base["servers"]["LILAPP02"]["network"] == "VLAN20_Servere"
    assert set(OPTIONS) == {"rvtools", "rvtools_network", "sites", "workplaces", "systems"}


def test_new_and_moved_workplaces_get_a_free_number_and_no_other_one_changes(folder: Path, exports: Path) -> None:
    path = folder / "workplaces.csv"
    header, *lines = [line.rpartition(",")[0] for line in path.read_text(encoding="utf-8").splitlines()]
    numbered = {line.split(",")[0]: f"{line},{10 + index}" for index, line in enumerate(lines)}
    del numbered["TK00006"]
    path.write_text("\n".join([f"{header},host", *numbered.values()]) + "\n", encoding="utf-8")
    base = json.loads((folder / "observed" / "import.json").read_text(encoding="utf-8"))
    assert base["workplaces"].pop("TK00006")
    (folder / "observed" / "import.json").write_text(json.dumps(base), encoding="utf-8")
    changed(exports, "workplaces.csv", "tk00002", "Navn", Lokation="S002")
    assert run(folder, exports=exports).status == 0
    after = {line.split(",")[0]: line for line in path.read_text(encoding="utf-8").splitlines()[1:]}
    for name in ("TK00001", "PC00003", "PC00004", "TK00005"):
        assert after[name] == numbered[name]
    assert after["TK00005"].endswith(",S002,thin-client,HP t540,office,Skole,14")
    assert after["TK00002"].split(",")[2] == "S002"
    assert after["TK00002"].endswith(",10")
    assert after["TK00006"].endswith(",S003,thin-client,HP t540,office,Plejecenter,10")
