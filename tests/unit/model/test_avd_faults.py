"""Every fault of pools of Azure Virtual Desktop, by breaking exactly one thing of a platform that has none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import model
from model.rules.refresh import expired
from tests.support import avd

Edit = tuple[str, str, str]
POOL = ("desktops.yaml", "    avd:\n")
WAVE = '      registration: {g26: {opens: "2026-12-01T06:00:00Z", hours: 48}}\n'
HOLIDAYS = "holidays: {first: 2026, last: 2027, also: [2026-12-24]}"


def under_avd(text: str) -> Edit:
    return (*POOL, f"    avd:\n      {text}\n")


def scaling(text: str) -> Edit:
    return ("desktops.yaml", HOLIDAYS, text)


def schedule(text: str) -> Edit:
    return scaling(f"schedules: {{{text}}}")


HOURS = 'ramp_up: "06:30", peak: "07:30", ramp_down: "16:00", off_peak: "18:00"'
SERVING = "serving:\n  {}\nstable:"
LIVE = (
    ("refresh.yaml", "observed, state: live", "adopted, state: standby"),
    ("refresh.yaml", "state: building", "state: live"),
)

# What to replace in which file, and the fault that it gives: code, path and a part of the message.
CASES: dict[str, tuple[list[Edit], tuple[str, str, str]]] = {
    "an area that is not there": (
        [("desktops.yaml", "area: administration", "area: administartion")],
        ("DANGLING", "pools.office.placement.g26.area", "did you mean administration"),
    ),
    "a generation that is not there": (
        [("desktops.yaml", "placement: {g26: {area: administration}}",
          "placement: {g26: {area: administration}, g30: {area: administration}}")],
        ("DANGLING", "pools.office.placement.g30", "no generation g30"),
    ),
    "a pool that was found": (
        [("desktops.yaml", "placement: {g26:", "placement: {g22: {area: administration}, g26:")],
        ("AVD-POOL", "pools.office.placement.g22", "as it was found"),
    ),
    "disks that a pool has not": (
        [("desktops.yaml", "{area: administration}", "{area: administration, by: migrate}")],
        ("AVD-POOL", "pools.office.placement.g26.by", "no disks"),
    ),
    "a subnet for something else": (
        [("azure.yaml", "desktops: {prefix: 10.40.9.0/24, purpose: desktops}",
          "desktops: {prefix: 10.40.9.0/24, purpose: servers}")],
        ("AVD-POOL", "pools.office.network", "for servers; one for desktops"),
    ),
    "a subnet that is not there": (
        [("desktops.yaml", "    network: desktops\n", "    network: servers-x\n"),
         ("networks.yaml", "  desktops:\n", "  servers-x:\n")],
        ("DANGLING", "pools.office.network", "administration has no subnet servers-x"),
    ),
    "no subnet for endpoints": (
        [("desktops.yaml", "area: administration", "area: job-centre")],
        ("MISSING-KEY", "areas.job-centre.subnets", "no subnet for endpoints"),
    ),
    "no zone for names of desktops": (
        [
            (
                "../catalog/landing_zone.yaml",
                "  desktops: {zone: privatelink.wvd.microsoft.com}\n",
                "",
            )
        ],
        ("MISSING-KEY", "pools.office.placement.g26", "no private zone privatelink.wvd.microsoft.com"),
    ),
    "a size that nobody sells": (
        [("desktops.yaml", "    cpus: 2\n", "    cpus: 128\n")],
        ("AVD-SIZE", "pools.office.cpus", "128 CPUs, 8 GiB"),
    ),
    "an image without a gallery": (
        [("desktops.yaml", ("    gallery: {subscription: management, resource_group: rg-images, name: gallil, "
          "image: kontor}\n"), "")],
        ("MISSING-KEY", "desktop_images.kontor.gallery", "has no gallery"),
    ),
    "a gallery in a subscription that is not there": (
        [("desktops.yaml", "subscription: management,", "subscription: mangement,")],
        ("DANGLING", "desktop_images.kontor.gallery.subscription", "did you mean management"),
    ),
    "a rollout that would reach nobody": (
        [("refresh.yaml", "observed", "adopted"), ("refresh.yaml", "state: building", "state: pilot"),
         ("desktops.yaml", "    title: Office\n",
          '    title: Office\n    rollout: {to: "2612.1", waves: [[office]], wave: 1, reboot: drain}\n')],
        ("ROLLOUT", "desktop_images.kontor.rollout", "keep the image"),
    ),
    "a group that Azure does not know": (
        [("azure.yaml", "GG-Citrix-Kontor: 33333333-3333-4333-8333-333333333333, ", "")],
        ("DANGLING", "pools.office.users[0]", "no principal GG-Citrix-Kontor"),
    ),
    "nobody who starts machines": (
        [("azure.yaml", "avd_principal: 44444444-4444-4444-8444-444444444444\n", "")],
        ("MISSING-KEY", "avd_principal", "starts and stops"),
    ),
    "everyone": (
        [("desktops.yaml", "    users: [GG-Citrix-Kontor, GG-Jobcenter]\n", "    access: Everyone\n")],
        ("AVD-ACCESS", "pools.office.access", "no role for everyone"),
    ),
    "somebody who can not be kept out": (
        [*LIVE, ("refresh.yaml", "stable:", SERVING.format(
            "lag: {generation: g22, sites: [S001], reason: Vendor, expires: 2027-02-01}"))],
        ("AVD-ACCESS", "serving.lag.groups", "GG-Lokation-S001"),
    ),
    "a desktop of one person": (
        [("desktops.yaml", "    cpus: 2\n", ("    cpus: 2\n    session_support: SingleSession\n    allocation: Static\n"
          "    sessions_per_host: 1\n"))],
        ("AVD-POOL", "pools.office.allocation", "one person each"),
    ),
    "nowhere in Active Directory": (
        [under_avd("join: ad"), ("desktops.yaml", "    ou: Kontor\n", "")],
        ("MISSING-KEY", "pools.office.ou", "joined to Active Directory"),
    ),
    "a host that is not there drains": (
        [under_avd("draining: {g26: [1, 3]}")],
        ("DANGLING", "pools.office.avd.draining.g26[1]", "no host 3 in g26; 1 to 2"),
    ),
    "hosts drain where there are none": (
        [under_avd("draining: {g22: [1]}")],
        ("DANGLING", "pools.office.avd.draining.g22", "no placement in g22"),
    ),
    "a property that is none": (
        [under_avd("rdp: {more: ['redirectclipboard=1']}")],
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "is no property"),
    ),
    "two properties in one": (
        [under_avd("rdp: {more: ['compression:i:1;drivestoredirect:s:*']}")],
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "without a semicolon"),
    ),
    "a property that is not known": (
        [under_avd("rdp: {more: ['compresion:i:1']}")],
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "did you mean compression"),
    ),
    "a property of another type": (
        [under_avd("rdp: {more: ['compression:s:yes']}")],
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "has type i, not s"),
    ),
    "a number that is none": (
        [under_avd("rdp: {more: ['compression:i:yes']}")],
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "yes is no number"),
    ),
    "a property that a setting says": (
        [under_avd("rdp: {more: ['drivestoredirect:s:*']}")],
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "is said already"),
    ),
    "a property said twice": (
        [under_avd("rdp: {more: ['compression:i:1', 'compression:i:0']}")],
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[1]", "is said already"),
    ),
    "Entra ID for hosts of Active Directory": (
        [under_avd("join: ad\n      rdp: {more: ['enablerdsaadauth:i:1']}")],
        ("RDP-PROPERTY", "pools.office.avd.rdp.more[0]", "joined to Active Directory"),
    ),
    "a day in two schedules": (
        [schedule(f"all: {{days: [Monday], {HOURS}}}, some: {{days: [Monday], {HOURS}}}")],
        ("AVD-SCALING", "pools.office.avd.scaling.schedules.some.days", "Monday is in all already"),
    ),
    "an evening before noon": (
        [schedule("all: {{days: [Monday], {}}}".format(HOURS.replace("16:00", "06:45")))],
        ("AVD-SCALING", "pools.office.avd.scaling.schedules.all.ramp_down", "06:45 is not after peak 07:30"),
    ),
    "holidays that end before they begin": (
        [scaling("holidays: {first: 2027, last: 2026}")],
        ("AVD-SCALING", "pools.office.avd.scaling.holidays.last", "2026 is before 2027"),
    ),
    "no wave for hosts that are built": (
        [("desktops.yaml", WAVE, "")],
        ("MISSING-KEY", "pools.office.avd.registration", "no wave is open"),
    ),
    "a wave where there are no hosts": (
        [("desktops.yaml", "registration: {g26:", 'registration: {g22: {opens: "2026-12-01T06:00:00Z"}, g26:')],
        ("DANGLING", "pools.office.avd.registration.g22", "no placement in g22"),
    ),
    "a token for longer than Azure gives one": (
        [("desktops.yaml", "hours: 48", "hours: 649")],
        ("BAD-VALUE", "pools.office.avd.registration.g26.hours", "648"),
    ),
    "a token for less than an hour": (
        [("desktops.yaml", "hours: 48", "hours: 0")],
        ("BAD-VALUE", "pools.office.avd.registration.g26.hours", "1"),
    ),
    "a time in no time zone": (
        [("desktops.yaml", "06:00:00Z", "06:00:00")],
        ("BAD-VALUE", "pools.office.avd.registration.g26.opens", ""),
    ),
    "more hosts than addresses": (
        [("desktops.yaml", "    workplaces: office\n", "    machines: {g26: 252}\n")],
        ("POOL-SIZE", "pools.office.network", "252 machines in 10.40.9.0/24 of administration, which has room for 251"),
    ),
    "two pools in one storage account": (
        [("desktops.yaml", "  graphics:\n    profile: graphics\n    short: gra\n",
          ("  graphics:\n    profile: graphics\n    short: kon\n    placement: {g26: {area: administration}}\n"
          '    avd: {registration: {g26: {opens: "2026-12-01T06:00:00Z"}}}\n')),
         ("desktops.yaml", "    users: [GG-Citrix-Grafik]\n", ("    users: [GG-Jobcenter]\n    cpus: 2\n"
          "    memory_gib: 8\n    settings: {hardware_encoding: false}\n")),
         ("desktops.yaml", "    gpu: {g26: nvidia_l4-4q}\n", ""), ("desktops.yaml", "    network: servers\n    ou: Gra",
          "    network: desktops\n    ou: Gra"), ("desktops.yaml", "    title: Graphics\n", ("    title: Graphics\n"
          "    gallery: {subscription: management, resource_group: rg-images, name: gallil, image: grafik}\n"))],
        ("DUPLICATE-NAME", "pools.graphics.short", "stlilprofileskon is that of office"),
    ),
    "nothing to start": (
        [("desktops.yaml", "    desktop: Skrivebord\n", ""),
         ("desktops.yaml", ("    applications:\n      SBSYS: {executable: 'C:\\Program Files\\SBSYS\\sbsys.exe', "
          'arguments: "/kommune:lilleby"}\n'), "")],
        ("MISSING-KEY", "pools.office.desktop", "nothing for its users to start"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(tmp_path: Path, name: str) -> None:
    edits, (code, path, part) = CASES[name]
    folder = avd.lilleby(tmp_path, *edits)
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
