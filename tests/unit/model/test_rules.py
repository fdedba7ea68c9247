"""The list of rules: each says what it demands and why, and gives the codes that it names, in some test."""

from __future__ import annotations

import json
from operator import attrgetter
from typing import Annotated

import pytest

import model
from model.base import Key, Model, Ref
from model.codes import CODES
from model.files import FILES, SECTIONS
from model.rules.references import references_of
from model.rules.registry import DAY_RULES, RULES
from model.rules.rule import DayRule, Rule, Severity
from tests.support.paths import ROOT
from tests.support.rule_codes import codes_of
from tests.unit.cli.test_refresh_command import refresh

EVERY: tuple[Rule | DayRule, ...] = (*RULES, *DAY_RULES)
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "unit" / "model").glob("*.py"))


def test_every_rule_has_an_id_of_its_own_and_says_what_and_why() -> None:
    assert len({rule.id for rule in EVERY}) == len(EVERY) > 70
    assert [rule.id for rule in EVERY if not (rule.what.endswith((".", ")")) and rule.why.endswith((".", ")")))] == []


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_a_rule_names_the_codes_that_it_gives_and_each_is_given_in_a_test(rule: Rule | DayRule) -> None:
    assert set(rule.codes) == codes_of(rule.check)
    assert [code for code in rule.codes if f'"{code}"' not in TESTS] == []


def test_what_no_rule_gives_the_reader_or_a_type_finds() -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "model").rglob("*.py") if p.name != "codes.py")
    by_rules = {code for rule in EVERY for code in rule.codes}
    assert [code for code in CODES.keys() - by_rules if f'"{code}"' not in source] == []


def test_a_rule_of_no_code_is_no_rule() -> None:
    with pytest.raises(ValueError, match="unknown fault codes"):
        Rule("made.up", "Because.", ("NO-SUCH",), RULES[0].check)


def test_check_prints_the_rules_with_their_severity() -> None:
    told = json.loads(refresh("check", "holstebro", "--rules", "--json").stdout)
    assert [entry["id"] for entry in told] == [rule.id for rule in EVERY]
    assert {entry["severity"] for entry in told} == set(Severity)
    shown = refresh("check", "holstebro", "--rules").stdout
    assert "sites.blocks (error: EXHAUSTED, PLAN)\n  Every site has a block" in shown


class Inner(Model):
    named: Annotated[Key, Ref("networks")] | None = None


class Outer(Model):
    plain: Annotated[Key, Ref("roles")]
    listed: tuple[tuple[Annotated[Key, Ref("pools")], ...], ...]
    mapped: dict[Annotated[Key, Ref("sites")], Annotated[Key, Ref("images")]]
    inner: dict[str, Inner]
    other: Key = "no-reference"


def test_a_reference_is_found_wherever_it_stands_in_a_type() -> None:
    outer = Outer(
        plain="a", listed=(("b",), ("c", "d")), mapped={"e": "f"}, inner={"x": Inner(named="g"), "y": Inner()}
    )
    assert [(path, ref.section, value) for path, ref, value in references_of(Outer, outer)] == [
        (("plain",), "roles", "a"),
        (("listed", 0, 0), "pools", "b"),
        (("listed", 1, 0), "pools", "c"),
        (("listed", 1, 1), "pools", "d"),
        (("mapped", "e"), "sites", "e"),
        (("mapped", "e"), "images", "f"),
        (("inner", "x", "named"), "networks", "g"),
    ]


def test_every_reference_is_to_a_section() -> None:
    platform = model.load("herlev")
    tops = [(file.top.kind, attrgetter(file.top.into)(platform)) for file in FILES.values() if file.top is not None]
    items = [(s.kind, item) for s in SECTIONS.values() for item in (attrgetter(s.into)(platform).values())]
    kinds = {
        ref.section for kind, item in (*tops, *items) if item is not None for _, ref, _ in references_of(kind, item)
    }
    assert len(kinds) > 15
    assert kinds <= SECTIONS.keys()
