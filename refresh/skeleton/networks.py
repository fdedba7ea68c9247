"""The networks that a new generation stands in: a VLAN, a prefix and, where the old had its own, a gateway each."""

from __future__ import annotations

from model.reading.source import TODO
from refresh.skeleton.case import Case


def write(case: Case) -> None:
    """What each network of the new generation is made of, to be said."""
    for key, network in case.platform.network.networks.items():
        if key not in case.networks and network.kernel is None:
            continue
        for field in ("vlan", "prefix"):
            case.put("networks.yaml", "networks", key, field, case.new, TODO)
        if case.old.name in network.gateway:
            case.put("networks.yaml", "networks", key, "gateway", case.new, TODO)
    _of_hosts(case)
    if case.platform.places.sites and case.platform.network.addressing.supernet is None:
        case.unasked.append(
            "sites have no addresses, and so no DHCP and switches: write supernet in networks.yaml to plan them, and "
            "refresh check names what that asks for"
        )


def _of_hosts(case: Case) -> None:
    """Networks for the hosts' management and for vMotion, where no generation has had any."""
    vmware, networks = case.platform.vmware, case.platform.network.networks
    used = {demand.cluster for demand in case.demands if demand.cluster in vmware.clusters}
    switches = list(dict.fromkeys(cluster.switch for key, cluster in vmware.clusters.items() if key in used))
    if not switches or any(network.kernel is not None for network in networks.values()):
        return
    for index, switch in enumerate(switches):
        for kernel, purpose in (("management", "Administration af ESXi"), ("vmotion", "vMotion")):
            key = f"esxi-{kernel}" if index == 0 else f"esxi-{kernel}-{switch}"
            said = {"vlan": {case.new: TODO}, "prefix": {case.new: TODO}}
            case.put("networks.yaml", "networks", key, {"purpose": purpose, "switch": switch, "kernel": kernel, **said})
