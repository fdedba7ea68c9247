"""`refresh board` as a process: killed while crews report, over TLS, under load, and what it prints."""

from __future__ import annotations

import json
import shutil
import sqlite3
import ssl
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from refresh.board import record
from refresh.board.store import FILE
from tests.support.board import Phone, Process, document
from tests.support.board_load import press
from tests.support.validators import program

AT = ("--at", "2027-02-06T07:10")


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Process]:
    made = Process(tmp_path)
    yield made
    made.stop()


def kept(folder: Path) -> list[record.Record]:
    """What the file has, read by another connection than the board's."""
    rows = sqlite3.connect(folder / "data" / FILE).execute("SELECT line FROM log ORDER BY seq").fetchall()
    record.head([line for (line,) in rows])
    return [record.parse(line) for (line,) in rows]


def test_what_was_acknowledged_survives_a_kill(board: Process) -> None:
    """Crews report without a pause, and send again what was not answered; the board is killed between, four times."""
    links = board.links()
    board.start(*AT)
    phones = {crew: Phone(board.origin, links[f"Hold {crew}"]) for crew in (1, 2, 3)}
    acknowledged: dict[str, int] = {}
    said: list[str] = []
    over = threading.Event()

    def report(crew: int) -> None:
        while not over.is_set():
            key = str(uuid.uuid4())
            said.append(key)
            while True:
                try:
                    answer = phones[crew].say("visit.done", f"S0{crew}1-1", key=key, minutes=1, swapped=1)
                except httpx.TransportError:
                    time.sleep(0.05)
                    continue
                if answer.status_code == 200:
                    acknowledged[key] = answer.json()["seq"]
                    break
                assert answer.status_code == 503, answer.text

    threads = [threading.Thread(target=report, args=(crew,)) for crew in phones]
    for thread in threads:
        thread.start()
    for _ in range(4):
        time.sleep(0.7)
        board.kill()
        before = dict(acknowledged)
        found = {one.key: one.seq for one in kept(board.folder)}
        assert before.items() <= found.items()
        board.start(*AT)
    time.sleep(0.7)
    over.set()
    for thread in threads:
        thread.join()
    found = [one.key for one in kept(board.folder) if one.kind == "visit.done"]
    assert sorted(found) == sorted(said), "each report is there, and once"
    assert len(said) > 30


def test_no_secret_is_in_what_it_prints(board: Process) -> None:
    links = board.links()
    board.start(*AT)
    phone = Phone(board.origin, links["Hold 1"])
    token = links["Hold 1"].partition("#")[2]
    httpx.get(f"{board.origin}/enter?token={token}")
    httpx.get(f"{board.origin}/{token}")
    httpx.post(f"{board.origin}/enter", content=token)
    assert httpx.get(f"{board.origin}/", headers={"Cookie": token, "X": token * 2000}).status_code in {400, 401}
    phone.say("visit.begun", "S011-1")
    listed = board.refresh("--links", str(board.folder / "again.txt"))
    board.stop()
    said = board.log.read_text(encoding="utf-8") + listed.stdout + listed.stderr
    assert "the board of Lilleby Kommune is on" in said
    cookie = phone.client.cookies["board"]
    for secret in (token, cookie, phone.csrf, *(link.partition("#")[2] for link in links.values())):
        assert secret not in said


def test_links_are_told_once_and_to_their_owner_alone(board: Process) -> None:
    assert set(board.links()) == {
        "Skifteleder", "Skifteleders stedfortræder", "Datacenter", "Servicedesk", "Hold 1", "Hold 2", "Hold 3",
    }  # fmt: skip
    assert (board.folder / "links.txt").stat().st_mode & 0o077 == 0
    again = board.refresh("--links", str(board.folder / "more.txt"))
    assert (again.returncode, again.stderr.count("; ")) == (2, 1)
    assert not (board.folder / "more.txt").exists()
    ended = board.refresh("--revoke", "crew:hold-2")
    assert (ended.returncode, ended.stdout) == (0, "crew:hold-2: 1 link ended\n")
    there = board.refresh("--links", str(board.folder / "links.txt"))
    assert "is there; name a new file" in there.stderr
    assert set(board.links("third.txt")) == {"Hold 2"}
    page = board.folder / "sheet.html"
    board.refresh("--revoke", "lead")
    assert board.refresh("--links", str(page)).returncode == 0
    assert "<svg" in page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o077 == 0


def test_a_revoked_link_is_dead_while_the_board_is_up(board: Process) -> None:
    links = board.links()
    board.start(*AT)
    phone, other = Phone(board.origin, links["Hold 1"]), Phone(board.origin, links["Hold 2"])
    with phone.client.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 3000"
        assert board.refresh("--revoke", "crew:hold-1").returncode == 0
        assert phone.say("visit.begun", "S011-1").status_code == 401
        assert other.say("visit.begun", "S021-1").status_code in {200, 503}
        # The stream ends too, when it next has something to say.
        assert "data: 999" not in list(lines)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """One for 127.0.0.1, made by openssl."""
    openssl = program("openssl")
    pem, key = tmp_path / "tls.pem", tmp_path / "tls.key"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tavle.example",
         "-addext", "subjectAltName=DNS:tavle.example,IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)],
        check=True, capture_output=True,
    )  # fmt: skip
    return pem, key


def test_over_tls_the_link_opens_a_cookie_for_this_host_alone(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    pem, key = certificate
    trusts = ssl.create_default_context(cafile=str(pem))
    board = Process(tmp_path, scheme="https", trusts=trusts, options=("--certificate", str(pem), "--key", str(key)))
    links = board.links()
    assert links["Hold 1"].startswith(f"{board.origin}/enter#")
    board.start(*AT)
    try:
        phone = Phone(board.origin, links["Hold 1"], trusts)
        assert "__Host-board" in phone.client.cookies
        assert phone.say("visit.begun", "S011-1").status_code == 200
        assert "strict-transport-security" in phone.client.get("/").headers
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{board.port}/enter")
        said = subprocess.run(
            [program("openssl"), "s_client", "-connect", f"127.0.0.1:{board.port}", "-CAfile", str(pem)],
            input="", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Verify return code: 0 (ok)" in said.stdout
        assert subprocess.run(
            [program("openssl"), "s_client", "-connect", f"127.0.0.1:{board.port}", "-tls1_1"],
            input="", capture_output=True, text=True, check=False,
        ).returncode  # fmt: skip
    finally:
        board.stop()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--listen", "0.0.0.0:8443"], "give --certificate and --key"),
        (["--revoke", "crew:hold-9"], "nobody is called crew:hold-9; "),
        (["--plan", "nowhere.json"], "give a plan.json"),
    ],
)
def test_what_cannot_be_served_is_told_on_one_line(board: Process, options: list[str], says: str) -> None:
    done = board.refresh(*options)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.startswith("refresh board: ")
    assert done.stderr.count("\n") == 1


def test_another_platforms_plan_is_refused(tmp_path: Path) -> None:
    board = Process(tmp_path, plan=document() | {"platform": "holstebro"})
    assert "the plan is holstebro's; give one of lilleby" in board.refresh("--links", "x").stderr


def test_one_board_a_folder(board: Process) -> None:
    board.start(*AT)
    assert "a board is up on" in board.refresh().stderr


def test_all_that_happened_is_exported_with_a_chain_that_sha256sum_can_check(board: Process, tmp_path: Path) -> None:
    links = board.links()
    board.start(*AT)
    lead, crew = Phone(board.origin, links["Skifteleder"]), Phone(board.origin, links["Hold 1"])
    for done in (
        lead.say("day.opened", "day"),
        crew.say("visit.done", "S011-1", minutes=55, swapped=11, dead=1),
        crew.say("visit.blocked", "S012-1", fault="access", reason="Låst"),
        lead.say("decided", "S012-1", outcome="drop", reason="Kommer mandag"),
        lead.say("gate.decided", "gate-1", go=True, reason="Alt svarer", met=["vda", "dns"]),
    ):
        assert done.status_code == 200
    out = tmp_path / "out"
    assert board.refresh("--export", str(out)).returncode == 0
    said = json.loads((out / "board.json").read_text(encoding="utf-8"))
    assert said["sites"]["S011"] == "done"
    assert said["sites"]["S012"] == "dropped"
    assert said["faults"]["by_kind"] == {"access": 1}
    assert [one["kind"] for one in said["decisions"]] == ["day.opened", "decided", "gate.decided"]
    assert {one["who"] for one in said["decisions"]} == {"lead"}
    assert said["gates"][0]["answer"] == "go"
    assert "Kommer mandag" in (out / "board.html").read_text(encoding="utf-8")
    script = """
    previous=$(printf '0%.0s' $(seq 64))
    while IFS= read -r line; do
        case $line in *"\\"previous\\":\\"$previous\\""*) ;; *) exit 1 ;; esac
        previous=$(printf %s "$line" | sha256sum | cut -d' ' -f1)
    done < log.jsonl
    echo $previous
    """
    shell = subprocess.run(["bash", "-c", script], cwd=out, capture_output=True, text=True, check=True)
    assert shell.stdout.strip() == said["head"]


def test_a_log_that_was_changed_is_not_exported(board: Process, tmp_path: Path) -> None:
    board.links()
    with sqlite3.connect(board.folder / "data" / FILE) as db:
        db.execute("DROP TRIGGER log_is_not_changed")
        db.execute("UPDATE log SET line = replace(line, 'lead', 'deputy') WHERE seq = 2")
    done = board.refresh("--export", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "line 3 does not follow" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_thirty_crews_report_at_once(tmp_path: Path) -> None:
    """Ten seconds of it; two minutes are in tests/bench. The bar is 200 ms for nineteen of twenty."""
    board = Process(tmp_path, plan=document(crews=30, visits=2))
    links = board.links()
    board.start(*AT)
    try:
        phones = {f"S{crew:02}1-1": Phone(board.origin, links[f"Hold {crew}"]) for crew in range(1, 31)}
        figures, acknowledged = press(phones, a_minute=200, seconds=10)
    finally:
        board.stop()
    found = [one.key for one in kept(tmp_path) if one.kind == "visit.done"]
    assert sorted(found) == sorted(acknowledged)
    assert figures.sent > 300, figures
    # The bar is for the machine alone; here others compile beside it.
    assert figures.median < 0.2, figures
    print(figures)
    shutil.rmtree(tmp_path / "data")
