"""What our providers have in common on the engine's side."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import grpc
import grpc.aio
from pulumi.provider.experimental.provider import Provider
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2


class Servicer(ProviderServicer):
    """The SDK's servicer (3.250.0) with a Read that can say that there is nothing, and which says what it talks to.

    The SDK says of what does not exist that it has no properties, and the engine imports it all the same. `stand_in`
    names the environment variable that leads to another platform than the stack's; then every run says so.
    """

    def __init__(self, args: list[str], version: str, provider: Provider, engine: str, stand_in: str) -> None:
        super().__init__(args, version, provider, engine)
        self._engine_at = engine
        self._stand_in = stand_in

    async def Read(self, request: provider_pb2.ReadRequest, context: Any) -> provider_pb2.ReadResponse:  # noqa: N802
        answer = await super().Read(request, context)
        return answer if answer.id else provider_pb2.ReadResponse()

    async def Configure(  # noqa: N802
        self, request: provider_pb2.ConfigureRequest, context: Any
    ) -> provider_pb2.ConfigureResponse:
        answer = await super().Configure(request, context)
        if self._engine_at and os.environ.get(self._stand_in):
            package = self._stand_in.partition("_")[0].lower()
            message = f"{package}: a stand-in answers ({self._stand_in}), and no real platform is touched."
            with contextlib.suppress(grpc.aio.AioRpcError):
                async with grpc.aio.insecure_channel(self._engine_at) as channel:
                    log = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message)
                    await engine_pb2_grpc.EngineStub(channel).Log(log, timeout=5)  # pyright: ignore[reportGeneralTypeIssues]
        return answer
