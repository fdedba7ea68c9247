"""A plan of a weekend, as `refresh plan --json` prints it, made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

ZONE = timezone(timedelta(hours=1))


def at(day: int, hour: int, minute: int = 0) -> str:
    """A moment of February 2027, in Denmark."""
    return datetime(2027, 2, day, hour, minute, tzinfo=ZONE).isoformat()


def visit(site: str, crew: str, begins: str, ends: str, **changed: Any) -> dict[str, Any]:
    """A visit of three devices."""
    return {
        "id": f"{site}-1",
        "site": site,
        "name": f"Skole {site}",
        "address": "Kærvej 1, 7500 Holstebro",
        "position": [56.36 + int(site[1:]) / 100, 8.61 + int(site[1:]) / 50],
        "crew": crew,
        "arrives": begins,
        "begins": begins,
        "ends": ends,
        "latest": ends,
        "devices": 3,
        "workplaces": [],
        "travel_minutes": 10,
        "kilometres": 8.0,
        "host": "Skolens tekniske serviceleder",
        "phone": "96 11 00 01",
        "never_closes": False,
        "parallel": None,
    } | changed


def plan(**changed: Any) -> dict[str, Any]:
    """Two crews on Saturday, one of them on Sunday too, a task and a gate."""
    visits = [
        visit("S001", "hold-1", at(6, 8), at(6, 9, 30)),
        visit("S002", "hold-1", at(6, 10), at(6, 11), never_closes=True, parallel="En afdeling ad gangen"),
        visit("S003", "hold-2", at(6, 8), at(6, 12), devices=12),
        visit("S004", "hold-1", at(7, 8), at(7, 9), devices=1),
    ]
    crews = [
        _crew("hold-1", "Hold 1", (6, ["S001-1", "S002-1"]), (7, ["S004-1"])),
        _crew("hold-2", "Hold 2", (6, ["S003-1"])),
    ]
    return {
        "format": 1,
        "platform": "lilleby",
        "title": "Lilleby Kommune",
        "generation": "g26",
        "previous": "g22",
        "closes": at(5, 16),
        "opens": at(8, 6, 30),
        "point_of_no_return": at(7, 15),
        "feasible": True,
        "short": None,
        "verdict": ["Muligt med 6 personer"],
        "crews": crews,
        "visits": visits,
        "tasks": [_task()],
        "gates": [
            {
                "id": "gate-1",
                "title": "Port 1",
                "at": at(5, 22),
                "role": "Skifteleder",
                "criteria": [
                    {"key": "vda", "title": "VDA'er er meldt ind", "limit": "98 %", "source": "refresh doctor"}
                ],
            }
        ],
        "unplanned": [],
    } | changed


def _crew(key: str, title: str, *days: tuple[int, list[str]]) -> dict[str, Any]:
    shifts = [
        {
            "day": f"2027-02-{day:02}",
            "begins": at(day, 7),
            "ends": at(day, 15),
            "kilometres": 40.4,
            "visits": visits,
        }
        for day, visits in days
    ]
    return {
        "key": key,
        "title": title,
        "people": 2,
        "skills": [],
        "vehicle": {"kind": "Varevogn", "devices": 40},
        "start": {"site": "S001", "position": [56.37, 8.63]},
        "shifts": shifts,
    }


def _task() -> dict[str, Any]:
    return {
        "id": "data-sbsys",
        "kind": "data-move",
        "title": "Flyt SBSYS' databaser",
        "role": "Databaseansvarlig",
        "deputy": "Driftsansvarlig",
        "begins": at(5, 17),
        "ends": at(5, 19),
        "p50": 120,
        "p90": 150,
        "needs": [],
        "precondition": None,
        "action": "Kør flytningen",
        "verification": "Tæl rækker",
        "way_back": "Brug den gamle base",
        "way_back_minutes": 30,
        "reversible": True,
        "evidence": "log",
        "critical": True,
        "slack": 0,
        "site": None,
    }
