"""Which files a platform folder has, and what is in each: one declaration a file.

The loader, the JSON Schemas for editors, the reference pages and the check of files that nothing reads all follow from
FILES: a new section is one line here and one field of an aggregate in platform.py. Left out: how a file is read
(folder.py), and what its items must be, which their types say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from model.types.availability import Service
from model.types.azure import Area, Azure, DiskType, Quota, Size, Subscription
from model.types.backups import BackupPolicy, RestoreTest
from model.types.baselines import Baseline
from model.types.certificates import Certificate, Issuer
from model.types.cutover import Crew, Cutover, Effort, Gate, Helper, Shift, Skill, Team, Vehicle, Visit
from model.types.desktops import Client, ClientSystem, DesktopImage, DesktopSettings, Pool, Profile
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
from model.types.prices import Price, PriceList
from model.types.security import Exemption
from model.types.serving import Override, Serving, Stable
from model.types.site_devices import PrinterDriver, SiteDevice
from model.types.sites import Addressing, AddressPlan, SwitchModel
from model.types.tasks import TaskKind
from model.types.vcenter import HostService, HostSetting, VcenterAccount, VcenterLicence, VcenterRole
from model.types.waves import Wave

STACKS = Path(__file__).resolve().parent.parent / "stacks"


@dataclass(frozen=True, slots=True)
class Inherits:
    """An item takes what it does not say from the item of `section` that its field `by` names.

    `own` are keys of the other that nobody takes over, `asked` those that an item must say itself.
    """

    by: str
    section: str
    own: frozenset[str]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Items of one type: a map by key under `name`, the rows of a table, or one item a file.

    `into` is where they are in Platform, `noun` what messages call one. `key` is the field that the section's key
    fills, `placed` a field that follows from where the item stands.
    """

    name: str
    kind: type[BaseModel]
    into: str
    noun: str
    key: str | None = None
    inherits: Inherits | None = None
    placed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Top:
    """What a file says of the whole, beside its sections, and where that is in Platform."""

    kind: type[BaseModel]
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file of a platform folder, or all files of one of its folders. `item` is what one file of a folder is, or one
    row of a table; `catalog` says that stacks/catalog has one too, over which the platform's is merged.
    """

    name: str
    about: str
    sections: tuple[Section, ...] = ()
    top: Top | None = None
    item: Section | None = None
    required: bool = False
    catalog: bool = False

    @property
    def folder(self) -> str | None:
        """The folder whose files these are; None for a file of its own."""
        return self.name.partition("/")[0] if "/" in self.name else None

    @property
    def keys(self) -> set[str]:
        """What the file may say at its top."""
        own = set(self.top.kind.model_fields) if self.top is not None else set[str]()
        return own | {section.name for section in self.sections}


_FILES = (
    DataFile(
        name="platform.yaml",
        about="The municipality itself: its domain, its alias zone, who takes rendered configuration.",
        top=Top(Settings, "settings"),
        required=True,
    ),
    DataFile(
        name="refresh.yaml",
        about="Generations and their states, who is served by which, waves, and what points at stable names.",
        sections=(
            Section("generations", Generation, "refresh.generations", "generation", "name"),
            Section("serving", Serving, "refresh.serving", "entry of serving", "name"),
            Section("waves", Wave, "refresh.waves", "wave", "name"),
            Section("stable", Stable, "refresh.stable", "stable name", "name"),
            Section("overrides", Override, "refresh.overrides", "override", "resource"),
        ),
        required=True,
    ),
    DataFile(
        name="vmware.yaml",
        about="Where virtual servers run: datacenter, clusters, distributed switches, datastore clusters.",
        sections=(
            Section("clusters", Cluster, "vmware.clusters", "cluster"),
            Section("switches", Switch, "vmware.switches", "switch"),
            Section("datastore_clusters", DatastoreCluster, "vmware.datastore_clusters", "datastore cluster"),
            Section("accounts", VcenterAccount, "vmware.accounts", "account", "name"),
            Section("licences", VcenterLicence, "vmware.licences", "licence"),
        ),
        top=Top(Vmware, "vmware.settings"),
        required=True,
    ),
    DataFile(
        name="vsphere_baseline.yaml",
        about="What each product asks that its service account may do in vCenter, and how ESXi hosts are hardened.",
        sections=(
            Section("vcenter_roles", VcenterRole, "vmware.roles", "role of vCenter"),
            Section("host_settings", HostSetting, "vmware.host_settings", "setting of hosts"),
            Section("host_services", HostService, "vmware.host_services", "service of hosts"),
        ),
        catalog=True,
    ),
    DataFile(
        name="networks.yaml",
        about="The data centre's networks, and what holds for the networks of all sites.",
        sections=(Section("networks", Network, "network.networks", "network"),),
        top=Top(Addressing, "network.addressing"),
        required=True,
    ),
    DataFile(
        name="hardware.yaml",
        about="Hosts, datastores and what else stands in the server room.",
        sections=(
            Section("models", HostModel, "hardware.models", "model"),
            Section("hosts", Host, "hardware.hosts", "host", "name"),
            Section("datastores", Datastore, "hardware.datastores", "datastore", "name"),
            Section("equipment", Equipment, "hardware.equipment", "equipment"),
        ),
        top=Top(Premises, "hardware.premises"),
    ),
    DataFile(
        name="images.yaml",
        about="What servers are made from.",
        sections=(Section("images", Image, "estate.images", "image"),),
        required=True,
        catalog=True,
    ),
    DataFile(
        name="roles.yaml",
        about="Kinds of server, and what follows from each.",
        sections=(Section("roles", Role, "estate.roles", "role"),),
        catalog=True,
    ),
    DataFile(
        name="backup.yaml",
        about="Backup at home: policies, and the restore tests that were made.",
        sections=(
            Section("backup_policies", BackupPolicy, "backups.policies", "backup policy"),
            Section("restore_tests", RestoreTest, "backups.tests", "restore test", "system"),
        ),
        catalog=True,
    ),
    DataFile(
        name="certificates.yaml",
        about="Certificates of the stable names, and who issues them.",
        sections=(
            Section("issuers", Issuer, "certificates.issuers", "issuer"),
            Section("certificates", Certificate, "certificates.certificates", "certificate"),
        ),
    ),
    DataFile(
        name="site_types.yaml",
        about="Kinds of place, address plans, and models of access switch.",
        sections=(
            Section("address_plans", AddressPlan, "places.address_plans", "address plan"),
            Section("switch_models", SwitchModel, "places.switch_models", "switch model"),
            Section("site_types", SiteType, "places.types", "type"),
        ),
        catalog=True,
    ),
    DataFile(
        name="sites.yaml",
        about="The places where people work.",
        sections=(
            Section(
                "sites", Site, "places.sites", "site", "code", Inherits("type", "site_types", frozenset({"title"}))
            ),
        ),
    ),
    DataFile(
        name="systems/*.yaml",
        about="A system and its servers, one system a file.",
        sections=(
            Section(
                "servers", Server, "estate.servers", "server", "identity",
                Inherits("role", "roles", frozenset({"short", "title"}), asked=("role", "host")), placed=("system",),
            ),
        ),
        item=Section("systems", System, "estate.systems", "system"),
    ),
    DataFile(
        name="workplaces.csv",
        about="The devices that people work at, one a row.",
        item=Section("workplaces", Workplace, "places.workplaces", "workplace"),
    ),
    DataFile(
        name="devices.csv",
        about="The devices that come new to workplaces, and those that go back, one a row.",
        item=Section("devices", Device, "places.workplace_devices", "device"),
    ),
    DataFile(
        name="site_devices.yaml",
        about="Printers, access points, phones and other devices at the sites that have an address of their own.",
        sections=(
            Section("printer_drivers", PrinterDriver, "places.drivers", "printer driver"),
            Section("site_devices", SiteDevice, "places.devices", "device", "name"),
        ),
    ),
    DataFile(
        name="flows.yaml",
        about="Flows that no single system owns.",
        sections=(Section("flows", SharedFlow, "flows", "flow", "name"),),
    ),
    DataFile(
        name="exceptions.yaml",
        about="Findings of the security baseline that are accepted, each until a day.",
        sections=(Section("exceptions", Exemption, "exceptions", "exception", "name"),),
    ),
    DataFile(
        name="profiles.yaml",
        about="Ways of working that desktops are tuned for.",
        sections=(Section("profiles", Profile, "desktops.profiles", "profile"),),
        catalog=True,
    ),
    DataFile(
        name="client_systems.yaml",
        about="Releases of what thin clients run, and until when their makers mend them.",
        sections=(Section("client_systems", ClientSystem, "desktops.client_systems", "client system"),),
        catalog=True,
    ),
    DataFile(
        name="desktops.yaml",
        about="Pools of desktops and applications, their images, and what workplaces can do.",
        sections=(
            Section("desktop_images", DesktopImage, "desktops.images", "desktop image"),
            Section("clients", Client, "desktops.clients", "client"),
            Section(
                "pools", Pool, "desktops.pools", "pool", "name",
                Inherits("profile", "profiles", frozenset({"title", "wan"})),
            ),
        ),
        top=Top(DesktopSettings, "desktops.settings"),
    ),
    DataFile(
        name="baselines.yaml",
        about="What Group Policy sets on the Windows machines that we build.",
        sections=(Section("baselines", Baseline, "baselines", "baseline"),),
        catalog=True,
    ),
    DataFile(
        name="cutover.yaml",
        about="The weekend of the cutover: who is there, how long things take, what is asked at the gates.",
        sections=(
            Section("skills", Skill, "weekend.skills", "skill"),
            Section("vehicles", Vehicle, "weekend.vehicles", "vehicle"),
            Section("shifts", Shift, "weekend.shifts", "shift"),
            Section("helpers", Helper, "weekend.helpers", "group of helpers"),
            Section("crews", Crew, "weekend.crews", "crew"),
            Section("data_centre", Team, "weekend.teams", "team"),
            Section("minutes", Effort, "weekend.efforts", "entry of minutes"),
            Section("gates", Gate, "weekend.gates", "gate"),
        ),
        top=Top(Cutover, "weekend.cutover"),
    ),
    DataFile(
        name="tasks.yaml",
        about="Kinds of task of a cutover: by whom, how long, checked how, and how back.",
        sections=(Section("tasks", TaskKind, "weekend.tasks", "kind of task"),),
        catalog=True,
    ),
    DataFile(
        name="mishaps.yaml",
        about="What goes wrong in a cutover, how often and for how long, as a rehearsal draws it.",
        sections=(Section("mishaps", Mishap, "weekend.mishaps", "mishap"),),
        catalog=True,
    ),
    DataFile(
        name="monday.yaml",
        about="The first days after a cutover: log-ons, calls, known errors, and when the watch ends.",
        sections=(
            Section("known_errors", KnownError, "weekend.known_errors", "known error"),
            Section("hypercare_exit", ExitCriterion, "weekend.exit", "exit criterion"),
        ),
        top=Top(Monday, "weekend.monday"),
        catalog=True,
    ),
    DataFile(
        name="visits.csv",
        about="The visits of the weekend as agreed, one a row. `refresh plan PLATFORM --agree` writes it.",
        item=Section("visits", Visit, "weekend.visits", "visit"),
    ),
    DataFile(
        name="people.yaml",
        about="The cutover as people at the sites meet it. Roles alone, never anybody's name.",
        top=Top(People, "people"),
    ),
    DataFile(
        name="azure.yaml",
        about="Subscriptions, the hub, and the areas of the organisation with their spokes.",
        sections=(
            Section("subscriptions", Subscription, "azure.subscriptions", "subscription"),
            Section("areas", Area, "azure.areas", "area", "name"),
            Section("quotas", Quota, "azure.quotas", "quota"),
        ),
        top=Top(Azure, "azure.settings"),
    ),
    DataFile(
        name="landing_zone.yaml",
        about="Management groups, policies, backup classes, patch rings: what holds for every area.",
        sections=(
            Section("management_groups", ManagementGroup, "landing_zone.management_groups", "management group"),
            Section("policies", Policy, "landing_zone.policies", "policy"),
            Section("backup_classes", BackupClass, "landing_zone.backup_classes", "backup class"),
            Section("patch_rings", PatchRing, "landing_zone.patch_rings", "patch ring"),
            Section("defender_plans", DefenderPlan, "landing_zone.defender_plans", "Defender plan"),
            Section("resource_providers", ResourceProvider, "landing_zone.resource_providers", "resource provider"),
            Section("needs", Need, "landing_zone.needs", "need"),
            Section("private_zones", PrivateZone, "landing_zone.private_zones", "private zone"),
        ),
        catalog=True,
    ),
    DataFile(
        name="sizes.yaml",
        about="Sizes of virtual machine and types of disk that may be chosen in Azure.",
        sections=(
            Section("sizes", Size, "azure.sizes", "size"),
            Section("disk_types", DiskType, "azure.disk_types", "type of disk"),
        ),
        catalog=True,
    ),
    DataFile(
        name="availability.yaml",
        about="Which regions of Azure have what is declared.",
        sections=(Section("services", Service, "azure.services", "service"),),
        catalog=True,
    ),
    DataFile(
        name="prices.yaml",
        about="What Azure asks for what is declared in it, as a price list says.",
        sections=(Section("prices", Price, "azure.prices", "price"),),
        top=Top(PriceList, "azure.price_list"),
        catalog=True,
    ),
    DataFile(
        name="observed/*.csv",
        about="Machines as an import found them, one a row: `<generation>.csv` servers, "
        "`<generation>-vdas.csv` session machines.",
        item=Section("observed", ObservedVm, "observed.servers", "machine"),
    ),
)  # fmt: skip

FILES: Mapping[str, DataFile] = {file.name: file for file in _FILES}
"""Every file of a platform folder, in the order in which a reader meets them."""

SECTIONS: Mapping[str, Section] = {
    section.name: section
    for file in _FILES
    for section in (*file.sections, *((file.item,) if file.item is not None else ()))
}

HOME: Mapping[str, DataFile] = {section.name: file for file in _FILES for section in file.sections}
"""Section → its file."""

ASIDE = ("README.md", "observed/import.json")
"""What may stand in a platform folder and says nothing of the platform."""

STACK_FILES = "Pulumi.*.yaml"
"""The stacks beside a platform's folder. They are Pulumi's, and read for what they name when a generation goes."""

FOLDERS = tuple(file.folder for file in _FILES if file.folder is not None)
