"""Chooses the steps of a set-up, runs at the same time those that need nothing of each other, and turns what goes wrong
into one line.

Packages are mostly waited for and the CLI is mostly compiled, so they come together, and so do the environments of the
validators. The two Go builds would only take the processors from each other: they come in turn.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import programs
from .faults import SetupError, explain
from .python import VALIDATORS, install_environment, install_project, install_validators
from .step import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[2]


def set_up(arguments: list[str], root: Path = ROOT) -> int:
    """Brings the folder `root` up to date; returns the exit status: 0 done, 1 could not, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="setup.py", description="Sets up .venv; skips what is already done.")
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--python-only", action="store_true", help="the Python packages, not the Pulumi CLI")
    extent.add_argument("--tools", action="store_true", help="the tools of the tests too")
    parser.add_argument("--meanwhile", metavar="MODULE", help="what to run as soon as the Python packages are there")
    options = parser.parse_args(arguments)
    meanwhile = Meanwhile(root, options.meanwhile)
    try:
        store = Store(root / ".tools")
        with store.locked() as lock:
            store.sweep()
            status = _install(root, store, lock, meanwhile, cli=not options.python_only, tools=options.tools)
        return meanwhile.end(status)
    except SetupError as error:
        return _tell(str(error))
    except OSError as error:
        return _tell(explain(error))
    except KeyboardInterrupt:
        print("set-up: interrupted; run it again to go on", file=sys.stderr)
        return 130


class Meanwhile:
    """A program of ours that begins beside the build of the CLI. Where it needs the CLI it runs set-up, which waits."""

    def __init__(self, root: Path, module: str | None) -> None:
        self._root, self._module = root, module
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Starts it. It does not inherit the lock."""
        if self._module:
            python = self._root / ".venv" / "bin" / "python"
            self._process = subprocess.Popen([python, "-m", self._module], cwd=self._root)

    def end(self, status: int) -> int:
        """Waits for it, or ends it when set-up failed; the status of both."""
        if self._process is None:
            return status
        if status:
            self._process.terminate()
        return self._process.wait() if status == 0 else status


def _install(root: Path, store: Store, lock: int, meanwhile: Meanwhile, *, cli: bool, tools: bool) -> int:
    """Everything that is asked for. That there is no Go is told before anything is begun."""
    own = programs.installed_pulumi(programs.locked_version(root), root / ".venv" / "bin") if cli else None
    builds = [programs.pulumi_build(root)] if cli and not own else []
    builds += [programs.tools_build(root)] if tools else []
    for build in builds:
        build.require_go(store)
    built: dict[programs.Build, Path] = {}

    def packages() -> None:
        install_environment(root, store, lock)
        install_project(root, store, lock)
        meanwhile.begin()

    def compiled() -> None:
        built.update((build, build.make(store, lock)) for build in builds)

    validators = [partial(install_validators, name, root, store, lock) for name in VALIDATORS if tools]
    status = _together([packages, compiled, *validators])
    if status == 0:
        # Only now, for an environment that is made anew is first taken away.
        programs.place_own(own or {}, root)
        for build, folder in built.items():
            programs.place_built(build, folder, root)
    return status


def _together(steps: Sequence[Callable[[], None]]) -> int:
    """Runs the steps at the same time. A failure is told at once; the others end, for what they make is kept."""
    status = 0
    with ThreadPoolExecutor(len(steps)) as pool:
        for step in as_completed([pool.submit(step) for step in steps]):
            try:
                step.result()
            except SetupError as error:
                status = _tell(str(error))
            except OSError as error:
                status = _tell(explain(error))
    return status


def _tell(what: str) -> int:
    print(f"set-up: {what}", file=sys.stderr, flush=True)
    return 1
