"""Everything that is rendered, proved by what will read it, and searched for what must not be in it."""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cli.render import REQUIRED
from model import Platform
from rendering import native, powershell
from rendering.target import Missing, Target, targets
from rendering.writer import write
from twin.host.settings import PLANTED

PLATFORMS = ("lilleby", "varied", "holstebro")
every_target = pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
every_platform = pytest.mark.parametrize("name", PLATFORMS)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, Path]:
    made: dict[str, Path] = {}
    for name in PLATFORMS:
        made[name] = tmp_path_factory.mktemp(name)
        write(request.getfixturevalue(name), targets(), made[name], whole=True)
    return made


MAKES = frozenset({"openssl"})
"""Programs that make what another one needs to judge, such as a certificate for the time of a check."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The programs and grammars that a proof has asked."""
    found: set[str] = set()
    find, parse = native.find, powershell.parse

    def looked(program: str) -> str:
        found.add(Path(program).name)
        return find(program)

    def parsed(script: str) -> Any:
        found.add("tree-sitter-powershell")
        return parse(script)

    monkeypatch.setattr(native, "find", looked)
    monkeypatch.setattr(powershell, "parse", parsed)
    return found


@pytest.mark.native
@every_platform
@every_target
def test_what_is_rendered_is_proved(
    name: str, target: Target, folders: dict[str, Path], request: pytest.FixtureRequest, asked: set[str]
) -> None:
    platform: Platform = request.getfixturevalue(name)
    lacking: str | None = None
    try:
        findings = target.verify(platform, folders[name] / target.name)
    except Missing as missing:
        findings, lacking = missing.findings, missing.program
    assert findings == []
    if lacking is not None:
        assert os.environ.get(REQUIRED) != "1", f"{lacking} is not installed"
        pytest.skip(f"{lacking} is not installed")
    named = {judge.name for judge in target.judges if not judge.test}
    asked -= MAKES - named
    assert asked == named if name == "varied" else asked <= named


@every_platform
def test_a_second_run_writes_nothing(name: str, folders: dict[str, Path], request: pytest.FixtureRequest) -> None:
    report = write(request.getfixturevalue(name), targets(), folders[name], whole=True)
    assert (report.written, report.removed) == ([], [])


_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_CMDLET = re.compile(r"\b(Add|Get|Invoke|Remove|Set)-(Dhcp|Dns)Server[A-Za-z0-9]*")
_DATA_URI = re.compile(r"data:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]+")
_TELLING = re.compile(
    r"-----BEGIN|\b(password|passwd|pwd|secret|adgangskode|psk|community)\b[\"']?\s*[:=]\s*[\"']?[^\s\"'$<{(\[,;]{4,}(?![\[\w])"
    r"|ConvertTo-SecureString\s+['\"]",
    re.IGNORECASE,
)


def secrets_in(text: str) -> list[str]:
    """What looks like a secret: telling words with a value that is no variable's name, and tokens with more entropy
    than words have."""
    text = _CMDLET.sub("", _DATA_URI.sub("", text))
    found = [match[0] for match in _TELLING.finditer(text)]
    for match in _TOKEN.finditer(text):
        token = match[0]
        parts = {len(part) for part in re.split(r"[-_/=]", token)}
        mixed = all(re.search(kind, token) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
        if _HEX.fullmatch(token) or (mixed and max(parts) >= 16 and entropy(token) > 3.9):
            found.append(token)
    return found


def entropy(token: str) -> float:
    """Bits a character."""
    return -sum(n / len(token) * math.log2(n / len(token)) for n in Counter(token).values())


@pytest.mark.parametrize(
    "secret",
    [
        "key: AKIAIOSFODNN7EXAMPLEwJalrXUtnFEMIK7MDENGbPxRfiCYzz",
        "psk=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "password: hunter2!",
        "-----BEGIN PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        "ConvertTo-SecureString 'x' -AsPlainText",
    ],
)
def test_the_search_finds_a_secret(secret: str) -> None:
    assert secrets_in(f"a line before\n{secret}\n")


@every_platform
@every_target
def test_no_secret_is_rendered(name: str, target: Target, folders: dict[str, Path]) -> None:
    for path in sorted((folders[name] / target.name).rglob("*")):
        if not path.is_file() or path.read_bytes().startswith(b"%PDF"):
            continue
        text = path.read_text(encoding="utf-8-sig")
        assert secrets_in(text) == [], path
        assert PLANTED not in text, path
