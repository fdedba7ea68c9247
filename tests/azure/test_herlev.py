"""Herlev's platform as its program declares it: taken by the twin, held against Microsoft's models, scanned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import model
from tests.azure import arm, conformance, sample, scan
from tests.azure.conformance import Body
from tests.azure.inventory import PARAMETER, declared
from tests.azure.stand_in import OnTwin
from tests.program.program import Program, declaring, run_program

ROOT = Path(__file__).parents[2]


@dataclass
class Run:
    """The program, what the twin refused of it, and its bodies."""

    program: Program
    refusals: list[str]
    bodies: list[Body]


@pytest.fixture(scope="module")
def herlev(tmp_path_factory: pytest.TempPathFactory) -> Run:
    platform = model.load(str(ROOT / "stacks" / "herlev"))
    world = OnTwin(platform, tmp_path_factory.mktemp("world"))
    try:
        program = run_program(declaring(platform), world)
    finally:
        world.close()
    return Run(program, world.refusals, conformance.enveloped(declared(program.resources)))


def test_the_twin_refuses_nothing(herlev: Run) -> None:
    assert herlev.refusals == []
    assert len(herlev.bodies) > 300


def test_every_body_is_as_the_models_have_it(herlev: Run) -> None:
    assert [f"{body.token} {body.name}: {fault}" for body in herlev.bodies for fault in body.faults] == []


def test_checkov_finds_what_is_listed(herlev: Run, tmp_path: Path) -> None:
    kept = set(conformance.kept()["checkov"])
    found = scan.failed(arm.template(herlev.bodies), tmp_path)
    assert {finding: names for finding, names in found.items() if finding not in kept} == {}
    small = scan.failed(arm.template(conformance.enveloped(sample.inventory())), tmp_path)
    assert sorted(kept - set(found) - set(small)) == [], "these are found no more: take them out"


def test_no_secret_is_in_the_template(herlev: Run) -> None:
    text = str(arm.template(herlev.bodies))
    assert PARAMETER in text
    assert "p4ss" not in text
    assert "twin-registration-" not in text
