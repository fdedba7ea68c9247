"""Monday's log-on against what can be counted by hand, and the service desk against published values of Erlang C."""

from __future__ import annotations

import random

import pytest

import model
from refresh.rehearsal import desk, storm
from refresh.rehearsal.storm import Limits, Person, log_on, told

SEVEN = 7 * 3600.0


def people(number: int, seconds: float = 30, site: str = "S001", apart: float = 0) -> list[Person]:
    return [Person(SEVEN + n * apart, site, "office", seconds) for n in range(number)]


def test_everybody_at_once_waits_in_rounds() -> None:
    found = told(log_on(people(25), Limits({"S001": 99}, {"office": 10}, 0)), 60)
    # Ten at a time: the last five begin when the second ten are in.
    assert (found.longest, found.impatient, found.p90, found.done) == (60.0, 0, 60.0, "07:01")
    (queue,) = found.queues
    assert (queue.where, queue.name, queue.people, queue.at) == ("machines", "office", 15, "07:00")


@pytest.mark.parametrize(
    ("held", "where", "longest"),
    [
        (Limits({"S001": 5}, {"office": 99}, 0), "line", 90.0),
        (Limits({"S001": 99}, {"office": 5}, 0), "machines", 90.0),
        (Limits({"S001": 99}, {"office": 99}, 4), "controllers", 76.0),
    ],
)
def test_who_waits_is_told_where(held: Limits, where: str, longest: float) -> None:
    found = told(log_on(people(20), held), 60)
    assert [(q.where, q.longest) for q in found.queues] == [(where, longest)]


def test_nobody_waits_where_there_is_room() -> None:
    found = told(log_on(people(100, 30, apart=6), Limits({"S001": 5}, {"office": 5}, 6)), 60)
    assert (found.people, found.longest, found.queues) == (100, 0.0, ())
    assert told([], 60).people == 0


def test_a_full_line_of_one_site_keeps_nobody_else() -> None:
    two = sorted([*people(20, 30, "S001"), *people(20, 30, "S002")], key=lambda person: person.site)
    found = log_on(two, Limits({"S001": 1, "S002": 20}, {"office": 99}, 0))
    assert {each.person.site for each in found if each.waited} == {"S001"}


def test_holstebro_s_morning_is_sized_for() -> None:
    holstebro = model.load("holstebro")
    monday = holstebro.weekend.monday
    assert monday is not None
    comers = storm.people(holstebro, monday, "g26", 1)
    assert len(comers) == sum(i.sizing.sessions for i in holstebro.pool_instances if i.sizing)
    assert comers == storm.people(holstebro, monday, "g26", 1) != storm.people(holstebro, monday, "g26", 2)
    usual = storm.storm(holstebro, monday, "g26", 1)
    assert usual.impatient == 0
    # With a tenth of the machines' places and everybody within a quarter, people wait; nothing else has changed.
    at_once = monday.model_copy(update={"arrivals": {"07:30": 100.0}, "log_ons_a_host": 1})
    crowded = storm.storm(holstebro, at_once, "g26", 1)
    assert crowded.longest > usual.longest
    assert crowded.queues


def test_the_published_value_of_erlang_c() -> None:
    # pyworkforce, issue 41: 100 calls in 30 minutes of 3 minutes, 80 % in 20 s, 30 % away: 14 answer, 20 are on duty.
    hour = desk.positions(200, 3, 80, 20, 30)
    assert (hour.answering, hour.on_duty) == (14, 20)
    assert hour.in_time == pytest.approx(88.8, abs=0.1)
    assert desk.waiting(10, 14) == pytest.approx(0.174, abs=0.001)


def test_erlang_c_is_what_a_queue_does() -> None:
    # A queue run call by call, exponential gaps and calls: 6 people, 4.5 erlangs.
    chance, answering, traffic, mean = random.Random(3), 6, 4.5, 180.0  # noqa: S311 no secret
    free, now, waited, in_time, calls = [0.0] * answering, 0.0, 0, 0, 200_000
    for _ in range(calls):
        now += chance.expovariate(traffic / mean)
        first = min(range(answering), key=free.__getitem__)
        begins = max(now, free[first])
        free[first] = begins + chance.expovariate(1 / mean)
        waited += begins > now
        in_time += begins - now <= 30
    assert waited / calls == pytest.approx(desk.waiting(traffic, answering), abs=0.015)
    assert in_time / calls == pytest.approx(desk.in_time(traffic, answering, 30, mean), abs=0.015)


def test_too_few_never_answer() -> None:
    assert desk.waiting(5, 5) == 1
    assert desk.in_time(5, 4, 20, 180) == 0


def test_the_week_falls_from_monday_on() -> None:
    monday = model.load("holstebro").weekend.monday
    assert monday is not None
    hours = list(desk.week(monday, 2000))
    assert len(hours) == len(monday.calls) * len(monday.calls_by_hour)
    most = [max(hour.on_duty for hour in hours if hour.day == day) for day in range(1, len(monday.calls) + 1)]
    assert most == sorted(most, reverse=True)
    assert sum(hour.calls for hour in hours if hour.day == 1) == pytest.approx(160, abs=0.5)
    assert all(hour.in_time >= monday.answered_percent for hour in hours)
