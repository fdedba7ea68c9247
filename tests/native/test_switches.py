"""The rendered switches: what passes between a site's VLANs, and the stages of 802.1X."""

from __future__ import annotations

import random
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

import model
from model import Platform
from model.derive import flows, qos
from model.types.sites import SiteVlan
from templates.switches.verify import read, verify
from tests.native.conftest import Render
from tests.support import ios
from tests.support.allowed import Allowed
from tests.support.edit import edit
from tests.support.packets import Packet

SEED = 20_261_122


def decide(entries: list[str], packet: Packet, sent_from: int) -> str:
    """What an IOS access list of ours does with a packet from the port `sent_from`. An unknown entry is an error."""
    for entry in entries:
        words = entry.split()
        int(words.pop(0))
        action, protocol = words.pop(0), words.pop(0)
        source, ports_from = _end(words), _ports(words)
        target, ports_to = _end(words), _ports(words)
        rest = words
        if rest and rest not in (["echo"], ["echo-reply"], ["established"]):
            raise ValueError(entry)
        if (
            protocol in ("ip", packet.protocol)
            and _is(source, packet.source)
            and _is(target, packet.target)
            and (ports_from is None or ports_from[0] <= sent_from <= ports_from[1])
            and (ports_to is None or ports_to[0] <= packet.port <= ports_to[1])
            and rest in ([], ["echo"])
        ):
            return action
    return "deny"


def _end(words: list[str]) -> tuple[int, int]:
    """An address with its wildcard."""
    first = words.pop(0)
    if first == "any":
        return 0, (1 << 32) - 1
    if first == "host":
        return int(IPv4Address(words.pop(0))), 0
    return int(IPv4Address(first)), int(IPv4Address(words.pop(0)))


def _ports(words: list[str]) -> tuple[int, int] | None:
    if words and words[0] in ("eq", "range"):
        word, first = words.pop(0), _port(words.pop(0))
        return first, _port(words.pop(0)) if word == "range" else first
    return None


def _port(word: str) -> int:
    return {"bootps": 67, "bootpc": 68}[word] if word.isalpha() else int(word)


def _is(end: tuple[int, int], address: int) -> bool:
    return (address | end[1]) == (end[0] | end[1])


@pytest.fixture(scope="module")
def filters(holstebro: Platform, render: Render) -> dict[str, list[str]]:
    """The entries of each filter of S014, by the zone whose VLAN it stands at."""
    config = read((render(holstebro, "switches") / "S014" / "SW-S014-01.cfg").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for zone, vlan in holstebro.site_networks["S014"].vlans.items():
        lines = config[f"interface Vlan{vlan.vlan}"]
        (name,) = (line.split()[2] for line in lines if line.startswith("ip access-group"))
        found[zone] = config[f"ip access-list extended {name}"]
    return found


def chance_packets(vlans: list[SiteVlan]) -> Iterator[tuple[SiteVlan, SiteVlan, Packet, int]]:
    """Packets from one VLAN of a site to another, to and from ports that calls use and ports that they do not."""
    chance = random.Random(SEED)  # noqa: S311 the same packets each time, and no secret
    for _ in range(4000):
        one, other = chance.sample(vlans, 2)
        ports = [chance.choice((22, 443, 16_383, 16_384, 32_768, 50_000, 50_059, 50_060)) for _ in range(2)]
        source, target = (int(vlan.prefix[chance.randint(10, 25)]) for vlan in (one, other))
        yield one, other, Packet(source, target, chance.choice(("tcp", "udp")), ports[0]), ports[1]


def test_between_vlans_only_flows_and_their_answers_pass(holstebro: Platform, filters: dict[str, list[str]]) -> None:
    declared, passed = Allowed(flows.rules(holstebro)), 0
    for one, _, packet, sent_from in chance_packets(list(holstebro.site_networks["S014"].vlans.values())):
        answer = Packet(packet.target, packet.source, packet.protocol, sent_from)
        allowed = declared(packet) or (packet.protocol == "udp" and declared(answer))
        passed += allowed
        assert (decide(filters[one.zone], packet, sent_from) == "permit") == allowed, (one.zone, packet, sent_from)
    assert passed > 50


def test_a_vlan_sends_only_what_is_its_own_out_of_the_site(holstebro: Platform, filters: dict[str, list[str]]) -> None:
    outside = int(IPv4Address("10.20.20.12"))
    for zone, vlan in holstebro.site_networks["S014"].vlans.items():
        assert decide(filters[zone], Packet(int(vlan.first), outside, "tcp", 443), 50_000) == "permit"
        assert decide(filters[zone], Packet(int(IPv4Address("192.0.2.1")), outside, "tcp", 443), 50_000) == "deny"


def test_stages_are_data(lilleby_folder: Path, render: Render) -> None:
    roles = {"ap": "1-2,21", "printer": "3,23", "device": "4", "phone": "5", "off": "24"}
    stages = {"port_access": "closed", "inspection": "arp", "ports": roles}
    edit(lilleby_folder, {"sites.yaml": {f"sites.S002.{key}": value for key, value in stages.items()}})
    platform = model.load(str(lilleby_folder))
    folder = render(platform, "switches")
    assert verify(platform, folder) == []
    configs = {site: read((folder / site / f"SW-{site}-01.cfg").read_text()) for site in ("S001", "S002")}
    one = configs["S001"]["interface GigabitEthernet1/0/6"]
    assert {"authentication open", "authentication host-mode multi-auth"} <= set(one)
    assert not [head for head in configs["S001"] if head.startswith("ip arp inspection")]
    two = {number: configs["S002"][f"interface GigabitEthernet1/0/{number}"] for number in (1, 3, 4, 5, 6, 24)}
    assert {"authentication host-mode multi-domain", "authentication control-direction in"} <= set(two[6])
    assert "authentication open" not in two[6]
    assert {"switchport mode trunk", "switchport trunk allowed vlan 40,50,70"} <= set(two[1])
    assert [two[number][1] for number in (3, 4, 5)] == [f"switchport access vlan {vlan}" for vlan in (30, 60, 20)]
    assert "shutdown" in two[24]
    assert "ip arp inspection vlan 10,20,50,70" in configs["S002"]
    path = folder / "S002" / "SW-S002-01.cfg"
    text = path.read_text()
    for old, new, message in (
        (" authentication host-mode multi-domain\n", " authentication open\n", "port 3 is not closed"),
        (" switchport trunk allowed vlan 40,50,70\n", "", "port 1 carries no wireless network"),
        (" shutdown\n", "", "port 24 is not shut"),
        (
            " description Printer PRT-S002-01\n",
            " description Printer\n",
            "port 23 does not say that PRT-S002-01 is there",
        ),
        ("ip arp inspection vlan 10,20,50,70\n", "", "its ARP is not at the stage arp"),
        ("10.128.4.1 255.255.255.128", "10.128.4.2 255.255.255.128", "its addresses are not the plan's"),
        ("dot1x system-auth-control\n", "", "nobody is asked who they are"),
        (" ip helper-address 10.20.20.12\n", "", "clients: who gives addresses is not the model's"),
    ):
        assert old in text, old
        path.write_text(text.replace(old, new, 1))
        assert message in {finding.message for finding in verify(platform, folder)}


def test_a_switch_that_has_it_all_is_sent_nothing(lilleby: Platform, render: Render) -> None:
    for path in sorted((render(lilleby, "switches")).rglob("*.cfg")):
        text = path.read_text(encoding="utf-8")
        assert ios.sent(text, ios.shown(text)) == [], path.name


def test_a_switch_with_a_backup_line_is_sent_nothing_either(lilleby_folder: Path, render: Render) -> None:
    edit(lilleby_folder, {"sites.yaml": {"sites.S002.backup": {"kind": "mobile", "mbit": 50}}})
    platform = model.load(str(lilleby_folder))
    folder = render(platform, "switches")
    assert verify(platform, folder) == []
    path = folder / "S002" / "SW-S002-01.cfg"
    text = path.read_text(encoding="utf-8")
    assert ios.sent(text, ios.shown(text)) == []
    below = read(text)["interface TenGigabitEthernet1/1/4"]
    assert "switchport mode trunk" not in below
    assert "service-policy output RESERVE-OUT" in below
    path.write_text(text.replace(" 200\n", "\n", 1), encoding="utf-8")
    assert [finding.path for finding in verify(platform, folder)] == ["S002/SW-S002-01.cfg"]


@pytest.mark.parametrize(
    "line",
    [
        "interface range GigabitEthernet1/0/1 - 2\n description X",
        "interface GigabitEthernet1/0/1\n no shutdown",
        "class-map match-any AUDIO\n match dscp 46",
        "ip access-list extended MARK-x\n permit tcp any any eq 1494",
        "ip access-list extended MARK-x\n 10 permit tcp any any range 1494 1494",
        "ip access-list extended MARK-x\n 10 permit udp any eq 68 any",
        "ip name-server 10.0.0.1\nip name-server 10.0.0.2",
        "ip dhcp snooping vlan 10,11,12",
        "line vty 0 15\n transport input ssh",
        "end",
    ],
)
def test_a_line_that_is_shown_otherwise_would_be_sent_each_time(line: str) -> None:
    assert ios.sent(f"{line}\n", ios.shown(f"{line}\n"))


def test_radius_and_logs_hear_of_a_switch_by_its_own_address(lilleby: Platform, render: Render) -> None:
    folder = render(lilleby, "switches")
    for networks in lilleby.site_networks.values():
        for switch in networks.switches:
            config = read((folder / networks.site.code / f"{switch.name}.cfg").read_text(encoding="utf-8"))
            lines = [line for line in config["interface Vlan40"] if line.startswith("ip address")]
            assert lines[0].split()[2] == str(switch.address)
            assert not lines[0].endswith("secondary")


def test_a_pair_of_gateways_shares_an_address(lilleby: Platform, render: Render) -> None:
    folder = render(lilleby, "switches") / "S001"
    one, two = (read((folder / f"SW-S001-0{n}.cfg").read_text())["interface Vlan10"] for n in (1, 2))
    assert "ip address 10.128.8.2 255.255.254.0" in one
    assert "ip address 10.128.8.3 255.255.254.0" in two
    assert "standby 10 ip 10.128.8.1" in one
    assert "standby 10 ip 10.128.8.1" in two
    assert ("standby 10 priority 110" in one, "standby 10 priority 100" in two) == (True, True)


def test_every_syntax_has_its_folder(holstebro: Platform) -> None:
    folder = Path(model.__file__).parent.parent / "templates" / "switches"
    for switch in holstebro.places.switch_models.values():
        assert (folder / switch.syntax / "access.cfg.j2").is_file()


def test_what_is_marked_may_pass(holstebro: Platform) -> None:
    """A class for ports that no flow has would be a class for nothing."""
    passing = [port for rule in flows.rules(holstebro) for port in rule.ports]
    for stream in qos.streams(holstebro.desktops):
        assert any(
            port.protocol == stream.protocol and port.first <= stream.ports[1] and stream.ports[0] <= port.last
            for port in passing
        ), stream.name


def test_the_core_relays_each_network_of_session_machines_to_every_dhcp_server(
    holstebro: Platform, render: Render
) -> None:
    folder = render(holstebro, "switches")
    path = folder / "core-relays.cfg"
    text = path.read_text(encoding="utf-8")
    told = read(text)
    for vlan in (240, 241, 242):
        assert len(told[f"interface Vlan{vlan}"]) == 4, "two servers of each generation"
    path.write_text(text.replace(" ip helper-address 10.26.10.38\n", "", 1), encoding="utf-8")
    assert [finding.message for finding in verify(holstebro, folder)] == [
        "relay interface Vlan40 to ip helper-address 10.26.10.38 is missing"
    ]


def way(routes: list[str], target: IPv4Address, down: set[str]) -> str:
    """Where a router with these static routes sends to: the longest prefix, then the least distance, of what is up."""
    found: list[tuple[int, int, str]] = []
    for route in routes:
        network, mask, hop, *rest = route.removeprefix("ip route ").split()
        prefix = IPv4Network(f"{network}/{mask}")
        if target in prefix and hop not in down:
            found.append((-prefix.prefixlen, int(rest[0]) if rest[0].isdigit() else 1, hop))
    return min(found)[2]


def test_what_the_data_centre_sends_reaches_its_site_by_the_line_and_without_it_by_the_backup(
    holstebro: Platform, render: Render
) -> None:
    told = read((render(holstebro, "switches") / "core-routes.cfg").read_text(encoding="utf-8"))
    routes = [head for head in told[""] if head.startswith("ip route ")]
    ends: set[str] = set()
    for code, networks in holstebro.site_networks.items():
        line, *others = [str(link[1]) for link in networks.links]
        spare = [*others, *([str(networks.reserve[1])] if networks.reserve is not None else [])]
        assert not ends & {line, *spare}, "an end of two sites"
        ends |= {line, *spare}
        for vlan in networks.vlans.values():
            assert way(routes, vlan.last, set()) == line
            if spare:
                assert way(routes, vlan.first, {line}) == spare[0]
        bits = networks.site.wan_mbit * 1_000_000
        assert f"shape average {bits}" in told["policy-map TO-SITES"], code
    closed = [n for n in holstebro.site_networks.values() if n.site.hours == "24x7"]
    assert all(n.reserve is not None for n in closed)
    assert told["policy-map TO-SITES-RESERVE"].count("shape average 30000000") == len(closed) == 46
