"""The host and what it runs end with the engine, however it ends, and quietly when it asks."""

from __future__ import annotations

import os
import signal

import pytest

from tests.unit.language_host.support import alive, children_of, until

pytestmark = pytest.mark.e2e

# A program that would outlive everything, with a process of its own beside it.
ENDLESS = """\
import os, subprocess, sys, time

beside = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open("running.part", "w") as file:
    file.write(f"{os.getppid()} {os.getpid()} {beside.pid}")
os.rename("running.part", "running")
time.sleep(600)
"""
SECONDS = 5.0


def running(project) -> list[int]:
    """The process ids of the host, the program and the program's own process, once all three run."""
    pids = [int(pid) for pid in project.reads("running").split()]
    assert all(alive(pid) for pid in pids)
    return pids


def test_all_end_when_the_engine_is_killed(project):
    project.write("__main__.py", ENDLESS)
    with project.start("preview") as engine:
        pids = running(project)
        assert pids[0] in children_of(engine.pid)
        engine.send_signal(signal.SIGKILL)
        until(lambda: not any(alive(pid) for pid in pids), f"of {pids} some live on", SECONDS)


def test_the_program_ends_when_its_host_is_killed(project):
    project.write("__main__.py", ENDLESS)
    with project.start("preview") as engine:
        host, *rest = running(project)
        os.kill(host, signal.SIGKILL)
        until(lambda: not any(alive(pid) for pid in rest), f"of {rest} some live on", SECONDS)
        engine.communicate(timeout=60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_engine_ends_all_without_a_traceback(project, number):
    project.write("__main__.py", ENDLESS)
    with project.start("preview") as engine:
        pids = running(project)
        engine.send_signal(number)
        output, _ = engine.communicate(timeout=60)
        assert engine.returncode != 0
        assert "Traceback" not in output
        assert "KeyboardInterrupt" not in output
        until(lambda: not any(alive(pid) for pid in pids), f"of {pids} some live on", SECONDS)
