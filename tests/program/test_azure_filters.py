"""Azure's filters, tried packet by packet with an evaluator that knows nothing of how they were written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from pathlib import Path
from shutil import copytree

import pytest

import model
from model import Platform
from model.derive import flows
from tests.program.program import run
from tests.support import zone
from tests.support.allowed import Allowed, ends
from tests.support.azure_packets import AzureNetwork
from tests.support.edit import edit
from tests.support.packets import Packet
from tests.support.paths import ROOT, STACKS

PACKETS = 2000
EACH = 2000
"""Packets of one flow at most: some go from a hundred networks to a hundred."""
SEED = 20_261_128


@dataclass(frozen=True)
class Case:
    """A platform, the network that its landing zone makes, and the addresses of that hub that tests name."""

    platform: Platform
    network: AzureNetwork
    prefix: IPv4Network
    hub: IPv4Network

    def known(self, address: int) -> bool:
        """Whether an address is in a subnet, or not in Azure at all."""
        low, high = ends(self.prefix)
        return not low <= address <= high or self.network.at(address) is not None


@pytest.fixture(scope="module", params=["lilleby", "havneby", "herlev"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    name = request.param
    if name == "lilleby":
        name = str(zone.lilleby(tmp_path_factory.mktemp("lilleby")))
    elif name == "havneby":
        name = str(STACKS / "havneby")
    platform = model.load(name)
    assert platform.azure.settings is not None
    network = AzureNetwork(run(platform, layer="base").resources)
    return Case(platform, network, platform.azure.settings.prefix, platform.azure.settings.hub.prefix)


def through(rule: flows.Rule) -> Iterator[Packet]:
    """Packets of a flow: the first and last address of each of its prefixes, and the first and last of its ports."""
    for port in rule.ports:
        for number in sorted({port.first, port.last}):
            for source in rule.sources:
                for target in rule.targets:
                    for one, other in zip(ends(source), ends(target), strict=True):
                        yield Packet(one, other, port.protocol, number)


def packets(case: Case) -> Iterator[tuple[str, Packet]]:
    """Packets of all flows with an end in a subnet in Azure."""
    for rule in flows.rules(case.platform):
        for packet in () if rule.published else islice(through(rule), EACH):
            at = [case.network.at(address) for address in (packet.source, packet.target)]
            if any(at) and case.known(packet.source) and case.known(packet.target):
                yield rule.name, packet


def test_every_flow_with_an_end_in_azure_passes(case: Case) -> None:
    tried: set[str] = set()
    for name, packet in packets(case):
        tried.add(name)
        assert case.network.verdict(packet) == "accept", (name, packet)
    inside = [
        rule.name
        for rule in flows.rules(case.platform)
        if not rule.published
        if any(p.overlaps(s.prefix) for p in (*rule.sources, *rule.targets) for s in case.network.subnets)
    ]
    assert tried == set(inside)
    assert len(tried) >= 5


def test_what_crosses_the_firewall_is_in_one_group_of_rules(case: Case) -> None:
    crossed = 0
    for name, packet in packets(case):
        if case.network.through_firewall(case.network.at(packet.source), packet.target):
            crossed += 1
            assert len(case.network.letting(packet)) == 1, (name, packet)
    assert crossed > 20


def strays(case: Case) -> Iterator[Packet]:
    """Random packets between addresses that somebody has, on ports that somebody uses or nobody does; no flow's."""
    chance = random.Random(SEED)  # noqa: S311 the same packets each time, and no secret
    platform = case.platform
    known = [s.prefix for area in platform.azure.areas.values() for s in area.subnets.values()] * 3
    known += [n.block for n in platform.site_networks.values()][:40]
    known += [prefix for n in platform.network.networks.values() for prefix in n.prefix.values()]
    known += [IPv4Network("198.51.100.0/24"), case.prefix, IPv4Network("0.0.0.0/0")]
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


def test_random_packets_outside_all_flows_are_dropped(case: Case) -> None:
    outside, dropped = strays(case), 0
    while dropped < PACKETS:
        packet = next(outside)
        at = [case.network.at(address) for address in (packet.source, packet.target)]
        # To the firewall's own address go questions for names; the hub's other addresses stand for all that is planned.
        if any(at) and not any(subnet.prefix.subnet_of(case.hub) for subnet in at if subnet is not None):
            dropped += 1
            assert case.network.verdict(packet).startswith("drop"), packet


def test_the_private_endpoints_of_the_hub_are_open_to_what_is_planned_alone(case: Case) -> None:
    endpoint = int(case.hub[20])
    used = {port.first for rule in flows.rules(case.platform) for port in rule.ports} - {443}
    for port in used:
        assert case.network.verdict(Packet(int(case.hub[1000]), endpoint, "tcp", port)).startswith("drop")
    assert case.network.verdict(Packet(ends(flows.internet()[0])[0], endpoint, "tcp", 443)).startswith("drop")


def test_a_subnet_s_machines_do_not_reach_each_other(case: Case) -> None:
    allowed = Allowed(flows.rules(case.platform))
    tried = 0
    for subnet in case.network.subnets:
        first, last = ends(subnet.prefix)
        for port in (22, 135, 445, 3389, 5985):
            packet = Packet(first + 4, last - 1, "tcp", port)
            if subnet.network != "vnet-hub" and not allowed(packet):
                tried += 1
                assert case.network.verdict(packet).startswith("drop"), packet
    assert tried > 5


def test_administrators_come_through_bastion_alone(case: Case) -> None:
    bastion, hub = int(case.hub[256 + 128 + 5]), int(case.hub[20])
    for area in case.platform.azure.areas.values():
        server = int(area.subnets["servers"].prefix[9])
        assert case.network.verdict(Packet(bastion, server, "tcp", 3389)) == "accept"
        assert case.network.verdict(Packet(bastion, server, "tcp", 445)).startswith("drop")
        assert case.network.verdict(Packet(hub, server, "tcp", 3389)).startswith("drop")


def test_names_are_asked_of_the_firewall(case: Case) -> None:
    for area in case.platform.azure.areas.values():
        for protocol in ("tcp", "udp"):
            packet = Packet(int(area.subnets["servers"].prefix[9]), int(case.hub[260]), protocol, 53)
            assert case.network.verdict(packet) == "accept"
            assert case.network.verdict(packet._replace(port=54)).startswith("drop")


def test_the_resolver_reaches_the_domain_s_servers_in_azure(lilleby_in_azure: Case) -> None:
    server, resolver = int(IPv4Network("10.40.8.0/24")[12]), int(lilleby_in_azure.hub[256 + 192 + 5])
    network = lilleby_in_azure.network
    assert network.verdict(Packet(resolver, server, "udp", 53)) == "accept"
    assert network.verdict(Packet(resolver, server, "tcp", 88)).startswith("drop")
    assert network.verdict(Packet(resolver, server + 1, "udp", 53)).startswith("drop")


@pytest.fixture
def lilleby_in_azure(tmp_path: Path) -> Case:
    """Lilleby with a server of the domain in the administration's spoke, where its names are answered for."""
    folder = zone.lilleby(tmp_path, {"networks.yaml": {"services.dns": {"addresses": ["10.40.8.12"]}}})
    platform = model.load(str(folder))
    assert platform.azure.settings is not None
    network = AzureNetwork(run(platform, layer="base").resources)
    return Case(platform, network, platform.azure.settings.prefix, platform.azure.settings.hub.prefix)


def test_what_is_published_is_led_on_to_its_server_and_to_no_other_port(tmp_path: Path) -> None:
    copytree(ROOT / "stacks", tmp_path / "stacks")
    herlev = edit(tmp_path / "stacks" / "herlev", {"refresh.yaml": {"waves.administration.state": "building"}})
    program = run(model.load(str(herlev)), layer="base")
    network = AzureNetwork(program.resources)
    assert {r.name for r in program.of("PublicIPAddress").values()} >= {
        "firewall-address-published-mx1", "firewall-address-published-mx2",
    }  # fmt: skip
    published = program.outputs["landing"]["published"]
    stranger = ends(flows.internet()[0])[0]
    for address, server in (("mx1", "10.65.0.29"), ("mx2", "10.65.0.30")):
        packet = Packet(stranger, int(IPv4Address(published[address])), "tcp", 25)
        led = network.led_on(packet)
        assert led is not None
        assert (led.target, led.port) == (int(IPv4Address(server)), 25)
        assert network.verdict(led) == "accept"
        assert network.verdict(packet._replace(target=led.target)).startswith("drop"), "nobody comes past the firewall"
        assert network.led_on(packet._replace(port=443)) is None
        assert network.led_on(packet._replace(protocol="udp")) is None


def test_nothing_stands_open_to_the_internet(case: Case) -> None:
    stranger = ends(flows.internet()[0])[0]
    for area in case.platform.azure.areas.values():
        for subnet in area.subnets.values():
            for port in (22, 80, 443, 3389):
                packet = Packet(stranger, int(subnet.prefix[9]), "tcp", port)
                assert case.network.verdict(packet).startswith("drop")
