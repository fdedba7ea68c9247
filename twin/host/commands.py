"""What a command that runs against the twin says, and what of it is refused before it does harm."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from twin.host.process import TwinError

_NEAR: Final = 0.8
"""How alike two names of stacks are when one is a slip of the other: `holstbro` is one, `holstebro-base` is not."""


def refuse_near_name(command: Sequence[str], known: Collection[str]) -> None:
    """Makes no stack of a typing error.

    Names that differ in digits alone are those of generations, one that goes on with a hyphen is that of a layer.
    """
    name = stack_option(command)
    if name is None or name in known or follows(command, "stack", "init"):
        return
    if re.sub(r"\d", "", name) in {re.sub(r"\d", "", other) for other in known}:
        return
    others = [other for other in sorted(known) if not name.startswith(f"{other}-") and not other.startswith(f"{name}-")]
    for near in difflib.get_close_matches(name, others, n=1, cutoff=_NEAR):
        raise TwinError(
            f"there is no stack {name!r}; did you mean {near!r}. If you mean another, make it with "
            f"`refresh twin run -- pulumi stack init {name}`"
        )


def refuse_first_target(command: Sequence[str], name: str) -> None:
    """Refuses what leaves a state that nobody can read.

    The engine imports before it looks at the targets (pulumi 3.250.0, resource/deploy/step_generator.go): what is
    adopted comes into the state, what it rests on does not.
    """
    targets = any(re.match(r"--target(=|$)|-t", argument) for argument in command)
    if is_pulumi(command) and targets and {"up", "update"} & set(command):
        raise TwinError(
            f"stack {name} is new, and with --target Pulumi would import what is adopted without what it rests on, "
            "into a state that can not be read; run its first update without --target"
        )


def follows(command: Sequence[str], first: str, second: str) -> bool:
    """Whether the command has these two words, one after the other."""
    return (first, second) in itertools.pairwise(command)


def is_pulumi(command: Sequence[str]) -> bool:
    """Whether the command is Pulumi itself, and not a program that may call it."""
    return Path(command[0]).name == "pulumi"


def refuse_other_project(command: Sequence[str]) -> None:
    """Refuses what would run Pulumi in another folder than the overlay project."""
    if not is_pulumi(command):
        return
    for argument in command[1:]:
        if argument == "--":
            return
        if argument in {"-C", "--cwd"} or argument.startswith(("--cwd=", "-C=")):
            raise TwinError(f"{argument} would leave the overlay project; run the command without it")


def stack_option(command: Sequence[str]) -> str | None:
    """What `--stack` names, and `-s` of pulumi itself: to another command that may mean anything."""
    for index, argument in enumerate(command):
        long, short = re.fullmatch(r"--stack(?:=(.+))?", argument), re.fullmatch(r"-s=?(.+)?", argument)
        found = long or (short if is_pulumi(command) else None)
        if found is not None:
            return found[1] or next(iter(command[index + 1 : index + 2]), None)
    return None
