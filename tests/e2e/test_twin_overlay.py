"""The overlay project: the real project stays as it is, and any command runs against the twin."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.twin_estate import estate
from tests.e2e.twin_fixtures import Bench, bench, planted
from twin.host.overlay import run
from twin.host.process import ROOT, TwinError
from twin.host.settings import PLANTED

__all__ = ["bench", "planted"]
pytestmark = pytest.mark.e2e

REAL = """\
secretsprovider: azurekeyvault://platform.vault.azure.net/keys/pulumi   # the municipality's own key
encryptedkey: d2hhdGV2ZXI=
config:
  small:who: Herlev
  vsphere:password:
    secure: AAABAPNotReadable
  small:nested:
    user: svc
    token: {secure: AAABAPNotEither}
    list: [plain, {secure: AAABAPNorThis}]
"""


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def test_the_real_stack_file_keeps_every_byte(bench: Bench) -> None:
    real = bench.root / "stacks" / "Pulumi.dev.yaml"
    real.write_text(REAL)
    (bench.root / "__main__.py").write_text(
        "import pulumi\n"
        "config = pulumi.Config()\n"
        "nested = config.require_secret_object('nested')\n"
        "pulumi.export('who', config.require('who'))\n"
        "pulumi.export('nested', nested)\n"
        "pulumi.export('password', pulumi.Config('vsphere').require_secret('password'))\n"
    )
    (bench.root / ".gitignore").write_text("__pycache__/\n")
    _git(bench.root, "init", "-q")
    _git(bench.root, "add", ".")
    bench.up()
    outputs = bench.pulumi("stack", "output", "--json", "--show-secrets").text
    assert '"who": "Herlev"' in outputs
    assert outputs.count(PLANTED) == 3
    assert real.read_text() == REAL
    assert _git(bench.root, "status", "--porcelain").replace("A  ", "").split() == [
        ".gitignore",
        "Pulumi.yaml",
        "__main__.py",
        "stacks/Pulumi.dev.yaml",
    ]
    generated = (bench.overlay.stacks / "Pulumi.dev.yaml").read_text()
    assert "azurekeyvault" not in generated
    assert "NotReadable" not in generated

    real.write_text(REAL.replace("Herlev", "Holstebro"))
    bench.up()
    assert '"who": "Holstebro"' in bench.pulumi("stack", "output", "--json").text, "the overlay follows the real file"


@pytest.mark.parametrize("disposable", [False, True])
def test_a_command_gets_the_twin_and_its_status_comes_back(
    bench: Bench, tmp_path: Path, disposable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "of-the-real-backend")
    seen = tmp_path / "seen"
    script = f"import os, pathlib; pathlib.Path({str(seen)!r}).write_text(repr(dict(os.environ))); raise SystemExit(7)"
    assert run(bench.overlay, [sys.executable, "-c", script], disposable=disposable) == 7
    environment = seen.read_text()
    assert "of-the-real-backend" not in environment
    assert ("'PULUMI_SKIP_CHECKPOINTS': 'true'" in environment) is disposable
    for name in ("PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_OPTION_CWD"):
        assert f"'{name}': " in environment
        assert str(bench.home.path) in environment.split(f"'{name}': ")[1].split(",")[0]


def test_a_script_that_calls_pulumi_lands_in_the_overlay(planted: Bench) -> None:
    planted.program("machine('hk-a', 1)")
    script = "import subprocess; raise SystemExit(subprocess.call(['pulumi', 'up', '-y', '-f', '--stack', 'dev']))"
    planted.environment()
    assert run(planted.overlay, [sys.executable, "-c", script]) == 0
    assert [item.name for item in planted.created()] == ["hk-a"]
    assert not list(planted.root.rglob(".pulumi"))


def test_what_is_removed_or_reset_is_made_anew(planted: Bench) -> None:
    planted.program("machine('hk-a', 1)")
    planted.up()
    assert run(planted.overlay, ["pulumi", "stack", "rm", "--yes", "--force", "--stack", "dev"]) == 0
    assert planted.preview() == {"create": ["hk-a"]}, "Pulumi keeps a copy of the state, which is not put back"
    planted.twin("remove", "vm", "hk-a")
    planted.up()

    lock = planted.overlay.backend / ".pulumi" / "locks" / "organization" / "small" / "dev" / "one.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(json.dumps({"pid": 4711, "hostname": "elsewhere", "username": "x"}))
    refused = planted.twin("reset", status=2).text
    assert refused == "stack dev: process 4711 on elsewhere works on it; wait for it or end it\n"
    lock.unlink()
    assert planted.twin("reset").text == "The twin's world is empty. Removed with it: stack dev.\n"
    planted.plant(estate())
    assert planted.preview() == {"create": ["hk-a"]}
    planted.up()
    assert [item.name for item in planted.created()] == ["hk-a"]


def test_a_first_update_of_targets_is_refused(planted: Bench) -> None:
    planted.program(
        """
        system = pulumi.ComponentResource("platform:servers:System", "old")
        vsphere.Folder("old-folder", path="Servers", type="vm", datacenter_id=dc.id,
            opts=pulumi.ResourceOptions(parent=system, import_="/HB/vm/Servers"))
        machine("hk-a", 1)
        """
    )
    planted.environment()
    for option in (["--target", "**hk-a"], ["--target=**hk-a"], ["-t", "**hk-a"]):
        with pytest.raises(TwinError, match=r"^stack dev is new, and with --target .* without --target$"):
            run(planted.overlay, ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", *option])
    assert "integrity" in planted.up("--target", "**hk-a", fails=True).text, "once Pulumi mends it, the refusal can go"
    assert run(planted.overlay, ["pulumi", "stack", "rm", "--yes", "--force", "--stack", "dev"]) == 0
    planted.up()
    assert planted.preview() == {}


def test_a_second_platform_on_one_twin_says_what_to_do_on_one_line(bench: Bench) -> None:
    first, second = (str(ROOT / "tests" / "data" / "stacks" / name) for name in ("lilleby", "havneby"))
    bench.twin("seed", first)
    (line,) = bench.twin("seed", second, status=2).text.splitlines()
    assert re.match(
        r"the twin holds lilleby, and \d+ objects of \S+havneby are in its way; empty it with `refresh", line
    )
    assert "0 planted" in bench.twin("seed", first).text
    bench.twin("reset")
    assert "0 there already" in bench.twin("seed", second).text


@pytest.mark.parametrize("option", [["--stack", "holstbro"], ["-s", "holstbro"], ["-sholstbro"], ["--stack=holstbro"]])
def test_no_stack_is_made_of_a_typing_error(bench: Bench, option: list[str]) -> None:
    bench.environment()
    for name in ("holstebro", "holstebro-g22"):
        (bench.root / "stacks" / f"Pulumi.{name}.yaml").write_text("config: {}\n")
    with pytest.raises(TwinError, match=r"^there is no stack 'holstbro'; did you mean 'holstebro'\. .*stack init"):
        run(bench.overlay, ["pulumi", "preview", *option])
    assert bench.overlay.states().names() == ["dev"]
    assert run(bench.overlay, ["pulumi", "stack", "init", *option]) == 0, "made by whoever says so"
    assert run(bench.overlay, ["pulumi", "stack", "-s", "holstebro-g26"]) == 0, "the next generation is no slip"
    assert run(bench.overlay, ["pulumi", "stack", *option]) == 0
    assert bench.overlay.states().names() == ["dev", "holstbro", "holstebro-g26"]


@pytest.mark.parametrize("left", [b"", b'{"version": 3, "checkp'])
def test_a_state_that_was_being_written_is_mended(bench: Bench, left: bytes) -> None:
    state = bench.overlay.backend / ".pulumi" / "stacks" / "small" / "dev.json"
    bench.environment()
    whole = state.read_bytes()
    state.rename(state.with_name("dev.json.bak"))
    state.write_bytes(left)
    bench.environment()
    assert state.read_bytes() == whole


def test_a_state_whose_attributes_were_being_written_is_mended(bench: Bench) -> None:
    bench.environment()
    (attributes,) = bench.overlay.backend.rglob("dev.json.attrs")
    attributes.write_bytes(b"")
    assert bench.pulumi("stack", "export").status == 0


@pytest.mark.parametrize("command", [["pulumi", "-C", "/", "up"], ["pulumi", "up", "--cwd=/"], ["no-such-command"]])
def test_what_would_leave_the_overlay_is_refused(bench: Bench, command: list[str]) -> None:
    with pytest.raises(TwinError, match=r"leave the overlay|there is no command"):
        run(bench.overlay, command)


def test_a_language_host_that_reports_packages_needs_no_download_and_no_proxy(
    planted: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = tmp_path / "bin" / "pulumi-language-python"
    host.parent.mkdir()
    host.write_text(REPORTING_HOST.replace("PYTHON", sys.executable))
    host.chmod(0o755)
    planted.program("machine('hk-a', 1)")
    for kind, case in itertools.product(("http", "https", "all", "grpc"), (str.lower, str.upper)):
        monkeypatch.setenv(case(f"{kind}_proxy"), "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "intranet.test")
    environment = planted.environment()
    assert environment["no_proxy"] == "intranet.test,127.0.0.1,localhost,::1"
    environment["PATH"] = f"{host.parent}:{environment['PATH']}"
    done = subprocess.run(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (host.parent / "reported").read_text() == "vsphere azure-native"
    assert [item.name for item in planted.created()] == ["hk-a"]


REPORTING_HOST = '''#!PYTHON
"""A language host that reports the packages of the SDKs, as the vendor's does, and leaves the rest to the next
on PATH."""
import importlib.metadata, os, pathlib, shutil, subprocess, sys
from concurrent import futures
import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

here = pathlib.Path(__file__).parent
rest = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if pathlib.Path(part) != here)
command = [shutil.which("pulumi-language-python", path=rest), *sys.argv[1:]]
real = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
stub = language_pb2_grpc.LanguageRuntimeStub(grpc.insecure_channel("127.0.0.1:" + real.stdout.readline().strip()))

class Host(language_pb2_grpc.LanguageRuntimeServicer):
    def GetRequiredPackages(self, request, context):
        names = {"vsphere": "pulumi-vsphere", "azure-native": "pulumi-azure-native"}
        (here / "reported").write_text(" ".join(names))
        packages = [
            plugin_pb2.PackageDependency(name=name, kind="resource", version="v" + importlib.metadata.version(dist))
            for name, dist in names.items()
        ]
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

def forwarded(name):
    def call(self, request, context):
        return getattr(stub, name)(request)
    return call

others = "Handshake GetPluginInfo About GetProgramDependencies RuntimeOptionsPrompts Run InstallDependencies"
for name in others.split():
    setattr(Host, name, forwarded(name))
server = grpc.server(futures.ThreadPoolExecutor(8))
language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(), server)
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
try:
    server.wait_for_termination()
except KeyboardInterrupt:
    real.terminate()
'''
