"""Distributed switches and their port groups, and the standard port groups that hosts already have."""

from __future__ import annotations

from typing import Any, Final, cast

from twin.engine.check import Fault
from twin.engine.platform import Kind, Site
from twin.engine.wire import Properties
from twin.vsphere.inventory import require_tags
from twin.vsphere.naming import (
    HOST,
    HOST_PORT_GROUP,
    PORT_GROUP,
    SWITCH,
    Inventory,
    at,
    datacenter,
    datacenter_in,
    enter,
    identifier,
    moref_id,
)


class Switch(Inventory):
    """A distributed switch; its id is the switch's UUID."""

    def place(self, site: Site) -> None:
        home = datacenter(site, str(site.inputs["datacenterId"]))
        folder = str(site.inputs.get("folder", "")).strip("/")
        root = f"/{home.name}/network" + (f"/{folder}" if folder else "")
        if folder and at(site.world, root) is None:
            site.refuse(f"folder {root!r} not found")
        enter(site, root, str(site.inputs["name"]))
        for host in cast("list[dict[str, Any]]", site.inputs.get("hosts") or []):
            id_ = str(host["hostSystemId"])
            site.require(HOST, id_, f"host {id_!r} not found")
        site.item.id = site.item.id or _spaced(identifier(site))
        site.outputs["configVersion"] = str(site.world.number(f"config:{site.item.seq}"))
        require_tags(site)


class PortGroup(Inventory):
    """A port group of a distributed switch."""

    def faults(self, inputs: Properties) -> list[Fault]:
        vlan = inputs.get("vlanId")
        if isinstance(vlan, int) and not 0 <= vlan <= 4094:
            return [Fault("vlanId", f"{vlan} is not allowed; use 0 to 4094")]
        return []

    def place(self, site: Site) -> None:
        uuid = str(site.inputs["distributedVirtualSwitchUuid"])
        switch = site.require(SWITCH, uuid, f"could not find DVS {uuid!r}")
        id_ = moref_id(site, "dvportgroup-")
        enter(site, f"{datacenter_in(site.world, switch).facts['path']}/network", str(site.inputs["name"]))
        site.outputs["key"] = id_
        site.outputs["configVersion"] = str(site.world.number(f"config:{site.item.seq}"))
        require_tags(site)


class HostPortGroup(Inventory):
    """A standard port group. Given ones stand in the datacenter that `facts` names, where `getNetwork` finds them."""

    def place(self, site: Site) -> None:
        name = str(site.inputs["name"])
        if site.planted:
            moref_id(site, "network-")
            enter(site, f"/{site.item.facts['datacenter']}/network", name)
            return
        id_ = str(site.inputs["hostSystemId"])
        host = site.require(HOST, id_, f"host {id_!r} not found")
        site.item.name = name
        site.claim(f"port-group@{host.id}", name.lower(), f"The name {name!r} already exists on the host.")
        site.item.id = site.item.id or f"tf-HostPortGroup:{host.id}:{name}"


def _spaced(uuid: str) -> str:
    """A UUID as vCenter writes a switch's: pairs of digits, as `50 1e 9c ...-...`."""
    digits = "50" + uuid.replace("-", "")[2:]
    pairs = [digits[i : i + 2] for i in range(0, 32, 2)]
    return f"{' '.join(pairs[:8])}-{' '.join(pairs[8:])}"


KINDS: Final[dict[str, Kind]] = {SWITCH: Switch(), PORT_GROUP: PortGroup(), HOST_PORT_GROUP: HostPortGroup()}
