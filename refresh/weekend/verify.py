"""Whether a plan holds: reads plan.json and the platform, and shares no code with what made the plan.

It works out ways, minutes, windows and loads by itself, from the data. Every finding is a sentence. What it does not
judge is whether there is a better plan.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from model import Platform
    from model.types.cutover import Cutover
    from model.types.estate import Site, Workplace

Document = Mapping[str, Any]

ZONE = ZoneInfo("Europe/Copenhagen")
REST = timedelta(hours=11)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def verify(platform: Platform, document: Document) -> list[str]:
    """What does not hold, each as a sentence; nothing where the plan holds."""
    cutover = platform.weekend.cutover
    if cutover is None:
        return ["the platform has no cutover.yaml"]
    if not document["feasible"]:
        return ["the plan says itself that it can not be done"]
    return list(_Check(platform, cutover, document).findings())


class _Check:
    def __init__(self, platform: Platform, cutover: Cutover, document: Document) -> None:
        self.platform, self.cutover, self.document = platform, cutover, document
        self.visits: dict[str, Mapping[str, Any]] = {visit["id"]: visit for visit in document["visits"]}
        moved = {
            site
            for wave in platform.refresh.waves.values()
            if wave.generation == cutover.generation
            for site in wave.sites
        }
        self.there: dict[str, Workplace] = {
            name: place for name, place in platform.places.workplaces.items() if place.site not in moved
        }

    def findings(self) -> Iterator[str]:
        yield from self._said_once()
        if len(self.visits) != len(self.document["visits"]):
            yield "two visits have one id"
            return
        yield from self._everybody()
        for visit in self.visits.values():
            yield from self._visit(visit)
        for crew in self.document["crews"]:
            yield from self._crew(crew)
        yield from self._dark()
        yield from self._heads()

    def _said_once(self) -> Iterator[str]:
        """Every visit is on one shift of the crew that it names."""
        listed = Counter(
            (crew["key"], visit)
            for crew in self.document["crews"]
            for shift in crew["shifts"]
            for visit in shift["visits"]
        )
        named = Counter((visit["crew"], visit["id"]) for visit in self.document["visits"])
        for (crew, visit), count in sorted((listed - named).items()):
            yield f"{visit} is {count} times too often on the shifts of {crew}"
        for crew, visit in sorted(named - listed):
            yield f"{visit} is on no shift of {crew}"
        for left in self.document["unplanned"]:
            yield f"{left['site']} is not planned: {left['reason']}"

    def _everybody(self) -> Iterator[str]:
        """Every workplace of the weekend is visited once, at its own site."""
        seen: Counter[str] = Counter()
        for visit in self.visits.values():
            seen.update(visit["workplaces"])
            for name in visit["workplaces"]:
                if name not in self.there or self.there[name].site != visit["site"]:
                    yield f"{name} is no workplace of {visit['site']} in the weekend, and {visit['id']} is for it"
        for name in sorted(self.there):
            if seen[name] != 1:
                yield f"{name} is visited {seen[name]} times"

    def _visit(self, visit: Mapping[str, Any]) -> Iterator[str]:
        """It is long enough, and somebody lets the crew in."""
        site = self.platform.places.sites[visit["site"]]
        begins, ends = _at(visit["begins"]), _at(visit["ends"])
        crew, people = self._of(visit)
        if crew is None:
            yield f"{visit['id']} is by {visit['crew']}, and there is no such crew on a shift"
        held = [self.there[name] for name in visit["workplaces"] if name in self.there]
        needed = self._minutes(site, held, people) if people else 0.0
        if (ends - begins).total_seconds() / 60 < needed - 1e-6:
            yield f"{visit['id']} has {(ends - begins).total_seconds() / 60:g} minutes and takes {needed:g}"
        hours = site.access.get(DAYS[begins.weekday()])  # pyright: ignore[reportArgumentType]
        if hours is None or ends.date() != begins.date() or not _within(hours, begins, ends):
            open_ = hours or "nobody"
            yield f"{visit['id']} is from {visit['begins']} to {visit['ends']}, and {site.code} lets in {open_}"
        if begins > _at(visit["latest"]):
            yield f"{visit['id']} begins after its latest moment {visit['latest']}"
        able = self.platform.weekend.crews[visit["crew"]].skills if visit["crew"] in self.platform.weekend.crews else ()
        asked = set(self.cutover.asks.get(site.type, ())) - set(able)
        if asked:
            yield f"{visit['id']} asks for {', '.join(sorted(asked))}, and {visit['crew']} can not do it"
        fresh = sum(self._effort(place).replaced for place in held)
        if visit["devices"] != fresh:
            yield f"{visit['id']} says {visit['devices']} devices, and they are {fresh}"

    def _crew(self, crew: Mapping[str, Any]) -> Iterator[str]:
        """Its shifts are its own, it is on one way at a time, its vehicle takes the load, and it sleeps."""
        own = self.platform.weekend.crews.get(crew["key"])
        if own is None:
            yield f"there is no crew {crew['key']}"
            return
        last: datetime | None = None
        for shift in sorted(crew["shifts"], key=lambda each: each["begins"]):
            begins, ends = _at(shift["begins"]), _at(shift["ends"])
            of_data = [self.platform.weekend.shifts[name] for name in own.shifts]
            inside = [s for s in of_data if s.span[0] <= _plain(begins) and _plain(ends) <= s.span[1]]
            if not inside:
                yield f"{crew['key']} has no shift from {shift['begins']} to {shift['ends']}"
                continue
            if last is not None and begins - last < REST:
                yield f"{crew['key']} rests {begins - last} before {shift['begins']}"
            last = ends
            yield from self._tour(crew["key"], shift, own.start, inside[0].break_minutes)
            room = self.platform.weekend.vehicles[own.vehicle].devices
            load = sum(self._load(self.visits[name]) for name in shift["visits"] if name in self.visits)
            if load > room:
                yield f"{crew['key']} takes {load} devices from {shift['begins']}, and its vehicle has room for {room}"

    def _tour(self, crew: str, shift: Mapping[str, Any], start: str, pause: int) -> Iterator[str]:
        place, now, idle, driven = start, _at(shift["begins"]), 0.0, 0.0
        for name in shift["visits"]:
            visit = self.visits.get(name)
            if visit is None:
                yield f"{crew} makes {name}, and there is no such visit"
                continue
            way = self._kilometres(place, visit["site"])
            driven += way
            minutes = self._drive(way)
            arrives, begins = _at(visit["arrives"]), _at(visit["begins"])
            if (arrives - now).total_seconds() / 60 < minutes - 1e-6:
                there = f"{visit['site']} at {arrives:%H:%M}"
                yield f"{crew} is at {place} until {now:%H:%M} and at {there}, and it is {minutes:.0f} away"
            if begins < arrives:
                yield f"{name} begins before its crew arrives"
            if abs(visit["kilometres"] - way) > 0.06:
                yield f"{name} says {visit['kilometres']} km, and they are {way:.1f}"
            idle += (begins - now).total_seconds() / 60 - minutes
            place, now = visit["site"], _at(visit["ends"])
        way = self._kilometres(place, start)
        left = (_at(shift["ends"]) - now).total_seconds() / 60 - self._drive(way)
        if left < -1e-6:
            yield f"{crew} is home {-left:g} minutes after {shift['ends']}"
        if idle + left < pause - 1e-6:
            yield f"{crew} has {idle + left:g} minutes of break from {shift['begins']}, and they are {pause}"
        if abs(shift["kilometres"] - driven - way) > 0.06 + 0.06 * len(shift["visits"]):
            yield f"{crew} says {shift['kilometres']} km from {shift['begins']}, and they are {driven + way:.1f}"

    def _dark(self) -> Iterator[str]:
        """A site that never closes has a workplace or an emergency seat that nobody is changing."""
        for visit in self.visits.values():
            site = self.platform.places.sites[visit["site"]]
            if site.hours != "24x7":
                continue
            if site.parallel is None:
                yield f"{site.code} never closes and nothing says how work goes on"
                continue
            working = sum(place.site == site.code for place in self.there.values()) + site.parallel.seats
            busy = sum(
                self._of(other)[1]
                for other in self.visits.values()
                if other["site"] == site.code and _at(other["begins"]) <= _at(visit["begins"]) < _at(other["ends"])
            )
            if busy >= working:
                yield f"{site.code} is dark from {visit['begins']}: {busy} people and {working} seats"

    def _heads(self) -> Iterator[str]:
        """Nobody is in two crews."""
        heads = sum(crew.people for crew in self.platform.weekend.crews.values())
        heads += sum(sum(team.people.values()) for team in self.platform.weekend.teams.values())
        if heads > self.cutover.technicians:
            yield f"crews and teams have {heads} people, and {self.cutover.technicians} are on duty"

    def _of(self, visit: Mapping[str, Any]) -> tuple[Any, int]:
        """The crew of a visit, and how many people it is on the shift that the visit is on."""
        crew = self.platform.weekend.crews.get(visit["crew"])
        if crew is None:
            return None, 0
        begins = _plain(_at(visit["begins"]))
        for name in crew.shifts:
            first, last = self.platform.weekend.shifts[name].span
            if first <= begins < last:
                helpers = self.platform.weekend.helpers
                return crew, crew.people + sum(n for key, n in crew.helpers.items() if name in helpers[key].shifts)
        return None, 0

    def _effort(self, place: Workplace) -> Any:
        found = [
            e for e in self.platform.weekend.efforts.values() if e.kind == place.kind and e.model in (None, place.model)
        ]
        return max(found, key=lambda each: each.model is not None)

    def _minutes(self, site: Site, held: list[Workplace], people: int) -> float:
        efforts = [self._effort(place) for place in held]
        margin = math.hypot(*(e.p90 - e.p50 for e in efforts))
        alone = self.cutover.site_minutes + (site.parallel.minutes if site.hours == "24x7" and site.parallel else 0)
        return alone + (sum(e.p50 for e in efforts) + margin) / people

    def _load(self, visit: Mapping[str, Any]) -> int:
        at_site = sum(self._effort(p).replaced for p in self.there.values() if p.site == visit["site"])
        if at_site >= self.cutover.delivered_from:
            return 0
        return sum(self._effort(self.there[name]).replaced for name in visit["workplaces"] if name in self.there)

    def _kilometres(self, first: str, second: str) -> float:
        """By vectors on the unit sphere."""
        here, there = (_vector(self.platform.places.sites[code].position or (0, 0)) for code in (first, second))
        angle = 2 * math.asin(min(1.0, math.dist(here, there) / 2))
        return 6371.0 * angle * self.cutover.travel.detour

    def _drive(self, way: float) -> float:
        if way < 0.001:
            return 0
        left, minutes, done = way, float(self.cutover.travel.minutes), 0
        for road in self.cutover.travel.roads:
            part = left if road.to_km is None else min(left, road.to_km - done)
            minutes += 60 * part / road.km_per_hour
            left, done = left - part, road.to_km or done
        return minutes


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE)


def _plain(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _within(hours: str, begins: datetime, ends: datetime) -> bool:
    first, last = hours.split("-")
    return first <= f"{begins:%H:%M}" and (last == "24:00" or f"{ends:%H:%M}" <= last)


def _vector(position: tuple[float, float]) -> tuple[float, float, float]:
    lat, lon = map(math.radians, position)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
