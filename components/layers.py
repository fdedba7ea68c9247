"""The platform in one stack, or split: `base`, one stack for each generation, and `access`, which alone changes at a
cutover.

Split, a build of many hours holds the lock of its own generation's stack and of no other, so a cutover never waits
for it. The same resources are declared either way. What a layer needs of another it takes from that one's outputs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import pulumi

from components import access, configuration, servers
from components.desktops import avd, citrix, sessions
from components.landing_zone import program as landing_zone
from components.landing_zone.ids import Landing
from components.servers.lifecycle import managed
from components.servers.vmware.tags import Marks
from components.sources import Sources
from model import Platform
from model.derive.flips import flipped_pools, points
from model.derive.instances import on_vmware
from model.derive.stack_record import stack_record

ALL, BASE, ACCESS = "all", "base", "access"


def declare(platform: Platform, sources: Sources, layer: str = ALL) -> dict[str, Any]:
    """Declares one layer of the platform, or all of it; the stack's outputs.

    Raises RunError for a layer that there is not, and for a stack whose name does not end with its layer's.
    """
    layers = [BASE, *platform.refresh.generations, ACCESS]
    if layer not in (ALL, *layers):
        raise pulumi.RunError(f"layer {layer} is none of this platform's; name one of {', '.join((ALL, *layers))}")
    here = layers if layer == ALL else [layer]
    stack = _Stack(platform, sources, here, layer)
    if BASE in here:
        stack.declare_base()
    if generations := [name for name in platform.refresh.generations if name in here]:
        stack.declare_generations(generations)
    if ACCESS in here:
        stack.declare_access()
    # What the guard holds the next plan against.
    stack.outputs["standing"] = stack_record(platform)
    return stack.outputs if layer == ALL else stack.outputs | stack.shared


class _Stack:
    """The layers of one stack, in order. `outputs` is for people and tools, `shared` what other layers take."""

    def __init__(self, platform: Platform, sources: Sources, here: Collection[str], layer: str) -> None:
        self._platform = platform
        self._sources = sources
        self._here = here
        self._other = cache(lambda name: _Other(name, layer))
        self._landing = Landing(lambda kind, key: self._find(BASE, "landing", kind, key))
        self.outputs: dict[str, Any] = {}
        self.shared: dict[str, Any] = {}

    def _find(self, layer: str, *path: str) -> pulumi.Output[Any]:
        """What a layer shares: as it was declared here, or from the outputs of its own stack."""
        if layer not in self._here:
            return self._other(layer).output(*path)
        found: Any = self.shared
        for key in path:
            found = found[key]
        return found

    def declare_base(self) -> None:
        platform, sources = self._platform, self._sources
        if any(managed(g) and on_vmware(platform, g.name) for g in platform.refresh.generations.values()):
            self.shared["tags"] = servers.declare_tags(platform, sources.vcenter()).by_category
            if roles := servers.declare_roles(platform, sources.vcenter()):
                self.shared["roles"] = roles
        if platform.desktops.citrix is not None and citrix.built(platform.pool_instances, platform.refresh.generations):
            self.shared["hosting_connection"] = citrix.declare_connection(
                platform.desktops.citrix, sources.citrix()
            ).name
        if platform.azure.settings is not None:
            self.shared["landing"] = landing_zone.declare(platform, platform.azure.settings, sources)
            servers.declare_migration(platform, platform.azure.settings, sources.azure)
            avd.declare_shared(platform, self._landing, sources.azure)
        configuration.declare(sources.digests())

    def declare_generations(self, generations: Sequence[str]) -> None:
        platform, sources = self._platform, self._sources
        estate = servers.declare(
            platform,
            generations,
            sources.vcenter,
            secrets=sources.secrets,
            marks=lambda: Marks(lambda category, tag: self._find(BASE, "tags", category, tag)),
            roles=lambda key: self._find(BASE, "roles", key),
            providers=sources.azure,
            landing=self._landing,
        )
        pools = citrix.declare(
            platform, generations, lambda: self._find(BASE, "hosting_connection"), estate.prerequisites
        )
        in_azure = avd.declare(platform, generations, self._landing, sources.azure, sources.secrets.guest)
        self.shared["delivery_groups"] = {name: group.name for pool in pools for name, group in pool.groups.items()}
        self.shared["application_groups"] = {name: declared.ready for name, declared in in_azure.items()}
        self.outputs["desktops"] = sessions.export(platform, generations, pools, in_azure)
        self.outputs["inventory"] = servers.export(platform, generations, estate)

    def declare_access(self) -> None:
        platform = self._platform
        built = [pool for pool in flipped_pools(platform.pool_instances) if pool.found is None]
        ready = {
            pool.logical_name: self._find(
                pool.generation.name,
                "delivery_groups" if pool.avd is None else "application_groups",
                pool.logical_name,
            )
            for pool in built
        }
        host_pools = access.HostPoolAccess(ready=ready, landing=self._landing, providers=self._sources.azure)
        access.Access(ACCESS, access.AccessArgs(platform=platform, ready=ready, in_azure=host_pools))
        self.outputs["access"] = {f"{kind} {name}": value for (kind, name), value in points(platform).items()}


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
