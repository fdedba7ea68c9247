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
from model.base import Clock, GenerationName, Key, Model, Ref
from model.types.azure import Location, Size
from model.types.rdp import Join, RdpSettings

Percent = Annotated[int, Field(ge=0, le=100)]
"""Percent, of which 0 is allowed."""

Threshold = Annotated[int, Field(ge=1, le=100)]
"""Percent, at least 1."""

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
"""A day of the week, as Azure names it."""

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
"""A registration token lives from one hour to 27 days (Microsoft, "Generate a registration key"). Azure counts from the
moment of the update, and refuses one that ends more than 30 days from then ("ExpirationTime value must be between one
hour and 30 days from now", Azure/AVDSessionHostReplacer issue 38). We keep to the 27.
"""


class Schedule(Model):
    """When session hosts run on some weekdays. Nobody is logged off."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    """The weekdays, in English. A day is in one schedule."""
    ramp_up: Clock
    """From when hosts start for the morning, in quotes: "06:30"."""
    peak: Clock
    """From when people work."""
    ramp_down: Clock
    """From when hosts that nobody uses stop."""
    off_peak: Clock
    """From when it is night. The four times follow each other within a day."""
    morning_hosts: Percent = 20
    """The share of hosts that run at least in the morning, in percent."""
    morning_full: Threshold = 60
    """In the morning and by day another host starts once this share of sessions is taken, in percent."""
    evening_hosts: Percent = 10
    """The share of hosts that run at least in the evening and at night, in percent."""
    evening_full: Threshold = 90
    """In the evening and at night another host starts once this share of sessions is taken, in percent."""


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
    """The days on which no host is started ahead of use. Whoever works then starts one by connecting."""

    first: Annotated[int, Field(ge=2024, le=2099)]
    """The first year whose Danish public holidays are computed."""
    last: Annotated[int, Field(ge=2024, le=2099)]
    """The last such year."""
    also: tuple[date, ...] = ()
    """Further days on which the municipality is closed."""


class Scaling(Model):
    """When session hosts run. A host that is off starts when somebody connects."""

    schedules: dict[Key, Schedule] = _WEEK
    """The hours by weekday, each by a key of its own. Without any it is a town hall's week: late on Thursdays, short on
    Fridays. Those that are given take the place of all of it.
    """
    holidays: Holidays | None = None
    """The days off. Without them every day counts as its weekday."""


class Registration(Model):
    """A window of time in which new session hosts may register."""

    opens: AwareDatetime
    """When it opens, with its time zone: "2027-01-04T07:00:00Z". Fixed in the data, for a token that ends by the clock
    would change with every run.
    """
    hours: Annotated[int, Field(ge=MIN_HOURS, le=MAX_HOURS)] = 72
    """For how many hours the token is good: at most 27 days, Azure's limit."""

    @property
    def expires(self) -> datetime:
        """When the token ends, in UTC."""
        return (self.opens + timedelta(hours=self.hours)).astimezone(UTC)

    @property
    def from_(self) -> datetime:
        """From when Azure takes the token, in UTC; until then no update of the pool succeeds."""
        return self.expires - timedelta(hours=MAX_HOURS)

    @property
    def until(self) -> datetime:
        """Until when Azure takes it, in UTC."""
        return self.expires - timedelta(hours=MIN_HOURS)


class Fslogix(Model):
    """Where people's profiles lie: a share on Azure Files, Premium."""

    share_gib: Annotated[int, Field(ge=100, le=102_400)] = 1024
    """Size of the share in GiB. Azure Files Premium starts at 100."""
    profile_gib: Annotated[int, Field(ge=5, le=200)] = 30
    """How large a person's profile may grow, in GiB."""


class AvdTraits(Model):
    """What a pool is in Azure Virtual Desktop beyond its machines, image and people."""

    join: Join = "entra"
    """Where hosts belong: `entra`, to Entra ID and managed by Intune, or `ad`, to Active Directory in the pool's `ou`.
    """
    load_balancing: Literal["BreadthFirst", "DepthFirst"] = "BreadthFirst"
    """`BreadthFirst` spreads sessions over hosts, `DepthFirst` fills one host before the next."""
    rdp: RdpSettings = RdpSettings()
    """What a session may use of the device."""
    scaling: Scaling | None = Scaling()
    """When hosts run. `null` has no scaling plan: hosts run all the time."""
    fslogix: Fslogix | None = Fslogix()
    """Where profiles lie. `null` keeps them on the host."""
    registration: dict[GenerationName, Registration] = {}
    """The window in which new hosts may register, by generation. Without one no token is made. Take it out when it is
    over, for Azure refuses a token that has ended.
    """


class Gallery(Model):
    """The image definition in an Azure Compute Gallery that holds a desktop image's versions."""

    subscription: Annotated[Key, Ref("subscriptions")]
    """The subscription of the gallery, a key of `subscriptions`."""
    resource_group: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._()-]{1,90}$")]
    """Its resource group."""
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._]{0,79}$")]
    """The name of the gallery."""
    image: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
    """The name of the image definition in it."""


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
    multi_session: bool


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
