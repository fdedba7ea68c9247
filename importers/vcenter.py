"""Reads a live vCenter into the records that RVTools' tables give, and what only a vCenter knows: each disk, VLANs,
hosts' and datastores' capacity.

Everything comes through the PropertyCollector, page by page: one answer for hundreds of machines, never a call for
each. It only reads. Credentials come from the environment, and no message shows them.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Any

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl

from importers import values
from importers.login import Login, refused
from importers.records import DatastoreFact, Estate, HostFact, Nic, Power, Vm
from importers.report import Report, RowError, Source
from model.types.guests import GUESTS

_PAGE = 200
_MIB = 1024 * 1024
_GIB = 1024 * _MIB
_TIMEOUT_SECONDS = 60
_POWER: dict[str, Power] = {"poweredOn": "on", "poweredOff": "off", "suspended": "suspended"}
_ADAPTERS = (
    (vim.vm.device.VirtualVmxnet3, "vmxnet3"),
    (vim.vm.device.VirtualE1000e, "e1000e"),
    (vim.vm.device.VirtualE1000, "e1000"),
    (vim.vm.device.VirtualSriovEthernetCard, "sriov"),
)
_VM_PROPERTIES = (
    "name", "parent", "runtime.powerState", "runtime.host", "resourcePool", "config.uuid", "config.instanceUuid",
    "config.template",
    "config.annotation", "config.firmware", "config.version", "config.guestFullName", "config.guestId",
    "config.hardware.numCPU", "config.hardware.memoryMB", "config.hardware.device", "guest.hostName",
    "guest.ipAddress", "guest.net",
    "guest.guestFullName", "summary.storage.committed", "summary.quickStats.guestMemoryUsage",
)  # fmt: skip

Properties = Mapping[str, Any]


def read_estate(login: Login, report: Report) -> Estate:
    """Everything that the vCenter knows of machines and what they run on. Raises ModelError when it cannot be read."""
    # A context of our own: without one pyVmomi 9.1 verifies no certificate on a loopback address.
    trust = ssl.create_default_context()
    if not login.verify:
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    try:
        service = SmartConnect(
            protocol=login.protocol,
            host=login.host,
            port=login.port,
            user=login.user,
            pwd=login.password,
            sslContext=trust,
            httpConnectionTimeout=_TIMEOUT_SECONDS,
        )
    except vim.fault.InvalidLogin:
        raise refused(login.host, "refuses this user or password; correct VSPHERE_USER and VSPHERE_PASSWORD") from None
    except ssl.SSLCertVerificationError as error:
        message = f"its certificate is not trusted ({error.verify_message}); trust its authority"
        raise refused(login.host, f"{message}, or set VSPHERE_ALLOW_UNVERIFIED_SSL=true") from None
    except (OSError, HTTPException, vmodl.MethodFault) as error:
        raise refused(login.host, f"does not answer as a vCenter ({_reason(error)})") from None
    try:
        return _Reader(service.RetrieveContent()).estate(login.host, report)
    except (OSError, HTTPException, vmodl.MethodFault) as error:
        raise refused(login.host, f"stopped answering ({_reason(error)}); try again") from None
    finally:
        Disconnect(service)


def _reason(error: Exception) -> str:
    return getattr(error, "msg", "") or str(error) or type(error).__name__


class _Reader:
    """One reading of one vCenter's inventory."""

    def __init__(self, content: Any) -> None:
        self.content = content
        self.folders = self._all(vim.Folder, ("name", "parent"))
        self.datacenters = self._all(vim.Datacenter, ("name", "parent"))
        self.computes = self._all(vim.ComputeResource, ("name", "parent"))
        self.pools = self._all(vim.ResourcePool, ("name", "parent"))
        self.hosts = self._all(
            vim.HostSystem,
            ("name", "parent", "hardware.cpuInfo.numCpuCores", "hardware.memorySize", "config.network.portgroup"),
        )
        self.networks = self._all(vim.Network, ("name", "summary"))
        self.switches = self._all(vim.DistributedVirtualSwitch, ("name",))
        paths = ("key", "name", "config.distributedVirtualSwitch", "config.defaultPortConfig")
        groups = self._all(vim.dvs.DistributedVirtualPortgroup, paths)
        self.groups = {group["key"]: group for group in groups.values()}

    def _all(self, kind: Any, paths: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        """Every object of a kind by its managed object id, with the properties of `paths` that it has."""
        return dict(self._collect(kind, paths))

    def _collect(self, kind: Any, paths: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
        query = vmodl.query.PropertyCollector
        view = self.content.viewManager.CreateContainerView(self.content.rootFolder, [kind], True)
        walk = query.TraversalSpec(name="view", type=vim.view.ContainerView, path="view", skip=False)
        wanted = query.FilterSpec(
            objectSet=[query.ObjectSpec(obj=view, skip=True, selectSet=[walk])],
            propSet=[query.PropertySpec(type=kind, pathSet=list(paths), all=False)],
        )
        collector = self.content.propertyCollector
        try:
            page = collector.RetrievePropertiesEx([wanted], query.RetrieveOptions(maxObjects=_PAGE))
            while page is not None:
                for found in page.objects:
                    yield found.obj._GetMoId(), {p.name: p.val for p in found.propSet}  # noqa: SLF001 - its public id
                page = collector.ContinueRetrievePropertiesEx(page.token) if page.token else None
        finally:
            view.DestroyView()

    def estate(self, host: str, report: Report) -> Estate:
        """The machines with their adapters, and what they run on."""
        source = report.sources["vcenter"] = Source(host)
        nic_source = report.sources["vcenter_network"] = Source(host)
        vms: list[Vm] = []
        nics: list[Nic] = []
        found = sorted(self._collect(vim.VirtualMachine, _VM_PROPERTIES), key=lambda pair: _order(pair[0]))
        for row, (moref, properties) in enumerate(found, 1):
            source.rows += 1
            try:
                vm = self._vm(row, moref, properties)
            except RowError as wrong:
                source.reject(row, values.free_text(properties.get("name", "")), wrong.code, wrong.reason)
                continue
            if vm.guest_id and vm.guest_id not in GUESTS:
                report.note("UNKNOWN-GUEST", vm.name, f"{vm.guest_id} is no guest that this program knows, and is kept")
            vms.append(vm)
            for device in _devices(properties, vim.vm.device.VirtualEthernetCard):
                nic_source.rows += 1
                try:
                    nics.append(self._nic(nic_source.rows, vm, device, properties))
                except RowError as wrong:
                    nic_source.reject(nic_source.rows, vm.name, wrong.code, wrong.reason)
        return Estate(
            vms,
            source,
            nics,
            nic_source,
            hosts=dict(self._hosts()),
            datastores=tuple(self._datastores()),
            vlans=dict(self._vlans()),
        )

    def _vm(self, row: int, moref: str, of: Properties) -> Vm:
        if "config.uuid" not in of:
            raise RowError("MISSING-FIELD", "vCenter has no configuration of it: inaccessible or orphaned")
        disks = tuple(d.capacityInKB // 1024 for d in _devices(of, vim.vm.device.VirtualDisk))
        folder, datacenter = self._above(of.get("parent"))
        compute = self._compute(of.get("runtime.host"))
        power = _POWER[of["runtime.powerState"]]
        return Vm(
            row=row,
            name=values.name(of["name"], "name"),
            uuid=of["config.uuid"].lower(),
            instance_uuid=(of.get("config.instanceUuid") or "").lower(),
            moref=moref,
            power=power,
            template=bool(of.get("config.template")),
            dns_name=values.free_text(of.get("guest.hostName") or ""),
            cpus=of["config.hardware.numCPU"],
            memory_mib=of["config.hardware.memoryMB"],
            disks=len(disks),
            disk_mib=sum(disks),
            in_use_mib=(of.get("summary.storage.committed") or 0) // _MIB,
            addresses=values.ipv4s(" ".join([of.get("guest.ipAddress") or "", *_told(of)]), "guest.ipAddress"),
            network="",
            resource_pool=self._pool(of.get("resourcePool"), compute),
            folder=folder,
            datacenter=values.name(datacenter, "datacenter"),
            cluster=values.name(compute, "cluster"),
            host=self.hosts.get(_id(of.get("runtime.host")), {}).get("name", ""),
            firmware=of.get("config.firmware") or "bios",
            hw_version=int(re.sub(r"\D", "", of.get("config.version") or "") or 4),
            guest_os=values.text(of.get("guest.guestFullName") or of["config.guestFullName"], "guest"),
            annotation=values.free_text(of.get("config.annotation") or ""),
            # What the guest has touched of late, a sample; a machine that is off has none (vSphere Web Services API,
            # VirtualMachineQuickStats).
            active_memory_mib=of.get("summary.quickStats.guestMemoryUsage") or None,
            disk_sizes=disks,
            guest_id=_guest(of.get("config.guestId") or ""),
        )

    def _nic(self, row: int, vm: Vm, device: Any, of: Properties) -> Nic:
        network, switch = self._network(device.backing)
        mac = values.mac(device.macAddress or "", "macAddress")
        return Nic(
            row=row,
            vm=vm.name,
            vm_ids=(vm.moref,),
            power=vm.power,
            template=vm.template,
            label=device.deviceInfo.label if device.deviceInfo else "",
            mac=mac,
            adapter=next((name for kind, name in _ADAPTERS if isinstance(device, kind)), ""),
            network=values.name(network, "network"),
            switch=values.name_or_none(switch, "switch"),
            addresses=values.ipv4s(" ".join(_told(of, mac)), "guest.net"),
        )

    def _network(self, backing: Any) -> tuple[str, str]:
        """The network that an adapter is on, and its distributed switch."""
        if isinstance(backing, vim.vm.device.VirtualEthernetCard.DistributedVirtualPortBackingInfo):
            group = self.groups.get(backing.port.portgroupKey or "", {})
            switch = self.switches.get(_id(group.get("config.distributedVirtualSwitch")), {})
            return group.get("name", ""), switch.get("name", "")
        if isinstance(backing, vim.vm.device.VirtualEthernetCard.NetworkBackingInfo):
            return self.networks.get(_id(backing.network), {}).get("name", backing.deviceName or ""), ""
        if isinstance(backing, vim.vm.device.VirtualEthernetCard.OpaqueNetworkBackingInfo):  # a segment of NSX
            named = (n["name"] for n in self.networks.values() if _opaque_id(n) == backing.opaqueNetworkId)
            return next(named, backing.opaqueNetworkId), ""
        return "", ""

    def _above(self, parent: Any) -> tuple[str, str]:
        """The path below the datacenter's VM folder, and the datacenter. A machine in a vApp has no folder."""
        names: list[str] = []
        while parent is not None and _id(parent) in self.folders:
            names.append(self.folders[_id(parent)]["name"])
            parent = self.folders[_id(parent)].get("parent")
        if parent is None and len(self.datacenters) == 1:
            return "", next(iter(self.datacenters.values()))["name"]
        return "/".join(reversed(names[:-1])), self.datacenters.get(_id(parent), {}).get("name", "")

    def _compute(self, host: Any) -> str:
        parent = self.hosts.get(_id(host), {}).get("parent")
        return self.computes.get(_id(parent), {}).get("name", "")

    def _pool(self, pool: Any, compute: str) -> str:
        names: list[str] = []
        while pool is not None and _id(pool) in self.pools:
            names.append(self.pools[_id(pool)]["name"])
            pool = self.pools[_id(pool)].get("parent")
        return "/".join([compute, *reversed(names)]) if names else ""

    def _hosts(self) -> Iterator[tuple[str, HostFact]]:
        for host in self.hosts.values():
            cluster = self.computes.get(_id(host.get("parent")), {}).get("name")
            if cluster and "hardware.memorySize" in host:
                memory = round(host["hardware.memorySize"] / _GIB)
                yield host["name"], HostFact(cluster, host["hardware.cpuInfo.numCpuCores"], max(1, memory))

    def _datastores(self) -> Iterator[DatastoreFact]:
        for _, store in self._collect(vim.Datastore, ("name", "summary.capacity", "info", "host")):
            info = store.get("info")
            if not isinstance(info, vim.host.VmfsDatastoreInfo) or not info.vmfs or not info.vmfs.extent:
                continue
            clusters = {self._compute(mount.key) for mount in store.get("host") or ()}
            capacity = max(1, store["summary.capacity"] // _GIB)
            yield DatastoreFact(store["name"], tuple(sorted(clusters)), capacity, info.vmfs.extent[0].diskName)

    def _vlans(self) -> Iterator[tuple[str, int]]:
        """The VLAN of each network, 0 where it has none: untagged, or a segment of NSX."""
        for group in self.groups.values():
            setting = getattr(group.get("config.defaultPortConfig"), "vlan", None)
            if isinstance(setting, vim.dvs.VmwareDistributedVirtualSwitch.VlanIdSpec):
                yield group["name"], setting.vlanId
        for host in self.hosts.values():
            for group in host.get("config.network.portgroup") or ():
                yield group.spec.name, group.spec.vlanId
        for network in self.networks.values():
            if _opaque_id(network):
                yield network["name"], 0


def _told(of: Properties, mac: str = "") -> list[str]:
    """The addresses that the guest reports: of its adapter with this MAC address, or of all that are adapters of the
    machine, which bridges inside it are not.
    """
    cards = [card for card in of.get("guest.net") or () if (card.deviceConfigId or -1) >= 0]
    return [a for card in cards if mac in ("", (card.macAddress or "").upper()) for a in card.ipAddress or ()]


def _guest(told: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]*", told):
        raise RowError("UNKNOWN-GUEST", f"config.guestId is {told!r}, which is no guest of vSphere")
    return told


def _devices(of: Properties, kind: Any) -> list[Any]:
    return [device for device in of.get("config.hardware.device") or () if isinstance(device, kind)]


def _opaque_id(network: Properties) -> str:
    return getattr(network.get("summary"), "opaqueNetworkId", None) or ""


def _id(reference: Any) -> str:
    return reference._GetMoId() if reference is not None else ""  # noqa: SLF001 - its public id


def _order(moref: str) -> tuple[int, str]:
    """The order in which vCenter made its objects: `vm-12` before `vm-100`."""
    number = re.search(r"\d+\Z", moref)
    return int(number[0]) if number else 0, moref
