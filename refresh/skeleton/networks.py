"""The networks that a new generation stands in: a VLAN, a prefix and, where the old had its own, a gateway each."""

from __future__ import annotations

from model.reading.source import TODO
from refresh.skeleton.case import Case


def write(case: Case) -> None:
    """What each network of the new generation is made of, to be said."""
    for key, network in case.platform.network.networks.items():
        if key not in case.networks:
            continue
        for field in ("vlan", "prefix"):
            case.put("networks.yaml", "networks", key, field, case.new, TODO)
        if case.old.name in network.gateway:
            case.put("networks.yaml", "networks", key, "gateway", case.new, TODO)
