"""Backup at home: policies by what can be lost and for how long it may be gone, and what restore tests have shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from model.base import Model, Ref, Text
from model.types.estate import Minutes


class BackupPolicy(Model):
    """How often servers are copied, how long copies are kept, and how fast a server is back."""

    title: Text
    """What people call it."""
    rpo_minutes: Minutes
    """Minutes between two copies, of a database's log too: what is lost at most (recovery point objective)."""
    rto_minutes: Minutes
    """Minutes in which a server is back from a copy (recovery time objective). A restore test must not take longer."""
    keep_days: Annotated[int, Field(ge=7, le=9999)]
    """For how many days a day's copy is kept."""
    keep_months: Annotated[int, Field(ge=0, le=120)] = 0
    """For how many months the copy of a month's first day is kept. 0 keeps none."""
    immutable_days: Annotated[int, Field(ge=0, le=9999)] = 0
    """For how many days nobody can delete a copy, not even who runs the backup: the copy that is left after ransomware.
    Required where servers hold data; at most `keep_days`.
    """
    application: bool = False
    """Whether databases and directories are brought to rest before they are copied, and their logs cut off after it."""
    restore_test_days: Annotated[int, Field(ge=1, le=366)] = 90
    """How old the last restore test of a system may be on the day of the cutover."""


class RestoreTest(Model):
    """The last time that a system's data were restored from a copy, somewhere else, and opened."""

    system: Annotated[str, Ref("systems")]
    """The code of the system."""
    tested: date
    """The day of the test."""
    minutes: Minutes
    """Minutes from the decision to the system's own people saying that it is there."""
    assumed: Text | None = None
    """What of this is assumed, and why."""
