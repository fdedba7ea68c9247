"""A private twin and a project of its own for each test, driven by the real engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.twin_estate import estate
from twin.azure import Azure
from twin.engine.platform import Platform
from twin.host.overlay import Overlay
from twin.host.process import ROOT, Home, down, up
from twin.vsphere import VSphere
from twin.world import seed
from twin.world.store import Object, World

PLATFORMS: list[Platform] = [VSphere(), Azure()]


@dataclass
class Done:
    """A command that has ended."""

    status: int
    text: str
    """Standard output and error together."""


@dataclass
class Bench:
    """A project in a folder of its own, and a twin that only it uses."""

    root: Path
    home: Home
    variables: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def overlay(self) -> Overlay:
        return Overlay(self.home, self.root)

    def program(self, body: str) -> None:
        """Sets the program; it starts with the lookups that most programs need."""
        (self.root / "__main__.py").write_text(LOOKUPS + textwrap.dedent(body))

    def environment(self, *, disposable: bool = False) -> dict[str, str]:
        overlay = self.overlay
        overlay.prepare()
        environment = overlay.environment(up(self.home), disposable=disposable) | self.variables
        environment["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{environment['PATH']}"
        overlay.stack("dev", environment)
        return environment

    def pulumi(self, *arguments: str, disposable: bool = False, fails: bool | None = False) -> Done:
        """Runs pulumi in the overlay; it must end well, or with `fails` it must not; with None either will do."""
        done = subprocess.run(
            ["pulumi", *arguments, "--stack", "dev", "--non-interactive"],
            env=self.environment(disposable=disposable),
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        text = done.stdout + done.stderr
        assert fails is None or bool(done.returncode) is fails, text
        return Done(done.returncode, text)

    def preview(self, *arguments: str) -> dict[str, list[str]]:
        """What a preview would do: names of resources by operation, what stays the same left out."""
        done = self.pulumi("preview", "--json", *arguments)
        report = json.loads(done.text[done.text.index("{\n") : done.text.rindex("}") + 1])
        plan: dict[str, list[str]] = {}
        for step in report["steps"]:
            if step["op"] not in {"same", "read", "refresh"} and "pulumi:" not in step["urn"].split("::")[2]:
                plan.setdefault(step["op"], []).append(step["urn"].split("::")[-1])
        return {operation: sorted(names) for operation, names in plan.items()}

    def up(self, *arguments: str, fails: bool = False, disposable: bool = False) -> Done:
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, fails=fails, disposable=disposable)

    def state(self) -> list[dict[str, Any]]:
        """The resources in the stack's state, secrets shown."""
        done = self.pulumi("stack", "export", "--show-secrets")
        return json.loads(done.text[done.text.index("{\n") : done.text.rindex("}") + 1])["deployment"]["resources"]

    def twin(self, *arguments: str, status: int = 0) -> Done:
        """Runs `refresh twin`."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.twin", *arguments],
            env=os.environ | {"TWIN_HOME": str(self.home.path)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return Done(done.returncode, done.stdout + done.stderr)

    def plant(self, objects: list[dict[str, Any]]) -> None:
        world = World(self.home.world)
        try:
            seed.plant(world, PLATFORMS, objects)
        finally:
            world.close()

    def created(self) -> list[Object]:
        """What stacks have made in the world."""
        world = World(self.home.world)
        try:
            return [item for item in world.all() if not item.given]
        finally:
            world.close()


LOOKUPS = """\
import os
import pulumi
import pulumi_vsphere as vsphere

dc = vsphere.get_datacenter(name="HB")
cluster = vsphere.get_compute_cluster(name="CL1", datacenter_id=dc.id)
pod = vsphere.get_datastore_cluster(name="POD1", datacenter_id=dc.id)
network = vsphere.get_network(name="VLAN10", datacenter_id=dc.id)
template = vsphere.get_virtual_machine(name=os.environ.get("TEMPLATE", "tpl-ws2025"), datacenter_id=dc.id)
password = pulumi.Output.secret("Hunter2-hunter2")


def machine(name, number, opts=None, **changes):
    settings = dict(
        name=name,
        folder="Servers",
        resource_pool_id=cluster.resource_pool_id,
        datastore_cluster_id=pod.id,
        num_cpus=2,
        memory=4096,
        guest_id=template.guest_id,
        firmware="efi",
        ept_rvi_mode="automatic",
        hv_mode="hvAuto",
        network_interfaces=[{"network_id": network.id, "adapter_type": "vmxnet3"}],
        disks=[{"label": "disk0", "size": 60, "unit_number": 0}],
        clone={
            "template_uuid": template.id,
            "customize": {
                "timeout": 45,
                "network_interfaces": [{"ipv4_address": f"10.2.0.{number}", "ipv4_netmask": 24}],
                "windows_options": {
                    "computer_name": name,
                    "join_domain": "ad.kommune.test",
                    "domain_admin_user": "join",
                    "domain_admin_password": password,
                    "admin_password": "Plain-but-secret-1",
                },
            },
        },
    )
    return vsphere.VirtualMachine(name, **(settings | changes), opts=opts)


"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An empty world and an empty project."""
    assert shutil.which("pulumi", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"), "run `make test`"
    root = tmp_path / "project"
    (root / "stacks").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: small\nruntime: python\nstackConfigDir: stacks\n")
    (root / "stacks" / "Pulumi.dev.yaml").write_text("config: {}\n")
    made = Bench(root, Home(tmp_path / "twin"))
    try:
        yield made
    finally:
        down(made.home)


@pytest.fixture
def planted(bench: Bench) -> Bench:
    """A world with a small given estate."""
    bench.plant(estate())
    return bench
