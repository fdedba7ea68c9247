"""What the data have now: the states, and what of each thing is fixed at birth.

An update keeps it among the stack's outputs. The guard holds the data against what the last update kept: a step that
the life cycle does not have, and a change that no resource takes, though names, firewall and monitoring would follow
it. Left out: what a preview shows by itself, and what Azure or vCenter says of a machine.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.reading.source import Path_

if TYPE_CHECKING:
    from model.platform import Networks, Platform
    from model.types.instances import Instance
    from model.types.pools import PoolInstance

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """A value that is fixed at birth, and where the data say it: the section, the key and the path of it."""

    value: Value
    section: str
    key: str
    path: Path_


@dataclass(frozen=True, slots=True)
class Born:
    """What of one thing is fixed at birth. `held` says why it must stay, or is None; `generation` is None for what
    lives through generations.
    """

    name: str
    generation: str | None
    held: str | None
    fields: Mapping[str, Field]
    disks: Mapping[str, Field] = dataclasses.field(default_factory=dict[str, Field])
    """The sizes of its disks in GiB, which may only grow."""


def born(platform: Platform) -> Iterator[Born]:
    """Every server, pool, network, area, and the hub, that there is or will be by the next update."""
    servers = [i for i in platform.instances if i.there and not i.awaited]
    pools = [i for i in platform.pool_instances if i.there]
    yield from map(_server, servers)
    yield from map(_pool, pools)
    yield from _networks(platform.network, servers, pools)
    yield from _azure(platform, servers, pools)


def stack_record(platform: Platform) -> dict[str, Any]:
    """The same as the output of a stack."""
    return {
        "generations": {
            name: {"origin": g.origin, "state": g.state} for name, g in platform.refresh.generations.items()
        },
        "waves": {name: wave.state for name, wave in platform.refresh.waves.items()},
        "born": {
            thing.name: {
                "held": thing.held,
                "fields": {key: field.value for key, field in thing.fields.items()},
                "disks": {label: disk.value for label, disk in thing.disks.items()},
            }
            for thing in born(platform)
        },
    }


def _server(instance: Instance) -> Born:
    server, generation = instance.server, instance.generation.name

    def field(value: Value, *path: str | int) -> Field:
        return Field(value, "servers", server.identity, path)

    fields = {
        "computer_name": field(instance.computer_name),
        "network": field(server.network, "network"),
        "area": field(instance.azure.area if instance.azure is not None else None),
    }
    if instance.found is not None:
        fields["found"] = field(instance.found.name, "found", generation)
        fields["address"] = field(str(instance.address), "found", generation)
    else:
        fields["host"] = field(server.host, "host")
        fields["image"] = field(instance.image_name, "image", generation)
        fields["ou"] = field(instance.ou, "ou")
    disks = server.disks if instance.found is None else {}
    sizes = {label: field(size, "disks", label) for label, size in disks.items()}
    return Born(instance.logical_name, generation, instance.held, fields, sizes)


def _pool(instance: PoolInstance) -> Born:
    pool, generation = instance.pool, instance.generation.name

    def field(value: Value, *path: str | int) -> Field:
        return Field(value, "pools", pool.name, path)

    fields = {"network": field(pool.network, "network"), "gpu": field(instance.gpu, "gpu", generation)}
    if instance.found is None:
        fields["short"] = field(pool.short, "short")
        fields["ou"] = field(instance.ou, "ou")
    if instance.avd is not None:
        fields["area"] = field(instance.avd.area, "placement", generation)
        fields["join"] = field(pool.avd.join, "avd", "join")
        fields["fslogix"] = field(pool.avd.fslogix is not None, "avd", "fslogix")
    return Born(instance.logical_name, generation, instance.held, fields)


def _networks(networks: Networks, servers: list[Instance], pools: list[PoolInstance]) -> Iterator[Born]:
    """The networks on VMware of each generation that has one."""
    for key, network in networks.networks.items():
        for generation, prefix in network.prefix.items():
            on = [
                i
                for i in (*servers, *pools)
                if i.generation.name == generation and i.attachment is not None and i.attachment.network == key
                if i.attachment.vlan is not None
            ]
            if on:
                gateway = network.gateway.get(generation)
                yield Born(
                    f"{key}-{generation}",
                    generation,
                    _first(i.held for i in on),
                    {
                        "prefix": Field(str(prefix), "networks", key, ("prefix", generation)),
                        "gateway": Field(str(gateway or prefix[1]), "networks", key, ("gateway", generation)),
                        "vlan": Field(network.vlan.get(generation), "networks", key, ("vlan", generation)),
                    },
                )


def _azure(platform: Platform, servers: list[Instance], pools: list[PoolInstance]) -> Iterator[Born]:
    """The hub, and every area in which something stands."""
    azure = platform.azure.settings
    stands = [(i.azure.area, i.held) for i in servers if i.azure is not None]
    stands += [(i.avd.area, i.held) for i in pools if i.avd is not None]
    if azure is None or not stands:
        return

    def field(value: Value, *path: str) -> Field:
        return Field(value, "file", "azure.yaml", path)

    fields = {
        "location": field(azure.location, "location"),
        "subscription": field(azure.hub.subscription, "hub", "subscription"),
        "prefix": field(str(azure.hub.prefix), "hub", "prefix"),
        "code": field(azure.code, "code"),
    }
    yield Born("hub", None, _first(held for _, held in stands), fields)
    for key in dict.fromkeys(area for area, _ in stands):
        area = platform.azure.areas[key]
        fields = {"subscription": Field(area.subscription, "areas", key, ("subscription",))}
        for name, subnet in area.subnets.items():
            fields[f"subnets.{name}"] = Field(str(subnet.prefix), "areas", key, ("subnets", name, "prefix"))
        yield Born(f"area-{key}", None, _first(held for at, held in stands if at == key), fields)


def _first(reasons: Iterable[str | None]) -> str | None:
    return next((reason for reason in reasons if reason is not None), None)
