"""Tag categories and tags, and which of them a thing carries.

Tags are how a backup job, a firewall rule or a report finds its machines without knowing their names. A tag of an
identity (system, role, owner) carries no generation: one query finds a system in every generation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from components.servers.lifecycle import managed
from model import Platform
from model.derive.instances import on_vmware
from model.platform import Estate
from model.types.infrastructure import Settings
from model.types.instances import Instance

Labels = Mapping[str, str]
"""Tag by category: at most one of each, for every category here is SINGLE."""

_HARDWARE = (
    "ClusterComputeResource",
    "Datastore",
    "DistributedVirtualPortgroup",
    "Folder",
    "HostSystem",
    "ResourcePool",
    "StoragePod",
    "VirtualMachine",
    "VmwareDistributedVirtualSwitch",
)
_SYSTEM = ("Folder", "VirtualMachine")
# A category can be widened to more kinds of object but never narrowed (vSphere Automation API, CategoryService.update).
_CATEGORIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "generation": ("The build of the platform that this belongs to", _HARDWARE),
    "cost-center": ("Who pays for this", _HARDWARE),
    "criticality": ("What its loss would mean", ("Folder", "ResourcePool", "VirtualMachine")),
    "system": ("The system that this is part of", _SYSTEM),
    "owner": ("Who answers for the system", _SYSTEM),
    "personal-data": ("GDPR class of what the system holds: none, ordinary or special", _SYSTEM),
    "role": ("What the server does", ("VirtualMachine",)),
    "backup": ("The policy by which the backup product copies this", ("VirtualMachine",)),
}
TIERS = ("vital", "high", "normal", "low")
"""Criticality, highest first; each has its resource pool."""


def hardware_labels(settings: Settings, generation: str) -> dict[str, str]:
    """What a host, cluster, switch, port group or datastore of a generation carries."""
    return {"generation": generation, "cost-center": settings.cost_center}


def pool_labels(settings: Settings, generation: str, tier: str) -> dict[str, str]:
    """What a resource pool carries."""
    return hardware_labels(settings, generation) | {"criticality": tier}


def system_labels(settings: Settings, estate: Estate, generation: str, code: str) -> dict[str, str]:
    """What a system's folder carries."""
    system = estate.systems[code]
    return hardware_labels(settings, generation) | {
        "criticality": system.criticality,
        "system": code,
        "owner": system.owner,
        "personal-data": system.personal_data,
    }


def server_labels(settings: Settings, estate: Estate, instance: Instance) -> dict[str, str]:
    """What a virtual server carries."""
    labels = system_labels(settings, estate, instance.generation.name, instance.system.code)
    labels |= {"role": instance.server.role}
    policy = instance.server.backup_policy
    return labels | ({"backup": policy} if policy is not None else {})


def wanted(platform: Platform) -> dict[str, dict[str, str]]:
    """Every tag that the declared resources carry, with its description, by category."""
    generations = [g.name for g in platform.refresh.generations.values() if managed(g) and on_vmware(platform, g.name)]
    every: list[Labels] = [pool_labels(platform.settings, g, tier) for g in generations for tier in TIERS]
    every += [
        server_labels(platform.settings, platform.estate, i)
        for i in platform.instances
        if i.generation.name in generations and i.azure is None
    ]
    titles = {("system", code): system.title for code, system in platform.estate.systems.items()}
    titles |= {("role", key): role.title for key, role in platform.estate.roles.items()}
    titles |= {("backup", key): policy.title for key, policy in platform.backups.policies.items()}
    return {
        category: {value: titles.get((category, value), "") for value in values}
        for category in _CATEGORIES
        if (values := _values(every, category))
    }


def _values(every: Iterable[Labels], category: str) -> list[str]:
    return sorted({labels[category] for labels in every if category in labels})


@dataclass(frozen=True, kw_only=True)
class TagsArgs:
    """`values`: descriptions by category and tag, as `wanted` gives them."""

    values: Mapping[str, Mapping[str, str]]


class Tags(pulumi.ComponentResource):
    """The categories and every tag in use. `by_category` gives their ids by category and tag."""

    by_category: dict[str, dict[str, pulumi.Output[str]]]

    def __init__(self, name: str, args: TagsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:Tags", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        self.by_category = {}
        for category, values in args.values.items():
            description, associable = _CATEGORIES[category]
            holder = vsphere.TagCategory(
                f"{name}-{category}",
                name=category,
                description=description,
                cardinality="SINGLE",
                associable_types=list(associable),
                opts=here,
            )
            self.by_category[category] = {
                value: vsphere.Tag(
                    f"{name}-{category}-{value}",
                    name=value,
                    description=text or None,
                    category_id=holder.id,
                    opts=here,
                ).id
                for value, text in values.items()
            }
        self.register_outputs({})


class Marks:
    """The ids of tags, whether this stack declares them or another: `one` gives that of a category's tag."""

    def __init__(self, one: Callable[[str, str], pulumi.Output[str]]) -> None:
        self._one = one
        self._lists: dict[frozenset[tuple[str, str]], pulumi.Output[list[str]]] = {}

    def ids(self, labels: Labels) -> pulumi.Output[list[str]]:
        """The ids of these tags; one and the same Output for the same labels, for many servers carry the same."""
        key = frozenset(labels.items())
        if key not in self._lists:
            self._lists[key] = pulumi.Output.all(*(self._one(*item) for item in labels.items()))
        return self._lists[key]
