"""Where the machines run: networks, clusters, switches, hosts and datastores, as far as the sources tell.

What no source tells stands with an `assumed` beside it. An item is known again by the name it was found with, so
people may give it any key. Left out: servers and what they deviate in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from importers.codes import unique_slug
from importers.folder import Folder
from importers.merge import Merge, Place
from importers.records import Estate, Vm
from importers.report import Report

MAIN = "servers"
"""The key of the network and the cluster that hold most servers: the one that the catalog's roles name."""
_DESKTOPS = "desktops"
_SERVERS_DA, _DESKTOPS_DA = "Servere", "Citrix-sessionsmaskiner"
_VLAN = re.compile(r"vlan[ _-]?([0-9]{1,4})(?![0-9])|\APG-G[0-9]{2}-.+-([0-9]{1,4})\Z", re.IGNORECASE)
"""A VLAN in the name of a port group: as people write it, or as we name our own (`PG-G26-SERVERS-220`)."""
_STORE_GIB = 16 * 1024
_CPUS_A_CORE = 4


def observed_keys(items: Mapping[str, Any], generation: str) -> dict[str, str]:
    """Name as found in `generation` → key."""
    return {
        item["found"][generation]: key
        for key, item in items.items()
        if isinstance(item, dict) and generation in (item.get("found") or {})
    }


def place(folder: Folder, estate: Estate, servers: Sequence[Vm], vdas: Sequence[Vm], merge: Merge) -> None:
    """Adds to `folder` every network, cluster, switch, host and datastore that the machines use and it lacks."""
    report = merge.report
    machines = [*servers, *vdas]
    if not folder.has("vmware.yaml"):
        folder.put("vmware.yaml", ("datacenter",), Counter(vm.datacenter for vm in machines).most_common(1)[0][0])
    switches = _switches(folder, machines, report.generation)
    _clusters(folder, servers, vdas, switches, report)
    _networks(folder, estate, servers, vdas, switches, report)
    _hosts(folder, estate, machines, merge)
    _datastores(folder, estate, machines, report)


def _by_use(servers: Iterable[str], others: Iterable[str]) -> list[str]:
    """Names by how many servers use them, most first; then the rest by name."""
    uses = Counter(name for name in servers if name)
    for name in others:
        if name:
            uses.setdefault(name, 0)
    return sorted(uses, key=lambda name: (-uses[name], name))


def _switches(folder: Folder, machines: Sequence[Vm], generation: str) -> dict[str, str]:
    """Switch name as found → key. Where no source tells a switch, one is assumed under the name ""."""
    items = folder.section("vmware.yaml", "switches")
    names = _by_use((vm.nic.switch for vm in machines if vm.nic), ())
    for name in names or [""] * (not items):
        if name not in observed_keys(items, generation):
            key = "production" if "production" not in items else unique_slug(name, items, "switch")
            value = {"found": {generation: name}} if name else {}
            comment = "" if name else "assumed: no export told a switch"
            folder.put("vmware.yaml", ("switches", key), value, comment)
            items = folder.section("vmware.yaml", "switches")
    return observed_keys(items, generation) | {"": next(iter(items))}


def _clusters(
    folder: Folder, servers: Sequence[Vm], vdas: Sequence[Vm], switches: Mapping[str, str], report: Report
) -> None:
    generation = report.generation
    with_servers = {vm.cluster for vm in servers}
    switch_of = {vm.cluster: vm.nic.switch for vm in (*vdas, *servers) if vm.nic}
    for name in _by_use((vm.cluster for vm in servers), (vm.cluster for vm in vdas)):
        items = folder.section("vmware.yaml", "clusters")
        if name in observed_keys(items, generation):
            continue
        wanted = MAIN if name in with_servers else _DESKTOPS
        value = {
            "purpose": _SERVERS_DA if name in with_servers else _DESKTOPS_DA,
            "found": {generation: name},
            "datastores": "standard",
            "switch": switches.get(switch_of.get(name, ""), switches[""]),
        }
        key = wanted if wanted not in items else unique_slug(name, items, "cluster")
        folder.put("vmware.yaml", ("clusters", key), value)
        report.add("clusters")
    if not folder.section("vmware.yaml", "datastore_clusters"):
        folder.put("vmware.yaml", ("datastore_clusters", "standard"), {"purpose": "Alle servere"})


def _networks(
    folder: Folder,
    estate: Estate,
    servers: Sequence[Vm],
    vdas: Sequence[Vm],
    switches: Mapping[str, str],
    report: Report,
) -> None:
    generation = report.generation
    with_servers = {vm.network for vm in servers}
    addresses: dict[str, list[str]] = defaultdict(list)
    switch_of: dict[str, str] = {}
    for vm in (*servers, *vdas):
        if vm.address:
            addresses[vm.network].append(vm.address)
        if vm.nic:
            switch_of[vm.network] = vm.nic.switch
    for name in _by_use((vm.network for vm in servers), (vm.network for vm in vdas)):
        items = folder.section("networks.yaml", "networks")
        if name in observed_keys(items, generation):
            continue
        purpose = _SERVERS_DA if name in with_servers else _DESKTOPS_DA
        value: dict[str, Any] = {
            "purpose": purpose,
            "switch": switches.get(switch_of.get(name, ""), switches[""]),
        }
        match = _VLAN.search(name)
        told = estate.vlans.get(name)
        vlan = told if told is not None else int(match[1] or match[2]) if match else 0
        value["vlan"] = {generation: vlan} if 0 < vlan < 4095 else {}
        if not value["vlan"] and told is None:
            report.note("NO-VLAN", name, "no source tells its VLAN; write it in networks.yaml")
        prefix = prefix_of(addresses[name])
        value["prefix"] = {generation: str(prefix)} if prefix else {}
        value["found"] = {generation: name}
        key = MAIN if name in with_servers and MAIN not in items else unique_slug(name, items, "network")
        folder.put("networks.yaml", ("networks", key), value, "assumed: the prefix, from the addresses found")
        report.add("networks")


def prefix_of(addresses: Iterable[str]) -> IPv4Network | None:
    """The smallest prefix of /24 or wider that holds the addresses; when that is wider than /20, the fullest /24."""
    numbers = sorted(int(IPv4Address(address)) for address in addresses)
    if not numbers:
        return None
    shared = 32 - (numbers[0] ^ numbers[-1]).bit_length()
    if shared < 20:
        numbers = [Counter(number >> 8 for number in numbers).most_common(1)[0][0] << 8]
    return IPv4Network((numbers[0], min(shared, 24) if shared >= 20 else 24), strict=False)


def _hosts(folder: Folder, estate: Estate, machines: Sequence[Vm], merge: Merge) -> None:
    report, generation = merge.report, merge.report.generation
    clusters = observed_keys(folder.section("vmware.yaml", "clusters"), generation)
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for vm in machines:
        uses[vm.host][vm.cluster] += 1
    for name, fact in estate.hosts.items():
        if fact.cluster in clusters:
            uses[name] = Counter({fact.cluster: 1})
    for name in sorted(uses):
        most = sorted(uses[name], key=lambda cluster: (-uses[name][cluster], cluster))
        if len(most) > 1:
            counts = " and ".join(f"{uses[name][cluster]} in {cluster}" for cluster in most)
            report.note(
                "HOST-IN-TWO-CLUSTERS", name, f"no host can be in two clusters, and of its machines are {counts}"
            )
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", name):
            report.note("BAD-NAME", name, "no DNS name, so the host is left out of hardware.yaml")
            continue
        here = folder.section("hardware.yaml", "hosts").get(name)
        # A host in two clusters is for people to settle: no import may argue with what they decide.
        fields = {"cluster": most[0]} if len(most) == 1 else {}
        if here is None and merge.known("hosts", name):
            merge.take("hosts", name, merge.base["hosts"][name])
        elif here is None:
            fact = estate.hosts.get(name)
            if fact is not None:
                key = _model(folder, fact.cores, fact.memory_gib, generation)
            else:
                key = _assumed_model(folder, machines, len(uses), generation)
            value = {"generation": generation, "cluster": clusters[most[0]], "model": key}
            folder.put("hardware.yaml", ("hosts", name), value)
            merge.take("hosts", name, fields)
            report.add("hosts")
        else:
            names = {key: found for found, key in clusters.items()}
            current = {"cluster": names.get(here.get("cluster", ""), here.get("cluster"))}

            def put(field: str, value: Any, name: str = name) -> None:
                folder.put("hardware.yaml", ("hosts", name, field), clusters[value])

            merge.item("hosts", name, fields, Place("hardware.yaml", current, put))
    merge.gone("hosts", ((name, "hardware.yaml") for name in folder.section("hardware.yaml", "hosts")))


def _model(folder: Folder, cores: int, memory_gib: int, generation: str) -> str:
    key = f"{generation}-{cores}c-{memory_gib}g"
    if key not in folder.section("hardware.yaml", "models"):
        folder.put("hardware.yaml", ("models", key), {"cores": cores, "memory_gib": memory_gib})
    return key


def _assumed_model(folder: Folder, machines: Sequence[Vm], hosts: int, generation: str) -> str:
    """The model of hosts that no source describes: room for what runs today with one host less."""
    key = f"{generation}-host"
    if key not in folder.section("hardware.yaml", "models"):
        others = max(hosts - 1, 1)
        memory = sum(vm.memory_mib for vm in machines) / 1024 / others
        cores = sum(vm.cpus for vm in machines) / _CPUS_A_CORE / others
        value = {
            "cores": min(_up(cores, 8), 1024),
            "memory_gib": min(_up(memory, 128), 65_536),
            "assumed": f"no export tells: what runs today on one host less, {_CPUS_A_CORE} virtual CPUs a core",
        }
        folder.put("hardware.yaml", ("models", key), value)
    return key


def _up(value: float, step: int) -> int:
    return max(step, -int(-value // step) * step)


def _datastores(folder: Folder, estate: Estate, machines: Sequence[Vm], report: Report) -> None:
    """Datastores as told, else as many of 16 TiB in each cluster as its machines' disks fill."""
    stores = folder.section("hardware.yaml", "datastores")
    generation = report.generation
    if any(isinstance(s, dict) and s.get("generation") == generation for s in stores.values()):
        return
    clusters = observed_keys(folder.section("vmware.yaml", "clusters"), generation)
    groups = {key: c.get("datastores", "standard") for key, c in folder.section("vmware.yaml", "clusters").items()}
    for fact in estate.datastores:
        key = next((clusters[name] for name in fact.clusters if name in clusters), None)
        if key is not None:
            value = {"generation": generation, "group": groups[key], "cluster": key}
            value |= {"capacity_gib": fact.capacity_gib, "lun": fact.lun}
            folder.put("hardware.yaml", ("datastores", fact.name), value)
    if folder.section("hardware.yaml", "datastores"):
        return
    number = 0
    for found, key in sorted(clusters.items(), key=lambda pair: pair[1] != MAIN):
        total = sum(vm.disk_mib for vm in machines if vm.cluster == found) / 1024
        for _ in range(max(1, -int(-total // _STORE_GIB))):
            number += 1
            value = {
                "generation": generation,
                "group": groups[key],
                "cluster": key,
                "capacity_gib": _STORE_GIB,
                "lun": f"naa.assumed{number:02d}",
                "assumed": "no export tells",
            }
            folder.put("hardware.yaml", ("datastores", f"{generation}-{key}-{number:02d}"), value)
