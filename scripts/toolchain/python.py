"""The virtual environment: the locked packages, and the project itself installed editable; beside it the validators'.

All are marked when complete. An environment with another mark, or none, is removed and made again: after an
interrupted installation, or one that ran out of disk, nothing says which package is whole.
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from .faults import run
from .step import Mark, digest

if TYPE_CHECKING:
    from .step import Store


def base_python() -> Path:
    """The interpreter that environments are made from, also when this one runs in an environment."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


VALIDATORS = {"validators": "rendered configuration", "azure-validators": "Azure's resources"}
"""The environments of what checks our results as processes of their own, and what each checks."""


def install_environment(root: Path, store: Store, lock: int) -> None:
    """Makes `.venv` from requirements.lock, unless this Python and that file already made it."""
    _install(root / ".venv", root / "requirements.lock", "the Python packages", store, lock)


def install_validators(name: str, root: Path, store: Store, lock: int) -> None:
    """Makes `.tools/NAME`, one of VALIDATORS, from its lock file in scripts/."""
    what = f"the Python packages that check {VALIDATORS[name]}"
    _install(root / ".tools" / name, root / "scripts" / f"{name}.lock", what, store, lock)


def _install(venv: Path, requirements: Path, what: str, store: Store, lock: int) -> None:
    mark = Mark(venv / "complete-environment")
    key = digest(str(base_python()), platform.python_version(), str(venv), requirements)
    if mark.holds(key):
        return
    print(f"set-up: installing {what} (about a minute)", flush=True)
    remove(venv, mark)
    run(
        "creating the virtual environment",
        [base_python(), "-m", "venv", venv],
        log=store.log(f"{venv.name}-made"),
        inherit=[lock],
    )
    run(
        "installing the Python packages",
        pip(venv, "--only-binary", ":all:", "--require-hashes", "--no-deps", "--requirement", requirements),
        log=store.log(f"{venv.name}-packages"),
        inherit=[lock],
    )
    mark.write(key)


def install_project(root: Path, store: Store, lock: int) -> None:
    """Installs the project editable, again only when what pyproject.toml says about packaging has changed."""
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    packaging = {"project": pyproject["project"], "setuptools": pyproject["tool"]["setuptools"]}
    venv = root / ".venv"
    mark = Mark(venv / "complete-project")
    key = digest(json.dumps(packaging, sort_keys=True))
    if mark.holds(key):
        return
    mark.clear()
    # What an interrupted run left of an earlier installation is overwritten, for it cannot be uninstalled.
    run(
        "installing the project",
        pip(venv, "--ignore-installed", "--no-build-isolation", "--no-deps", "--editable", root),
        log=store.log("project"),
        inherit=[lock],
    )
    mark.write(key)


def pip(venv: Path, *arguments: str | Path) -> list[str | Path]:
    """The command that installs into the environment."""
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    return [venv / "bin" / "python", "-m", "pip", "install", *quiet, *arguments]


def remove(venv: Path, mark: Mark) -> None:
    """Takes an environment away, its mark first."""
    if not venv.exists():
        return
    mark.clear()
    shutil.rmtree(venv)
