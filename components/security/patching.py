"""When servers are patched: a maintenance window for each ring, and in each subscription who falls into it.

A server is in the ring of its system's criticality by its tag, so a new one is patched from its first day. Left out:
what a server itself must allow for that (`patch_mode`), which its own component sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import maintenance

from model import azure_names as names
from model.types.azure import Azure, Subscription
from model.types.landing_zone import PatchRing

TIME_ZONE = "Romance Standard Time"


@dataclass(frozen=True, kw_only=True)
class PatchingArgs:
    """`subscriptions` are those with servers, each with its provider; the windows stand in `group`."""

    azure: Azure
    rings: Mapping[str, PatchRing]
    subscriptions: Mapping[str, tuple[Subscription, azure_native.Provider]]
    group: pulumi.Input[str]
    tags: Mapping[str, str]


class Patching(pulumi.ComponentResource):
    """The maintenance windows and their scopes."""

    def __init__(self, name: str, args: PatchingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:security:Patching", name, {}, opts)
        for key, ring in args.rings.items():
            offset = f" Offset{ring.offset}" if ring.offset else ""
            window = maintenance.MaintenanceConfiguration(
                f"{name}-{key}",
                resource_name_=names.name("mc", key),
                resource_group_name=args.group,
                location=args.azure.location,
                maintenance_scope="InGuestPatch",
                # Asked of windows for what runs inside a machine.
                extension_properties={"InGuestPatchMode": "User"},
                visibility="Custom",
                start_date_time=f"{args.azure.begins.isoformat()} {ring.time}",
                duration=f"{ring.hours:02d}:00",
                time_zone=TIME_ZONE,
                recur_every=f"Month {ring.day}{offset}",
                install_patches=maintenance.InputPatchConfigurationArgs(
                    reboot_setting="IfRequired",
                    windows_parameters=maintenance.InputWindowsParametersArgs(
                        classifications_to_include=["Critical", "Security", "UpdateRollup", "ServicePack", "Updates"]
                    ),
                    linux_parameters=maintenance.InputLinuxParametersArgs(
                        classifications_to_include=["Critical", "Security", "Other"]
                    ),
                ),
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for subscription, (entry, provider) in args.subscriptions.items():
                maintenance.ConfigurationAssignmentsForSubscription(
                    f"{name}-{key}-{subscription}",
                    configuration_assignment_name=names.name("mc", key),
                    resource_id=f"/subscriptions/{entry.id}",
                    location="global",
                    maintenance_configuration_id=window.id,
                    filter=maintenance.ConfigurationAssignmentFilterPropertiesArgs(
                        resource_types=["Microsoft.Compute/virtualMachines"],
                        locations=[args.azure.location],
                        tag_settings=maintenance.TagSettingsPropertiesArgs(
                            filter_operator=maintenance.TagOperators.ANY, tags={"criticality": list(ring.criticality)}
                        ),
                    ),
                    opts=pulumi.ResourceOptions(parent=self, provider=provider),
                )
        self.register_outputs({})
