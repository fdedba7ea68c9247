"""Chooses the steps of a set-up and turns what goes wrong into one line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .faults import SetupError, explain
from .programs import install_pulumi, install_test_tools
from .python import install_environment, install_project, install_validators
from .step import Store

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
            install_environment(root, store, lock)
            install_project(root, store, lock)
            if not options.python_only:
                install_pulumi(root, store, lock)
            if options.tools:
                install_validators(root, store, lock)
                install_test_tools(root, store, lock)
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"set-up: {explain(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: interrupted; run it again to go on", file=sys.stderr)
        return 130
    return 0
