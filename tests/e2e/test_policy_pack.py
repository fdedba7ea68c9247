"""The pack as Pulumi runs it: on states as `pulumi stack export` writes them, and in a preview on the twin."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import model
from tests.program.program import UNKNOWN, Declared, Secret, run
from tests.support.edit import edit
from tests.support.engine import Engine
from tests.support.exported import write
from tests.support.paths import ROOT, STACKS
from tests.support.policies import BAD, MARK

pytestmark = pytest.mark.e2e


def analyze(state: Path) -> tuple[int, list[dict[str, Any]], str]:
    """The exit status of `pulumi policy analyze`, its policy events, and all that it printed."""
    environment = {
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(state.parent),
        "PULUMI_HOME": str(state.parent / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    command = ("pulumi", "policy", "analyze", "--file", state, "--policy-pack", "policy", "--json", "--non-interactive")
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return done.returncode, [e["policyEvent"] for e in events if "policyEvent" in e], done.stdout + done.stderr


def resource(name: str, token: str, inputs: dict[str, Any]) -> Declared:
    return Declared(
        token=token, name=name, urn="", parent="", inputs=inputs, protect=False, ignore_changes=frozenset(),
        delete_before_replace=None, import_id="", depends_on=frozenset(), provider="", aliases=frozenset(),
    )  # fmt: skip


def test_what_the_program_declares_passes(tmp_path: Path) -> None:
    resources = [r for name in ("lilleby", "havneby") for r in run(model.load(str(STACKS / name))).resources]
    status, events, printed = analyze(write(tmp_path / "state.json", {r.name: r for r in resources}.values()))
    assert (status, events) == (0, []), printed


def test_each_bad_resource_is_refused_and_no_value_is_printed(tmp_path: Path) -> None:
    bad = [resource(f"bad-{i}", kind, dict(inputs)) for i, (_, kind, inputs, _) in enumerate(BAD.values())]
    _, kind, inputs, _ = BAD["a host that is not locked down"]
    bad.append(resource("secret", kind, {**inputs, "password": Secret(MARK)}))
    unknown = {"location": UNKNOWN, "ipConfigurations": [{"publicIPAddress": {"id": UNKNOWN}}]}
    bad.append(resource("unknown", "azure-native:network:NetworkInterface", unknown))
    status, events, printed = analyze(write(tmp_path / "state.json", bad))
    assert status != 0
    assert MARK not in printed
    told = {e["resourceUrn"].rpartition("::")[2]: [] for e in events}
    for event in events:
        assert event["enforcementLevel"] == "mandatory"
        told[event["resourceUrn"].rpartition("::")[2]].append(event["message"])
    for index, (name, (control, _, _, path)) in enumerate(BAD.items()):
        assert any(f"{control} {path}: " in text for text in told[f"bad-{index}"]), (name, told)
    assert any("REG-01 location: nobody knows it before the update" in text for text in told["unknown"])
    assert any("NET-01 ipConfigurations[0].publicIPAddress" in text for text in told["unknown"])


def test_a_preview_is_refused_for_what_the_data_made_bad(tmp_path: Path) -> None:
    platform = Path(shutil.copytree(STACKS, tmp_path / "stacks")) / "lilleby"
    engine = Engine(home=tmp_path / "twin", platform=platform, stack="e2e-pack")
    engine.start()
    pack = ("preview", "--policy-pack", str(ROOT / "policy"))
    try:
        good = engine.pulumi(*pack, check=False)
        assert good.returncode == 0, good.stdout + good.stderr
        edit(platform, {"catalog/images.yaml": {"images.ws2025.vtpm": False}})
        bad = engine.pulumi(*pack, check=False)
    finally:
        engine.stop()
    assert bad.returncode != 0
    assert "VM-01 vtpm: it has no virtual TPM; add one of version 2.0" in bad.stdout + bad.stderr
