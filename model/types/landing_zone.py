"""What holds for every area of a municipality's Azure: management groups, policies, backups, patching, Defender.

The items of landing_zone.yaml. Left out: subscriptions, the hub and the areas themselves, which azure.py has.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Clock, Criticality, DnsName, Key, Model, Ports, Ref, Text
from model.types.azure import Purpose, Uuid


class ManagementGroup(Model):
    """A management group: policies that are assigned to it hold for everything below."""

    title: Text
    """Its display name in Azure."""
    parent: Annotated[Key, Ref("management_groups")] | None = None
    """The group above it. Without one it stands below the tenant's root."""
    policies: tuple[Annotated[Key, Ref("policies")], ...] = ()
    """What is assigned to it, keys of `policies`."""


PolicyParameter = str | int | bool | tuple[str, ...]


class WhileMigrating(Model):
    """What Azure Migrate makes and a policy would refuse, and for how long it is exempt."""

    of: Literal["project", "machines"]
    """`project` is the resource group of its project, with the storage and the vault that it copies by; `machines` are
    the groups of what each wave brings.
    """
    days: Annotated[int, Field(ge=0, le=90)] = 14
    """Days after the end of the wave, of a project's last wave, in which it is put right. Azure refuses from then on.
    """


class Policy(Model):
    """A built-in policy or initiative of Azure, and how it is assigned. Its key is the assignment's name, of at most 24
    characters.
    """

    title: Text
    """Display name of the assignment."""
    kind: Literal["policy", "initiative"] = "policy"
    """A single `policy`, or an `initiative`, which is a set of them."""
    definition: Uuid
    """The id of the built-in definition."""
    parameters: dict[str, PolicyParameter] = {}
    """Values for the definition's parameters, by their names in Azure."""
    workspace: Text | None = None
    """The name of the parameter that takes the id of our Log Analytics workspace, where the policy sends logs."""
    enforce: bool = True
    """`false` reports what breaks the policy and refuses nothing."""
    message: Text
    """What an engineer reads who was refused: what to do instead."""
    remediates: tuple[Uuid, ...] = ()
    """Roles, by id, that the policy's managed identity needs to mend what it finds. Without any it has no identity."""
    migrating: WhileMigrating | None = None
    """Given where Azure Migrate cannot make what the policy wants: an exemption with an end."""


class BackupClass(Model):
    """How often servers are copied, and how long copies are kept."""

    title: Text
    """What people call it."""
    every_hours: Literal[4, 6, 8, 12, 24]
    """Hours between two copies: what is lost at most."""
    time: Clock
    """The time of day of the first copy, in Denmark, in quotes."""
    instant_days: Annotated[int, Field(ge=1, le=30)]
    """For how many days a copy is kept as a snapshot beside the machine, from which it is restored fast. Azure allows
    30.
    """
    daily: Annotated[int, Field(ge=7, le=9999)]
    """For how many days a day's copy is kept in the vault."""
    weekly: Annotated[int, Field(ge=0, le=5163)] = 0
    """For how many weeks the copy of a Sunday is kept. 0 keeps none."""
    monthly: Annotated[int, Field(ge=0, le=1188)] = 0
    """For how many months the copy of a month's first Sunday is kept. 0 keeps none."""
    yearly: Annotated[int, Field(ge=0, le=99)] = 0
    """For how many years the copy of January's first Sunday is kept. 0 keeps none."""
    criticality: tuple[Criticality, ...] = ()
    """The systems that have this class unless they name another, by criticality. Each criticality is in one class."""


class PatchRing(Model):
    """When Azure patches servers. A server is in the ring of its system's criticality."""

    title: Text
    """What people call it."""
    day: Annotated[str, StringConstraints(pattern=r"^(First|Second|Third|Fourth|Last) [MTWFS][a-z]{2,5}day$")]
    """The day of each month, in the words of Azure's maintenance schedule: `Third Saturday`."""
    offset: Annotated[int, Field(ge=0, le=6)] = 0
    """Days after `day`, at most six: four days after `Second Tuesday` is the Saturday after Microsoft's patches."""
    time: Clock
    """When the window opens, in Denmark, in quotes."""
    hours: Literal[2, 3]
    """How long the window is. Update management takes from 1.5 hours to five minutes less than four."""
    criticality: tuple[Criticality, ...] = Field(min_length=1)
    """The systems whose servers are in the ring, by criticality. Each criticality is in one ring."""


class DefenderPlan(Model):
    """A plan of Microsoft Defender for Cloud, for every subscription. One that is taken out of the data stays as it is
    in Azure, which deletes none: turn it off first.
    """

    plan: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+$")]
    """The plan by Azure's own name: `VirtualMachines`."""
    tier: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]+$")] | None = None
    """The plan's tier, where it has several: `P2`."""
    on: bool = True
    """`false` turns it off in every subscription: Azure's tier `Free`."""


class ResourceProvider(Model):
    """A namespace of Azure that every subscription is registered for before anything is declared in it. azure-native
    registers none.
    """

    namespace: Annotated[str, StringConstraints(pattern=r"^Microsoft\.[A-Z][A-Za-z]+$")]
    """The namespace by Azure's own name: `Microsoft.Compute`."""
    features: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+$")], ...] = ()
    """Features of it that are off until a subscription is registered for them: `EncryptionAtHost`."""


class Need(Model):
    """What machines ask of Azure itself, let through by the firewall."""

    title: Text
    """What is asked for: `Azure Monitor`."""
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    """The subnets whose machines ask for it, by their purpose."""
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)?$")], ...] = ()
    """Service tags of Azure, whose addresses Microsoft keeps: `AzureMonitor`."""
    fqdns: tuple[DnsName, ...] = ()
    """Full names, for what has no tag: `azkms.core.windows.net`. The firewall looks them up as its clients do."""
    ports: tuple[Ports, ...] = Field(min_length=1)
    """Destination ports with their protocol: `tcp/443`."""


class PrivateZone(Model):
    """A DNS zone in which the private endpoints of a service have their names."""

    zone: DnsName
    """The zone's name, as Microsoft gives it: `privatelink.vaultcore.azure.net`."""
