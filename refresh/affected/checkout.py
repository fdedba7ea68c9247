"""Which commit a change is compared with: from the event that started the pipeline, else from a name that was given.

The tip of the target branch is no base: what went into it since the branch began would be shown as taken back. The base
is the commit that the change was made from, and which that is depends on what was checked out:

- `head`: the branch's own tip. The base is where it left the target (`git merge-base`).
- `merge`: a commit that merges the branch into the target, as GitHub and Azure DevOps make one for a pull request. The
  base is its first parent, the target at that moment.
- `synthetic`: another commit on top of the target that holds the change, as a merge queue or a rebase makes one. The
  base is where it left the target.
- `push`: the branch itself after a push, however it was merged. The base is what it was before.

Left out: comparing three states; what is shown is the difference of two.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

Kind = Literal["head", "merge", "synthetic", "push"]
_NOTHING = "0" * 40


class BaseError(Exception):
    """No base can be told; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Base:
    """The commit to compare with, what was checked out, and why it is that commit."""

    commit: str
    kind: Kind
    why: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository, asked by the `git` that is installed."""

    folder: Path

    def git(self, *arguments: str) -> str:
        """What git answers; raises BaseError with its last line."""
        done = self._run(*arguments)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["git failed"])[-1]
            raise BaseError(f"git {' '.join(arguments[:2])}: {said}; check that the commit is there (`fetch-depth: 0`)")
        return done.stdout.strip()

    def commit(self, name: str) -> str:
        """The commit that a name stands for."""
        return self.git("rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")

    def parents(self, commit: str) -> list[str]:
        """A commit's parents, the first one first."""
        return self.git("rev-list", "--parents", "-n", "1", commit).split()[1:]

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether `other` rests on `one`."""
        return self._run("merge-base", "--is-ancestor", one, other).returncode == 0

    def left_at(self, target: str) -> str:
        """Where what is checked out left a target."""
        done = self._run("merge-base", target, "HEAD")
        if done.returncode or not done.stdout.strip():
            raise BaseError(
                f"{target[:12]} and HEAD have no commit in common; ask for the whole history (`fetch-depth: 0`)"
            )
        return done.stdout.strip()

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", "-C", str(self.folder), *arguments], capture_output=True, text=True, check=False, encoding="utf-8"
        )


def base(repository: Repository, given: str | None, event: Mapping[str, Any]) -> Base:
    """The base: of a name that was given, else of the event."""
    if given is not None:
        return _of_name(repository, given)
    target, head = (_said(event, "pull_request", side, "sha") for side in ("base", "head"))
    if target is not None and head is not None:
        return _of_pull(repository, target, head)
    before = _said(event, "before")
    if before is not None and before != _NOTHING:
        return Base(repository.commit(before), "push", "what the branch was before the push")
    raise BaseError("neither a name nor an event says what to compare with; give --base")


def _said(event: Any, *path: str) -> str | None:
    """The text at a path of the event, if one stands there."""
    for key in path:
        event = cast("Mapping[str, Any]", event).get(key) if isinstance(event, Mapping) else None
    return event if isinstance(event, str) else None


def _of_pull(repository: Repository, target: str, head: str) -> Base:
    here = repository.commit("HEAD")
    parents = repository.parents(here)
    if here == head:
        return Base(repository.left_at(target), "head", "where the branch left its target")
    if len(parents) == 2 and parents[1] == head:
        return Base(parents[0], "merge", "the target that the branch was merged into")
    return Base(repository.left_at(target), "synthetic", "where a commit that is not the branch's own left its target")


def _of_name(repository: Repository, given: str) -> Base:
    target, here = repository.commit(given), repository.commit("HEAD")
    parents = repository.parents(here)
    merged = len(parents) == 2 and repository.is_ancestor(parents[0], target)
    if merged and not repository.is_ancestor(here, target) and not repository.is_ancestor(parents[1], target):
        return Base(parents[0], "merge", f"the commit of {given} that the branch was merged into")
    return Base(repository.left_at(target), "head", f"where HEAD left {given}")
