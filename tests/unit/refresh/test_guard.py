"""The guard on plans that are written here: what it refuses, why, what it lets pass, and what it can not read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import model
from model import Platform, Provenance
from refresh.guard import OPERATIONS, Finding, Plan, guard
from tests.support.edit import edit
from tests.support.lilleby import CUT_OVER
from tests.support.paths import ROOT

TODAY = date(2026, 11, 21)
VM = "vsphere:index/virtualMachine:VirtualMachine"
TAG = "vsphere:index/tag:Tag"
RECORD = "dns:index:Record"
CLUSTER = "vsphere:index/computeCluster:ComputeCluster"


_ROLE = {"role": "Head of operations", "expires": "2026-11-30"}
OVERRIDES = {
    "ad-dc02-g26": {"allows": ["replacement", "disks"], "reason": "Broken at birth", **_ROLE},
    "sbsys-app02-g26": {"allows": ["host"], "reason": "Renumbered by hand", **_ROLE},
}


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:e2e::platform-refresh::{type_}::{name}"


def step(op: str, type_: str, name: str, *rests_on: str, **more: Any) -> dict[str, Any]:
    state = {"urn": urn(type_, name), "type": type_, "custom": True, "dependencies": list(rests_on)} | more
    return {
        "op": op,
        "urn": urn(type_, name),
        **({"oldState": state} if op != "create" else {}),
        **({"newState": state} if op != "delete" else {}),
        "replaceReasons": ["clone"] if op == "replace" else None,
    }


@pytest.fixture(scope="module")
def lilleby(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guard") / "stacks"
    shutil.copytree(ROOT / "tests" / "data" / "stacks", folder)
    return edit(folder / "lilleby", CUT_OVER, {"refresh.yaml": {"overrides": OVERRIDES}})


@pytest.fixture(scope="module")
def platform(lilleby: Path) -> Platform:
    return model.load(str(lilleby))


def findings(platform: Platform, *steps: dict[str, Any], today: date = TODAY) -> list[Finding]:
    return guard(platform, Provenance({}, {}, {}), Plan.model_validate({"steps": list(steps)}), today)


def test_a_note_in_the_state_may_go(platform: Platform) -> None:
    assert findings(platform, step("delete", "pulumi:index:Stash", "configuration-dns")) == []
    assert len(findings(platform, step("delete", RECORD, "access-sbsys"))) == 1, "whoever is served may rest on others"


def test_a_live_server_that_would_be_replaced_is_refused_with_the_cause(platform: Platform) -> None:
    (found,) = findings(
        platform,
        step("delete-replaced", VM, "sbsys-app01-g26"),
        step("replace", VM, "sbsys-app01-g26"),
        step("create-replacement", VM, "sbsys-app01-g26"),
    )
    assert str(found) == (
        "refused: replacement of VirtualMachine sbsys-app01-g26: g26 is live and this is a part of it; take back the "
        "change of clone, or make it in the generation that is being built"
    )


def test_a_standby_server_that_would_be_deleted_is_refused(platform: Platform) -> None:
    (found,) = findings(platform, step("delete", VM, "ad-dc01-g22"))
    assert "g22 is standby" in found.why
    assert "advance its generation to retiring" in found.instead


def test_what_a_live_server_rests_on_is_refused_however_far_down(platform: Platform) -> None:
    tag, category = urn(TAG, "tags-role-app"), urn(TAG, "tags-role")
    steps = [
        step("same", VM, "sbsys-app01-g26", propertyDependencies={"tags": [tag]}),
        step("same", TAG, "tags-role-app", category),
        step("replace", TAG, "tags-role"),
    ]
    (found,) = findings(platform, *steps)
    assert (found.resource, found.why) == ("tags-role", "sbsys-app01-g26 rests on it and g26 is live")


def test_what_nobody_who_stays_rests_on_may_go(platform: Platform) -> None:
    tag = urn(TAG, "tags-role-test")
    steps = [step("delete", VM, "test-tst01-x", tag), step("delete", TAG, "tags-role-test")]
    assert [f.resource for f in findings(platform, *steps)] == ["test-tst01-x"]


def test_what_belongs_to_no_generation_is_there_for_people(platform: Platform) -> None:
    (found,) = findings(platform, step("delete", RECORD, "alias-sbsys"))
    assert "belongs to no generation" in found.why


def test_a_generation_that_serves_nobody_may_be_rebuilt(platform: Platform, lilleby: Path, tmp_path: Path) -> None:
    shutil.copytree(lilleby.parent, tmp_path / "stacks")
    states = {"generations.g26.state": "building", "generations.g22.state": "live"}
    building = model.load(str(edit(tmp_path / "stacks" / "lilleby", {"refresh.yaml": states})))
    steps = [step("replace", VM, "sbsys-app01-g26"), step("delete", CLUSTER, "servers-g26-cluster")]
    assert findings(building, *steps) == []
    assert len(findings(platform, *steps)) == 2


def test_what_was_protected_when_it_was_last_updated_stays(platform: Platform) -> None:
    """A state that is skipped in the file by hand does not open what the last update closed."""
    (found,) = findings(platform, step("delete", VM, "ad-dc01-g18", protect=True))
    assert found.why == "it is protected since the last update"


def test_what_takes_nothing_away_is_no_business_of_the_guard(platform: Platform) -> None:
    steps = [
        step("update", VM, "sbsys-app01-g26"),
        step("create", VM, "sbsys-app03-g26"),
        step("delete", "platform:servers:System", "sbsys-g26", custom=False),
    ]
    assert findings(platform, *steps) == []


def test_an_override_holds_until_its_day(platform: Platform) -> None:
    (found,) = findings(platform, step("replace", VM, "ad-dc02-g26"), today=date(2026, 11, 30))
    assert found.permission == "Broken at birth (Head of operations, until 2026-11-30)"
    (found,) = findings(platform, step("replace", VM, "ad-dc02-g26"), today=date(2026, 12, 1))
    assert found.permission is None
    assert "its override expired on 2026-11-30" in found.instead


def test_an_override_allows_what_it_names_and_nothing_else(platform: Platform) -> None:
    (found,) = findings(platform, step("delete", VM, "ad-dc02-g26"))
    assert found.permission is None
    assert "its override does not allow deletion" in found.instead


def run(plan: Path, *more: str) -> subprocess.CompletedProcess[str]:
    code = "from cli.main import main; main()"
    command = [sys.executable, "-c", code, "guard", "e2e", "--plan", str(plan), "--today", "2026-11-21", *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("steps", "diagnostics", "status", "text"),
    [
        ([step("create", VM, "x-app01-g30")], [], 0, "nothing is taken from what must stay"),
        ([step("replace", VM, "sbsys-app01-g26")], [], 1, "refused: replacement of VirtualMachine sbsys-app01-g26"),
        ([step("replace", VM, "ad-dc02-g26")], [], 0, "allowed: replacement of VirtualMachine ad-dc02-g26"),
        (
            [step("delete", VM, "ad-dc01-g22")],
            [{"severity": "error", "message": "resource cannot be deleted because it is protected"}],
            1,
            "refused: deletion of VirtualMachine ad-dc01-g22",
        ),
        ([], [{"severity": "error", "message": "no route to vCenter"}], 2, "no route to vCenter"),
    ],
    ids=["harmless", "refused", "override", "the engine stopped at protect", "the preview failed"],
)
def test_the_status_says_what_was_found(
    lilleby: Path, tmp_path: Path, steps: list[Any], diagnostics: list[Any], status: int, text: str
) -> None:
    plan = tmp_path / "plan.json"
    document = {
        "config": {"platform-refresh:platform": str(lilleby)},
        "steps": steps,
        "diagnostics": diagnostics,
    }
    plan.write_text("the twin answers\n" + json.dumps(document))
    done = run(plan)
    assert done.returncode == status, done.stdout + done.stderr
    assert text in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"steps": 1}', "error: no stack"])
def test_what_is_no_preview_is_bad_input(tmp_path: Path, text: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(text)
    done = run(plan)
    assert done.returncode == 2
    assert "pulumi preview --json" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_role_of_people_turns_and_one_of_a_service_does_not(platform: Platform) -> None:
    role = "azure-native:authorization:RoleAssignment"
    user, workflow = "access-office-g26-user-GG-Kontor", "access-office-g26-holidays-role"
    (found,) = findings(platform, step("delete", role, user), step("delete", role, workflow))
    assert found.resource == workflow


def test_an_adoption_that_is_more_than_an_import_is_refused(platform: Platform) -> None:
    """Pulumi/pulumi#14836: the plan after it would delete the machine."""
    found = step("import", VM, "ad-dc01-g22", inputs={"memory": 8192, "name": "LILDC01"})
    changed = step("update", VM, "ad-dc01-g22", inputs={"memory": 8192, "name": "LILDC01"})
    changed["newState"] = changed["newState"] | {"inputs": {"memory": 4096, "name": "LILDC01", "__defaults": []}}
    assert findings(platform, found) == []
    finding = next(f for f in findings(platform, found, changed) if f.op == "adoption")
    assert (finding.resource, finding.op, finding.permission) == ("ad-dc01-g22", "adoption", None)
    assert "memory is 8192 and is declared 4096" in finding.why
    assert "name is" not in finding.why
    assert not [f for f in findings(platform, changed) if f.op == "adoption"], "that is no adoption"


def engine_step(op: str, name: str) -> list[dict[str, Any]]:
    """The steps that the engine prints for an operation on a server (pulumi 3.250.0, deploy/step_generator.go)."""
    replaced = {
        "delete-replaced": ["delete-replaced"],
        "replace": ["delete-replaced", "replace", "create-replacement"],
        "create-replacement": ["create-replacement", "replace"],
        "read-replacement": ["read-replacement", "replace"],
        "import-replacement": ["import-replacement", "replace"],
    }
    return [step(one, VM, name) | {"replaceReasons": None} for one in replaced.get(op, [op])]


@pytest.mark.parametrize("op", sorted(op for op, effect in OPERATIONS.items() if effect == "ends"))
def test_no_operation_ends_what_must_stay(platform: Platform, op: str) -> None:
    (found,) = findings(platform, *engine_step(op, "sbsys-app01-g26"))
    assert found.permission is None
    assert found.op in ("deletion", "replacement")


@pytest.mark.parametrize("op", sorted(op for op, effect in OPERATIONS.items() if effect in ("keeps", "makes")))
def test_every_other_operation_passes(platform: Platform, op: str) -> None:
    assert findings(platform, step(op, VM, "sbsys-app01-g26")) == []


def test_an_operation_that_nobody_knows_is_refused_and_no_override_helps(platform: Platform) -> None:
    (found,) = findings(platform, step("evaporate", VM, "ad-dc02-g26"))
    assert (found.op, found.permission) == ("operation", None)
    assert "does not know the operation evaporate" in found.why


def test_every_operation_of_the_engine_is_known() -> None:
    """Read from the engine's own source, where its module is on the machine."""
    modules = subprocess.run(["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=False).stdout.strip()
    source = Path(modules) / "github.com/pulumi/pulumi/pkg/v3@v3.250.0/resource/deploy/step.go"
    if not source.is_file():
        pytest.skip("the engine's source is not on this machine")
    assert set(re.findall(r'display\.StepOp = "([a-z-]+)"', source.read_text())) == set(OPERATIONS)


def test_steps_and_births_that_were_not_looked_at_are_said(tmp_path: Path, lilleby: Path) -> None:
    plan, outputs = tmp_path / "plan.json", tmp_path / "outputs.json"
    plan.write_text(json.dumps({"config": {"platform-refresh:platform": str(lilleby)}, "steps": []}))
    assert "not looked at, for --outputs is missing" in run(plan).stdout
    outputs.write_text(json.dumps({"standing": {"generations": {"g22": {"origin": "adopted", "state": "retired"}}}}))
    done = run(plan, "--outputs", str(outputs))
    assert done.returncode == 1
    assert (
        "refresh.yaml:2: refused: step of generation g22: the stack was last updated with state retired" in done.stderr
    )
    outputs.write_text("no outputs")
    assert run(plan, "--outputs", str(outputs)).returncode == 2


def test_a_plan_that_leaves_out_what_stays_the_same_is_not_believed(tmp_path: Path, lilleby: Path) -> None:
    parent = urn("platform:servers:System", "sbsys")
    steps = [step("update", RECORD, "access-sbsys", parent)]
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"config": {"platform-refresh:platform": str(lilleby)}, "steps": steps}))
    done = run(plan)
    assert done.returncode == 2
    assert "preview with --show-sames --show-replacement-steps" in done.stderr
    steps.append(step("same", "platform:servers:System", "sbsys", custom=False))
    plan.write_text(json.dumps({"config": {"platform-refresh:platform": str(lilleby)}, "steps": steps}))
    assert run(plan).returncode == 0
