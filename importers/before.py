"""What an earlier import found of the machines: what an export does not tell stays as it was told.

RVTools' vInfo alone has no adapters, an older version no firmware, our own export neither session machines nor
resource pools. Left out: what people wrote, which merge.py keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from importers.folder import Folder
from importers.records import Nic, Vm
from model.reading.tables import read_csv
from model.types.observed import Adapter, ObservedVm

_TEXTS = ("uuid", "instance_uuid", "dns_name", "guest_id")
"""What is unknown where it is empty. An empty note is one that somebody emptied."""


class Before:
    """The machines of one generation as an earlier import left them in the folder."""

    def __init__(self, folder: Folder, generation: str) -> None:
        self.servers = _rows(folder, f"observed/{generation}.csv")
        self.vdas = _rows(folder, f"observed/{generation}-vdas.csv")
        both = (*self.servers, *self.vdas)
        ids = Counter(id_ for machine in both for id_ in _ids(machine))
        self._by_id = {id_: machine for machine in both for id_ in _ids(machine) if ids[id_] == 1}
        self._by_name = {machine.name.casefold(): machine for machine in both}

    def completed(self, vms: Iterable[Vm], *, with_nics: bool) -> list[Vm]:
        """The machines, with what the export does not tell of them; `with_nics` when it tells their adapters."""
        return [self._completed(vm, with_nics) for vm in vms]

    def ordered(self, vms: Iterable[Vm]) -> list[Vm]:
        """The machines as they stood, new ones last: an export in another order says nothing new."""
        places = {id(machine): place for place, machine in enumerate((*self.servers, *self.vdas))}
        return sorted(vms, key=lambda vm: (places.get(id(self._same(vm)), len(places)), vm.row))

    def _completed(self, vm: Vm, with_nics: bool) -> Vm:
        machine = self._same(vm)
        if machine is None:
            return vm
        fields = {*vm.untold, *(field for field in _TEXTS if not getattr(vm, field))}
        kept: dict[str, Any] = {field: getattr(machine, field) for field in fields}
        if vm.active_memory_mib is None:
            kept["active_memory_mib"] = machine.active_memory_mib
        if not vm.disk_sizes and (vm.disks, vm.disk_mib) == (machine.disks, machine.disk_mib):
            kept["disk_sizes"] = tuple(machine.each_disk_mib)
        if not with_nics and vm.network == machine.network:
            kept |= _nics(machine)
        return replace(vm, **kept)

    def _same(self, vm: Vm) -> ObservedVm | None:
        """The machine as it was found before, by UUID, else by its name where no UUID says that it is another."""
        machine = next((self._by_id[id_] for id_ in sorted(vm.ids) if id_ in self._by_id), None)
        if machine is not None:
            return machine
        machine = self._by_name.get(vm.name.casefold())
        pairs = ((vm.uuid, machine.uuid), (vm.instance_uuid, machine.instance_uuid)) if machine else ()
        return None if any(told and before and told != before for told, before in pairs) else machine


def machine_of(found: ObservedVm) -> Vm:
    """A machine that an earlier import found, as if it had been found again. It has no row."""
    fields = {name: getattr(found, name) for name in ObservedVm.model_fields if name in Vm.__dataclass_fields__}
    fields |= {"addresses": (str(found.address),) if found.address else (), "disk_sizes": tuple(found.each_disk_mib)}
    return Vm(row=0, template=False, **fields | _nics(found))


def _nics(found: ObservedVm) -> dict[str, Any]:
    first = Adapter(found.adapter, found.network, found.switch, found.mac or "")
    if not (first.adapter or first.switch or first.mac):
        return {}
    nics = [_nic(found, adapter) for adapter in (first, *found.other_adapters)]
    return {"nic": nics[0], "more_nics": tuple(nics[1:])}


def _nic(found: ObservedVm, adapter: Adapter) -> Nic:
    return Nic(
        row=0,
        vm=found.name,
        vm_ids=(),
        power=found.power,
        template=False,
        label="",
        mac=adapter.mac,
        adapter=adapter.adapter,
        network=adapter.network,
        switch=adapter.switch,
        addresses=(),
    )


def _ids(machine: ObservedVm) -> list[str]:
    return [id_ for id_ in (machine.uuid, machine.instance_uuid) if id_]


def _rows(folder: Folder, relative: str) -> Sequence[ObservedVm]:
    path = folder.root / relative
    return [row for _, row in read_csv(path, relative, ObservedVm).rows] if path.is_file() else []
