"""Rules over ESXi hosts: each has uplinks, networks of its own and an address in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from model.derive.hosts import adapters, built_hosts
from model.derive.instances import attach
from model.faults import Fault
from model.rules.rule import Rule

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance
    from model.types.infrastructure import Host

UPLINKS = 2
"""Without a second card a cable, a card or a switch that fails takes every machine of the host off the network."""


def uplinks(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A host that we build gives its distributed switch two cards or more, and none that carries its management.

    Limit: UPLINKS, and no more than the switch has uplinks.
    """
    for host in built_hosts(platform):
        fault, nics = written.sources["hosts", host.name].fault, platform.hardware.nics_of(host)
        model, cluster = platform.hardware.models.get(host.model), platform.vmware.clusters.get(host.cluster)
        if len(set(nics)) < UPLINKS:
            message = (
                f"{len(set(nics))} of {UPLINKS} cards for its distributed switch; set `nics` on it or on model "
                f"{host.model}"
            )
            yield fault(("nics",), "NO-UPLINK", message)
        taken = [nic for nic in nics if model is not None and nic in model.management_nics]
        if taken:
            message = f"{', '.join(taken)} carries the host's management; name other cards, or set `management_nics`"
            yield fault(("nics",), "NO-UPLINK", message)
        switch = platform.vmware.switches.get(cluster.switch) if cluster is not None else None
        if switch is not None and len(nics) > switch.uplinks:
            message = f"{len(nics)} cards and {switch.uplinks} uplinks of its switch; name fewer, or raise `uplinks`"
            yield fault(("nics",), "NO-UPLINK", message)


def networks(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """Hosts that we build have a network for their management, and for vMotion where a cluster has several.

    A path to storage is bound to an uplink that its switch has.
    """
    for key, network in platform.network.networks.items():
        switch = platform.vmware.switches.get(network.switch)
        if network.uplink is not None and switch is not None and network.uplink > switch.uplinks:
            message = f"uplink {network.uplink} of {switch.uplinks}; name one that the switch has"
            yield written.sources["networks", key].fault(("uplink",), "NO-UPLINK", message)
    clusters: dict[tuple[str, str], int] = {}
    for host in built_hosts(platform):
        clusters[host.generation, host.cluster] = clusters.get((host.generation, host.cluster), 0) + 1
    for (generation, key), hosts in clusters.items():
        if key not in platform.vmware.clusters:
            continue
        switch = platform.vmware.clusters[key].switch
        there = {
            n.kernel
            for name, n in platform.network.networks.items()
            if n.switch == switch and attach(name, n, generation) is not None
        }
        for kernel in ("management", "vmotion") if hosts > 1 else ("management",):
            if kernel not in there:
                message = (
                    f"no network of {switch} is for {kernel} of hosts in {generation}; add one with `kernel: {kernel}` "
                    "to networks.yaml"
                )
                yield written.sources["clusters", key].fault((), "HOST-NETWORK", message)


def numbers(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A host has a number, and the address of that number in each of its networks is its own."""
    seen: dict[IPv4Address, str] = {i.address: i.logical_name for i in platform.instances if i.address is not None}
    for host in built_hosts(platform):
        if host.number is None:
            if _has_networks(platform, host):
                message = "number is missing; set it to its number in the networks of hosts"
                yield written.sources["hosts", host.name].fault((), "HOST-NETWORK", message)
            continue
        for adapter in adapters(platform, host):
            yield from _address(written, host, adapter.attachment.network, adapter.address, seen)
            if adapter.address is not None and adapter.address == adapter.attachment.gateway:
                message = f"{adapter.address} is the gateway's; give it another number"
                yield written.sources["hosts", host.name].fault(("number",), "ADDRESS-TWICE", message)


def _has_networks(platform: Platform, host: Host) -> bool:
    cluster = platform.vmware.clusters.get(host.cluster)
    return cluster is not None and any(
        n.kernel is not None and n.switch == cluster.switch and attach(key, n, host.generation) is not None
        for key, n in platform.network.networks.items()
    )


def _address(
    written: Provenance, host: Host, network: str, address: IPv4Address | None, seen: dict[IPv4Address, str]
) -> Iterator[Fault]:
    fault, path = written.sources["hosts", host.name].fault, ("number",)
    if address is None:
        message = f"{network} has no host {host.number} in {host.generation}; give it a number of the prefix"
        yield fault(path, "ADDRESS-OUTSIDE", message)
        return
    first = seen.setdefault(address, host.name)
    if first != host.name:
        yield fault(path, "ADDRESS-TWICE", f"{address} is that of {first}; give it another number")


RULES = (
    Rule(
        "hosts.uplinks",
        "A distributed switch without uplinks carries nothing: no server finds a domain controller, and each waits its "
        "hour of customisation and fails.",
        ("NO-UPLINK",),
        uplinks,
    ),
    Rule(
        "hosts.networks",
        'DRS moves nothing without a vMotion adapter (VMware, "vCenter Server and Host Management", Host Configuration '
        "for vMotion).",
        ("HOST-NETWORK", "NO-UPLINK"),
        networks,
    ),
    Rule(
        "hosts.numbers",
        "Two hosts with one address lose their storage in turns.",
        ("ADDRESS-OUTSIDE", "ADDRESS-TWICE", "HOST-NETWORK"),
        numbers,
    ),
)
