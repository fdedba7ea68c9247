"""The provider under the real engine, against the twin's own process: a whole life, and being killed in the middle."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT
from twin.host import process
from twin.vsphere.naming import MACHINE, SNAPSHOT
from twin.world.store import Object, World

PULUMI = ROOT / ".venv" / "bin" / "pulumi"
PASSWORD = "V-center-secret-of-the-stack"
PROJECT = f"""
name: citrix-test
runtime: {{name: python, options: {{virtualenv: {ROOT / ".venv"}}}}}
plugins:
  providers:
    - {{name: citrix, path: {ROOT / "providers" / "citrix"}}}
"""
PROGRAM = """
import json
from pathlib import Path

import pulumi

from providers.citrix import resources as citrix

given = json.loads(Path("given.json").read_text())
connection = citrix.HostingConnection(
    "vc",
    citrix.HostingConnectionArgs(
        name="vcenter",
        zone="Primary",
        addresses=["https://vcenter"],
        user="svc",
        password=pulumi.Config().require_secret("vcenter"),
    ),
)
unit = citrix.HostingUnit(
    "hu",
    citrix.HostingUnitArgs(
        name="HU",
        hosting_connection=connection.id,
        datacenter="DC1",
        cluster="CL",
        networks=["PG"],
        storage=["DS"],
        temporary_storage=["DS"],
    ),
)
accounts = citrix.AccountsArgs(naming_scheme="VDA###", domain="ad.kommune.dk")
image = "XDHyp:\\\\\\\\HostingUnits\\\\\\\\HU\\\\\\\\tpl.vm\\\\\\\\g26.snapshot".replace("\\\\\\\\", "\\\\")
scheme = citrix.ProvisioningSchemeArgs(
    hosting_unit=unit.id, master_image_path=image, machine_count=given["machines"], accounts=accounts
)
catalog = citrix.MachineCatalog(
    "mc",
    citrix.MachineCatalogArgs(
        name="MC", provisioning_type="MCS", session_support="MultiSession", provisioning_scheme=scheme
    ),
)
policies = citrix.PolicySet(
    "ps", citrix.PolicySetArgs(name="PS", policies=[citrix.PolicyArgs(name="Video", settings=given["settings"])])
)
group = citrix.DeliveryGroup(
    "dg",
    citrix.DeliveryGroupArgs(
        name="DG",
        machine_catalogs=[citrix.CatalogMachinesArgs(machine_catalog=catalog.id, count=given["drawn"])],
        desktops=[citrix.DesktopArgs(published_name="Skrivebord", included_users=["AD\\\\GG-Wave1"])],
        policy_set=policies.id,
    ),
)
citrix.DeliveryGroupAccess(
    "dg-access",
    citrix.DeliveryGroupAccessArgs(
        delivery_group=group.name,
        included_users=["AD\\\\GG-Wave1"],
        in_maintenance_mode=given["maintenance"],
    ),
)
pulumi.export("machines", catalog.machine_names)
"""
GIVEN = {
    "machines": 3,
    "drawn": 2,
    "maintenance": True,
    "settings": {"MSTeamsRedirection": True, "FramesPerSecond": 30},
}

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not PULUMI.exists(), reason="needs the Pulumi CLI in .venv/bin: make setup"),
]


class Stack:
    """A project in a folder of its own, with a backend of its own, and a twin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = process.Home(folder / "twin")
        self.running = process.up(self.home)
        self.world = World(self.home.world)
        self._furnish()
        for name in ("project", "backend", "pulumi"):
            (folder / name).mkdir()
        (folder / "project" / "Pulumi.yaml").write_text(PROJECT)
        (folder / "project" / "__main__.py").write_text(PROGRAM)
        self.give()
        self.started: list[subprocess.Popen[str]] = []
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")} | {
            "PATH": f"{PULUMI.parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(folder / "pulumi"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "CITRIX_STAND_IN": self.running.apis["citrix"],
        }
        self.pulumi("stack", "init", "test")
        self.pulumi("config", "set", "--secret", "vcenter", PASSWORD)

    def _furnish(self) -> None:
        """The vCenter that the hosting connection shows."""
        things = {
            "datacenter:Datacenter": "DC1",
            "computeCluster:ComputeCluster": "CL",
            "distributedPortGroup:DistributedPortGroup": "PG",
            "vmfsDatastore:VmfsDatastore": "DS",
        }
        with self.world.transaction():
            for type_, name in things.items():
                self.world.add(Object(f"vsphere:index/{type_}", name, name, {}))
            self.world.add(Object(MACHINE, "tpl", "tpl", {}))
            self.world.add(Object(SNAPSHOT, "g26", "g26", {"virtualMachineUuid": "tpl"}, {"path": "g26"}))

    def give(self, **changes: Any) -> None:
        (self.folder / "project" / "given.json").write_text(json.dumps(GIVEN | changes))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [str(PULUMI), *arguments, "--non-interactive", "--stack", "test"]
        if arguments[:2] == ("stack", "init"):
            command = command[:-2]
        running = subprocess.Popen(
            command,
            cwd=self.folder / "project",
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.started.append(running)
        return running

    def pulumi(self, *arguments: str, status: int = 0) -> str:
        running = self.start(*arguments)
        output, _ = running.communicate(timeout=240)
        assert running.returncode == status, output
        assert PASSWORD not in output
        return output

    def up(self, status: int = 0) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", status=status)

    def state(self) -> str:
        return self.pulumi("stack", "export")

    def machines(self) -> list[str]:
        return [item.name for item in self.world.all("citrix:Machine")]

    def end(self) -> None:
        for running in self.started:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()
        self.world.close()
        process.down(self.home)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(tmp_path)
    yield made
    made.end()
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_a_life(stack: Stack) -> None:
    stack.up()
    assert len(stack.machines()) == 3
    assert stack.world.all("citrix:DeliveryGroup")[0].properties["InMaintenanceMode"] is True
    stack.pulumi("refresh", "--yes", "--expect-no-changes")

    stack.give(machines=5, drawn=4, maintenance=False)
    output = stack.up()
    assert "3 updated" in output
    assert len(stack.machines()) == 5
    assert stack.world.all("citrix:DeliveryGroup")[0].properties["InMaintenanceMode"] is False

    stack.give(machines=5, drawn=4, maintenance=False, settings={"MSTeamsRedirektion": True})
    refused = stack.pulumi("preview", status=1)
    assert "did you mean 'MSTeamsRedirection'?" in refused
    assert "Traceback" not in refused

    state = stack.state()
    assert PASSWORD not in state
    assert '"password": {' in state
    stack.give(machines=5, drawn=4, maintenance=False)
    stack.pulumi("destroy", "--yes", "--skip-preview")
    for kind in ("Machine", "MachineCatalog", "DeliveryGroup", "PolicySet", "HostingUnit", "HostingConnection"):
        assert stack.world.all(f"citrix:{kind}") == [], kind


@pytest.mark.parametrize("victim", ["provider", "everything"])
def test_killed_in_the_middle_of_a_create_a_second_up_converges(stack: Stack, victim: str) -> None:
    stack.give(machines=300, drawn=2)
    running = stack.start("up", "--yes", "--skip-preview")
    deadline = time.monotonic() + 120
    while len(stack.machines()) <= 5:
        assert running.poll() is None, running.communicate(timeout=60)[0]
        assert time.monotonic() < deadline
        time.sleep(0.005)
    tree = _descendants(running.pid)
    wanted = [pid for pid, command in tree.items() if "providers/citrix" in command]
    assert wanted, tree
    for pid in wanted if victim == "provider" else [running.pid, *tree]:
        _kill(pid)
    running.communicate(timeout=120)
    assert 5 < len(stack.machines()) < 300, "the kill came too late to prove anything"

    if victim == "everything":
        stack.pulumi("cancel", "--yes")
    stack.up()
    assert len(stack.machines()) == 300
    assert len(set(stack.machines())) == 300
    assert len(stack.world.all("citrix:MachineCatalog")) == 1
    assert sum(job.properties["Type"] == "CreateMachineCatalog" for job in stack.world.all("citrix:Job")) == 1
    stack.pulumi("preview", "--expect-no-changes")


def _descendants(root: int) -> dict[int, str]:
    """Command lines of the processes that descend from one, by process id."""
    lines = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    parents: dict[int, tuple[int, str]] = {}
    for line in lines:
        pid, ppid, command = line.split(maxsplit=2)
        parents[int(pid)] = (int(ppid), command)
    found: dict[int, str] = {}
    grown = True
    while grown:
        new = {
            pid: command
            for pid, (ppid, command) in parents.items()
            if (ppid == root or ppid in found) and pid not in found
        }
        found |= new
        grown = bool(new)
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        print(f"{pid} had ended", file=sys.stderr)
