"""Virtual machines: cloning, customisation, disks, addresses, placement, import.

A machine without a static address gets none: the twin has no DHCP server and does not invent one.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

from twin.engine.check import Fault
from twin.engine.platform import Kind, RefusedError, Site
from twin.engine.rules import Rules
from twin.engine.wire import Properties
from twin.vsphere.compute import capacity, cluster_of, hosts_of, pool
from twin.vsphere.inventory import require_tags
from twin.vsphere.naming import (
    DATASTORES,
    FOLDER,
    HOST,
    LIBRARY_ITEM,
    MACHINE,
    NETWORKS,
    POD,
    STORAGE_POLICY,
    Inventory,
    at,
    datacenter_in,
    enter,
    identifier,
    moref,
)
from twin.vsphere.storage import free, members, space
from twin.world.store import Object, World

_MAC_PREFIX: Final = "00:50:56"
_NETBIOS: Final = re.compile(r"[A-Za-z0-9-]{1,15}")
_RESTLESS: Final = ("eptRviMode", "hvMode")


class VirtualMachine(Inventory):
    """A virtual machine; its id is its BIOS UUID."""

    def faults(self, inputs: Properties) -> list[Fault]:
        return [*_placement_faults(inputs), *_clone_faults(inputs), *_disk_faults(inputs)]

    def plan(self, site: Site) -> None:
        """What `ValidateVirtualMachineClone` of the provider refuses before anything is made."""
        template_id = _clone(site.inputs).get("templateUuid")
        if isinstance(template_id, str):
            _check_template(site, template_id)

    def place(self, site: Site) -> None:
        self.plan(site)
        inputs = site.inputs
        holder = pool(site, "resourcePoolId")
        cluster = cluster_of(site.world, holder)
        anchor = cluster or holder
        site.world.link(site.item, holder)
        _enter_folder(site, anchor)
        site.item.id = site.item.id or str(inputs.get("uuid") or identifier(site))
        template = bool(site.item.facts.get("template"))
        if cluster is not None:
            self._use_memory(site, cluster, running=not template and inputs.get("powerState") != "off")
        policy = str(inputs.get("storagePolicyId") or "")
        if policy:
            site.require(STORAGE_POLICY, policy, f"storage policy {policy!r} not found", rest=False)
        datastore = _use_space(site)
        self._outputs(site, datastore, cluster)
        _claim_names(site)
        require_tags(site)

    @staticmethod
    def _use_memory(site: Site, cluster: Object, *, running: bool) -> None:
        if not running:
            return
        memory = int(site.inputs.get("memory", 1024))
        held = site.world.used(capacity(cluster.id))
        site.use(
            f"memory:{cluster.id}",
            memory,
            held,
            f"Insufficient memory resources in cluster {cluster.name!r}: {site.item.name!r} needs {memory} MB, "
            f"of {held} MB {{free}} MB are free.",
        )

    @staticmethod
    def _outputs(site: Site, datastore: Object, cluster: Object | None) -> None:
        inputs, outputs = site.inputs, site.outputs
        outputs["moid"] = moref(site, "vm-")
        outputs["uuid"] = site.item.id
        outputs["datastoreId"] = datastore.id
        _choose_host(site, cluster)
        addresses = _addresses(inputs) or list(cast("list[str]", inputs.get("guestIpAddresses") or []))
        outputs["guestIpAddresses"] = addresses
        if addresses:
            outputs["defaultIpAddress"] = addresses[0]
        number = int(str(outputs["moid"]).removeprefix("vm-"), 10) if str(outputs["moid"])[3:].isdigit() else 0
        _complete_devices(site, datastore, number)
        site.kept("guestId", "other-64")
        site.kept("hardwareVersion", 21)
        site.kept("eptRviMode", "automatic")
        site.kept("hvMode", "hvAuto")
        site.kept("annotation", "")
        outputs.update(
            changeVersion=f"2026-01-01T00:00:00.{site.world.number(f'change:{site.item.seq}'):06}Z",
            cpuShareCount=int(inputs.get("numCpus", 1)) * 1000,
            memoryShareCount=int(inputs.get("memory", 1024)) * 10,
            imported=False,
            powerState=str(inputs.get("powerState", "on")),
            rebootRequired=False,
            storagePolicyId=str(inputs.get("storagePolicyId") or ""),
            vappTransports=[],
            vmwareToolsStatus="guestToolsRunning",
            vmxPath=f"{site.item.name}/{site.item.name}.vmx",
        )

    def adopted(self, item: Object, inputs: Properties) -> Properties:
        """As the provider imports: no clone, disks labelled by their order and kept on removal."""
        inputs.pop("clone", None)
        inputs.pop("datastoreClusterId", None)
        disks = cast("list[Properties]", inputs.get("disks") or [])
        for index, disk in enumerate(disks):
            disk["label"] = f"disk{index}"
            disk["keepOnRemove"] = True
        item.properties["imported"] = True
        return inputs

    def find(self, world: World, token: str, id_: str) -> Object | None:
        """As the provider imports: by path or by managed object reference, and never by UUID, which is its id later.

        terraform-provider-vsphere 2.16.1, `FromPath`; govmomi 0.54.1, `Finder.find`.
        """
        kind, _, moid = id_.partition(":")
        found = world.holder("moid", moid) if kind == "VirtualMachine" else at(world, id_)
        if found is not None and found.type != token:
            return None
        if found is not None and found.facts.get("template"):
            raise RefusedError(f"VM {id_!r} is a template and cannot be imported")
        return found

    def seen(self, held: Properties, inputs: Properties) -> Properties:
        """A disk's label and whether it is kept on removal are the provider's own; a disk made by hand is
        orphaned.
        """
        known = {disk.get("unitNumber", 0): disk for disk in cast("list[Properties]", inputs.get("disks") or [])}
        disks: list[Properties] = []
        for disk in cast("list[Properties]", held.get("disks") or []):
            own = known.get(disk.get("unitNumber", 0), {"label": f"orphaned_disk_{len(disks)}"})
            kept = {key: own[key] for key in ("label", "keepOnRemove") if key in own}
            disks.append({key: value for key, value in disk.items() if key != "keepOnRemove"} | kept)
        return {**held, "disks": disks} if inputs.get("disks") else held

    def carried(self, state: Properties, inputs: Properties) -> Properties:
        """An imported machine stays one until it is given a clone."""
        return {"imported": bool(state.get("imported")) and "clone" not in inputs}

    def restless(self, inputs: Properties) -> list[str]:
        """pulumi-vsphere 472: unset, the two differ on every run, and the update power-cycles the machine."""
        return [key for key in _RESTLESS if key not in inputs]

    def veto(self, held: Properties, inputs: Properties) -> None:
        """A disk that shrinks is refused by the plan, of a machine that would be made anew too.

        terraform-provider-vsphere, virtual_machine_disk_subresource.go, `DiffExisting`, called by CustomizeDiff.
        """
        _refuse_shrinking(held, inputs)

    def replaces(self, path: str, state: Properties, rules: Rules) -> bool:
        """An imported machine may be given its `clone` without being made anew."""
        if state.get("imported") and path.split(".", maxsplit=1)[0] == "clone":
            return False
        return rules.forces_replacement(path)


def _clone(inputs: Properties) -> Properties:
    clone = inputs.get("clone")
    return cast(Properties, clone) if isinstance(clone, dict) else {}


def _inner(properties: Properties, *keys: str) -> Properties:
    for key in keys:
        value = properties.get(key)
        properties = cast(Properties, value) if isinstance(value, dict) else {}
    return properties


def _placement_faults(inputs: Properties) -> list[Fault]:
    if "datastoreId" in inputs and "datastoreClusterId" in inputs:
        return [Fault("datastoreId", "conflicts with datastoreClusterId; give one of the two")]
    return []


def _clone_faults(inputs: Properties) -> list[Fault]:
    clone = _clone(inputs)
    faults: list[Fault] = []
    timeout = clone.get("timeout")
    if isinstance(timeout, int) and timeout < 10:
        faults.append(Fault("clone.timeout", f"{timeout} is too short; use 10 minutes and more"))
    if "customize" in clone and "customizationSpec" in clone:
        faults.append(Fault("clone.customize", "conflicts with clone.customizationSpec; give one of the two"))
    customize = _inner(clone, "customize")
    windows = _inner(customize, "windowsOptions")
    name = windows.get("computerName")
    if isinstance(name, str) and (not _NETBIOS.fullmatch(name) or name.isdigit()):
        faults.append(
            Fault(
                "clone.customize.windowsOptions.computerName",
                f"{name!r} is no NetBIOS name; use 1 to 15 letters, digits and hyphens, not digits alone",
            )
        )
    if "joinDomain" in windows and "workgroup" in windows:
        faults.append(
            Fault("clone.customize.windowsOptions.joinDomain", "conflicts with workgroup; give one of the two")
        )
    wanted = len(cast("list[Any]", customize.get("networkInterfaces") or []))
    present = len(cast("list[Any]", inputs.get("networkInterfaces") or []))
    if customize and wanted != present:
        faults.append(
            Fault(
                "clone.customize.networkInterfaces",
                f"has {wanted} interfaces, the machine {present}; give one for each",
            )
        )
    return faults


def _disk_faults(inputs: Properties) -> list[Fault]:
    faults: list[Fault] = []
    labels: dict[str, int] = {}
    units: dict[int, int] = {}
    for index, disk in enumerate(cast("list[Properties]", inputs.get("disks") or [])):
        label, unit = disk.get("label"), disk.get("unitNumber", 0)
        if isinstance(label, str) and label in labels:
            faults.append(Fault(f"disks[{index}].label", f"{label!r} is taken by disks[{labels[label]}]"))
        elif isinstance(label, str):
            labels[label] = index
        if isinstance(unit, int) and unit in units:
            faults.append(Fault(f"disks[{index}].unitNumber", f"{unit} is taken by disks[{units[unit]}]"))
        elif isinstance(unit, int):
            units[unit] = index
    return faults


def _check_template(site: Site, id_: str) -> None:
    if site.world.get(LIBRARY_ITEM, id_) is not None:
        if "datastoreClusterId" in site.inputs:
            site.refuse("Cannot use datastore_cluster_id with Content Library source")
        return
    template = site.world.get(MACHINE, id_)
    if template is None:
        if site.before is None:
            site.refuse(f"cannot locate virtual machine or template with UUID {id_!r}: virtual machine not found")
        return
    if site.before is not None:
        return
    guest, expected = site.inputs.get("guestId"), template.properties.get("guestId")
    if isinstance(guest, str) and guest != expected:
        site.refuse(f"invalid guest ID {guest!r} for clone. Please set it to {expected!r}")
    disks = _sizes(site.inputs)
    minimum = _sizes(template.properties)
    if len(disks) < len(minimum):
        site.refuse(
            f"not enough disks in configuration: {len(disks)}; give the {len(minimum)} of template {template.name!r}"
        )
    for index, (size, least) in enumerate(zip(disks, minimum, strict=False)):
        if size is not None and least is not None and size < least:
            site.refuse(f"disks[{index}]: size {size} GB is less than the {least} GB of template {template.name!r}")


def _sizes(properties: Properties) -> list[int | None]:
    disks = sorted(
        cast("list[Properties]", properties.get("disks") or []), key=lambda disk: int(disk.get("unitNumber", 0))
    )
    return [disk["size"] if isinstance(disk.get("size"), int) else None for disk in disks]


def _enter_folder(site: Site, anchor: Object) -> None:
    home = datacenter_in(site.world, anchor)
    root = f"{home.facts['path']}/vm"
    folder = str(site.inputs.get("folder", "")).strip("/")
    if folder.lower().startswith(f"{home.name}/vm/".lower()):
        folder = folder[len(f"{home.name}/vm/") :]
    if folder:
        above = at(site.world, f"{root}/{folder}")
        if above is None or above.type != FOLDER:
            site.refuse(f"folder '{root}/{folder}' not found")
        site.world.link(site.item, above)
        root = f"{root}/{folder}"
    enter(site, root, str(site.inputs["name"]))


def _use_space(site: Site) -> Object:
    disks = cast("list[Properties]", site.inputs.get("disks") or [])
    _refuse_shrinking(site.before or {}, site.inputs)
    need = sum(int(disk.get("size") or 0) for disk in disks) * 1024
    if "datastoreClusterId" in site.inputs:
        datastore = _member(site, str(site.inputs["datastoreClusterId"]), need)
    else:
        id_ = str(site.inputs.get("datastoreId", ""))
        if not id_:
            site.refuse("one of datastore_id datastore_cluster_id must be specified")
        datastore = site.require(DATASTORES, id_, f"could not find datastore with ID {id_!r}")
    site.world.link(site.item, datastore)
    site.use(
        space(datastore.id),
        need,
        int(datastore.properties["capacity"]),
        f"Insufficient disk space on datastore {datastore.name!r}: {site.item.name!r} needs {need} MB, "
        "{free} MB are free.",
    )
    return datastore


def _member(site: Site, pod_id: str, need: int) -> Object:
    """The datastore of a cluster that a machine goes to: where it is, else where most is free."""
    pod = site.require(POD, pod_id, f"error fetching datastore cluster ID {pod_id!r}: not found")
    choices = members(site.world, pod)
    held = str((site.before or site.item.properties).get("datastoreId", ""))
    best = max(choices, key=lambda item: (item.id == held, free(site.world, item)), default=None)
    if best is None or (free(site.world, best) < need and not site.planted):
        total = sum(free(site.world, item) for item in choices)
        site.refuse(
            f"Insufficient disk space on datastore cluster {pod.name!r}: {site.item.name!r} needs {need} MB on one "
            f"datastore, {total} MB are free on {len(choices)}."
        )
    return best


def _refuse_shrinking(held: Properties, inputs: Properties) -> None:
    before, after = ({disk.get("label"): disk.get("size") for disk in _disks(given)} for given in (held, inputs))
    for label, new in after.items():
        old = before.get(label)
        if isinstance(old, int | float) and isinstance(new, int | float) and new < old:
            raise RefusedError(
                f'virtual disk "{label}": virtual disks cannot be shrunk (old: {int(old)} new: {int(new)})'
            )


def _disks(given: Properties) -> list[Properties]:
    disks = given.get("disks")
    return cast("list[Properties]", disks) if isinstance(disks, list) else []


def _choose_host(site: Site, cluster: Object | None) -> None:
    given = site.inputs.get("hostSystemId")
    if given:
        site.require(HOST, str(given), f"error locating host system at ID {given!r}: not found")
        return
    hosts = hosts_of(site.world, cluster) if cluster else []
    if hosts:
        site.kept("hostSystemId", hosts[site.item.seq % len(hosts)].id)


def _addresses(inputs: Properties) -> list[str]:
    interfaces = cast("list[Properties]", _inner(_clone(inputs), "customize").get("networkInterfaces") or [])
    return [str(item["ipv4Address"]) for item in interfaces if item.get("ipv4Address")]


def _claim_names(site: Site) -> None:
    """Static addresses are unique on their network, computer names in their domain; vCenter itself checks neither."""
    customize = _inner(_clone(site.inputs), "customize")
    adapters = cast("list[Properties]", site.inputs.get("networkInterfaces") or [])
    configured = cast("list[Properties]", customize.get("networkInterfaces") or [])
    addresses = [str(item.get("ipv4Address") or "") for item in configured]
    if not any(addresses):
        addresses = cast("list[str]", site.inputs.get("guestIpAddresses") or [])[: len(adapters)]
    for adapter, address in zip(adapters, addresses, strict=False):
        if address:
            site.claim(
                f"ipv4@{adapter['networkId']}",
                address,
                f"{site.item.name!r}: address {address} is taken on this network by {{holder!r}}",
            )
    windows = _inner(customize, "windowsOptions")
    name, domain = windows.get("computerName"), windows.get("joinDomain")
    if name and domain:
        site.claim(
            f"computer@{str(domain).lower()}",
            str(name).lower(),
            f"{site.item.name!r}: computer name {name!r} is taken in domain {domain!r} by {{holder!r}}",
        )


def _complete_devices(site: Site, datastore: Object, number: int) -> None:
    """Adapters and disks with what vCenter adds to them."""
    adapters: list[Properties] = []
    for index, adapter in enumerate(cast("list[Properties]", site.inputs.get("networkInterfaces") or [])):
        network = str(adapter["networkId"])
        site.require(NETWORKS, network, f"could not find network with ID {network!r}")
        mac = (0x80 | number >> 12 & 0x3F, number >> 4 & 0xFF, (number << 4 | index) & 0xFF)
        added = {
            "key": 4000 + index,
            "deviceAddress": f"pci:0:{7 + index}",
            "macAddress": _MAC_PREFIX + "".join(f":{part:02x}" for part in mac),
        }
        adapters.append({**added, **adapter})
    disks: list[Properties] = []
    for index, disk in enumerate(cast("list[Properties]", site.inputs.get("disks") or [])):
        unit = int(disk.get("unitNumber", 0))
        suffix = f"_{index}" if index else ""
        added = {
            "key": 2000 + unit,
            "deviceAddress": f"scsi:0:{unit}",
            "datastoreId": datastore.id,
            "path": f"{site.item.name}/{site.item.name}{suffix}.vmdk",
        }
        disks.append({**added, **disk})
    if adapters:
        site.outputs["networkInterfaces"] = adapters
    if disks:
        site.outputs["disks"] = disks


KINDS: Final[dict[str, Kind]] = {MACHINE: VirtualMachine()}
