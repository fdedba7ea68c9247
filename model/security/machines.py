"""Controls over what is built: machines, who controls them, sessions, logs, and what guards Azure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from model.security.control import Control, Level, Offence, cis, iso, law
from model.types.states import State

if TYPE_CHECKING:
    from model.platform import Platform

LOG_DAYS = 395
"""How many days logs are kept: 13 months (Center for Cybersikkerhed, "Logning - en del af et godt cyberforsvar")."""

VIRTUAL_MACHINES = ("vsphere:index/virtualMachine:VirtualMachine",)


def _firmware(platform: Platform, _today: date) -> Iterator[Offence]:
    built = {i.image_name for i in platform.instances if i.found is None and i.azure is None}
    for key in sorted(built):
        image = platform.estate.images[key]
        for field in ("secure_boot", "vtpm"):
            if not getattr(image, field):
                message = (
                    f"servers are built from {key} without {field}; set `{field}: true`, or build on a later image"
                )
                yield Offence("images", key, (field,), message, f"images.{key}.{field}")


def _tiers(platform: Platform, _today: date) -> Iterator[Offence]:
    standing: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for instance in platform.instances:
        if instance.generation.origin == "managed" and instance.azure is None:
            place = (instance.generation.name, instance.server.network)
            standing[place][instance.server.identity] = instance.server.tier
    for (generation, network), tiers in sorted(standing.items()):
        highest = [identity for identity, tier in tiers.items() if tier == 0]
        others = [identity for identity, tier in tiers.items() if tier != 0]
        if highest and others:
            message = (
                f"{highest[0]} controls every account and shares {network} in {generation} with {len(others)} others, "
                f"such as {others[0]}; give what has `tier: 0` a network of its own"
            )
            yield Offence("networks", network, (), message, f"networks.{network}.{generation}")


def _logs(platform: Platform, _today: date) -> Iterator[Offence]:
    addressing = platform.network.addressing
    if "log" not in addressing.services:
        message = "nobody takes what switches and servers log; name who does under `services`"
        yield Offence("file", "networks.yaml", ("services",), message, "networks.log")
    elif addressing.log_days is None or addressing.log_days < LOG_DAYS:
        kept = f"{addressing.log_days} days" if addressing.log_days is not None else "for as long as there is room"
        message = f"logs are kept {kept}; set `log_days` to {LOG_DAYS} or more"
        yield Offence("file", "networks.yaml", ("log_days",), message, "networks.log")
    azure = platform.azure.settings
    if azure is not None and azure.log_days < LOG_DAYS:
        message = f"Azure's logs are kept {azure.log_days} days; set `log_days` to {LOG_DAYS} or more"
        yield Offence("file", "azure.yaml", ("log_days",), message, "azure.log")


def _citrix_pools(platform: Platform) -> list[str]:
    """The pools that we build on Citrix."""
    return sorted({i.pool.name for i in platform.pool_instances if i.citrix is not None and i.found is None})


def _sessions(platform: Platform, _today: date) -> Iterator[Offence]:
    for name in _citrix_pools(platform):
        settings = platform.desktops.pools[name].settings
        if settings.client_drives is not False:
            message = "sessions see the device's drives, for Citrix does unless told; set `client_drives: false`"
            yield Offence("pools", name, ("settings", "client_drives"), message)


def _left_open(platform: Platform, _today: date) -> Iterator[Offence]:
    for name in _citrix_pools(platform):
        open_ = [f for f in ("clipboard", "usb") if getattr(platform.desktops.pools[name].settings, f) is None]
        if open_:
            message = f"Citrix decides over {' and '.join(open_)}; set it to what you mean"
            yield Offence("pools", name, ("settings", open_[0]), message)


def _transport(platform: Platform, _today: date) -> Iterator[Offence]:
    for name in _citrix_pools(platform):
        if platform.desktops.pools[name].settings.secure_hdx in (None, "Disabled"):
            message = "sessions are not encrypted to the machine; set `secure_hdx: DirectConnectionsOnly` or `Enabled`"
            yield Offence("pools", name, ("settings", "secure_hdx"), message)


def _admission(platform: Platform, _today: date) -> Iterator[Offence]:
    for name, pool in platform.desktops.pools.items():
        if pool.access == "Everyone":
            message = f"whoever can log on gets {name}; set `access: Restricted` and name `users`"
            yield Offence("pools", name, ("access",), message)


def _defender(platform: Platform, _today: date) -> Iterator[Offence]:
    if platform.azure.settings is None:
        return
    for key, plan in platform.landing_zone.defender_plans.items():
        if not plan.on:
            message = f"{plan.plan} is off in every subscription; set `on: true`"
            yield Offence("defender_plans", key, ("on",), message)


def _policies(platform: Platform, _today: date) -> Iterator[Offence]:
    if platform.azure.settings is None:
        return
    for key, policy in platform.landing_zone.policies.items():
        if policy.kind == "policy" and not policy.enforce:
            message = f"{policy.title} refuses nothing; set `enforce: true` once what breaks it is mended"
            yield Offence("policies", key, ("enforce",), message)


def _vaults(platform: Platform, _today: date) -> Iterator[Offence]:
    azure = platform.azure.settings
    moved = any(i.azure is not None and (i.moved or i.generation.state is State.LIVE) for i in platform.instances)
    if azure is not None and moved and azure.vaults.immutability != "locked":
        message = "people work in Azure and backups can still be shortened; set `immutability: locked`"
        yield Offence("file", "azure.yaml", ("vaults", "immutability"), message, "azure.vaults")


CONTROLS = (
    Control(
        id="VM-01",
        what="A machine that we build starts by UEFI secure boot and has a virtual TPM.",
        why="What starts before Windows is seen by nothing in Windows, and its disks' keys need a place (CIS VMware "
        "ESXi 8.0 Benchmark, virtual machines).",
        owner="head of IT operations",
        severity="high",
        level=Level.ENFORCE,
        applies="images that servers on VMware are built from, and virtual machines",
        mend="Set secure_boot and vtpm on the image, or build on one that can.",
        references=(*iso("A.8.9"), *cis("4.1", "10.5")),
        check=_firmware,
        resources=VIRTUAL_MACHINES,
    ),
    Control(
        id="TIER-01",
        what="Who controls every account shares no network with others.",
        why="From a print server beside it a domain controller is one step away (Microsoft, Enterprise access model).",
        owner="information security officer",
        severity="high",
        level=Level.AUDIT,
        applies="networks on VMware of generations that we build",
        mend="Give servers of tier 0 a network of their own.",
        references=(*iso("A.8.2", "A.8.22"), *cis("12.8")),
        check=_tiers,
    ),
    Control(
        id="LOG-01",
        what="Logs are taken to servers of their own and kept for 13 months.",
        why="An intruder is found after months (Center for Cybersikkerhed, Logning - en del af et godt cyberforsvar).",
        owner="information security officer",
        severity="high",
        level=Level.ENFORCE,
        applies="the platform, and workspaces of Log Analytics",
        mend="Name who takes logs under services in networks.yaml, and log_days.",
        references=(*law("NIS2-loven", "section 6, number 2"), *iso("A.8.15", "A.8.16"), *cis("8.9", "8.10")),
        check=_logs,
        resources=("azure-native:operationalinsights:Workspace",),
    ),
    Control(
        id="CTX-01",
        what="A session does not see the device's drives.",
        why="Citrix shares them unless it is told, and what is taken there is outside (Citrix, HDX settings).",
        owner="information security officer",
        severity="medium",
        level=Level.ENFORCE,
        applies="pools that we build on Citrix",
        mend="Set client_drives to false.",
        references=(*iso("A.8.1", "A.8.12"), *cis("4.8", "10.3")),
        check=_sessions,
        resources=("citrix:index:PolicySet",),
    ),
    Control(
        id="CTX-04",
        what="Whether a session shares clipboard and USB with the device is decided.",
        why="Citrix shares them unless it is told (Citrix, HDX settings).",
        owner="information security officer",
        severity="low",
        level=Level.AUDIT,
        applies="pools that we build on Citrix",
        mend="Set clipboard and usb to what you mean.",
        references=(*iso("A.8.1", "A.8.12"), *cis("4.8", "10.3")),
        check=_left_open,
    ),
    Control(
        id="CTX-02",
        what="A pool lets in named groups.",
        why="Whoever can log on, a cleaner's account too, gets the desktop (Citrix, restricted_access_users).",
        owner="system owner",
        severity="high",
        level=Level.ENFORCE,
        applies="pools",
        mend="Set `access: Restricted` and name `users`.",
        references=(*iso("A.5.15", "A.8.3"), *cis("6.8")),
        check=_admission,
        held_by=("desktop_traps.access",),
        resources=("citrix:index:DeliveryGroup", "citrix:index:DeliveryGroupAccess"),
    ),
    Control(
        id="CTX-03",
        what="A session is encrypted to the machine that it is on.",
        why="Else sound and screen cross the building as they are (Citrix, Secure HDX).",
        owner="information security officer",
        severity="medium",
        level=Level.AUDIT,
        applies="pools that we build on Citrix",
        mend="Set `secure_hdx`.",
        references=(*iso("A.8.24"), *cis("3.10")),
        check=_transport,
        held_by=("desktop_traps.clients",),
    ),
    Control(
        id="DEF-01",
        what="Microsoft Defender for Cloud is on for what we use.",
        why="An attack on the control plane is seen by nothing else (CIS Azure Foundations Benchmark 2.0, 2.1).",
        owner="information security officer",
        severity="high",
        level=Level.ENFORCE,
        applies="Defender's plans of a platform in Azure",
        mend="Set `on: true` on the plan.",
        references=(*iso("A.8.7", "A.8.16"), *cis("10.1", "13.1")),
        check=_defender,
    ),
    Control(
        id="POL-01",
        what="A policy that is assigned in Azure refuses what breaks it.",
        why="What is only reported is built.",
        owner="information security officer",
        severity="low",
        level=Level.AUDIT,
        applies="single policies of landing_zone.yaml, for initiatives advise",
        mend="Set `enforce: true` once what breaks it is mended.",
        references=(*iso("A.5.36"), *cis("4.1")),
        check=_policies,
    ),
    Control(
        id="BCK-03",
        what="From the first live wave nobody can shorten or delete backups.",
        why="Ransomware deletes the backups first (ISO/IEC 27001:2022, A.8.13).",
        owner="head of IT operations",
        severity="critical",
        level=Level.ENFORCE,
        applies="Recovery Services vaults",
        mend="Set `immutability: locked` below vaults in azure.yaml. What is locked nobody can unlock.",
        references=(*iso("A.8.13"), *cis("11.3", "11.4")),
        check=_vaults,
        resources=("azure-native:recoveryservices:Vault",),
    ),
)
