"""Azure's filters, tried packet by packet with an evaluator that knows nothing of how they were written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from ipaddress import IPv4Network

import pytest

import model
from model import Platform, flows
from tests.program.program import Program
from tests.support import zone
from tests.support.allowed import Allowed, ends
from tests.support.azure_packets import AzureNetwork
from tests.support.packets import Packet

PACKETS = 3000
SEED = 20_261_128
HUB = IPv4Network("10.40.0.0/22")
FIREWALL = int(HUB[260])


@pytest.fixture(scope="module")
def lilleby(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return model.load(str(zone.lilleby(tmp_path_factory.mktemp("lilleby"))))


@pytest.fixture(scope="module")
def network(landed: Program) -> AzureNetwork:
    return AzureNetwork(landed.resources)


def through(rule: flows.Rule) -> Iterator[Packet]:
    """Packets of a flow: the first and last address of each of its prefixes, and the first and last of its ports."""
    for port in rule.ports:
        for number in {port.first, port.last}:
            for source in rule.sources:
                for target in rule.targets:
                    for one, other in zip(ends(source), ends(target), strict=True):
                        yield Packet(one, other, port.protocol, number)


def test_every_flow_with_an_end_in_azure_passes(lilleby: Platform, network: AzureNetwork) -> None:
    tried: set[str] = set()
    for rule in flows.rules(lilleby):
        for packet in through(rule):
            spare = [a for a in (packet.source, packet.target) if network.at(a) is None and in_azure(a)]
            verdict = network.verdict(packet)
            if verdict != "elsewhere" and not spare:
                tried.add(rule.name)
                assert verdict == "accept", (rule.name, packet)
    assert tried == {"azure-names", "azure-sessions", "azure-data", "azure-web", "azure-endpoints"}


def in_azure(address: int) -> bool:
    return int(IPv4Network("10.40.0.0/16")[0]) <= address <= int(IPv4Network("10.40.0.0/16")[-1])


def test_what_crosses_the_firewall_is_in_one_group_of_rules(lilleby: Platform, network: AzureNetwork) -> None:
    crossed = 0
    for rule in flows.rules(lilleby):
        for packet in through(rule):
            source = network.at(packet.source)
            if network.verdict(packet) == "accept" and network.through_firewall(source, packet.target):
                crossed += 1
                assert len(network.letting(packet)) == 1, (rule.name, packet)
    assert crossed > 20


def strays(platform: Platform) -> Iterator[Packet]:
    """Random packets with an end in a spoke, on ports that somebody uses or nobody does; no flow's."""
    chance = random.Random(SEED)  # noqa: S311 the same packets each time, and no secret
    known = [s.prefix for area in platform.areas.values() for s in area.subnets.values()] * 3
    known += [n.block for n in platform.site_networks.values()]
    known += [prefix for n in platform.networks.values() for prefix in n.prefix.values()]
    known += [IPv4Network("198.51.100.0/24"), IPv4Network("10.40.16.0/20"), IPv4Network("0.0.0.0/0")]
    rules = flows.rules(platform)
    allowed = Allowed(rules)
    used = sorted({n for r in rules for port in r.ports for n in (port.first - 1, port.first, port.last + 1) if n > 0})
    while True:
        packet = Packet(
            chance.randint(*ends(chance.choice(known))),
            chance.randint(*ends(chance.choice(known))),
            chance.choice(("tcp", "udp", "icmp")),
            chance.choice(used),
        )
        if not allowed(packet):
            yield packet


def test_random_packets_outside_all_flows_are_dropped(lilleby: Platform, network: AzureNetwork) -> None:
    outside, dropped = strays(lilleby), 0
    while dropped < PACKETS:
        packet = next(outside)
        if network.verdict(packet) != "elsewhere":
            dropped += 1
            assert network.verdict(packet).startswith("drop"), packet


def test_a_subnet_s_neighbours_do_not_reach_each_other(network: AzureNetwork) -> None:
    for subnet in network.subnets:
        if subnet.network != "vnet-hub":
            first, last = ends(subnet.prefix)
            for port in (22, 135, 445, 3389, 5985):
                assert network.verdict(Packet(first + 4, last - 1, "tcp", port)).startswith("drop")


def test_administrators_come_through_bastion_alone(network: AzureNetwork) -> None:
    bastion, server = int(HUB[256 + 128 + 5]), int(IPv4Network("10.40.8.0/24")[9])
    assert network.verdict(Packet(bastion, server, "tcp", 3389)) == "accept"
    assert network.verdict(Packet(bastion, server, "tcp", 445)).startswith("drop")
    assert network.verdict(Packet(int(HUB[20]), server, "tcp", 3389)).startswith("drop")


def test_names_are_asked_of_the_firewall(network: AzureNetwork) -> None:
    server = int(IPv4Network("10.40.8.0/24")[9])
    for protocol in ("tcp", "udp"):
        assert network.verdict(Packet(server, FIREWALL, protocol, 53)) == "accept"


def test_nothing_stands_open_to_the_internet(lilleby: Platform, network: AzureNetwork) -> None:
    for area in lilleby.areas.values():
        for subnet in area.subnets.values():
            for port in (22, 80, 443, 3389):
                assert (
                    network.verdict(Packet(ends(flows.internet()[0])[0], int(subnet.prefix[9]), "tcp", port))[:4]
                    == "drop"
                )
