"""The model's rules as Azure takes them: rule groups of the firewall with their sets, and a security group's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_azure_native.network as net

from components.network.place import Place
from model import azure_names as names
from model.derive.azure_rules import Crossing, Filter, Publication, Side, by_protocol

_FIRST, _LAST = 100, 4096
"""The priorities of rules in a security group (Azure's limits); the lowest number comes first."""


_Collection = net.FirewallPolicyFilterRuleCollectionArgs | net.FirewallPolicyNatRuleCollectionArgs


@dataclass(frozen=True, kw_only=True)
class Need:
    """What machines ask of Azure itself: service tags or full names, and ports, from the subnets in `sources`."""

    key: str
    sources: Sequence[IPv4Network]
    tags: Sequence[str]
    fqdns: Sequence[str]
    ports: Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class GroupArgs:
    """What an area, or the core, has in the firewall. `sets` are its own; `known` the ids of those declared before;
    `addresses` are the firewall's public ones by key.
    """

    area: str
    priority: int
    crossings: Sequence[Crossing]
    sets: Mapping[str, Sequence[IPv4Network]]
    needs: Sequence[Need]
    published: Sequence[Publication]
    addresses: Mapping[str, pulumi.Input[str]]
    known: Mapping[str, pulumi.Input[str]]
    policy: pulumi.Input[str]
    place: Place
    after: Sequence[pulumi.Resource]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The ids of all sets that are declared by now, and what the next group waits for."""

    sets: Mapping[str, pulumi.Input[str]]
    after: Sequence[pulumi.Resource]


def declare_group(name: str, args: GroupArgs, opts: pulumi.ResourceOptions) -> Group:
    """Declares the sets and the rule group of an area."""
    sets = dict(args.known) | {
        key: net.IpGroup(
            f"{name}-set-{key}",
            ip_groups_name=names.name("ipg", key),
            resource_group_name=args.place.group,
            location=args.place.location,
            ip_addresses=[str(prefix) for prefix in prefixes],
            tags=args.place.tags,
            opts=opts,
        ).id
        for key, prefixes in args.sets.items()
    }
    collections: list[_Collection] = [
        _collection(name, priority, rules)
        for name, priority, rules in (
            ("flows", 1000, list(_flows(args.crossings, sets))),
            ("needs", 2000, list(_needs(args.needs))),
        )
        if rules
    ]
    if args.published:
        collections.insert(0, _leading_on(args.published, args.addresses))
    if not collections:
        return Group(sets=sets, after=args.after)
    group = net.FirewallPolicyRuleCollectionGroup(
        f"{name}-rules",
        rule_collection_group_name=args.area,
        firewall_policy_name=args.policy,
        resource_group_name=args.place.group,
        priority=args.priority,
        rule_collections=collections,
        # Azure changes one group of a policy at a time and refuses a second (AnotherOperationInProgress).
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=args.after)),
    )
    return Group(sets=sets, after=[group])


def _collection(
    name: str, priority: int, rules: Sequence[net.NetworkRuleArgs]
) -> net.FirewallPolicyFilterRuleCollectionArgs:
    return net.FirewallPolicyFilterRuleCollectionArgs(
        rule_collection_type="FirewallPolicyFilterRuleCollection",
        name=name,
        priority=priority,
        action=net.FirewallPolicyFilterRuleCollectionActionArgs(type="Allow"),
        rules=rules,
    )


def _leading_on(
    published: Sequence[Publication], addresses: Mapping[str, pulumi.Input[str]]
) -> net.FirewallPolicyNatRuleCollectionArgs:
    """What comes to a public address, led on to its server; Azure lets through what it leads on."""
    return net.FirewallPolicyNatRuleCollectionArgs(
        rule_collection_type="FirewallPolicyNatRuleCollection",
        name="published",
        priority=500,
        action=net.FirewallPolicyNatRuleCollectionActionArgs(type="DNAT"),
        rules=[
            net.NatRuleArgs(
                rule_type="NatRule",
                name=one.name,
                description=one.rule.reason,
                ip_protocols=[one.protocol.upper()],
                source_addresses=list(one.sources),
                destination_addresses=[addresses[one.address]],
                destination_ports=[str(one.port)],
                translated_address=str(one.server),
                translated_port=str(one.port),
            )
            for one in published
        ],
    )


def _flows(crossings: Sequence[Crossing], sets: Mapping[str, pulumi.Input[str]]) -> Iterator[net.NetworkRuleArgs]:
    for crossing in crossings:
        for protocol, ports in by_protocol(crossing.rule.ports).items():
            yield net.NetworkRuleArgs(
                rule_type="NetworkRule",
                name=f"{crossing.name}-{protocol}",
                description=crossing.rule.reason,
                ip_protocols=[protocol.upper()],
                source_addresses=_addresses(crossing.source),
                source_ip_groups=[sets[key] for key in crossing.source.sets],
                destination_addresses=_addresses(crossing.target),
                destination_ip_groups=[sets[key] for key in crossing.target.sets],
                destination_ports=list(ports),
            )


def _addresses(side: Side) -> list[str]:
    return [str(prefix) for prefix in side.prefixes]


def _needs(needs: Sequence[Need]) -> Iterator[net.NetworkRuleArgs]:
    for need in needs:
        for protocol, ports in need.ports.items():
            yield net.NetworkRuleArgs(
                rule_type="NetworkRule",
                name=f"{need.key}-{protocol}",
                ip_protocols=[protocol.upper()],
                source_addresses=[str(prefix) for prefix in need.sources],
                destination_addresses=list(need.tags) or None,
                destination_fqdns=list(need.fqdns) or None,
                destination_ports=list(ports),
            )


def security_rules(filters: Sequence[Filter]) -> list[net.SecurityRuleArgs]:
    """What is let through, then that all else is dropped, also within the virtual network."""
    rules = [_rule(filter_, _FIRST + index) for index, filter_ in enumerate(filters)]
    rules += [
        net.SecurityRuleArgs(
            name=f"{direction.lower()}-nothing-else",
            direction=direction,
            access="Deny",
            priority=_LAST,
            protocol="*",
            source_address_prefix="*",
            source_port_range="*",
            destination_address_prefix="*",
            destination_port_range="*",
        )
        for direction in ("Inbound", "Outbound")
    ]
    return rules


def _rule(filter_: Filter, priority: int) -> net.SecurityRuleArgs:
    one_source, sources = _one_or_many(filter_.sources)
    one_target, targets = _one_or_many(filter_.targets)
    one_port, ports = _one_or_many(filter_.ports)
    return net.SecurityRuleArgs(
        name=filter_.name,
        description=filter_.reason[:140],
        direction=filter_.direction,
        access="Allow",
        priority=priority,
        protocol=filter_.protocol,
        source_address_prefix=one_source,
        source_address_prefixes=sources,
        source_port_range="*",
        destination_address_prefix=one_target,
        destination_address_prefixes=targets,
        destination_port_range=one_port,
        destination_port_ranges=ports,
    )


def _one_or_many(values: Sequence[str]) -> tuple[str | None, list[str] | None]:
    """A service tag and `*` are taken only where there is one value, and Azure gives one back where one was sent."""
    return (values[0], None) if len(values) == 1 else (None, list(values))
