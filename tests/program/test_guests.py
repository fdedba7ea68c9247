"""A machine of every guest that vSphere knows, from an export to what is planted and what is declared."""

from __future__ import annotations

from pathlib import Path

import pytest

import model
from model.types.guests import GUESTS
from refresh.seed import estate
from tests.program.program import run
from tests.support.edit import edit
from tests.unit.importers import helpers

NAMES = {id_: f"HOL{number:03d}" for number, id_ in enumerate(GUESTS)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("guests")
    first = helpers.rows("vinfo.csv")[0]
    guest = "OS according to the configuration file"
    table = [
        first
        | {"VM": NAMES[id_], "DNS Name": "", "Annotation": "", guest: name, "OS according to the VMware Tools": ""}
        | {"VM ID": f"vm-{number}", "VM UUID": f"42a5ff76-dc7d-47c8-e6af-{number:012x}"}
        | {"Primary IP Address": f"10.40.{number // 200}.{number % 200 + 10}"}
        for number, (id_, name) in enumerate(GUESTS.items(), 1)
    ]
    helpers.write(tmp_path / "vinfo.csv", table)
    done = helpers.run(tmp_path / "stacks" / "kommune", exports=tmp_path, only=["rvtools"])
    assert (done.status, done.report["faults"], done.reported("rvtools")) == (0, [], [])
    return tmp_path / "stacks" / "kommune"


def test_each_is_imported_as_it_is_configured(folder: Path) -> None:
    observed = model.load(str(folder)).observed.servers["g22"]
    assert {machine.guest_id: name for name, machine in observed.items()} == NAMES


def test_each_is_planted_and_adopted_with_its_id(folder: Path) -> None:
    edit(folder, {"refresh.yaml": {"generations.g22.origin": "adopted"}})
    platform = model.load(str(folder))
    planted = [o["properties"] for o in estate.objects(platform) if o["type"].endswith(":VirtualMachine")]
    assert {o["name"]: o["guestId"] for o in planted} == {name: id_ for id_, name in NAMES.items()}
    machines = run(platform).of("VirtualMachine").values()
    assert {r.inputs["name"]: r.inputs["guestId"] for r in machines} == {name: id_ for id_, name in NAMES.items()}


def test_an_unknown_one_is_told_with_the_nearest(tmp_path: Path) -> None:
    export = tmp_path / "exports"
    export.mkdir()
    guest = {"OS according to the configuration file": "Microsoft Windows Server 2091 (64-bit)"}
    helpers.changed(export, "vinfo.csv", "LILDC01", **guest)
    done = helpers.run(tmp_path / "lilleby", exports=export, only=["rvtools"])
    (reported,) = [r for r in done.report["files"]["rvtools"]["reported"] if r["name"] == "LILDC01"]
    assert reported["code"] == "UNKNOWN-GUEST"
    assert "did you mean Microsoft Windows Server 20" in reported["reason"]
