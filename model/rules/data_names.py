"""Rules over the names by which data are reached: each holder has one of its own that lives through generations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.data_turns import asked_without_name
from model.derive.serving import named_servers
from model.faults import Fault
from model.provenance import Provenance
from model.rules.rule import Rule, Severity

if TYPE_CHECKING:
    from model.platform import Platform


def shared(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A stable name of several servers leads to servers that answer alike."""
    for code, system in platform.estate.systems.items():
        for label in system.aliases:
            servers = named_servers(platform.estate, code, label)
            differing = [s for s in servers if s.holds_data or s.distinct]
            if len(servers) > 1 and differing:
                has = "data" if differing[0].holds_data else "something"
                message = (
                    f"{label} leads in turn to {len(servers)} servers, each with {has} of its own; name one server, "
                    f"such as `{differing[0].identity}: {differing[0].identity}`"
                )
                yield written.sources["systems", code].fault(("aliases", label), "NAME-SHARED", message)


def unnamed(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """What holds data, is built anew and is reached by workplaces or other systems has a stable name, or a share that
    leads to it.
    """
    for server in platform.estate.servers.values():
        # One machine, or one that keeps its name in Azure, is found as before.
        if len({i.computer_name.lower() for i in platform.instances if i.server is server}) < 2:
            continue
        if (source := asked_without_name(platform, server)) is not None:
            message = (
                f"{server.identity} holds data, and the flow from {source} finds it by a machine's name, which no "
                f"cutover turns; add `{server.identity}: {server.identity}`, or give the flow another `role`"
            )
            yield written.sources["systems", server.system].fault(("aliases",), "DATA-NO-NAME", message)


RULES = (
    Rule(
        "data-names.shared",
        "A name with several addresses is answered with any of them: half of all clients ask a server that has not "
        "what they look for.",
        ("NAME-SHARED",),
        shared,
        Severity.CHECKED,
    ),
    Rule(
        "data-names.unnamed",
        "A client that has a machine's name in its settings goes on writing to the old database after the cutover, and "
        "then there are two truths.",
        ("DATA-NO-NAME",),
        unnamed,
        Severity.CHECKED,
    ),
)
