"""A generation on the real engine: built from an empty world, changed, rebuilt, found to have drifted, destroyed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import model
import rendering
from tests.support import edit as editing
from tests.support.edit import Edits
from tests.support.engine import Engine, Step, counts

pytestmark = pytest.mark.e2e
Edit = Callable[[Edits], None]
WINDOWS = {"ad-dc01-g26", "ad-dc02-g26", "sbsys-sql01-g26", "sbsys-app01-g26", "sbsys-app02-g26"}


@pytest.fixture(scope="module")
def built(make_engine: Callable[[], Engine]) -> Iterator[Engine]:
    """Lilleby's g26, built beside its g22."""
    engine = make_engine()
    engine.start()
    preview = engine.preview()
    assert set(counts(preview)) == {"create"}, "from an empty world a preview shows creates only"
    engine.up()
    assert engine.created("vsphere:") == sum(r["type"].startswith("vsphere:") for r in engine.resources())
    assert len(engine.resources()) == len(preview)
    yield engine
    engine.stop()


@pytest.fixture
def edit(built: Engine) -> Iterator[Edit]:
    """Edits the platform, for the time of the test."""
    before: dict[Path, str] = {}

    def changes(edits: Edits) -> None:
        for path in (built.platform / file for file in edits):
            before.setdefault(path, path.read_text())
        editing.edit(built.platform, edits)

    yield changes
    for path, text in before.items():
        path.write_text(text)


def test_a_preview_after_up_shows_no_change(built: Engine) -> None:
    assert built.preview("--expect-no-changes") == []


def test_all_servers_of_the_generation_are_built(built: Engine) -> None:
    machines = {r["urn"].rpartition("::")[2] for r in built.resources() if r["type"].endswith(":VirtualMachine")}
    assert machines == WINDOWS | {"drift-lnx01-g26", "drift-lnx02-g26"}


def test_a_session_machine_is_never_declared(built: Engine) -> None:
    assert "LILXA001" not in json.dumps(built.state())


def test_one_size_changed_is_one_update(built: Engine, edit: Edit) -> None:
    edit({"systems/sbsys.yaml": {"servers.sbsys-app02.memory_gib": 48}})
    assert built.preview() == [Step("update", "VirtualMachine", "sbsys-app02-g26", frozenset({"memory"}))]


def test_a_new_template_alone_changes_nothing(built: Engine, edit: Edit) -> None:
    edit({"images.yaml": {"images.ws2025.template": "tpl-ws2025-2611"}})
    built.refresh("twin", "seed", str(built.platform))
    assert built.preview("--expect-no-changes") == []


def test_a_raised_build_number_replaces_what_is_being_built(built: Engine, edit: Edit) -> None:
    edit({"images.yaml": {"images.ws2025": {"template": "tpl-ws2025-2611", "build": 2}}})
    built.refresh("twin", "seed", str(built.platform))
    steps = [step for step in built.preview() if step.type == "VirtualMachine"]
    assert {step.name for step in steps if step.op == "replace"} == WINDOWS
    assert {step.name for step in steps} == WINDOWS
    template = built.refresh("twin", "status", "--json")
    assert json.loads(template.stdout)["running"]


def test_a_generation_that_is_not_being_built_stays_and_is_reported_as_behind(
    built: Engine, edit: Edit, tmp_path: Path
) -> None:
    edit({"refresh.yaml": {"generations.g22.state": "retired", "generations.g26.state": "live"}})
    edit({"images.yaml": {"images.ws2025.build": 2}})
    plan = tmp_path / "plan.json"
    assert {step.op for step in built.preview(keep=plan) if step.type == "VirtualMachine"} <= {"update"}
    assert "behind build 2" in str(json.loads(plan.read_text())["diagnostics"])


def test_drift_is_found_by_refresh_shown_by_preview_and_put_right(built: Engine) -> None:
    built.refresh("twin", "change", "vm", "SBSYSAPP01G26", "memory=8192")
    built.refresh("twin", "remove", "vm", "DRIFTLNX02G26")
    try:
        assert built.preview("--expect-no-changes") == [], "a preview without refresh trusts the state"
        steps = built.preview("--refresh")
        assert Step("update", "VirtualMachine", "sbsys-app01-g26", frozenset({"memory"})) in steps
        made = {step.name for step in steps if step.op == "create"}
        assert made >= {"drift-lnx02-g26"}, "a machine deleted behind our back is made again"
        assert {step.name for step in steps if step.type == "VirtualMachine"} == {"sbsys-app01-g26", "drift-lnx02-g26"}
    finally:
        built.up("--refresh")
    assert built.preview("--refresh", "--expect-no-changes") == []


def told(steps: list[dict[str, Any]]) -> set[str]:
    """The targets whose configuration changes, as the preview's difference names them."""
    (step,) = [step for step in steps if step["urn"].endswith("pulumi:index:Stash::configuration")]
    assert step["op"] == "update"
    old, new = (step[state]["inputs"]["input"] for state in ("oldState", "newState"))
    return {target for target in new if old.get(target) != new[target]}


def test_a_changed_configuration_is_an_update_of_the_targets_that_tell_of_it(built: Engine, tmp_path: Path) -> None:
    before = rendering.digests(model.load(str(built.platform)))
    editing.edit(built.platform, {"systems/sbsys.yaml": {"owner": "Borgere og Service"}})
    after = rendering.digests(model.load(str(built.platform)))
    changed = {name for name in before if before[name] != after[name]}
    assert {"prometheus", "icinga"} <= changed < set(before)
    built.preview(keep=tmp_path / "plan.json")
    assert told(json.loads((tmp_path / "plan.json").read_text())["steps"]) == changed
    built.up()
    assert built.preview("--expect-no-changes") == []


def test_no_secret_stands_in_the_state_or_the_outputs(built: Engine) -> None:
    from twin.host.settings import PLANTED

    assert PLANTED not in json.dumps(built.state())
    assert PLANTED not in json.dumps(built.outputs())
    assert PLANTED.encode() not in (built.home / "world.sqlite").read_bytes()
    assert PLANTED not in built.pulumi("preview", "--diff").stdout


def test_destroy_leaves_nothing_that_the_stack_made(built: Engine) -> None:
    """The last of this file, for it takes away what the others look at."""
    before = built.world()
    assert built.created() > 0
    built.destroy()
    # Citrix keeps an account of its work, and the directory has the groups that were asked for.
    kept = ("citrix:Job", "citrix:Identity")
    given = {type_: numbers["given"] for type_, numbers in before.items() if type_ not in kept and numbers["given"]}
    after = {type_: numbers for type_, numbers in built.world().items() if type_ not in kept}
    assert after == {type_: {"given": number, "created": 0} for type_, number in given.items()}
