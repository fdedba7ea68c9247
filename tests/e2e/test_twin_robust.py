"""The twin when things go wrong: killed, raced, refused, and what it must never let out."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.twin_fixtures import Bench, bench, planted
from twin.host import process
from twin.host.overlay import run

__all__ = ["bench", "planted"]
pytestmark = pytest.mark.e2e


def _wait_for(bench: Bench, number: int) -> None:
    deadline = time.monotonic() + 60
    while len(bench.created()) < number:
        assert time.monotonic() < deadline, "nothing came into the world"
        time.sleep(0.005)


VICTIMS = {"host": b"scripts.language_host", "program": b"pulumi-language-python-exec", "provider": b"providers/dns"}
"""What tells the process of each part, among those that the engine has started."""


@pytest.mark.parametrize("victim", ["twin", "engine", *VICTIMS])
def test_killed_in_the_middle_of_an_up(planted: Bench, victim: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The way back is that of docs/when-things-go-wrong.md, step by step."""
    plugin = f"plugins: {{providers: [{{name: dns, path: {process.ROOT / 'providers' / 'dns'}}}]}}\n"
    (planted.root / "Pulumi.yaml").write_text((planted.root / "Pulumi.yaml").read_text() + plugin)
    planted.plant([{"type": "dns:Zone", "properties": {"name": "alias.test."}}])
    planted.program(
        """
        def record(number):
            inputs = {"zone": "alias.test", "name": f"r{number}", "type": "A", "ttl": 60, "rdatas": ["192.0.2.1"]}
            pulumi.CustomResource("dns:index:Record", f"r{number}", inputs)

        [(machine(f"hk-{n:03}", n), record(n)) for n in range(1, 61)]
        """
    )
    environment = planted.environment()
    up = ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive", "--parallel", "4"]
    with subprocess.Popen(up, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as engine:
        _wait_for(planted, 8)
        os.kill(_victim(planted, engine.pid, victim), signal.SIGKILL)
        assert engine.wait(timeout=120) != 0
    made = planted.created()
    assert 8 <= len(made) < 120
    machines = [item for item in made if item.type.endswith(":VirtualMachine")]
    assert all(item.properties["uuid"] == item.id != "" for item in machines)

    quietly = ["--yes", "--skip-preview", "--stack", "dev"]
    assert run(planted.overlay, ["pulumi", "refresh", *quietly]) == 0, capfd.readouterr()
    assert ("is dead, and `pulumi cancel` took the lock away" in capfd.readouterr().err) is (victim == "engine")
    state = {item["id"] for item in planted.state() if item["type"].endswith("VirtualMachine")}
    ids = {item.id for item in machines}
    assert state <= ids, "refresh tells the truth"
    assert len(ids - state) <= 4, "what the engine had under way"
    assert run(planted.overlay, ["pulumi", "up", *quietly]) == 0, capfd.readouterr()
    everything = planted.created()
    assert ids < {item.id for item in everything}, "nothing is made twice"
    assert len(everything) == 120
    assert planted.preview() == {}


def _victim(bench: Bench, engine: int, part: str) -> int:
    """The process to kill: of those that the engine has started, the one of this part."""
    if part == "engine":
        return engine
    if part == "twin":
        serving = process.running(bench.home)
        assert serving is not None
        return serving.pid
    started, found = {engine}, list[int]()
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda folder: int(folder.name)):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if above in started:
                started.add(int(folder.name))
                found += [int(folder.name)] if VICTIMS[part] in (folder / "cmdline").read_bytes() else []
    assert found, f"no {part} runs"
    return found[0]


def test_a_world_that_can_not_be_read_is_reset(bench: Bench) -> None:
    bench.environment()
    bench.twin("down")
    bench.home.world.write_text("no world")
    for command in (["status"], ["change", "vm", "x", "y=1"]):
        (line,) = bench.twin(*command, status=2).text.splitlines()
        assert line.endswith("can not be read (file is not a database); make an empty one with `refresh twin reset`")
    (line,) = bench.twin("up", status=2).text.splitlines()
    assert line.endswith("make an empty one with `refresh twin reset`")
    assert bench.twin("reset").text == "The twin's world is empty. Removed with it: stack dev.\n"
    assert "given" not in bench.twin("status").text


def test_two_commands_at_once(planted: Bench) -> None:
    planted.program(
        "[machine(f'hk-{os.environ[\"PART\"]}{n:03}', n + 60 * int(os.environ['PART'])) for n in range(1, 31)]"
    )
    processes: list[subprocess.Popen[bytes]] = []
    for part in ("1", "2"):
        environment = planted.environment() | {"PART": part}
        planted.overlay.stack(f"part{part}", environment)
        command = ["pulumi", "up", "--yes", "--skip-preview", "--stack", f"part{part}", "--non-interactive"]
        processes.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    assert [running.wait(timeout=240) for running in processes] == [0, 0]
    made = planted.created()
    assert len({item.name for item in made}) == len({item.facts["moid"] for item in made}) == 60


def test_two_twins_are_one(bench: Bench) -> None:
    bench.environment()
    serving = process.running(bench.home)
    assert serving is not None
    second = subprocess.run(
        [sys.executable, "-m", "twin.host.process", str(bench.home.path)],
        cwd=process.ROOT,
        check=False,
        timeout=30,
    )
    assert second.returncode == 0
    assert process.running(bench.home) == serving


def test_a_twin_whose_folder_is_gone_ends(bench: Bench) -> None:
    first = process.up(bench.home)
    shutil.rmtree(bench.home.path)
    second = process.up(bench.home)
    assert second.pid != first.pid
    deadline = time.monotonic() + 30
    while _is_alive(first.pid):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert process.running(bench.home) == second


def _is_alive(pid: int) -> bool:
    """Whether a process runs; a daemon's parent is this one, which has not waited for it."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_a_killed_twin_leaves_behind_misleads_nobody(bench: Bench) -> None:
    first = process.up(bench.home)
    os.kill(first.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while process.running(bench.home) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert bench.home.address.exists()
    assert process.up(bench.home).pid != first.pid


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's table of sockets")
def test_only_this_machine_is_answered(bench: Bench) -> None:
    running = process.up(bench.home)
    ports = {*running.ports.values(), *(urlsplit(address).port for address in running.apis.values())}
    kinds = ("tcp", "tcp6", "udp", "udp6")
    rows = [line.split() for kind in kinds for line in Path("/proc/net", kind).read_text().splitlines()[1:]]
    open_ = [row[1].split(":") for row in rows if row[3] in ("0A", "07")]
    assert len(ports) == 4
    for port in ports:
        addresses = [address for address, number in open_ if int(number, 16) == port]
        assert {address.removeprefix("0000000000000000FFFF0000") for address in addresses} == {"0100007F"}
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_errors_name_what_is_nearest(planted: Bench) -> None:
    planted.program("pulumi.CustomResource('vsphere:index/virtualMachin:VirtualMachine', 'wrong', {})")
    text = planted.pulumi("preview", fails=True).text
    assert "did you mean 'vsphere:index/virtualMachine:VirtualMachine'" in text
    planted.program(
        """
        pulumi.CustomResource("vsphere:index/virtualMachine:VirtualMachine", "wrong", {
            "num_cpus": 2, "memroy": 4, "resourcePoolId": cluster.resource_pool_id,
            "clone": {"templateUuid": template.id, "customize": {"windowsOptions": {"computername": "x"}}},
        })
        """
    )
    text = planted.pulumi("preview", fails=True).text
    assert "write it as on the wire, 'numCpus'" in text
    assert "did you mean 'memory'" in text
    assert "clone.customize.windowsOptions.computername" in text
    assert "write 'computerName'" in text


def test_what_vcenter_refuses(planted: Bench) -> None:
    planted.program(
        """
        machine("hk-app01", 1)
        machine("hk-big", 2, memory=1 << 20)
        disks = [{"label": "disk0", "size": 60}, {"label": "disk1", "size": 64000, "unit_number": 1}]
        machine("hk-wide", 3, disks=disks)
        machine("hk-lost", 4, folder="Nowhere")
        machine("hk-fine", 5)
        """
    )
    text = planted.up("--continue-on-error", fails=True).text
    assert "The name 'hk-app01' already exists" in text
    assert "Insufficient memory resources in cluster 'CL1'" in text
    assert "Insufficient disk space on datastore cluster 'POD1'" in text
    assert "folder '/HB/vm/Nowhere' not found" in text
    assert [item.name for item in planted.created()] == ["hk-fine"]

    planted.program("machine('hk-twice', 5)")
    planted.variables["PULUMI_PARALLEL"] = "1"
    assert "address 10.2.0.5 is taken on this network by 'hk-fine'" in planted.up(fails=True).text


def test_no_secret_gets_out(planted: Bench) -> None:
    planted.program("machine('hk-a', 1)")
    texts = [planted.up().text]
    planted.program("password = pulumi.Output.secret('Rotated-secret-2')\nmachine('hk-a', 1)")
    texts.append(planted.pulumi("preview", "--diff").text)
    assert texts[-1].count("This is the twin") == 1
    assert "domainAdminPassword: [secret] => [secret]" in " ".join(texts[-1].split())
    texts.append(planted.pulumi("preview", "--diff", "--refresh").text)
    exported = planted.pulumi("stack", "export").text
    texts.append(exported)
    texts += [planted.home.log.read_text(), json.dumps([item.properties for item in planted.created()])]
    texts += [file.read_bytes().decode("latin-1") for file in planted.home.path.glob("world.sqlite*")]
    texts += [file.read_text() for file in planted.overlay.backend.rglob("*.json")]
    for text in texts:
        for secret in ("Hunter2-hunter2", "Rotated-secret-2", "Plain-but-secret-1"):
            assert secret not in text
    assert planted.home.world.stat().st_mode & 0o077 == 0
    state = next(item for item in planted.state() if item["type"].endswith("VirtualMachine"))
    assert "Hunter2-hunter2" in json.dumps(state), "the engine's own state has it, encrypted"


def test_faults_and_the_virtual_clock(planted: Bench, tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(
        "- {operation: create, type: '*VirtualMachine', latency: 1200}\n"
        "- {operation: create, name: hk-b, times: 1, error: Sysprep failed on the guest., after: true}\n"
    )
    planted.twin("faults", str(file))
    planted.program("machine('hk-a', 1)\nmachine('hk-b', 2)")
    assert "Sysprep failed on the guest." in planted.up("--continue-on-error", fails=True).text
    status = json.loads(planted.twin("status", "--json").text)
    assert status["clock_seconds"] == 2400
    assert [fault["matched"] for fault in status["faults"]] == [2, 1]
    assert sorted(item.name for item in planted.created()) == ["hk-a", "hk-b"], "what failed afterwards is left behind"
    assert "The name 'hk-b' already exists" in planted.up(fails=True).text
    planted.twin("remove", "vm", "hk-b")
    planted.up()
    assert planted.preview() == {}
