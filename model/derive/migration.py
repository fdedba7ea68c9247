"""What Azure Migrate makes is exempt from, where it cannot hold a policy of the landing zone, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from model import azure_names

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.instances import Instance
    from model.types.waves import Wave

MANAGEMENT_GROUPS = "/providers/Microsoft.Management/managementGroups"


@dataclass(frozen=True, slots=True)
class Exemption:
    """From one assignment of a policy, by its ARM id, until the end of a day."""

    policy: str
    title: str
    assignment: str
    expires: date


def exemptions(
    platform: Platform, subscription: str, of: Literal["project", "machines"], ends: date
) -> list[Exemption]:
    """From every policy above a subscription that what is migrated cannot hold; `ends` is the day of the last wave."""
    zone, azure, found = platform.landing_zone, platform.azure.settings, list[Exemption]()
    at: str | None = platform.azure.subscriptions[subscription].management_group
    while azure is not None and at is not None:
        group = zone.management_groups[at]
        for key in group.policies:
            policy = zone.policies[key]
            if policy.migrating is not None and policy.migrating.of == of and policy.enforce:
                scope = f"{MANAGEMENT_GROUPS}/{azure_names.management_group(azure.code, at)}"
                assignment = f"{scope}/providers/Microsoft.Authorization/policyAssignments/{key}"
                last = ends + timedelta(days=policy.migrating.days)
                found.append(Exemption(key, policy.title, assignment, last))
        at = group.parent
    return found


def of_machines(platform: Platform, instance: Instance) -> list[Exemption]:
    """What the resource group of a machine that is brought is exempt from."""
    if instance.azure is None or not instance.azure.migrated or instance.wave is None:
        return []
    return exemptions(platform, instance.azure.subscription, "machines", instance.wave.ends)


def of_project(platform: Platform) -> list[Exemption]:
    """What the resource group of the project is exempt from, until the last wave that brings something."""
    azure = platform.azure.settings
    ends = [wave.ends for wave in platform.refresh.waves.values() if brought(platform, wave)]
    return exemptions(platform, azure.management, "project", max(ends)) if azure is not None and ends else []


def brought(platform: Platform, wave: Wave) -> list[str]:
    """The machines on VMware that a wave brings to Azure as they are, by their names there."""
    goes = {
        i.server.identity: i.generation
        for i in platform.instances_of(wave.generation)
        if i.azure is not None and i.azure.migrated and i.wave is wave
    }
    found: dict[str, str] = {}
    for instance in sorted(platform.instances, key=lambda i: i.generation):
        identity = instance.server.identity
        if identity in goes and instance.azure is None and instance.generation < goes[identity]:
            found[identity] = instance.vm_name
    return sorted(found.values())
