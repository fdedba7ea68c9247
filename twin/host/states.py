"""The states that stacks have on the twin: the overlay's file backend, looked at from outside.

It finds what a killed engine leaves behind, a state that was cut short and a lock that nobody holds any more, and
forgets every state when the world is emptied. Nothing is written but by Pulumi: `pulumi cancel` takes a lock away.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Lock:
    """Who works on a stack, as the file backend writes it down (pulumi 3.250.0, backend/diy/lock.go)."""

    stack: str
    pid: int
    host: str

    @property
    def is_dead(self) -> bool:
        """Whether its engine is gone for certain; of another machine's nobody here can say."""
        return self.host == socket.gethostname() and not _is_engine(self.pid)


@dataclass(frozen=True, slots=True)
class States:
    """The stacks of one project in the file backend at `backend`."""

    backend: Path
    project: str

    @property
    def _folder(self) -> Path:
        return self.backend / ".pulumi" / "stacks" / self.project

    def names(self) -> list[str]:
        """Stacks that there are."""
        return sorted(file.name.removesuffix(".json") for file in self._folder.glob("*.json"))

    def mend(self, name: str) -> bool:
        """Puts the last whole checkpoint back if an engine was killed while it wrote the next; whether there is one.

        Pulumi's file backend copies the old one to `.bak` and keeps both (3.250.0, backend/diy/state.go), so a state
        that is missing was removed by `pulumi stack rm`, which leaves the copy too: it stays removed. The attributes
        beside each file are written in place (gocloud.dev, fileblob/attrs.go), so a kill may leave them empty, and then
        the state is not read at all (`EOF`); without them it is.
        """
        state = self._folder / f"{name}.json"
        backup = state.with_name(f"{state.name}.bak")
        for file in (state, backup):
            attributes = file.with_name(f"{file.name}.attrs")
            if attributes.exists() and _content(attributes) is None:
                attributes.unlink()
        if state.exists() and _content(state) is None and _content(backup) is not None:
            write(state, backup.read_text())
        return state.exists()

    def is_new(self, name: str) -> bool:
        """Whether the stack holds nothing yet."""
        content = cast("dict[str, dict[str, Any]]", _content(self._folder / f"{name}.json") or {})
        latest = cast("dict[str, Any]", content.get("checkpoint", {}).get("latest") or {})
        return not latest.get("resources")

    def locks(self, name: str = "*") -> list[Lock]:
        """Who holds the stack, or any stack."""
        files = (self.backend / ".pulumi" / "locks").glob(f"*/{self.project}/{name}/*.json")
        held = [(file.parent.name, cast("dict[str, Any]", _content(file) or {})) for file in sorted(files)]
        return [
            Lock(stack, int(content.get("pid", 0)), str(content.get("hostname", socket.gethostname())))
            for stack, content in held
        ]


def forget(backend: Path) -> list[str]:
    """Removes every state, with its history and locks; the names of the stacks that there were.

    Their settings stay: they are no part of the world.
    """
    folders = [folder.name for folder in (backend / ".pulumi" / "stacks").glob("*") if folder.is_dir()]
    names = [name for project in sorted(folders) for name in States(backend, project).names()]
    shutil.rmtree(backend / ".pulumi", ignore_errors=True)
    return names


def held(backend: Path) -> list[Lock]:
    """The locks of engines that are not known to be dead, of every project."""
    folders = [folder.name for folder in (backend / ".pulumi" / "stacks").glob("*") if folder.is_dir()]
    return [lock for project in sorted(folders) for lock in States(backend, project).locks() if not lock.is_dead]


def write(file: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    partial.write_text(text)
    partial.replace(file)


def _content(file: Path) -> Any:
    """What a JSON file holds; None if it is not there or not whole."""
    try:
        return json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _is_engine(pid: int) -> bool:
    """Whether a process is there and, where the system tells, is Pulumi and not one that has its number since."""
    if pid <= 0:
        return False
    command = Path("/proc", str(pid), "cmdline")
    if command.parent.parent.joinpath("self").exists():
        try:
            return b"pulumi" in command.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
