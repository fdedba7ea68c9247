"""Random platforms on random walks through the life cycle, and random plans before the guard."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import model
from cli.advance import edited
from model import Platform, Provenance
from model.derive.serving import person_served_by, pool_served_by, system_served_by
from model.reading.layers import Layer, Layers
from model.reading.source import Doc
from model.rules.refresh import served, states
from model.types.infrastructure import Generation
from model.types.lifecycle import ORIGINS, StepError, advance
from model.types.serving import Serving
from model.types.states import State
from refresh.guard import OPERATIONS, Plan, guard
from tests.support.paths import LILLEBY

SITES, POOLS = ("S001", "S002", "S003"), ("office", "video")
END = date(2027, 1, 31)
NAMES = ("g18", "g22", "g26", "g30")
TARGETS = (*State, *(after for _, after in ORIGINS))
MANY = settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Nowhere(dict[tuple[str, str], Layers]):
    """Stands for the files of a platform that has none."""

    def __missing__(self, key: tuple[str, str]) -> Layers:
        return Layers((Layer(Doc("refresh.yaml"), (), {}),))


@cache
def lilleby() -> Platform:
    return model.load(str(LILLEBY))


@st.composite
def refreshes(draw: st.DrawFn) -> tuple[dict[str, Generation], dict[str, Serving]]:
    """Two to four generations, one of them live, and whom others serve; not always as the checks want it."""
    names = sorted(draw(st.sets(st.sampled_from(NAMES), min_size=2)))
    live = draw(st.integers(0, len(names) - 1))
    generations: dict[str, Generation] = {}
    for index, name in enumerate(names):
        earlier, later = ["standby", "retiring", "retired"], ["planned", "building", "pilot"]
        state = "live" if index == live else draw(st.sampled_from(earlier if index < live else later))
        origin = draw(st.sampled_from(["observed", "adopted", "managed"])) if index == 0 else "managed"
        generations[name] = Generation.model_validate({"name": name, "origin": origin, "state": state})
    serving: dict[str, Serving] = {}
    for number in range(draw(st.integers(0, 3))):
        chosen: dict[str, Any] = {
            "sites": tuple(draw(st.sets(st.sampled_from(SITES), max_size=1))),
            "pools": tuple(draw(st.sets(st.sampled_from(POOLS), max_size=1))),
            "groups": tuple(draw(st.sets(st.sampled_from(["GG-A", "GG-B"]), max_size=1))),
        }
        generation = draw(st.sampled_from(names))
        name = f"some-{number}"
        serving[name] = Serving(name=name, generation=generation, reason="R", expires=END, **chosen)
    return generations, serving


@st.composite
def texts(draw: st.DrawFn, generations: Mapping[str, Generation]) -> bytes:
    """A refresh.yaml of these generations as some people might write it."""
    space = st.sampled_from(["", " ", "   "])
    comment = st.sampled_from(["", "  # ordrenr. 4711: state: live", "  # æøå 🏗", "   #"])
    quote = st.sampled_from(["", '"', "'"])
    lines = [draw(st.sampled_from(["# state: live", "", "---"])), "generations:" + draw(comment)]
    for name, generation in generations.items():
        q = draw(quote)
        fields = [f"origin: {q}{generation.origin}{q}", f"state:{draw(space)} {q}{generation.state}{q}"]
        if draw(st.booleans()):
            fields.reverse()
        if draw(st.booleans()):
            lines.append(
                f"  {name}: {{{draw(space)}{(',' + draw(space) + ' ').join(fields)}{draw(space)}}}{draw(comment)}"
            )
        else:
            lines += [f"  {name}:{draw(comment)}", *(f"     {field}{draw(comment)}" for field in fields)]
        lines += draw(st.sampled_from([[], [""], ["  # next"]]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return (mark + newline.join(lines) + draw(st.sampled_from(["", newline]))).encode()


def faults(platform: Platform) -> list[model.Fault]:
    known = {"sites": set(SITES), "pools": set(POOLS), "generations": set(platform.refresh.generations)}
    written = Provenance(sources=Nowhere(), lines={}, known=known)
    found = list(states(platform, written))
    return found or list(served(platform, written))


def changed(platform: Platform, changes: tuple[Any, ...]) -> Platform:
    generations = dict(platform.refresh.generations)
    for change in changes:
        old = generations[change.name]
        assert getattr(old, change.field) == change.before
        generations[change.name] = old.model_copy(update={change.field: change.after})
    return replaced(platform, generations=generations)


def replaced(platform: Platform, **sections: Any) -> Platform:
    """The platform with other sections of refresh.yaml, and what follows from them as it was."""
    return dataclasses.replace(platform, refresh=dataclasses.replace(platform.refresh, **sections))


def who_serves(platform: Platform) -> Iterator[str]:
    """The generation of everyone: the functions return one name each, so nobody has two."""
    yield from (system_served_by(platform, code) for code in platform.estate.systems)
    yield from (pool_served_by(platform, pool) for pool in POOLS)
    for site in SITES:
        yield from (person_served_by(platform, site, groups) for groups in ((), ("GG-A",), ("gg-b", "GG-A"), ("GG-C",)))


def assert_whole(platform: Platform) -> None:
    generations = platform.refresh.generations
    assert [g.state for g in generations.values()].count(State.LIVE) == 1
    for name in who_serves(platform):
        assert generations[name].state.serves != "nobody"
    for serving in platform.refresh.serving.values():
        for pool in serving.pools:
            assert pool_served_by(platform, pool) == serving.generation
    kept = {name for name, g in generations.items() if g.state.protected}
    assert kept == {name for name, g in generations.items() if g.state in ("live", "standby")}


@given(data=st.data())
@MANY
def test_on_every_walk_everyone_is_served_by_exactly_one_generation(data: st.DataObject) -> None:
    generations, serving = data.draw(refreshes())
    platform = dataclasses.replace(
        replaced(lilleby(), generations=generations, serving=serving, stable={}), instances=()
    )
    if faults(platform):
        return
    text = data.draw(texts(generations))
    for _ in range(data.draw(st.integers(1, 12))):
        name, to = data.draw(st.sampled_from(sorted(generations))), data.draw(st.sampled_from(TARGETS))
        try:
            changes = advance(platform.refresh.generations, name, to)
        except StepError:
            continue
        after = changed(platform, changes)
        if faults(after):
            continue
        assert_whole(after)
        new = edited(text, changes)
        assert new != text
        if len(changes) == 2:
            back = advance(after.refresh.generations, changes[1].name, changes[1].before)
            assert changed(after, back).refresh.generations == platform.refresh.generations
            assert edited(new, back) == text, "a rollback gives the file back byte for byte"
        platform, text = after, new


@st.composite
def plans(
    draw: st.DrawFn, generations: list[str]
) -> tuple[list[dict[str, Any]], dict[str, str | None], dict[str, set[str]]]:
    """Steps, the generation of each URN, and what each rests on: only on what stands before it, so in no circle."""
    steps: list[dict[str, Any]] = []
    owner: dict[str, str | None] = {}
    rests: dict[str, set[str]] = {}
    for number in range(draw(st.integers(1, 14))):
        generation = draw(st.sampled_from([None, *generations]))
        name = f"thing{number}" + (f"-{generation}" if generation else "")
        urn = f"urn:pulumi:e2e::platform-refresh::dns:index:Record::{name}"
        below = draw(st.sets(st.sampled_from(sorted(rests)), max_size=3)) if rests else set[str]()
        how = draw(st.sampled_from(["dependencies", "propertyDependencies", "parent", "provider"]))
        state: dict[str, Any] = {"urn": urn, "type": "dns:index:Record", "custom": True}
        if how == "dependencies":
            state[how] = sorted(below)
        elif how == "propertyDependencies":
            state[how] = {"some": sorted(below), "none": None}
        else:
            below = set(sorted(below)[:1])
            state[how] = next(iter(below), "") + ("::04da6b54" if below and how == "provider" else "")
        op = draw(st.sampled_from(sorted(OPERATIONS)))
        steps.append({"op": op, "urn": urn, "oldState": state, "newState": None if op == "delete" else state})
        owner[urn], rests[urn] = generation, below
    return draw(st.permutations(steps)), owner, rests


@given(data=st.data())
@MANY
def test_the_guard_never_lets_a_plan_touch_what_must_stay(data: st.DataObject) -> None:
    generations, _ = data.draw(refreshes())
    platform = replaced(lilleby(), generations=generations, overrides={})
    steps, owner, rests = data.draw(plans(sorted(generations)))
    stays = {urn for urn, name in owner.items() if name and generations[name].state in ("live", "standby")}
    while more := {below for urn in stays for below in rests[urn]} - stays:
        stays |= more
    leaves = set(owner) - {below for urns in rests.values() for below in urns}
    for_people = {urn for urn in leaves if owner[urn] is None}
    destroyed = {step["urn"] for step in steps if OPERATIONS[step["op"]] == "ends"}
    found = {f.urn for f in guard(platform, Provenance({}, {}, {}), Plan.model_validate({"steps": steps}), END)}
    assert found == destroyed & (stays | for_people)
