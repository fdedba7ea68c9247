"""Rules over who takes the configuration that is rendered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.consumers import RUNS_ON
from model.faults import Fault
from model.provenance import Provenance
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Every consumer's servers run what it is written for."""
    source = written.sources["file", "platform.yaml"]
    for name, identities in platform.settings.consumers.items():
        for index, identity in enumerate(identities):
            path = ("consumers", name, index)
            if identity in platform.estate.servers and platform.estate.servers[identity].os != RUNS_ON[name]:
                message = f"{identity} runs {platform.estate.servers[identity].os}; name a server with {RUNS_ON[name]}"
                yield source.fault(path, "BAD-VALUE", message)


def master(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The directory's master is a domain controller, and what the whole directory shares is taken to it."""
    own = platform.settings.directory
    if own is None or own.master not in platform.estate.servers:
        return
    source = written.sources["file", "platform.yaml"]
    if (role := platform.estate.servers[own.master].role) != own.role:
        message = f"{own.master} has the role {role}; name a server with the role {own.role}"
        yield source.fault(("directory", "master"), "BAD-VALUE", message)
    if (given := platform.settings.consumers.get("ad", (own.master,))) != (own.master,):
        message = f"the directory is told at {', '.join(given)}; write `[{own.master}]`, its master"
        yield source.fault(("consumers", "ad"), "BAD-VALUE", message)


def agents(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """An agent of Windows says by which service it is known to be there."""
    source = written.sources["file", "platform.yaml"]
    for name, agent in platform.settings.agents.items():
        if agent.os == "windows" and agent.service is None:
            message = "an installer of Windows without its service; add `service`, by which it is known to be there"
            yield source.fault(("agents", name, "service"), "MISSING-KEY", message)


RULES = (
    Rule(
        "consumers",
        "What is rendered for a server that is not there, or runs another system, nobody takes.",
        ("BAD-VALUE",),
        check,
    ),
    Rule(
        "consumers.agents",
        "What cannot be seen to be there is installed again at every run.",
        ("MISSING-KEY",),
        agents,
    ),
    Rule(
        "consumers.master",
        "Master roles are taken over at the controller that is to have them, and at no other.",
        ("BAD-VALUE",),
        master,
    ),
)
