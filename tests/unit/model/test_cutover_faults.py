"""Every fault of a weekend's data and of its agreed visits, by breaking exactly one thing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import model
from model.derive import cutover as derive
from model.rules import registry
from tests.support.edit import REMOVE, Edits
from tests.support.lilleby import written

DAY = date(2026, 12, 1)

# What changes where, and the fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a generation that is not there": (
        {"cutover.yaml": {"generation": "g30"}},
        ("DANGLING", "generation", "no generation g30"),
    ),
    "a weekend that ends before it begins": (
        {"cutover.yaml": {"opens.day": "2027-02-05"}},
        ("BAD-VALUE", "opens", "is not after 2027-02-05 16:00"),
    ),
    "a shift outside the weekend": (
        {"cutover.yaml": {"shifts.sunday.day": "2027-02-09"}},
        ("BAD-VALUE", "shifts.sunday.day", "is not between"),
    ),
    "a shift that should begin with the closing": (
        {"cutover.yaml": {"shifts.friday.begins": "16:30"}},
        ("BAD-VALUE", "shifts.friday.begins", "begins with the closing, 2027-02-05 16:00"),
    ),
    "a long day without a break": (
        {"cutover.yaml": {"shifts.sunday.break_minutes": 0}},
        ("REST", "shifts.sunday", "7:00:00 without a break"),
    ),
    "a night that is too short": (
        {"cutover.yaml": {"shifts.saturday.begins": "06:00", "shifts.saturday.break_minutes": 30}},
        ("REST", "crews.hold-1.shifts", "10 hours from friday to saturday"),
    ),
    "a team without a night": (
        {"cutover.yaml": {"shifts.saturday.begins": "06:00", "shifts.saturday.break_minutes": 30}},
        ("REST", "data_centre.operations.shifts", "10 hours from friday to saturday"),
    ),
    "somebody in two crews": (
        {"cutover.yaml": {"crews.hold-2.people": 2}},
        ("CREW", "technicians", "4 people are in crews and in the data centre and 3 are on duty"),
    ),
    "a helper with two crews": (
        {"cutover.yaml": {"crews.hold-1.helpers.pupils": 2}},
        ("CREW", "helpers.pupils.shifts.saturday", "2 go with crews and 1 come"),
    ),
    "two crews of one name": (
        {"cutover.yaml": {"crews.hold-2.title": "Hold 1"}},
        ("DUPLICATE-NAME", "crews.hold-2.title", "hold-1 is called Hold 1 too"),
    ),
    "a crew with a vehicle of nobody's": (
        {"cutover.yaml": {"crews.hold-1.vehicle": "vam"}},
        ("DANGLING", "crews.hold-1.vehicle", "did you mean van"),
    ),
    "a crew from nowhere": (
        {"cutover.yaml": {"crews.hold-1.start": "S009"}},
        ("DANGLING", "crews.hold-1.start", "no site S009"),
    ),
    "what no crew can do": (
        {"cutover.yaml": {"crews.hold-1.skills": []}},
        ("CREW", "asks.school", "no crew can do children"),
    ),
    "a site that lies nowhere": (
        {"sites.yaml": {"sites.S002.position": REMOVE}},
        ("MISSING-KEY", "sites.S002.position", "set `position`"),
    ),
    "a start that lies nowhere": (
        {"sites.yaml": {"sites.S001.position": REMOVE}},
        ("MISSING-KEY", "crews.hold-1.start", "S001 has no position"),
    ),
    "a visit on no day": (
        {"visits.csv": {"S002-1.begins": "2027-02-31 09:10"}},
        ("BAD-VALUE", "begins", "2027-02-31 09:10"),
    ),
    "a site with no key": (
        {"sites.yaml": {"sites.S002.key_holder.phone": REMOVE}},
        ("KEY", "sites.S002.key_holder", "before a locked door"),
    ),
    "a key behind the closed telephones": (
        {"sites.yaml": {"sites.S002.key_holder.phone": "lokal 12"}},
        ("KEY", "sites.S002.key_holder.phone", "rests on the telephone system"),
    ),
    "a site that lets nobody in": (
        {"sites.yaml": {"sites.S002.access": dict.fromkeys(("friday", "saturday", "sunday"))}},
        ("KEY", "sites.S002.access", "nobody lets a crew in"),
    ),
    "a site in the dark": (
        {"sites.yaml": {"sites.S002.hours": "24x7", "sites.S002.parallel": None}},
        ("DARK", "sites.S002.parallel", "nothing says how work goes on"),
    ),
    "minutes that fall": (
        {"cutover.yaml": {"minutes.laptop.p90": 2}},
        ("BAD-VALUE", "minutes.laptop.p90", "2 is less than 3"),
    ),
    "minutes twice": (
        {"cutover.yaml": {"minutes.slow.model": REMOVE}},
        ("DUPLICATE-NAME", "minutes.slow.kind", "thin-client is for thin-client of any model too"),
    ),
    "minutes of nobody": (
        {"cutover.yaml": {"minutes.laptop": REMOVE}},
        ("MISSING-KEY", "site_minutes", "no entry for laptop"),
    ),
    "a gate after all is over": (
        {"cutover.yaml": {"gates.sunday.at.day": "2027-02-09"}},
        ("BAD-VALUE", "gates.sunday.at", "is after 2027-02-08 06:30"),
    ),
    "a workplace without a device": (
        {"devices.csv": {"CZC6471A03.workplace": ""}},
        ("SPARE", "generation", "1 workplaces have no device of g26, TK00002"),
    ),
    "no spare device": (
        {"devices.csv": {"CZC6471A04": REMOVE}},
        ("SPARE", "spares.percent", "0 spare devices and 1 are wanted"),
    ),
    "no spare of a model": (
        {
            "devices.csv": {"CZC6471A03.model": "HP Pro t550"},
            "desktops.yaml": {
                "clients.HP Pro t550": {"maker": "hp", "system": "thinpro-8", "secure_hdx": False, "source": "a test"}
            },
        },
        ("SPARE", "spares.each", "0 spare HP Pro t550, and not 1"),
    ),
    "a visit to nowhere": (
        {"visits.csv": {"S002-1.site": "S009"}},
        ("DANGLING", "S002-1", "no site S009"),
    ),
    "a visit by nobody": (
        {"visits.csv": {"S002-1.crew": "hold-9"}},
        ("DANGLING", "S002-1", "no crew hold-9"),
    ),
    "a workplace that nobody comes to": (
        {"visits.csv": {"S002-1.workplaces": "1"}},
        ("VISIT", "S002-1", "S002 has 2 workplaces in the weekend and visits for 1"),
    ),
    "a crew that is off duty": (
        {"visits.csv": {"S002-1.crew": "hold-2", "S002-1.shift": "friday"}},
        ("VISIT", "S002-1", "friday is no shift of hold-2"),
    ),
    "a crew that is smaller than promised": (
        {"visits.csv": {"S002-1.people": "2"}},
        ("CREW", "S002-1", "2 people, and hold-1 is 1 on sunday"),
    ),
    "a crew that can not do it": (
        {"visits.csv": {"S002-1.crew": "hold-2"}},
        ("CREW", "S002-1", "hold-2 can not do what school asks"),
    ),
    "a visit that is too short": (
        {"visits.csv": {"S002-1.ends": "2027-02-07 09:20"}},
        ("VISIT", "S002-1", "10 minutes for work of 26"),
    ),
    "a visit to a locked door": (
        {"sites.yaml": {"sites.S002.access": {"sunday": "12:00-18:00"}}},
        ("KEY", "S002-1", "nobody lets a crew in from 2027-02-07 09:10"),
    ),
    "a crew in two places": (
        {
            "visits.csv": {
                "S001-1.shift": "sunday",
                "S001-1.people": "1",
                "S001-1.begins": "2027-02-07 09:00",
                "S001-1.ends": "2027-02-07 12:00",
            }
        },
        ("CREW", "S002-1", "minutes from S001 (S001-1) to S002"),
    ),
    "a crew that is not home in time": (
        {"visits.csv": {"S002-1.ends": "2027-02-07 16:00"}},
        ("CREW", "S002-1", "minutes from S002 (S002-1) to S001"),
    ),
    "a crew without its break": (
        {"visits.csv": {"S002-1.ends": "2027-02-07 15:45"}},
        ("REST", "S002-1", "minutes of break for hold-1, and not 30"),
    ),
    "more than the vehicle takes": (
        {"cutover.yaml": {"vehicles.van.devices": 1}},
        ("VEHICLE", "S001-1", "2 devices on saturday and the vehicle of hold-1 takes 1"),
    ),
    "a care home in the dark": (
        {
            "catalog/profiles.yaml": {
                "profiles.office.restart": {"time": "03:00"},
                "profiles.office.settings.disconnect_timer": True,
                "profiles.office.settings.disconnect_minutes": 60,
            },
            "sites.yaml": {
                "sites.S001.hours": "24x7",
                "sites.S001.parallel": {"seats": 0, "minutes": 0, "how": "Intet."},
            },
        },
        ("DARK", "S001-1", "2 people take 2 workplaces at once"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_thing_broken_gives_its_fault(tmp_path: Path, case: str) -> None:
    edits, (code, path, message) = CASES[case]
    folder = written(tmp_path, edits)
    try:
        faults = registry.due(*model.trace(str(folder)), DAY)
    except model.ModelError as error:
        faults = error.faults
    found = [fault for fault in faults if (fault.code, fault.path) == (code, path)]
    assert [fault for fault in found if message in fault.message], [str(fault) for fault in faults]
    assert all(fault.line > 0 for fault in found)


def test_people_are_told_of_a_cutover_that_has_a_day(tmp_path: Path) -> None:
    folder = written(tmp_path, {})
    for name in ("cutover.yaml", "visits.csv"):
        (folder / name).unlink()
    with pytest.raises(model.ModelError) as caught:
        model.load(str(folder))
    (fault,) = caught.value.faults
    assert (fault.code, fault.path) == ("MISSING-KEY", "service_desk")
    assert fault.message.endswith("; write cutover.yaml with `closes`")


def test_a_way_is_the_great_circle_made_longer_and_driven_part_by_part(tmp_path: Path) -> None:
    """Holstebro to Vinderup, 16.6 km as the crow flies by a calculator of great circles."""
    cutover = model.load(str(written(tmp_path, {}))).weekend.cutover
    assert cutover is not None
    way = derive.kilometres(cutover.travel, (56.3601, 8.6163), (56.4806, 8.7756))
    assert way == pytest.approx(16.6 * 1.3, abs=0.1)
    assert derive.minutes_on_the_way(cutover.travel, 33.0) == 4 + 36  # 3 km at 35, 30 km at 60 km/h, and 4 minutes
    assert derive.minutes_on_the_way(cutover.travel, 0.0) == 0


def test_minutes_of_many_are_their_middle_and_one_margin(tmp_path: Path) -> None:
    platform = model.load(str(written(tmp_path, {})))
    workplaces = platform.places.workplaces
    assert derive.work(platform.weekend, [workplaces["TK00001"]]) == 9
    assert derive.work(platform.weekend, [workplaces["TK00001"]] * 4) == 4 * 6 + 2 * 3
    assert derive.work(platform.weekend, [workplaces["TK00003"], workplaces["PC00004"]]) == 11 + (4**2 + 2**2) ** 0.5
