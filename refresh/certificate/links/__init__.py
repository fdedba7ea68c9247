"""The links of a site's way, each a function from what was read to the facts of one site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from refresh.certificate.estate import Estate
from refresh.certificate.facts import Fact
from refresh.certificate.links import care, desktop, marking, network, way
from refresh.certificate.reading.tables import Site

LOOKS: Mapping[str, Callable[[Estate, Site], Iterable[Fact]]] = {
    "vlan": network.vlan,
    "dhcp": network.dhcp,
    "dns": network.names,
    "firewall": way.firewall,
    "store": way.store,
    "desktop": desktop.desktop,
    "session": desktop.session,
    "marking": marking.marking,
    "line": marking.line,
    "watch": care.watch,
    "inventory": care.inventory,
}
"""What looks at each link, in the order of facts.LINKS."""
