"""The twin's site over a real connection: what loopback answers, and to whom."""

import asyncio
from pathlib import Path

import httpx
import pytest

from twin.citrix import start
from twin.host.overlay import Overlay
from twin.host.process import Home, Running
from twin.world import faults
from twin.world.store import World


async def over_http(path: Path) -> None:
    world = World(path)
    server, base = await start(world)
    try:
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{base}/Zones")).status_code == 401
            answer = await client.post(f"{base}/Tokens", auth=("AD\\admin", "pass"))
            headers = {
                "Authorization": f"CWSAuth bearer={answer.json()['Token']}",
                "Citrix-CustomerId": "CitrixOnPremises",
            }
            assert (await client.get(f"{base}/Zones", headers=headers)).status_code == 400
            me = (await client.get(f"{base}/me", headers=headers)).json()
            headers["Citrix-InstanceId"] = me["Customers"][0]["Sites"][0]["Id"]
            assert [zone["Name"] for zone in (await client.get(f"{base}/Zones", headers=headers)).json()["Items"]] == [
                "Primary"
            ]
            foreign = await client.get(f"{base}/Zones", headers={**headers, "Host": "evil.example"})
            assert foreign.status_code == 403
            wrong = await client.post(f"{base}/Zones", json={"Name": "Skov", "Nmae": 1}, headers=headers)
            assert wrong.status_code == 400
            assert "Nmae" in wrong.json()["ErrorMessage"]
            assert (await client.post(f"{base}/Zones", json={"Name": "PRIMARY"}, headers=headers)).status_code == 409
            assert (await client.get(f"{base}/Zones/nowhere", headers=headers)).status_code == 404
            with world.transaction():
                faults.install(
                    world, [{"type": "citrix:Zone", "operation": "create", "error": "dropped", "after": True}]
                )
            with pytest.raises(httpx.TransportError):
                await client.post(f"{base}/Zones", json={"Name": "Skov"}, headers=headers)
            assert (await client.get(f"{base}/Zones/skov", headers=headers)).json()["Name"] == "Skov"
    finally:
        server.close()
        await server.wait_closed()
        world.close()


def test_over_http(tmp_path: Path) -> None:
    asyncio.run(over_http(tmp_path / "world.sqlite"))


def test_a_command_against_the_twin_is_told_where_its_site_is(tmp_path: Path) -> None:
    running = Running(1, {"vsphere": 1}, {"citrix": "http://127.0.0.1:2/cvad/manage"})
    assert Overlay(Home(tmp_path)).environment(running)["CITRIX_STAND_IN"] == "http://127.0.0.1:2/cvad/manage"


def test_only_loopback_is_listened_on(tmp_path: Path) -> None:
    async def addresses() -> list[str]:
        world = World(tmp_path / "world.sqlite")
        server, _ = await start(world)
        found = [socket.getsockname()[0] for socket in server.sockets]
        server.close()
        world.close()
        return found

    assert asyncio.run(addresses()) == ["127.0.0.1"]
