"""Hosts, clusters, resource pools, and the rules, groups and overrides of clusters.

Capacity is memory, nothing finer: a cluster holds the memory of its hosts that are not in maintenance, and refuses a
machine whose configured memory would exceed it. Overcommitment, reservations and admission control are left out.
"""

from __future__ import annotations

from typing import Any, Final, cast

from twin.engine.check import Fault
from twin.engine.platform import Kind, Site
from twin.engine.wire import Properties
from twin.vsphere.inventory import require_tags
from twin.vsphere.naming import (
    CLUSTER,
    HOST,
    MACHINE,
    POOL,
    PORT_GROUP,
    RACK,
    SWITCH,
    InCluster,
    Inventory,
    at,
    datacenter,
    datacenter_of,
    enter,
    moid,
    moref_id,
    token,
)
from twin.world.store import Object, World


def capacity(cluster_id: str) -> str:
    """The name under which hosts give memory, in MB, to a cluster."""
    return f"memory-of:{cluster_id}"


class ComputeCluster(Inventory):
    """A cluster; its root resource pool is its own and can be used as any other."""

    def place(self, site: Site) -> None:
        home = datacenter(site, str(site.inputs["datacenterId"]))
        folder = str(site.inputs.get("folder", "")).strip("/")
        root = f"/{home.name}/host" + (f"/{folder}" if folder else "")
        if folder and at(site.world, root) is None:
            site.refuse(f"folder {root!r} not found")
        id_ = moref_id(site, "domain-c")
        enter(site, root, str(site.inputs["name"]))
        pool = str(site.kept("resourcePoolId", f"resgroup-{site.world.number('moref') + 1000}"))
        site.claim("pool", pool, f"the resource pool {pool!r} is taken by {{holder!r}}")
        site.claim("path", f"{site.item.facts['path']}/Resources".lower(), "{holder!r} has this path")
        for host_id in cast("list[str]", site.inputs.get("hostSystemIds") or []):
            host = site.require(HOST, host_id, f"host {host_id!r} not found", rest=False)
            if host.properties.get("cluster") != id_:
                site.world.use(capacity(id_), site.item, int(host.facts["memoryMb"]))
        require_tags(site)


class Host(Inventory):
    """A host. It can join when a host of that name is racked: what it has comes from there."""

    def place(self, site: Site) -> None:
        hostname = str(site.inputs["hostname"])
        if "memoryMb" not in site.item.facts:
            rack = site.world.holder(RACK, hostname.lower())
            if rack is None:
                site.refuse(f"cannot connect to host {hostname!r}: no such host is racked")
            site.item.facts.update(rack.properties)
        if "cluster" in site.inputs:
            cluster = site.require(
                CLUSTER, str(site.inputs["cluster"]), f"cannot locate cluster {site.inputs['cluster']!r}"
            )
            root = str(cluster.facts["path"])
            if not site.inputs.get("maintenance"):
                site.world.use(capacity(cluster.id), site.item, int(site.item.facts["memoryMb"]))
        elif "datacenter" in site.inputs:
            root = f"/{datacenter(site, str(site.inputs['datacenter'])).name}/host"
        else:
            site.refuse("one of cluster or datacenter must be specified")
        moref_id(site, "host-")
        enter(site, root, hostname)
        site.claim("host", hostname.lower(), f"The host {hostname!r} is already managed by this vCenter Server.")
        require_tags(site)


class ResourcePool(Inventory):
    """A resource pool below a cluster's root pool or another pool."""

    def place(self, site: Site) -> None:
        above = pool(site, "parentResourcePoolId")
        site.world.link(site.item, above)
        moref_id(site, "resgroup-")
        root = f"{above.facts['path']}/Resources" if above.type == CLUSTER else str(above.facts["path"])
        enter(site, root, str(site.inputs["name"]))
        site.claim("pool", site.item.id, "the resource pool is taken by {holder!r}")
        require_tags(site)


def pool(site: Site, key: str) -> Object:
    """The resource pool that an input names, or the cluster if it is a cluster's root pool."""
    found = site.world.holder("pool", str(site.inputs[key]))
    if found is None:
        site.refuse(f"could not find resource pool ID {site.inputs[key]!r}: managed object not found")
    return found


def cluster_of(world: World, holder: Object) -> Object | None:
    """The cluster that a pool, or a cluster as its own root pool, belongs to."""
    while holder.type == POOL:
        above = world.holder("pool", str(holder.properties["parentResourcePoolId"]))
        if above is None:
            return None
        holder = above
    return holder if holder.type == CLUSTER else None


class Member(InCluster):
    """What hangs on a cluster: a group, a rule or an override. Its machines, hosts and groups must exist."""

    def __init__(self, *, group: bool = False, override: bool = False, cluster: str = "computeClusterId") -> None:
        self.group = group
        self.override = override
        self.cluster = cluster

    def place(self, site: Site) -> None:
        given = str(site.inputs[self.cluster])
        cluster = site.require(
            token("DatastoreCluster") if self.cluster == "datastoreClusterId" else CLUSTER,
            given,
            f"error fetching cluster: could not find cluster with id: {given}",
            rest=False,
        )
        self._require_members(site, cluster)
        if self.override:
            machine = cast(Object, site.world.get(MACHINE, str(site.inputs["virtualMachineId"])))
            site.item.name = machine.name
            site.item.id = f"{cluster.id}:{moid(machine)}"
            site.claim(f"{site.item.type}@{cluster.id}", machine.id, f"{machine.name!r} already has an override")
            return
        name = str(site.inputs["name"])
        site.item.name = name
        site.claim(f"{site.item.type}@{cluster.id}", name.lower(), f"{name!r} already exists in {cluster.name!r}")
        if self.group:
            site.claim(f"group@{cluster.id}", name.lower(), f"a group {name!r} already exists in {cluster.name!r}")
            site.item.id = f"{cluster.id}:{name}"
        else:
            site.item.id = site.item.id or f"{cluster.id}:{site.world.number('rule') + 100}"

    @staticmethod
    def _require_members(site: Site, cluster: Object) -> None:
        inputs = site.inputs
        machines = [*cast("list[str]", inputs.get("virtualMachineIds") or [])]
        if "virtualMachineId" in inputs:
            machines.append(str(inputs["virtualMachineId"]))
        for id_ in machines:
            site.require(MACHINE, id_, f"virtual machine with UUID {id_!r} not found", rest=False)
        for id_ in cast("list[str]", inputs.get("hostSystemIds") or []):
            site.require(HOST, id_, f"host {id_!r} not found", rest=False)
        for key in (
            "vmGroupName",
            "dependencyVmGroupName",
            "affinityHostGroupName",
            "antiAffinityHostGroupName",
        ):
            name = inputs.get(key)
            if name and site.world.holder(f"group@{cluster.id}", str(name).lower()) is None:
                site.refuse(f"{key}: cluster {cluster.name!r} has no group {name!r}")


class Vnic(Kind):
    """A VMkernel adapter of a host, numbered in the order of creation; vmk0 is there since the host's installation."""

    SERVICES = ("vsan", "vmotion", "management")

    def faults(self, inputs: Properties) -> list[Fault]:
        given = cast("list[str]", inputs.get("services") or [])
        wrong = [
            Fault("services", f"expected services to be one of {list(self.SERVICES)}, got {service}")
            for service in given
            if service not in self.SERVICES
        ]
        if given and inputs.get("netstack", "defaultTcpipStack") != "defaultTcpipStack":
            text = "services can only be configured when netstack is set to defaultTcpipStack"
            wrong.append(Fault("services", text))
        if inputs.get("portgroup") and inputs.get("distributedSwitchPort"):
            wrong.append(Fault("portgroup", "portgroup and distributed_switch_port settings are mutually exclusive"))
        return wrong

    def place(self, site: Site) -> None:
        host = site.require(HOST, str(site.inputs["host"]), f"host {site.inputs['host']!r} not found")
        group, switch = site.inputs.get("distributedPortGroup"), site.inputs.get("distributedSwitchPort")
        if switch:
            site.require(SWITCH, str(switch), f"could not find DVS {switch!r}")
        if group:
            site.require(PORT_GROUP, str(group), f"could not find port group {group!r}")
        site.item.id = site.item.id or f"{host.id}_vmk{site.world.number(f'vmk:{host.id}')}"
        site.kept("mac", f"00:50:56:60:{site.item.seq // 256 % 256:02x}:{site.item.seq % 256:02x}")
        site.kept("mtu", site.inputs.get("mtu", 1500))
        site.item.name = site.item.id


def hosts_of(world: World, cluster: Object) -> list[Object]:
    """The hosts of a cluster, oldest first."""
    listed = set(cast("list[Any]", cluster.properties.get("hostSystemIds") or []))
    return [host for host in world.all(HOST) if host.properties.get("cluster") == cluster.id or host.id in listed]


def datacenter_path(site: Site, item: Object) -> str:
    """The inventory path of the datacenter that an object stands in."""
    return str(datacenter_of(site, item).facts["path"])


KINDS: Final[dict[str, Kind]] = {
    CLUSTER: ComputeCluster(),
    HOST: Host(),
    POOL: ResourcePool(),
    token("Vnic"): Vnic(),
    token("ComputeClusterVmGroup"): Member(group=True),
    token("ComputeClusterHostGroup"): Member(group=True),
    token("ComputeClusterVmAntiAffinityRule"): Member(),
    token("ComputeClusterVmAffinityRule"): Member(),
    token("ComputeClusterVmHostRule"): Member(),
    token("ComputeClusterVmDependencyRule"): Member(),
    token("HaVmOverride"): Member(override=True),
    token("DrsVmOverride"): Member(override=True),
    token("DatastoreClusterVmAntiAffinityRule"): Member(cluster="datastoreClusterId"),
    token("StorageDrsVmOverride"): Member(override=True, cluster="datastoreClusterId"),
}
