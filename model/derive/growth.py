"""What is left to grow in, for people: blocks of the supernet, addresses at the fullest site, the busiest line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.derive.wan import demands

if TYPE_CHECKING:
    from model.platform import Platform


def lines(platform: Platform) -> Iterator[str]:
    """What is left to grow in, for people: blocks of the supernet, the fullest VLAN, the busiest line."""
    addressing = platform.network.addressing
    if addressing.supernet is None:
        if platform.places.sites:
            yield "the sites' addresses are not planned: no supernet in networks.yaml"
        return
    unit = 32 - addressing.block
    count = 1 << (addressing.block - addressing.supernet.prefixlen)
    used = sum(networks.block.num_addresses >> unit for networks in platform.site_networks.values())
    yield f"{addressing.supernet}: {used} of {count} blocks are taken, {count - used} are free"
    if not platform.site_networks:
        return
    people = Counter(workplace.site for workplace in platform.places.workplaces.values())
    rooms = {code: networks.vlans["clients"].room for code, networks in platform.site_networks.items()}
    fullest = max(rooms, key=lambda code: people[code] / rooms[code])
    room = rooms[fullest]
    yield f"fullest clients VLAN: {fullest}, {people[fullest]} workplaces and {room - people[fullest]} addresses left"
    asked = demands(platform.places, platform.desktops)
    busiest = max(asked, key=lambda code: asked[code].percent)
    demand = asked[busiest]
    yield f"busiest line: {busiest}, {demand.total} of {demand.usable} kbit/s, {demand.percent} % of what may be used"
