"""The platform in one stack, or split: `base`, one stack for each generation, and `access`, which alone turns.

Split, a build of many hours holds the lock of its own generation's stack and of no other, so a cutover never waits
for it. The same resources are declared either way. What a layer needs of another it takes from that one's outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pulumi
import pulumi_vsphere as vsphere

from components import access, configuration, desktops, servers
from components.servers.lifecycle import managed
from components.servers.tags import Marks
from model import Platform
from model.flips import doors, points

ALL, BASE, ACCESS = "all", "base", "access"


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the stack's configuration gives. Each is asked for only by a layer that needs it.

    `vcenter` gives the same provider each time; `citrix` the account that Citrix makes machines with; `digests` the
    digest of each target's configuration.
    """

    vcenter: Callable[[], vsphere.Provider]
    secrets: servers.Secrets
    citrix: Callable[[], desktops.VcenterAccount]
    digests: Callable[[], Mapping[str, str]]


def declare(platform: Platform, sources: Sources, layer: str = ALL) -> dict[str, Any]:
    """Declares one layer of the platform, or all of it; the stack's outputs.

    Raises RunError for a layer that there is not, and for a stack whose name does not end with its layer's.
    """
    layers = [BASE, *platform.generations, ACCESS]
    if layer not in (ALL, *layers):
        raise pulumi.RunError(f"layer {layer} is none of this platform's; {', '.join((ALL, *layers))}")
    here = layers if layer == ALL else [layer]
    other = cache(lambda name: _stack(name, layer))
    outputs: dict[str, Any] = {}
    shared: dict[str, Any] = {}
    marks = cache(lambda: Marks(lambda category, tag: _inner(other(BASE), "tags", category, tag)))
    connection: Callable[[], pulumi.Input[str]] = cache(lambda: _inner(other(BASE), "hosting_connection"))
    if BASE in here:
        if any(managed(g) for g in platform.generations.values()):
            tags = servers.declare_tags(platform, sources.vcenter())
            marks = cache(lambda: Marks(lambda category, tag: tags.by_category[category][tag]))
            shared["tags"] = tags.by_category
        if platform.citrix is not None and desktops.built(platform, platform.generations):
            held = desktops.declare_connection(platform.citrix, sources.citrix())
            connection = cache(lambda: held.name)
            shared["hosting_connection"] = held.name
        configuration.declare(sources.digests())
    groups: dict[str, pulumi.Input[str]] = {}
    generations = [name for name in platform.generations if name in here]
    if generations:
        estate = servers.declare(platform, generations, sources.vcenter(), secrets=sources.secrets, marks=marks)
        made = desktops.declare(platform, generations, connection, estate.grounds)
        groups |= {name: group.name for name, group in made.items()}
        shared["delivery_groups"] = dict(groups)
        outputs["inventory"] = servers.export(platform, generations, estate.machines)
    if ACCESS in here:
        for door in doors(platform):
            if door.found is None and door.logical_name not in groups:
                groups[door.logical_name] = _inner(other(door.generation.name), "delivery_groups", door.logical_name)
        access.Access(ACCESS, access.AccessArgs(platform=platform, ready=groups))
        outputs["access"] = {f"{kind} {name}": value for (kind, name), value in points(platform).items()}
    return outputs if layer == ALL else outputs | shared


def _stack(other: str, layer: str) -> pulumi.StackReference:
    """The stack of another layer: this stack's name with the other's layer at its end."""
    stem = pulumi.get_stack().removesuffix(f"-{layer}")
    if stem == pulumi.get_stack():
        raise pulumi.RunError(
            f"stack {stem} holds layer {layer}; name it {stem}-{layer}, so that it finds {stem}-{other}"
        )
    return pulumi.StackReference(other, f"{pulumi.get_organization()}/{pulumi.get_project()}/{stem}-{other}")


def _inner(stack: pulumi.StackReference, output: str, *keys: str) -> pulumi.Output[Any]:
    """A value inside an output of another stack. Raises RunError when that one has been built without it."""

    def pick(found: Any) -> Any:
        for key in keys:
            if not isinstance(found, Mapping) or key not in found:
                raise pulumi.RunError(f"{output}.{'.'.join(keys)} is not in the outputs of that stack; update it first")
            found = found[key]
        return found

    return stack.require_output(output).apply(pick)
