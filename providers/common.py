"""What our providers have in common on the engine's side."""

from __future__ import annotations

from typing import Any

from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2


class Servicer(ProviderServicer):
    """The SDK's servicer (3.250.0) with a Read that can say that there is nothing.

    The SDK says of what does not exist that it has no properties, and the engine imports it all the same.
    """

    async def Read(self, request: provider_pb2.ReadRequest, context: Any) -> provider_pb2.ReadResponse:  # noqa: N802
        answer = await super().Read(request, context)
        return answer if answer.id else provider_pb2.ReadResponse()
