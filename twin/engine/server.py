# ruff: noqa: N802, ARG002 - the names and arguments are the protocol's
"""The provider protocol over gRPC, as the engine speaks it to a provider that it attaches to.

Written straight over the protocol rather than over `pulumi.provider.experimental`, which lacks `Attach`,
`Handshake` and the old inputs of a diff. Each request is one transaction of the world; requests are served one
at a time, so two commands at once can not see each other's halves.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
from collections import OrderedDict
from collections.abc import Generator
from typing import Any, Final, cast

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc

from twin import peers
from twin.engine import schema
from twin.engine.check import check
from twin.engine.diff import Change
from twin.engine.platform import Platform, RefusedError
from twin.engine.provider import Provider, State
from twin.engine.wire import decode, encode, reveal
from twin.world import faults
from twin.world.store import World

HOST: Final = "127.0.0.1"
OPTIONS: Final = [
    ("grpc.max_receive_message_length", 400 << 20),
    ("grpc.max_send_message_length", 400 << 20),
    ("grpc.so_reuseport", 0),
]
_KINDS: Final[dict[tuple[Change, bool], Any]] = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


class Engines:
    """The engines that are attached: where their logs are, and what they have been told already."""

    def __init__(self) -> None:
        self._addresses: OrderedDict[str, str] = OrderedDict()
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()

    def attach(self, peer: str, address: str) -> None:
        self._addresses[peer] = address
        if len(self._addresses) > 64:
            self._addresses.popitem(last=False)

    async def tell(self, peer: str, message: str, *, warning: bool = False, urn: str = "") -> None:
        """Shows a message in the engine's output, once a command."""
        address = self._addresses.get(peer)
        if address is None or (address, message) in self._told:
            return
        self._told[address, message] = None
        if len(self._told) > 4096:
            self._told.popitem(last=False)
        severity = engine_pb2.WARNING if warning else engine_pb2.INFO
        with contextlib.suppress(grpc.aio.AioRpcError):
            async with grpc.aio.insecure_channel(address) as channel:
                stub = cast("Any", engine_pb2_grpc.EngineStub(channel))
                await stub.Log(engine_pb2.LogRequest(severity=severity, message=message, urn=urn), timeout=5)


class Service(provider_pb2_grpc.ResourceProviderServicer):
    """One package's provider."""

    def __init__(self, world: World, platform: Platform, engines: Engines) -> None:
        self._world = world
        self._platform = platform
        self._providers: OrderedDict[str, Provider] = OrderedDict()
        self._engines = engines

    def _provider(self, context: Any) -> Provider:
        """The provider that calls: the engine dials a connection of its own for each provider of a program."""
        return self._providers.get(context.peer()) or Provider(self._world, self._platform)

    async def Handshake(self, request: Any, context: Any) -> Any:
        self._engines.attach(context.peer(), request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    async def Attach(self, request: Any, context: Any) -> Any:
        self._engines.attach(context.peer(), request.address)
        return empty_pb2.Empty()

    async def GetPluginInfo(self, request: Any, context: Any) -> Any:
        version = importlib.metadata.version(schema.PACKAGES[self._platform.package])
        return plugin_pb2.PluginInfo(version=version)

    async def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    async def CheckConfig(self, request: Any, context: Any) -> Any:
        known = schema.configuration(self._platform.package)
        news = decode(request.news)
        given = {key: value for key, value in news.items() if key not in {"version", "pluginDownloadURL"}}
        failures = [
            provider_pb2.CheckFailure(property=fault.path, reason=fault.reason)
            for fault in check(known, given, partial=True)
            if fault.reason.startswith("unknown")
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    async def DiffConfig(self, request: Any, context: Any) -> Any:
        same = request.olds == request.news
        changes = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=changes)

    async def Configure(self, request: Any, context: Any) -> Any:
        await self._engines.tell(
            context.peer(), "This is the twin: no vCenter, no Azure and no other real platform is touched."
        )
        settings = cast("dict[str, Any]", reveal(decode(request.args)))
        self._providers[context.peer()] = Provider(self._world, self._platform, settings)
        if len(self._providers) > 512:
            self._providers.popitem(last=False)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    async def Check(self, request: Any, context: Any) -> Any:
        with _errors() as error:
            inputs, found = self._provider(context).check(
                request.type, request.name, decode(request.olds), decode(request.news), request.randomSeed
            )
            failures = [provider_pb2.CheckFailure(property=fault.path, reason=fault.reason) for fault in found]
            return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)
        return await _abort(context, error)

    async def Diff(self, request: Any, context: Any) -> Any:
        with _errors() as error:
            state = State(request.id, decode(request.olds), decode(request.old_inputs))
            provider = self._provider(context)
            provider.heard(request.urn)
            found = provider.diff(request.type, state, decode(request.news), list(request.ignoreChanges))
            if found.unsure:
                await self._engines.tell(
                    context.peer(),
                    f"The twin does not know whether a change of {', '.join(found.unsure)} replaces "
                    f"{request.type}; take the update that it shows with care.",
                    warning=True,
                    urn=request.urn,
                )
            some = provider_pb2.DiffResponse.DIFF_SOME if found.changes else provider_pb2.DiffResponse.DIFF_NONE
            return provider_pb2.DiffResponse(
                changes=some,
                replaces=sorted({_top(path) for path in found.replaces}),
                diffs=sorted({_top(path) for path in found.changes}),
                deleteBeforeReplace=found.delete_first,
                hasDetailedDiff=True,
                detailedDiff={
                    path: provider_pb2.PropertyDiff(kind=_KINDS[change, path in found.replaces], inputDiff=True)
                    for path, change in found.changes.items()
                },
            )
        return await _abort(context, error)

    async def Create(self, request: Any, context: Any) -> Any:
        with _errors() as error:
            inputs = decode(request.properties)
            if request.preview:
                outputs = self._provider(context).preview_create(request.type, inputs)
                return provider_pb2.CreateResponse(properties=encode(outputs))
            with self._operation("create", request.type, request.name, inputs, request.urn):
                made = self._provider(context).create(request.type, inputs, request.urn)
            return provider_pb2.CreateResponse(id=made.id, properties=encode(made.outputs))
        return await _abort(context, error)

    async def Read(self, request: Any, context: Any) -> Any:
        with _errors() as error:
            state = State(request.id, decode(request.properties), decode(request.inputs))
            with self._operation("read", request.type, request.name, state.inputs):
                self._provider(context).heard(request.urn)
                found = self._provider(context).read(request.type, state)
            if found is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(id=found.id, properties=encode(found.outputs), inputs=encode(found.inputs))
        return await _abort(context, error)

    async def Update(self, request: Any, context: Any) -> Any:
        with _errors() as error:
            state = State(request.id, decode(request.olds), decode(request.old_inputs))
            news = decode(request.news)
            if request.preview:
                outputs = self._provider(context).preview_update(request.type, state, news)
                return provider_pb2.UpdateResponse(properties=encode(outputs))
            with self._operation("update", request.type, request.name, news):
                outputs = self._provider(context).update(request.type, state, news)
            return provider_pb2.UpdateResponse(properties=encode(outputs))
        return await _abort(context, error)

    async def Delete(self, request: Any, context: Any) -> Any:
        with _errors() as error:
            state = State(request.id, decode(request.properties), decode(request.old_inputs))
            with self._operation("delete", request.type, request.name, state.inputs):
                self._provider(context).delete(request.type, state)
            return empty_pb2.Empty()
        return await _abort(context, error)

    async def Invoke(self, request: Any, context: Any) -> Any:
        with _errors() as error:
            arguments = decode(request.args)
            with self._operation("invoke", request.tok, str(arguments.get("name", "")), arguments):
                result, found = self._provider(context).invoke(request.tok, reveal(arguments))
            failures = [provider_pb2.CheckFailure(property=fault.path, reason=fault.reason) for fault in found]
            return provider_pb2.InvokeResponse(**{"return": encode(result)}, failures=failures)
        return await _abort(context, error)

    @contextlib.contextmanager
    def _operation(
        self, operation: str, token: str, name: str, inputs: dict[str, Any], urn: str = ""
    ) -> Generator[None]:
        """One transaction, with what a rehearsal has asked to go wrong with it."""
        injected = faults.Injected()
        if faults.are_installed(self._world):
            own = None if operation == "invoke" else self._platform.automatic_name(schema.resource(token))
            given = [inputs.get(key) for key in ("name", own or "name")]
            names = [name, *(text for text in given if isinstance(text, str))]
            with self._world.transaction():
                injected = faults.inject(self._world, operation, token, names, retries=self._platform.retries)
        if injected.error is not None and not injected.after:
            raise RefusedError(injected.error)
        with self._world.transaction():
            yield
        if injected.error is not None:
            # The engine has its answer, if a bad one: what was done stays, and is in the way next time.
            Provider(self._world, self._platform).heard(urn)
            raise RefusedError(injected.error)


class _Error:
    message = ""


@contextlib.contextmanager
def _errors() -> Generator[_Error]:
    """Turns a refusal into the text that the engine gets."""
    error = _Error()
    try:
        yield error
    except (RefusedError, schema.UnknownTokenError) as refusal:
        error.message = str(refusal)


async def _abort(context: Any, error: _Error) -> None:
    await context.abort(grpc.StatusCode.UNKNOWN, error.message)


def _top(path: str) -> str:
    return path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]


async def start(world: World, platforms: list[Platform]) -> tuple[list[grpc.aio.Server], dict[str, int]]:
    """Serves each platform on a port of its own, on loopback only; the servers, and the ports by package."""
    engines = Engines()
    servers: list[grpc.aio.Server] = []
    ports: dict[str, int] = {}
    for platform in platforms:
        server = grpc.aio.server(options=OPTIONS, interceptors=[peers.OnlyOurs()])
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(Service(world, platform, engines), server)
        ports[platform.package] = server.add_insecure_port(f"{HOST}:0")
        await server.start()
        servers.append(server)
    return servers, ports
