"""Rules over the landing zone: addresses are apart, what is named is there, every name keeps its limit.

Each rule yields every offender. Without azure.yaml there is nothing to check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING

from model import azure_names as names
from model.derive.azure_network import CORE, HOME, HUB, HUB_LENGTH, SMALLEST
from model.derive.azure_rules import AzureRules, rule_group_priority
from model.derive.flows import WORDS
from model.faults import Fault, nearest
from model.provenance import Provenance
from model.reading.source import Path_
from model.rules.rule import Check, Rule

if TYPE_CHECKING:
    from model.platform import LandingZone, Networks, Platform
    from model.reading.layers import Layers
    from model.types.azure import Area, Azure

CRITICALITIES = ("vital", "high", "normal", "low")


def _in_azure(rule: Callable[[Platform, Azure, Provenance], Iterator[Fault]]) -> Check:
    """A rule of a platform that has something in Azure."""

    @wraps(rule)
    def check(platform: Platform, written: Provenance) -> Iterator[Fault]:
        if platform.azure.settings is not None:
            yield from rule(platform, platform.azure.settings, written)

    return check


def _top(written: Provenance) -> Layers:
    return written.sources["file", "azure.yaml"]


@_in_azure
def address_spaces(platform: Platform, azure: Azure, written: Provenance) -> Iterator[Fault]:
    """Hub and areas lie in Azure's prefix, and none of it overlaps another area or anything at home: a route to one
    would lead to the other.
    """
    if azure.hub.prefix.prefixlen > HUB_LENGTH:
        message = f"{azure.hub.prefix} is too small for what stands in a hub; give it at least a /{HUB_LENGTH}"
        yield _top(written).fault(("hub", "prefix"), "SUBNET-SIZE", message)
    spaces = {HUB: (azure.hub.prefix, _top(written).fault(("hub", "prefix"), "ADDRESS-OUTSIDE", ""))}
    for key, area in platform.azure.areas.items():
        source = written.sources["areas", key]
        spaces[key] = (area.prefix, source.fault(("prefix",), "ADDRESS-OUTSIDE", ""))
    for key, (prefix, place) in spaces.items():
        if not prefix.subnet_of(azure.prefix):
            yield _said(
                place, "ADDRESS-OUTSIDE", f"{prefix} of {key} is outside {azure.prefix}; give it a part of that"
            )
    for (key, (prefix, _)), (other, (second, place)) in combinations(spaces.items(), 2):
        if prefix.overlaps(second):
            yield _said(place, "PREFIX-OVERLAP", f"{second} of {other} overlaps {key} {prefix}; give it another prefix")
    for what, prefix in _at_home(platform.network):
        if prefix.overlaps(azure.prefix):
            message = (
                f"{azure.prefix} overlaps {what} {prefix}, so the one cannot be reached from the other; give it "
                "another prefix"
            )
            yield _top(written).fault(("prefix",), "PREFIX-OVERLAP", message)


def _said(place: Fault, code: str, message: str) -> Fault:
    return Fault(place.file, place.line, code, place.path, message)


def _at_home(networks: Networks) -> Iterator[tuple[str, IPv4Network]]:
    for key, network in networks.networks.items():
        yield from ((f"{key} {generation}", prefix) for generation, prefix in network.prefix.items())
    for what in ("supernet", "transit"):
        prefix = getattr(networks.addressing, what)
        if prefix is not None:
            yield what, prefix


@_in_azure
def subnets(platform: Platform, _azure: Azure, written: Provenance) -> Iterator[Fault]:
    """Subnets lie in their area, are large enough for Azure, and do not overlap."""
    for key, area in platform.azure.areas.items():
        source = written.sources["areas", key]
        for name, subnet in area.subnets.items():
            path: Path_ = ("subnets", name, "prefix")
            if not subnet.prefix.subnet_of(area.prefix):
                message = f"{subnet.prefix} is outside {area.prefix} of {key}; give it a part of that"
                yield source.fault(path, "ADDRESS-OUTSIDE", message)
            if subnet.prefix.prefixlen > SMALLEST:
                message = (
                    f"{subnet.prefix} holds less than eight addresses, of which Azure takes five; give it at "
                    f"least a /{SMALLEST}"
                )
                yield source.fault(path, "SUBNET-SIZE", message)
        for (name, one), (other, two) in combinations(area.subnets.items(), 2):
            if one.prefix.overlaps(two.prefix):
                message = f"{two.prefix} overlaps {name} {one.prefix}; give it another prefix"
                yield source.fault(("subnets", other, "prefix"), "PREFIX-OVERLAP", message)


@_in_azure
def management_groups(platform: Platform, _azure: Azure, written: Provenance) -> Iterator[Fault]:
    """No management group is below itself."""
    for key in platform.landing_zone.management_groups:
        above = _above(platform.landing_zone, key)
        if key in above:
            message = f"{key} is below itself by {' below '.join(above)}; name a parent higher up, or none"
            yield written.sources["management_groups", key].fault(("parent",), "BAD-VALUE", message)


def _above(landing_zone: LandingZone, key: str) -> list[str]:
    """The management groups above one, until there is none or one comes again."""
    found: list[str] = []
    group = landing_zone.management_groups.get(key)
    while group is not None and group.parent is not None and group.parent not in found:
        found.append(group.parent)
        group = landing_zone.management_groups.get(group.parent)
    return found


@_in_azure
def people(platform: Platform, azure: Azure, written: Provenance) -> Iterator[Fault]:
    """A site is in at most one area, and every group of an area has its id in Entra."""
    claims: dict[str, str] = {}
    ids: dict[str, str] = {}
    for key, area in platform.azure.areas.items():
        source = written.sources["areas", key]
        for index, site in enumerate(area.sites):
            first = claims.setdefault(site, key)
            if (first, index) != (key, area.sites.index(site)):
                yield source.fault(
                    ("sites", index), "DUPLICATE-NAME", f"{site} is in {first} already; name each site in one area"
                )
        for index, group in enumerate(area.groups):
            if group not in azure.principals:
                message = f"{group} has no object id in principals; {nearest(group, azure.principals)}"
                yield source.fault(("groups", index), "DANGLING", message)
    for key, subscription in platform.azure.subscriptions.items():
        first = ids.setdefault(subscription.id, key)
        if first != key:
            message = f"id {subscription.id} is that of {first}; name each subscription once"
            yield written.sources["subscriptions", key].fault(("id",), "DUPLICATE-NAME", message)


_NEEDS: Mapping[str, tuple[str, ...]] = {
    "vpn": ("peer", "bgp_peer"),
    "expressroute": ("provider", "peering_location", "mbit"),
}


@_in_azure
def gateway(_platform: Platform, azure: Azure, written: Provenance) -> Iterator[Fault]:
    """The gateway has what its kind needs; budgets and maintenance begin on the first of a month, as Azure asks."""
    for field in _NEEDS[azure.hub.gateway.kind]:
        if getattr(azure.hub.gateway, field) is None:
            message = f"{field} is missing; set it, for a gateway of kind {azure.hub.gateway.kind} needs it"
            yield _top(written).fault(("hub", "gateway", field), "MISSING-KEY", message)
    if azure.begins.day != 1:
        yield _top(written).fault(("begins",), "BAD-VALUE", f"{azure.begins}; set it to the first of a month")


@_in_azure
def classes(platform: Platform, _azure: Azure, written: Provenance) -> Iterator[Fault]:
    """Every criticality has one backup class and one patch ring: none twice, none left out."""
    sections = (
        ("backup_classes", platform.landing_zone.backup_classes),
        ("patch_rings", platform.landing_zone.patch_rings),
    )
    for section, items in sections:
        found: dict[str, list[str]] = defaultdict(list)
        for key, item in items.items():
            for criticality in item.criticality:
                found[criticality].append(key)
                if len(found[criticality]) > 1:
                    message = f"{criticality} is {found[criticality][0]}'s already; keep one for each"
                    yield written.sources[section, key].fault(("criticality",), "DUPLICATE-NAME", message)
        missing = [criticality for criticality in CRITICALITIES if criticality not in found]
        if missing:
            message = (
                f"no item of {section} in landing_zone.yaml is for {', '.join(missing)}; add one for each criticality"
            )
            yield _top(written).fault((), "MISSING-KEY", message)


@_in_azure
def asked(platform: Platform, _azure: Azure, written: Provenance) -> Iterator[Fault]:
    """What is asked of Azure itself has addresses or names, which one rule of its firewall does not take together; and
    backups start when Azure starts them.
    """
    for key, need in platform.landing_zone.needs.items():
        source = written.sources["needs", key]
        if need.tags and need.fqdns:
            yield source.fault(("fqdns",), "UNKNOWN-KEY", "tags are set too; write a need of its own for fqdns")
        if not need.tags and not need.fqdns:
            yield source.fault(("tags",), "MISSING-KEY", "nothing is asked for; write tags or fqdns")
    for key, class_ in platform.landing_zone.backup_classes.items():
        if not class_.time.endswith((":00", ":30")):
            message = f"{class_.time} is no time at which Azure starts a backup; write a full or half hour"
            yield written.sources["backup_classes", key].fault(("time",), "BAD-VALUE", message)


@_in_azure
def area_names(platform: Platform, _azure: Azure, written: Provenance) -> Iterator[Fault]:
    """An area's name means nothing else, and none of its subnets' is another end of flows; its rules have a place of
    their own in the firewall.
    """
    taken = {CORE: "a word of its own", HOME: "a word of its own", HUB: "a word of its own"}
    taken |= dict.fromkeys(WORDS, "a word of its own")
    taken |= dict.fromkeys(platform.network.networks, "a network") | dict.fromkeys(platform.estate.systems, "a system")
    priorities: dict[int, str] = {}
    for key, area in platform.azure.areas.items():
        source = written.sources["areas", key]
        for path, end in _ends(key, area):
            if end in taken:
                yield source.fault(
                    path, "DUPLICATE-NAME", f"{end} is {taken[end]} as the end of a flow; give it another name"
                )
            taken[end] = f"an end of area {key}"
        first = priorities.setdefault(rule_group_priority(area), key)
        if first != key:
            message = f"{area.prefix} gives its rules the place of {first}'s; give it another prefix"
            yield source.fault(("prefix",), "DUPLICATE-NAME", message)


def _ends(key: str, area: Area) -> Iterator[tuple[Path_, str]]:
    yield (), key
    for name in area.subnets:
        yield ("subnets", name), f"{key}-{name}"


@_in_azure
def computed_names(platform: Platform, azure: Azure, written: Provenance) -> Iterator[Fault]:
    """Every name that is computed for the landing zone keeps Azure's limit."""
    for key in platform.azure.subscriptions:
        for kind, name in (
            ("kv", names.key_vault(azure.code, key)),
            ("rsv", names.recovery_vault(azure.code, key)),
            ("rg", names.security_resource_group(key)),
        ):
            if wrong := names.fault(kind, name):
                yield written.sources["subscriptions", key].fault((), "BAD-NAME", wrong)
    for key in platform.landing_zone.policies:
        if wrong := names.fault("policy", key):
            yield written.sources["policies", key].fault((), "BAD-NAME", wrong)
    for key, area in platform.azure.areas.items():
        found = [("vnet", names.virtual_network(key)), ("rg", names.network_resource_group(key))]
        found += [("nsg", names.name("nsg", key, name)) for name in area.subnets]
        for kind, name in found:
            if wrong := names.fault(kind, name):
                yield written.sources["areas", key].fault((), "BAD-NAME", wrong)
    # Rules are computed only from what is there and apart.
    if azure.hub.prefix.prefixlen <= HUB_LENGTH and len(platform.azure.areas) == len(written.known.get("areas", set())):
        yield from _rule_names(platform, written, azure)


def _rule_names(platform: Platform, written: Provenance, azure: Azure) -> Iterator[Fault]:
    rules = AzureRules(platform, azure)
    found = {c.name for group in rules.firewall().crossings.values() for c in group}
    found |= {f.name for f in rules.hub()}
    found |= {f.name for area in platform.azure.areas.values() for key in area.subnets for f in rules.subnet(area, key)}
    for name in sorted(found):
        if not names.RULE.fullmatch(f"{name}-icmp"):
            message = f"rule {name} is no name in Azure, with its protocol; write at most 80 letters, digits and _.-"
            yield _top(written).fault((), "BAD-NAME", message)


RULES = (
    Rule(
        "landing_zone.address-spaces",
        "A route to one of two overlapping spaces leads to the other, and peering refuses them (Microsoft, "
        '"Virtual network peering").',
        ("ADDRESS-OUTSIDE", "PREFIX-OVERLAP", "SUBNET-SIZE"),
        address_spaces,
    ),
    Rule(
        "landing_zone.subnets",
        'Azure keeps five addresses of a subnet and takes none smaller than a /29 (Microsoft, "Virtual networks FAQ").',
        ("ADDRESS-OUTSIDE", "PREFIX-OVERLAP", "SUBNET-SIZE"),
        subnets,
    ),
    Rule(
        "landing_zone.management-groups",
        "A management group that is below itself is below nothing, and no policy reaches it.",
        ("BAD-VALUE",),
        management_groups,
    ),
    Rule(
        "landing_zone.people",
        "A site in two areas has two owners; a group without an object id gets no role.",
        ("DANGLING", "DUPLICATE-NAME"),
        people,
    ),
    Rule(
        "landing_zone.gateway",
        "Azure refuses the gateway, and budgets and maintenance that begin on another day than the first.",
        ("BAD-VALUE", "MISSING-KEY"),
        gateway,
    ),
    Rule(
        "landing_zone.classes",
        "A server of a criticality that no class is for is not backed up or not patched.",
        ("DUPLICATE-NAME", "MISSING-KEY"),
        classes,
    ),
    Rule(
        "landing_zone.asked",
        "Azure's firewall takes addresses or names in a rule, and Azure Backup starts at full and half hours.",
        ("BAD-VALUE", "MISSING-KEY", "UNKNOWN-KEY"),
        asked,
    ),
    Rule(
        "landing_zone.area-names",
        "An end with two meanings opens more than was asked for; two rule groups of one priority are refused.",
        ("DUPLICATE-NAME",),
        area_names,
    ),
    Rule(
        "landing_zone.names",
        'Azure refuses a name beyond its limit (Microsoft, "Naming rules and restrictions for Azure resources").',
        ("BAD-NAME",),
        computed_names,
    ),
)
