"""Every fault of thin clients, service accounts, baselines and what people are told, by breaking exactly one thing."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import model
from model.derive import people
from model.derive import qos as qos_derive
from model.types import qos
from tests.support.edit import REMOVE, Edits, edit
from tests.support.paths import STACKS

MONDAY = date(2027, 2, 8)


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    shutil.copytree(STACKS, tmp_path / "stacks")
    return tmp_path / "stacks" / "lilleby"


# What changes where, and the fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a thin client of nobody's": (
        {"desktops.yaml": {"clients.IGEL UD7.maker": REMOVE}},
        ("MISSING-KEY", "clients.IGEL UD7.maker", "has no maker"),
    ),
    "a model that is not told of": (
        {"desktops.yaml": {"clients.IGEL UD3": REMOVE}},
        ("MISSING-KEY", "clients", "thin clients IGEL UD3"),
    ),
    "no store": ({"desktops.yaml": {"citrix.storefront": REMOVE}}, ("MISSING-KEY", "citrix.storefront", "stable name")),
    "a store by a name that is no alias": (
        {"desktops.yaml": {"citrix.storefront": "sbsis.access.lilleby.example"}},
        ("DANGLING", "citrix.storefront", "did you mean sbsys.access"),
    ),
    "controllers by the name of a machine": (
        {"desktops.yaml": {"citrix.controllers": "lilapp01.lilleby.example"}},
        ("DANGLING", "citrix.controllers", "is no alias"),
    ),
    "an account that is too long": (
        {"refresh.yaml": {"stable.sbsys-service.points_at": "LILLEBY\\svc-sbsys-archive"}},
        ("BAD-NAME", "stable.sbsys-service.points_at", "at most 15"),
    ),
    "an account of another domain": (
        {"refresh.yaml": {"stable.sbsys-service.points_at": "LILLE\\svc-sbsys"}},
        ("BAD-NAME", "stable.sbsys-service.points_at", "LILLEBY\\ and a name"),
    ),
    "an account of no system": (
        {"refresh.yaml": {"stable.sbsys-service.system": REMOVE}},
        ("MISSING-KEY", "stable.sbsys-service.system", "run as it"),
    ),
    "an account of a system that is not there": (
        {"refresh.yaml": {"stable.sbsys-service.system": "sbsis"}},
        ("DANGLING", "stable.sbsys-service.system", "did you mean sbsys"),
    ),
    "a farm with a system": (
        {"refresh.yaml": {"stable.portal.system": "ad"}},
        ("UNKNOWN-KEY", "stable.portal.system", "only a service account"),
    ),
    "sound on ports that nothing lets through": (
        {"desktops.yaml": {"pools.office.settings": {"udp_audio": True, "rtp_audio": True}}},
        ("FLOW", "pools.office.settings.rtp_ports", "no flow to servers has udp/16500-16509"),
    ),
    "a value that is two": (
        {"baselines.yaml": {"baselines": {"servers": {"settings": {"smb1": {"text": "nej"}}}}}},
        ("BAD-VALUE", "baselines.servers.settings.smb1", "neither or both"),
    ),
    "two baselines that differ": (
        {
            "baselines.yaml": {
                "baselines": {
                    "more": {
                        "title": "Mere",
                        "applies": "servers",
                        "settings": {
                            "smb": {
                                "key": "SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters",
                                "name": "smb1",
                                "dword": 1,
                                "why": "Gammel scanner",
                            }
                        },
                    }
                }
            }
        },
        ("BAD-VALUE", "baselines.more.settings.smb", "is 1 here and 0 in servers.smb1"),
    ),
    "a desk that answers by the closed telephone system": (
        {"people.yaml": {"cutover_desk.phone": "lokal 199"}},
        ("PHONE", "cutover_desk.phone", "rest on the telephone system"),
    ),
    "a desk that is not said to be a mobile": (
        {"people.yaml": {"cutover_desk.mobile": REMOVE}},
        ("PHONE", "cutover_desk.phone", "`mobile: true`"),
    ),
    "extra care that ends before the cutover": (
        {"refresh.yaml": {"generations.g26.hypercare": "2026-12-18"}},
        ("BAD-VALUE", "generations.g26.hypercare", "2026-12-18 is not after 2027-02-08"),
    ),
    "somebody's number is a word": (
        {"people.yaml": {"service_desk.phone": "ring bare"}},
        ("BAD-VALUE", "service_desk.phone", "pattern"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_thing_broken_gives_its_fault(lilleby: Path, case: str) -> None:
    edits, (code, path, message) = CASES[case]
    edit(lilleby, edits)
    with pytest.raises(model.ModelError) as caught:
        model.load(str(lilleby))
    found = [fault for fault in caught.value.faults if (fault.code, fault.path) == (code, path)]
    assert [fault for fault in found if message in fault.message], caught.value


def test_a_municipality_takes_a_setting_away(lilleby: Path) -> None:
    edit(lilleby, {"baselines.yaml": {"baselines.servers.settings.smb1": None}})
    assert "smb1" not in model.load(str(lilleby)).baselines["servers"].settings


def test_the_service_desk_watches_on_working_days() -> None:
    told = model.load(str(STACKS / "lilleby")).people
    assert told is not None
    days = people.desk_days(told, MONDAY)
    assert [day.isoformat() for day in days] == [f"2027-02-{n:02d}" for n in (8, 9, 10, 11, 12)]
    later = told.model_copy(update={"desk_days": 6})
    assert people.desk_days(later, MONDAY)[-1].isoformat() == "2027-02-15"


def test_the_classes_leave_room_and_no_two_share_a_code_point() -> None:
    assert sum(item.percent for item in qos.CLASSES) < 100
    assert sum(item.percent for item in qos.CLASSES if item.priority) <= 33
    assert len({item.dscp for item in qos.CLASSES}) == len(qos.CLASSES) == len(qos.BY_NAME)


def test_the_audio_ports_of_a_session_are_those_of_the_pools_settings(lilleby: Path) -> None:
    def audio() -> list[tuple[int, int]]:
        platform = model.load(str(lilleby))
        return [s.ports for s in qos_derive.streams(platform.desktops) if s.traffic == "audio" and s.at == "vda"]

    assert audio() == []
    settings = {"udp_audio": True, "rtp_audio": True, "rtp_ports": "17000, 17009"}
    edit(
        lilleby,
        {
            "flows.yaml": {"flows.sessions.ports[4]": "udp/17000-17009"},
            "desktops.yaml": {"pools.office.settings": settings},
        },
    )
    assert audio() == [(17000, 17009)]
