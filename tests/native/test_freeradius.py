"""FreeRADIUS on loopback, as a user of its own: whom it lets in, asked by radclient and eapol_test as a switch asks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from model import Platform
from rendering import native
from templates.freeradius.context import clients, known
from templates.freeradius.verify import SECRET, laid
from tests.native.conftest import Render
from tests.support.lilleby import changed
from tests.support.targets import RADIUS
from tests.support.validators import program

pytestmark = pytest.mark.native
WORD = "Sommerfugl-17"
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")


def openssl(folder: Path, *arguments: str) -> None:
    done = native.run("openssl", *arguments, folder=folder)
    assert done.returncode == 0, done.stderr


def authority(folder: Path, name: str) -> None:
    """A CA of that name, with a certificate for a server and one for a client."""
    made = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}")
    openssl(folder, "req", "-x509", *CURVE, *made)
    for who in ("server", "client"):
        own = f"{name}-{who}"
        openssl(folder, "req", *CURVE[:5], "-keyout", f"{own}.key", "-out", f"{own}.csr", "-subj", f"/CN={own}")
        signed = ("-CA", f"{name}.pem", "-CAkey", f"{name}.key", "-days", "1", "-out", f"{own}.pem")
        openssl(folder, "x509", "-req", "-in", f"{own}.csr", *signed)


def free() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """FreeRADIUS, and a switch of site S002 that asks from 127.0.0.1."""

    port: int
    platform: Platform
    keys: Path

    def asks(self, name: str, *more: str, kind: str = "Call-Check", word: str = WORD) -> str:
        """What radclient prints of the answer to a switch that knows a device by its MAC address."""
        request = [f'User-Name = "{name}"', f'User-Password = "{name}"', f"Service-Type = {kind}", *more]
        command = ("-t", "2", "-r", "1", "-x", f"127.0.0.1:{self.port}", "auth", word)
        done = subprocess.run(
            [program("radclient"), *command], input=", ".join(request), capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    def shows(self, who: str) -> bool:
        """Whether a computer that shows a certificate is let in."""
        config = self.keys / f"{who}.conf"
        config.write_text(
            f'network={{\n key_mgmt=IEEE8021X\n eap=TLS\n identity="host/{who}"\n ca_cert="{self.keys}/own.pem"\n'
            f' client_cert="{self.keys}/{who}.pem"\n private_key="{self.keys}/{who}.key"\n}}\n',
            encoding="utf-8",
        )
        command = ("-c", str(config), "-a", "127.0.0.1", "-p", str(self.port), "-s", WORD, "-t", "6", "-r", "0")
        done = subprocess.run([program("eapol_test"), *command], capture_output=True, text=True, check=False)
        return done.stdout.rstrip().endswith("SUCCESS")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, render: Render) -> Iterator[Server]:
    binary = program("freeradius")
    work = tmp_path_factory.mktemp("radius")
    platform = changed(work, RADIUS)
    raddb, keys = work / "raddb", work / "keys"
    keys.mkdir()
    authority(keys, "own")
    authority(keys, "other")
    laid(render(platform, "freeradius"), raddb)
    for source, name in (("own.pem", "ca"), ("own-server.pem", "cert"), ("own-server.key", "key")):
        shutil.copy(keys / source, raddb / "certs" / "platform" / f"{name}.pem")
    port, other = free(), free()
    at = next(client for client in clients(platform) if client.site == "S002")
    for path, old, new in (
        ("clients.conf", f"ipaddr = {at.address}", "ipaddr = 127.0.0.1"),
        ("sites-enabled/platform", "port = 1812", f"port = {port}"),
        ("sites-enabled/platform", "port = 1813", f"port = {other}"),
    ):
        text = (raddb / path).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (raddb / path).write_text(text.replace(old, new), encoding="utf-8")
    command = [binary, "-f", "-d", str(raddb), "-D", "/usr/share/freeradius", "-l", str(work / "log")]
    if os.geteuid() == 0:
        for path in (work, *work.parents):
            if path != Path("/tmp") and path.is_relative_to("/tmp"):
                path.chmod(0o755)
        for path in (work, *work.rglob("*")):
            shutil.chown(path, "freerad", "freerad")
        command = ["setpriv", "--reuid=freerad", "--regid=freerad", "--clear-groups", *command]
    process = subprocess.Popen(command, env=os.environ | {SECRET: WORD})
    try:
        time.sleep(2)
        assert process.poll() is None, (work / "log").read_text()
        yield Server(port, platform, keys)
    finally:
        process.terminate()
        process.wait(20)


def test_a_device_is_let_in_at_its_own_site_and_nowhere_else(server: Server) -> None:
    here = [device for device in known(server.platform) if device.site == "S002"]
    elsewhere = [device for device in known(server.platform) if device.site != "S002"]
    assert here
    assert elsewhere
    assert all("Received Access-Accept" in server.asks(device.mac) for device in here)
    assert all("Received Access-Reject" in server.asks(device.mac) for device in elsewhere)
    assert "Received Access-Reject" in server.asks("02000000dead")


def test_nobody_gives_himself_a_site_or_leaves_the_question_out(server: Server) -> None:
    away = next(device for device in known(server.platform) if device.site != "S002")
    assert "Received Access-Reject" in server.asks(away.mac, 'Tmp-String-0 = "S001"')
    here = next(device for device in known(server.platform) if device.site == "S002")
    assert "Received Access-Accept" not in server.asks(here.mac, kind="Framed-User")
    assert "Received Access-Accept" not in server.asks(here.mac, word="another-secret")


def test_a_computer_is_let_in_by_a_certificate_of_our_own_ca_alone(server: Server) -> None:
    assert server.shows("own-client")
    assert not server.shows("other-client")
