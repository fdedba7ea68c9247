"""Two Kea servers with their rendered files: they share what they lease, and the second goes on when the first dies."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

import model
from model import Platform
from rendering.target import Missing
from templates.kea import context
from templates.kea.verify import read, verify
from tests.native.conftest import Render
from tests.support import validators
from tests.support.dhcp import ACK, PATIENCE, Server
from tests.support.edit import edit
from tests.support.targets import PARTNERS

STRANGER = "02:00:00:00:00:07"


@pytest.fixture
def platform(lilleby_folder: Path) -> Platform:
    edit(lilleby_folder, PARTNERS)
    return model.load(str(lilleby_folder))


def test_each_server_of_a_generation_has_its_own_file_and_one_alone_has_the_common(
    platform: Platform, render: Render
) -> None:
    folder = render(platform, "kea")
    assert sorted(path.name for path in folder.iterdir()) == [
        "drift-lnx01-g26.json",
        "drift-lnx02-g26.json",
        "kea-dhcp4.json",
    ]
    assert context.path_of(platform, "drift-lnx01-g22") == "kea-dhcp4.json"
    assert "hooks-libraries" not in read(folder / "kea-dhcp4.json")
    for name in ("drift-lnx01-g26", "drift-lnx02-g26"):
        assert relation(read(folder / f"{name}.json")) | {"peers": 0} == relation_of(name)
        assert [tuple(peer.values()) for peer in relation(read(folder / f"{name}.json"))["peers"]] == [
            ("drift-lnx01-g26", "https://10.26.20.17:8001/", "primary"),
            ("drift-lnx02-g26", "https://10.26.20.18:8001/", "standby"),
        ]


def relation(config: Mapping[str, Any]) -> dict[str, Any]:
    return config["hooks-libraries"][1]["parameters"]["high-availability"][0]


def relation_of(name: str) -> dict[str, Any]:
    return {
        "this-server-name": name,
        "mode": "hot-standby",
        "multi-threading": {"enable-multi-threading": True, "http-dedicated-listener": True},
        "trust-anchor": "/etc/kea/ha/ca.pem",
        "cert-file": "/etc/kea/ha/cert.pem",
        "key-file": "/etc/kea/ha/key.pem",
        "require-client-certs": True,
        "peers": 0,
    }


def test_partners_that_are_not_the_models_are_found(platform: Platform, render: Render) -> None:
    folder = render(platform, "kea")
    path = folder / "drift-lnx02-g26.json"
    text = path.read_text(encoding="utf-8")
    for old, new, message in (
        ('"this-server-name": "drift-lnx02-g26"', '"this-server-name": "drift-lnx01-g26"', "calls itself"),
        ("10.26.20.17:8001", "10.26.20.71:8001", "drift-lnx01-g26 10.26.20.17 is missing"),
        ('"role": "standby"', '"role": "backup"', "0 take over"),
        ("libdhcp_lease_cmds", "libdhcp_stat_cmds", "libdhcp_lease_cmds.so is missing"),
    ):
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")
        try:
            found = verify(platform, folder)
        except Missing as missing:
            found = missing.findings
        assert any(message in finding.message for finding in found), message


def certificates(folder: Path) -> None:
    """A CA and one certificate for both, as `openssl` makes them."""
    openssl = validators.program("openssl")
    key = ("-newkey", "rsa:2048", "-nodes", "-subj")
    for arguments in (
        ("req", "-x509", *key, "/CN=CA", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"),
        ("req", *key, "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "asked.pem"),
        ("x509", "-req", "-in", "asked.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2", "-out", "cert.pem"),
    ):
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)


def serve(rendered: Path, folder: Path, places: Mapping[str, int], certified: Path) -> Server:
    """The rendered file with both servers on loopback, and the patience of a test."""
    config = json.loads(rendered.read_text(encoding="utf-8").split("\n", 1)[1])
    dhcp = config["Dhcp4"]
    dhcp["interfaces-config"]["interfaces"] = ["lo"]
    dhcp["lease-database"] = {"type": "memfile", "persist": False}
    dhcp["loggers"][0]["output_options"] = [{"output": "stdout"}]
    own = relation(dhcp)
    own |= {"heartbeat-delay": 300, "max-response-delay": 900, "max-unacked-clients": 0}
    own |= {key: str(certified / Path(own[key]).name) for key in ("trust-anchor", "cert-file", "key-file")}
    for peer in own["peers"]:
        peer["url"] = f"https://127.0.0.1:{places[peer['name']]}/"
    folder.mkdir()
    path = folder / "kea.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return Server(validators.program("kea-dhcp4"), path, folder)


def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def soon(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def test_the_second_server_goes_on_with_what_the_first_has_leased(
    platform: Platform, render: Render, tmp_path: Path
) -> None:
    rendered = render(platform, "kea")
    certificates(tmp_path)
    names = ("drift-lnx01-g26", "drift-lnx02-g26")
    places = {name: port() for name in names}
    servers: list[Server] = []
    try:
        servers += (serve(rendered / f"{name}.json", tmp_path / name, places, tmp_path) for name in names)
        for server in servers:
            soon(lambda s=server: "to HOT-STANDBY state" in s.log.read_text(), "the two do not find each other")
        vlan = platform.site_networks["S001"].vlans["clients"]
        first = servers[0].lease(STRANGER, vlan.gateway, (1, 3))
        assert first.kind == ACK
        assert first.address in IPv4Network(vlan.prefix)
        servers[0].stop()
        soon(lambda: "to PARTNER-DOWN state" in servers[1].log.read_text(), "the second does not take over")
        second = servers[1].lease(STRANGER, vlan.gateway, (1, 3))
        assert (second.kind, second.address) == (ACK, first.address)
    finally:
        for server in servers:
            server.stop()
