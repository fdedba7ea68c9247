"""What no audit lets pass: weak settings, regions outside the EU, images that are not what they say.

Left out: what is merely not the best; a baseline may be less strict than Microsoft's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, get_args

from model.faults import Fault, nearest
from model.rules.rule import Rule
from model.types.azure import Location

if TYPE_CHECKING:
    from model.platform import Platform
    from model.provenance import Provenance

Allowed = tuple[Callable[[int], bool], str]

FLOORS: Mapping[tuple[str, str], Allowed] = {
    ("system\\currentcontrolset\\services\\lanmanserver\\parameters", "smb1"): (
        lambda value: value == 0,
        'write 0: SMB 1 cannot be made safe (Microsoft, "Stop using SMB1")',
    ),
    ("system\\currentcontrolset\\control\\lsa", "lmcompatibilitylevel"): (
        lambda value: 3 <= value <= 5,
        "write 5, or 3 for what is old: below it LM and NTLM answers are sent, which are broken in minutes",
    ),
    ("system\\currentcontrolset\\control\\securityproviders\\wdigest", "uselogoncredential"): (
        lambda value: value == 0,
        "write 0: else passwords lie readable in memory (Microsoft, KB2871997)",
    ),
    ("software\\policies\\microsoft\\windows nt\\terminal services", "userauthentication"): (
        lambda value: value == 1,
        "write 1: without it whoever connects is at the logon screen",
    ),
    ("software\\policies\\microsoft\\windowsfirewall\\domainprofile", "enablefirewall"): (
        lambda value: value == 1,
        "write 1: the firewall is on",
    ),
}
"""Registry value, in lower case → which numbers are allowed, and what to do. Each stands in CIS' Benchmark for Windows
Server 2022, Level 1, and in Microsoft's security baseline for Windows Server 2022.
"""


def baselines(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A baseline sets nothing that every benchmark forbids. Limit: FLOORS."""
    for name, baseline in platform.baselines.items():
        for key, value in baseline.settings.items():
            allowed, instead = FLOORS.get((value.key.lower(), value.name.lower()), (None, ""))
            if allowed is not None and (value.dword is None or not allowed(value.dword)):
                shown = value.text if value.dword is None else value.dword
                message = f"{value.name} {shown}; {instead}"
                yield written.sources["baselines", name].fault(("settings", key), "WEAK-SETTING", message)


def regions(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """A policy allows regions in the EU and the EEA alone (GDPR, chapter V). Limit: Location of types/azure.py."""
    locations = get_args(Location)
    for key, policy in platform.landing_zone.policies.items():
        for parameter, value in policy.parameters.items():
            if "allowedlocations" not in parameter.lower() or not isinstance(value, tuple):
                continue
            for index, location in enumerate(value):
                if location not in locations:
                    message = f"{location} is no region of the EU or the EEA; {nearest(location, locations)}"
                    path = ("parameters", parameter, index)
                    yield written.sources["policies", key].fault(path, "LOCATION", message)


def guests(platform: Platform, written: Provenance) -> Iterator[Fault]:
    """An image's guest id is that of its operating system: vSphere chooses devices and drivers by it.

    Limit: the ids of Windows begin with `win`, and no other's do (vSphere Web Services API,
    VirtualMachineGuestOsIdentifier).
    """
    for key, image in platform.estate.images.items():
        windows = image.guest_id.lower().startswith("win")
        if windows != (image.os == "windows"):
            message = f"{image.guest_id} and os: {image.os}; name the guest id of {image.title}"
            yield written.sources["images", key].fault(("guest_id",), "BAD-VALUE", message)


RULES = (
    Rule(
        "hardening.baselines",
        "CIS' Benchmark for Windows Server 2022, Level 1, and Microsoft's security baseline forbid it.",
        ("WEAK-SETTING",),
        baselines,
    ),
    Rule(
        "hardening.regions",
        "Personal data outside the EU and the EEA needs a ground that nobody here has (GDPR, chapter V).",
        ("LOCATION",),
        regions,
    ),
    Rule(
        "hardening.guests",
        "vSphere chooses devices and drivers by the guest id (vSphere Web Services API, "
        "VirtualMachineGuestOsIdentifier).",
        ("BAD-VALUE",),
        guests,
    ),
)
