"""A small plan for the board, in the shape that `refresh plan` writes, and a board that runs on it as a process."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner

from cli.main import app
from tests.support.paths import LILLEBY, ROOT

SATURDAY = datetime.fromisoformat("2027-02-06T07:00+01:00")
HOUSES = ("Skovbrynet", "Æblegården", "Åkanden", "Mælkevejen", "Søstjernen", "Kløverløkken", "Fyrtårnet")
REFRESH = [sys.executable, "-c", "from cli.main import main; main()"]


def document(crews: int = 3, visits: int = 3, devices: int = 12) -> dict[str, Any]:
    """A Saturday on which each crew has some visits of an hour, with a task before and two gates."""
    found: dict[str, Any] = {
        "format": 1,
        "platform": "lilleby",
        "title": "Lilleby Kommune",
        "generation": "g26",
        "previous": "g22",
        "closes": "2027-02-05T16:00:00+01:00",
        "opens": "2027-02-08T06:30:00+01:00",
        "point_of_no_return": "2027-02-07T15:00:00+01:00",
        "feasible": True,
        "short": None,
        "verdict": ["MULIGT"],
        "crews": [],
        "visits": [],
        "tasks": [
            _task("data-sbsys", "Flyt data for Sbsys", -9, 150, 190, []),
            _task("flip-kontor", "Vend kontorpladser", -5, 10, 15, ["data-sbsys"]),
        ],
        "gates": [
            {
                "id": "gate-1",
                "title": "Første bruger på ny plads",
                "at": _iso(SATURDAY + timedelta(hours=2)),
                "role": "Beslutningsansvarlig",
                "criteria": [
                    {"key": "vda", "title": "Sessionsværter registreret", "limit": "98 %", "source": "refresh doctor"},
                    {"key": "dns", "title": "Stabile navne svarer", "limit": "alle", "source": "refresh doctor"},
                ],
            },
            {"id": "gate-2", "title": "Fortsæt søndag", "at": _iso(SATURDAY + timedelta(hours=15)),
             "role": "Beslutningsansvarlig", "criteria": []},
        ],
        "unplanned": [],
    }  # fmt: skip
    for crew in range(1, crews + 1):
        names = [f"S{crew:02}{number}-1" for number in range(1, visits + 1)]
        begins = [SATURDAY + timedelta(minutes=90 * number) for number in range(visits)]
        shift = {"day": "2027-02-06", "begins": _iso(SATURDAY), "ends": _iso(begins[-1] + timedelta(hours=1)),
                 "kilometres": 40.0, "visits": names}  # fmt: skip
        found["crews"].append(
            {"key": f"hold-{crew}", "title": f"Hold {crew}", "people": 2, "skills": [], "shifts": [shift],
             "vehicle": {"kind": "kassevogn", "devices": 40}}
        )  # fmt: skip
        found["visits"] += [
            _visit(name, f"hold-{crew}", begin, devices) for name, begin in zip(names, begins, strict=True)
        ]
    return found


def _visit(name: str, crew: str, begins: datetime, devices: int) -> dict[str, Any]:
    site = name.partition("-")[0]
    house = HOUSES[int(site[-1]) % len(HOUSES)]
    return {
        "id": name,
        "site": site,
        "name": house,
        "address": "Skolegade 4, 7500 Lilleby",
        "position": [56.36, 8.61],
        "crew": crew,
        "arrives": _iso(begins - timedelta(minutes=5)),
        "begins": _iso(begins),
        "ends": _iso(begins + timedelta(minutes=60)),
        "latest": _iso(begins + timedelta(hours=4)),
        "devices": devices,
        "workplaces": [],
        "travel_minutes": 20,
        "kilometres": 8.5,
        "host": "Institutionens pædagogiske leder",
        "phone": "96 11 75 00",
        "never_closes": False,
        "parallel": None,
    }


def _task(name: str, title: str, hours: float, p50: int, p90: int, needs: list[str]) -> dict[str, Any]:
    begins = SATURDAY + timedelta(hours=hours)
    return {
        "id": name, "kind": name.partition("-")[0], "title": title, "role": "Datacenter", "deputy": "Driftsleder",
        "begins": _iso(begins), "ends": _iso(begins + timedelta(minutes=p50)), "p50": p50, "p90": p90, "needs": needs,
        "precondition": "refresh doctor lilleby", "action": "pulumi up -s lilleby-access", "verification": "log på",
        "way_back": "det samme den anden vej", "way_back_minutes": p50, "reversible": True, "evidence": "skærmbillede",
        "critical": True, "slack": 0, "site": None,
    }  # fmt: skip


def _iso(when: datetime) -> str:
    return when.isoformat()


def port() -> int:
    """One that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Process:
    """`refresh board` as a person runs it, on a folder of its own."""

    folder: Path
    plan: Mapping[str, Any] = field(default_factory=document)
    options: tuple[str, ...] = ()
    scheme: str = "http"
    port: int = field(default_factory=port)
    trusts: ssl.SSLContext | bool = True
    """Whose certificate is believed."""
    running: subprocess.Popen[str] | None = None

    @property
    def origin(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.folder / "log.txt"

    def refresh(self, *options: str) -> subprocess.CompletedProcess[str]:
        """`refresh board` with the plan, the folder and the address, in this process: a start takes a second."""
        words = self._command(*options)[len(REFRESH) :]
        done = CliRunner().invoke(app, words, catch_exceptions=False)
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    def _command(self, *options: str) -> list[str]:
        path = self.folder / "plan.json"
        path.write_text(json.dumps(self.plan), encoding="utf-8")
        where = ["--listen", f"127.0.0.1:{self.port}", *self.options]
        return [
            *REFRESH,
            "board",
            str(LILLEBY),
            "--plan",
            str(path),
            "--data",
            str(self.folder / "data"),
            *where,
            *options,
        ]

    def links(self, name: str = "links.txt") -> dict[str, str]:
        """Links for all who have none, by whose they are."""
        done = self.refresh("--links", str(self.folder / name))
        assert done.returncode == 0, done.stderr
        lines = (self.folder / name).read_text(encoding="utf-8").splitlines()
        return dict(line.split("\t") for line in lines)

    def start(self, *options: str) -> None:
        with self.log.open("a", encoding="utf-8") as log:
            self.running = subprocess.Popen(
                self._command(*options), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, text=True,
                env=dict(os.environ) | {"PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        for _ in range(300):
            assert self.running.poll() is None, self.log.read_text(encoding="utf-8")
            try:
                httpx.get(f"{self.origin}/enter", verify=self.trusts, timeout=2)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.log.read_text(encoding="utf-8"))

    def kill(self) -> None:
        """As a power cut does, as far as a process can tell."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if self.running is not None:
            self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self.running is not None
        self.running.send_signal(how)
        self.running.wait(20)
        self.running = None


class Phone:
    """A browser's part of the conversation: a link exchanged for a cookie, and reports."""

    def __init__(self, origin: str, link: str, trusts: ssl.SSLContext | bool = True) -> None:
        self.client = httpx.Client(base_url=origin, headers={"Origin": origin}, verify=trusts, timeout=20)
        answer = self.client.post("/enter", json={"token": link.partition("#")[2]})
        assert answer.status_code == 200, answer.text
        found = re.search(r'data-csrf="([0-9a-f]+)"', self.client.get("/").text)
        assert found is not None
        self.csrf = found[1]

    def say(self, kind: str, about: str, *, key: str | None = None, waited: float = 0, **body: Any) -> httpx.Response:
        sent = {"key": key or str(uuid.uuid4()), "waited": waited, "report": {"kind": kind, "about": about, **body}}
        return self.client.post("/report", json=sent, headers={"X-CSRF": self.csrf})
