"""Waves: what moves to a generation together, while the one before still serves everybody else.

A wave's members are of one kind or several: systems and pools move, groups and sites of people are served by what has
moved. A wave that has moved is part of `serving:` (serving.py). Left out: the steps between its states (lifecycle.py)
and what leaves the server room with it, which refresh/server_room.py counts.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from model.base import InGeneration, Key, Model, Ref, Text
from model.types.estate import SiteCode, SystemCode
from model.types.states import WaveState


class Wave(Model):
    """Some who move to a generation between two days, ahead of the rest."""

    name: Key
    """Name of the wave, as `refresh advance` takes it."""
    title: Text
    """What people call it."""
    generation: InGeneration
    """The generation that they move to."""
    starts: date
    """The day on which the wave starts."""
    ends: date
    """The day on which it ends. Equipment that leaves with it can go then."""
    state: WaveState
    """`planned`: its systems have no machines there yet. `building`: they have, and nobody is served by them. `moved`:
    its members are served by the generation. `refresh advance` takes the steps.
    """
    systems: tuple[Annotated[SystemCode, Ref("systems")], ...] = ()
    """Codes of the systems that move. A system is in one wave at most."""
    pools: tuple[Annotated[Key, Ref("pools")], ...] = ()
    """Keys of the desktop pools that move. A pool is in one wave at most."""
    groups: tuple[Text, ...] = ()
    """AD groups of people who move. In Azure a group has to be among a pool's `users` to meet it."""
    sites: tuple[Annotated[SiteCode, Ref("sites")], ...] = ()
    """Codes of the sites whose people move."""
