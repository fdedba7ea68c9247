"""Where the board may listen: loopback, or elsewhere with TLS."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from refresh.board.serve import WhereError, alone, where


def test_without_options_it_is_loopback_without_tls() -> None:
    found = where("127.0.0.1:8765", None, None, None)
    assert (found.host, found.port, found.place.origin) == ("127.0.0.1", 8765, "http://127.0.0.1:8765")
    assert not found.place.secure
    assert where("[::1]:80", None, None, None).host == "::1"
    assert where("localhost:80", None, None, None).place.cookie == "board"


@pytest.mark.parametrize(
    ("listen", "url", "certificate", "key", "says"),
    [
        ("0.0.0.0:8443", None, None, None, "give --certificate and --key"),
        ("[::]:8443", None, None, None, "give --certificate and --key"),
        ("10.26.4.10:8443", None, None, None, "give --certificate and --key"),
        ("tavle.example:8443", None, None, None, "give --certificate and --key"),
        ("0.0.0.0:8443", None, "x.pem", "x.key", "give --url"),
        ("8765", None, None, None, "give it like 127.0.0.1:8765"),
        ("127.0.0.1:99999", None, None, None, "give it like 127.0.0.1:8765"),
        ("127.0.0.1:0", None, None, None, "give it like 127.0.0.1:8765"),
        ("127.0.0.1:80", None, "x.pem", None, "give both"),
        ("127.0.0.1:80", None, None, "x.key", "give both"),
        ("127.0.0.1:80", None, "x.pem", "x.key", "name the PEM file"),
        ("127.0.0.1:80", "https://tavle.example", None, None, "give http://"),
        ("127.0.0.1:80", "http://tavle.example/path", None, None, "give http://"),
        ("127.0.0.1:80", "http://", None, None, "give http://"),
    ],
)
def test_what_cannot_be_served_says_what_to_give(
    listen: str, url: str | None, certificate: str | None, key: str | None, says: str
) -> None:
    with pytest.raises(WhereError) as raised:
        where(listen, url, Path(certificate) if certificate else None, Path(key) if key else None)
    assert says in str(raised.value)


def test_a_file_that_is_no_certificate_is_told(tmp_path: Path) -> None:
    for name in ("tls.pem", "tls.key"):
        (tmp_path / name).write_text("no certificate")
    with pytest.raises(WhereError, match="name a certificate and its key"):
        where("127.0.0.1:80", None, tmp_path / "tls.pem", tmp_path / "tls.key")


def test_a_folder_is_one_boards(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(WhereError, match="already"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_nothing_else_loads_what_serves() -> None:
    """`refresh --help` and a preview are quick: neither starlette nor uvicorn comes with them."""
    code = (
        "import sys, cli.main, model, components; "
        "sys.exit(bool({'starlette', 'uvicorn', 'segno', 'refresh.board'} & sys.modules.keys()))"
    )
    import sys

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
