"""Set-up's Python environment: made once, thrown away when it was interrupted, made anew for another lock file.

The commands are recorded and not run; tests/unit/scripts/test_setup.py has what is built beside it.
"""

from __future__ import annotations

import pytest

from scripts.toolchain import python as environment
from scripts.toolchain.faults import SetupError
from scripts.toolchain.step import Store


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A folder to make an environment in, and the commands that were run for it; `fail` names one that fails."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "requirements.lock").write_text("pulumi==3.250.0\n")
    (root / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.setuptools]\n[tool.ruff]\nline-length = 1\n')
    commands: list[str] = []
    fail: list[str] = []

    def record(what, command, **_):
        commands.append(what)
        if "-m" in command and "venv" in command:
            (root / ".venv" / "bin").mkdir(parents=True)
        if what in fail:
            (root / ".venv" / "half-a-package").write_text("")
            raise SetupError(what)

    monkeypatch.setattr(environment, "run", record)
    return root, Store(root / ".tools"), commands, fail


ENVIRONMENT = ["creating the virtual environment", "installing the Python packages"]


def test_the_environment_is_made_once_and_again_for_another_lock_file(packages):
    root, store, commands, _ = packages
    environment.install_environment(root, store, 0)
    environment.install_environment(root, store, 0)
    assert commands == ENVIRONMENT
    (root / "requirements.lock").write_text("pulumi==3.251.0\n")
    environment.install_environment(root, store, 0)
    assert commands == ENVIRONMENT * 2


def test_an_environment_that_was_interrupted_is_thrown_away(packages):
    root, store, commands, fail = packages
    fail.append("installing the Python packages")
    with pytest.raises(SetupError):
        environment.install_environment(root, store, 0)
    assert (root / ".venv" / "half-a-package").exists()
    fail.clear()
    environment.install_environment(root, store, 0)
    assert not (root / ".venv" / "half-a-package").exists()
    assert commands == ENVIRONMENT * 2


def test_the_project_is_installed_again_for_its_packaging_only(packages):
    root, store, commands, _ = packages
    environment.install_environment(root, store, 0)
    commands.clear()
    environment.install_project(root, store, 0)
    text = (root / "pyproject.toml").read_text()
    (root / "pyproject.toml").write_text(text.replace("line-length = 1", "line-length = 2"))
    environment.install_project(root, store, 0)
    assert commands == ["installing the project"]
    (root / "pyproject.toml").write_text(text.replace('name = "x"', 'name = "y"'))
    environment.install_project(root, store, 0)
    assert commands == ["installing the project"] * 2
