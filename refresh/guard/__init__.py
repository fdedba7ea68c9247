"""The guard: reads a plan and refuses it where it takes something away that somebody is served by.

`plan` is what a preview prints, `stays` what must stay, `takes_away` what an update takes, `record` what no operation
shows, `finding` what is found and the permission for it, `verdict` the rule over all of them. docs/guard.md is for
people.
"""

from refresh.guard.finding import Finding
from refresh.guard.plan import FLAGS, OPERATIONS, Plan
from refresh.guard.verdict import guard

__all__ = ["FLAGS", "OPERATIONS", "Finding", "Plan", "guard"]
