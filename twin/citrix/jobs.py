"""Background jobs: work that takes virtual time, step by step, and may fail half done.

A job is data: its steps, each with the virtual seconds it takes. Whatever request comes, the steps whose time has
passed are carried out first; asking about a job that runs moves the clock on. Nothing runs while nobody asks, so a
client that was killed finds the job where it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from twin.citrix.site import JOB, Json, Site
from twin.world.store import Object

_MOMENT: Final = 30.0
"""Virtual seconds that pass each time somebody asks about a running job."""
_BEGINNING: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

Step = Callable[[Site, Json], None]


def moment(clock: float) -> dt.datetime:
    """The virtual clock as a date."""
    return _BEGINNING + dt.timedelta(seconds=clock)


def start(
    site: Site, type_: str, target: Object | None, steps: list[Json], *, fails: str | None = None, at: int | None = None
) -> Object:
    """Starts a job. Each step holds `do`, its arguments and `seconds`. With `fails` it ends in that error before step
    `at`.
    """
    now = moment(site.clock()).isoformat()
    job = site.add(
        JOB,
        {
            "Type": type_,
            "Status": "InProgress",
            "OverallProgressPercent": 0,
            "IsCancellable": False,
            "Parameters": [{"Name": "Id", "Value": target.id}, {"Name": "Name", "Value": target.name}]
            if target
            else [],
            "CreationTime": now,
            "FormattedCreationTime": now,
        },
    )
    job.facts = {
        "target": target.id if target else "",
        "steps": steps,
        "done": 0,
        "due": site.clock(),
        "fails": fails,
        "at": at,
    }
    site.world.save(job)
    return job


def of(site: Site, target: Object) -> list[Object]:
    """Jobs that run on an object."""
    return [
        job
        for job in site.world.all(JOB)
        if job.properties["Status"] == "InProgress" and job.facts["target"] == target.id
    ]


def ask(site: Site, job: Object) -> Json:
    """What the API answers about a job; time passes while it runs."""
    answer = dict(job.properties)
    if job.properties["Status"] == "InProgress":
        site.pass_time(_MOMENT)
    return answer


def advance(site: Site, actions: dict[str, Step]) -> None:
    """Carries out all steps whose time has passed."""
    for job in site.world.all(JOB):
        if job.properties["Status"] == "InProgress":
            _advance(site, job, actions)


def _advance(site: Site, job: Object, actions: dict[str, Step]) -> None:
    steps: list[Any] = job.facts["steps"]
    while job.facts["done"] < len(steps):
        step = steps[job.facts["done"]]
        due = job.facts["due"] + step["seconds"]
        if due > site.clock():
            break
        if job.facts["fails"] is not None and job.facts["done"] == job.facts["at"]:
            break
        actions[step["do"]](site, step)
        job.facts["due"] = due
        job.facts["done"] += 1
    job.properties["OverallProgressPercent"] = 100 * job.facts["done"] // max(len(steps), 1)
    if job.facts["fails"] is not None and job.facts["done"] == job.facts["at"]:
        job.properties |= {"Status": "Failed", "ErrorString": job.facts["fails"]}
    elif job.facts["done"] == len(steps):
        job.properties["Status"] = "Complete"
    site.world.save(job)


def finish(site: Site, job: Object, actions: dict[str, Step]) -> None:
    """Does the whole of a job at once, for a request that waits for it; time passes accordingly."""
    site.pass_time(sum(float(step["seconds"]) for step in job.facts["steps"]))
    _advance(site, job, actions)
