"""What of a plan is refused, and why: the rule of the guard over every operation of the engine.

Read from the JSON of `pulumi preview`, which holds every step even where the engine itself stopped at what is
protected. Left out: roles of people, which change by being given and taken; what a program only looks up, such as a
template; what components say of themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from model import Platform, Provenance
from refresh.guard import adoption, record, takes_away
from refresh.guard.finding import Finding, Op, judged
from refresh.guard.plan import Plan, Step
from refresh.guard.stays import Stays

LAYER_KEY = "platform-refresh:layer"


def guard(platform: Platform, written: Provenance, plan: Plan, today: date) -> list[Finding]:
    """Everything that must not be: what the data say against the stack, then the plan in its order, each resource once
    a kind.
    """
    found: dict[tuple[str, str], Finding] = {}
    layer = plan.config.get(LAYER_KEY, record.ALL)
    for finding in (*record.findings(platform, written, plan.outputs, layer), *_steps(platform, plan)):
        found.setdefault((finding.urn or f"{finding.resource} {finding.takes}", finding.op), finding)
    return [judged(finding, platform.refresh, today) for finding in found.values()]


def _steps(platform: Platform, plan: Plan) -> Iterator[Finding]:
    stays = Stays(platform, plan)
    for step, why in adoption.mixed(plan.steps):
        instead = "take what is found into the data by refresh import, or adopt first and change in the next update"
        yield _finding(step, "adoption", why, instead)
    for step in plan.steps:
        if step.effect is None:
            yield _unknown(step)
        elif step.effect in ("ends", "changes"):
            why = stays.why(step)
            if why is not None:
                yield from (_ended(plan, step, why),) if step.effect == "ends" else _changed(step, why)


def _ended(plan: Plan, step: Step, why: str) -> Finding:
    replaced = step.op in ("replace", "create-replacement", "import-replacement", "read-replacement") or any(
        s.urn == step.urn and s.op == "replace" for s in plan.steps
    )
    if not replaced:
        instead = "declare it again, or advance its generation to retiring and update before it goes"
        return _finding(step, "deletion", why, instead)
    causes = sorted({cause for s in plan.steps if s.urn == step.urn for cause in s.replaces_for or ()})
    what = ", ".join(causes) or "what the preview marks as forcing replacement"
    instead = f"take back the change of {what}, or make it in the generation that is being built"
    if any(s.urn == step.urn and s.op == "import-replacement" for s in plan.steps):
        instead = "the state lost its import id: mend the state before any update (pulumi/pulumi#14836)"
    return _finding(step, "replacement", why, instead)


def _changed(step: Step, why: str) -> Iterator[Finding]:
    state = step.old or step.new
    rules = takes_away.table().get(state.type) if state is not None else None
    if rules is None:
        yield _finding(
            step,
            "loss",
            why,
            "write what may be taken from its type into refresh/guard/takes_away.yaml",
            lost=("something that takes_away.yaml does not know",),
        )
        return
    lost = takes_away.taken(step, rules)
    if lost:
        instead = f"take back the change, or name it in an override ({rules.source})"
        takes = tuple(sorted({takes_away.head(path) for path in lost}))
        yield _finding(step, "loss", why, instead, takes=takes, lost=tuple(lost))


def _unknown(step: Step) -> Finding:
    return _finding(
        step,
        "operation",
        f"the guard does not know the operation {step.op} of the engine",
        "read what it does and say so in OPERATIONS of refresh/guard/plan.py",
    )


def _finding(
    step: Step,
    op: Op,
    why: str,
    instead: str,
    *,
    takes: tuple[str, ...] = (),
    lost: tuple[str, ...] = (),
) -> Finding:
    state = step.old or step.new
    kind = state.type.rpartition(":")[2] if state is not None else ""
    return Finding(resource=step.name, type=kind, urn=step.urn, op=op, why=why, instead=instead, takes=takes, lost=lost)
