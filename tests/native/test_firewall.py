"""The rendered ruleset, tried packet by packet with an evaluator that knows nothing of how it was written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive import flows, reach
from templates.firewall.verify import verify
from tests.native.conftest import Render
from tests.support.allowed import Allowed, ends
from tests.support.edit import edit
from tests.support.lilleby import CUT_OVER
from tests.support.packets import Packet, Ruleset

PACKETS = 10_000
SEED = 20_261_122


@pytest.fixture(scope="module")
def ruleset(holstebro: Platform, render: Render) -> Ruleset:
    return Ruleset(render(holstebro, "firewall") / "platform-refresh.nft")


def through(rule: flows.Rule) -> Iterator[Packet]:
    """Packets of a flow: the first and last address of each of its prefixes, and the first and last of its ports."""
    for port in rule.ports:
        for number in {port.first, port.last}:
            target = ends(rule.targets[0])[0]
            yield from (Packet(address, target, port.protocol, number) for p in rule.sources for address in ends(p))
            source = ends(rule.sources[-1])[1]
            yield from (Packet(source, address, port.protocol, number) for p in rule.targets for address in ends(p))


def test_every_flow_passes(holstebro: Platform, ruleset: Ruleset) -> None:
    rules = flows.rules(holstebro)
    assert len(rules) > 50
    for rule in rules:
        for packet in through(rule):
            assert ruleset.verdict(packet)[0] == "accept", (rule.name, packet)


def strays(platform: Platform, rules: tuple[flows.Rule, ...]) -> Iterator[Packet]:
    """Random packets between addresses that somebody has, on ports that somebody uses or nobody does; no flow's."""
    chance = random.Random(SEED)  # noqa: S311 the same packets each time, and no secret
    known = [n.block for n in platform.site_networks.values()]
    known += [prefix for network in platform.network.networks.values() for prefix in network.prefix.values()]
    known += [IPv4Network("0.0.0.0/0"), IPv4Network("198.51.100.0/24"), IPv4Network("10.0.0.0/8")]
    allowed = Allowed(rules)
    used = sorted({n for rule in rules for port in rule.ports for n in (port.first - 1, port.first, port.last + 1)})
    ports = [n for n in used if 1 <= n <= 65_535]
    while True:
        packet = Packet(
            chance.randint(*ends(chance.choice(known))),
            chance.randint(*ends(chance.choice(known))),
            chance.choice(("tcp", "udp", "icmp")),
            chance.choice(ports) if chance.random() < 0.7 else chance.randint(1, 65_535),
        )
        if not allowed(packet):
            yield packet


def test_random_packets_outside_all_flows_are_dropped(holstebro: Platform, ruleset: Ruleset) -> None:
    rules = flows.rules(holstebro)
    outside = strays(holstebro, rules)
    for _ in range(PACKETS):
        packet = next(outside)
        assert ruleset.verdict(packet)[0] == "drop", (packet, ruleset.verdict(packet))


def test_a_flow_s_neighbours_are_dropped(holstebro: Platform, ruleset: Ruleset) -> None:
    """Right beside each flow: the address before and after its ends, the port before and after its own."""
    rules, tried = flows.rules(holstebro), 0
    allowed = Allowed(rules)
    for rule in rules:
        for port in rule.ports:
            source, target = ends(rule.sources[0])[0], ends(rule.targets[0])[0]
            for packet in (
                Packet(source - 1, target, port.protocol, port.first),
                Packet(ends(rule.sources[-1])[1] + 1, target, port.protocol, port.first),
                Packet(source, target - 1, port.protocol, port.first),
                Packet(source, ends(rule.targets[-1])[1] + 1, port.protocol, port.first),
                Packet(source, target, port.protocol, port.first - 1),
                Packet(source, target, port.protocol, port.last + 1),
            ):
                if 0 <= min(packet.source, packet.target) <= max(packet.source, packet.target) < 1 << 32:
                    tried += 1
                    assert (ruleset.verdict(packet)[0] == "accept") == allowed(packet), (rule.name, packet)
    assert tried > 500


def test_guests_reach_no_system_of_ours(holstebro: Platform, ruleset: Ruleset) -> None:
    guest = int(holstebro.site_networks["S014"].vlans["guests"].first)
    for instance in holstebro.instances:
        if instance.system.code != "ad" and instance.address is not None:
            for port in (22, 80, 443, 445, 1433, 3389):
                assert ruleset.verdict(Packet(guest, int(instance.address), "tcp", port))[0] == "drop"


def test_the_evaluator_refuses_what_it_does_not_know(holstebro: Platform, render: Render) -> None:
    path = render(holstebro, "firewall") / "platform-refresh.nft"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("ct state invalid drop", 'iifname "eth0" accept'), encoding="utf-8")
    with pytest.raises(ValueError, match="iifname is not known"):
        Ruleset(path)


def test_a_rule_that_nobody_declared_is_found(lilleby: Platform, render: Render) -> None:
    folder = render(lilleby, "firewall")
    path = folder / "platform-refresh.nft"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if 'comment "sbsys-from-workplaces"' in line)
    path.write_text(text.replace(line, f"{line}\n{line.replace('443', '3389')}"), encoding="utf-8")
    assert any("is not the model's" in finding.message for finding in verify(lilleby, folder))
    path.write_text(text.replace(line, ""), encoding="utf-8")
    assert any("sbsys-from-workplaces" in f.message and "is missing" in f.message for f in verify(lilleby, folder))


def test_a_cutover_changes_no_rule(lilleby_folder: Path, lilleby: Platform) -> None:
    assert flows.rules(model.load(str(edit(lilleby_folder, CUT_OVER)))) == flows.rules(lilleby)


def test_what_the_project_needs_passes_the_rendered_rules(holstebro: Platform, ruleset: Ruleset) -> None:
    """Each need, asked of the file by who knows nothing of how needs are held against flows."""
    tried = 0
    for need in reach.needs(holstebro):
        ports = [flows.port(text) for text in need.ports]
        for source, target in reach.pairs(need):
            if near(holstebro, source, target):
                continue
            for port in ports:
                tried += 1
                packet = Packet(ends(source)[0], ends(target)[1], port.protocol, port.first)
                assert ruleset.verdict(packet)[0] == "accept", (need.reason, str(source), str(target), port)
    assert tried > 5_000


@pytest.mark.parametrize("flow", ["automation-switches", "citrix-licences", "hp-managed", "monitoring-pings"])
def test_a_need_whose_rule_is_taken_out_is_dropped(holstebro: Platform, render: Render, flow: str) -> None:
    path = render(holstebro, "firewall") / "platform-refresh.nft"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if f'comment "{flow}' not in line]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    holed = Ruleset(path)
    asked = [
        Packet(ends(source)[0], ends(target)[1], flows.port(text).protocol, flows.port(text).first)
        for need in reach.needs(holstebro)
        for source, target in reach.pairs(need)
        for text in need.ports
        if not near(holstebro, source, target)
    ]
    assert any(holed.verdict(packet)[0] == "drop" for packet in asked)


def near(platform: Platform, source: IPv4Network, target: IPv4Network) -> bool:
    """Whether both are in one network, which no firewall divides."""
    networks = [prefix for network in platform.network.networks.values() for prefix in network.prefix.values()]
    return any(source.subnet_of(network) and target.subnet_of(network) for network in networks)
