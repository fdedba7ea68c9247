"""`refresh list`: every kind, what is asked for and nothing else, and what it says to a wrong question."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.list_ import KINDS
from cli.main import app
from model import load
from tests.support.paths import LILLEBY


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["list", str(LILLEBY), *arguments])


def rows(*arguments: str) -> list[dict[str, Any]]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_every_kind_has_its_columns(kind: str) -> None:
    found = list(KINDS[kind].rows(load(str(LILLEBY))))
    assert all(set(KINDS[kind].columns) <= row.keys() for row in found)
    if kind not in ("areas", "equipment", "overrides", "serving", "subscriptions", "waves"):
        assert found
    assert json.loads(json.dumps(found, default=str)) is not None


def test_a_table_has_a_head_and_a_line_for_each_item() -> None:
    head, *lines = run("sites").stdout.splitlines()
    assert head.split() == ["code", "name", "type", "hours", "wan_mbit", "block", "workplaces", "switches"]
    assert [line.split()[0] for line in lines] == ["S001", "S002"]
    assert "10.128.8.0/22" in lines[0]


@pytest.mark.parametrize(
    ("kind", "where", "names"),
    [
        ("devices", ["site=S002", "address=10.128.4.101"], ["TK00003-G26"]),
        ("workplaces", ["site=S002"], ["TK00003", "PC00004"]),
        ("workplaces", ["site=s002", "kind=laptop"], ["PC00004"]),
        ("workplaces", ["name=tk*"], ["TK00001", "TK00002", "TK00003"]),
        ("pools", ["users=GG-Citrix-Grafik"], ["graphics-g26"]),
        ("instances", ["generation=g22", "role=sql"], ["sbsys-sql01-g22"]),
        ("networks", ["vlan=220"], ["servers"]),
        ("workplaces", ["department=Rådhus", "kind=laptop"], []),
    ],
)
def test_where_keeps_what_has_all_the_values(kind: str, where: list[str], names: list[str]) -> None:
    asked = [part for text in where for part in ("--where", text)]
    assert [row["name"] for row in rows(kind, *asked)] == names


def test_json_tells_more_than_the_columns() -> None:
    (server,) = rows("servers", "--where", "identity=sbsys-sql01")
    assert server["disks"]
    assert server["image"] == {"g22": "ws2019", "g26": "ws2025"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["server"], "no kind server; name one of access-switches, aliases,"),
        (["servers", "--where", "sytem=ad"], "servers have no key sytem; did you mean system"),
        (["servers", "--where", "system"], "write it as --where system=novax"),
    ],
)
def test_a_wrong_question_gets_status_2_and_what_to_ask(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""
