"""The host over gRPC, without an engine: its answers, its streams and its own end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from tests.unit.language_host.support import alive, children_of, until


class Host:
    """A running language host, with a pipe for its input as from an engine."""

    def __init__(self, stdin: int = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "scripts.language_host", "-v=9", "127.0.0.1:1"],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.channel = grpc.insecure_channel(f"127.0.0.1:{self.process.stdout.readline().strip()}")
        self.calls = language_pb2_grpc.LanguageRuntimeStub(self.channel)

    def end(self) -> tuple[int, str]:
        """Ends the host as the engine does; returns its exit code and all it wrote."""
        self.channel.close()
        output, errors = self.process.communicate(timeout=20)
        return self.process.returncode, output + errors


@pytest.fixture
def host():
    started = Host()
    yield started
    assert started.end() == (0, "")


def program(folder: Path, **options: str) -> language_pb2.ProgramInfo:
    """A program in a folder, with runtime options."""
    values = struct_pb2.Struct()
    values.update(options)
    place = str(folder)
    return language_pb2.ProgramInfo(root_directory=place, program_directory=place, entry_point=".", options=values)


def run_request(folder: Path, **options: str) -> language_pb2.RunRequest:
    return language_pb2.RunRequest(
        info=program(folder, **options), pwd=str(folder), parallel=1, monitor_address="127.0.0.1:1"
    )


def plugin_request(folder: Path, text: str, **more: Any) -> language_pb2.RunPluginRequest:
    """A plugin of one file."""
    (folder / "__main__.py").write_text(text)
    return language_pb2.RunPluginRequest(info=program(folder), pwd=str(folder), kind="resource", **more)


def output(responses) -> tuple[bytes, bytes, list[int]]:
    """A plugin's output, its errors, and the exit codes that came after them."""
    messages = list(responses)
    codes = [one.exitcode for one in messages if one.WhichOneof("output") == "exitcode"]
    assert messages[-1].WhichOneof("output") == "exitcode"
    return b"".join(one.stdout for one in messages), b"".join(one.stderr for one in messages), codes


def test_the_plugins_of_the_installed_sdks_are_required(host, tmp_path):
    answer = host.calls.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=program(tmp_path)))
    assert {(one.kind, one.name, one.version) for one in answer.packages} == {
        ("resource", "azure-native", "3.29.0"),
        ("resource", "vsphere", "4.18.2"),
    }


def test_a_package_may_name_its_server_and_need_no_plugin(host, tmp_path):
    packages = tmp_path / "own" / "lib" / "python3.11" / "site-packages"
    for name, text in {
        "pulumi_citrix": '{"resource": true, "version": "1.2.0", "server": "https://plugins.example.dk"}',
        "pulumi_policy": '{"resource": false}',
    }.items():
        (packages / name).mkdir(parents=True)
        (packages / name / "pulumi-plugin.json").write_text(text)
    (tmp_path / "own" / "pyvenv.cfg").write_text("version = 3.11.7\n")
    (tmp_path / "own" / "bin").mkdir()
    (tmp_path / "own" / "bin" / "python").symlink_to(sys.executable)
    request = language_pb2.GetRequiredPackagesRequest(info=program(tmp_path, virtualenv="own"))
    assert [(one.name, one.version, one.server) for one in host.calls.GetRequiredPackages(request).packages] == [
        ("citrix", "1.2.0", "https://plugins.example.dk")
    ]


def test_dependencies_are_those_that_nothing_else_needs_or_all(host, tmp_path):
    def names(*, transitive: bool) -> dict[str, str]:
        request = language_pb2.GetProgramDependenciesRequest(info=program(tmp_path), transitiveDependencies=transitive)
        return {one.name: one.version for one in host.calls.GetProgramDependencies(request).dependencies}

    direct, everything = names(transitive=False), names(transitive=True)
    assert "platform-refresh" in direct
    assert "grpcio" not in direct
    assert everything["pulumi"] == "3.250.0"
    assert direct.items() < everything.items()


def test_about_names_the_interpreter(host, tmp_path):
    answer = host.calls.About(language_pb2.AboutRequest(info=program(tmp_path)))
    assert answer.executable == sys.executable
    assert answer.version == ".".join(str(part) for part in sys.version_info[:3])


def test_the_version_is_the_sdks(host):
    assert host.calls.GetPluginInfo(empty_pb2.Empty()).version == "3.250.0"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"virtualenv": "nowhere"}, "nowhere is not a virtual environment"),
        ({"toolchain": "uv"}, "runtime.options.toolchain: uv is not supported"),
        ({"typechecker": "mypy"}, "runtime.options.typechecker is not supported"),
    ],
)
def test_an_option_that_cannot_be_followed_is_an_error(host, tmp_path, options, message):
    assert message in host.calls.Run(run_request(tmp_path, **options)).error
    with pytest.raises(grpc.RpcError) as refused:
        host.calls.About(language_pb2.AboutRequest(info=program(tmp_path, **options)))
    assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert message in refused.value.details()


def test_code_generation_is_not_there(host):
    with pytest.raises(grpc.RpcError) as refused:
        host.calls.GeneratePackage(language_pb2.GeneratePackageRequest())
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_plugin_streams_both_outputs_and_ends_with_its_exit_code(host, tmp_path):
    text = "import sys\nprint(sys.argv[1:])\nprint('oh', file=sys.stderr)\nsys.exit(3)\n"
    answer = host.calls.RunPlugin(plugin_request(tmp_path, text, args=["one", "two"]))
    assert output(answer) == (b"['one', 'two']\n", b"oh\n", [3])


def test_a_plugin_gets_the_variables_and_the_activated_environment(host, tmp_path):
    text = "import os\nprint(os.environ['GREETING'], os.environ['VIRTUAL_ENV'], os.environ['PATH'].split(':')[0])\n"
    answer = host.calls.RunPlugin(plugin_request(tmp_path, text, env=["GREETING=a=b"]))
    assert output(answer) == (f"a=b {sys.prefix} {sys.prefix}/bin\n".encode(), b"", [0])


def test_a_plugin_writes_as_it_goes(host, tmp_path):
    text = "import time\nprint('now')\ntime.sleep(600)\n"
    answer = host.calls.RunPlugin(plugin_request(tmp_path, text), timeout=20)
    assert next(iter(answer)).stdout.strip() == b"now"
    answer.cancel()


def test_a_plugin_ends_when_the_engine_ends_its_call(host, tmp_path):
    text = "import os, time\nprint(os.getpid())\ntime.sleep(600)\n"
    answer = host.calls.RunPlugin(plugin_request(tmp_path, text), timeout=20)
    pid = int(next(iter(answer)).stdout)
    assert alive(pid)
    answer.cancel()
    until(lambda: not alive(pid), "the plugin lives on", 5)


def test_cancel_ends_programs_and_leaves_plugins(host, tmp_path):
    text = "import os, time\nprint(os.getpid())\ntime.sleep(600)\n"
    answer = host.calls.RunPlugin(plugin_request(tmp_path, text), timeout=60)
    plugin = int(next(iter(answer)).stdout)
    running = host.calls.Run.future(run_request(tmp_path), timeout=60)
    until(lambda: len(children_of(host.process.pid)) == 2, "the program does not start")
    host.calls.Cancel(empty_pb2.Empty())
    assert running.result().error == "Program was ended by SIGTERM"
    assert children_of(host.process.pid) == [plugin]
    answer.cancel()


def test_a_program_that_ignores_sigterm_ends_too(host, tmp_path):
    text = (
        "import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(os.getpid())\ntime.sleep(600)\n"
    )
    answer = host.calls.RunPlugin(plugin_request(tmp_path, text), timeout=60)
    pid = int(next(iter(answer)).stdout)
    answer.cancel()
    until(lambda: not alive(pid), "the program lives on", 10)


def test_the_end_of_the_input_ends_the_host():
    host = Host()
    assert host.process.stdin is not None
    host.process.stdin.close()
    assert host.process.wait(timeout=20) == 0


def test_a_host_started_by_hand_serves_an_engine_that_attaches():
    host = Host(stdin=subprocess.DEVNULL)
    assert host.calls.GetPluginInfo(empty_pb2.Empty()).version == "3.250.0"
    host.process.send_signal(signal.SIGTERM)
    assert host.end() == (0, "")


def test_a_signal_before_it_serves_ends_the_host_quietly():
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-P", "-m", "scripts.language_host", "127.0.0.1:1"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "asyncio" in line:
                break
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
    assert process.returncode == -signal.SIGINT
    assert "Traceback" not in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_host_quietly(number):
    host = Host()
    host.process.send_signal(number)
    assert host.process.wait(timeout=20) == 0
    assert host.end() == (0, "")
