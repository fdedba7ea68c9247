"""Judges of what is declared in Azure. Each yields a property and what is wrong with it, never its value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from model.rules.exposure import NEVER_FROM_INTERNET
from model.security.machines import LOG_DAYS
from model.types.azure import Location
from policy.reading import Props, at, items, texts, word

REGIONS = frozenset({"global", *get_args(Location)})
"""Where something may stand: the model's regions, and what stands nowhere."""

OWN_WAY = frozenset({"azurefirewallsubnet", "azurefirewallmanagementsubnet", "azurebastionsubnet", "gatewaysubnet"})
"""Subnets of Azure's own appliances, whose way out is the appliance itself."""

POWERS = frozenset(
    {
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",  # User Access Administrator
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",  # Role Based Access Control Administrator
    }
)
"""Roles that hand out roles, by the ids of their definitions (Microsoft, Azure built-in roles)."""

EVERYONE = frozenset({"*", "internet", "0.0.0.0/0", "::/0", "any"})
_SECRET = re.compile(
    r"pass(word|phrase)|pwd|secret|(access|account|shared|storage)[-_]?key|sastoken|connectionstring", re.IGNORECASE
)
_PUBLIC = "it answers on the internet; set it to Disabled"


def region(props: Props) -> Iterator[tuple[str, str]]:
    """REG-01, of every type that has a location."""
    location = at(props, "location")
    if location is not None and word(location) not in REGIONS:
        yield "location", "is no region of the EU or the EEA; choose one"


def card(props: Props) -> Iterator[tuple[str, str]]:
    """NET-01."""
    for path, configuration in items(props, "ipConfigurations"):
        if at(configuration, "publicIPAddress") is not None:
            yield f"{path}.publicIPAddress", "it can be reached from the internet; take it out"


def subnet(props: Props) -> Iterator[tuple[str, str]]:
    """NET-02."""
    if word(at(props, "subnetName")) not in OWN_WAY and at(props, "defaultOutboundAccess") is not False:
        yield "defaultOutboundAccess", "there is a way past the firewall; set it to false"


def any_to_any(props: Props) -> Iterator[tuple[str, str]]:
    """NET-03, of a security group."""
    for path, rule in _allowed(props):
        ports = texts(rule, "destinationPortRange", "destinationPortRanges")
        ends = texts(rule, "sourceAddressPrefix", "sourceAddressPrefixes")
        targets = texts(rule, "destinationAddressPrefix", "destinationAddressPrefixes")
        wide = any(_all_ports(port) for port in ports)
        if wide and all(any(word(end) in EVERYONE for end in side) for side in (ends, targets)):
            yield path, "lets anybody reach everything; name ends and ports"


def firewall_rules(props: Props) -> Iterator[tuple[str, str]]:
    """NET-03, of Azure Firewall."""
    for outer, collection in items(props, "ruleCollections"):
        if word(at(collection, "action", "type")) == "deny":
            continue
        for path, rule in items(collection, "rules"):
            ports = [port for _, port in items(rule, "destinationPorts")]
            ends = [end for field in ("sourceAddresses", "destinationAddresses") for _, end in items(rule, field)]
            everyone = sum(word(end) in EVERYONE for end in ends)
            if any(_all_ports(port) for port in ports) and everyone >= 2:
                yield f"{outer}.{path}", "lets anybody reach everything; name ends and ports"


def from_internet(props: Props) -> Iterator[tuple[str, str]]:
    """NET-04: the ports that the model refuses too."""
    numbers = {number for _, number in NEVER_FROM_INTERNET}
    for path, rule in _allowed(props):
        if not any(word(end) in EVERYONE for end in texts(rule, "sourceAddressPrefix", "sourceAddressPrefixes")):
            continue
        spans = [_span(port) for port in texts(rule, "destinationPortRange", "destinationPortRanges")]
        if any(first <= number <= last for first, last in spans for number in numbers):
            yield path, "opens what administers machines to the internet; name the ports of its users"


def _allowed(props: Props) -> Iterator[tuple[str, Any]]:
    """The rules of a security group that let something in."""
    for path, rule in items(props, "securityRules"):
        if word(at(rule, "access")) == "allow" and word(at(rule, "direction")) == "inbound":
            yield path, rule


def _span(port: str) -> tuple[int, int]:
    """The ports of a range; all of them where it is none that can be read, to be on the safe side."""
    first, _, last = port.partition("-")
    if first.isdigit() and (last or first).isdigit():
        return int(first), int(last or first)
    return 0, 65_535


def _all_ports(port: Any) -> bool:
    first, last = _span(port) if isinstance(port, str) else (0, 65_535)
    return last - first > 16_384


def storage(props: Props) -> Iterator[tuple[str, str]]:
    """STO-01."""
    if word(at(props, "minimumTlsVersion")) not in ("tls1_2", "tls1_3"):
        yield "minimumTlsVersion", "it takes broken encryption; set it to TLS1_2"
    if at(props, "enableHttpsTrafficOnly") is False:
        yield "enableHttpsTrafficOnly", "it takes what is not encrypted; set it to true"
    if at(props, "allowBlobPublicAccess") is not False:
        yield "allowBlobPublicAccess", "what lies there can be made public; set it to false"
    if word(at(props, "publicNetworkAccess")) != "disabled":
        yield "publicNetworkAccess", _PUBLIC


def key_vault(props: Props) -> Iterator[tuple[str, str]]:
    """KEY-01."""
    for field in ("enablePurgeProtection", "enableRbacAuthorization"):
        if at(props, "properties", field) is not True:
            yield f"properties.{field}", "is off; set it to true"
    if at(props, "properties", "enableSoftDelete") is False:
        yield "properties.enableSoftDelete", "what is deleted is gone; set it to true"
    if word(at(props, "properties", "publicNetworkAccess")) != "disabled":
        yield "properties.publicNetworkAccess", _PUBLIC


def machine(props: Props) -> Iterator[tuple[str, str]]:
    """TL-01."""
    profile = at(props, "securityProfile")
    if at(profile, "securityType") not in ("TrustedLaunch", "ConfidentialVM"):
        yield "securityProfile.securityType", "nothing measures its start; set it to TrustedLaunch"
    for field in ("secureBootEnabled", "vTpmEnabled"):
        if at(profile, "uefiSettings", field) is not True:
            yield f"securityProfile.uefiSettings.{field}", "is off; set it to true"
    if at(profile, "encryptionAtHost") is not True:
        yield "securityProfile.encryptionAtHost", "its temporary disk lies in the clear; set it to true"
    linux = at(props, "osProfile", "linuxConfiguration")
    if linux is not None and at(linux, "disablePasswordAuthentication") is not True:
        yield "osProfile.linuxConfiguration.disablePasswordAuthentication", "passwords are taken; set it to true"


def workspace(props: Props) -> Iterator[tuple[str, str]]:
    """LOG-01."""
    days = at(props, "retentionInDays")
    if not isinstance(days, int | float) or days < LOG_DAYS:
        yield "retentionInDays", f"logs are gone too soon; set it to {LOG_DAYS} or more"


def backups(props: Props) -> Iterator[tuple[str, str]]:
    """BCK-03."""
    security = at(props, "properties", "securitySettings")
    if word(at(security, "immutabilitySettings", "state")) not in ("locked", "unlocked"):
        yield (
            "properties.securitySettings.immutabilitySettings.state",
            "copies can be deleted; set it to Unlocked, then Locked",
        )
    if word(at(security, "softDeleteSettings", "softDeleteState")) not in ("enabled", "alwayson"):
        yield "properties.securitySettings.softDeleteSettings.softDeleteState", "is off; set it to AlwaysON"


def private(props: Props) -> Iterator[tuple[str, str]]:
    """AVD-01."""
    if word(at(props, "publicNetworkAccess")) != "disabled":
        yield "publicNetworkAccess", _PUBLIC


def assignment(props: Props) -> Iterator[tuple[str, str]]:
    """IAM-01."""
    if at(props, "principalType") is None:
        yield "principalType", "Azure guesses what it is, and fails while it is new; say it"
    definition = word(at(props, "roleDefinitionId")).rpartition("/")[2]
    if definition in POWERS and at(props, "condition") is None:
        yield "roleDefinitionId", "hands out roles for good; assign a narrower role, or make it eligible"


def pricing(_props: Props) -> Iterator[tuple[str, str]]:
    """SUB-01."""
    yield "name", "Azure refuses plans that change at once; declare it in the subscription's template"


def settings(props: Props) -> Iterator[tuple[str, str]]:
    """SEC-01, of an extension."""
    found = at(props, "settings") or {}
    for key in sorted(map(str, found)):
        if _SECRET.search(key):
            yield f"settings.{key}", "everybody who sees the machine reads it; put it into protectedSettings"


def parameters(props: Props) -> Iterator[tuple[str, str]]:
    """SEC-01, of a run command."""
    for path, parameter in items(props, "parameters"):
        name = at(parameter, "name")
        if isinstance(name, str) and _SECRET.search(name):
            yield path, "everybody who sees the machine reads it; put it into protectedParameters"
