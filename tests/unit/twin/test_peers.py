"""The twin answers its own user and nobody else."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import grpc
import grpc.aio
import pytest
from pulumi.runtime.proto import provider_pb2_grpc

from twin import peers
from twin.engine import server
from twin.vsphere import VSphere
from twin.world.store import World

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's table of sockets")
SOMEBODY = 65534


async def _ask(folder: Path) -> str:
    """Asks a twin for its version; what it refuses with, if it does."""
    world = World(folder / "world.sqlite")
    (served,), ports = await server.start(world, [VSphere()])
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{ports['vsphere']}") as channel:
            await provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(server.empty_pb2.Empty(), timeout=20)
    except grpc.aio.AioRpcError as error:
        return f"{error.code().name}: {error.details()}"
    finally:
        await served.stop(grace=0)
        world.close()
    return ""


def test_its_own_user_is_answered(tmp_path: Path) -> None:
    assert asyncio.run(_ask(tmp_path)) == ""


def test_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "tcp"

    def sockets_of_somebody(port: int) -> bool:
        rows = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        fields = [line.split() for line in rows.splitlines() if f"0100007F:{port:04X} " in line]
        table.write_text("".join(" ".join([*row[:7], str(SOMEBODY), *row[8:]]) + "\n" for row in fields))
        monkeypatch.setattr(peers, "_TABLES", (table,))
        return real(port)

    real = peers.is_ours
    monkeypatch.setattr(peers, "is_ours", sockets_of_somebody)
    assert asyncio.run(_ask(tmp_path)) == "PERMISSION_DENIED: this twin is another user's"


def test_the_system_says_whose_a_connection_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with socket.create_connection(listening.getsockname()) as ours:
            assert peers.is_ours(ours.getsockname()[1])
        if os.getuid() == 0:
            os.seteuid(SOMEBODY)
            try:
                theirs = socket.create_connection(listening.getsockname())
            finally:
                os.seteuid(0)
            with theirs:
                assert not peers.is_ours(theirs.getsockname()[1])
