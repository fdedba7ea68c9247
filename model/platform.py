"""The whole platform as one frozen value: what `load` gives and everything else reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.reading.layers import Layers
from model.types.azure import Area, Azure, DiskType, Quota, Size, Subscription
from model.types.baselines import Baseline
from model.types.desktops import CitrixSite, Client, DesktopImage, Pool, Profile
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
from model.types.landing_zone import BackupClass, DefenderPlan, ManagementGroup, Need, PatchRing, Policy, PrivateZone
from model.types.observed import ObservedVm
from model.types.people import People
from model.types.pools import PoolInstance
from model.types.serving import Override, Serving, Stable
from model.types.sites import Addressing, AddressPlan, SiteNetworks, SwitchModel
from model.types.waves import Wave


@dataclass(frozen=True, slots=True)
class Platform:
    """One municipality's platform. Every map is keyed by the item's own key, in the order of the files.

    `observed` and `vdas` are by generation. No part of the platform's value, but kept for messages and for
    `refresh explain`: `sources`, the layers of an item by (kind, key), and `lines`, the file and line of what stands
    in a table or in a file of its own, by (section, lower-case name).
    """

    name: str
    settings: Settings
    generations: Mapping[str, Generation]
    serving: Mapping[str, Serving]
    waves: Mapping[str, Wave]
    stable: Mapping[str, Stable]
    overrides: Mapping[str, Override]
    vmware: Vmware
    clusters: Mapping[str, Cluster]
    switches: Mapping[str, Switch]
    datastore_clusters: Mapping[str, DatastoreCluster]
    networks: Mapping[str, Network]
    addressing: Addressing
    images: Mapping[str, Image]
    host_models: Mapping[str, HostModel]
    hosts: Mapping[str, Host]
    datastores: Mapping[str, Datastore]
    equipment: Mapping[str, Equipment]
    premises: Premises | None
    address_plans: Mapping[str, AddressPlan]
    switch_models: Mapping[str, SwitchModel]
    site_types: Mapping[str, SiteType]
    sites: Mapping[str, Site]
    workplaces: Mapping[str, Workplace]
    systems: Mapping[str, System]
    roles: Mapping[str, Role]
    servers: Mapping[str, Server]
    flows: Mapping[str, SharedFlow]
    citrix: CitrixSite | None
    profiles: Mapping[str, Profile]
    pools: Mapping[str, Pool]
    desktop_images: Mapping[str, DesktopImage]
    clients: Mapping[str, Client]
    baselines: Mapping[str, Baseline]
    people: People | None
    azure: Azure | None
    subscriptions: Mapping[str, Subscription]
    areas: Mapping[str, Area]
    quotas: Mapping[str, Quota]
    management_groups: Mapping[str, ManagementGroup]
    policies: Mapping[str, Policy]
    backup_classes: Mapping[str, BackupClass]
    patch_rings: Mapping[str, PatchRing]
    defender_plans: Mapping[str, DefenderPlan]
    needs: Mapping[str, Need]
    private_zones: Mapping[str, PrivateZone]
    sizes: Mapping[str, Size]
    disk_types: Mapping[str, DiskType]
    observed: Mapping[str, Mapping[str, ObservedVm]]
    vdas: Mapping[str, Mapping[str, ObservedVm]]
    instances: tuple[Instance, ...]
    pool_instances: tuple[PoolInstance, ...]
    site_networks: Mapping[str, SiteNetworks]
    sources: Mapping[tuple[str, str], Layers] = field(compare=False, repr=False)
    lines: Mapping[tuple[str, str], tuple[str, int]] = field(compare=False, repr=False)

    def instances_of(self, generation: str) -> tuple[Instance, ...]:
        """The instances of one generation, in the order of the files."""
        return tuple(i for i in self.instances if i.generation.name == generation)

    def hosts_of(self, generation: str, cluster: str) -> tuple[Host, ...]:
        """The hosts of a cluster in one generation."""
        return tuple(h for h in self.hosts.values() if h.generation == generation and h.cluster == cluster)
