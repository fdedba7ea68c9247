"""The provider's process: serves the engine over gRPC until it is told to stop.

The SDK's own `server.main` passes an exception on as its Python name; here an error of ours becomes its sentence, and
anything else a line without values, so that neither a traceback nor a secret reaches the engine's output.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import grpc
import grpc.aio
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc

from providers import common
from providers.citrix.provider import STAND_IN, CitrixProvider
from providers.errors import ProviderError

VERSION: Final = "0.1.0"
_OPTIONS: Final = [("grpc.max_receive_message_length", 400 << 20), ("grpc.max_send_message_length", 400 << 20)]
_GUARDED: Final = ("CheckConfig", "Configure", "Check", "Diff", "Create", "Read", "Update", "Delete")


class Servicer(common.Servicer):
    """The servicer with readable errors."""


def _guarded(name: str) -> Callable[..., Awaitable[Any]]:
    async def answer(self: Servicer, request: Any, context: Any) -> Any:
        try:
            return await getattr(common.Servicer, name)(self, request, context)
        except ProviderError as error:
            message = str(error)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, OSError) as error:
            message = f"the site's answer is not as documented ({type(error).__name__} in {_origin(error)}); report it"
        await context.abort(grpc.StatusCode.UNKNOWN, message)
        raise AssertionError("abort raises")

    return answer


for _name in _GUARDED:
    setattr(Servicer, _name, _guarded(_name))


def _origin(error: BaseException) -> str:
    """Where in our code an error came from, as `module:line`."""
    trace, found = error.__traceback__, "unknown"
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("providers.citrix"):
            found = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


async def serve(engine: str) -> None:
    """Serves on a free port of loopback and prints it, as the engine expects."""

    async def tell(urn: str, message: str) -> None:
        with contextlib.suppress(grpc.aio.AioRpcError):
            request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message, urn=urn, ephemeral=True)
            await log.Log(request, timeout=5)  # pyright: ignore[reportGeneralTypeIssues]

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with grpc.aio.insecure_channel(engine) as channel:
        log = engine_pb2_grpc.EngineStub(channel)
        provider = CitrixProvider(tell=tell)
        server = grpc.aio.server(options=_OPTIONS)
        servicer = Servicer(sys.argv[1:], VERSION, provider, engine, STAND_IN)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await stop.wait()
        await server.stop(grace=1)
        await provider.close()


def main() -> None:
    """The plugin's entry: its first argument is the engine's address."""
    parser = argparse.ArgumentParser(description="Pulumi provider for Citrix Virtual Apps and Desktops")
    parser.add_argument("engine", help="address of the Pulumi engine")
    arguments, _ = parser.parse_known_args()
    asyncio.run(serve(arguments.engine))
