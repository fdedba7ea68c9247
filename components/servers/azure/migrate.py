"""Azure Migrate: the project that knows the machines at home, and our waves in it, with what belongs to each.

Its appliance finds machines and copies their disks; which belong to a wave it is told here by their names. Left out:
the appliance, which a person installs at home with a key of the project, and the CSV for an assessment without one,
which `refresh inventory --format azure-migrate` writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import migrate, resources

from components.servers.azure import exempt
from model import Platform
from model import azure_names as names
from model.derive import azure_tags, migration
from model.derive.migration import Exemption
from model.types.azure import Azure
from model.types.waves import Wave

_TABLE = 'migrateresources | where type =~ "microsoft.offazure/vmwaresites/machines"'
"""What an appliance has found, in Azure Resource Graph ("Azure Resource Graph table and resource type reference")."""


@dataclass(frozen=True, kw_only=True)
class MigrationArgs:
    """`machines` are the names in vSphere of what each wave brings, by the wave's name; `exemptions` are those of the
    group of the project.
    """

    waves: Mapping[str, Wave]
    machines: Mapping[str, Sequence[str]]
    exemptions: Sequence[Exemption]
    location: str
    tags: Mapping[str, str]


class Migration(pulumi.ComponentResource):
    """The project with a wave for each of ours that brings machines."""

    def __init__(self, name: str, args: MigrationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:servers:Migration", name, {}, opts)
        here = pulumi.ResourceOptions(parent=self)
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=names.resource_group(name),
            location=args.location,
            tags=args.tags,
            opts=here,
        )
        # Beside the project Azure Migrate puts the storage and the vault that it copies by.
        exempt.declare(f"{name}-exempt", group.id, args.exemptions, here)
        project = migrate.MigrateProject(
            f"{name}-project",
            migrate_project_name=names.name("migr", name),
            resource_group_name=group.name,
            location=args.location,
            # Left out: tags, of which this version has one text and no map (pulumi-azure-native 3.29,
            # MigrateProjectTagsArgs).
            opts=here,
        )
        for key, wave in args.waves.items():
            machines = args.machines.get(key, ())
            if machines:
                migrate.Wave(
                    f"{name}-wave-{key}",
                    wave_name=key,
                    project_name=project.name,
                    resource_group_name=group.name,
                    properties=migrate.WavePropertiesArgs(
                        display_name=wave.title,
                        planned_start_date=f"{wave.starts.isoformat()}T00:00:00Z",
                        planned_completion_date=f"{wave.ends.isoformat()}T00:00:00Z",
                        arg=migrate.ArgArgs(query=query(machines)),
                    ),
                    opts=here,
                )
        self.register_outputs({})


def declare(platform: Platform, azure: Azure, opts: pulumi.ResourceOptions) -> None:
    """Declares the project, where a wave brings machines as they are."""
    machines = {name: migration.brought(platform, wave) for name, wave in platform.refresh.waves.items()}
    if any(machines.values()):
        tags = azure_tags.zone(platform, azure)
        args = MigrationArgs(
            waves=platform.refresh.waves,
            machines=machines,
            exemptions=migration.of_project(platform),
            location=azure.location,
            tags=tags,
        )
        Migration("migrate", args, opts)


def query(machines: Sequence[str]) -> str:
    """The query that finds these machines among all that the appliance has found."""
    listed = ", ".join(f'"{machine}"' for machine in sorted(machines))
    return f"{_TABLE} | where properties.displayName in~ ({listed})"
