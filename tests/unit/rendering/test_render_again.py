"""When nothing is rendered at all, and that many files rendered by several processes are those of one."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import shutil
import signal
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import model
from cli.main import app
from model.load import folder_of
from rendering import contents, writer
from rendering.engine import RenderError
from rendering.manifest import MANIFEST, alone, as_left, inputs
from rendering.target import File, targets
from templates.firewall.context import Row, Ruleset, Table
from tests.golden.trees import LILLEBY
from tests.support.edit import edit


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    shutil.copytree(LILLEBY.parent, tmp_path / "stacks")
    return tmp_path / "stacks"


def render(stacks: Path, *options: str) -> str:
    """What `refresh render` prints after the folder's name."""
    out = stacks.parent / "out"
    done = CliRunner().invoke(app, ["render", str(stacks / "lilleby"), "--out", str(out), *options])
    assert done.exit_code == 0, done.stderr
    return done.stdout.removeprefix(f"{out}: ")


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: Any) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr(model, "load", load)


def test_with_nothing_changed_not_even_the_model_is_loaded(stacks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(stacks)
    count = int(first.split()[0])
    before = (stacks.parent / "out" / MANIFEST).stat().st_mtime_ns
    with monkeypatch.context() as patch:
        forbid(patch)
        assert render(stacks) == f"{count} files: 0 written, {count} as they were, 0 removed\n"
    assert (stacks.parent / "out" / MANIFEST).stat().st_mtime_ns == before


@pytest.mark.parametrize("where", ["lilleby/platform.yaml", "catalog/roles.yaml"])
def test_changed_data_are_loaded_also_when_they_change_no_file(stacks: Path, where: str) -> None:
    render(stacks)
    with (stacks / where).open("a") as file:
        file.write("# a comment\n")
    assert render(stacks).split(": ")[1].startswith("0 written")
    with (stacks / where).open("a") as file:
        file.write("no_such_key: 1\n")
    done = CliRunner().invoke(app, ["render", str(stacks / "lilleby"), "--out", str(stacks.parent / "out")])
    assert done.exit_code == 2
    assert "UNKNOWN-KEY" in done.stderr


def test_a_file_that_is_gone_is_written_and_an_edited_one_refused(stacks: Path) -> None:
    render(stacks)
    path = stacks.parent / "out" / "prometheus" / "alerts.yml"
    path.unlink()
    assert ": 1 written" in render(stacks)
    path.write_text("{}")
    done = CliRunner().invoke(app, ["render", str(stacks / "lilleby"), "--out", str(stacks.parent / "out")])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{path}: edited;")


def test_a_target_rendered_from_other_data_is_rendered_back_with_the_whole(stacks: Path) -> None:
    render(stacks)
    path = stacks.parent / "out" / "people" / "index.html"
    before, data = path.read_bytes(), (stacks / "lilleby" / "platform.yaml").read_bytes()
    edit(stacks / "lilleby", {"platform.yaml": {"title": "Storeby Kommune"}})
    render(stacks, "--target", "people")
    assert path.read_bytes() != before
    (stacks / "lilleby" / "platform.yaml").write_bytes(data)
    render(stacks)
    assert path.read_bytes() == before


def test_a_target_rendered_from_the_same_data_leaves_the_whole_as_it_was(
    stacks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(stacks)
    render(stacks, "--target", "people")
    forbid(monkeypatch)
    assert ": 0 written" in render(stacks)


def test_the_inputs_are_those_of_the_folder_that_the_model_loads(stacks: Path) -> None:
    from cli import render as verb

    for platform in ("holstebro", str(stacks / "lilleby"), "stacks/holstebro"):
        assert verb._folders(platform)[0] == folder_of(platform)


def test_inputs_tell_content_names_and_empty_folders_apart(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    seen = {inputs(folder)}
    for change in (
        lambda: (folder / "a").write_text("1"),
        lambda: (folder / "a").write_text("2"),
        lambda: (folder / "a").rename(folder / "b"),
        (folder / "c").mkdir,
        lambda: folder.rename(tmp_path / "two"),
    ):
        change()
        seen.add(inputs(folder if folder.exists() else tmp_path / "two"))
    assert len(seen) == 6


def test_what_stands_behind_a_linked_folder_is_read_anew(stacks: Path) -> None:
    """The model reads it, and the digest of the inputs cannot tell that it has changed."""
    elsewhere = stacks.parent / "elsewhere"
    (stacks / "lilleby" / "systems").rename(elsewhere)
    (stacks / "lilleby" / "systems").symlink_to(elsewhere)
    first = render(stacks)
    assert ": 0 written" in render(stacks)
    edit(elsewhere, {"ad.yaml": {"title": "Aktivt katalog"}})
    second = render(stacks)
    assert first != second
    assert ": 0 written" not in second


@pytest.mark.parametrize("name", ["a-fifo", "lilleby/a-fifo"])
def test_a_fifo_among_the_data_is_not_waited_for(tmp_path: Path, name: str) -> None:
    (tmp_path / "lilleby").mkdir()
    (tmp_path / "lilleby" / "platform.yaml").touch()
    assert inputs(tmp_path) != ""
    os.mkfifo(tmp_path / name)
    assert inputs(tmp_path) == ""


def test_nobody_can_tell_without_all_that_is_read(tmp_path: Path) -> None:
    assert inputs(tmp_path / "nothing") == ""
    (tmp_path / MANIFEST).touch()
    assert as_left(tmp_path, "") is None


def named(text: str = "x", count: int = 900) -> list[contents.Named]:
    drafts = [(f"{number:04}", flow(f"{text}{number}")) for number in range(count)]
    return [("firewall", File(name, "flows.csv.j2", context)) for name, context in drafts]


def flow(name: str) -> Table:
    return Table([Row(name, **dict.fromkeys([field.name for field in fields(Row)][1:], ""))])


def test_several_processes_make_what_one_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents.threading, "active_count", lambda: 1)
    one = [contents.contents([file])[0] for file in named()]
    for cores in (1, 2, 3, 7):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert contents.contents(named()) == one


@pytest.mark.parametrize("place", [0, 30, 899])
def test_a_template_that_fails_in_any_process_fails_the_whole(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    monkeypatch.setattr(contents.threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    files = named()
    files[place] = ("firewall", File("broken", "flows.csv.j2", Ruleset([], [])))
    with pytest.raises(RenderError, match=r"firewall/flows\.csv\.j2"):
        contents.contents(files)


def test_a_killed_run_lets_go_of_the_folder_while_its_processes_still_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(_: str) -> bytes:
        (tmp_path / f"begun-{os.getpid()}").touch()
        time.sleep(0.2)
        return b""

    def run() -> None:
        files = [("firewall", File(file.path, file.template, file.context, slowly)) for _, file in named()]
        with alone(tmp_path):
            contents.contents(files)

    monkeypatch.setattr(contents.threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    parent = multiprocessing.get_context("fork").Process(target=run)
    parent.start()
    assert parent.pid is not None
    while len(list(tmp_path.glob("begun-*"))) < 3:
        time.sleep(0.01)
    os.kill(parent.pid, signal.SIGKILL)
    parent.join()
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(folder)
    for process in tmp_path.glob("begun-*"):
        if (other := int(process.name.removeprefix("begun-"))) != parent.pid:
            os.kill(other, signal.SIGKILL)


def test_a_page_and_its_print_are_rendered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []
    render_one = contents.render

    def counted(template: str, context: Any) -> str:
        rendered.append(template)
        return render_one(template, context)

    monkeypatch.setattr(contents, "render", counted)
    people = [target for target in targets() if target.name == "people"]
    report = writer.write(model.load(str(LILLEBY)), people, tmp_path, whole=True)
    pages = [path for path in report.written if path.endswith(".html")]
    assert len(rendered) == len(pages) < len(report.written)
