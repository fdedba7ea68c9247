"""Whole platforms as their programs declare them: taken by the twin, held against Microsoft's models, scanned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import model
from tests.conformance.azure import arm, conformance, scan, schemas
from tests.conformance.azure.conformance import Body
from tests.conformance.azure.inventory import PARAMETER, declared
from tests.conformance.azure.stand_in import OnTwin
from tests.program.program import Program, declaring, run_program
from tests.support import avd
from tests.support.paths import ROOT


@dataclass
class Run:
    """The program, what the twin refused of it, and its bodies."""

    program: Program
    refusals: list[str]
    bodies: list[Body]


@pytest.fixture(scope="module", params=["herlev", "lilleby with desktops in Azure"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    herlev = ROOT / "stacks" / "herlev"
    folder = herlev if request.param == "herlev" else avd.lilleby(tmp_path_factory.mktemp("platform"))
    platform = model.load(str(folder))
    world = OnTwin(platform, tmp_path_factory.mktemp("world"))
    try:
        program = run_program(declaring(platform), world)
    finally:
        world.close()
    return Run(program, world.refusals, conformance.enveloped(declared(program.resources)))


def test_the_twin_refuses_nothing(run: Run) -> None:
    assert run.refusals == []
    assert len(run.bodies) > 150


def test_every_body_is_as_the_models_have_it(run: Run) -> None:
    assert [f"{body.token} {body.name}: {fault}" for body in run.bodies for fault in body.faults] == []


@pytest.mark.skipif(not schemas.FOLDER.is_dir(), reason="Microsoft's JSON Schemas do not stand beside the project")
def test_every_body_is_as_the_schema_of_its_version_has_it(run: Run) -> None:
    found, held = schemas.faults(arm.template(run.bodies)["resources"])
    kept = tuple(conformance.kept()["schemas"])
    assert [text for text in found if not text.startswith(kept)] == []
    assert len(held) > 15


def test_checkov_finds_what_is_listed(run: Run, tmp_path: Path) -> None:
    kept = set(conformance.kept()["checkov"])
    found = scan.failed(arm.template(run.bodies), tmp_path)
    assert {finding: names for finding, names in found.items() if finding not in kept} == {}


def test_no_secret_is_in_the_template(run: Run) -> None:
    text = str(arm.template(run.bodies))
    assert PARAMETER in text
    assert "p4ss" not in text
    assert "twin-registration-" not in text
