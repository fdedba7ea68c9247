"""Sends packets through Azure as the program declared it: routes, security groups and the firewall's rules.

It reads what Azure would be sent and shares nothing with what wrote it. What it does not understand is an error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Protocol

from tests.support.packets import Packet

_PRIVATE = [IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]


class Declared(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def inputs(self) -> dict[str, Any]: ...

    @property
    def type(self) -> str: ...


@dataclass(frozen=True)
class Subnet:
    prefix: IPv4Network
    network: str
    security_group: str | None
    table: str | None


class AzureNetwork:
    """The networks, tables and rules of a program's resources."""

    def __init__(self, resources: Iterable[Declared]) -> None:
        kinds: dict[str, list[Declared]] = defaultdict(list)
        for resource in resources:
            kinds[resource.type].append(resource)
        self.networks = {
            r.inputs["virtualNetworkName"]: IPv4Network(r.inputs["addressSpace"]["addressPrefixes"][0])
            for r in kinds["VirtualNetwork"]
        }
        ids = {f"id-{r.name}": r.inputs["virtualNetworkName"] for r in kinds["VirtualNetwork"]}
        self.peers: dict[str, set[str]] = defaultdict(set)
        for peering in kinds["VirtualNetworkPeering"]:
            self.peers[peering.inputs["virtualNetworkName"]].add(ids[peering.inputs["remoteVirtualNetwork"]["id"]])
        self.subnets = [
            Subnet(
                IPv4Network(r.inputs["addressPrefix"]),
                r.inputs["virtualNetworkName"],
                (r.inputs.get("networkSecurityGroup") or {}).get("id"),
                (r.inputs.get("routeTable") or {}).get("id"),
            )
            for r in kinds["Subnet"]
        ]
        self.security_groups = {
            f"id-{r.name}": _sorted(r.inputs["securityRules"]) for r in kinds["NetworkSecurityGroup"]
        }
        self.tables = {f"id-{r.name}": list(r.inputs.get("routes", ())) for r in kinds["RouteTable"]}
        named = {r.inputs["routeTableName"]: f"id-{r.name}" for r in kinds["RouteTable"]}
        for route in kinds["Route"]:
            self.tables[named[route.inputs["routeTableName"]]].append(route.inputs)
        self.sets = {f"id-{r.name}": _networks(r.inputs["ipAddresses"]) for r in kinds["IpGroup"]}
        groups = kinds["FirewallPolicyRuleCollectionGroup"]
        self.groups = {r.inputs["ruleCollectionGroupName"]: list(self._rules(r)) for r in groups}
        self.translations = [rule for r in groups for rule in _translations(r)]
        self.firewall = next(s.prefix for s, r in zip(self.subnets, kinds["Subnet"], strict=True)
                             if r.inputs["subnetName"] == "AzureFirewallSubnet")  # fmt: skip
        self.gateway = next(r for r in kinds["Subnet"] if r.inputs["subnetName"] == "GatewaySubnet").inputs

    def verdict(self, packet: Packet) -> str:
        """`accept`, `drop` and where, or `elsewhere` for what Azure never sees."""
        source, target = self.at(packet.source), self.at(packet.target)
        if source is None and target is None:
            return "elsewhere"
        if source is not None and not self._lets(source, packet, "Outbound"):
            return f"drop at {source.security_group}"
        if self.through_firewall(source, packet.target) and not self.letting(packet):
            return "drop at firewall"
        if target is not None and not self._lets(target, packet, "Inbound"):
            return f"drop at {target.security_group}"
        return "accept"

    def led_on(self, packet: Packet) -> Packet | None:
        """What the firewall makes of a packet to one of its public addresses: to the server's, from one of its own."""
        found = [
            packet._replace(source=int(self.firewall[5]), target=int(IPv4Address(rule["translatedAddress"])),
                            port=int(rule["translatedPort"]))
            for rule in self.translations
            if packet.protocol.upper() in rule["ipProtocols"] and _ports(rule["destinationPorts"], packet)
            and str(IPv4Address(packet.target)) in rule["destinationAddresses"]
            and (rule["sourceAddresses"] == ["*"] or _within(_networks(rule["sourceAddresses"]), packet.source))
        ]  # fmt: skip
        if len(found) > 1:
            raise ValueError(f"{packet} is led on to {found}")
        return found[0] if found else None

    def letting(self, packet: Packet) -> list[str]:
        """The groups of the firewall's rules that let a packet through."""
        return [name for name, rules in self.groups.items() if any(_firewall(rule, packet) for rule in rules)]

    def at(self, address: int) -> Subnet | None:
        return next((s for s in self.subnets if IPv4Address(address) in s.prefix), None)

    def through_firewall(self, source: Subnet | None, target: int) -> bool:
        """The longest route decides, and of two as long the one that we wrote."""
        table = source.table if source is not None else self.gateway["routeTable"]["id"]
        network = source.network if source is not None else self.gateway["virtualNetworkName"]
        routes = [(self.networks[name].prefixlen, 0, "") for name in (network, *self.peers[network])
                  if IPv4Address(target) in self.networks[name]]  # fmt: skip
        routes += [
            (IPv4Network(route["addressPrefix"]).prefixlen, 1, route["nextHopType"])
            for route in self.tables.get(table or "", ())
            if IPv4Address(target) in IPv4Network(route["addressPrefix"])
        ]
        return max(routes, default=(0, 0, ""))[2] == "VirtualAppliance"

    def _lets(self, subnet: Subnet, packet: Packet, direction: str) -> bool:
        if subnet.security_group is None:
            return True
        for rule in self.security_groups[subnet.security_group]:
            if rule["direction"] == direction and _matches(rule, packet):
                return rule["access"] == "Allow"
        raise ValueError(f"{subnet.security_group} says nothing of {packet}")

    def _rules(self, group: Declared) -> Iterator[dict[str, Any]]:
        for collection in group.inputs["ruleCollections"]:
            if collection["ruleCollectionType"] == "FirewallPolicyNatRuleCollection":
                continue
            if collection["action"]["type"] != "Allow":
                raise ValueError(f"{group.name}: {collection['action']}")
            for rule in collection["rules"]:
                sources = _networks(rule.get("sourceAddresses", ()))
                targets = _networks(rule.get("destinationAddresses", ()))
                for key, found in (("sourceIpGroups", sources), ("destinationIpGroups", targets)):
                    found += [prefix for name in rule.get(key, ()) for prefix in self.sets[name]]
                yield rule | {"sources": sources, "targets": targets}


def _translations(group: Declared) -> Iterator[dict[str, Any]]:
    for collection in group.inputs["ruleCollections"]:
        if collection["ruleCollectionType"] == "FirewallPolicyNatRuleCollection":
            yield from collection["rules"]


def _networks(texts: Iterable[str]) -> list[IPv4Network]:
    """Prefixes. A service tag is none: whose addresses it holds only Microsoft knows, so here it holds nobody's."""
    return [IPv4Network(text) for text in texts if not text[0].isalpha()]


def _sorted(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for direction in ("Inbound", "Outbound"):
        places = [rule["priority"] for rule in rules if rule["direction"] == direction]
        if len(set(places)) < len(places) or not all(100 <= place <= 4096 for place in places):
            raise ValueError(f"priorities {places}")
    if len({rule["name"] for rule in rules}) < len(rules):
        raise ValueError("two rules of one name")
    return sorted(rules, key=lambda rule: rule["priority"])


def _firewall(rule: Mapping[str, Any], packet: Packet) -> bool:
    return (
        packet.protocol.upper() in rule["ipProtocols"]
        and _ports(rule["destinationPorts"], packet)
        and _within(rule["sources"], packet.source)
        and _within(rule["targets"], packet.target)
    )


def _matches(rule: Mapping[str, Any], packet: Packet) -> bool:
    ports = rule.get("destinationPortRanges") or [rule["destinationPortRange"]]
    return (
        rule["protocol"].lower() in ("*", packet.protocol)
        and _ports(ports, packet)
        and _side(rule, "source", packet.source)
        and _side(rule, "destination", packet.target)
    )


def _side(rule: Mapping[str, Any], side: str, address: int) -> bool:
    values = rule.get(f"{side}AddressPrefixes") or [rule[f"{side}AddressPrefix"]]
    if values == ["*"]:
        return True
    if values in (["Internet"], ["VirtualNetwork"]):
        return _within(_PRIVATE, address) == (values == ["VirtualNetwork"])
    return _within(_networks(values), address)


def _ports(spans: Iterable[str], packet: Packet) -> bool:
    for span in spans:
        first, _, last = span.partition("-")
        if span == "*" or int(first) <= packet.port <= int(last or first):
            return True
    return False


def _within(prefixes: Iterable[IPv4Network], address: int) -> bool:
    return any(IPv4Address(address) in prefix for prefix in prefixes)
