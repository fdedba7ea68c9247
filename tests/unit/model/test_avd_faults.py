"""Every fault of pools of Azure Virtual Desktop, by breaking exactly one thing of a platform that has none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import model
from model.rules.refresh import expired
from tests.support import avd
from tests.support.edit import REMOVE, Edits, Renamed

MONDAY = {"days": ["Monday"], "ramp_up": "06:30", "peak": "07:30", "ramp_down": "16:00", "off_peak": "18:00"}


def scaling(**plan: object) -> Edits:
    return {"desktops.yaml": {"pools.office.avd.scaling": plan}}


# What changes where, and the fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "an area that is not there": (
        {"desktops.yaml": {"pools.office.placement.g26.area": "administartion"}},
        ("DANGLING", "pools.office.placement.g26.area", "did you mean administration"),
    ),
    "a generation that is not there": (
        {"desktops.yaml": {"pools.office.placement.g30": {"area": "administration"}}},
        ("DANGLING", "pools.office.placement.g30", "no generation g30"),
    ),
    "a pool that was found": (
        {"desktops.yaml": {"pools.office.placement.g22": {"area": "administration"}}},
        ("AVD-POOL", "pools.office.placement.g22", "as it was found"),
    ),
    "disks that a pool has not": (
        {"desktops.yaml": {"pools.office.placement.g26.by": "migrate"}},
        ("AVD-POOL", "pools.office.placement.g26.by", "no disks"),
    ),
    "a subnet for something else": (
        {"azure.yaml": {"areas.administration.subnets.desktops.purpose": "servers"}},
        ("AVD-POOL", "pools.office.network", "for servers; name one with `purpose: desktops`"),
    ),
    "a subnet that is not there": (
        {
            "desktops.yaml": {"pools.office.network": "servers-x"},
            "networks.yaml": {"networks.desktops": Renamed("servers-x")},
        },
        ("DANGLING", "pools.office.network", "administration has no subnet servers-x"),
    ),
    "no subnet for endpoints": (
        {"desktops.yaml": {"pools.office.placement.g26.area": "job-centre"}},
        ("MISSING-KEY", "areas.job-centre.subnets", "no subnet for endpoints"),
    ),
    "no zone for names of desktops": (
        {"catalog/landing_zone.yaml": {"private_zones.desktops": REMOVE}},
        ("MISSING-KEY", "pools.office.placement.g26", "no private zone privatelink.wvd.microsoft.com"),
    ),
    "a size that nobody sells": (
        {"desktops.yaml": {"pools.office.cpus": 128}},
        ("AVD-SIZE", "pools.office.cpus", "128 CPUs, 8 GiB"),
    ),
    "an image without a gallery": (
        {"desktops.yaml": {"desktop_images.kontor.gallery": REMOVE}},
        ("MISSING-KEY", "desktop_images.kontor.gallery", "has no gallery"),
    ),
    "a gallery in a subscription that is not there": (
        {"desktops.yaml": {"desktop_images.kontor.gallery.subscription": "mangement"}},
        ("DANGLING", "desktop_images.kontor.gallery.subscription", "did you mean management"),
    ),
    "a rollout that would reach nobody": (
        {
            "refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "pilot"},
            "desktops.yaml": {
                "desktop_images.kontor.rollout": {"to": "2612.1", "waves": [["office"]], "wave": 1, "reboot": "drain"}
            },
        },
        ("ROLLOUT", "desktop_images.kontor.rollout", "keep the image"),
    ),
    "a group that Azure does not know": (
        {"azure.yaml": {"principals.GG-Citrix-Kontor": REMOVE}},
        ("DANGLING", "pools.office.users[0]", "no principal GG-Citrix-Kontor"),
    ),
    "nobody who starts machines": (
        {"azure.yaml": {"avd_principal": REMOVE}},
        ("MISSING-KEY", "avd_principal", "starts and stops"),
    ),
    "everyone": (
        {"desktops.yaml": {"pools.office.users": REMOVE, "pools.office.access": "Everyone"}},
        ("AVD-ACCESS", "pools.office.access", "no role for everyone"),
    ),
    "somebody who can not be kept out": (
        {
            "refresh.yaml": {
                "generations.g22.origin": "adopted",
                "generations.g22.state": "standby",
                "generations.g26.state": "live",
                "serving": {
                    "lag": {"generation": "g22", "sites": ["S001"], "reason": "Vendor", "expires": "2027-02-01"}
                },
            }
        },
        ("AVD-ACCESS", "serving.lag.groups", "GG-Lokation-S001"),
    ),
    "a desktop of one person": (
        {
            "desktops.yaml": {
                "pools.office.session_support": "SingleSession",
                "pools.office.allocation": "Static",
                "pools.office.sessions_per_host": 1,
            }
        },
        ("AVD-POOL", "pools.office.allocation", "one person each"),
    ),
    "nowhere in Active Directory": (
        {"desktops.yaml": {"pools.office.avd.join": "ad", "pools.office.ou": REMOVE}},
        ("MISSING-KEY", "pools.office.ou", "joined to Active Directory"),
    ),
    "a host that is not there drains": (
        {"desktops.yaml": {"pools.office.draining": {"g26": [1, 3]}}},
        ("DANGLING", "pools.office.draining.g26[1]", "no host 3 in g26; give one from 1 to 2"),
    ),
    "hosts drain where there are none": (
        {"desktops.yaml": {"pools.office.draining": {"g22": [1]}}},
        ("DANGLING", "pools.office.draining.g22", "no machines of ours in g22"),
    ),
    "a property that is none": (
        {"desktops.yaml": {"pools.office.avd.rdp": {"more": ["redirectclipboard=1"]}}},
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "is no property"),
    ),
    "two properties in one": (
        {"desktops.yaml": {"pools.office.avd.rdp": {"more": ["compression:i:1;drivestoredirect:s:*"]}}},
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "without a semicolon"),
    ),
    "a property that is not known": (
        {"desktops.yaml": {"pools.office.avd.rdp": {"more": ["compresion:i:1"]}}},
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "did you mean compression"),
    ),
    "a property of another type": (
        {"desktops.yaml": {"pools.office.avd.rdp": {"more": ["compression:s:yes"]}}},
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "has type i, not s"),
    ),
    "a number that is none": (
        {"desktops.yaml": {"pools.office.avd.rdp": {"more": ["compression:i:yes"]}}},
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "yes is no number"),
    ),
    "a property that a setting says": (
        {"desktops.yaml": {"pools.office.avd.rdp": {"more": ["drivestoredirect:s:*"]}}},
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "is said already"),
    ),
    "a property said twice": (
        {"desktops.yaml": {"pools.office.avd.rdp": {"more": ["compression:i:1", "compression:i:0"]}}},
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[1]", "is said already"),
    ),
    "Entra ID for hosts of Active Directory": (
        {"desktops.yaml": {"pools.office.avd.join": "ad", "pools.office.avd.rdp": {"more": ["enablerdsaadauth:i:1"]}}},
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "joined to Active Directory"),
    ),
    "a day in two schedules": (
        scaling(schedules={"all": MONDAY, "some": MONDAY}),
        ("AVD-SCALING", "pools.office.avd.scaling.schedules.some.days", "Monday is in all already"),
    ),
    "an evening before noon": (
        scaling(schedules={"all": {**MONDAY, "ramp_down": "06:45"}}),
        ("AVD-SCALING", "pools.office.avd.scaling.schedules.all.ramp_down", "06:45 is not after peak 07:30"),
    ),
    "holidays that end before they begin": (
        scaling(holidays={"first": 2027, "last": 2026}),
        ("AVD-SCALING", "pools.office.avd.scaling.holidays.last", "2026 is before 2027"),
    ),
    "no wave for hosts that are built": (
        {"desktops.yaml": {"pools.office.avd.registration": REMOVE}},
        ("MISSING-KEY", "pools.office.avd.registration", "no wave is open"),
    ),
    "a wave where there are no hosts": (
        {"desktops.yaml": {"pools.office.avd.registration.g22": {"opens": "2026-12-01T06:00:00Z"}}},
        ("DANGLING", "pools.office.avd.registration.g22", "no placement in g22"),
    ),
    "a token for longer than Azure gives one": (
        {"desktops.yaml": {"pools.office.avd.registration.g26.hours": 649}},
        ("BAD-VALUE", "pools.office.avd.registration.g26.hours", "648"),
    ),
    "a token for less than an hour": (
        {"desktops.yaml": {"pools.office.avd.registration.g26.hours": 0}},
        ("BAD-VALUE", "pools.office.avd.registration.g26.hours", "1"),
    ),
    "a time in no time zone": (
        {"desktops.yaml": {"pools.office.avd.registration.g26.opens": "2026-12-01T06:00:00"}},
        ("BAD-VALUE", "pools.office.avd.registration.g26.opens", ""),
    ),
    "more hosts than addresses": (
        {"desktops.yaml": {"pools.office.workplaces": REMOVE, "pools.office.machines": {"g26": 252}}},
        ("POOL-SIZE", "pools.office.network", "252 machines in 10.40.9.0/24 of administration, which has room for 251"),
    ),
    "two pools in one storage account": (
        {
            "desktops.yaml": {
                "pools.graphics.short": "kon",
                "pools.graphics.users[0]": "GG-Jobcenter",
                "pools.graphics.network": "desktops",
                "pools.graphics.gpu": REMOVE,
                "pools.graphics.placement": {"g26": {"area": "administration"}},
                "pools.graphics.avd": {"registration": {"g26": {"opens": "2026-12-01T06:00:00Z"}}},
                "pools.graphics.cpus": 2,
                "pools.graphics.memory_gib": 8,
                "pools.graphics.settings": {"hardware_encoding": False},
                "desktop_images.grafik.gallery": {
                    "subscription": "management",
                    "resource_group": "rg-images",
                    "name": "gallil",
                    "image": "grafik",
                },
            }
        },
        ("DUPLICATE-NAME", "pools.graphics.short", "stlilprofileskon is that of office"),
    ),
    "nothing to start": (
        {"desktops.yaml": {"pools.office.desktop": REMOVE, "pools.office.applications": REMOVE}},
        ("MISSING-KEY", "pools.office.desktop", "nothing for its users to start"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(tmp_path: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    folder = avd.lilleby(tmp_path, edits)
    with pytest.raises(model.ModelError) as caught:
        model.load(str(folder))
    faults = caught.value.faults
    hits = [f for f in faults if f.code == code and f.path.endswith(path) and part in f.message]
    assert hits, "\n".join(map(str, faults))
    assert {f.code for f in faults} == {code}, "\n".join(map(str, faults))
    assert ";" in hits[0].message, "a message says what is allowed"


def test_the_platform_that_they_break_has_none(tmp_path: Path) -> None:
    assert model.load(str(avd.lilleby(tmp_path))).desktops.pools["office"].placement


def test_a_wave_that_is_over_is_taken_out_of_the_data(tmp_path: Path) -> None:
    loaded = model.trace(str(avd.lilleby(tmp_path)))
    assert [*expired(*loaded, date(2026, 12, 3))] == []
    (fault,) = expired(*loaded, date(2026, 12, 4))
    assert (fault.code, fault.path) == ("EXPIRED", "pools.office.avd.registration.g26")
