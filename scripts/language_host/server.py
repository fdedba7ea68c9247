"""`pulumirpc.LanguageRuntime`: what the engine asks of a language host."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import grpc.aio

from .children import Children, engine_is_gone
from .environment import Environment, OptionError, environment_of
from .protocol import empty_pb2, language_pb2, language_pb2_grpc, plugin_pb2

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import NoReturn

# The exit code of pulumi-language-python-exec that says that the person has already seen the error.
SHOWN = 32
# The engine's own limit: a resource may carry a large file.
MESSAGE_BYTES = 400 * 1024 * 1024
NO_DEBUGGER = "debugging is not supported by the language host of this project; leave --attach-debugger out"


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine. What is not here is answered `unimplemented`, which the engine knows how to take."""

    def __init__(self, engine: str, children: Children) -> None:
        self._engine = engine
        self._children = children
        self._programs: set[asyncio.subprocess.Process] = set()

    async def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.aio.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Takes the engine's address, for a host that an engine attached to was started without it."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    async def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.aio.ServicerContext) -> plugin_pb2.PluginInfo:
        """The version, which is the SDK's: set-up keeps SDK, CLI and host together."""
        from importlib.metadata import version

        return plugin_pb2.PluginInfo(version=version("pulumi"))

    async def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.aio.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """The plugins that the SDKs in the program's environment ask for, as the vendor's host reports them.

        The engine fetches those that are missing before it runs the program, and goes on when it cannot. Where
        there is nothing to fetch from, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true saves it the attempt; it
        is needed in any case, for the engine also tries for every plugin that the state names.
        """
        environment = await environment_or_abort(request.info, context)
        packages = [
            plugin_pb2.PackageDependency(kind="resource", name=one.name, version=one.version, server=one.server)
            for one in environment.plugins()
        ]
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

    async def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.aio.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """What is installed in the program's environment; unless all is asked for, only what nothing else needs."""
        environment = await environment_or_abort(request.info, context)
        dependencies = [
            language_pb2.DependencyInfo(name=one.name, version=one.version)
            for one in environment.dependencies()
            if one.direct or request.transitiveDependencies
        ]
        return language_pb2.GetProgramDependenciesResponse(dependencies=dependencies)

    async def About(
        self, request: language_pb2.AboutRequest, context: grpc.aio.ServicerContext
    ) -> language_pb2.AboutResponse:
        """The interpreter and its version, for `pulumi about`."""
        environment = await environment_or_abort(request.info, context)
        return language_pb2.AboutResponse(executable=str(environment.python), version=environment.python_version)

    async def RuntimeOptionsPrompts(
        self, request: language_pb2.RuntimeOptionsRequest, context: grpc.aio.ServicerContext
    ) -> language_pb2.RuntimeOptionsResponse:
        """Nothing to ask: see environment.py for the one option there is."""
        return language_pb2.RuntimeOptionsResponse()

    async def InstallDependencies(  # pyright: ignore[reportIncompatibleMethodOverride] - as RunPlugin
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.aio.ServicerContext
    ) -> None:
        """Installs nothing and says where packages come from."""
        text = b"Packages come from requirements.lock by `make setup`; this language host installs none.\n"
        await context.write(language_pb2.InstallDependenciesResponse(stdout=text))

    async def Run(
        self, request: language_pb2.RunRequest, context: grpc.aio.ServicerContext
    ) -> language_pb2.RunResponse:
        """Runs a Pulumi program to its end; its output is the host's, which the engine shows as it comes."""
        if request.attach_debugger:
            return language_pb2.RunResponse(error=NO_DEBUGGER)
        config = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        try:
            environment = environment_of(request.info)
            process = await self._children.start(
                environment.python,
                ["script", *program_command(request, self._engine)],
                cwd=request.pwd,
                env=environment.activated(os.environ | config),
            )
        except (OptionError, OSError) as error:
            return language_pb2.RunResponse(error=str(error))
        self._programs.add(process)
        try:
            code = await process.wait()
        finally:
            self._programs.discard(process)
            await self._children.end(process)
        if code == 0:
            return language_pb2.RunResponse()
        if code == SHOWN:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"Program {how_it_ended(code)}")

    # A coroutine that writes, where the stub has a generator that yields: a generator is not told at once when the
    # engine ends the call in the middle of a write, and its plugin would go on.
    async def RunPlugin(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, request: language_pb2.RunPluginRequest, context: grpc.aio.ServicerContext
    ) -> None:
        """Runs a policy pack or a local provider folder and streams its output, until it or the call ends."""
        environment = await environment_or_abort(request.info, context)
        if request.attach_debugger:
            await abort(context, NO_DEBUGGER)
        try:
            process = await self._children.start(
                environment.python,
                plugin_command(request),
                cwd=request.pwd,
                env=environment.activated(plugin_variables(request)),
                piped=True,
            )
        except OSError as error:
            await abort(context, str(error))
        try:
            # Two writes at a time would hang the call.
            one_at_a_time = asyncio.Lock()

            async def out(piece: bytes) -> None:
                async with one_at_a_time:
                    await context.write(language_pb2.RunPluginResponse(stdout=piece))

            async def err(piece: bytes) -> None:
                async with one_at_a_time:
                    await context.write(language_pb2.RunPluginResponse(stderr=piece))

            await asyncio.gather(forward(process.stdout, out), forward(process.stderr, err))
            code = await process.wait()
        finally:
            await self._children.end(process)
        await context.write(language_pb2.RunPluginResponse(exitcode=code))

    async def Cancel(self, request: empty_pb2.Empty, context: grpc.aio.ServicerContext) -> empty_pb2.Empty:
        """Ends the programs. A plugin may be in the middle of a change: the engine ends each by its own call."""
        await asyncio.gather(*(self._children.end(process) for process in list(self._programs)))
        return empty_pb2.Empty()


async def abort(context: grpc.aio.ServicerContext, message: str) -> NoReturn:
    """Ends a call with a message for the person."""
    await context.abort(grpc.StatusCode.FAILED_PRECONDITION, message)
    raise AssertionError("abort raises")


async def environment_or_abort(info: language_pb2.ProgramInfo, context: grpc.aio.ServicerContext) -> Environment:
    """The program's environment; ends the call when there is none."""
    try:
        return environment_of(info)
    except OptionError as error:
        await abort(context, str(error))


def program_command(request: language_pb2.RunRequest, engine: str) -> list[str]:
    """The SDK's script that runs a program (it stands beside the host's interpreter), and its arguments."""
    arguments = {
        "--monitor": request.monitor_address,
        "--engine": engine,
        "--project": request.project,
        "--root_directory": request.info.root_directory,
        "--stack": request.stack,
        "--pwd": request.info.program_directory,
        "--dry_run": "true" if request.dryRun else "false",
        "--parallel": str(request.parallel),
        "--organization": request.organization,
    }
    given = [part for name, value in arguments.items() if value for part in (name, value)]
    script = str(Path(sys.prefix, "bin", "pulumi-language-python-exec"))
    return [script, *given, request.info.entry_point or ".", *request.args]


def plugin_command(request: language_pb2.RunPluginRequest) -> list[str]:
    """What to run for a plugin: the SDK's policy runner with the pack's folder, or the folder itself."""
    folder = str(Path(request.info.program_directory, request.info.entry_point))
    if request.kind == "analyzer":
        return ["module", "pulumi.policy", *request.args, folder]
    return ["script", folder, *request.args]


def plugin_variables(request: language_pb2.RunPluginRequest) -> dict[str, str]:
    """The host's variables with those that the engine sends for the plugin."""
    return dict(os.environ) | dict(entry.split("=", 1) for entry in request.env if "=" in entry)


async def forward(stream: asyncio.StreamReader | None, write: Callable[[bytes], Awaitable[None]]) -> None:
    """Passes on what a plugin writes, piece by piece as it comes."""
    while stream and (piece := await stream.read(64 * 1024)):
        await write(piece)


def how_it_ended(code: int) -> str:
    """A program's exit code in words; a negative one is the signal that ended it."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"exited with non-zero exit code: {code}"


async def serve() -> None:
    """Serves on a free port of the loopback interface, prints it, and returns when the engine is done or gone."""
    children = Children()
    server = grpc.aio.server(
        options=[
            ("grpc.max_receive_message_length", MESSAGE_BYTES),
            ("grpc.max_send_message_length", MESSAGE_BYTES),
        ]
    )
    # Flags (--logtostderr, -v=9, --tracing ENDPOINT) come first, the engine's address last.
    engine = sys.argv[-1] if len(sys.argv) > 1 else ""
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(engine, children), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()

    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    gone = asyncio.ensure_future(engine_is_gone())
    gone.add_done_callback(lambda _: stopped.set())
    print(port, flush=True)
    await stopped.wait()
    gone.cancel()
    await children.close()
    await server.stop(grace=0)
