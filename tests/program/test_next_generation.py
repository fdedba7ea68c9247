"""A generation that `refresh new-generation` wrote after an import, as the program declares it once all is said."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

import model
from cli.main import app
from tests.program.program import run
from tests.support.edit import edit
from tests.support.saying import say
from tests.unit.importers import helpers


def test_from_an_import_to_what_building_declares(tmp_path: Path) -> None:
    folder = tmp_path / "lilleby"
    helpers.run(folder)
    assert CliRunner().invoke(app, ["new-generation", str(folder), "g26", "--from", "g22"]).exit_code == 0
    say(folder)
    assert run(model.load(str(folder))).counts()["VirtualMachine"] == 0
    edit(folder, {"refresh.yaml": {"generations.g26.state": "building"}})
    counts = run(model.load(str(folder))).counts()
    assert (counts["VirtualMachine"], counts["Host"], counts["DistributedPortGroup"]) == (13, 5, 5)
    assert (counts["MachineCatalog"], counts["DeliveryGroup"]) == (1, 1)
