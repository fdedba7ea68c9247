"""The stack output `desktops`: each pool that was built, as Citrix or Azure has it, for whoever follows a person's way.

Documented in docs/certify.md. Left out: whom it lets in, which is the output `access`, and pools that were found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pulumi

from components.desktops.avd import Declared
from components.desktops.citrix import DesktopPool
from components.outputs import gathered
from model import Platform
from model.types.pools import PoolInstance


def export(
    platform: Platform, generations: Collection[str], pools: Sequence[DesktopPool], in_azure: Mapping[str, Declared]
) -> pulumi.Output[dict[str, Any]]:
    """The output, by the logical name of each pool in each generation."""
    groups = {name: group for pool in pools for name, group in pool.groups.items()}
    policies = {name: policy for pool in pools for name, policy in pool.policies.items()}
    instances = {i.logical_name: i for i in platform.pool_instances if i.generation.name in generations}
    parts: list[pulumi.Output[Any]] = []
    for name, group in groups.items():
        parts += [group.name, group.desktops, group.machine_catalogs, policies[name].policies]
    for declared in in_azure.values():
        parts += [declared.pool.pool.name, declared.pool.pool.custom_rdp_property]

    def whole(found: list[Any]) -> dict[str, Any]:
        left = iter(found)
        output = {name: _in_citrix(instances[name], next(left), next(left), next(left), next(left)) for name in groups}
        return output | {name: _in_azure(platform, instances[name], next(left), next(left)) for name in in_azure}

    return gathered(parts).apply(whole)


def _in_citrix(
    instance: PoolInstance,
    group: str,
    desktops: Sequence[Mapping[str, Any]],
    catalogs: Sequence[Mapping[str, Any]],
    policies: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    attachment = instance.attachment
    return _common(instance) | {
        "kind": "delivery-group",
        "name": group,
        "published": [str(desktop["publishedName"]) for desktop in desktops or ()],
        "machines": sum(int(catalog["count"]) for catalog in catalogs or ()),
        "network": str(attachment.prefix) if attachment is not None else None,
        "unit": instance.ou,
        "settings": {name: value for policy in policies or () for name, value in policy["settings"].items()},
    }


def _in_azure(platform: Platform, instance: PoolInstance, pool: str, rdp: str) -> dict[str, Any]:
    names, subnets = instance.in_azure, platform.azure.areas[instance.in_azure.area].subnets
    return _common(instance) | {
        "kind": "host-pool",
        "name": pool,
        "published": sorted(instance.pool.applications) if names.kind == "RemoteApp" else [instance.pool.desktop],
        "machines": len(names.hosts),
        "network": str(names.prefix),
        "endpoints": str(subnets[names.endpoints].prefix),
        "unit": instance.ou,
        "settings": dict(part.split(":", 2)[::2] for part in rdp.split(";") if part),
    }


def _common(instance: PoolInstance) -> dict[str, Any]:
    return {"pool": instance.pool.name, "generation": instance.generation.name, "profile": instance.pool.profile}
