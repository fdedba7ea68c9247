"""What the model's flows let through, told prefix by prefix: the other side of what an evaluator of rules says."""

from __future__ import annotations

from ipaddress import IPv4Network

from model.derive import flows
from tests.support.packets import Packet


def ends(prefix: IPv4Network) -> tuple[int, int]:
    return int(prefix[0]), int(prefix[-1])


class Allowed:
    """Whether any flow has a packet, told from the model, prefix by prefix."""

    def __init__(self, rules: tuple[flows.Rule, ...]) -> None:
        self.rules = [(rule.ports, [*map(ends, rule.sources)], [*map(ends, rule.targets)]) for rule in rules]

    def __call__(self, packet: Packet) -> bool:
        return any(
            any(
                port.protocol == packet.protocol and (port.protocol == "icmp" or port.first <= packet.port <= port.last)
                for port in ports
            )
            and any(low <= packet.source <= high for low, high in sources)
            and any(low <= packet.target <= high for low, high in targets)
            for ports, sources, targets in self.rules
        )
