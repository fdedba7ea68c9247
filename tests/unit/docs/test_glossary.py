"""The glossary has the words that the data choose between, each once."""

from __future__ import annotations

import re
from typing import get_args

from model.types.infrastructure import Origin
from model.types.states import State, WaveState
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "glossary.md"


def test_every_state_and_origin_is_in_the_glossary() -> None:
    words = set(re.findall(r"`([a-z-]+)`", PAGE.read_text(encoding="utf-8")))
    assert {*State, *get_args(Origin), *get_args(WaveState)} <= words


def test_every_word_stands_once() -> None:
    text = PAGE.read_text(encoding="utf-8")
    words = re.findall(r"(?m)^\| (?!word|---)([^|]+) \|", text)
    assert len(words) == len(set(words)) > 30
