"""The platform in one stack, or split: `base`, one stack for each generation, and `access`, which alone turns.

Split, a build of many hours holds the lock of its own generation's stack and of no other, so a cutover never waits
for it. The same resources are declared either way. What a layer needs of another it takes from that one's outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pulumi

from components import access, configuration, desktops, landing_zone, servers
from components.desktops import avd
from components.landing import Landing
from components.servers.lifecycle import managed
from components.servers.tags import Marks
from components.sources import Sources
from model import Platform
from model.flips import doors, points
from model.instances import on_vmware

ALL, BASE, ACCESS = "all", "base", "access"


def declare(platform: Platform, sources: Sources, layer: str = ALL) -> dict[str, Any]:
    """Declares one layer of the platform, or all of it; the stack's outputs.

    Raises RunError for a layer that there is not, and for a stack whose name does not end with its layer's.
    """
    layers = [BASE, *platform.generations, ACCESS]
    if layer not in (ALL, *layers):
        raise pulumi.RunError(f"layer {layer} is none of this platform's; {', '.join((ALL, *layers))}")
    here = layers if layer == ALL else [layer]
    other = cache(lambda name: _Other(name, layer))
    outputs: dict[str, Any] = {}
    shared: dict[str, Any] = {}
    marks = cache(lambda: Marks(lambda category, tag: other(BASE).output("tags", category, tag)))
    connection: Callable[[], pulumi.Input[str]] = cache(lambda: other(BASE).output("hosting_connection"))
    landed = Landing(lambda kind, key: other(BASE).output("landing", kind, key))
    if BASE in here:
        if any(managed(g) and on_vmware(platform, g.name) for g in platform.generations.values()):
            tags = servers.declare_tags(platform, sources.vcenter())
            marks = cache(lambda: Marks(lambda category, tag: tags.by_category[category][tag]))
            shared["tags"] = tags.by_category
        if platform.citrix is not None and desktops.built(platform, platform.generations):
            held = desktops.declare_connection(platform.citrix, sources.citrix())
            connection = cache(lambda: held.name)
            shared["hosting_connection"] = held.name
        if platform.azure is not None:
            zone = landing_zone.declare(platform, platform.azure, sources)
            landed = Landing(lambda kind, key: zone[kind][key])
            shared["landing"] = zone
            servers.declare_migration(platform, platform.azure, sources.azure)
            avd.declare_shared(platform, landed, sources.azure)
        configuration.declare(sources.digests())
    groups: dict[str, pulumi.Input[str]] = {}
    in_azure: dict[str, pulumi.Input[str]] = {}
    generations = [name for name in platform.generations if name in here]
    if generations:
        estate = servers.declare(
            platform,
            generations,
            sources.vcenter,
            secrets=sources.secrets,
            marks=marks,
            providers=sources.azure,
            landing=landed,
        )
        made = desktops.declare(platform, generations, connection, estate.grounds)
        groups |= {name: group.name for name, group in made.items()}
        shared["delivery_groups"] = dict(groups)
        in_azure |= avd.declare(platform, generations, landed, sources.azure, sources.secrets.guest)
        shared["application_groups"] = dict(in_azure)
        outputs["inventory"] = servers.export(platform, generations, estate)
    if ACCESS in here:
        for door in doors(platform):
            ready, output = (groups, "delivery_groups") if door.avd is None else (in_azure, "application_groups")
            if door.found is None and door.logical_name not in ready:
                ready[door.logical_name] = other(door.generation.name).output(output, door.logical_name)
        host_pools = access.HostPoolDoors(ready=in_azure, landing=landed, providers=sources.azure)
        access.Access(ACCESS, access.AccessArgs(platform=platform, ready=groups, in_azure=host_pools))
        outputs["access"] = {f"{kind} {name}": value for (kind, name), value in points(platform).items()}
    return outputs if layer == ALL else outputs | shared


class _Other:
    """The stack of another layer: this stack's name with that layer at its end."""

    def __init__(self, layer: str, mine: str) -> None:
        stem = pulumi.get_stack().removesuffix(f"-{mine}")
        if stem == pulumi.get_stack():
            raise pulumi.RunError(
                f"stack {stem} holds layer {mine}; name it {stem}-{mine}, so that it finds {stem}-{layer}"
            )
        self._name = f"{stem}-{layer}"
        name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{self._name}"
        self._reference = pulumi.StackReference(layer, name)

    def output(self, *path: str) -> pulumi.Output[Any]:
        """A value inside an output. Raises RunError when the stack was built without it."""

        def pick(found: Any) -> Any:
            for key in path[1:]:
                found = found.get(key) if isinstance(found, Mapping) else None
            if found is None:
                raise pulumi.RunError(f"stack {self._name} has no output {'.'.join(path)}; update it first")
            return found

        return self._reference.get_output(path[0]).apply(pick)
