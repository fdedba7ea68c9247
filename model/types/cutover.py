"""The weekend of a cutover, or the day on which waves end: who is there, with what, how long things take, and the
visits that have been agreed.

People are numbers of a role, never anybody's name. Left out: the tasks of the data centre (tasks.py), what sites are
told (people.py), and the search for a plan (refresh/weekend).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from model.base import Clock, InGeneration, Key, Model, Ref, Text
from model.types.estate import SiteCode

DayMinutes = Annotated[int, Field(ge=0, le=1440)]
"""Minutes, at most a day."""
Percent = Annotated[int, Field(ge=0, le=100)]
"""A share in percent."""


def _stamp(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Stamp = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d$"), AfterValidator(_stamp)]
"""A day and a time in Denmark: `2027-02-06 08:30`."""


class Moment(Model):
    """A day and a time in Denmark."""

    day: date
    """The day."""
    time: Clock
    """The time of day, in quotes: "06:30"."""

    def __str__(self) -> str:
        return f"{self.day} {self.time}"

    @property
    def order(self) -> datetime:
        """What sorts moments; without a zone, for all of them are in one."""
        return datetime.fromisoformat(f"{self.day}T{self.time}")


class Road(Model):
    """How fast a part of a way is driven."""

    to_km: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Up to which kilometre of the way, the first from 0. The last part has none."""
    km_per_hour: Annotated[int, Field(ge=5, le=130)]
    """The speed on that part."""


class Travel(Model):
    """How long it takes from one site to another: the straight line between their positions, made longer, at the
    speeds of its parts.
    """

    detour: Annotated[float, Field(ge=1, le=3)]
    """By how much roads are longer than the straight line: 1.3."""
    roads: tuple[Road, ...] = Field(min_length=1, max_length=6)
    """The parts of a way, from its beginning: the first kilometres are a town's, those after them a country road's."""
    minutes: DayMinutes
    """What each way takes beside: to find a place, and to carry the boxes in."""


class Spares(Model):
    """The new devices that are there beside one for each workplace."""

    percent: Percent
    """How many of a hundred new devices."""
    each: Annotated[int, Field(ge=0, le=100)] = 1
    """And at least so many of each model."""


class Cutover(Model):
    """The cutover to a generation: from when to when, with how many people. Without the file there is nothing to
    plan.
    """

    generation: InGeneration
    """The generation that the platform moves to."""
    closes: Moment
    """From when nobody can work, but at sites that never close."""
    opens: Moment
    """From when people can work again."""
    technicians: Annotated[int, Field(ge=1, le=1000)]
    """How many people of the house and its vendors are on duty in all, in crews and in the data centre. Helpers come
    beside.
    """
    site_minutes: DayMinutes
    """What a visit takes beside the workplaces, for the whole crew: to be let in, carry, tidy up and hand over."""
    longest_visit: Annotated[int, Field(ge=30, le=1440)]
    """Minutes of the longest visit. A site that takes longer is split into several visits, by one crew or by more."""
    delivered_from: Annotated[int, Field(ge=1, le=10_000)]
    """From how many new devices on they are brought to a site beforehand, and are no load of a crew's vehicle."""
    travel: Travel
    """How long crews are on the way."""
    asks: dict[Annotated[Key, Ref("site_types")], tuple[Annotated[Key, Ref("skills")], ...]] = {}
    """What a crew must be able to do at sites of a type, by skill."""
    spares: Spares
    """The new devices that are there beside one for each workplace."""


class Skill(Model):
    """Something that not everybody can do."""

    title: Text
    """What colleagues call it, in Danish."""


class Vehicle(Model):
    """A kind of vehicle that crews drive."""

    title: Text
    """What colleagues call it, in Danish."""
    devices: Annotated[int, Field(ge=0, le=1000)]
    """How many packed devices it takes on a shift. They are loaded before the shift begins."""


class Shift(Model):
    """Hours in which people are on duty."""

    day: date
    """The day on which it begins."""
    begins: Clock
    """When it begins, in quotes: "07:00"."""
    ends: Clock
    """When it ends, the way home included. A time that is not later than `begins` is the next day's."""
    break_minutes: DayMinutes = 0
    """Minutes of the break, which is taken between two visits."""
    with_closing: bool = False
    """The shift begins `closes`, and earlier when that is earlier. `begins` is the same moment then."""

    @property
    def span(self) -> tuple[datetime, datetime]:
        """When it begins and ends, without a zone."""
        begins, ends = (datetime.fromisoformat(f"{self.day}T{time}") for time in (self.begins, self.ends))
        return begins, ends if ends > begins else ends + timedelta(days=1)


class Helper(Model):
    """People who come beside those on duty, such as students, and on which shifts."""

    title: Text
    """What colleagues call them, in Danish."""
    shifts: dict[Annotated[Key, Ref("shifts")], Annotated[int, Field(ge=1, le=1000)]] = Field(min_length=1)
    """How many there are on each shift."""


class Crew(Model):
    """People who drive and work together."""

    title: Text
    """What it is called: `Hold 1`."""
    people: Annotated[int, Field(ge=1, le=20)]
    """How many of the technicians it has."""
    skills: tuple[Annotated[Key, Ref("skills")], ...] = ()
    """What it can do that not everybody can."""
    vehicle: Annotated[Key, Ref("vehicles")]
    """What it drives."""
    start: Annotated[SiteCode, Ref("sites")]
    """The site where its shifts begin and end, and where its vehicle is loaded."""
    shifts: tuple[Annotated[Key, Ref("shifts")], ...] = Field(min_length=1)
    """When it is on duty, in order."""
    helpers: dict[Annotated[Key, Ref("helpers")], Annotated[int, Field(ge=1, le=20)]] = {}
    """How many helpers go with it, on each of their shifts that are its own."""


class Team(Model):
    """People who work in the data centre together."""

    title: Text
    """What it is called."""
    people: dict[Annotated[Key, Ref("skills")], Annotated[int, Field(ge=1, le=50)]] = Field(min_length=1)
    """How many people there are, by what each does."""
    shifts: tuple[Annotated[Key, Ref("shifts")], ...] = Field(min_length=1)
    """When they are on duty, in order."""


class Effort(Model):
    """How long one person needs at a workplace."""

    kind: Literal["thin-client", "laptop", "shared-pc"]
    """The kind of workplace."""
    model: Text | None = None
    """The model that stands there, where it takes longer or shorter than others of its kind."""
    replaced: bool
    """Whether a new device comes. What is not replaced is only looked after."""
    p50: Annotated[int, Field(ge=1, le=240)]
    """Minutes that half of them take."""
    p90: Annotated[int, Field(ge=1, le=480)]
    """Minutes that nine of ten take."""
    how: Text
    """How that is reached, or where it was measured; `assumed` until it is."""


class Criterion(Model):
    """What is asked at a gate."""

    title: Text
    """The question, in Danish."""
    limit: Text
    """What the answer must be."""
    source: Text
    """The command or the file that gives the answer, or the role that does."""


class Gate(Model):
    """A moment at which somebody decides whether to go on."""

    title: Text
    """What it is called, in Danish."""
    at: Moment
    """When it is decided. A gate that nobody has answered by then is a no."""
    role: Text
    """Who decides. Never anybody's name."""
    after: tuple[Annotated[Key, Ref("tasks")], ...] = ()
    """The kinds of task that it asks for: all of their tasks are to be done before it."""
    lets: tuple[Annotated[Key, Ref("tasks")], ...] = ()
    """The kinds of task that begin only after a yes."""
    criteria: dict[Key, Criterion] = Field(min_length=1)
    """What is asked, by key."""


class Visit(Model):
    """A visit that is agreed: a row of visits.csv, which `refresh plan PLATFORM --agree` writes."""

    visit: Annotated[str, StringConstraints(pattern=r"^S[0-9]{3,4}-[1-9][0-9]?$")]
    """The site and a number: `S014-1`. A large site has several."""
    site: Annotated[SiteCode, Ref("sites")]
    """The site."""
    crew: Annotated[Key, Ref("crews")]
    """Who comes."""
    shift: Annotated[Key, Ref("shifts")]
    """On which of its shifts."""
    begins: Stamp
    """When the crew is let in: `2027-02-06 08:30`."""
    ends: Stamp
    """When it leaves."""
    people: Annotated[int, Field(ge=1, le=50)]
    """How many come, helpers included."""
    workplaces: Annotated[int, Field(ge=1, le=10_000)]
    """How many workplaces of the site it is for. A site's visits take them in turn, in the order of the desk list."""

    @property
    def span(self) -> tuple[datetime, datetime]:
        """When it begins and ends, without a zone."""
        return datetime.fromisoformat(self.begins), datetime.fromisoformat(self.ends)
