"""What the state of a generation means for its resources, as model/types/lifecycle.py has it.

A state changes options of a resource, never its name, type, parent or a property: advancing a generation to live must
not touch one virtual server. What it means for one server, whose wave may be ahead, its instance says.
"""

from __future__ import annotations

from model import Platform
from model.types.infrastructure import Generation


def declared(generation: Generation) -> bool:
    """Whether the generation has resources: not what we merely observe, not before it is built, not once retired."""
    return generation.origin != "observed" and generation.state.declared


def managed(generation: Generation) -> bool:
    """Whether the generation's hardware, networks and servers are ours to build."""
    return generation.origin == "managed" and declared(generation)


def protected(platform: Platform, generation: Generation) -> bool:
    """Whether Pulumi must refuse to delete what a generation stands on: the whole of it must stay, or a part of it."""
    parts = (*platform.instances_of(generation.name), *platform.pool_instances)
    return generation.state.protected or any(p.protected and p.there for p in parts if p.generation is generation)
