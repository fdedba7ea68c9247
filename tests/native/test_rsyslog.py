"""Log servers and senders, run by rsyslogd on loopback: a line arrives over TLS and by UDP, and stands there in UTC."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from model import Platform
from rendering import native
from templates.rsyslog.verify import CERTIFICATES
from tests.native.conftest import Render
from tests.support.validators import program

pytestmark = pytest.mark.native
ZONE = {"TZ": "Europe/Copenhagen"}
IN_UTC = re.compile(r"^[0-9T:.-]+(?:\+00:00|Z) ([0-9T:.-]+)(?:\+00:00|Z) ", re.MULTILINE)


def free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def rsyslogd(work: Path, name: str, text: str) -> Iterator[None]:
    """Runs it with a configuration, as whoever runs the test."""
    folder = work / name
    folder.mkdir()
    whole = f'global(workDirectory="{folder}")\n{text}'
    (folder / "rsyslog.conf").write_text(whole, encoding="utf-8")
    command = [program("rsyslogd"), "-n", "-f", str(folder / "rsyslog.conf"), "-i", str(folder / "pid")]
    with (folder / "out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | ZONE)
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


def shown(folder: Path, word: str) -> str:
    """The text of the file in which a line with `word` came to stand."""
    for _ in range(100):
        for path in folder.rglob("*.log"):
            if word in (text := path.read_text(encoding="utf-8")):
                return text
        time.sleep(0.2)
    return ""


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """What stands on a log server for whom senders ask as `localhost`."""
    program("openssl")
    folder = tmp_path / "tls"
    folder.mkdir()
    command = (
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    )  # fmt: skip
    done = native.run("openssl", *command, folder=folder)
    assert done.returncode == 0, done.stderr
    (folder / "ca.pem").write_bytes((folder / "cert.pem").read_bytes())
    return folder


def test_a_line_of_a_server_and_of_a_switch_stands_in_the_file_of_its_sender_in_utc(
    holstebro: Platform, render: Render, certificates: Path, tmp_path: Path
) -> None:
    folder, kept = render(holstebro, "rsyslog"), tmp_path / "kept"
    secure, plain, local = free(socket.SOCK_STREAM), free(socket.SOCK_DGRAM), free(socket.SOCK_DGRAM)
    sink = (folder / "sink.conf").read_text(encoding="utf-8")
    for old, new in (
        (CERTIFICATES, str(certificates)),
        ("/var/log/platform", str(kept)),
        ('port="514"', f'port="{plain}"'),
        ('port="6514"', f'port="{secure}"'),
    ):
        assert old in sink
        sink = sink.replace(old, new)
    sender = (folder / "sender.conf").read_text(encoding="utf-8").replace(CERTIFICATES, str(certificates))
    sender = re.sub(r"\naction\(\n  .*?\n\)(?=\naction)", "", sender, flags=re.DOTALL)
    sender = re.sub(r"lnxlnx\d\dg26\.holstebro\.example", "localhost", sender).replace('"6514"', f'"{secure}"')
    assert sender.count("omfwd") == 1
    listens = f'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="{local}")\n'
    lease = "INFO DHCP4_LEASE_ALLOC [hwtype=1 02:00:00:00:00:01], cid=[no info]: lease 10.128.2.10 has been allocated"
    now = datetime.now(ZoneInfo(ZONE["TZ"]))
    with rsyslogd(tmp_path, "sink", sink), rsyslogd(tmp_path, "sender", listens + sender):
        time.sleep(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.sendto(f"<134>{now:%b %e %H:%M:%S} kea01 kea-dhcp4[7]: {lease}".encode(), ("127.0.0.1", local))
            asked.sendto(b"<189>41: %SYS-5-CONFIG_I: Configured from console", ("127.0.0.1", plain))
        told, switch = shown(kept, "DHCP4_LEASE_ALLOC"), shown(kept, "CONFIG_I")
    assert lease in told, (tmp_path / "sink" / "out").read_text() + (tmp_path / "sender" / "out").read_text()
    assert "kea01" in told
    assert "%SYS-5-CONFIG_I" in switch
    found = IN_UTC.findall(told)
    assert any(reported.startswith(f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}") for reported in found), told
    assert {path.parent.name for path in kept.rglob("*.log")} == {"127.0.0.1"}


def test_a_server_sends_nothing_to_whom_it_does_not_know(
    holstebro: Platform, render: Render, certificates: Path, tmp_path: Path
) -> None:
    folder, kept = render(holstebro, "rsyslog"), tmp_path / "kept"
    secure, local = free(socket.SOCK_STREAM), free(socket.SOCK_DGRAM)
    sink = (folder / "sink.conf").read_text(encoding="utf-8").replace(CERTIFICATES, str(certificates))
    sink = sink.replace("/var/log/platform", str(kept)).replace('port="6514"', f'port="{secure}"')
    sink = sink.replace('port="514"', f'port="{free(socket.SOCK_DGRAM)}"')
    sender = (folder / "sender.conf").read_text(encoding="utf-8").replace(CERTIFICATES, str(certificates))
    # Whoever answers at the name shows a certificate of another.
    sender = re.sub(r'target="[^"]+"', 'target="localhost"', sender).replace('"6514"', f'"{secure}"')
    listens = f'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="{local}")\n'
    with rsyslogd(tmp_path, "sink", sink), rsyslogd(tmp_path, "sender", listens + sender):
        time.sleep(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.sendto(b"<134>Jul  1 12:00:00 kea01 kea-dhcp4[7]: hemmeligt", ("127.0.0.1", local))
        time.sleep(4)
    assert not any("hemmeligt" in path.read_text(encoding="utf-8") for path in kept.rglob("*.log"))
