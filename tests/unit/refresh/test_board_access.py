"""Links and sessions: unguessable, kept as digests, ended by day or by hand, and never another's."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from refresh.board import plan as plans
from refresh.board.access import SESSIONS, Access, csrf, identities
from refresh.board.plan import Plan
from refresh.board.reports import SENT, RefusedError, allow
from refresh.board.store import FILE
from tests.support.board import document

NOW = datetime(2027, 2, 6, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


def plan() -> Plan:
    return plans.read(json.dumps(document()), "plan.json")


def access(folder: Path, draw: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> Access:
    return Access(folder, draw)


def test_a_link_opens_sessions_of_its_own(tmp_path: Path) -> None:
    at = access(tmp_path)
    token = at.issue("crew:hold-1", LATER, NOW)
    one, two = at.enter(token, NOW), at.enter(token, NOW)
    assert one
    assert two
    assert one != two
    assert at.who(one, NOW) == at.who(two, NOW) == "crew:hold-1"
    at.leave(one)
    assert at.who(one, NOW) is None
    assert at.who(two, NOW) == "crew:hold-1"


def test_no_secret_is_in_the_file(tmp_path: Path) -> None:
    at = access(tmp_path)
    token = at.issue("lead", LATER, NOW)
    session = at.enter(token, NOW)
    assert session
    at.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"lead" in kept, "the file was not read"
    for secret in (token, session, csrf(session)):
        assert secret.encode() not in kept
    assert (tmp_path / FILE).is_file()


def test_a_link_ends_on_its_day_with_its_sessions(tmp_path: Path) -> None:
    at = access(tmp_path)
    token = at.issue("lead", LATER, NOW)
    session = at.enter(token, NOW)
    assert session
    assert at.who(session, LATER - timedelta(seconds=1)) == "lead"
    assert at.who(session, LATER) is None
    assert at.enter(token, LATER) is None
    assert at.linked(NOW) == {"lead"}
    assert at.linked(LATER) == set()


def test_a_revoked_link_is_dead_at_once_also_for_who_is_in(tmp_path: Path) -> None:
    at, elsewhere = access(tmp_path), access(tmp_path)
    token, other = at.issue("crew:hold-1", LATER, NOW), at.issue("crew:hold-2", LATER, NOW)
    session, kept = at.enter(token, NOW), at.enter(other, NOW)
    assert session
    assert kept
    assert elsewhere.revoke("crew:hold-1") == 1
    assert at.who(session, NOW) is None
    assert at.enter(token, NOW) is None
    assert at.who(kept, NOW) == "crew:hold-2"


@pytest.mark.parametrize("wrong", ["", "x", "A" * 43, "lead"])
def test_a_guess_opens_nothing(tmp_path: Path, wrong: str) -> None:
    at = access(tmp_path)
    token = at.issue("lead", LATER, NOW)
    assert at.enter(wrong, NOW) is None
    assert at.who(wrong, NOW) is None
    assert at.enter(token[:-1], NOW) is None
    # A link's token is no session.
    assert at.who(token, NOW) is None


def test_a_link_holds_so_many_sessions_and_the_oldest_ends(tmp_path: Path) -> None:
    at = access(tmp_path)
    token = at.issue("lead", LATER, NOW)
    sessions = [at.enter(token, NOW) or "" for _ in range(SESSIONS + 2)]
    assert [at.who(one, NOW) for one in sessions] == [None, None, *["lead"] * SESSIONS]


def test_links_end_a_day_after_people_are_let_in() -> None:
    assert plan().expires == datetime.fromisoformat("2027-02-09T06:30:00+01:00")


def test_a_token_has_256_bits() -> None:
    from cli import board  # the drawing is the command line's

    assert "secrets.token_urlsafe(32)" in Path(board.__file__).read_text(encoding="utf-8")
    assert len(secrets.token_urlsafe(32)) == 43


VISIT: dict[str, Any] = {"kind": "visit.begun", "about": "S011-1"}
TASK: dict[str, Any] = {"kind": "task.begun", "about": "flip-kontor"}
GATE: dict[str, Any] = {"kind": "gate.decided", "about": "gate-1", "go": True, "reason": "x"}
DAY: dict[str, Any] = {"kind": "day.opened", "about": "day"}
SAID: dict[str, Any] = {"kind": "said", "about": "all", "text": "x"}
DECIDED: dict[str, Any] = {"kind": "decided", "about": "S011-1", "outcome": "drop", "reason": "x"}


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("lead", [VISIT, TASK, GATE, DAY, SAID, DECIDED]),
        ("deputy", [VISIT, TASK, GATE, DAY, SAID, DECIDED]),
        ("crew:hold-1", [VISIT]),
        ("crew:hold-2", []),
        ("data-centre", [TASK]),
        ("service-desk", []),
    ],
)
def test_everybody_says_what_is_theirs_and_nothing_else(who: str, allowed: list[dict[str, Any]]) -> None:
    here = plan()
    for said in (VISIT, TASK, GATE, DAY, SAID, DECIDED):
        sent = SENT.validate_python({"key": "0" * 16, "report": said})
        if said in allowed:
            allow(sent.report, identities(here)[who], here)
        else:
            with pytest.raises(RefusedError) as raised:
                allow(sent.report, identities(here)[who], here)
            assert raised.value.status == 403


@pytest.mark.parametrize("about", ["S999-1", "day", "hold-1", "gate-1"])
def test_what_is_not_in_the_plan_is_nobodys(about: str) -> None:
    here = plan()
    sent = SENT.validate_python({"key": "0" * 16, "report": {"kind": "visit.begun", "about": about}})
    for who in ("lead", "crew:hold-1"):
        with pytest.raises(RefusedError, match="står ikke i planen"):
            allow(sent.report, identities(here)[who], here)
