"""Servers and the systems they belong to, from what was found into `systems/*.yaml` and `roles.yaml`.

A server is known again by the name it was found with, wherever people have moved or renamed it, and a machine that
was renamed by its UUID. Only what deviates from its role is written on a server. Left out: placement.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from importers.folder import Folder
from importers.merge import REMOVED, Merge, Place
from importers.placement import observed_keys
from importers.records import Vm
from importers.report import RowError, Source
from importers.sizes import disk_sum, disks_of, gib, image_key, image_of, most_common, with_nulls
from importers.sorting import Server
from importers.systems import Systems
from model.names import server_identity
from model.reading.layers import Layer, Layers
from model.reading.source import Doc
from model.types.guests import os_of

_FIXED = frozenset({"role", "system"})
_BY_GENERATION = ("found", "image")
_MAX_NUMBER = 999


@dataclass(frozen=True, slots=True)
class Here:
    """A server that stands in the folder: its file, identity, own data, and the same merged over its role."""

    file: str
    identity: str
    own: Mapping[str, Any]
    merged: Mapping[str, Any]


class Servers:
    """The servers of a folder and of an export, brought together for one generation."""

    def __init__(self, folder: Folder, merge: Merge, source: Source) -> None:
        self.folder = folder
        self.merge = merge
        self.source = source
        self.generation = merge.report.generation
        self.networks = observed_keys(folder.section("networks.yaml", "networks"), self.generation)
        self.clusters = observed_keys(folder.section("vmware.yaml", "clusters"), self.generation)
        self.roles: dict[str, dict[str, Any]] = {}
        self.here = {
            str(found).casefold(): Here(file, identity, own, self._merged(own))
            for file, data in folder.systems()
            for identity, own in _servers(data)
            if (found := (own.get("found") or {}).get(self.generation))
        }
        self.met: set[str] = set()
        self.addresses: dict[str, str] = {}
        self.taken = {
            (here.merged.get("network"), here.merged.get("host")): here.identity for here in self.here.values()
        }

    def _role(self, role: str) -> dict[str, Any]:
        if role not in self.roles:
            self.roles[role] = self.folder.merged("roles.yaml", role)
        return self.roles[role]

    def _merged(self, own: Mapping[str, Any]) -> dict[str, Any]:
        role = {k: v for k, v in self._role(str(own.get("role"))).items() if k not in ("short", "title")}
        return Layers((Layer(Doc(""), (), role), Layer(Doc(""), (), dict(own)))).merged()

    def find(self, vm: Vm, names: Collection[str]) -> tuple[Here | None, str]:
        """Where the machine stands in the folder, and the name that the last import knew it by.

        `names` are the export's names in lower case: an old name that another machine has today is no rename.
        """
        base = self.merge.base.get("servers", {})
        here = self.here.get(vm.name.casefold())
        if here is not None:
            found = str(here.own["found"][self.generation])
            return here, found if found in base else vm.name
        if vm.name in base:
            return None, vm.name
        old = [name for name, fields in base.items() if _ids(fields) & vm.ids and name.casefold() not in names]
        return (self.here.get(old[0].casefold()), old[0]) if len(old) == 1 else (None, vm.name)

    def seed_roles(self, servers: Sequence[Server]) -> None:
        """Writes `roles.yaml` when there is none: what most machines of a role have and its catalog entry has not."""
        if self.folder.has("roles.yaml"):
            return
        by_role: dict[str, list[Server]] = defaultdict(list)
        for server in servers:
            by_role[server.role].append(server)
        for role, members in by_role.items():
            catalog = self.folder.catalog["roles.yaml"].get(role, {})
            vms = [server.vm for server in members]
            disks = catalog.get("disks", {})
            usual: dict[str, Any] = {
                "os": most_common([os_of(vm.guest_os) for vm in vms], catalog.get("os")),
                "network": self.networks.get(most_common([vm.network for vm in vms])),
                "cluster": self.clusters.get(most_common([vm.cluster for vm in vms])),
                "cpus": most_common([vm.cpus for vm in vms], catalog.get("cpus")),
                "memory_gib": most_common([gib(vm.memory_mib) for vm in vms], catalog.get("memory_gib")),
            }
            value = {k: v for k, v in usual.items() if v is not None and catalog.get(k) != v}
            found = most_common([(vm.disks, vm.disk_mib) for vm in vms])
            like = disks_of(next(vm for vm in vms if (vm.disks, vm.disk_mib) == found), disks)
            if disk_sum(like) != disk_sum(disks):
                value["disks"] = with_nulls(like, disks)
            value["image"] = {self.generation: most_common([image_key(vm.guest_os) for vm in vms])}
            self.folder.put("roles.yaml", ("roles", role), value)
        self.roles.clear()

    def seed_images(self, vms: Iterable[Vm]) -> None:
        """Adds an image for every guest that neither the catalog nor the folder knows."""
        if not self.folder.has("images.yaml"):
            self.folder.put("images.yaml", ("images",), {})
        for vm in vms:
            key = image_key(vm.guest_os)
            if not self.folder.merged("images.yaml", key):
                self.folder.put("images.yaml", ("images", key), image_of(vm))

    def bring(self, servers: Sequence[Server], systems: Systems) -> list[Vm]:
        """Merges or adds every server; returns the machines that have one."""
        ordered = sorted(servers, key=lambda s: (self._role(s.role).get("start", 5), s.role, _natural(s.vm.name)))
        names = {server.vm.name.casefold() for server in servers}
        numbers = self._numbers()
        for server in ordered:
            here, _ = self.find(server.vm, names)
            if here is not None and server.vm.address:
                self.addresses.setdefault(server.vm.address, here.identity)
        kept = [vm for vm in (self._bring(server, systems, names, numbers) for server in ordered) if vm is not None]
        unmet = (here for here in self.here.values() if here.identity not in self.met)
        self.merge.gone("servers", ((here.own["found"][self.generation], here.file) for here in unmet))
        return sorted(kept, key=lambda vm: vm.row)

    def _bring(self, server: Server, systems: Systems, names: Collection[str], numbers: Counter[str]) -> Vm | None:
        """The machine when it has a server now, else None and the row is reported."""
        vm = server.vm
        here, before = self.find(vm, names)
        if here is not None:
            self.met.add(here.identity)
            self._update(server, here, before, systems)
        elif self.merge.known("servers", before):
            self.merge.take("servers", before, self.merge.base["servers"][before])
            self.source.reject(vm.row, vm.name, "REMOVED-HERE", REMOVED)
            return None
        else:
            try:
                self._add(server, systems, numbers)
            except RowError as wrong:
                self.source.reject(vm.row, vm.name, wrong.code, wrong.reason)
                return None
        return vm

    def _numbers(self) -> Counter[str]:
        """The highest number of each system and role, by identity without its number."""
        highest: Counter[str] = Counter()
        for _, data in self.folder.systems():
            for identity, _own in _servers(data):
                match = re.fullmatch(r"(.+?)(\d+)", identity)
                if match:
                    highest[match[1]] = max(highest[match[1]], int(match[2]))
        return highest

    def _fields(self, server: Server) -> dict[str, Any]:
        """What the export says of a server, in names as found, so that a renamed key is no change."""
        vm = server.vm
        count = max(1, vm.disks)
        sizes = vm.disk_sizes if len(vm.disk_sizes) == count else (vm.disk_mib,)
        fields: dict[str, Any] = {
            "found": vm.name,
            "role": server.role,
            "system": server.system,
            "cluster": vm.cluster,
            "cpus": vm.cpus,
            "memory_gib": gib(vm.memory_mib),
            "disks": {"count": count, "gib": max(count, sum(map(gib, sizes)))},
            "os": os_of(vm.guest_os),
            "image": image_key(vm.guest_os),
        }
        return fields | ({"network": vm.network} if vm.network else {})

    def _current(self, traits: Mapping[str, Any]) -> dict[str, Any]:
        """A server's or a role's merged traits in the same terms as `_fields`."""
        same = {field: traits.get(field) for field in ("role", "host", "cpus", "memory_gib", "os")}
        network, cluster = traits.get("network"), traits.get("cluster")
        return same | {
            "network": next((name for name, key in self.networks.items() if key == network), network),
            "cluster": next((name for name, key in self.clusters.items() if key == cluster), cluster),
            "disks": disk_sum(traits.get("disks") or {}),
            "image": (traits.get("image") or {}).get(self.generation),
        }

    def _host(self, vm: Vm) -> int:
        """The machine's number in the prefix of its network; raises RowError."""
        if not vm.address:
            raise RowError("NO-ADDRESS", "no IPv4 address, so its place in its network is not known")
        key = self.networks.get(vm.network)
        if key is None:
            raise RowError("MISSING-FIELD", "Network is empty, so its network is not known")
        prefix = (self.folder.section("networks.yaml", "networks")[key].get("prefix") or {}).get(self.generation)
        if prefix is None:
            raise RowError("ADDRESS-OUTSIDE", f"network {key} has no prefix in {self.generation}")
        network = IPv4Network(prefix)
        number = int(IPv4Address(vm.address)) - int(network.network_address)
        if not 2 <= number < network.num_addresses - 1:
            raise RowError("ADDRESS-OUTSIDE", f"{vm.address} is no server's address in {prefix} of network {key}")
        return number

    def _update(self, server: Server, here: Here, before: str, systems: Systems) -> None:
        vm = server.vm
        fields = self._fields(server)
        try:
            fields["host"] = self._host(vm)
        except RowError as wrong:
            if vm.power == "on":
                reason = f"{wrong.reason}, so {here.identity} keeps its number"
                self.merge.report.note(wrong.code, vm.name, reason)
        in_place = systems.find(server.system) == here.file
        current = self._current(here.merged) | {
            "found": here.own["found"][self.generation],
            "system": server.system if in_place else systems.title_of(here.file),
        }

        def put(field: str, _value: Any) -> None:
            own = self._own(server, field, fields, here.merged)
            path = ("servers", here.identity, field)
            if field in _BY_GENERATION:
                self.folder.put(here.file, (*path, self.generation), own[self.generation])
            else:
                self.folder.put(here.file, path, own)

        self.merge.item("servers", vm.name, fields, Place(here.file, current, put, _FIXED), before)
        self.merge.fresh["servers"][vm.name] |= _id_fields(vm)

    def _own(self, server: Server, field: str, fields: Mapping[str, Any], inherited: Mapping[str, Any]) -> Any:
        """A field as the server's own data says it."""
        vm = server.vm
        if field == "network":
            return self.networks[vm.network]
        if field == "cluster":
            return self.clusters[vm.cluster]
        if field in _BY_GENERATION:
            return {self.generation: fields[field]}
        if field == "disks":
            disks = inherited.get("disks") or {}
            return with_nulls(disks_of(vm, disks), disks)
        return fields[field]

    def _add(self, server: Server, systems: Systems, numbers: Counter[str]) -> None:
        vm = server.vm
        fields = self._fields(server) | {"host": self._host(vm)}
        place = (self.networks[vm.network], fields["host"])
        if other := self.taken.get(place) or self.addresses.get(vm.address):
            raise RowError("ADDRESS-TWICE", f"{vm.address} is that of {other}")
        role = self._role(server.role)
        file, code = systems.file(server.system)
        stem = f"{code}-{role['short']}"
        if numbers[stem] >= _MAX_NUMBER:
            raise RowError("NO-NUMBER", f"{stem} has {_MAX_NUMBER} servers already, as many as names can number")
        numbers[stem] += 1
        identity = server_identity(code, role["short"], numbers[stem])
        own: dict[str, Any] = {"role": server.role, "host": fields["host"], "found": {self.generation: vm.name}}
        current = self._current(role)
        for field in ("cpus", "memory_gib", "disks", "network", "cluster", "os", "image"):
            if current[field] != fields[field]:
                own[field] = self._own(server, field, fields, role)
        self.folder.put(file, ("servers", identity), own)
        self.taken[place] = self.addresses[vm.address] = identity
        self.merge.take("servers", vm.name, fields | _id_fields(vm))
        self.merge.report.add("servers")


def _ids(fields: Mapping[str, Any]) -> frozenset[str]:
    """The UUIDs in the base of a server. One that an older import called `uuid` may be the instance's."""
    return frozenset(filter(None, (fields.get("uuid"), fields.get("instance_uuid"))))


def _id_fields(vm: Vm) -> dict[str, str]:
    """What the next import knows a machine by; a UUID that this export does not tell stays as it was told before."""
    return {key: value for key, value in (("uuid", vm.uuid), ("instance_uuid", vm.instance_uuid)) if value}


def _servers(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    servers = data.get("servers")
    return [(k, v) for k, v in servers.items() if isinstance(v, dict)] if isinstance(servers, dict) else []


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Sorts HOLAPP9 before HOLAPP10, in any letter case."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", name.casefold()) if part]
