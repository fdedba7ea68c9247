"""`refresh affected` in git itself: which commit a change is compared with, and what it touches."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import model
from cli.main import app
from tests.program.program import run
from tests.support.edit import REMOVE, Edits, edit
from tests.support.paths import STACKS

OURS = {"systems/sbsys.yaml": {"servers.sbsys-app02.memory_gib": 48}}
THEIRS = {"systems/nexus.yaml": {"criticality": "high"}}
OWN = {("systems", "nexus"): "criticality"}


class Sandbox:
    """A repository with lilleby on main, and a branch that has left it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lilleby = Path(shutil.copytree(STACKS, folder / "stacks")) / "lilleby"
        shutil.rmtree(folder / "stacks" / "havneby")
        for layer in ("base", "g26"):
            config = f"config:\n  platform-refresh:platform: lilleby\n  platform-refresh:layer: {layer}\n"
            (folder / "stacks" / f"Pulumi.lilleby-{layer}.yaml").write_text(config)
        self.git("init", "-q", "-b", "main")
        self.began = self.commit("begin")

    def git(self, *arguments: str) -> str:
        identity = {f"GIT_{who}_{what}": "x@example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        still = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-C", str(self.folder), *arguments]
        done = subprocess.run(command, env=os.environ | identity | still, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, message: str, *edits: Edits) -> str:
        edit(self.lilleby, *edits)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, *edits: Edits) -> str:
        """A branch from where main began, with two commits."""
        self.git("checkout", "-q", "-b", name, self.began)
        (self.folder / f"{name}.txt").write_text(name)
        self.commit(f"{name} 1")
        return self.commit(f"{name} 2", *edits)

    def merge(self, name: str, strategy: str) -> str:
        """The branch goes into main."""
        self.git("checkout", "-q", "main")
        if strategy == "merge":
            self.git("merge", "-q", "--no-ff", "--no-edit", name)
        elif strategy == "fast-forward":
            self.git("merge", "-q", "--ff-only", name)
        elif strategy == "squash":
            self.git("merge", "-q", "--squash", name)
            self.git("commit", "-q", "-m", f"{name} squashed")
        else:
            self.git("cherry-pick", f"{self.began}..{name}")
        return self.git("rev-parse", "HEAD")

    def affected(self, *arguments: str, event: Mapping[str, Any] | None = None) -> Any:
        """What the command tells, as JSON."""
        path = self.folder.parent / "event.json"
        path.write_text(json.dumps(event or {}))
        command = ["affected", "--stacks", str(self.folder / "stacks"), "--json", *arguments]
        done = CliRunner().invoke(app, command, env={"GITHUB_EVENT_PATH": str(path)})
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    folder = tmp_path / "repository"
    folder.mkdir()
    return Sandbox(folder)


def told(answer: Any) -> dict[tuple[str, str], str]:
    """The changes of lilleby by section and key, with their fields."""
    changes = [change for one in answer["platforms"] for change in one["changes"]]
    return {(change["section"], change["key"]): ", ".join(change["fields"]) for change in changes}


def head(sandbox: Sandbox) -> None:
    sandbox.git("checkout", "-q", "theirs")


def merged(sandbox: Sandbox) -> None:
    sandbox.git("checkout", "-q", "--detach", "main")
    sandbox.git("merge", "-q", "--no-ff", "--no-edit", "theirs")


def synthetic(sandbox: Sandbox) -> None:
    sandbox.git("checkout", "-q", "--detach", "main")
    sandbox.git("merge", "-q", "--squash", "theirs")
    sandbox.git("commit", "-q", "-m", "queued")


CHECKOUTS: dict[str, Callable[[Sandbox], None]] = {"head": head, "merge": merged, "synthetic": synthetic}
STRATEGIES = ("merge", "squash", "rebase", "fast-forward")


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("checkout", CHECKOUTS)
def test_of_a_pull_request_its_own_changes_are_told_whatever_went_into_main_since(
    sandbox: Sandbox, checkout: str, strategy: str
) -> None:
    tip = sandbox.branch("theirs", THEIRS)
    sandbox.branch("ours", OURS)
    main = sandbox.merge("ours", strategy)
    CHECKOUTS[checkout](sandbox)
    answer = sandbox.affected(event={"pull_request": {"base": {"sha": main}, "head": {"sha": tip}}})
    assert answer["base"]["kind"] == checkout
    assert told(answer) == OWN
    assert told(sandbox.affected("--base", "main")) == OWN, "a name says the same"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_of_a_push_what_was_merged_is_told_however_it_was(sandbox: Sandbox, strategy: str) -> None:
    sandbox.branch("theirs", THEIRS)
    if strategy != "fast-forward":
        sandbox.branch("ours", OURS)
        sandbox.merge("ours", "squash")
    before = sandbox.git("rev-parse", "main")
    sandbox.merge("theirs", strategy)
    answer = sandbox.affected(event={"before": before, "after": "x"})
    assert (answer["base"]["kind"], told(answer)) == ("push", OWN)


def test_a_branch_that_took_main_in_tells_its_own_changes(sandbox: Sandbox) -> None:
    sandbox.branch("theirs", THEIRS)
    sandbox.branch("ours", OURS)
    sandbox.merge("ours", "merge")
    sandbox.git("checkout", "-q", "theirs")
    sandbox.git("merge", "-q", "--no-edit", "main")
    assert told(sandbox.affected("--base", "main")) == OWN


def test_what_is_not_committed_counts_and_stacks_are_named_with_their_layer(sandbox: Sandbox) -> None:
    edit(sandbox.lilleby, OURS)
    (one,) = sandbox.affected("--base", "main")["platforms"]
    assert one["reasons"] == ["1 item differs"]
    assert [(stack["stack"], stack["layer"]) for stack in one["stacks"]] == [
        ("lilleby-base", "base"),
        ("lilleby-g26", "g26"),
    ]


def test_a_machine_that_ends_is_told(sandbox: Sandbox) -> None:
    edit(
        sandbox.lilleby, {"systems/drift.yaml": {"servers.drift-lnx02": REMOVE}, "platform.yaml": {"consumers": REMOVE}}
    )
    (one,) = sandbox.affected("--base", "main")["platforms"]
    assert one["deletions"] == ["drift-lnx02-g26"]
    assert {"section": "servers", "key": "drift-lnx02", "what": "removed", "fields": []} in one["changes"]


def test_code_a_stack_file_and_data_that_could_not_be_used_concern_every_stack(sandbox: Sandbox) -> None:
    (sandbox.folder / "components").mkdir()
    (sandbox.folder / "components" / "servers.py").write_text("x = 1\n")
    stack = sandbox.folder / "stacks" / "Pulumi.lilleby-g26.yaml"
    stack.write_text(stack.read_text() + "  vsphere:user: x\n")
    (one,) = sandbox.affected("--base", "main")["platforms"]
    assert one["reasons"] == ["the program changed: components/servers.py", "Pulumi.lilleby-g26.yaml changed"]
    broken = sandbox.lilleby / "sites.yaml"
    whole = broken.read_text()
    broken.write_text("sites: [\n")
    sandbox.commit("break it")
    broken.write_text(whole)
    (one,) = sandbox.affected("--base", "HEAD")["platforms"]
    assert one["reasons"] == ["the data could not be used as they were"]


# Changes of files, and whether they touch anything.
TOUCHES: dict[str, tuple[Callable[[Path], object], bool]] = {
    "a comment": (lambda f: (f / "sites.yaml").write_text("# Why.\n" + (f / "sites.yaml").read_text()), False),
    "a page": (lambda f: (f / "README.md").write_text("# Lilleby\n"), False),
    "an image's build": (lambda f: edit(f, {"images.yaml": {"images.ws2025.build": 2}}), True),
    "the catalog": (lambda f: edit(f, {"catalog/roles.yaml": {"roles.app.cpus": 8}}), True),
    "a flow": (lambda f: edit(f, {"flows.yaml": {"flows.web.ports": ["tcp/443"]}}), True),
    "a stable name": (lambda f: edit(f, {"platform.yaml": {"alias_ttl": 30}}), True),
    "a device": (lambda f: edit(f, {"workplaces.csv": {"TK00003.room": "12"}}), True),
    "a picture": (lambda f: (f / "logo.svg").write_text((f / "logo.svg").read_text() + "\n"), True),
}


@pytest.mark.parametrize("name", TOUCHES)
def test_what_is_not_told_as_affected_changes_nothing_that_is_declared(sandbox: Sandbox, name: str) -> None:
    change, touches = TOUCHES[name]
    was = run(model.load(str(sandbox.lilleby)))
    change(sandbox.lilleby)
    found = sandbox.affected("--base", "main")["platforms"]
    assert bool(found) == touches
    now = run(model.load(str(sandbox.lilleby)))
    if not found:
        assert {r.urn: r for r in now.resources} == {r.urn: r for r in was.resources}
        assert now.outputs == was.outputs


def test_in_text_the_base_and_the_checkout_are_said_first(sandbox: Sandbox) -> None:
    sandbox.branch("theirs", THEIRS)
    done = CliRunner().invoke(app, ["affected", "--stacks", str(sandbox.folder / "stacks"), "--base", "main"])
    lines = done.stdout.splitlines()
    assert lines[0] == f"compared with {sandbox.began[:12]}, where HEAD left main (checkout: head)"
    assert lines[2:] == ["  systems.nexus changed: criticality", "  preview: lilleby-base (base), lilleby-g26 (g26)"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "neither a name nor an event says what to compare with; give --base"),
        (("--base", "no-such"), "check that the commit is there (`fetch-depth: 0`)"),
        (("--base", "apart"), "have no commit in common; ask for the whole history"),
    ],
)
def test_without_a_base_it_says_what_to_do(sandbox: Sandbox, arguments: tuple[str, ...], said: str) -> None:
    sandbox.git("checkout", "-q", "--orphan", "apart")
    sandbox.commit("apart")
    sandbox.git("checkout", "-q", "main")
    command = ["affected", "--stacks", str(sandbox.folder / "stacks"), *arguments]
    done = CliRunner().invoke(app, command, env={"GITHUB_EVENT_PATH": ""})
    assert done.exit_code == 2
    assert said in done.output
