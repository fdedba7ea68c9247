"""The contexts of the playbook and its inventory: who owns which bundle, and which switches stand at which site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from model.derive import consumers, services
from model.derive.serving import system_served_by
from rendering.target import File
from templates.ad import context as ad
from templates.ansible_apply.types import (
    Asker,
    Askers,
    Bundle,
    Domain,
    Furnished,
    Host,
    HostInventory,
    Hosts,
    KeaFiles,
    Named,
    NamedZone,
    Nothing,
    Package,
    Playbook,
    Script,
    SiteSwitches,
    Software,
    SwitchHost,
)
from templates.domain_controllers import context as domain_controllers
from templates.kea import context as kea
from templates.qos.context import MACHINES

if TYPE_CHECKING:
    from model import Platform
    from model.types.instances import Instance

ORDER = (
    "prometheus",
    "icinga",
    "ad",
    "domain_controllers",
    "qos",
    "named",
    "dns",
    "igel",
    "hp_thinpro",
    "printers",
    "storefront",
    "kea",
    "windows_dhcp",
    "firewall",
)
"""The bundles as they are taken: what watches, then what is added to, last what can cut somebody off. Units come before
the policies that are linked to them, and the alias zone before its delegation.
"""

SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "domain_controllers": (domain_controllers.SCRIPT,),
    "qos": tuple(f"Set-Qos{machine}.ps1" for machine in MACHINES),
    "dns": ("Set-Dns.ps1",),
    "windows_dhcp": ("Set-Dhcp.ps1",),
    "storefront": ("Set-StoreFront.ps1",),
    "igel": ("Set-Igel.ps1",),
    "hp_thinpro": ("Set-HpThinPro.ps1",),
    "printers": ("Set-Printers.ps1",),
}
"""The PowerShell of each Windows bundle but the directory's, in the order it runs; the other bundles are Linux'."""

DIRECTORY = frozenset({"ad", "dns", "qos"})
"""The bundles whose scripts change what all domain controllers share."""

LOGIN = frozenset({"igel"})
"""The bundles whose scripts log in to something by themselves."""

GIVEN = {f"Set-Qos{machine}.ps1": {"Gpo": policy} for machine, (_, _, policy) in MACHINES.items()}
"""What a script is told here and not by itself."""


def files(platform: Platform) -> Iterator[File]:
    """The playbook, its inventory, the tasks that plays share, and the collections that it needs."""
    owners = takers(platform)
    switches = [
        SiteSwitches(code, [switch.name for switch in networks.switches])
        for code, networks in sorted(platform.site_networks.items())
    ]
    every = _scripts(platform)
    bundles = [_bundle(name, every.get(name, ())) for name in ORDER if name in owners]
    playbook = Playbook(bundles, switches=any(own.names for own in switches))
    yield File("site.yml", "site.yml.j2", playbook)
    yield File("hosts.yml", "hosts.yml.j2", _inventory(platform, owners, switches))
    yield File("requirements.yml", "requirements.yml.j2", Nothing())
    yield File("resolvers.yml", "resolvers.yml.j2", Domain(platform.settings.domain.lower()))
    yield File("resolvers-hosts.yml", "resolvers-hosts.yml.j2", _fixed(platform))
    yield File("software.yml", "software.yml.j2", Nothing())
    yield File("software-hosts.yml", "software-hosts.yml.j2", _software(platform))
    told = {"kea": KeaFiles(_kea(platform)), "named": NamedZone(_named(platform))}
    shared = ("answering", "careful", "missing", "report", "software_linux", "software_windows")
    windows = ("windows", "powershell") if any(bundle.scripts for bundle in bundles) else ()
    last = ("switch",) if playbook.switches else ()
    for name in (*shared, *windows, *last, *(bundle.name for bundle in bundles if not bundle.scripts)):
        yield File(f"tasks/{name}.yml", f"tasks/{name}.yml.j2", told.get(name, Nothing()))


def _scripts(platform: Platform) -> dict[str, tuple[str, ...]]:
    """The PowerShell of each Windows bundle."""
    return {"ad": ad.scripts(platform), **SCRIPTS}


def _bundle(name: str, files: tuple[str, ...]) -> Bundle:
    scripts = [Script(file, name in LOGIN, GIVEN.get(file, {})) for file in files]
    return Bundle(name, "Windows" if scripts else "Linux", scripts)


def _fixed(platform: Platform) -> Askers:
    """The servers with a fixed address by system, and whom each asks."""
    found: dict[str, list[Asker]] = {"windows": [], "linux": []}
    for instance, asked in sorted(services.fixed_resolvers(platform), key=lambda pair: pair[0].logical_name):
        found[instance.server.os].append(
            Asker(
                name=instance.logical_name,
                address=str(instance.address),
                fqdn=instance.fqdn,
                resolvers=[str(address) for address in asked],
            )
        )
    return Askers(found["windows"], found["linux"])


def _software(platform: Platform) -> Software:
    """The servers that we build anew, and what each has. A machine that was migrated brought its own."""
    agents = platform.settings.agents.values()
    common = [agent.package for agent in agents if agent.os == "linux"]
    found: dict[str, list[Furnished]] = {"windows": [], "linux": []}
    for i in sorted(built(platform), key=lambda i: i.logical_name):
        own = {*i.server.software, *(common if i.server.os == "linux" else ())}
        address = i.fqdn if i.server.os == "windows" else str(i.address or i.fqdn)
        found[i.server.os].append(Furnished(i.logical_name, address, sorted(own)))
    packages = [Package(a.package, a.arguments or "", a.service or "") for a in agents if a.os == "windows"]
    return Software(found["windows"], found["linux"], packages)


def built(platform: Platform) -> Iterator[Instance]:
    """The servers that we make from an image and that stay."""
    for i in platform.instances:
        if i.found is None and i.stays and (i.azure is None or not i.azure.migrated):
            yield i


def takers(platform: Platform) -> dict[str, tuple[Instance, ...]]:
    """The machines that each bundle is taken to. What the whole directory shares goes to one machine of the generation
    that answers for it, for a server is no domain controller before somebody promotes it. Of Windows' DHCP servers it
    is each generation's first, which shares its scopes with the second.
    """
    owners = consumers.owners(platform)
    for name in DIRECTORY & owners.keys():
        answers = [i for i in owners[name] if i.generation.name == system_served_by(platform, i.system.code)]
        owners[name] = tuple(answers[:1])
    if "windows_dhcp" in owners:
        first = {i.generation.name: i for i in reversed(owners["windows_dhcp"])}
        owners["windows_dhcp"] = tuple(i for i in owners["windows_dhcp"] if first[i.generation.name] is i)
    return owners


def _dhcp(platform: Platform) -> dict[str, dict[str, Any]]:
    """What a DHCP server is told alone. Generations know nothing of each other's leases: only who serves answers."""
    service = platform.network.addressing.services.get("dhcp")
    if service is None or service.system is None:
        return {}
    owners, answers = consumers.owners(platform), system_served_by(platform, service.system)
    own: dict[str, dict[str, Any]] = {
        i.logical_name: {"platform_answers": i.generation.name == answers} for i in owners.get("kea", ())
    }
    for first in takers(platform).get("windows_dhcp", ()):
        others = [i for i in owners["windows_dhcp"] if i.generation.name == first.generation.name and i is not first]
        arguments: dict[str, Any] = {"Partner": others[0].fqdn} if others else {}
        if first.generation.name != answers:
            arguments["Standby"] = True
        # It asks Active Directory and its partner in the administrator's name.
        own[first.logical_name] = {
            "ansible_winrm_kerberos_delegation": True,
            "platform_own": {"windows_dhcp": arguments},
        }
    return own


def _named(platform: Platform) -> Named | Nothing:
    own = consumers.owners(platform).get("named", ())
    zone = platform.settings.alias_zone
    return Named(zone.lower(), own[0].logical_name) if own and zone is not None else Nothing()


def _kea(platform: Platform) -> dict[str, str]:
    """The file of each server that Kea runs on, by its name."""
    return {i.logical_name: kea.path_of(platform, i.logical_name) for i in consumers.owners(platform).get("kea", ())}


def _inventory(
    platform: Platform, owners: Mapping[str, tuple[Instance, ...]], switches: list[SiteSwitches]
) -> HostInventory:
    machines = {i.logical_name: i for own in owners.values() for i in own}
    # What becomes a controller asks the others in the administrator's name.
    promoted = {
        i.logical_name: {"ansible_winrm_kerberos_delegation": True} for i in owners.get("domain_controllers", ())
    }
    own = promoted | _dhcp(platform)

    def hosts(os: str) -> list[Host]:
        return [
            Host(name, str(i.address or i.fqdn), i.fqdn, own.get(name, {}))
            for name, i in sorted(machines.items())
            if i.server.os == os
        ]

    return HostInventory(
        systems=Hosts(linux=hosts("linux"), windows=hosts("windows")),
        owners={name: [i.logical_name for i in own] for name, own in owners.items()},
        switches=[
            SwitchHost(
                switch.name,
                code,
                str(switch.address),
                switch.model.syntax,
                platform.places.sites[code].port_access == "closed",
            )
            for code, networks in platform.site_networks.items()
            for switch in sorted(networks.switches, key=lambda switch: switch.name)
        ],
        sites=switches,
    )


def bundles(platform: Platform) -> set[str]:
    """Every file of another target that the playbook names, as `target/path`."""
    owners = consumers.owners(platform)
    found = {f"{name}/{file}" for name, scripts in _scripts(platform).items() if name in owners for file in scripts}
    found |= {f"{name}/{path}" for name, path in _LINUX_FILES if name in owners}
    found |= {f"kea/{path}" for path in _kea(platform).values()}
    if "named" in owners and platform.settings.alias_zone is not None:
        found |= {"dns/named.conf.alias", f"dns/zones/{platform.settings.alias_zone.lower()}.zone"}
    return found | {
        f"switches/{code}/{switch.name}.cfg"
        for code, networks in platform.site_networks.items()
        for switch in networks.switches
    }


_LINUX_FILES = (
    ("firewall", "platform-refresh.nft"),
    ("prometheus", "prometheus.yml"),
    ("prometheus", "blackbox.yml"),
    ("prometheus", "alerts.yml"),
    ("icinga", "groups.conf"),
    ("icinga", "servers.conf"),
    ("icinga", "sites.conf"),
    ("icinga", "systems.conf"),
)
