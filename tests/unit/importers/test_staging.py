"""An import that is killed, that meets another one, that has no room, or that finds what is no plain file."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import model
from importers.staging import BusyError, Staging
from tests.unit.importers.helpers import EXPORTS, Done, changed, files, run

WATCHED = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "shutil.copyfile"}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("first") / "lilleby"
    assert run(out).status == 0
    return out


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / "stacks" / "lilleby"))


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    made = Path(shutil.copytree(EXPORTS, tmp_path / "exports"))
    changed(made, "vinfo.csv", "LILAPP02", CPUs="12")
    changed(made, "sites.csv", "Lilleby Rådhus", "Navn", By="Nyby")
    return made


def killed(at: int, out: Path, exports: Path, only: str = "") -> bool:
    """Runs an import in a process of its own that is killed at its `at`-th step in the folder; False if it ended."""

    def work() -> None:
        seen = 0

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            if event in WATCHED and event.startswith(only) and str(out.parent) in str(arguments[0]):
                seen += 1
                if seen > at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        run(out, exports=exports)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode == -signal.SIGKILL


def converges(out: Path, exports: Path, wanted: dict[str, bytes]) -> None:
    """The next run leaves the folder as a run leaves it that nobody killed, and nothing beside it."""
    assert run(out, exports=exports).status in {0, 1}
    assert files(out) == wanted
    assert sorted(path.name for path in out.parent.iterdir()) == ["lilleby", "report.json"]


def whole(tmp_path: Path, exports: Path, before: Path | None) -> dict[str, bytes]:
    out = tmp_path / "whole" / "lilleby"
    if before is not None:
        shutil.copytree(before, out)
    run(out, exports=exports)
    return files(out)


def test_a_first_import_that_is_killed_is_there_whole_or_not_at_all(tmp_path: Path, exports: Path) -> None:
    wanted = whole(tmp_path, exports, None)
    out = tmp_path / "stacks" / "lilleby"
    for at in (0, 1, 3, 8, 15, 22, 30, 45, 60, 80, 100, 140):
        killed(at, out, exports)
        assert not out.exists() or files(out) == wanted
        converges(out, exports, wanted)
        shutil.rmtree(out.parent)


def test_a_second_import_that_is_killed_while_files_move_is_finished(
    folder: Path, tmp_path: Path, exports: Path
) -> None:
    before = files(folder)
    wanted = whole(tmp_path, exports, folder)
    assert before != wanted
    half = 0
    for at in range(20):
        if not killed(at, folder, exports, "os.rename"):
            break
        now = files(folder)
        half += now not in (before, wanted)
        assert all(now[name] in (before[name], wanted[name]) for name in now)
        converges(folder, exports, wanted)
        for name, content in before.items():
            (folder / name).write_bytes(content)
    assert half > 0, "it was killed between two files, and the next run brought the rest"


def test_a_second_import_that_is_killed_anywhere_is_done_by_the_next(
    folder: Path, tmp_path: Path, exports: Path
) -> None:
    before, wanted = files(folder), whole(tmp_path, exports, folder)
    for at in (0, 2, 10, 30, 60, 90, 120, 150):
        killed(at, folder, exports)
        converges(folder, exports, wanted)
        for name, content in before.items():
            (folder / name).write_bytes(content)


def test_what_a_person_edits_after_the_kill_is_not_written_over(folder: Path, exports: Path) -> None:
    assert killed(2, folder, exports, "os.rename"), "the list of moves and one file are in their place"
    waiting = [
        name for name in files(folder.parent / ".lilleby.import" / "lilleby") if name.endswith((".yaml", ".csv"))
    ]
    moved = [name for name in waiting if (folder / name).is_file() and name != "observed/g22.csv"]
    text = (folder / "sites.yaml").read_text()
    (folder / "sites.yaml").write_text(f"{text}# a person's\n")
    assert moved
    run(folder, exports=exports)
    assert (folder / "sites.yaml").read_text().endswith("# a person's\n")


def test_two_imports_at_once_do_not_mix(folder: Path, exports: Path) -> None:
    before = files(folder)
    with Staging(folder):
        done = run(folder, exports=exports)
    assert (done.status, done.report) == (2, {})
    assert done.stderr == f"{folder}: another import is at work on it; wait for it\n"
    assert files(folder) == before
    assert run(folder, exports=exports).status in {0, 1}


def test_many_imports_at_once_are_one_after_the_other_or_refused(folder: Path, tmp_path: Path, exports: Path) -> None:
    wanted = whole(tmp_path, exports, folder)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=run, args=(folder,), kwargs={"exports": exports}) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert files(folder) == wanted
    assert not list(folder.parent.glob(".lilleby*"))


def test_the_lock_is_of_the_folder_that_is_there_now(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits in front of a workshop that is just being removed must not hold what nobody else sees."""
    removed: list[Path] = []
    take = os.open

    def late(path: Path, flags: int, *rest: int) -> int:
        held = take(path, flags, *rest)
        if not removed:
            removed.append(path)
            path.rmdir()
        return held

    monkeypatch.setattr(os, "open", late)
    with Staging(folder):
        monkeypatch.undo()
        assert removed
        with pytest.raises(BusyError), Staging(folder):
            raise AssertionError("two hold it")


PLANTED: dict[str, Callable[[Path, Path], None]] = {
    "a link to a file": lambda path, elsewhere: path.symlink_to(elsewhere / "secret"),
    "a link to a folder": lambda path, elsewhere: path.symlink_to(elsewhere),
    "a link that leads nowhere": lambda path, elsewhere: path.symlink_to(elsewhere / "nothing"),
    "a link to all": lambda path, _: path.symlink_to("/"),
    "a FIFO": lambda path, _: os.mkfifo(path),
    "a socket": lambda path, _: plant_socket(path),
}


def plant_socket(path: Path) -> None:
    here = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{here}/{path.name}")
    os.close(here)


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.parametrize(
    "name", ["images.yaml", "workplaces.csv", "systems/sbsys.yaml", "notes", "observed/import.json"]
)
def test_nothing_is_followed_out_of_the_folder(folder: Path, tmp_path: Path, what: str, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret").write_text("secret")
    (folder / name).unlink(missing_ok=True)
    PLANTED[what](folder / name, elsewhere)
    done = run(folder)
    assert done.status == 2
    assert done.stderr.startswith(f"{folder / name}:1: NOT-FOUND .: is ")
    assert "put the file itself there" in done.stderr
    assert files(elsewhere) == {"secret": b"secret"}
    assert [path.name for path in folder.parent.iterdir()] == ["lilleby"]


def test_a_planted_workshop_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    (folder.parent / ".lilleby.import").symlink_to(tmp_path / "elsewhere")
    done = run(folder)
    assert (done.status, done.stderr.count("\n")) == (2, 1)
    assert (tmp_path / "elsewhere" / "kept").exists()


def test_a_fault_of_the_import_itself_writes_nothing_and_the_corrected_file_is_welcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "stacks" / "lilleby"
    with monkeypatch.context() as patch:
        broken(patch)
        done = run(out)
        assert (done.status, done.report) == (2, {})
        assert "nothing was written" in done.stderr
        assert not out.exists()
    assert run(out).status == 0


def broken(patch: pytest.MonkeyPatch) -> None:
    """Lets an import write a platform that does not validate."""
    from importers.folder import Folder

    put = Folder.put

    def wrong(self: Folder, relative: str, path: tuple[str | int, ...], value: object, comment: str = "") -> None:
        put(self, relative, path, 7 if path == ("title",) and relative == "platform.yaml" else value, comment)

    patch.setattr(Folder, "put", wrong)


def test_a_rule_that_a_folder_breaks_does_not_shut_out_the_next_import(folder: Path, exports: Path) -> None:
    """A next generation that is half described is no reason not to read what stands there."""
    with (folder / "refresh.yaml").open("a") as file:
        file.write("  g26: {origin: managed, state: planned}\n")
    done = run(folder, exports=exports)
    assert done.status == 1
    assert "MISSING-KEY" in done.stderr


def call_with_report(folder: Path, report: Path) -> Done:
    return run(folder, extra=["--report", str(report)])


def test_a_report_that_can_not_be_written_is_told_before_anything_is_done(folder: Path, tmp_path: Path) -> None:
    before = files(folder)
    (tmp_path / "a-file").touch()
    (tmp_path / "a-folder").mkdir()
    os.mkfifo(tmp_path / "a-fifo")
    for report in (tmp_path / "a-file" / "r.json", tmp_path / "a-folder", tmp_path / "a-fifo", Path("/proc/r.json")):
        done = call_with_report(folder, report)
        assert done.status == 2
        assert done.stderr.count("\n") == 1
        assert str(report) in done.stderr
        assert files(folder) == before


def test_a_planted_link_in_the_place_of_the_report_is_replaced_and_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    for name in (".report.json.partial", "report.json"):
        (folder.parent / name).symlink_to(tmp_path / "kept")
    run(folder)
    assert (tmp_path / "kept").read_text() == "kept"
    assert not (folder.parent / "report.json").is_symlink()


def test_a_disk_that_is_full_is_one_line(tmp_path: Path) -> None:
    """A real one: a limit on the size of a file, which the kernel enforces (RLIMIT_FSIZE, getrlimit(2))."""
    out = tmp_path / "stacks" / "lilleby"
    program = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
from cli.main import main
import sys
sys.argv = ["refresh", "import", "--rvtools", {str(EXPORTS / "vinfo.csv")!r}, "--out", {str(out)!r},
            "--report", {str(tmp_path / "report.json")!r}]
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert "File too large" in done.stderr
    assert not (tmp_path / "stacks").exists()
    assert not list(tmp_path.iterdir())


def test_a_folder_is_checked_by_its_path_whatever_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name without a slash is a folder here, and not the platform of that name that we ship."""
    monkeypatch.chdir(tmp_path)
    done = run(Path("holstebro"))
    assert done.status == 0, done.stderr
    assert model.load(str(tmp_path / "holstebro")).name == "holstebro"
