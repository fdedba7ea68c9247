"""What Azure Virtual Desktop needs of a pool beside what Citrix has, and what a pool becomes there in a generation.

The people, the image, the size of a machine and the sessions on it are the pool's own and mean the same on both. Left
out: FSLogix' own settings beyond where a profile lies, and desktops that belong to one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from model import holidays
from model.base import GenerationName, Key, Model
from model.types.azure import Location, Size
from model.types.rdp import Join, RdpSettings

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Percent = Annotated[int, Field(ge=0, le=100)]
Threshold = Annotated[int, Field(ge=1, le=100)]
Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

TIME_ZONE = "Romance Standard Time"
"""Copenhagen, by Windows' name."""
PRIVATE_ZONES: Mapping[str, str] = {
    "connection": "privatelink.wvd.microsoft.com",
    "feed": "privatelink.wvd.microsoft.com",
    "file": "privatelink.file.core.windows.net",
}
"""The private DNS zone of what has a private endpoint, by its sub-resource (Microsoft, "Azure Private Endpoint private
DNS zone values").
"""
MIN_HOURS, MAX_HOURS = 1, 27 * 24
"""A registration token lives from one hour to 27 days (Microsoft, "Generate a registration key")."""


class Schedule(Model):
    """The hours of some weekdays: from `ramp_up` hosts start, from `peak` people work, from `ramp_down` hosts that
    nobody uses stop, from `off_peak` it is night.

    `morning_hosts` and `evening_hosts` are the share of hosts that run at least, in percent; beyond `morning_full` and
    `evening_full` percent of their sessions another starts. Nobody is logged off.
    """

    days: tuple[Weekday, ...] = Field(min_length=1)
    ramp_up: Clock
    peak: Clock
    ramp_down: Clock
    off_peak: Clock
    morning_hosts: Percent = 20
    morning_full: Threshold = 60
    evening_hosts: Percent = 10
    evening_full: Threshold = 90


_WEEK = {
    "monday-to-wednesday": Schedule(
        days=("Monday", "Tuesday", "Wednesday"), ramp_up="06:30", peak="07:30", ramp_down="15:30", off_peak="18:00"
    ),
    "thursday": Schedule(days=("Thursday",), ramp_up="06:30", peak="07:30", ramp_down="17:00", off_peak="19:00"),
    "friday": Schedule(days=("Friday",), ramp_up="06:30", peak="07:30", ramp_down="14:00", off_peak="16:00"),
    "weekend": Schedule(
        days=("Saturday", "Sunday"),
        ramp_up="07:00",
        peak="08:00",
        ramp_down="15:00",
        off_peak="17:00",
        morning_hosts=0,
        evening_hosts=0,
    ),
}


class Holidays(Model):
    """The days on which no host starts for nobody: Danish public holidays from the year `first` to `last`, and `also`,
    days that the municipality closes by its own decision.
    """

    first: Annotated[int, Field(ge=2024, le=2099)]
    last: Annotated[int, Field(ge=2024, le=2099)]
    also: tuple[date, ...] = ()


class Scaling(Model):
    """When hosts run. The hours are those of a town hall unless the data say otherwise: late on Thursdays, short on
    Fridays. A host that is off starts when somebody connects.
    """

    schedules: dict[Key, Schedule] = _WEEK
    holidays: Holidays | None = None


class Registration(Model):
    """A wave in which new hosts may register: from the day and time `opens`, in UTC, for `hours`."""

    opens: AwareDatetime
    hours: Annotated[int, Field(ge=MIN_HOURS, le=MAX_HOURS)] = 72

    @property
    def expires(self) -> datetime:
        """When the token ends, in UTC."""
        return (self.opens + timedelta(hours=self.hours)).astimezone(UTC)


class Fslogix(Model):
    """Where people's profiles lie: a share of so many GiB on Azure Files, Premium, which starts at 100."""

    share_gib: Annotated[int, Field(ge=100, le=102_400)] = 1024
    profile_gib: Annotated[int, Field(ge=5, le=200)] = 30


class AvdTraits(Model):
    """What a pool is in Azure Virtual Desktop beyond its machines, image and people.

    `join`: hosts belong to Entra ID and are managed by Intune, or to Active Directory in the pool's `ou`.
    `registration` is by generation; without one no token is made. `draining` are the numbers of hosts that take no new
    session, by generation, for instance because they are to be made anew.
    """

    join: Join = "entra"
    load_balancing: Literal["BreadthFirst", "DepthFirst"] = "BreadthFirst"
    rdp: RdpSettings = RdpSettings()
    scaling: Scaling | None = Scaling()
    fslogix: Fslogix | None = Fslogix()
    registration: dict[GenerationName, Registration] = {}
    draining: dict[GenerationName, tuple[Annotated[int, Field(ge=1, le=999)], ...]] = {}


class Gallery(Model):
    """The image definition in an Azure Compute Gallery whose versions are those of a desktop image."""

    subscription: Key
    resource_group: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._()-]{1,90}$")]
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._]{0,79}$")]
    image: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]


@dataclass(frozen=True, slots=True)
class SessionHostName:
    """A session host: its `number`, from 1, its computer name, and its name in its host pool, which has the domain
    when it is joined to one.
    """

    number: int
    computer: str
    host: str


@dataclass(frozen=True, slots=True)
class AvdNames:
    """What a pool is named in Azure in one generation, and where it stands there.

    A pool with a desktop has its applications on it, in one group of kind Desktop; a pool without has them in one of
    kind RemoteApp. Both kinds in one host pool would show a user only the one that it prefers. `endpoints` is the key
    of the area's subnet for private endpoints. What holds people's profiles, `profiles_group` and `storage`, carries no
    generation.
    """

    area: str
    subscription: str
    location: Location
    metadata_location: Location
    resource_group: str
    host_pool: str
    application_group: str
    kind: Literal["Desktop", "RemoteApp"]
    workspace: str
    scaling_plan: str
    hosts: tuple[SessionHostName, ...]
    subnet: str
    prefix: IPv4Network
    endpoints: str
    size: str
    image_id: str
    profiles_group: str | None
    storage: str | None
    share: str | None


def days_off(scaling: Scaling) -> tuple[date, ...]:
    """The holidays of a pool, in order; none where its data name no years."""
    if scaling.holidays is None:
        return ()
    years = range(scaling.holidays.first, scaling.holidays.last + 1)
    return tuple(sorted({*scaling.holidays.also, *(day for year in years for day in holidays.danish(year))}))


def size_for(sizes: Mapping[str, Size], location: str, cpus: int, memory_gib: int, gpu: str | None) -> str | None:
    """The smallest size sold there that has at least these CPUs and this memory, and graphics or none; None if no
    size has.
    """
    fitting = [
        (size.cpus, size.memory_gib, name)
        for name, size in sizes.items()
        if location in size.locations
        and size.cpus >= cpus
        and size.memory_gib >= memory_gib
        and (size.use == "graphics") == (gpu is not None)
    ]
    return min(fitting)[2] if fitting else None
