"""The plan as calendars (iCalendar, RFC 5545): one for each crew with its visits, one for the data centre with tasks
and gates.

An event keeps its UID when the plan changes, so a calendar that is read again moves it and makes no second one. Times
are in Europe/Copenhagen with the zone's own rules beside them, for the last weekends of March and October.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

_Component = Any
"""An event or a calendar: the library's own types say too little for a strict checker."""
_ZONE = ZoneInfo("Europe/Copenhagen")


def files(document: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Calendars by the name of their file, of what `refresh plan --json` prints."""
    visits = {visit["id"]: visit for visit in document["visits"]}
    for crew in document["crews"]:
        events = [_visit(document, visits[key]) for shift in crew["shifts"] for key in shift["visits"]]
        if events:
            yield f"{crew['key']}.ics", _calendar(f"{crew['title']}, {document['title']}", events)
    tasks = [_task(document, task) for task in document["tasks"] if not task.get("site")]
    gates = [_gate(document, gate) for gate in document["gates"]]
    if tasks or gates:
        yield "datacentret.ics", _calendar(f"Datacentret, {document['title']}", [*tasks, *gates])


def _calendar(title: str, events: list[_Component]) -> bytes:
    calendar: _Component = Calendar()
    calendar.add("prodid", "-//platform-refresh//refresh plan//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for event in sorted(events, key=lambda event: (event.decoded("dtstart"), str(event["uid"]))):
        calendar.add_component(event)
    starts = [event.decoded("dtstart").date() for event in events]
    calendar.add_missing_timezones(min(starts).replace(month=1, day=1), max(starts).replace(month=12, day=31))
    return calendar.to_ical()


def _event(document: Mapping[str, Any], key: str, begins: str, ends: str, summary: str) -> _Component:
    event: _Component = Event()
    event.add("uid", f"{key}@{document['platform']}-{document['generation']}")
    event.add("dtstamp", _moment(document["closes"]).astimezone(ZoneInfo("UTC")))
    event.add("dtstart", _moment(begins))
    event.add("dtend", _moment(ends))
    event.add("summary", summary)
    return event


def _visit(document: Mapping[str, Any], visit: Mapping[str, Any]) -> _Component:
    seats = visit["devices"]
    event = _event(
        document,
        visit["id"],
        visit["begins"],
        visit["ends"],
        f"{visit['site']} {visit['name']}, {seats} {'plads' if seats == 1 else 'pladser'}",
    )
    event.add("location", visit["address"])
    if visit.get("position"):
        event.add("geo", tuple(visit["position"]))
    lines = [f"Lukker op: {', '.join(filter(None, (visit['host'], visit['phone'])))}"]
    if visit["never_closes"]:
        lines.append(f"Åbent døgnet rundt: {visit['parallel']}" if visit["parallel"] else "Åbent døgnet rundt")
    event.add("description", "\n".join(lines))
    return event


def _task(document: Mapping[str, Any], task: Mapping[str, Any]) -> _Component:
    event = _event(document, f"task-{task['id']}", task["begins"], task["ends"], task["title"])
    lines = [f"{task['role']}, stedfortræder {task['deputy']}", task["action"], f"Kontrol: {task['verification']}"]
    event.add("description", "\n".join(filter(None, lines)))
    return event


def _gate(document: Mapping[str, Any], gate: Mapping[str, Any]) -> _Component:
    ends = (datetime.fromisoformat(gate["at"]) + timedelta(minutes=15)).isoformat()
    event = _event(document, f"gate-{gate['id']}", gate["at"], ends, f"{gate['title']}: ja eller nej")
    event.add("description", "\n".join([f"Afgøres af {gate['role']}", *(c["title"] for c in gate["criteria"])]))
    return event


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(_ZONE)
