"""A certificate by what is rendered: OpenSSL signs it as a CA, takes it for each of its names, and refuses another."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import Platform
from model.derive.certificates import borne
from rendering import native
from tests.native.conftest import Render
from tests.support.validators import program

pytestmark = pytest.mark.native

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(folder: Path, *arguments: str | Path, fails: bool = False) -> str:
    done = native.run("openssl", *arguments, folder=folder)
    assert (done.returncode != 0) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    program("openssl")
    made = ("-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=CA", "-days", "2")
    openssl(tmp_path, "req", "-x509", *CURVE, *made, "-addext", "keyUsage=critical,keyCertSign")
    return tmp_path


def test_each_certificate_is_taken_for_its_names_and_for_no_other(
    holstebro: Platform, render: Render, authority: Path
) -> None:
    folder = render(holstebro, "certificates")
    every = borne(holstebro)
    assert len(every) >= 10
    for one in every:
        own, request = f"{one.key}.pem", f"{one.key}.csr"
        config = folder / f"{one.key}.cnf"
        openssl(authority, "req", "-new", "-config", config, *CURVE, "-keyout", "own.key", "-out", request)
        openssl(
            authority, "x509", "-req", "-in", request, "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "1",
            "-copy_extensions", "copy", "-out", own,
        )  # fmt: skip
        asked = ("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", "-verify_hostname")
        for name in one.names:
            openssl(authority, *asked, name, own)
        assert "hostname mismatch" in openssl(authority, *asked, "other.holstebro.example", own, fails=True)
