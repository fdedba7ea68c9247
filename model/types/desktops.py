"""Pools as data: who is served by a pool, on what machines, from which image, with which settings.

A pool is an identity and carries no year; what it becomes in a generation, on Citrix or in Azure Virtual Desktop,
pools.py computes. A pool takes what it does not say itself from its profile. Left out: the machines themselves.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Clock, DnsName, InGeneration, Key, Model, Ref, Text
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

SnapshotPath = Annotated[str, StringConstraints(pattern=r"^[^/\\%\x00-\x1f]{1,80}(/[^/\\%\x00-\x1f]{1,80})*$")]
"""A snapshot as Citrix finds it, below those that were taken before it: `kontor-2611-1/kontor-2612-1`
(citrix/terraform-provider-citrix, `image_snapshot`).
"""


class Restart(Model):
    """The daily restart of a pool's machines. With `minutes` alone nobody is asked: sessions end after a warning."""

    time: Clock
    """When it begins, in quotes: "03:00"."""
    minutes: Annotated[int, Field(ge=1, le=720)] | None = None
    """Over how many minutes the restarts are spread, whoever is on. Without it a machine restarts when its last session
    has ended (Citrix, "natural reboot"), which a pool of people who work at night needs.
    """
    warning_minutes: Annotated[int, Field(ge=1, le=60)] | None = None
    """How many minutes before the restart users are warned. Required with `minutes`, and of no effect without."""
    warning: Text | None = None
    """What users read, in Danish. Required with `minutes`, and of no effect without."""


class PoolTraits(Model):
    """What a profile decides for its pools and a pool may deviate from."""

    session_support: Literal["MultiSession", "SingleSession"] = "MultiSession"
    """`MultiSession` shares a machine between users, `SingleSession` has one user a machine."""
    allocation: Literal["Random", "Static"] = "Random"
    """`Random` gives a user any machine, `Static` always the same. Multi-session machines are `Random`."""
    sessions_per_host: Annotated[int, Field(ge=1, le=250)]
    """Sessions that a machine holds. 1 with `SingleSession`. A planning figure until the pilot has measured it."""
    peak: Annotated[float, Field(gt=0, le=1)]
    """The share of a pool's workplaces that have a session on a Monday morning. A planning figure until the pilot has
    measured it.
    """
    spare: Annotated[int, Field(ge=0, le=50)] = 1
    """Machines beyond what the peak needs, so that as many may be down."""
    host_loss: Literal["wait", "absorb"] = "wait"
    """What a lost host means at the peak. `wait`: whoever finds no machine waits until the host's are up elsewhere.
    `absorb`: the pool has so many machines that those of as many hosts as the cluster's `host_failures` may be gone.
    """
    cpus: Annotated[int, Field(ge=1, le=128)]
    """Virtual CPUs of a machine. In Azure the machine's size has at least as many."""
    memory_gib: Annotated[int, Field(ge=2, le=4096)]
    """Memory of a machine in GiB. In Azure the machine's size has at least as much."""
    cache_memory_gib: Annotated[int, Field(ge=0, le=64)]
    """Memory of the write-back cache of Machine Creation Services, in GiB. 0 has the cache on disk alone."""
    cache_disk_gib: Annotated[int, Field(ge=1, le=1024)]
    """Disk of the write-back cache of Machine Creation Services, in GiB; it counts in capacity."""
    gpu: dict[InGeneration, Gpu] = {}
    """The vGPU of each machine by generation, as vSphere names it: `{g26: nvidia_l4-4q}`. It is that of the image's
    master. In Azure it asks for a size with graphics.
    """
    settings: HdxSettings = HdxSettings()
    """HDX policy settings."""
    avd: AvdTraits = AvdTraits()
    """What Azure Virtual Desktop needs besides."""
    restart: Restart | None = None
    """The nightly restart. Without one a machine takes a new image only when it is restarted for another reason."""


class Profile(PoolTraits):
    """A way of working that desktops are tuned for."""

    title: Text
    """What a person calls it; also the name of its policy in Citrix."""
    wan: WanUse
    """What a workplace of the profile takes of its site's line."""


class PublishedApplication(Model):
    """An application that is published to everyone of the pool. Its key is the name that users see."""

    executable: Annotated[str, StringConstraints(pattern=r"^([A-Za-z]:\\|%[A-Za-z()0-9]+%\\).+$")]
    r"""Path of the program on the session machine: `C:\Program Files (x86)\SBSYS\SbSys.exe`."""
    arguments: str = ""
    """What the program is started with. In Azure users can then start it in no other way."""
    folder: Text | None = None
    """The folder that users see it in, in Citrix. Without one it stands at the top."""


class ObservedPool(Model):
    """A pool that was there before us."""

    catalog: Text
    """Name of its machine catalog in Citrix."""
    delivery_group: Text
    """Name of its delivery group in Citrix."""
    folder: Text
    """The VM folder that its machines stand in. They are counted by it, and a folder is one pool's."""
    assumed: Text | None = None
    """What of this is assumed, and why."""


class Pool(PoolTraits):
    """A pool by identity, as merged from its profile's catalog entry, the municipality's and its own deviations."""

    name: Key
    """Name of the pool through all generations. Names in Citrix and Azure carry it: `MC-G26-OFFICE`."""
    profile: Annotated[Key, Ref("profiles")]
    """The way of working, a key of `profiles`. It decides what the pool does not say itself."""
    short: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}$")]
    """Two to four letters that stand in computer names: `kon` in `CTXKON001G26`."""
    desktop: Text | None = None
    """The name of the desktop that users see. A pool without one has applications alone."""
    access: Literal["Restricted", "Everyone"] = "Restricted"
    """`Restricted` lets in `users` alone, `Everyone` whoever can log on. A pool in Azure is `Restricted`."""
    users: tuple[Account, ...] = ()
    """AD groups that the pool is for, without their domain. In Azure each has its object id under `principals`."""
    image: dict[InGeneration, Annotated[Key, Ref("desktop_images")]]
    """The image of its machines by generation, a key of `desktop_images`. A managed generation has the pool if it has
    an image here.
    """
    cluster: Key | None = None
    """Where Citrix makes its machines, a key of `clusters`. Not needed where every generation that we build has it in
    Azure.
    """
    network: Key
    """The network of its machines, a key of `networks`; in Azure the subnet of the area that has the same key."""
    ou: Text | None = None
    """The organizational unit of its machines, below that of their generation. Citrix needs one, and `join: ad` in
    Azure.
    """
    workplaces: Literal["office", "video", "graphics"] | None = None
    """The pool is sized for all workplaces of this profile. Either this, or `machines`."""
    machines: dict[InGeneration, Annotated[int, Field(ge=0, le=999)]] = {}
    """A fixed number of machines by generation, where nobody can be counted. It comes before `workplaces`. At most 999,
    for three digits stand in their names.
    """
    draining: dict[InGeneration, tuple[Annotated[int, Field(ge=1, le=999)], ...]] = {}
    """Numbers of machines that take no new session, by generation: `{g26: [1, 2]}`, for instance because they are to be
    made anew. Citrix puts them into maintenance mode, and a pool that shrinks gives them up first.
    """
    applications: dict[Text, PublishedApplication] = {}
    """Applications that are published, by the name that users see. In Azure a pool with a desktop has them on the
    desktop.
    """
    found: dict[InGeneration, ObservedPool] = {}
    """What the pool is called, by generation, in generations that we did not build."""
    placement: dict[InGeneration, Placement] = {}
    """The area in Azure, by the generation in which the pool leaves Citrix: `{g26: {area: job-centre}}`."""


class ImageVersion(Model):
    """What one version of a desktop image holds."""

    base: Annotated[Key, Ref("images")]
    """The operating system that it is built on, a key of `images`; Windows."""
    vda: Vda | None = None
    """The release of the Virtual Delivery Agent in it, in quotes: "2507". Citrix needs one."""
    built: date
    """The day on which it was built."""
    snapshot: SnapshotPath | None = None
    """The snapshot of the master that Citrix makes machines from, with those that were taken before it in front:
    `kontor-2611-1/kontor-2612-1`. Citrix needs one.
    """
    gpu: Gpu | None = None
    """The vGPU that the master has, as vSphere names it. Machines get no other."""
    mtu_discovery: bool = True
    """Whether EDT finds the largest packet of the path by itself. It is a registry value in the image and no policy
    (Citrix CTX231821); Multi-Stream does not work with it.
    """
    applications: tuple[Text, ...] = ()
    """What is installed in it, for people."""


class Rollout(Model):
    """A version on its way to the pools, wave by wave."""

    to: VersionName
    """The version that comes."""
    waves: tuple[tuple[Key, ...], ...] = Field(min_length=1)
    """The pools of each wave. Every pool that has the image is in exactly one."""
    wave: Annotated[int, Field(ge=0)]
    """How many waves have the version by now. 0 takes it back from all."""
    reboot: Literal["drain", "spread", "at-once"]
    """How sessions meet it. `drain`: a machine takes it at its next restart. `spread`: machines restart over `minutes`,
    after a warning. `at-once`: every machine restarts now, which is refused where people are served. It has no default,
    for it can end sessions.
    """
    minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    """Over how many minutes restarts are spread. With `spread` alone, and required there."""
    warning_minutes: Annotated[int, Field(ge=1, le=60)] | None = None
    """How many minutes before a restart users are warned. With `spread` alone, and required there."""
    warning: Text | None = None
    """What users read, in Danish. With `spread` alone, and required there."""


class DesktopImage(Model):
    """A line of images for pools."""

    title: Text
    """What a person calls it."""
    master: VSphereName | None = None
    """The VM in vSphere whose snapshots the versions are. Citrix needs one."""
    gallery: Gallery | None = None
    """Where Azure has the versions; `2611.1` is `2611.1.0` there. Azure Virtual Desktop needs one."""
    current: VersionName
    """The version that pools have unless a rollout brings them another."""
    versions: dict[VersionName, ImageVersion]
    """The versions by year, month and number: `"2611.1"`, in quotes."""
    rollout: Rollout | None = None
    """A new version on its way. Without one every pool has `current`."""


class ClientSystem(Model):
    """A release of what thin clients run."""

    maker: Maker
    """Whose it is."""
    title: Text
    """The system as its maker's management names it: `IGEL OS 12`."""
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+){0,3}$")]
    """The release, in quotes: "12.7". Profiles are written for it."""
    maintained_until: date | None = None
    """The last day on which its maker mends it. Without one the maker tells of no end."""
    source: Text
    """Who says so, or what is assumed."""


class Client(Model):
    """What a model of workplace can do. Its key is the model as workplaces.csv names it."""

    secure_hdx: bool
    """Whether it supports Secure HDX."""
    source: Text
    """Who says so, or what is assumed."""
    maker: Maker | None = None
    """Whose software runs on it, where it is managed as a thin client. Stratodesk's runs on anybody's hardware."""
    system: Annotated[Key, Ref("client_systems")] | None = None
    """The release that it runs, a key of `client_systems`, of the same maker. It must be maintained for as long as the
    generation serves (`UNMAINTAINED`).
    """


class CitrixLicensing(Model):
    """How the Citrix site gets its licences. Files ended on 2026-04-15 (Citrix CTX695107). The licence server asks
    Citrix Cloud, outbound on tcp/443.
    """

    method: Literal["activation-service", "file"]
    """`activation-service`: Citrix' Licence Activation Service (LAS). `file`: licence files, of no effect since then.
    """
    controllers: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}( CU[0-9]{1,2})?$")]
    """The release of the site's controllers, in quotes: "2507", "2402 CU3". The activation service knows 2203 CU7, 2402
    CU3, 2411 and later ones alone.
    """
    assumed: Text | None = None
    """What of this is assumed, and why."""


class CitrixSite(Model):
    """The Citrix site that all generations share."""

    zone: Text = "Primary"
    """The zone of the Citrix site that connections and catalogs belong to."""
    vcenter: DnsName | None = None
    """The vCenter's DNS name, where Citrix makes machines. A platform that never builds a Citrix pool needs none."""
    storefront: DnsName | None = None
    """The alias by which workplaces reach the store, in full. Required where there are thin clients."""
    controllers: DnsName | None = None
    """The alias by which the store reaches its farm, in full."""
    store: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,40}$")] = "Store"
    """Name of the store in StoreFront: `/Citrix/<store>` in its address."""
    database: Annotated[str, Ref("servers")] | None = None
    """The server, by identity, that holds the site's databases. Controllers must be let through to it."""
    licences: Annotated[str, Ref("servers")] | None = None
    """The server, by identity, that hands out Citrix licences. Controllers must be let through to it."""
    licensing: CitrixLicensing | None = None
    """Where its licences come from. Required where pools are built on Citrix."""


class DesktopSettings(Model):
    """What all session machines share, on Citrix and in Azure Virtual Desktop."""

    system: Annotated[SystemCode, Ref("systems")]
    """The code of the system that serves the desktops. Computer names of session machines begin with it."""
    ou: Text
    """The organizational unit at the top of the domain that holds session machines; each generation has its own below
    it.
    """
    citrix: CitrixSite | None = None
    """The Citrix site. Without one nothing is on Citrix; Azure Virtual Desktop needs none."""
