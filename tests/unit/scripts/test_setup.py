"""Set-up: what an interruption leaves, what a second run does, and what the person is told.

Each test sets up a folder of its own, with stand-ins for `go` and `pulumi` on PATH that are shell scripts.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.toolchain import go, programs, run
from scripts.toolchain.faults import SetupError, cause
from scripts.toolchain.faults import run as run_command
from scripts.toolchain.step import Mark, Store, digest, place, point
from tests.support.paths import ROOT

GO = """\
#!/bin/sh
echo "$@" >> "{log}"
case "$1" in
env) echo go{version} ;;
list) echo "{sdk}" ;;
build)
  {build}
  while [ "$1" != -o ]; do shift; done
  into="$2"; shift 2
  for package; do
    program="$into/${{package##*/}}"
    printf '#!/bin/sh\\necho v3.250.0\\n' > "$program"
    chmod +x "$program"
  done ;;
esac
"""


class Folder:
    """A project folder that only the CLI and the tools have to be set up for."""

    def __init__(self, path: Path) -> None:
        self.root = path / "project"
        self.path = path / "path"
        self.go_log = path / "go.log"
        sdk = path / "sdk" / "python"
        for folder in (self.root / ".venv" / "bin", self.path, sdk / "cmd", sdk / "dist"):
            folder.mkdir(parents=True)
        for module in ("pulumi-cli", "go-tools"):
            (self.root / "scripts" / module).mkdir(parents=True)
            (self.root / "scripts" / module / "go.mod").write_text("module x\n\ngo 1.25.11\n")
            (self.root / "scripts" / module / "go.sum").write_text("")
        (self.root / "requirements.lock").write_text("pulumi==3.250.0 \\\n    --hash=sha256:0\n")
        (sdk / "cmd" / "pulumi-language-python-exec").write_text("exec")
        (sdk / "dist" / "pulumi-resource-pulumi-python").write_text("dynamic")
        self.sdk = sdk.parent

    def program(self, name: str, text: str) -> Path:
        path = self.path / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def go(self, version: str = "1.26.8", build: str = "") -> None:
        self.program("go", GO.format(log=self.go_log, version=version, sdk=self.sdk, build=build))

    def builds(self) -> int:
        return self.go_log.read_text().count("build ") if self.go_log.exists() else 0

    def bin(self) -> dict[str, Path]:
        return {file.name: file for file in (self.root / ".venv" / "bin").iterdir()}

    def left(self) -> list[str]:
        """What the store holds, without logs and lock."""
        return sorted(one.name for one in (self.root / ".tools").iterdir() if one.is_dir())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = Folder(tmp_path)
    monkeypatch.setattr(run, "install_environment", lambda *_: None)
    monkeypatch.setattr(run, "install_project", lambda *_: None)
    monkeypatch.setattr(run, "install_validators", lambda *_: None)
    monkeypatch.setenv("PATH", str(made.path))
    for tool in ("chmod", "sleep", "touch"):
        (made.path / tool).symlink_to(shutil.which(tool, path=os.defpath) or pytest.fail(f"no {tool}"))
    return made


def one_line(capsys) -> str:
    """The one line that the person sees."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("set-up: ")
    return lines[0]


def test_the_build_lands_beside_python_and_is_not_repeated(folder):
    folder.go()
    assert run.set_up(["--tools"], folder.root) == 0
    assert set(folder.bin()) == {
        "actionlint",
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "pulumi-resource-pulumi-python",
        "vcsim",
    }
    assert all(os.access(file, os.X_OK) for file in folder.bin().values())
    assert folder.builds() == 2
    assert run.set_up(["--tools"], folder.root) == 0
    assert folder.builds() == 2


def test_programs_return_after_the_environment_was_made_anew_without_a_build(folder):
    folder.go()
    run.set_up([], folder.root)
    for file in folder.bin().values():
        file.unlink()
    assert run.set_up([], folder.root) == 0
    assert "pulumi" in folder.bin()
    assert folder.builds() == 1


def test_a_change_of_the_pinned_module_builds_again_and_removes_the_old(folder):
    folder.go()
    run.set_up([], folder.root)
    before = folder.left()
    (folder.root / "scripts" / "pulumi-cli" / "go.sum").write_text("changed\n")
    assert run.set_up([], folder.root) == 0
    assert folder.builds() == 2
    assert len(folder.left()) == 1
    assert folder.left() != before


def test_go_missing_is_one_line_that_says_what_to_install(folder, capsys):
    assert run.set_up([], folder.root) == 1
    line = one_line(capsys)
    assert "needs Go 1.25.11 or newer and there is no Go on PATH" in line
    assert "docs/installing.md" in line


@pytest.mark.parametrize("extent", [[], ["--tools"]])
def test_that_there_is_no_go_is_told_before_anything_is_installed(folder, monkeypatch, capsys, extent):
    begun: list[object] = []
    for step in ("install_environment", "install_project", "install_validators"):
        monkeypatch.setattr(run, step, lambda *given: begun.append(given))
    assert run.set_up(extent, folder.root) == 1
    assert "there is no Go on PATH" in one_line(capsys)
    assert begun == []


def test_the_tests_tools_need_go_where_the_cli_does_not(folder, capsys):
    folder.program("pulumi", PULUMI.format("3.250.0"))
    folder.program("pulumi-language-python", "#!/bin/sh\n")
    assert run.set_up([], folder.root) == 0
    assert run.set_up(["--tools"], folder.root) == 1
    assert "building vcsim and actionlint for the tests needs Go" in one_line(capsys)


def test_packages_come_while_the_cli_is_built_and_programs_when_both_are_there(folder, monkeypatch):
    """The build waits for the packages here, and the packages for the build: one after the other would not end."""
    meet = folder.root.parent / "meet"
    meet.mkdir()
    folder.go(build=f'touch "{meet}/build"; while [ ! -e "{meet}/packages" ]; do sleep 0.02; done')

    def packages(*_: object) -> None:
        end = time.monotonic() + 20
        while not (meet / "build").exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        shutil.rmtree(folder.root / ".venv")
        (folder.root / ".venv" / "bin").mkdir(parents=True)
        (meet / "packages").touch()

    monkeypatch.setattr(run, "install_environment", packages)
    assert run.set_up([], folder.root) == 0
    assert "pulumi" in folder.bin()


def test_a_module_runs_beside_the_build_once_the_packages_are_there(folder, capfd):
    """The build waits here for the module."""
    ran = folder.root.parent / "ran"
    python = folder.root / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$@"\ntouch "{ran}"\nexit 3\n')
    python.chmod(0o755)
    folder.go(build=f'while [ ! -e "{ran}" ]; do sleep 0.02; done')
    assert run.set_up(["--meanwhile", "scripts.demo"], folder.root) == 3, "its status is ours"
    assert "-m scripts.demo\n" in capfd.readouterr().out
    assert "pulumi" in folder.bin()


def test_a_module_beside_a_build_that_fails_ends(folder, capsys):
    python = folder.root / ".venv" / "bin" / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    folder.go(build="exit 1")
    begun = time.monotonic()
    assert run.set_up(["--meanwhile", "scripts.demo"], folder.root) == 1
    assert "building the Pulumi CLI" in one_line(capsys)
    assert time.monotonic() - begun < 30


def test_a_failure_beside_a_build_is_told_and_what_was_built_is_kept(folder, monkeypatch, capsys):
    def refuse(*_: object) -> None:
        raise SetupError("installing the Python packages: no")

    folder.go()
    monkeypatch.setattr(run, "install_environment", refuse)
    assert run.set_up([], folder.root) == 1
    assert one_line(capsys) == "set-up: installing the Python packages: no"
    assert folder.bin() == {}
    monkeypatch.setattr(run, "install_environment", lambda *_: None)
    assert run.set_up([], folder.root) == 0
    assert folder.builds() == 1
    assert "pulumi" in folder.bin()


def test_go_too_old_is_one_line_that_says_what_to_install(folder, capsys):
    folder.go("1.25.10")
    assert run.set_up([], folder.root) == 1
    assert "needs Go 1.25.11 or newer and the Go on PATH is 1.25.10" in one_line(capsys)
    assert folder.builds() == 0


def test_a_finished_build_needs_no_go(folder):
    folder.go()
    run.set_up([], folder.root)
    (folder.path / "go").unlink()
    assert run.set_up([], folder.root) == 0


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("write /x/y.a: no space left on device", "the disk is full"),
        ("go: a@v1: Get x: dial tcp: lookup x: no such host", "no connection to the package registry"),
        ("verifying a@v1: checksum mismatch", "verifying a@v1: checksum mismatch"),
    ],
)
def test_a_failed_build_is_one_line_and_leaves_nothing(folder, capsys, output, reason):
    folder.go(build=f'echo "{output}" >&2; exit 1')
    assert run.set_up([], folder.root) == 1
    assert f"building the Pulumi CLI: {reason}" in one_line(capsys)
    assert folder.left() == []
    assert folder.bin() == {}
    folder.go()
    assert run.set_up([], folder.root) == 0
    assert "pulumi" in folder.bin()


def test_a_set_up_killed_in_a_build_leaves_nothing_that_is_taken_for_done(folder):
    started = folder.root.parent / "started"
    folder.go(build=f'printf half > "$8/pulumi"; touch "{started}"; exec sleep 1')
    code = (
        "import sys; from pathlib import Path; from scripts.toolchain import run;"
        "run.install_environment = run.install_project = lambda *_: None;"
        f"sys.exit(run.set_up([], Path({str(folder.root)!r})))"
    )
    killed = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL)
    while not started.exists():
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert [name.split("-")[0] for name in folder.left()] == ["unfinished"]
    assert [file.read_text() for file in folder.root.glob(".tools/unfinished-*/pulumi")] == ["half"]

    folder.go()
    begun = time.monotonic()
    assert run.set_up([], folder.root) == 0
    assert time.monotonic() - begun > 0.5, "it did not wait for the command that outlived the killed run"
    assert [name.split("-")[0] for name in folder.left()] == ["pulumi"]
    assert folder.bin()["pulumi"].read_text().startswith("#!")


def test_a_second_set_up_waits_for_the_first(tmp_path):
    store = Store(tmp_path)
    with (tmp_path / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        code = (
            "import sys; from pathlib import Path; from scripts.toolchain.step import Store\n"
            f"with Store(Path({str(tmp_path)!r})).locked(): print('mine', flush=True)"
        )
        second = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stderr is not None
        assert second.stderr.readline() == "set-up: waiting for another set-up of this folder to finish\n"
        assert second.poll() is None
    assert second.communicate(timeout=20)[0] == "mine\n"
    with store.locked():
        pass


PULUMI = "#!/bin/sh\necho v{}\n"


def test_an_installed_pulumi_is_used_with_its_own_language_host(folder):
    folder.program("pulumi", PULUMI.format("3.260.1"))
    folder.program("pulumi-language-python", "#!/bin/sh\n")
    folder.program("pulumi-language-python-exec", "#!/bin/sh\n")
    assert run.set_up([], folder.root) == 0
    links = {name: file.readlink() for name, file in folder.bin().items()}
    assert links == {name: folder.path / name for name in links}
    assert set(links) == {"pulumi", "pulumi-language-python", "pulumi-language-python-exec"}
    assert folder.left() == []


@pytest.mark.parametrize(
    ("version", "host", "said"),
    [
        ("3.249.9", True, "is 3.249.9, 3.250.0 is needed: building the CLI"),
        ("4.0.0", True, "is 4.0.0, 3.250.0 is needed: building the CLI"),
        ("3.250.0", False, "has no pulumi-language-python beside it or on PATH: building the CLI"),
    ],
)
def test_an_installed_pulumi_that_does_not_fit_is_named_and_built(folder, capsys, version, host, said):
    folder.go()
    folder.program("pulumi", PULUMI.format(version))
    if host:
        folder.program("pulumi-language-python", "#!/bin/sh\n")
    assert run.set_up([], folder.root) == 0
    assert said in capsys.readouterr().out
    assert not folder.bin()["pulumi"].is_symlink()
    assert "scripts.language_host" in folder.bin()["pulumi-language-python"].read_text()


def test_our_own_build_is_replaced_by_an_installed_pulumi_and_back(folder):
    folder.go()
    run.set_up([], folder.root)
    own = [folder.program("pulumi", PULUMI.format("3.250.0")), folder.program("pulumi-language-python", "#!/bin/sh\n")]
    run.set_up([], folder.root)
    assert folder.bin()["pulumi"].is_symlink()
    for program in own:
        program.unlink()
    run.set_up([], folder.root)
    assert not folder.bin()["pulumi"].is_symlink()
    assert not folder.bin()["pulumi-language-python"].is_symlink()
    assert folder.builds() == 1


def test_an_old_python_without_a_newer_one_is_one_line(tmp_path):
    code = (
        "import runpy, sys; sys.argv = ['setup.py']; sys.version_info = (3, 9, 2, 'final', 0);"
        f"runpy.run_path({str(ROOT / 'scripts' / 'setup.py')!r}, run_name='__main__')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert answer.stderr == (
        "set-up: Python 3.11 or newer is needed and python3 is 3.9: install it, see docs/installing.md\n"
    )


def test_a_mark_holds_only_for_what_it_was_written_with(tmp_path):
    mark = Mark(tmp_path / "mark")
    assert not mark.holds(digest("a"))
    mark.write(digest("a"))
    assert mark.holds(digest("a"))
    assert not mark.holds(digest("b"))
    mark.clear()
    assert not mark.holds(digest("a"))
    assert list(tmp_path.iterdir()) == []


def test_a_digest_tells_neighbours_apart(tmp_path):
    file = tmp_path / "file"
    file.write_text("ab")
    assert digest("ab", "c") != digest("a", "bc")
    assert digest(file) == digest("ab")


def test_placing_and_pointing_replace_what_is_there(tmp_path):
    one, two, target = (tmp_path / name for name in ("one", "two", "target"))
    one.write_text("1")
    two.write_text("2")
    for act, source in ((place, one), (place, one), (place, two), (point, one), (point, one), (place, two)):
        act(source, target)
        assert target.read_text() == source.read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["one", "target", "two"]
    assert one.read_text() == "1"


def test_a_command_that_does_not_start_is_told(tmp_path):
    with pytest.raises(SetupError, match="building: nowhere does not start: No such file"):
        run_command("building", ["nowhere"], log=tmp_path / "log")


def test_a_python_without_ensurepip_is_told_by_its_package():
    output = "ensurepip is not available.  On Debian/Ubuntu systems, you need to\n\nFailing command: /x/python3\n"
    assert "install python3-venv" in cause(output)


def test_a_silent_failure_has_a_cause_too():
    assert cause("") == "it failed without a word"


@pytest.mark.parametrize(
    ("version", "numbers"), [("1.25.11", (1, 25, 11)), ("1.26rc1", (1, 26)), ("3.250.0", (3, 250, 0))]
)
def test_versions_compare_as_numbers(version, numbers):
    assert go.as_numbers(version) == numbers


def test_the_lock_file_pins_what_the_cli_is_built_for():
    wanted = programs.locked_version(ROOT)
    assert f"github.com/pulumi/pulumi/pkg/v3 v{wanted}" in (ROOT / "scripts/pulumi-cli/go.mod").read_text()
    assert f"github.com/pulumi/pulumi/sdk/v3 v{wanted}" in (ROOT / "scripts/pulumi-cli/go.mod").read_text()


def test_the_lock_file_names_no_index_and_pins_by_digest():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    pinned = [n for n, line in enumerate(lines) if line and line[0] not in " #"]
    assert len(pinned) > 40
    assert all("--hash=sha256:" in lines[n + 1] for n in pinned)
