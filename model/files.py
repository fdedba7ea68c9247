"""Which files a platform folder has, and what is in each.

The loader, the JSON Schemas for editors and the message of an unclaimed file all read these tables: a new section is a
line here and a field of Platform. Left out: systems/*.yaml, workplaces.csv and observed/*.csv, which folder.py reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from model.types.azure import Area, Azure, DiskType, Quota, Size, Subscription
from model.types.baselines import Baseline
from model.types.desktops import CitrixSite, Client, DesktopImage, Pool, Profile
from model.types.estate import Role, Site, SiteType
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
from model.types.landing_zone import BackupClass, DefenderPlan, ManagementGroup, Need, PatchRing, Policy, PrivateZone
from model.types.people import People
from model.types.serving import Override, Serving, Stable
from model.types.sites import Addressing, AddressPlan, SwitchModel
from model.types.waves import Wave

STACKS = Path(__file__).resolve().parent.parent / "stacks"

SECTIONS: Mapping[str, Mapping[str, tuple[type[BaseModel], str | None]]] = {
    "refresh.yaml": {
        "generations": (Generation, "name"),
        "serving": (Serving, "name"),
        "waves": (Wave, "name"),
        "stable": (Stable, "name"),
        "overrides": (Override, "resource"),
    },
    "vmware.yaml": {
        "clusters": (Cluster, None),
        "switches": (Switch, None),
        "datastore_clusters": (DatastoreCluster, None),
    },
    "networks.yaml": {"networks": (Network, None)},
    "hardware.yaml": {
        "models": (HostModel, None),
        "hosts": (Host, "name"),
        "datastores": (Datastore, "name"),
        "equipment": (Equipment, None),
    },
    "images.yaml": {"images": (Image, None)},
    "roles.yaml": {"roles": (Role, None)},
    "site_types.yaml": {
        "address_plans": (AddressPlan, None),
        "switch_models": (SwitchModel, None),
        "site_types": (SiteType, None),
    },
    "flows.yaml": {"flows": (SharedFlow, "name")},
    "baselines.yaml": {"baselines": (Baseline, None)},
    "profiles.yaml": {"profiles": (Profile, None)},
    "desktops.yaml": {"desktop_images": (DesktopImage, None), "clients": (Client, None)},
    "azure.yaml": {"subscriptions": (Subscription, None), "areas": (Area, "name"), "quotas": (Quota, None)},
    "landing_zone.yaml": {
        "management_groups": (ManagementGroup, None),
        "policies": (Policy, None),
        "backup_classes": (BackupClass, None),
        "patch_rings": (PatchRing, None),
        "defender_plans": (DefenderPlan, None),
        "needs": (Need, None),
        "private_zones": (PrivateZone, None),
    },
    "sizes.yaml": {"sizes": (Size, None), "disk_types": (DiskType, None)},
}
"""File → section → its type and the field that the section's key fills."""

TOPS: Mapping[str, tuple[type[BaseModel], str]] = {
    "platform.yaml": (Settings, "settings"),
    "vmware.yaml": (Vmware, "vmware"),
    "networks.yaml": (Addressing, "addressing"),
    "hardware.yaml": (Premises, "premises"),
    "desktops.yaml": (CitrixSite, "citrix"),
    "people.yaml": (People, "people"),
    "azure.yaml": (Azure, "azure"),
}
"""Files that say something of the whole, at their top beside their sections, and the field of Platform it is in."""


INTO: Mapping[str, str] = {
    "generations": "refresh.generations",
    "serving": "refresh.serving",
    "waves": "refresh.waves",
    "stable": "refresh.stable",
    "overrides": "refresh.overrides",
    "clusters": "vmware.clusters",
    "switches": "vmware.switches",
    "datastore_clusters": "vmware.datastore_clusters",
    "networks": "network.networks",
    "models": "hardware.models",
    "hosts": "hardware.hosts",
    "datastores": "hardware.datastores",
    "equipment": "hardware.equipment",
    "images": "estate.images",
    "roles": "estate.roles",
    "systems": "estate.systems",
    "servers": "estate.servers",
    "address_plans": "places.address_plans",
    "switch_models": "places.switch_models",
    "site_types": "places.types",
    "sites": "places.sites",
    "workplaces": "places.workplaces",
    "flows": "flows",
    "baselines": "baselines",
    "profiles": "desktops.profiles",
    "pools": "desktops.pools",
    "desktop_images": "desktops.images",
    "clients": "desktops.clients",
    "subscriptions": "azure.subscriptions",
    "areas": "azure.areas",
    "quotas": "azure.quotas",
    "sizes": "azure.sizes",
    "disk_types": "azure.disk_types",
    "management_groups": "landing_zone.management_groups",
    "policies": "landing_zone.policies",
    "backup_classes": "landing_zone.backup_classes",
    "patch_rings": "landing_zone.patch_rings",
    "defender_plans": "landing_zone.defender_plans",
    "needs": "landing_zone.needs",
    "private_zones": "landing_zone.private_zones",
}
"""Section → where its items are in Platform."""


@dataclass(frozen=True, slots=True)
class Inheriting:
    """A section whose items take what they do not say from an item of another section, the one that `by` names.

    `kind` is the items' type and `key` the field of their key; `own` are keys of the other that nobody takes over.
    """

    section: str
    kind: type[BaseModel]
    key: str
    by: str
    file: str
    other: str
    own: frozenset[str]


INHERITING: Mapping[str, Inheriting] = {
    "desktops.yaml": Inheriting(
        "pools", Pool, "name", "profile", "profiles.yaml", "profiles", frozenset({"title", "wan"})
    ),
    "sites.yaml": Inheriting("sites", Site, "code", "type", "site_types.yaml", "site_types", frozenset({"title"})),
}

REQUIRED = ("platform.yaml", "refresh.yaml", "vmware.yaml", "networks.yaml", "images.yaml")
OPTIONAL = (
    "hardware.yaml", "roles.yaml", "site_types.yaml", "sites.yaml", "profiles.yaml", "desktops.yaml", "flows.yaml",
    "baselines.yaml", "people.yaml", "azure.yaml", "landing_zone.yaml", "sizes.yaml", "workplaces.csv", "README.md",
)  # fmt: skip
CATALOG = (
    "images.yaml", "roles.yaml", "site_types.yaml", "profiles.yaml", "baselines.yaml", "landing_zone.yaml",
    "sizes.yaml",
)  # fmt: skip

STACK_FILES = "Pulumi.*.yaml"
"""The stacks beside a platform's folder. They are Pulumi's, and read for what they name when a generation goes."""

FOLDERS = ("systems", "observed")


def own_keys(file: str) -> set[str]:
    """What a file may say at its top."""
    keys = set(TOPS[file][0].model_fields) if file in TOPS else set[str]()
    keys |= set(SECTIONS.get(file, {}))
    return keys | {INHERITING[file].section} if file in INHERITING else keys
