"""What the state of a generation means for its resources.

A state changes options of a resource, never its name, type, parent or a property: advancing a generation to live must
not touch one virtual server. Left out: which steps a life cycle allows, which the model decides.
"""

from __future__ import annotations

from model.infrastructure import Generation

_ABSENT = frozenset({"planned", "retired"})
_SERVING = frozenset({"live", "standby"})


def declared(generation: Generation) -> bool:
    """Whether the generation has resources: not what we merely observe, not before it is built, not once retired."""
    return generation.origin != "observed" and generation.state not in _ABSENT


def managed(generation: Generation) -> bool:
    """Whether the generation's hardware, networks and servers are ours to build."""
    return generation.origin == "managed" and declared(generation)


def protected(generation: Generation) -> bool:
    """Whether Pulumi must refuse to delete: live serves, and standby is the way back."""
    return generation.state in _SERVING


def rebuilds(generation: Generation) -> bool:
    """Whether a raised build number replaces the generation's servers: only while nobody is served by them."""
    return generation.state == "building"
