"""Waves: what moves to a generation together, while the one before still serves everybody else.

A wave's members are of one kind or several: systems and pools move, groups and sites of people are served by what has
moved. A wave that has moved is part of `serving:` (serving.py). Left out: the steps between its states (lifecycle.py)
and what leaves the room with it, which refresh/room.py counts.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from model.base import GenerationName, Key, Model, Text
from model.types.estate import SiteCode, SystemCode

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
