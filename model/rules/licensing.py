"""Rules over the licences of the Citrix site: files are over, and the activation service needs a way out and a release.

Source of every limit: Citrix CTX695107, "License Activation Service: Replacing Our End-of-Life File-Based Licensing"
(read 2026-11), and Citrix Licensing, "License Activation Service".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from model.derive import flows
from model.faults import Fault
from model.rules.rule import DayRule, Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

FILES_END = date(2026, 4, 15)
"""From this day on no licence file counts."""
UPDATES = {"2203": 7, "2402": 3}
"""The cumulative update from which a long-term release knows the activation service."""
FIRST = 2411
"""Every release from this one on knows it."""


def activation(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A site that we build pools in says how it gets licences, and its controllers know the activation service.

    Limit: UPDATES, FIRST.
    """
    site = platform.desktops.citrix
    if site is None or not any(i.citrix is not None and i.found is None for i in platform.pool_instances):
        return
    fault = written.sources["file", "desktops.yaml"].fault
    if site.licensing is None:
        message = "licensing is missing; set `method: activation-service` and `controllers`"
        yield fault(("citrix",), "LICENCE", message)
        return
    release, _, update = site.licensing.controllers.partition(" CU")
    enough = int(update or 0) >= UPDATES[release] if release in UPDATES else int(release) >= FIRST
    if site.licensing.method == "activation-service" and not enough:
        message = (
            f"controllers of {site.licensing.controllers} are not known to the activation service; set it to 2402 CU3 "
            "or 2507 when they are upgraded"
        )
        yield fault(("citrix", "licensing", "controllers"), "LICENCE", message)
    server = platform.estate.servers.get(site.licences or "")
    planned = platform.network.addressing.supernet is not None
    if planned and server is not None and not _way_out(platform, server.system):
        message = (
            f"no flow lets {server.system} reach the internet on tcp/443, where the activation service answers; add "
            "one to flows.yaml"
        )
        yield fault(("citrix", "licences"), "LICENCE", message)


def _way_out(platform: Platform, system: str) -> bool:
    return any(
        {system, "data-centre"} & set(flow.sources)
        and "internet" in flow.targets
        and any(port.protocol == "tcp" and port.first <= 443 <= port.last for port in map(flows.port, flow.ports))
        for flow in platform.flows.values()
    )


def files_over(platform: Platform, written: Provenance, today: date) -> Iterator[Fault]:
    """Licences come from the activation service once files are over.

    Limit: FILES_END.
    """
    site = platform.desktops.citrix
    if site is None or site.licensing is None or today < FILES_END:
        return
    fault = written.sources["file", "desktops.yaml"].fault
    if site.licensing.method == "file":
        message = (
            f"licence files ended on {FILES_END}; set `method: activation-service` and register the licence server"
        )
        yield fault(("citrix", "licensing", "method"), "EXPIRED", message)


RULES = (
    Rule(
        "licensing.activation",
        "A site without licences starts no session, on the Monday after the cutover at the latest (Citrix CTX695107).",
        ("LICENCE",),
        activation,
    ),
)

DAY_RULES = (
    DayRule("licensing.files-over", "Licence files ended on 2026-04-15 (Citrix CTX695107).", ("EXPIRED",), files_over),
)
