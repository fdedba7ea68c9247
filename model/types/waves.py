"""Waves: what moves to a generation together, while the one before still serves everybody else.

A wave's members are of one kind or several: systems and pools move, groups and sites of people are served by what has
moved. A wave that has moved is part of `serving:` (serving.py). Left out: the steps between its states (lifecycle.py)
and what leaves the room with it, which refresh/room.py counts.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from model.base import GenerationName, Key, Model, Text
from model.types.estate import SiteCode, SystemCode

if TYPE_CHECKING:
    from model.platform import Platform

WaveState = Literal["planned", "building", "moved"]


class Wave(Model):
    """Some who move to `generation` between two days, ahead of the rest.

    `planned`: its systems have no machines there yet. `building`: they have, and nobody is served by them. `moved`:
    its members are served by the generation.
    """

    name: Key
    title: Text
    generation: GenerationName
    starts: date
    ends: date
    state: WaveState
    systems: tuple[SystemCode, ...] = ()
    pools: tuple[Key, ...] = ()
    groups: tuple[Text, ...] = ()
    sites: tuple[SiteCode, ...] = ()


def of_system(platform: Platform, code: str, generation: str) -> Wave | None:
    """The wave in which a system moves to a generation; None where it moves with the generation itself."""
    return next((w for w in platform.waves.values() if w.generation == generation and code in w.systems), None)


def of_site(platform: Platform, site: str, generation: str) -> Wave | None:
    """The same of the people of a site."""
    return next((w for w in platform.waves.values() if w.generation == generation and site in w.sites), None)


def of_pool(platform: Platform, pool: str, generation: str) -> Wave | None:
    """The same of a desktop pool."""
    return next((w for w in platform.waves.values() if w.generation == generation and pool in w.pools), None)
