"""Pools as data: whom a pool serves, on what machines, from which image, with which settings.

A pool is an identity and carries no year; what it becomes in a generation, on Citrix or in Azure Virtual Desktop,
pools.py computes. A pool takes what it does not say itself from its profile. Left out: the machines themselves.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import DnsName, GenerationName, Key, Model, Text
from model.types.avd import AvdTraits, Gallery
from model.types.estate import Placement, SystemCode
from model.types.hdx import HdxSettings
from model.types.infrastructure import VSphereName
from model.types.sites import Maker
from model.types.wan import WanUse

Account = Annotated[str, StringConstraints(max_length=256, pattern=r'^[^"/\\\[\]:;|=,+*?<>@\x00-\x1f]+$')]
"""The pre-Windows 2000 name of an AD group, without its domain ([MS-ADTS], sAMAccountName)."""

VersionName = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
"""A version of an image by year, month and number: `2611.1`."""

Vda = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(\.[0-9]+)*$")]
"""A release of the Virtual Delivery Agent: `2507`, `1912`. In quotes, for YAML reads it as a number."""

Gpu = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]+$", max_length=60)]
"""A vGPU profile as vSphere names it: `grid_t4-2q`."""

Time = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


SnapshotPath = Annotated[str, StringConstraints(pattern=r"^[^/\\%\x00-\x1f]{1,80}(/[^/\\%\x00-\x1f]{1,80})*$")]
"""A snapshot as Citrix finds it, below those that were taken before it: `kontor-2611-1/kontor-2612-1`
(citrix/terraform-provider-citrix, `image_snapshot`).
"""


class Restart(Model):
    """The daily restart of a pool's machines, spread over `minutes`. The warning is what users read."""

    time: Time
    minutes: Annotated[int, Field(ge=1, le=720)]
    warning_minutes: Annotated[int, Field(ge=1, le=60)]
    warning: Text


class PoolTraits(Model):
    """What a profile decides for its pools and a pool may deviate from.

    `peak` is the share of a pool's workplaces with a session on a Monday morning, `spare` the machines beyond that.
    `gpu` is the vGPU of each machine by generation. The caches are those of Machine Creation Services, in GiB.
    `settings` are HDX' own; `avd` says what Azure Virtual Desktop needs besides.
    """

    session_support: Literal["MultiSession", "SingleSession"] = "MultiSession"
    allocation: Literal["Random", "Static"] = "Random"
    sessions_per_host: Annotated[int, Field(ge=1, le=250)]
    peak: Annotated[float, Field(gt=0, le=1)]
    spare: Annotated[int, Field(ge=0, le=50)] = 1
    cpus: Annotated[int, Field(ge=1, le=128)]
    memory_gib: Annotated[int, Field(ge=2, le=4096)]
    cache_memory_gib: Annotated[int, Field(ge=0, le=64)]
    cache_disk_gib: Annotated[int, Field(ge=1, le=1024)]
    gpu: dict[GenerationName, Gpu] = {}
    settings: HdxSettings = HdxSettings()
    avd: AvdTraits = AvdTraits()
    restart: Restart | None = None


class Profile(PoolTraits):
    """A way of working that desktops are tuned for. `title` is what a person calls it, `wan` what a line carries."""

    title: Text
    wan: WanUse


class PublishedApplication(Model):
    """An application that is published by itself, beside the desktop, to everyone of the pool."""

    executable: Annotated[str, StringConstraints(pattern=r"^([A-Za-z]:\\|%[A-Za-z()0-9]+%\\).+$")]
    arguments: str = ""
    folder: Text | None = None


class FoundPool(Model):
    """A pool that was there before us: its names in Citrix, and the VM folder that its machines stand in."""

    catalog: Text
    delivery_group: Text
    folder: Text
    assumed: Text | None = None


class Pool(PoolTraits):
    """A pool by identity, as merged from its profile's catalog entry, the municipality's and its own deviations.

    `short` stands in computer names. `users` are AD groups; `access: Everyone` lets in whoever can log on.
    `workplaces` is the profile of the workplaces that the pool is sized for; `machines` fixes a number instead, by
    generation. `desktop` is the name that users see; a pool without one has applications alone. In a generation with a
    `placement` the pool is one of Azure Virtual Desktop, in the area's subnet of its `network`; `cluster` is where
    Citrix makes its machines in the others.
    """

    name: Key
    profile: Key
    short: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}$")]
    desktop: Text | None = None
    access: Literal["Restricted", "Everyone"] = "Restricted"
    users: tuple[Account, ...] = ()
    image: dict[GenerationName, Key]
    cluster: Key | None = None
    network: Key
    ou: Text | None = None
    workplaces: Literal["office", "video", "graphics"] | None = None
    machines: dict[GenerationName, Annotated[int, Field(ge=0, le=999)]] = {}
    applications: dict[Text, PublishedApplication] = {}
    found: dict[GenerationName, FoundPool] = {}
    placement: dict[GenerationName, Placement] = {}


class ImageVersion(Model):
    """What one version of a desktop image holds. `snapshot` is the path of the one that Citrix prepares it from, `vda`
    the agent in it; one for Azure Virtual Desktop has neither.

    `mtu_discovery` says whether EDT finds the path's MTU: a registry value of the image, no policy (Citrix CTX231821).
    """

    base: Key
    vda: Vda | None = None
    built: date
    snapshot: SnapshotPath | None = None
    gpu: Gpu | None = None
    mtu_discovery: bool = True
    applications: tuple[Text, ...] = ()


class Rollout(Model):
    """A version on its way to the pools: those of the first `wave` waves have it. `wave: 0` takes it back from all.

    How sessions meet it is chosen each time. `drain`: a machine takes it at its next restart. `spread`: machines
    restart over `minutes`, after a warning. `at-once`: every machine restarts now, whoever works on it.
    """

    to: VersionName
    waves: tuple[tuple[Key, ...], ...] = Field(min_length=1)
    wave: Annotated[int, Field(ge=0)]
    reboot: Literal["drain", "spread", "at-once"]
    minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    warning_minutes: Annotated[int, Field(ge=1, le=60)] | None = None
    warning: Text | None = None


class DesktopImage(Model):
    """A line of images for pools. `master` is the VM in vSphere whose snapshots the versions are; `gallery` where Azure
    has them, version `2611.1` as `2611.1.0`.
    """

    title: Text
    master: VSphereName | None = None
    gallery: Gallery | None = None
    current: VersionName
    versions: dict[VersionName, ImageVersion]
    rollout: Rollout | None = None


class Client(Model):
    """What a model of workplace can do; the model as workplaces.csv names it. `source` says who told.

    `maker` is whose software runs on it, where that is managed as a thin client: Stratodesk's runs on anybody's.
    """

    secure_hdx: bool
    source: Text
    maker: Maker | None = None


class CitrixSite(Model):
    """The Citrix site that all generations share, and what Azure Virtual Desktop shares with it: `system` stands in
    computer names, `ou` is where machines belong. A platform that never builds a Citrix pool needs no `vcenter`.

    `storefront` and `controllers` are the stable names by which workplaces reach the store and the store its farm.
    """

    system: SystemCode
    ou: Text
    zone: Text = "Primary"
    vcenter: DnsName | None = None
    storefront: DnsName | None = None
    controllers: DnsName | None = None
    store: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,40}$")] = "Store"
