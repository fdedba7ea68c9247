"""The board over HTTP, in this process: who gets in, what is refused, and that nothing a person wrote is markup."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from refresh.board import plan as plans
from refresh.board.access import Access
from refresh.board.forecast import plain
from refresh.board.guards import Place
from refresh.board.live import Live
from refresh.board.server import BODY, Board
from refresh.board.store import Store
from tests.support.board import SATURDAY, document

ORIGIN = "https://tavle.example:8443"
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt; & æøå",
]


class Rig:
    """A board, its clock, and a browser for each who has a link."""

    def __init__(self, folder: Path) -> None:
        self.now = SATURDAY
        numbers = iter(range(10_000))
        self.store = Store(folder)
        self.access = Access(folder, lambda: f"secret-{next(numbers):036}")
        self.plan = plans.read(json.dumps(document()), "plan.json")
        self.live = Live(self.store, self.plan, lambda: self.now, plain)
        self.app = Board(self.live, self.access, Place(ORIGIN, frozenset({"tavle.example"}))).app()
        self.client = TestClient(self.app, base_url=ORIGIN, raise_server_exceptions=True)

    def browser(self, who: str) -> Browser:
        token = self.access.issue(who, self.plan.expires, self.now)
        return Browser(TestClient(self.app, base_url=ORIGIN), token, self.client)


class Browser:
    """One who has come in by a link. Requests run in the loop of the first client, whose board is up."""

    def __init__(self, client: TestClient, token: str, up: TestClient) -> None:
        client.portal = up.portal
        self.client = client
        self.token = token
        answer = client.post("/enter", json={"token": token}, headers={"Origin": ORIGIN})
        assert answer.status_code == 200, answer.text
        self.cookie = answer.headers["set-cookie"]
        found = re.search(r'data-csrf="(\w+)"', client.get("/").text)
        assert found
        self.csrf = found[1]

    def say(self, kind: str, about: str, key: str = "", headers: dict[str, str] | None = None, **body: Any) -> Any:
        sent = {
            "key": key or f"key-{kind}-{about}-000000".replace(".", "-"),
            "report": {"kind": kind, "about": about, **body},
        }
        given = {"Origin": ORIGIN, "X-CSRF": self.csrf} | (headers or {})
        return self.client.post("/report", json=sent, headers={k: v for k, v in given.items() if v})


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    with made.client:
        yield made


def test_nothing_without_a_link(rig: Rig) -> None:
    for path in ("/", "/part", "/events"):
        answer = rig.client.get(path)
        assert answer.status_code == 401
        assert "S011" not in answer.text
    assert rig.client.post("/report", json={}, headers={"Origin": ORIGIN}).status_code == 401
    assert rig.client.get("/enter").status_code == 200
    assert rig.client.get("/../board.sqlite").status_code == 404
    assert rig.client.get("/static/../store.py").status_code == 404


def test_the_cookie_is_for_this_host_over_tls_and_no_script(rig: Rig) -> None:
    cookie = rig.browser("lead").cookie
    assert cookie.startswith("__Host-board=")
    for flag in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("end", ["expired", "revoked", "unknown"])
def test_a_dead_link_opens_nothing(rig: Rig, end: str) -> None:
    browser = rig.browser("crew:hold-1")
    token = browser.token
    match end:
        case "expired":
            rig.now = rig.plan.expires
        case "revoked":
            rig.access.revoke("crew:hold-1")
        case _:
            token = "x" * 43
    answer = rig.client.post("/enter", json={"token": token}, headers={"Origin": ORIGIN})
    assert answer.status_code == 401
    assert token not in answer.text
    if end != "unknown":
        assert browser.client.get("/").status_code == 401
        assert browser.say("visit.begun", "S011-1").status_code == 401
        assert rig.store.last() == 0


def test_another_crews_link_reports_nothing_for_this_one(rig: Rig) -> None:
    answer = rig.browser("crew:hold-2").say("visit.done", "S011-1", minutes=1, swapped=1)
    assert answer.status_code == 403
    assert answer.json()["error"] == "S011-1 er et andet holds besøg."
    assert rig.store.last() == 0


def test_a_crew_sees_its_own_route_and_no_other(rig: Rig) -> None:
    text = rig.browser("crew:hold-2").client.get("/").text
    assert "S021" in text
    assert "S011" not in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://ond.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://tavle.example:8443"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-CSRF": "0" * 64}, 403),
        ({"X-CSRF": ""}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_a_page_from_elsewhere_changes_nothing(rig: Rig, headers: dict[str, str], status: int) -> None:
    lead = rig.browser("lead")
    assert lead.say("day.opened", "day", headers=headers).status_code == status
    assert rig.store.last() == 0
    assert lead.say("day.opened", "day").status_code == 200


def test_the_value_of_another_session_is_none_of_ours(rig: Rig) -> None:
    lead, crew = rig.browser("lead"), rig.browser("crew:hold-1")
    assert lead.csrf != crew.csrf
    assert lead.say("day.opened", "day", headers={"X-CSRF": crew.csrf}).status_code == 403


def test_a_name_that_is_not_ours_is_refused(rig: Rig) -> None:
    """What points its own name at our address gets nothing (DNS rebinding)."""
    assert rig.client.get("/enter", headers={"Host": "ond.example"}).status_code == 421
    assert rig.client.get("/enter", headers={"Host": "tavle.example"}).status_code == 200


def test_every_answer_carries_the_headers(rig: Rig) -> None:
    lead = rig.browser("lead")
    for path in ("/", "/part", "/enter", "/static/board.js", "/worker.js", "/nothing"):
        headers = lead.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["strict-transport-security"].startswith("max-age=")
        assert headers["cache-control"] == ("no-cache" if path.endswith(".js") else "no-store")
    assert lead.client.get("/static/board.js").headers["content-type"].startswith("text/javascript")


def test_no_page_has_script_or_style_in_line(rig: Rig) -> None:
    for who in ("lead", "crew:hold-1", "data-centre", "service-desk"):
        text = rig.browser(who).client.get("/").text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", text)


class _Markup(HTMLParser):
    """The elements of a page, and what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data


def markup(text: str) -> _Markup:
    read = _Markup()
    read.feed(text)
    return read


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_write_is_text_wherever_it_shows(rig: Rig, payload: str) -> None:
    from refresh.board import export

    crew, lead, desk = rig.browser("crew:hold-1"), rig.browser("lead"), rig.browser("service-desk")

    def say(text: str, key: str) -> None:
        blocked: dict[str, Any] = {"fault": "other", "reason": text}
        assert crew.say("visit.blocked", "S011-1", key=f"{key}-blocked-000000", **blocked).status_code == 200
        assert lead.say("said", "all", key=f"{key}-said-0000000000", text=text).status_code == 200
        gone = {"go": False, "reason": text}
        gate = {"a": "gate-1", "b": "gate-2"}[key]
        assert lead.say("gate.decided", gate, key=f"{key}-gate-000000000", **gone).status_code == 200

    def pages() -> dict[str, str]:
        found = {one.token: one.client.get("/").text for one in (crew, lead, desk)}
        files = export.files(rig.plan, "{}", rig.store.lines(), rig.now)
        return found | {"export": files["board.html"]}

    say("harmløst", "a")
    plain_pages = {name: markup(text) for name, text in pages().items()}
    say(payload, "b")
    for name, text in pages().items():
        found = markup(text)
        assert payload in found.said, name
        kinds = {(tag, names) for tag, names in plain_pages[name].elements}
        assert {(tag, names) for tag, names in found.elements} <= kinds | {("article", ("class", "data-item"))}, name


def test_a_report_is_kept_once_however_often_it_is_sent(rig: Rig) -> None:
    crew = rig.browser("crew:hold-1")
    answers = [crew.say("visit.done", "S011-1", minutes=50, swapped=12) for _ in range(3)]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert rig.store.last() == 1
    other = crew.say("visit.done", "S011-1", minutes=51, swapped=12)
    assert (other.status_code, rig.store.last()) == (409, 1)
    # Another crew's key is another key.
    same = rig.browser("crew:hold-2").say("visit.begun", "S021-1", key="key-visit-done-S011-1-000000")
    assert (same.status_code, rig.store.last()) == (200, 2)


@pytest.mark.parametrize(
    "body",
    [
        {"minutes": -1, "swapped": 1},
        {"minutes": 1, "swapped": 2001},
        {"minutes": "1", "swapped": 1},
        {"minutes": 1.5, "swapped": 1},
        {"minutes": True, "swapped": 1},
        {"minutes": 1},
        {"minutes": 1, "swapped": 1, "who": "lead"},
    ],
)
def test_a_report_with_what_is_none_is_refused(rig: Rig, body: dict[str, Any]) -> None:
    answer = rig.browser("crew:hold-1").say("visit.done", "S011-1", **body)
    assert answer.status_code == 422
    assert rig.store.last() == 0


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b'{"key": "x"}', b"\xff\xfe", b'{"key":"0000000000000000","waited":1e999}']
)
def test_what_is_no_report_is_refused(rig: Rig, raw: bytes) -> None:
    crew = rig.browser("crew:hold-1")
    headers = {"Origin": ORIGIN, "X-CSRF": crew.csrf, "Content-Type": "application/json"}
    assert crew.client.post("/report", content=raw, headers=headers).status_code == 422


def test_half_a_letter_is_refused_before_it_reaches_the_log(rig: Rig) -> None:
    lead = rig.browser("lead")
    raw = rb'{"key": "0000000000000000", "report": {"kind": "said", "about": "all", "text": "x\ud800y"}}'
    headers = {"Origin": ORIGIN, "X-CSRF": lead.csrf, "Content-Type": "application/json"}
    assert lead.client.post("/report", content=raw, headers=headers).status_code == 422
    assert lead.say("said", "all", text="x\U0001f600y").status_code == 200


def test_a_body_without_end_is_cut(rig: Rig) -> None:
    crew = rig.browser("crew:hold-1")
    headers = {"Origin": ORIGIN, "X-CSRF": crew.csrf, "Content-Type": "application/json"}
    assert crew.client.post("/report", content=b" " * (BODY + 1), headers=headers).status_code == 413


def test_words_are_one_line_without_marks_that_turn_them(rig: Rig) -> None:
    lead = rig.browser("lead")
    assert lead.say("said", "all", text="en\nto\u202etre\x07").status_code == 200
    assert rig.store.records()[-1].body["text"] == "en totre"
    assert lead.say("said", "all", key="x" * 16, text=" \n ").status_code == 422


def test_a_gate_is_answered_once_and_never_after_its_time(rig: Rig) -> None:
    lead = rig.browser("lead")
    rig.now = SATURDAY + timedelta(hours=1)
    assert lead.say("gate.decided", "gate-1", go=True, reason="ok", met=["vda"]).status_code == 200
    again = lead.say("gate.decided", "gate-1", key="k" * 16, go=False, reason="nej")
    assert (again.status_code, "besvaret med go" in again.text) == (409, True)
    rig.now = SATURDAY + timedelta(hours=16)
    late = lead.say("gate.decided", "gate-2", go=True, reason="ok")
    assert late.status_code == 409
    assert "udløbet uden svar fra Beslutningsansvarlig" in late.json()["error"]
    until: dict[str, Any] = {"until": (rig.now + timedelta(hours=1)).isoformat(), "reason": "forsinket"}
    past = lead.say("gate.reopened", "gate-2", key="p" * 16, until=rig.now.isoformat(), reason="x")
    assert past.status_code == 409
    assert lead.say("gate.reopened", "gate-2", **until).status_code == 200
    assert lead.say("gate.decided", "gate-2", key="g" * 16, go=True, reason="ok").status_code == 200


def test_the_board_writes_down_by_name_who_did_not_answer(rig: Rig) -> None:
    rig.now = SATURDAY + timedelta(hours=3)
    deadline = datetime.now().astimezone() + timedelta(seconds=10)
    while rig.store.last() < 1 and datetime.now().astimezone() < deadline:
        rig.client.get("/enter")
    (record,) = rig.store.records()
    assert (record.who, record.kind, record.about) == ("board", "gate.expired", "gate-1")
    assert record.body["role"] == "Beslutningsansvarlig"
    assert "Beslutningsansvarlig svarede ikke inden lør. 9.00" in rig.browser("lead").client.get("/").text


def test_what_cannot_be_kept_is_not_acknowledged(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    crew = rig.browser("crew:hold-1")
    kept = rig.store.append
    monkeypatch.setattr(rig.store, "append", lambda _: (_ for _ in ()).throw(sqlite3.OperationalError("disk full")))
    assert crew.say("visit.begun", "S011-1").status_code == 503
    assert rig.live.state.work["S011-1"].status == "planned"
    monkeypatch.setattr(rig.store, "append", kept)
    assert crew.say("visit.begun", "S011-1").status_code == 200
    assert rig.live.state.work["S011-1"].status == "begun"


def test_a_board_that_cannot_go_on_ends(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[int] = []
    monkeypatch.setattr("refresh.board.server.signal.raise_signal", raised.append)
    crew = rig.browser("crew:hold-1")
    monkeypatch.setattr(rig.store, "append", lambda _: 1 / 0)
    assert crew.say("visit.begun", "S011-1").status_code == 503
    assert raised == [signal.SIGTERM]


def test_a_forecast_that_fails_takes_nothing_with_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rig.live, "_forecaster", lambda *_: 1 / 0)
    crew = rig.browser("crew:hold-1")
    assert crew.say("visit.begun", "S011-1").status_code == 200
    assert rig.browser("lead").client.get("/").status_code == 200


def test_what_another_process_adds_is_found(rig: Rig, tmp_path: Path) -> None:
    from cli.board import _note

    _note(Store(tmp_path), "link.issued", {"who": "lead"}, lambda: rig.now)
    crew = rig.browser("crew:hold-1")
    answers = [crew.say("visit.begun", "S011-1").status_code for _ in range(2)]
    # The first may find that the chain has moved on; a phone sends it again.
    assert answers[-1] == 200
    assert [record.seq for record in rig.store.records()] == [1, 2]


def test_who_leaves_is_out(rig: Rig) -> None:
    lead = rig.browser("lead")
    headers = {"Origin": ORIGIN, "X-CSRF": lead.csrf, "Content-Type": "application/json"}
    assert lead.client.post("/leave", content=b"{}", headers=headers | {"X-CSRF": "x"}).status_code == 403
    assert lead.client.get("/").status_code == 200
    cookie = dict(lead.client.cookies)
    assert lead.client.post("/leave", content=b"{}", headers=headers).status_code == 200
    lead.client.cookies.update(cookie)
    assert lead.client.get("/").status_code == 401
