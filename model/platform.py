"""The whole platform as one frozen value: what `load` gives and everything else reads.

An aggregate is what one data file says, or a few that belong together. Every map is keyed by the item's own key, in the
order of the files. Left out: which line a value comes from (provenance.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.types.availability import Service
from model.types.azure import Area, Azure, DiskType, Quota, Size, Subscription
from model.types.backups import BackupPolicy, RestoreTest
from model.types.baselines import Baseline
from model.types.certificates import Certificate, Issuer
from model.types.cutover import Crew, Cutover, Effort, Gate, Helper, Shift, Skill, Team, Vehicle, Visit
from model.types.desktops import CitrixSite, Client, ClientSystem, DesktopImage, DesktopSettings, Pool, Profile
from model.types.devices import Device
from model.types.estate import Role, Server, Site, SiteType, System, Workplace
from model.types.flows import SharedFlow
from model.types.infrastructure import (
    Cluster,
    Datastore,
    DatastoreCluster,
    Equipment,
    Generation,
    Host,
    HostModel,
    Image,
    Network,
    Premises,
    Settings,
    Switch,
    Vmware,
)
from model.types.instances import Instance
from model.types.landing_zone import (
    BackupClass,
    DefenderPlan,
    ManagementGroup,
    Need,
    PatchRing,
    Policy,
    PrivateZone,
    ResourceProvider,
)
from model.types.mishaps import Mishap
from model.types.monday import ExitCriterion, KnownError, Monday
from model.types.observed import ObservedVm
from model.types.people import People
from model.types.pools import PoolInstance
from model.types.prices import Price, PriceList
from model.types.security import Exemption
from model.types.serving import Override, Serving, Stable
from model.types.site_devices import PrinterDriver, SiteDevice
from model.types.sites import Addressing, AddressPlan, SiteNetworks, SwitchModel
from model.types.tasks import TaskKind
from model.types.vcenter import HostService, HostSetting, VcenterAccount, VcenterLicence, VcenterRole
from model.types.waves import Wave


@dataclass(frozen=True, slots=True)
class Refresh:
    """refresh.yaml: the generations, who is served by each, and in which waves it takes over."""

    generations: Mapping[str, Generation]
    serving: Mapping[str, Serving]
    waves: Mapping[str, Wave]
    stable: Mapping[str, Stable]
    overrides: Mapping[str, Override]


@dataclass(frozen=True, slots=True)
class VmwareEstate:
    """vmware.yaml and vsphere_baseline.yaml: the vCenter, what stands in it by the names that outlive generations, who
    may do what in it, and how its hosts are hardened.
    """

    settings: Vmware
    clusters: Mapping[str, Cluster]
    switches: Mapping[str, Switch]
    datastore_clusters: Mapping[str, DatastoreCluster]
    roles: Mapping[str, VcenterRole]
    accounts: Mapping[str, VcenterAccount]
    licences: Mapping[str, VcenterLicence]
    host_settings: Mapping[str, HostSetting]
    host_services: Mapping[str, HostService]


@dataclass(frozen=True, slots=True)
class Networks:
    """networks.yaml: the networks of servers, and how addresses are planned and given out."""

    networks: Mapping[str, Network]
    addressing: Addressing


@dataclass(frozen=True, slots=True)
class Hardware:
    """hardware.yaml: what stands in the racks. `premises` is None where the file says nothing of the server room."""

    models: Mapping[str, HostModel]
    hosts: Mapping[str, Host]
    datastores: Mapping[str, Datastore]
    equipment: Mapping[str, Equipment]
    premises: Premises | None

    def hosts_of(self, generation: str, cluster: str) -> tuple[Host, ...]:
        """The hosts of a cluster in one generation."""
        return tuple(h for h in self.hosts.values() if h.generation == generation and h.cluster == cluster)

    def nics_of(self, host: Host) -> tuple[str, ...]:
        """The network cards that a host gives its distributed switch: its own, else those of its model."""
        model = self.models.get(host.model)
        return host.nics or (model.nics if model is not None else ())


@dataclass(frozen=True, slots=True)
class Estate:
    """systems/*.yaml, roles.yaml and images.yaml: line-of-business systems, their servers, and what those are."""

    systems: Mapping[str, System]
    servers: Mapping[str, Server]
    roles: Mapping[str, Role]
    images: Mapping[str, Image]


@dataclass(frozen=True, slots=True)
class Backups:
    """backup.yaml: policies by key, and the last restore test by system."""

    policies: Mapping[str, BackupPolicy]
    tests: Mapping[str, RestoreTest]


@dataclass(frozen=True, slots=True)
class Certificates:
    """certificates.yaml: who issues, and what is issued."""

    issuers: Mapping[str, Issuer]
    certificates: Mapping[str, Certificate]


@dataclass(frozen=True, slots=True)
class Places:
    """sites.yaml, site_types.yaml, workplaces.csv, devices.csv and site_devices.yaml: where people work, on what."""

    types: Mapping[str, SiteType]
    sites: Mapping[str, Site]
    workplaces: Mapping[str, Workplace]
    workplace_devices: Mapping[str, Device]
    devices: Mapping[str, SiteDevice]
    drivers: Mapping[str, PrinterDriver]
    address_plans: Mapping[str, AddressPlan]
    switch_models: Mapping[str, SwitchModel]


@dataclass(frozen=True, slots=True)
class Desktops:
    """desktops.yaml, profiles.yaml and client_systems.yaml: pools, their images, thin clients. `settings` is None where
    there are none.
    """

    settings: DesktopSettings | None
    profiles: Mapping[str, Profile]
    pools: Mapping[str, Pool]
    images: Mapping[str, DesktopImage]
    clients: Mapping[str, Client]
    client_systems: Mapping[str, ClientSystem]

    @property
    def citrix(self) -> CitrixSite | None:
        """The Citrix site, if there is one."""
        return self.settings.citrix if self.settings is not None else None


@dataclass(frozen=True, slots=True)
class Weekend:
    """cutover.yaml and visits.csv: the cutover, who is there for it, and which visits are agreed. `cutover` is None
    where there is nothing to plan, `visits` is empty until a plan is agreed.
    """

    cutover: Cutover | None
    skills: Mapping[str, Skill]
    vehicles: Mapping[str, Vehicle]
    shifts: Mapping[str, Shift]
    helpers: Mapping[str, Helper]
    crews: Mapping[str, Crew]
    teams: Mapping[str, Team]
    efforts: Mapping[str, Effort]
    gates: Mapping[str, Gate]
    tasks: Mapping[str, TaskKind]
    mishaps: Mapping[str, Mishap]
    monday: Monday | None
    known_errors: Mapping[str, KnownError]
    exit: Mapping[str, ExitCriterion]
    visits: Mapping[str, Visit]


@dataclass(frozen=True, slots=True)
class AzureEstate:
    """azure.yaml, sizes.yaml, availability.yaml and prices.yaml. `settings` is None where nothing is in Azure; then
    only the catalog has items. `price_list` is None where there are no prices.
    """

    settings: Azure | None
    subscriptions: Mapping[str, Subscription]
    areas: Mapping[str, Area]
    quotas: Mapping[str, Quota]
    sizes: Mapping[str, Size]
    disk_types: Mapping[str, DiskType]
    services: Mapping[str, Service]
    price_list: PriceList | None
    prices: Mapping[str, Price]


@dataclass(frozen=True, slots=True)
class LandingZone:
    """landing_zone.yaml: what holds in Azure whoever builds there."""

    management_groups: Mapping[str, ManagementGroup]
    policies: Mapping[str, Policy]
    backup_classes: Mapping[str, BackupClass]
    patch_rings: Mapping[str, PatchRing]
    defender_plans: Mapping[str, DefenderPlan]
    resource_providers: Mapping[str, ResourceProvider]
    needs: Mapping[str, Need]
    private_zones: Mapping[str, PrivateZone]


@dataclass(frozen=True, slots=True)
class Observed:
    """observed/*.csv by generation: the servers as an import found them, and apart from them session machines."""

    servers: Mapping[str, Mapping[str, ObservedVm]]
    vdas: Mapping[str, Mapping[str, ObservedVm]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is written in the files of one municipality, read and checked item by item."""

    name: str
    settings: Settings
    refresh: Refresh
    vmware: VmwareEstate
    network: Networks
    hardware: Hardware
    estate: Estate
    backups: Backups
    certificates: Certificates
    places: Places
    desktops: Desktops
    flows: Mapping[str, SharedFlow]
    exceptions: Mapping[str, Exemption]
    baselines: Mapping[str, Baseline]
    weekend: Weekend
    people: People | None
    azure: AzureEstate
    landing_zone: LandingZone
    observed: Observed
    pictures: Mapping[str, bytes]
    """What stands in the folder as PNG or SVG, by file name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform(Declared):
    """What is declared, resolved: with each server's and pool's instances, and each site's networks."""

    instances: tuple[Instance, ...]
    pool_instances: tuple[PoolInstance, ...]
    site_networks: Mapping[str, SiteNetworks]

    def instances_of(self, generation: str) -> tuple[Instance, ...]:
        """The instances of one generation, in the order of the files."""
        return tuple(i for i in self.instances if i.generation.name == generation)
