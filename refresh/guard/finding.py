"""What the guard finds, and the permission that the data may give for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from model.platform import Refresh

Op = Literal["deletion", "replacement", "loss", "birth", "step", "operation", "adoption"]
_NEVER = frozenset({"step", "operation", "adoption"})
"""What no override allows: a step is taken one by one, an operation is first read and understood, and an adoption is an
import and nothing else.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a plan or the data would do to `resource` and must not.

    `takes` names what an override must allow, `lost` what is lost in full. `permission` is the override that allows it,
    or None. `where` is the file and line of the data, where they say it.
    """

    resource: str
    type: str
    urn: str
    op: Op
    why: str
    instead: str
    permission: str | None = None
    where: str = ""
    takes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def __str__(self) -> str:
        verdict = "allowed" if self.permission is not None else "refused"
        end = f"override: {self.permission}" if self.permission is not None else self.instead
        what = f"loss of {', '.join(self.lost)}" if self.op == "loss" else self.op
        place = f"{self.where}: " if self.where else ""
        return f"{place}{verdict}: {what} of {' '.join(filter(None, (self.type, self.resource)))}: {self.why}; {end}"


def judged(finding: Finding, refresh: Refresh, today: date) -> Finding:
    """The finding with the permission that an override gives, if it names all of it and its day has not passed."""
    override = refresh.overrides.get(finding.resource)
    if override is None or finding.op in _NEVER:
        return finding
    needed = set(finding.takes) or {finding.op}
    if not needed <= set(override.allows):
        lacks = ", ".join(sorted(needed - set(override.allows)))
        return replace(finding, instead=f"{finding.instead}; its override does not allow {lacks}")
    if override.expires < today:
        return replace(finding, instead=f"{finding.instead}; its override expired on {override.expires}")
    return replace(finding, permission=f"{override.reason} ({override.role}, until {override.expires})")
