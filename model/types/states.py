"""The states of a generation and of a wave, each with what it means; lifecycle.py has the steps between them."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

Serves = Literal["nobody", "named", "everyone"]
"""Who is served by a generation: nobody, only those that `serving:` names, or everyone that nothing else names."""

WaveState = Literal["planned", "building", "moved"]
"""Where a wave is, in order."""


class State(StrEnum):
    """Where a generation is in its life, in order, and what that means for it.

    `declared`: there are resources. `protected`: Pulumi refuses to delete any of them; of a pilot what serves somebody
    and what holds data (Instance.held). `rebuilds`: a raised build number replaces servers.
    """

    declared: bool
    protected: bool
    rebuilds: bool
    serves: Serves

    PLANNED = "planned", False, False, False, "nobody"
    BUILDING = "building", True, False, True, "nobody"
    PILOT = "pilot", True, False, False, "named"
    LIVE = "live", True, True, False, "everyone"
    STANDBY = "standby", True, True, False, "named"
    RETIRING = "retiring", True, False, False, "nobody"
    RETIRED = "retired", False, False, False, "nobody"

    def __new__(cls, value: str, declared: bool, protected: bool, rebuilds: bool, serves: Serves) -> State:
        member = str.__new__(cls, value)
        member._value_ = value
        member.declared, member.protected, member.rebuilds, member.serves = declared, protected, rebuilds, serves
        return member

    @property
    def serves_somebody(self) -> bool:
        """Whether anyone may be served by the generation."""
        return self.serves != "nobody"

    @property
    def leaving(self) -> bool:
        """Whether the generation is on its way out, or gone: nothing may ask it any more."""
        return self in (State.RETIRING, State.RETIRED)
