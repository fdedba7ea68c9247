"""What `refresh doctor` says: a line for each thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "do", "may"]


@dataclass(frozen=True, slots=True)
class Line:
    """What was looked at, and what was found. `do` is to be mended, with how; `may` is what some verb would want."""

    state: State
    about: str
    text: str

    def __str__(self) -> str:
        return f"{self.state:<3} {self.about}: {self.text}"
