"""The rule over what the project itself must reach: no flow of ours cuts it off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive import reach
from model.faults import Fault
from model.provenance import Provenance
from model.rules.rule import Rule, Severity

if TYPE_CHECKING:
    from model.derive.reach import Dropped
    from model.derive.reach.needs import End
    from model.platform import Platform


def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A flow lets through all that the project itself talks to: what watches, what is built and configured from here,
    what every device asks, thin clients to what manages them, and Citrix among its own.
    """
    merged: dict[tuple[str, str, str | None], list[Dropped]] = {}
    for found in reach.dropped(platform):
        target = found.need.target
        merged.setdefault((found.need.source.name, target.name, target.role), []).append(found)
    for (source, name, role), found in merged.items():
        file = written.sources.get(("file", "flows.yaml"), written.sources["file", "networks.yaml"])
        holder = file if role is None else written.sources["systems", name]
        yield holder.fault(("flows",), "UNREACHABLE", _message(platform, source, found))


def _message(platform: Platform, source: str, found: list[Dropped]) -> str:
    shut = dict.fromkeys(pair for each in found for pair in each.pairs)
    ports = ", ".join(sorted({port for each in found for port in each.ports}, key=_by_number))
    target, (first, last) = found[0].need.target, next(iter(shut))
    told = target.name if target.role is None else f"{target.name} ({target.role})"
    more = f" and {len(shut) - 1:,} more" if len(shut) > 1 else ""
    reason = "; ".join(dict.fromkeys(each.need.reason for each in found))
    where, line = _line(platform, source, target, ports, reason)
    return f"{source} cannot reach {told} on {ports}, {_host(first)} to {_host(last)}{more}; write in {where} `{line}`"


def _line(platform: Platform, source: str, target: End, ports: str, reason: str) -> tuple[str, str]:
    """Where to write what: a flow of its own, or more ports of one that is there."""
    if target.role is None:
        owner, ends = platform.settings.cost_center, f"sources: [{source}], targets: [{target.name}]"
        line = f'{source}-to-{target.name}: {{{ends}, ports: [{ports}], owner: "{owner}", reason: "{reason}"}}'
        return "flows.yaml", line
    own = platform.estate.systems[target.name].flows
    there = next((i for i, flow in enumerate(own) if (flow.source, flow.role) == (source, target.role)), None)
    if there is not None:
        return f"flows[{there}]", f"ports: [{', '.join(dict.fromkeys((*own[there].ports, *ports.split(', '))))}]"
    return "flows", f'- {{source: {source}, role: {target.role}, ports: [{ports}], reason: "{reason}"}}'


def _by_number(port: str) -> tuple[str, int]:
    protocol, _, number = port.partition("/")
    return protocol, int(number.partition("-")[0]) if number[:1].isdigit() else 0


def _host(prefix: object) -> str:
    return str(prefix).removesuffix("/32")


def machines(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """The vCenter has an address, where runners are named that must reach it."""
    known, site = platform.network.addressing.hosts, platform.desktops.citrix
    label = platform.vmware.settings.vcenter
    if label is not None and label not in known:
        message = f"no machine {label}; name it with its address under hosts in networks.yaml"
        yield written.sources["file", "vmware.yaml"].fault(("vcenter",), "DANGLING", message)
    name = site.vcenter if site is not None else None
    if platform.settings.runners and name is not None and name.partition(".")[0] not in known:
        message = f"{name} has no address; name it under hosts in networks.yaml"
        yield written.sources["file", "desktops.yaml"].fault(("citrix", "vcenter"), "DANGLING", message)


RULES = (
    Rule(
        "reach",
        "A firewall that is rendered from flows drops what nobody thought of: monitoring goes red, and the cutover "
        "stops half-way because a controller is out of reach.",
        ("UNREACHABLE",),
        check,
        Severity.CHECKED,
    ),
    Rule(
        "reach.machines",
        "Of what has no address nobody can tell whether it is let through.",
        ("DANGLING",),
        machines,
        Severity.CHECKED,
    ),
)
