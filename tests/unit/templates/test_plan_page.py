"""The page of a plan: what it says, and that what people typed stays text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from model.rules import look
from templates.plan import charts, files
from tests.support.plans import at, plan, visit


def page(**changed: object) -> str:
    return dict(files(plan(**changed)))["plan.html"]


def pictures(text: str) -> list[ET.Element]:
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]  # noqa: S314 our own


def test_the_verdict_stands_first_and_in_its_colour() -> None:
    yes, no = page(), page(feasible=False, verdict=["IKKE MULIGT med 25: mangler 7 personer"])
    assert '<div class="verdict">' in yes
    assert '<div class="verdict no">\n<p>IKKE MULIGT med 25: mangler 7 personer</p>' in no


def test_numbers_are_the_plans_sums() -> None:
    facts = {what: value for value, what in re.findall(r"<li><b>(.*?)</b>(.*?)</li>", page())}
    assert facts == {
        "steder": "4",
        "besøg": "4",
        "pladser": "19",
        "hold": "2",
        "teknikere ude": "4",
        "kilometer": "121",
        "længste vagt": "8 t 00",
    }


def test_every_picture_is_well_formed_and_every_visit_is_on_two_of_them() -> None:
    found = pictures(page())
    assert len(found) == 5
    hints = [title.text or "" for svg in found for title in svg.iter("{http://www.w3.org/2000/svg}title")]
    for held in plan()["visits"]:
        assert sum(hint.startswith(f"{held['site']} {held['name']}:") for hint in hints) == 2


def test_what_people_typed_stays_text() -> None:
    hostile = plan()
    hostile["visits"][0] |= {"name": "<script>alert(1)</script>", "host": '"><img src=x onerror=alert(1)>'}
    text = dict(files(hostile))["plan.html"]
    assert "<script>" not in text
    assert "<img" not in text


def test_bars_stand_at_their_hours() -> None:
    gantt = charts.of_crews(plan(), "2027-02-06")
    hour = {tick.label: tick.x for tick in gantt.ticks}
    bars = {bar.hint[:4]: bar for bar in gantt.bars}
    assert bars["S001"].x == hour["8"]
    assert bars["S003"].x + bars["S003"].width == pytest.approx(hour["12"], abs=0.2)
    assert bars["S001"].y == bars["S002"].y != bars["S003"].y


def test_neither_a_task_of_a_site_nor_a_gate_is_a_row_of_the_data_centre() -> None:
    held = plan()["tasks"][0]
    others = [held | {"id": "visit-s001", "site": "S001"}, held | {"id": "gate", "kind": "gate"}]
    gantt = charts.of_tasks(plan(tasks=[held, *others]))
    assert [row.label for row in gantt.rows] == ["Flyt SBSYS' databaser"]
    assert [mark.label for mark in gantt.marks] == [
        "Port 1, 05/02 kl. 22.00",
        "Herfra er der ingen vej tilbage, 07/02 kl. 15.00",
    ]


def test_what_is_done_in_the_weeks_before_is_a_table_and_no_bar() -> None:
    held = plan()["tasks"][0]
    early = held | {"id": "freeze", "title": "Frys indkøb", "begins": at(1, 9), "ends": at(1, 10)}
    document = plan(tasks=[held, early])
    assert [row.label for row in charts.of_tasks(document).rows] == ["Flyt SBSYS' databaser"]
    assert '<td class="whole">man. 1/2 kl. 9</td><td>Frys indkøb</td>' in dict(files(document))["plan.html"]


def test_a_kilometre_is_as_long_in_both_directions() -> None:
    here = [56.0, 8.0]
    north, east = [56.0 + 10 / 111.2, 8.0], [56.0, 8.0 + 10 / (111.2 * 0.5592)]
    visits = [
        visit(site, "hold-2", at(6, 8), at(6, 9), position=position)
        for site, position in (("S001", here), ("S002", north), ("S003", east))
    ]
    crews = [plan()["crews"][1] | {"start": None}]
    crews[0]["shifts"][0]["visits"] = ["S001-1", "S002-1", "S003-1"]
    drawn = charts.map_of(plan(visits=visits, crews=crews), "2027-02-06")
    assert drawn is not None
    first, second, third = drawn.stops
    assert first.y - second.y == pytest.approx(third.x - first.x, rel=0.01)


def test_labels_of_a_map_never_meet() -> None:
    visits = [visit(f"S{n:03}", "hold-2", at(6, 8), at(6, 9), position=[56 + n / 40000, 8.0]) for n in range(1, 60)]
    crews = [plan()["crews"][1]]
    crews[0]["shifts"][0]["visits"] = [held["id"] for held in visits]
    drawn = charts.map_of(plan(visits=visits, crews=crews), "2027-02-06")
    assert drawn is not None
    labelled = [stop for stop in drawn.stops if stop.label]
    assert 1 < len(labelled) < len(visits)
    assert all(abs(a.y - b.y) >= 10 for a, b in combinations(labelled, 2))


def test_colours_of_crews_are_told_from_white_paper() -> None:
    assert all(1.05 / (look._luminance(colour) + 0.05) >= look.CONTRAST for colour in charts.PALETTE)
