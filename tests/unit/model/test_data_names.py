"""The names by which data are reached: each holder has one of its own, and its account bears the principals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import model
from model.derive.principals import by_account
from model.rules.registry import due
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import changed, written
from tests.support.targets import DATABASES

TODAY = date(2026, 12, 1)
NO_NAME: Edits = {"systems/sbsys.yaml": {"aliases.sbsys-sql01": REMOVE}}
EVERYBODY: Edits = {"systems/sbsys.yaml": {"flows": [{"source": "workplaces", "ports": ["tcp/443"]}]}}
NOBODY: Edits = {"systems/sbsys.yaml": {"flows": [{"source": "workplaces", "role": "app", "ports": ["tcp/443"]}]}}
OTHERS: Edits = {
    "flows.yaml": {
        "flows.reports": {
            "sources": ["drift-lnx01"],
            "targets": ["sbsys-sql01"],
            "ports": ["tcp/1433"],
            "owner": "IT-afdelingen",
            "reason": "Reports",
        }
    }
}
SHARE: Edits = {
    "refresh.yaml": {
        "stable.files": {"kind": "file-share", "points_at": "\\\\lilleby.example\\dfs\\sag", "system": "sbsys"}
    }
}


def told(folder: Path, *edits: Edits) -> list[tuple[str, str]]:
    platform, provenance = model.trace(str(written(folder, DATABASES, *edits)))
    codes = ("DATA-NO-NAME", "NAME-SHARED")
    return [(f.code, f"{f.path}: {f.message}") for f in due(platform, provenance, TODAY) if f.code in codes]


@pytest.mark.parametrize(
    ("edits", "source"),
    [((NO_NAME,), "workplaces"), ((NO_NAME, EVERYBODY), "workplaces"), ((NO_NAME, NOBODY, OTHERS), "drift-lnx01")],
)
def test_data_that_others_reach_without_a_name_are_a_fault(
    tmp_path: Path, edits: tuple[Edits, ...], source: str
) -> None:
    ((code, text),) = told(tmp_path, *edits)
    assert code == "DATA-NO-NAME"
    assert text.startswith(f"aliases: sbsys-sql01 holds data, and the flow from {source} finds it by a machine's name")
    assert "add `sbsys-sql01: sbsys-sql01`" in text


STAYS: Edits = {"systems/sbsys.yaml": {"servers.sbsys-sql01.strategy": {"g26": {"how": "in-place"}}}}


@pytest.mark.parametrize("edits", [(), (NO_NAME, NOBODY), (NO_NAME, SHARE), (NO_NAME, STAYS)])
def test_a_name_a_share_a_closed_flow_or_a_machine_that_stays_is_none(tmp_path: Path, edits: tuple[Edits, ...]) -> None:
    assert told(tmp_path, *edits) == []


@pytest.mark.parametrize(
    "edits",
    [
        {"catalog/roles.yaml": {"roles.app.distinct": True}},
        {"systems/sbsys.yaml": {"servers.sbsys-app02.distinct": True}},
    ],
)
def test_a_name_of_servers_that_differ_is_a_fault(tmp_path: Path, edits: Edits) -> None:
    ((code, text),) = told(tmp_path, edits)
    assert code == "NAME-SHARED"
    assert "sbsys leads in turn to 2 servers, each with something of its own; name one server" in text


ACCOUNT = {"kind": "service-account", "points_at": "LILLEBY\\svc-sql", "system": "sbsys", "role": "sql"}


def test_each_principal_is_borne_by_the_account_of_those_who_answer(tmp_path: Path) -> None:
    name = "sbsys-sql01.access.lilleby.example"
    whole = by_account(changed(tmp_path / "one", DATABASES))
    web, sql = ("HTTP/sbsys.access.lilleby.example",), (f"MSSQLSvc/{name}", f"MSSQLSvc/{name}:1433")
    assert whole == {"sbsys-service": web + sql}
    apart = by_account(changed(tmp_path / "two", DATABASES, {"refresh.yaml": {"stable.sql": ACCOUNT}}))
    assert apart == {"sbsys-service": web, "sql": sql}


def test_two_accounts_for_one_principal_are_a_fault(tmp_path: Path) -> None:
    twice: Edits = {"refresh.yaml": {"stable.sql": ACCOUNT, "stable.more": ACCOUNT | {"points_at": "LILLEBY\\svc-b"}}}
    with pytest.raises(model.ModelError) as caught:
        changed(tmp_path, DATABASES, twice)
    (fault,) = caught.value.faults
    assert (fault.code, fault.path) == ("DUPLICATE-NAME", "stable.more.role")
    assert "run as sql too, and Kerberos refuses a principal of two accounts" in fault.message
