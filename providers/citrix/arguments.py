"""The arguments of the resources, each a data class.

Properties follow the REST API (docs/decisions/0006-citrix-api.md names the source of each) in the order of dependence:
zone, hosting connection, hosting unit, machine catalog, delivery group and access to it, reboot schedule, application;
policy sets beside them. Left out on purpose: sessions, tags, scopes, autoscale, prepared image versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pulumi import Input

Access = Literal["Restricted", "Everyone"]
"""Who may use something: the users that are named (nobody, if none is), or everyone who can sign in."""
FunctionalLevel = Literal["L7_20", "L7_25", "L7_30", "L7_34"]
SessionSupport = Literal["MultiSession", "SingleSession"]
Day = Literal["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
FilterType = Literal[
    "AccessControl",
    "BranchRepeater",
    "ClientIP",
    "ClientName",
    "ClientPlatform",
    "DesktopGroup",
    "DesktopKind",
    "DesktopTag",
    "OU",
    "User",
]
SettingValue = bool | int | str | Sequence[str]
"""A switch, a number or text, or a list; the documentation of the setting says which."""


@dataclass(frozen=True, kw_only=True)
class ZoneArgs:
    """A zone. Every site has one from the start, `Primary`, which is not declared."""

    name: Input[str]
    description: Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class HostingConnectionArgs:
    """A connection to a vCenter, by its own account; `zone` by name or id. The zone and the thumbprints can not be
    changed.
    """

    name: Input[str]
    zone: Input[str]
    addresses: Input[Sequence[Input[str]]]
    user: Input[str]
    password: Input[str]
    ssl_thumbprints: Input[Sequence[Input[str]]] | None = None
    max_actions: Input[int] | None = None
    """Actions at the same time; 40."""
    max_new_actions_per_minute: Input[int] | None = None
    """10."""
    max_power_actions_percent: Input[int] | None = None
    """Percentage of the machines; 20."""


@dataclass(frozen=True, kw_only=True)
class HostingUnitArgs:
    """A cluster with the port groups and datastores that machines may use, all by their names in vCenter.

    A datastore that is taken out is superseded: machines stay on it, new ones do not come.
    """

    name: Input[str]
    hosting_connection: Input[str]
    datacenter: Input[str]
    cluster: Input[str]
    networks: Input[Sequence[Input[str]]]
    storage: Input[Sequence[Input[str]]]
    temporary_storage: Input[Sequence[Input[str]]]


@dataclass(frozen=True, kw_only=True)
class AccountsArgs:
    """The computer accounts of new machines: `naming_scheme` of at most 15 characters with one run of #, such as
    `VDA###`.
    """

    naming_scheme: Input[str]
    domain: Input[str]
    naming_scheme_type: Input[Literal["Numeric", "Alphabetic"]] | None = None
    organizational_unit: Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ProvisioningSchemeArgs:
    r"""How MCS makes machines. `hosting_unit` is a unit's id or name.

    `master_image_path` is that of a snapshot or template,
    `XDHyp:\HostingUnits\UNIT\VM.vm\SNAPSHOT.snapshot`. A change prepares the new image, or rolls back if
    it is the one before; machines get it when they restart (`ImageRolloutArgs`).
    """

    hosting_unit: Input[str]
    master_image_path: Input[str]
    machine_count: Input[int]
    accounts: AccountsArgs
    master_image_note: Input[str] | None = None
    cpu_count: Input[int] | None = None
    memory_mb: Input[int] | None = None
    write_back_cache_disk_gb: Input[int] | None = None
    write_back_cache_memory_mb: Input[int] | None = None
    identity_type: Input[Literal["ActiveDirectory", "HybridAzureAD", "AzureAD", "Workgroup"]] | None = None
    full_clones: Input[bool] | None = None


@dataclass(frozen=True, kw_only=True)
class ImageRolloutArgs:
    """What a changed image does to machines that run.

    `reboot_minutes` spreads the restarts over so many minutes; 0 restarts all at once and ends sessions; -1, the
    default, leaves each to its next shutdown.
    """

    reboot_minutes: Input[int] | None = None
    warning_minutes: Input[int] | None = None
    warning_title: Input[str] | None = None
    warning_message: Input[str] | None = None
    warning_repeat_minutes: Input[int] | None = None


@dataclass(frozen=True, kw_only=True)
class MachineArgs:
    r"""A machine that stands already, `DOMAIN\NAME`; with the hypervisor's id its power is managed."""

    machine_name: Input[str]
    hosted_machine_id: Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class MachineCatalogArgs:
    """A machine catalog: `MCS` with a provisioning scheme, or `Manual` with machines. MultiSession goes with `Random`
    only.
    """

    name: Input[str]
    provisioning_type: Input[Literal["MCS", "Manual"]]
    session_support: Input[SessionSupport]
    description: Input[str] | None = None
    zone: Input[str] | None = None
    allocation_type: Input[Literal["Random", "Static"]] | None = None
    persist_user_changes: Input[Literal["Discard", "OnLocal"]] | None = None
    minimum_functional_level: Input[FunctionalLevel] | None = None
    machine_type: Input[Literal["Virtual", "Physical"]] | None = None
    hosting_connection: Input[str] | None = None
    """For the power of the machines of a manual catalog."""
    provisioning_scheme: ProvisioningSchemeArgs | None = None
    machines: Sequence[MachineArgs] | None = None
    draining: Input[Sequence[Input[str]]] | None = None
    """Computer names of the machines that take no new session and are given up first; one that is not there is passed
    over.
    """
    image_rollout: ImageRolloutArgs | None = None
    accounts_on_delete: Input[Literal["None", "Disable", "Delete"]] | None = None
    """What becomes of the computer accounts of machines that are removed; they stay as they are."""


@dataclass(frozen=True, kw_only=True)
class DesktopArgs:
    r"""A published desktop. Users and groups as `DOMAIN\name` or `name@domain`."""

    published_name: Input[str]
    description: Input[str] | None = None
    enabled: Input[bool] | None = None
    max_desktops: Input[int] | None = None
    restrict_to_tag: Input[str] | None = None
    access: Input[Access] | None = None
    included_users: Input[Sequence[Input[str]]] | None = None
    excluded_users: Input[Sequence[Input[str]]] | None = None


@dataclass(frozen=True, kw_only=True)
class CatalogMachinesArgs:
    """How many machines of a catalog, by its id or name, a delivery group has."""

    machine_catalog: Input[str]
    count: Input[int]


@dataclass(frozen=True, kw_only=True)
class DeliveryGroupArgs:
    """A delivery group. It is made closed: `DeliveryGroupAccess` lets people in. Access to each of its desktops is
    `Restricted` unless it says `Everyone`.

    `policy_set` is a policy set's id. `session_support` is needed only without machine catalogs.
    """

    name: Input[str]
    description: Input[str] | None = None
    delivery_type: Input[Literal["DesktopsAndApps", "DesktopsOnly", "AppsOnly"]] | None = None
    sharing_kind: Input[Literal["Shared", "Private"]] | None = None
    session_support: Input[SessionSupport] | None = None
    minimum_functional_level: Input[FunctionalLevel] | None = None
    enabled: Input[bool] | None = None
    shutdown_desktops_after_use: Input[bool] | None = None
    time_zone: Input[str] | None = None
    policy_set: Input[str] | None = None
    machine_catalogs: Sequence[CatalogMachinesArgs] | None = None
    desktops: Sequence[DesktopArgs] | None = None


@dataclass(frozen=True, kw_only=True)
class DeliveryGroupAccessArgs:
    r"""Whom a delivery group, by its name, lets in: `Restricted` unless it says `Everyone`. Users and groups as
    `DOMAIN\name` or `name@domain`; in maintenance mode nobody gets a new session.
    """

    delivery_group: Input[str]
    in_maintenance_mode: Input[bool]
    access: Input[Access] | None = None
    included_users: Input[Sequence[Input[str]]] | None = None
    excluded_users: Input[Sequence[Input[str]]] | None = None


@dataclass(frozen=True, kw_only=True)
class RebootScheduleArgs:
    """When the machines of a delivery group restart. No two schedules of a group cover the same day.

    `start_time` is `HH:MM`, `start_date` `YYYY-MM-DD`. Either a natural reboot, when a machine has no session, or
    `reboot_duration_minutes`, over which all restart (0: at once).
    """

    name: Input[str]
    delivery_group: Input[str]
    frequency: Input[Literal["Daily", "Weekly", "Monthly", "Once"]]
    start_time: Input[str]
    description: Input[str] | None = None
    enabled: Input[bool] | None = None
    frequency_factor: Input[int] | None = None
    days_in_week: Input[Sequence[Input[Day]]] | None = None
    week_in_month: Input[Literal["First", "Second", "Third", "Fourth", "Last"]] | None = None
    day_in_month: Input[Day] | None = None
    start_date: Input[str] | None = None
    reboot_duration_minutes: Input[int] | None = None
    use_natural_reboot: Input[bool] | None = None
    ignore_maintenance_mode: Input[bool] | None = None
    restrict_to_tag: Input[str] | None = None
    warning_duration_minutes: Input[int] | None = None
    warning_message: Input[str] | None = None
    warning_title: Input[str] | None = None
    warning_repeat_interval_minutes: Input[int] | None = None


@dataclass(frozen=True, kw_only=True)
class InstalledArgs:
    """The program that an application starts."""

    command_line_executable: Input[str]
    command_line_arguments: Input[str] | None = None
    working_directory: Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ApplicationArgs:
    """A published application, on delivery groups by name or id in the order of their priority."""

    name: Input[str]
    installed: InstalledArgs
    delivery_groups: Sequence[Input[str]]
    published_name: Input[str] | None = None
    description: Input[str] | None = None
    enabled: Input[bool] | None = None
    visible: Input[bool] | None = None
    client_folder: Input[str] | None = None
    access: Input[Access] | None = None
    included_users: Input[Sequence[Input[str]]] | None = None


@dataclass(frozen=True, kw_only=True)
class PolicyFilterArgs:
    """For whom a policy works. `value` is a delivery group's or tag's id, an address, a name, an OU or a SID, by the
    type; of `AccessControl` a map of connection, condition and gateway; `BranchRepeater` has none.
    """

    type: Input[FilterType]
    value: Input[str] | Mapping[str, Input[str]] | None = None
    allowed: Input[bool] | None = None
    enabled: Input[bool] | None = None


@dataclass(frozen=True, kw_only=True)
class PolicyArgs:
    """A policy: settings by their documented names, and filters, all of which have to let it through."""

    name: Input[str]
    settings: Mapping[str, Input[SettingValue]]
    filters: Sequence[PolicyFilterArgs] = ()
    description: Input[str] | None = None
    enabled: Input[bool] | None = None


@dataclass(frozen=True, kw_only=True)
class PolicySetArgs:
    """Policies by priority, the first highest. A set works only for the delivery groups that name it."""

    name: Input[str]
    policies: Sequence[PolicyArgs]
    description: Input[str] | None = None
