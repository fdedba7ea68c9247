"""What a platform's Azure costs in an ordinary month, by list price: quantities of the model, prices of prices.yaml.

A month has 730 hours, as Azure counts. Machines run all of them but session hosts, which run as their scaling plan
has at least: full from the start of work until hosts stop, and the plan's shares in the morning and at night. Backups
keep one and a half times what is protected. Left out: traffic, transactions, operations, support, tax, and every
agreement, reservation and saving, of which `savings` names the largest.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.derive import waves

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.avd import Scaling, Schedule
    from model.types.azure import Azure
    from model.types.instances import Instance
    from model.types.pools import PoolInstance
    from model.types.prices import Price

HOURS = 730
DAYS = HOURS / 24
FREE_DAYS = 31
"""For how many days a workspace keeps logs without asking for it."""
BACKED_UP = 1.5
"""What backups keep of each GiB that is protected: a first copy and what changes."""
PROTECTED_GIB = 500
"""What one protected instance holds; a larger machine counts as several."""
SHARED = "shared"
"""Where nothing but the whole is served: the hub, logs."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing and what it costs a month. `subscription`, `area`, `system` and `wave` are keys of the model, `shared`
    where it belongs to none. `amount` is None where the list has no price.
    """

    what: str
    name: str
    subscription: str
    area: str
    system: str
    wave: str
    quantity: float
    amount: float | None


@dataclass(frozen=True, slots=True)
class Saving:
    """What a month would cost less, and by what."""

    how: str
    amount: float


def items(platform: Platform) -> Iterator[Item]:
    """Everything that is or will be in Azure, each with what it costs; nothing without Azure or a list of prices."""
    azure = platform.azure.settings
    if azure is None or platform.azure.price_list is None:
        return
    yield from _hub(platform, azure)
    yield from _logs(platform, azure)
    for instance in platform.instances:
        if instance.azure is not None:
            yield from _server(platform, instance, azure)
    for pool in platform.pool_instances:
        if pool.avd is not None:
            yield from _pool(platform, pool, azure)


def total(found: Iterable[Item], by: str) -> dict[str, float]:
    """What a month costs by `subscription`, `area`, `system`, `wave` or `what`."""
    sums: dict[str, float] = defaultdict(float)
    for item in found:
        sums[str(getattr(item, by))] += item.amount or 0.0
    return dict(sums)


def savings(platform: Platform) -> list[Saving]:
    """What the data could say otherwise, by what it saves."""
    azure = platform.azure.settings
    if azure is None or platform.azure.price_list is None:
        return []
    sums = total(items(platform), "what")
    found = [
        Saving("windows_licence: own, with Software Assurance", sums.get("Windows", 0.0)),
        Saving("log_days: 31, with older logs in an archive", sums.get("logs kept", 0.0)),
        Saving("savings plan of three years for what always runs, at 55 %", 0.55 * sums.get("compute", 0.0)),
    ]
    if azure.hub.firewall == "Premium":
        prices = [_price(platform, f"firewall-{tier}", HOURS) for tier in ("Premium", "Standard")]
        if prices[0] is not None and prices[1] is not None:
            found.append(Saving("firewall: Standard, without intrusion detection", prices[0] - prices[1]))
    return sorted((saving for saving in found if saving.amount > 0), key=lambda saving: -saving.amount)


def share_of_hours(scaling: Scaling | None) -> float:
    """The share of a week's hours that an average session host runs at least; all of them without a plan."""
    if scaling is None:
        return 1.0
    each = {day: schedule for schedule in scaling.schedules.values() for day in schedule.days}
    return sum(_share_of_day(each[day]) for day in calendar.day_name if day in each) / 7


def _share_of_day(plan: Schedule) -> float:
    times = (plan.ramp_up, plan.peak, plan.ramp_down)
    ramp_up, peak, ramp_down = (int(clock[:2]) + int(clock[3:]) / 60 for clock in times)
    if plan.morning_hosts == 0:
        return 0.0
    morning, day = (peak - ramp_up) * plan.morning_hosts / 100, ramp_down - peak
    return (morning + day + (24 - ramp_down + ramp_up) * plan.evening_hosts / 100) / 24


def _hub(platform: Platform, azure: Azure) -> Iterator[Item]:
    zones = len(platform.azure.subscriptions)
    for key, quantity in (
        (f"firewall-{azure.hub.firewall}", HOURS),
        (f"gateway-{azure.hub.gateway.kind}", HOURS),
        ("bastion", HOURS),
        ("resolver", 1),
        ("endpoint", zones * HOURS),
    ):
        yield _item(platform, "hub", key, key, quantity, azure.hub.subscription)


def _logs(platform: Platform, azure: Azure) -> Iterator[Item]:
    month = azure.log_gib_a_day * DAYS
    kept = azure.log_gib_a_day * max(azure.log_days - FREE_DAYS, 0)
    yield _item(platform, "logs", "logs", "logs", month, azure.management)
    yield _item(platform, "logs kept", "logs-kept", "logs-kept", kept, azure.management)


def _server(platform: Platform, instance: Instance, azure: Azure) -> Iterator[Item]:
    place, name = instance.azure, instance.logical_name
    if place is None:
        return
    wave = waves.of_system(platform.refresh, instance.system.code, instance.generation.name)
    where = (place.subscription, place.area, instance.system.code, wave.name if wave is not None else SHARED)
    yield _item(platform, "compute", name, place.size, HOURS, *where)
    if instance.server.os == "windows" and azure.windows_licence == "rented":
        cpus = platform.azure.sizes[place.size].cpus
        yield _item(platform, "Windows", name, "windows", cpus * HOURS, *where)
    for disk in place.disks:
        yield _item(platform, "disks", disk.name, disk.kind, disk.gib, *where)
    gib = sum(disk.gib for disk in place.disks)
    yield _item(platform, "backup", name, "backup", -(-gib // PROTECTED_GIB), *where)
    yield _item(platform, "backup", name, "backup-kept", gib * BACKED_UP, *where)
    yield _item(platform, "Defender", name, "defender-server", 1, *where)


def _pool(platform: Platform, instance: PoolInstance, azure: Azure) -> Iterator[Item]:
    names = instance.in_azure
    where = (names.subscription, names.area, instance.pool.name, instance.wave.name if instance.wave else SHARED)
    hours = instance.machines * HOURS * share_of_hours(instance.pool.avd.scaling)
    yield _item(platform, "compute", instance.logical_name, names.size, hours, *where)
    if not names.multi_session and azure.windows_licence == "rented":
        cpus = platform.azure.sizes[names.size].cpus
        yield _item(platform, "Windows", instance.logical_name, "windows", cpus * hours, *where)
    for host in names.hosts:
        yield _item(platform, "disks", host.computer, "Premium_LRS", SYSTEM_DISK_GIB, *where)
    if instance.pool.avd.fslogix is not None:
        gib = instance.pool.avd.fslogix.share_gib
        yield _item(platform, "profiles", instance.logical_name, "profiles", gib, *where)


SYSTEM_DISK_GIB = 127
"""The system disk of an image of Windows in the marketplace."""


def _item(platform: Platform, what: str, name: str, key: str, quantity: float, subscription: str, *place: str) -> Item:
    area, system, wave = place or (SHARED, SHARED, SHARED)
    return Item(what, name, subscription, area, system, wave, quantity, _price(platform, key, quantity))


def _price(platform: Platform, key: str, quantity: float) -> float | None:
    price: Price | None = platform.azure.prices.get(key)
    if price is None:
        return None
    if price.steps:
        return next((amount for gib, amount in sorted(price.steps.items()) if gib >= quantity), None)
    return price.amount * quantity if price.amount is not None else None
