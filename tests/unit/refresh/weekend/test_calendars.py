"""Calendars as another reader has them, and what is in them hour by hour."""

from __future__ import annotations

from datetime import UTC, datetime

import ics
import pytest

from refresh.weekend import calendars
from tests.support.plans import ZONE, at, plan, visit

HOLDS = {name: content.decode() for name, content in calendars.files(plan())}


def test_there_is_one_for_each_crew_and_one_for_the_data_centre() -> None:
    assert list(HOLDS) == ["hold-1.ics", "hold-2.ics", "datacentret.ics"]


@pytest.mark.parametrize("name", sorted(HOLDS))
def test_another_reader_has_every_event(name: str) -> None:
    read = ics.Calendar(HOLDS[name])
    expected = {"hold-1.ics": 3, "hold-2.ics": 1, "datacentret.ics": 2}
    assert len(read.events) == expected[name]


def test_another_reader_has_the_hours_of_a_visit() -> None:
    event = next(e for e in ics.Calendar(HOLDS["hold-2.ics"]).events)
    assert event.begin.datetime.astimezone(UTC) == datetime(2027, 2, 6, 7, 0, tzinfo=UTC)
    assert event.end.datetime.astimezone(UTC) == datetime(2027, 2, 6, 11, 0, tzinfo=UTC)
    assert event.name == "S003 Skole S003, 12 pladser"
    assert event.location == "Kærvej 1, 7500 Holstebro"


def test_hours_hold_over_the_last_weekend_of_march() -> None:
    """Clocks go forward at two in the night to 28 March 2027: a visit at nine is at seven in UTC and not at eight."""
    begins, ends = "2027-03-28T09:00:00+02:00", "2027-03-28T10:00:00+02:00"
    moved = plan(visits=[visit("S001", "hold-1", begins, ends)], tasks=[], gates=[])
    moved["crews"] = [moved["crews"][0] | {"shifts": [{"day": "2027-03-28", "visits": ["S001-1"]}]}]
    content = dict(calendars.files(moved))["hold-1.ics"].decode()
    assert "DTSTART;TZID=Europe/Copenhagen:20270328T090000" in content
    event = next(e for e in ics.Calendar(content).events)
    assert event.begin.datetime.astimezone(UTC) == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)


def test_a_moved_visit_keeps_its_uid() -> None:
    later = plan()
    later["visits"][2] |= {"begins": at(6, 9), "ends": at(6, 13)}
    moved = dict(calendars.files(later))["hold-2.ics"].decode()
    assert _uid(moved) == _uid(HOLDS["hold-2.ics"])
    assert moved != HOLDS["hold-2.ics"]


def test_a_site_that_never_closes_says_how_it_goes_on() -> None:
    event = next(e for e in ics.Calendar(HOLDS["hold-1.ics"]).events if e.name.startswith("S002"))
    assert "Åbent døgnet rundt: En afdeling ad gangen" in (event.description or "")


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert dict(calendars.files(plan())) == dict(calendars.files(plan()))
    assert ZONE.utcoffset(None).total_seconds() == 3600


def _uid(content: str) -> list[str]:
    return [line for line in content.splitlines() if line.startswith("UID")]
