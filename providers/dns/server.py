"""Serves the provider to the engine over gRPC.

The SDK's own `server.main` (3.250.0) would do but for two things. It lets an exception pass through gRPC, which shows
the person its Python class; here a DnsError arrives as its text alone. And it can not say that there is no such record
(providers/common.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import grpc
import grpc.aio
from pulumi.runtime.proto import provider_pb2_grpc

from providers.common import Servicer
from providers.dns.client import DnsError
from providers.dns.provider import STAND_IN, DnsProvider

VERSION: Final = "0.1.0"


class PlainErrors(grpc.aio.ServerInterceptor):
    """Ends a call that raises DnsError with its text."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler

        async def answer(request: Any, context: Any) -> Any:
            try:
                return await handler.unary_unary(request, context)
            except DnsError as error:
                await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)


async def serve(engine: str = "") -> tuple[grpc.aio.Server, int]:
    """Serves on a free port of the loopback interface; the server and the port."""
    server = grpc.aio.server(interceptors=[PlainErrors()])
    servicer = Servicer([], VERSION, DnsProvider(), engine, STAND_IN)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


def main() -> None:
    """Serves the engine whose address is the last argument, and prints the port, until it ends this process."""

    async def run() -> None:
        server, port = await serve(sys.argv[-1])
        print(port, flush=True)  # noqa: T201 - the protocol's
        await server.wait_for_termination()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
