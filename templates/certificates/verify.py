"""Proves the requests: openssl makes one by each, and it bears the model's names; the list is read back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from model.derive.certificates import borne
from rendering import native
from rendering.proof import differences, joined
from rendering.target import Finding
from templates.certificates.context import LIST

if TYPE_CHECKING:
    from model import Platform

_NAME = re.compile(r"DNS:([^,\s]+)")
_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null")
"""A key that is made at once and thrown away: it is not the key that is judged."""


def verify(platform: Platform, folder: Path) -> list[Finding]:
    """What the round trip and openssl find."""
    return joined(_back(platform, folder), lambda: list(_requests(platform, folder)))


def _requests(platform: Platform, folder: Path) -> Iterator[Finding]:
    for one in borne(platform):
        path = f"{one.key}.cnf"
        done = native.run("openssl", "req", "-new", "-config", path, *_CURVE, "-noout", "-text", folder=folder)
        if done.returncode:
            yield Finding(path, f"openssl: {done.stderr.strip()}")
            continue
        yield from differences(path, "name", one.names, _NAME.findall(done.stdout))
        if "TLS Web Server Authentication" not in done.stdout:
            yield Finding(path, "is for no server")


def _back(platform: Platform, folder: Path) -> list[Finding]:
    wanted = [f"{one.key} {' '.join(one.names)} {one.certificate.ends}" for one in borne(platform)]
    there: list[str] = []
    if (folder / LIST).is_file():
        with (folder / LIST).open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            there = [f"{row['Certifikat']} {row['Navne']} {row['Udløber']}" for row in rows]
    return differences(LIST, "certificate", wanted, there)
