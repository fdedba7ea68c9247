"""Programs under the real engine: what they get, what they leave, and how their failure shows."""

from __future__ import annotations

import sys
import venv

import pytest

pytestmark = pytest.mark.e2e

PROGRAM = """\
import os
import sys

import pulumi

pulumi.ComponentResource("test:index:Nothing", "nothing").register_outputs({})
config = pulumi.Config()
pulumi.export("plain", config.get("plain"))
pulumi.export("secret", config.get_secret("secret"))
pulumi.export("is_secret", pulumi.runtime.is_config_secret("test:secret"))
pulumi.export("names", [pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()])
pulumi.export("folder", os.getcwd())
pulumi.export("arguments", sys.argv[1:])
pulumi.export("python", sys.executable)
print("a line of the program")
"""


def test_a_program_gets_its_configuration_names_and_folder(project):
    project.write("__main__.py", PROGRAM)
    project.pulumi("config", "set", "plain", "Grønt træ")
    project.pulumi("config", "set", "--secret", "secret", "hidden")

    preview = project.pulumi("preview")
    assert preview.returncode == 0, preview.stdout
    assert "+ 2 to create" in preview.stdout
    assert "a line of the program" in preview.stdout

    up = project.pulumi("up", "--yes", "--skip-preview")
    assert up.returncode == 0, up.stdout
    assert project.outputs() == {
        "plain": "Grønt træ",
        "secret": "[secret]",
        "is_secret": True,
        "names": ["organization", "test", "dev"],
        "folder": str(project.folder),
        "arguments": [],
        "python": sys.executable,
    }
    again = project.pulumi("preview", "--expect-no-changes")
    assert again.returncode == 0, again.stdout


def test_main_names_another_folder(project):
    project.write("Pulumi.yaml", "name: test\nruntime: python\nmain: program\n")
    project.write("program/beside.py", "ANSWER = 42\n")
    project.write("program/__main__.py", "import beside, pulumi\npulumi.export('answer', beside.ANSWER)\n")
    up = project.pulumi("up", "--yes", "--skip-preview")
    assert up.returncode == 0, up.stdout
    assert project.outputs() == {"answer": 42}


def test_a_module_of_the_program_does_not_shadow_the_hosts(project):
    project.write("grpc.py", "raise RuntimeError('the host imported a file of the program')\n")
    project.write("main.py", "import sys\nsys.exit(0)\n")
    project.write("Pulumi.yaml", "name: test\nruntime: python\nmain: main.py\n")
    assert project.pulumi("preview").returncode == 0


def test_an_exception_shows_once_and_without_the_host(project):
    project.write("__main__.py", "raise ValueError('no such wave')\n")
    preview = project.pulumi("preview")
    assert preview.returncode != 0
    assert preview.stdout.count("ValueError: no such wave") == 1
    assert "language_host" not in preview.stdout
    assert "child.py" not in preview.stdout
    assert "exit code" not in preview.stdout


def test_an_exit_code_of_the_program_is_told(project):
    project.write("__main__.py", "import sys\nsys.exit(7)\n")
    preview = project.pulumi("preview")
    assert preview.returncode != 0
    assert "Program exited with non-zero exit code: 7" in preview.stdout


def test_a_program_ended_by_a_signal_is_told(project):
    project.write("__main__.py", "import os, signal\nos.kill(os.getpid(), signal.SIGABRT)\n")
    preview = project.pulumi("preview")
    assert preview.returncode != 0
    assert "Program was ended by SIGABRT" in preview.stdout


def test_a_missing_program_is_told_without_a_traceback(project):
    preview = project.pulumi("preview")
    assert preview.returncode != 0
    assert "__main__.py" in preview.stdout
    assert "Traceback" not in preview.stdout


def test_virtualenv_chooses_the_interpreter(project):
    venv.create(project.folder / "own", symlinks=True)
    project.write("Pulumi.yaml", "name: test\nruntime:\n  name: python\n  options:\n    virtualenv: own\n")
    project.write("__main__.py", "")
    preview = project.pulumi("preview")
    assert preview.returncode != 0
    assert "the Pulumi SDK has not been installed" in preview.stdout


def test_a_virtualenv_that_is_not_there_is_an_error(project):
    project.write("Pulumi.yaml", "name: test\nruntime:\n  name: python\n  options:\n    virtualenv: nowhere\n")
    project.write("__main__.py", "")
    preview = project.pulumi("preview")
    assert preview.returncode != 0
    assert f"{project.folder / 'nowhere'} is not a virtual environment" in preview.stdout
    assert "Traceback" not in preview.stdout
