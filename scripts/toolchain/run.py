"""Chooses the steps of a set-up, runs at the same time those that need nothing of each other, and turns what goes wrong
into one line.

Packages are mostly waited for and the CLI is mostly compiled, so they come together, and so do the environments of the
validators. The two Go builds would only take the processors from each other: they come in turn.
"""

from __future__ import annotations

import argparse
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
    options = parser.parse_args(arguments)
    try:
        store = Store(root / ".tools")
        with store.locked() as lock:
            store.sweep()
            return _install(root, store, lock, cli=not options.python_only, tools=options.tools)
    except SetupError as error:
        return _tell(str(error))
    except OSError as error:
        return _tell(explain(error))
    except KeyboardInterrupt:
        print("set-up: interrupted; run it again to go on", file=sys.stderr)
        return 130


def _install(root: Path, store: Store, lock: int, *, cli: bool, tools: bool) -> int:
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
