"""All that happened, afterwards: a log that anybody can check, the figures as JSON, and a page to read.

`log.jsonl` is the chain itself, a line a report, each with the SHA-256 of the one before it. `board.json` and
`board.html` are made from it and the plan, and name its head. The plan that it was kept under lies beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from refresh.board import danish, pages, record
from refresh.board.access import identities
from refresh.board.plan import Plan
from refresh.board.reports import FAULTS
from refresh.board.state import State
from refresh.board.views import View


def files(plan: Plan, plan_text: str, lines: list[str], now: datetime) -> Mapping[str, str]:
    """The files by name. Raises BrokenError when the chain does not hold."""
    head = record.head(lines)
    state = State(plan, head=record.GENESIS).apply(record.parse(line) for line in lines)
    document = _document(state, now, head)
    return {
        "log.jsonl": "".join(f"{line}\n" for line in lines),
        "plan.json": plan_text,
        "board.json": json.dumps(document, ensure_ascii=False, indent=1) + "\n",
        "board.html": _page(state, now, head),
    }


def _document(state: State, now: datetime, head: str) -> dict[str, Any]:
    plan = state.plan
    return {
        "format": 1,
        "platform": plan.platform,
        "title": plan.title,
        "exported": now.isoformat(),
        "lines": state.seq,
        "head": head,
        "opened": _iso(state.opened),
        "closed": _iso(state.closed),
        "sites": {code: state.site(visits) for code, visits in state.sites().items()},
        "visits": [
            {"id": visit.id, "site": visit.site, "crew": visit.crew, "devices": visit.devices} | _work(state, visit.id)
            for visit in plan.visits
        ],
        "tasks": [{"id": task.id, "title": task.title} | _work(state, task.id) for task in plan.task.values()],
        "gates": [
            {
                "id": gate.id,
                "title": gate.title,
                "role": gate.role,
                "answer": (standing := state.gates[gate.id]).answer(now),
                "deadline": standing.deadline.isoformat(),
                "at": _iso(standing.at),
                "who": standing.who,
                "reason": standing.reason,
                "met": list(standing.met),
            }
            for gate in plan.gates
        ],
        "decisions": [
            {"at": one.at.isoformat(), "who": one.who, "kind": one.kind, "about": one.about} | dict(one.body)
            for one in state.log
            if one.kind
            in ("decided", "gate.decided", "gate.expired", "gate.reopened", "day.opened", "day.closed", "said")
        ],
        "faults": {
            "by_kind": {kind: state.faults()[kind] for kind in FAULTS if state.faults()[kind]},
            "each": [
                {
                    "about": one.about,
                    "fault": one.fault,
                    "reason": one.reason,
                    "who": one.who,
                    "at": one.at.isoformat(),
                    "over": _iso(one.over),
                }
                for one in state.troubles
            ],
        },
    }


def _work(state: State, name: str) -> dict[str, Any]:
    work = state.work[name]
    return {
        "status": work.status,
        "said": _iso(work.said),
        "who": work.who,
        "begun": _iso(work.begun),
        "ended": _iso(work.ended),
        "minutes": work.minutes,
        "swapped": work.swapped,
        "dead": work.dead,
        "fault": work.fault,
        "reason": work.reason,
    }


def _page(state: State, now: datetime, head: str) -> str:
    view = View(state, now, None)
    return pages.render(
        "export.html.j2",
        plan=state.plan,
        view=view,
        summary=view.summary(),
        state=state,
        head=head,
        people=identities(state.plan),
        exported=danish.moment(now),
    )


def _iso(when: datetime | None) -> str | None:
    return when.isoformat() if when is not None else None
