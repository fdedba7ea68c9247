"""The data against what the stack's last update kept of them: model/derive/stack_record.py writes it.

Three faults that no operation shows. A state was edited to one that the life cycle does not lead to; what is fixed
at birth was changed for what must stay, so that names, firewall and DHCP would follow the data away from the machine;
and a disk got smaller, which vSphere refuses in the preview, before a plan says whose it is, and Azure in the update.
Left out: a stack that was last updated before anything was kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from model import Platform
from model.derive.stack_record import Born, Field, Value, born
from model.platform import Refresh
from model.provenance import Provenance
from model.types.lifecycle import ORIGINS, STEPS, WAVE_STEPS
from refresh.guard.finding import Finding

ALL, ACCESS = "all", "access"


class GenerationRecord(BaseModel):
    """A generation at the last update."""

    model_config = ConfigDict(extra="ignore")
    origin: str
    state: str


class BornRecord(BaseModel):
    """A thing at the last update."""

    model_config = ConfigDict(extra="ignore")
    held: str | None = None
    fields: dict[str, Value]
    disks: dict[str, int] = {}


class Record(BaseModel):
    """The output `standing`."""

    model_config = ConfigDict(extra="ignore")
    generations: dict[str, GenerationRecord] = {}
    waves: dict[str, str] = {}
    born: dict[str, BornRecord] = {}


def findings(platform: Platform, written: Provenance, outputs: Mapping[str, Any], layer: str) -> Iterator[Finding]:
    """What a stack's outputs contradict. `layer` is that of the stack."""
    try:
        record = Record.model_validate(outputs.get("standing", {}))
    except ValidationError:
        yield Finding(
            resource="standing",
            type="output",
            urn="",
            op="operation",
            why="the stack's output is not what an update writes, so nothing can be held against it",
            instead="mend the output with `pulumi stack export` and `import`, as it was after the last update",
        )
        return
    yield from _steps(platform.refresh, written, record, layer)
    for thing in born(platform):
        before = record.born.get(thing.name)
        if before is not None and before.held is not None:
            yield from _births(written, thing, before)
        if before is not None:
            yield from _shrinking(written, thing, before)


def _steps(refresh: Refresh, written: Provenance, record: Record, layer: str) -> Iterator[Finding]:
    """Steps that are none. A generation's own stack takes each one; access has nothing of what is only being built."""
    legal: set[tuple[str, str]] = {(step.before, step.after) for step in STEPS}
    legal |= {step.other for step in STEPS if step.other is not None}
    legal |= {(before, after) for before, after in ORIGINS}
    if layer == ACCESS:
        legal |= {(a, d) for a, b in legal for c, d in legal if b == c == "building"}
    waves: set[tuple[str, str]] = {(step.before, step.after) for step in WAVE_STEPS}
    # A wave of people alone has nothing to build.
    people: set[tuple[str, str]] = waves | {("planned", "moved"), ("moved", "planned")}
    for name, before in record.generations.items():
        if layer in (ALL, ACCESS, name):
            generation = refresh.generations.get(name)
            after = generation.state if generation is not None else "retired"
            yield from _step(written, "generations", name, ("state", before.state, after), legal)
            if generation is not None:
                yield from _step(written, "generations", name, ("origin", before.origin, generation.origin), legal)
    for name, state in record.waves.items():
        wave = refresh.waves.get(name)
        if wave is not None and layer in (ALL, wave.generation):
            legal = waves if wave.systems or wave.pools else people
            yield from _step(written, "waves", name, ("state", state, wave.state), legal)


def _step(
    written: Provenance,
    section: str,
    name: str,
    change: tuple[str, str, str],
    legal: set[tuple[str, str]],
) -> Iterator[Finding]:
    field, before, after = change
    if before == after or (before, after) in legal:
        return
    source = written.sources.get((section, name))
    where = "{}:{}".format(*source.origin((field,))) if source is not None else "refresh.yaml"
    ways = sorted(b for a, b in legal if a == before)
    yield Finding(
        resource=name,
        type=section.removesuffix("s"),
        urn="",
        op="step",
        why=f"the stack was last updated with {field} {before}, from which no step leads to {after}",
        instead=f"set `{field}: {before}` again and go on by {' or '.join(ways) or 'nothing'}, an update for each step",
        where=where,
    )


def _births(written: Provenance, thing: Born, before: BornRecord) -> Iterator[Finding]:
    for name, field in thing.fields.items():
        if name in before.fields and before.fields[name] != field.value:
            yield _birth(written, thing, name, before, field)


def _shrinking(written: Provenance, thing: Born, before: BornRecord) -> Iterator[Finding]:
    for label, disk in thing.disks.items():
        old = before.disks.get(label)
        if old is not None and isinstance(disk.value, int) and disk.value < old:
            yield Finding(
                resource=thing.name,
                type="",
                urn="",
                op="loss",
                why=f"its disk {label} had {old} GiB at the last update, and no disk shrinks",
                instead=f"set `{label}: {old}` again, or move the data to a new disk and take this one out",
                where=_where(written, disk),
                takes=("disks",),
                lost=(f"disks[{label}] ({old} to {disk.value})",),
            )


def _where(written: Provenance, field: Field) -> str:
    source = written.sources.get((field.section, field.key))
    return "{}:{}".format(*source.origin(field.path)) if source is not None else ""


def _birth(written: Provenance, thing: Born, name: str, before: BornRecord, field: Field) -> Finding:
    return Finding(
        resource=thing.name,
        type="",
        urn="",
        op="birth",
        why=(
            f"{name} is {field.value} and was {before.fields[name]} at the last update. {before.held}, and what stands "
            f"is not changed by it, while names, firewall and DHCP would follow the data"
        ),
        instead=f"set `{name}` back to {before.fields[name]}, or change it in the generation that is being built",
        where=_where(written, field),
        takes=(name,),
    )
