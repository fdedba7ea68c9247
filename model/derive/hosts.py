"""The adapters that ESXi hosts of managed generations have in networks of their own, and the address of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from model.derive.instances import address_in, attach
from model.types.instances import Attachment

if TYPE_CHECKING:
    from model.platform import Declared
    from model.types.infrastructure import Host, Kernel


@dataclass(frozen=True, slots=True)
class Adapter:
    """A host's adapter in a network. `address` is None where the prefix has no host of that number."""

    host: Host
    kernel: Kernel
    attachment: Attachment
    address: IPv4Address | None


def adapters(platform: Declared, host: Host) -> Iterator[Adapter]:
    """The adapters of a host, in the order of the networks: one in each that its switch carries in its generation."""
    cluster = platform.vmware.clusters.get(host.cluster)
    for key, network in platform.network.networks.items():
        attachment = attach(key, network, host.generation)
        if network.kernel is None or attachment is None or cluster is None or network.switch != cluster.switch:
            continue
        if host.number is not None:
            yield Adapter(host, network.kernel, attachment, address_in(attachment.prefix, host.number))


def built_hosts(platform: Declared) -> Iterator[Host]:
    """The hosts of generations that we build."""
    for host in platform.hardware.hosts.values():
        generation = platform.refresh.generations.get(host.generation)
        if generation is not None and generation.origin == "managed":
            yield host
