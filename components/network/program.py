"""A platform's network in Azure: the hub with its gateway and firewall, and a spoke for each area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure_native

from components.landing_zone.providers import Providers
from components.network.firewall import Firewall, FirewallArgs
from components.network.gateway import Gateway, GatewayArgs
from components.network.hub import Hub, HubArgs
from components.network.resolver import Resolver, ResolverArgs
from components.network.rules import Need
from components.network.spoke import Spoke, SpokeArgs
from model import Platform
from model.derive import azure_tags, flows
from model.derive.azure_network import CORE, HUB, home, hub_plan
from model.derive.azure_rules import AzureRules, FirewallRules, by_protocol, needs
from model.derive.services import domain_servers
from model.platform import LandingZone
from model.types.azure import Area, Azure


@dataclass(frozen=True, kw_only=True)
class Network:
    """What others build on. `subnets` gives the ids of areas' subnets by `area/key`, `published` public addresses."""

    hub: Hub
    subnets: dict[str, pulumi.Output[str]]
    published: dict[str, pulumi.Output[str]]


def declare(
    platform: Platform,
    azure: Azure,
    providers: Providers,
    workspace: pulumi.Input[str],
    shared_key: Callable[[], pulumi.Input[str]],
) -> Network:
    """Declares the hub and every area's spoke, each area's rules after those of the one before."""
    rules = AzureRules(platform, azure)
    firewall_rules = rules.firewall()
    provider = providers(azure.hub.subscription)
    there = pulumi.ResourceOptions(provider=provider)
    tags = azure_tags.zone(platform, azure)
    zones = {key: entry.zone for key, entry in platform.landing_zone.private_zones.items()}
    hub = Hub(HUB, HubArgs(azure=azure, filters=rules.hub(), zones=zones, workspace=workspace, tags=tags), there)
    gateway = Gateway(
        "gateway",
        GatewayArgs(
            settings=azure.hub.gateway,
            place=hub.place,
            subnet=hub.subnets["GatewaySubnet"],
            home=home(platform.network),
            shared_key=shared_key,
        ),
        there,
    )
    firewall = Firewall(
        "firewall",
        FirewallArgs(
            tier=azure.hub.firewall,
            place=hub.place,
            subnet=hub.subnets["AzureFirewallSubnet"],
            crossings=firewall_rules.crossings.get(CORE, ()),
            sets=firewall_rules.sets.get(CORE, {}),
            published=rules.published(),
        ),
        there,
    )
    servers = domain_servers(platform)
    if servers:
        Resolver(
            "resolver",
            ResolverArgs(
                place=hub.place,
                network=hub.network_id,
                subnet=hub.subnets["resolver"],
                domain=platform.settings.domain,
                servers=servers,
            ),
            there,
        )
    middle = _Middle(hub=hub, firewall=firewall, rules=firewall_rules, gateway=gateway, provider=provider)
    subnets = _spokes(platform, azure, providers, workspace, rules, middle)
    return Network(hub=hub, subnets=subnets, published=firewall.published)


@dataclass(frozen=True, kw_only=True)
class _Middle:
    """What every spoke is bound to."""

    hub: Hub
    firewall: Firewall
    rules: FirewallRules
    gateway: Gateway
    provider: azure_native.Provider


def _spokes(
    platform: Platform,
    azure: Azure,
    providers: Providers,
    workspace: pulumi.Input[str],
    rules: AzureRules,
    middle: _Middle,
) -> dict[str, pulumi.Output[str]]:
    # A rule stands with the later of its two areas, so the sets that it names are there already.
    group = middle.firewall.group
    subnets: dict[str, pulumi.Output[str]] = {}
    for key, area in platform.azure.areas.items():
        spoke = Spoke(
            f"spoke-{key}",
            SpokeArgs(
                area=area,
                location=azure.location,
                workspace=workspace,
                tags=azure_tags.zone(platform, azure, key),
                filters={name: rules.subnet(area, name) for name in area.subnets},
                crossings=middle.rules.crossings.get(key, ()),
                sets=middle.rules.sets.get(key, {}),
                needs=_needs(platform.landing_zone, area),
                published=middle.rules.published.get(key, ()),
                addresses=middle.firewall.published,
                hub=middle.hub,
                hub_provider=middle.provider,
                policy=middle.firewall.policy,
                firewall=hub_plan(azure.hub).firewall_address,
                gateway=middle.gateway.gateway,
                group=group,
            ),
            pulumi.ResourceOptions(provider=providers(area.subscription)),
        )
        group = spoke.group
        subnets |= {f"{key}/{name}": subnet for name, subnet in spoke.subnets.items()}
    return subnets


def _needs(landing_zone: LandingZone, area: Area) -> list[Need]:
    return [
        Need(key=key, sources=sources, tags=need.tags, fqdns=need.fqdns, ports=by_protocol(map(flows.port, need.ports)))
        for key, need, sources in needs(landing_zone, area)
    ]
