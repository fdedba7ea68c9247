"""What the writer leaves in the folder, whoever was there before and whenever it was killed."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import Platform
from rendering import engine, manifest, target, writer
from rendering.manifest import MANIFEST, Report, WriteError
from rendering.target import File, Target

Files = Mapping[str, str]


@pytest.fixture(autouse=True)
def own_templates(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("templates")
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "text.j2").write_text("{{ text | comment }}\n")
    for filters in ("engine.py", "escape.py"):
        (folder / filters).touch()
    for module in (engine, target):
        monkeypatch.setattr(module, "FOLDER", folder)
    forget()
    yield folder
    forget()


@dataclass(frozen=True, slots=True)
class Text:
    text: str


def forget() -> None:
    engine.environment.cache_clear()
    target.sources.cache_clear()


def made(name: str, files: Files) -> Target:
    drafts = [File(path, "text.j2", Text(text)) for path, text in files.items()]
    return Target(name, name, lambda _: drafts, lambda _p, _f: [], "a test", ())


def write(folder: Path, files: Files, *, platform: str = "lilleby", whole: bool = True, force: bool = False) -> Report:
    stand_in = cast("Platform", SimpleNamespace(name=platform))
    return writer.write(stand_in, [made("one", files)], folder, whole=whole, force=force)


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    assert write(tmp_path, {"a": "1", "b/c": "2"}).written == ["one/a", "one/b/c"]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert write(tmp_path, {"a": "1", "b/c": "2"}) == Report([], [], 2)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert write(tmp_path, {"a": "1", "b/c": "3"}) == Report(["one/b/c"], [], 1)
    assert tree(tmp_path) == {"one/a": "1\n", "one/b/c": "3\n"}


def test_what_is_no_longer_rendered_goes_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "inventory.json").write_text("{}")
    write(tmp_path, {"a": "1", "b/c": "2"})
    assert write(tmp_path, {"a": "1"}).removed == ["one/b/c"]
    assert tree(tmp_path) == {"inventory.json": "{}", "one/a": "1\n"}
    assert not (tmp_path / "one" / "b").exists()


def test_a_file_that_somebody_removed_is_written_again(tmp_path: Path) -> None:
    write(tmp_path, {"a": "1"})
    (tmp_path / "one" / "a").unlink()
    assert write(tmp_path, {"a": "1"}).written == ["one/a"]


def test_a_part_leaves_the_other_targets_alone_and_the_whole_does_not(tmp_path: Path) -> None:
    stand_in = cast("Platform", SimpleNamespace(name="lilleby"))
    writer.write(stand_in, [made("one", {"a": "1"}), made("two", {"b": "2"})], tmp_path, whole=True)
    assert write(tmp_path, {"c": "3"}, whole=False) == Report(["one/c"], ["one/a"], 0)
    assert tree(tmp_path) == {"one/c": "3\n", "two/b": "2\n"}
    assert write(tmp_path, {"c": "3"}, whole=True).removed == ["two/b"]


@pytest.mark.parametrize("after", [{"a": "2"}, {}])
def test_what_a_person_edited_is_refused_and_nothing_is_written(tmp_path: Path, after: Files) -> None:
    write(tmp_path, {"a": "1"})
    (tmp_path / "one" / "a").write_text("by hand\n")
    with pytest.raises(WriteError) as refused:
        write(tmp_path, {**after, "new": "x"})
    assert refused.value.edited == ("one/a",)
    assert tree(tmp_path) == {"one/a": "by hand\n"}
    write(tmp_path, {**after, "new": "x"}, force=True)
    assert tree(tmp_path) == {f"one/{path}": f"{text}\n" for path, text in {**after, "new": "x"}.items()}


def test_an_edited_file_that_would_not_change_is_found_too(tmp_path: Path) -> None:
    write(tmp_path, {"a": "1"})
    (tmp_path / "one" / "a").write_text("by hand\n")
    with pytest.raises(WriteError):
        write(tmp_path, {"a": "1"})


def test_a_file_that_another_wrote_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a").write_text("mine\n")
    with pytest.raises(WriteError) as refused:
        write(tmp_path, {"a": "1"})
    assert refused.value.edited == ("one/a",)


def test_a_link_leads_nowhere(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    folder.mkdir()
    (folder / "one").symlink_to(outside)
    with pytest.raises(WriteError, match="by a link"):
        write(folder, {"a": "1"}, force=True)
    assert list(outside.iterdir()) == []


def test_a_folder_stays_where_somebody_keeps_something_in_it(tmp_path: Path) -> None:
    write(tmp_path, {"a/b": "1"})
    (tmp_path / "one" / "a" / "note").write_text("mine\n")
    for files in ({"a": "2"}, {"a": "2", "a/b": "1"}):
        with pytest.raises(WriteError, match="is a folder"):
            write(tmp_path, files, force=True)
    assert tree(tmp_path) == {"one/a/b": "1\n", "one/a/note": "mine\n"}


def test_another_platforms_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a": "1"})
    with pytest.raises(WriteError, match="the configuration of lilleby"):
        write(tmp_path, {"a": "1"}, platform="holstebro")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"version": 9, "platform": "lilleby", "files": {}}',
        '{"version": 1, "platform": "lilleby", "files": {"../x/y": {"sha256": "", "source": ""}}}',
        '{"version": 1, "platform": "lilleby", "files": {"/etc/x": {"sha256": "", "source": ""}}}',
        '{"version": 1, "platform": "lilleby", "files": {"one/a": 1}}',
    ],
)
def test_a_manifest_that_no_run_wrote_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(WriteError, match=r"manifest\.json"):
        write(tmp_path, {"a": "1"}, force=True)


def test_two_runs_do_not_mix(tmp_path: Path) -> None:
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    try:
        with pytest.raises(WriteError, match="another render"):
            write(tmp_path, {"a": "1"})
    finally:
        os.close(other)


@pytest.mark.parametrize("path", ["../a", "/a", "a b", ".a", "a/../b", "a\n", "a//b", ""])
def test_a_path_of_another_kind_is_a_mistake(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        write(tmp_path, {path: "1"})


def test_two_files_with_one_name_on_windows_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="twice"):
        write(tmp_path, {"a": "1", "A": "2"})


OLD = {"a": "1", "b/c": "2", "gone/d": "3"}
NEW = {"a": "4", "b/c": "2", "new/e": "5", "gone": "6"}


def killed(folder: Path, step: int) -> bool:
    """Runs the second write and kills it at its `step`-th change of the disk; whether it came so far."""

    def run() -> None:
        left = [step]

        def counted(change: Any) -> Any:
            def wrapper(*arguments: Any, **options: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return change(*arguments, **options)

            return wrapper

        for name in ("replace", "unlink", "write_bytes", "mkdir", "rmdir"):
            setattr(Path, name, counted(getattr(Path, name)))
        write(folder, NEW)

    child = multiprocessing.get_context("fork").Process(target=run)
    child.start()
    child.join()
    return child.exitcode == -signal.SIGKILL


def test_a_run_that_was_killed_anywhere_is_finished_by_the_next(tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    write(clean, OLD)
    write(clean, NEW)
    expected = tree(clean), (clean / MANIFEST).read_bytes()
    step = 0
    while True:
        folder = tmp_path / str(step)
        write(folder, OLD)
        died = killed(folder, step)
        write(folder, NEW)
        assert (tree(folder), (folder / MANIFEST).read_bytes()) == expected, f"killed at change {step}"
        if not died:
            break
        step += 1
    assert step > 10


def test_a_run_that_was_killed_may_be_followed_by_the_old_data(tmp_path: Path) -> None:
    step = 0
    while True:
        folder = tmp_path / str(step)
        write(folder, OLD)
        died = killed(folder, step)
        write(folder, OLD)
        assert tree(folder) == {f"one/{path}": f"{text}\n" for path, text in OLD.items()}
        if not died:
            return
        step += 1


def test_a_part_rendered_after_a_kill_leaves_what_the_kill_left_of_the_others(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    assert killed(tmp_path, 12)
    stand_in = cast("Platform", SimpleNamespace(name="lilleby"))
    writer.write(stand_in, [made("two", {"z": "1"})], tmp_path, whole=False)
    write(tmp_path, OLD)
    assert tree(tmp_path) == {f"one/{path}": f"{text}\n" for path, text in OLD.items()}


def test_other_libraries_render_again_and_write_what_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out", {"a": "1"})
    lock = tmp_path / "lock"
    lock.write_text("jinja2==9.9\n")
    monkeypatch.setattr(writer, "LOCK", lock)
    monkeypatch.setattr(writer, "contents", lambda files: [b"new\n" for _ in files])
    assert write(tmp_path / "out", {"a": "1"}).written == ["one/a"]


names = st.sampled_from(["a", "b", "c", "x/a", "x/b", "x/y/a", "z"])
maps = st.dictionaries(names, st.sampled_from(["1", "2"]), max_size=5)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(maps, min_size=1, max_size=4), st.sampled_from(["note", "one/note", "one/x/note"]))
def test_after_any_runs_the_folder_holds_the_last_and_what_others_put_there(
    tmp_path_factory: pytest.TempPathFactory, runs: list[dict[str, str]], foreign: str
) -> None:
    folder = tmp_path_factory.mktemp("out")
    (folder / foreign).parent.mkdir(parents=True, exist_ok=True)
    (folder / foreign).write_text("a person's\n")
    for files in runs:
        write(folder, files)
    assert tree(folder) == {foreign: "a person's\n"} | {f"one/{p}": f"{t}\n" for p, t in runs[-1].items()}
    listed = json.loads((folder / MANIFEST).read_text())
    assert sorted(listed["files"]) == sorted(f"one/{path}" for path in runs[-1])
    assert "coming" not in listed


def test_another_template_is_another_digest(own_templates: Path) -> None:
    stand_in = cast("Platform", SimpleNamespace(name="lilleby"))
    first = target.digest(made("one", {"a": "1"}), stand_in)
    assert first == target.digest(made("one", {"a": "1"}), stand_in)
    assert first != target.digest(made("one", {"a": "2"}), stand_in)
    assert first != target.digest(made("one", {"b": "1"}), stand_in)
    (own_templates / "one" / "text.j2").write_text("changed {{ text | comment }}\n")
    target.sources.cache_clear()
    assert first != target.digest(made("one", {"a": "1"}), stand_in)


@pytest.mark.parametrize("name", ["one/.a.partial", ".manifest.json.partial"])
def test_a_planted_link_at_a_temporary_name_is_not_written_through(tmp_path: Path, name: str) -> None:
    folder, kept = tmp_path / "out", tmp_path / "kept"
    kept.write_text("kept")
    (folder / name).parent.mkdir(parents=True)
    (folder / name).symlink_to(kept)
    write(folder, {"a": "1"})
    assert kept.read_text() == "kept"
    assert tree(folder) == {"one/a": "1\n"}
    assert not (folder / name).is_symlink()


def test_a_manifest_that_is_a_link_is_not_ours(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, {"a": "1"})
    (folder / MANIFEST).rename(tmp_path / "elsewhere.json")
    (folder / MANIFEST).symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(WriteError, match="is no plain file"):
        write(folder, {"a": "2"})


def test_two_runs_that_were_killed_with_other_data_each_shut_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has written a file that the second was to write otherwise, and did not come to."""
    write(tmp_path, {"a": "0", "b": "0"})

    def dies_after(count: int, text: str) -> None:
        done = 0

        def replace(path: Path, content: bytes) -> None:
            nonlocal done
            if done == count:
                raise KeyboardInterrupt
            done += 1
            manifest.replace(path, content)

        with monkeypatch.context() as patch:
            patch.setattr(writer, "replace", replace)
            with pytest.raises(KeyboardInterrupt):
                write(tmp_path, {"a": text, "b": text})

    for number, count in enumerate((1, 0, 1, 1, 0), 1):
        dies_after(count, str(number))
    assert write(tmp_path, {"a": "9", "b": "9"}).written == ["one/a", "one/b"]
    assert tree(tmp_path) == {"one/a": "9\n", "one/b": "9\n"}


def test_what_a_killed_run_left_of_its_list_goes_with_the_next(tmp_path: Path) -> None:
    write(tmp_path, {"a": "1"})
    left = tmp_path / f".{MANIFEST}.partial"
    left.write_text("{")
    assert manifest.as_left(tmp_path, "anything") is None
    write(tmp_path, {"a": "1"})
    assert not left.exists()
