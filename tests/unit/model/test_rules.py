"""The list of rules: each says what it demands and why, and gives the codes that it names, in some test."""

from __future__ import annotations

import json

import pytest

from model.codes import CODES
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
    assert "sites.blocks (error; EXHAUSTED, PLAN)\n  Every site has a block" in shown
