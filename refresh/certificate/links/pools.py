"""Which pools the people of a site come to, and on which ports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from refresh.certificate.estate import Estate
from refresh.certificate.facts import At
from refresh.certificate.links.network import working
from refresh.certificate.reading.clients import Client
from refresh.certificate.reading.outputs import Pool
from refresh.certificate.reading.tables import Site

THIN = "Thin client"
"""NetBox's role of a device whose profile says where it goes. All others are computers on which people choose."""
CITRIX: tuple[tuple[Literal["tcp", "udp"], int], ...] = (("tcp", 1494), ("udp", 1494), ("tcp", 2598), ("udp", 2598))
"""ICA and session reliability (Citrix Technical Paper, "Communication Ports Used by Citrix Technologies")."""
SHORTPATH = 3390
"""RDP Shortpath for managed networks, UDP (Microsoft Learn, "RDP Shortpath for Azure Virtual Desktop")."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Traffic of a session to the machines of a pool; `sound` is audio beside the session."""

    pool: Pool
    protocol: str
    port: int
    sound: bool = False


def told(estate: Estate, site: Site) -> list[Client]:
    """The devices of a site whose profile we write."""
    return list(estate.clients.get(site.code, ()))


def chosen(estate: Estate, site: Site) -> dict[str, list[Client]]:
    """The desktops that devices of the site ask for, with these devices."""
    found: dict[str, list[Client]] = {}
    for client in told(estate, site):
        found.setdefault(client.profile.desktop, []).append(client)
    return dict(sorted(found.items()))


def of_site(estate: Estate, site: Site) -> list[Pool]:
    """The pools that let people in and that somebody at the site may come to: those that its devices ask for, and all
    of them where people work at computers.
    """
    doors = [pool for point in estate.outputs.open_points() if (pool := estate.outputs.pool_of(point)) is not None]
    computers = any(device.role != THIN for device in working(site))
    asked = set(chosen(estate, site))
    return [pool for pool in doors if computers or asked.intersection(pool.published)]


def found_before(estate: Estate) -> list[tuple[str, At]]:
    """Doors that are open and that no stack of ours built: their name, and where they stand."""
    return [
        (point[1], estate.outputs.access[point][1])
        for point in estate.outputs.open_points()
        if estate.outputs.pool_of(point) is None
    ]


def streams(pool: Pool) -> Iterator[Stream]:
    """What a session of the pool sends over the network."""
    if pool.kind == "host-pool":
        yield Stream(pool, "udp", SHORTPATH)
        return
    for protocol, port in CITRIX:
        yield Stream(pool, protocol, port)
    if pool.settings.get("AllowRtpAudio") is True:
        # Citrix has 16500 to 16509 unless the policy says otherwise ("Audio policy settings").
        for port in str(pool.settings.get("RtpAudioPortRange", "16500, 16509")).split(","):
            yield Stream(pool, "udp", int(port), sound=True)
