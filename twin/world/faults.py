"""Faults and latency that a rehearsal asks for, and the twin's virtual clock.

A fault makes an operation fail as the real platform might; latency is added to the clock and never slept. Both
come from a file, are kept in the world and stay until another file is loaded or the world is emptied:

    - type: "*VirtualMachine"     # glob on the type token; `type` and `name` default to everything
      operation: create           # create, read, update, delete or invoke
      name: "vsbsys-*"            # glob on the resource's name in Pulumi or on the platform
      nth: 2                      # only the second time it matches; or
      times: 3                    # the first three times; neither: every time
      error: Customization of the guest operating system failed.
      after: true                 # the operation is done and fails afterwards, so that something is left behind
    - operation: create
      latency: 1200               # seconds
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from ruamel.yaml.error import YAMLError

from twin import yamls
from twin.world.store import World

OPERATIONS: Final = ("create", "read", "update", "delete", "invoke")
_KEYS: Final[dict[str, type | tuple[type, ...]]] = {
    "type": str,
    "operation": str,
    "name": str,
    "nth": int,
    "times": int,
    "error": str,
    "after": bool,
    "latency": (int, float),
}

_LATER: Final = re.compile(r"429\b[^;]*(?:;\s*Retry-After\s+(\d+))?")
_TYPES: Final[dict[Any, str]] = {str: "text", int: "a whole number", bool: "true or false", (int, float): "a number"}


class FaultFileError(Exception):
    """The file is not as it should be; `problems` holds every fault, each with file and line."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Injected:
    """What happens to one operation: an error, if any, and whether it comes after the work is done."""

    error: str | None = None
    after: bool = False


def load(path: Path) -> list[dict[str, Any]]:
    """The entries of a faults file. Raises FaultFileError with everything that is wrong with it."""
    try:
        document: Any = yamls.read(path, lines=True)
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1 if mark else 1}"
        raise FaultFileError([f"{where}: BAD-YAML : {_first_line(error)}; write YAML 1.2 in UTF-8"]) from None
    if not isinstance(document, list):
        raise FaultFileError([f"{path}:1: WRONG-TYPE : is no list; use a list of faults, see docs/twin.md"])
    problems: list[str] = []
    entries: list[dict[str, Any]] = []
    for index, entry in enumerate(cast("list[Any]", document)):
        line = cast("Any", document).lc.item(index)[0] + 1
        plain: dict[str, Any] | None = dict(cast("dict[str, Any]", entry)) if isinstance(entry, dict) else None
        found = [("WRONG-TYPE", "", f"is no map; use {', '.join(_KEYS)}")]
        if plain is not None:
            found = _problems(plain)
            entries.append(plain)
        problems.extend(f"{path}:{line}: {code} [{index}]{key}: {problem}" for code, key, problem in found)
    if problems:
        raise FaultFileError(problems)
    return entries


def install(world: World, entries: list[dict[str, Any]]) -> None:
    """Replaces the world's faults."""
    world.set_meta("faults", json.dumps(entries))
    world.set_meta("fault-hits", json.dumps([0] * len(entries)))


def installed(world: World) -> list[tuple[dict[str, Any], int]]:
    """The world's faults, each with how often it has matched."""
    return list(
        zip(json.loads(world.meta("faults") or "[]"), json.loads(world.meta("fault-hits") or "[]"), strict=True)
    )


def are_installed(world: World) -> bool:
    """Whether there is anything to inject."""
    return world.meta("faults") not in {None, "[]"}


def clock(world: World) -> float:
    """Virtual seconds that have passed."""
    return float(world.meta("clock") or 0)


def inject(world: World, operation: str, token: str, names: Sequence[str], *, retries: int = 0) -> Injected:
    """Counts the operation against the world's faults, advances the clock, and says what happens to it.

    A provider that is told to come again later (`429 ...; Retry-After 7`) does so by itself, `retries` times.
    """
    injected = _inject(world, operation, token, names)
    later = _LATER.match(injected.error or "")
    if later is None or not retries:
        return injected
    world.set_meta("clock", str(clock(world) + float(later[1] or 1)))
    return inject(world, operation, token, names, retries=retries - 1)


def _inject(world: World, operation: str, token: str, names: Sequence[str]) -> Injected:
    entries: list[dict[str, Any]] = json.loads(world.meta("faults") or "[]")
    hits: list[int] = json.loads(world.meta("fault-hits") or "[]")
    injected = Injected()
    for index, entry in enumerate(entries):
        if not _matches(entry, operation, token, names):
            continue
        hits[index] += 1
        if ("nth" in entry and hits[index] != entry["nth"]) or ("times" in entry and hits[index] > entry["times"]):
            continue
        if "latency" in entry:
            world.set_meta("clock", str(clock(world) + float(entry["latency"])))
        if "error" in entry and injected.error is None:
            injected = Injected(str(entry["error"]), bool(entry.get("after")))
    world.set_meta("fault-hits", json.dumps(hits))
    return injected


def _matches(entry: dict[str, Any], operation: str, token: str, names: Sequence[str]) -> bool:
    return (
        entry["operation"] == operation
        and fnmatch.fnmatchcase(token, entry.get("type", "*"))
        and any(fnmatch.fnmatchcase(name, entry.get("name", "*")) for name in names)
    )


def _problems(entry: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Code, key and text of everything that is wrong with an entry."""
    problems: list[tuple[str, str, str]] = []
    for key, value in entry.items():
        allowed = _KEYS.get(key)
        if allowed is None:
            problems.append(("UNKNOWN-KEY", f".{key}", f"is unknown; use {', '.join(_KEYS)}"))
        elif not isinstance(value, allowed) or (isinstance(value, bool) and allowed is not bool):
            problems.append(("WRONG-TYPE", f".{key}", f"is a {type(value).__name__}; use {_TYPES[allowed]}"))
        elif key in {"nth", "times", "latency"} and value <= 0:
            problems.append(("BAD-VALUE", f".{key}", f"{value} is not allowed; use more than 0"))
    if "operation" not in entry:
        problems.append(("MISSING-KEY", ".operation", f"is missing; use {', '.join(OPERATIONS)}"))
    elif entry["operation"] not in OPERATIONS:
        what = f"{entry['operation']!r} is not allowed; use {', '.join(OPERATIONS)}"
        problems.append(("BAD-VALUE", ".operation", what))
    if "error" not in entry and "latency" not in entry:
        problems.append(("MISSING-KEY", "", "does nothing; give error or latency"))
    if "nth" in entry and "times" in entry:
        problems.append(("BAD-VALUE", ".nth", "conflicts with times; give one of the two"))
    return problems


def _first_line(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]
