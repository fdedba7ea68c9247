"""The platform as one drawing: its network, its servers or its desktops, as SVG for those who read Danish.

Nothing in a drawing depends on the day or the machine: the same data gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from refresh.picture import desktops, network, servers

if TYPE_CHECKING:
    from model import Platform

KINDS: Mapping[str, Callable[[Platform], str]] = {
    "network": network.draw,
    "servers": servers.draw,
    "desktops": desktops.draw,
}
"""What can be drawn, each with how."""
