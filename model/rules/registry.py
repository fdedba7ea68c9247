"""Every rule, and the checks that ask them all: on any day while a platform loads, and of a day by `refresh check`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from model.base import AbsentError
from model.faults import Fault
from model.rules import (
    addressing,
    availability,
    avd,
    avd_hosts,
    backups,
    baselines,
    capacity,
    certificates,
    clients,
    consumers,
    cost,
    cutover,
    data_names,
    desktop_images,
    desktop_traps,
    desktops,
    devices,
    estate,
    exposure,
    firewall,
    flows,
    gone,
    hardening,
    hosts,
    landing_zone,
    leases,
    licensing,
    look,
    people,
    placement,
    ports,
    proportions,
    reach,
    references,
    refresh,
    site_devices,
    sites,
    tasks,
    timetable,
    vcenter,
    visits,
    wan,
    waves,
)
from model.rules.rule import DayRule, Rule, Severity

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

_SUBJECTS = (
    references, estate, placement, availability, refresh, waves, capacity, gone, desktops, desktop_images,
    desktop_traps, avd, avd_hosts, sites, devices, leases, ports, wan, flows, reach, clients, consumers, data_names,
    baselines, people, landing_zone, exposure, firewall, addressing, proportions, hardening, hosts, licensing,
    timetable, site_devices, cost, look, cutover, visits, tasks, vcenter, backups, certificates,
)  # fmt: skip

RULES: tuple[Rule, ...] = tuple(rule for subject in _SUBJECTS for rule in subject.RULES)

DAY_RULES: tuple[DayRule, ...] = (
    *refresh.DAY_RULES,
    *timetable.DAY_RULES,
    *avd_hosts.DAY_RULES,
    *licensing.DAY_RULES,
    *certificates.DAY_RULES,
    *clients.DAY_RULES,
)


def check(platform: Platform, written: Provenance, *, told: bool = False) -> list[Fault]:
    """Every fault of the whole.

    A rule ends where it needs an item that is not there: what is wrong with that has a fault of its own, `told` before
    or found by another rule. Where there is none, the rule is wrong.
    """
    faults: list[Fault] = []
    absent: list[AbsentError] = []
    for rule in RULES:
        if rule.severity is not Severity.ERROR:
            continue
        try:
            for fault in rule.check(platform, written):
                faults.append(fault)  # noqa: PERF402 what comes before an absent item is kept
        except AbsentError as error:
            absent.append(error)
    if absent and not (told or faults):
        raise absent[0]
    return faults


def due(platform: Platform, written: Provenance, today: date) -> list[Fault]:
    """What `refresh check` asks beside: what should have been, or have ended, before `today`, and what is shut out."""
    found = [f for r in RULES if r.severity is Severity.CHECKED for f in r.check(platform, written)]
    return found + [fault for rule in DAY_RULES for fault in rule.check(platform, written, today)]
