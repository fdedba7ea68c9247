"""The continuous integration files are valid and do what `.ci/run` does, no more and no less."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from scripts.toolchain import go
from tests.support.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))


def test_there_is_a_workflow():
    assert WORKFLOWS


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_finds_nothing(workflow):
    answer = subprocess.run(
        [Path(sys.prefix, "bin", "actionlint"), "-no-color", workflow],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout + answer.stderr) == (0, "")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit_and_say_its_release(workflow):
    uses = re.findall(r"uses: (.+)", workflow.read_text())
    assert uses
    assert not [one for one in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)]


def test_every_pipeline_runs_the_one_script():
    github = YAML(typ="safe").load(ROOT / ".github" / "workflows" / "ci.yml")
    azure = YAML(typ="safe").load(ROOT / "azure-pipelines.yml")
    runs = [step["run"] for step in github["jobs"]["test"]["steps"] if "run" in step]
    scripts = [step["bash"] for step in azure["jobs"][0]["steps"] if "bash" in step]
    assert runs == scripts == ["bash .ci/run"]


def test_pipelines_use_the_oldest_go_and_python_that_are_supported():
    needed = go.needed_version(ROOT / "scripts" / "pulumi-cli")
    azure = YAML(typ="safe").load(ROOT / "azure-pipelines.yml")
    inputs = {step["task"]: step["inputs"] for step in azure["jobs"][0]["steps"] if "task" in step}
    assert inputs["GoTool@0"]["version"] == needed
    assert inputs["UsePythonVersion@0"]["versionSpec"] == "3.11"


def test_the_script_lints_before_it_tests():
    steps = re.findall(r"^step (.+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert steps == ["make lint", "make test"]
