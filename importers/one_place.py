"""What of an export belongs into one platform folder: one vCenter's machines, of clusters whose names are their own.

Left out: which machines are servers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from importers.folder import Folder
from importers.merge import Merge
from importers.records import Estate, Vm
from importers.report import Report, Source
from model.faults import Fault, ModelError, nearest
from model.names import schemes_meet

_ENOUGH = 3
"""So many items of before must be gone altogether before an export counts as another estate's."""
_CURE = "name another --out, or say --other-estate to write here all the same"


def only(estate: Estate, datacenter: str | None, report: Report) -> None:
    """Keeps the machines of one datacenter, where one is named; the others are reported. Raises ModelError."""
    counts = Counter(vm.datacenter for vm in estate.vms)
    if datacenter is None:
        if len(counts) > 1:
            told = ", ".join(f"{name} {count}" for name, count in counts.most_common())
            report.note("DATACENTERS", estate.vm_source.file, f"machines of {len(counts)} datacenters: {told}")
        return
    if datacenter not in counts:
        message = f"no machine is in datacenter {datacenter}; {nearest(datacenter, counts)}"
        raise ModelError([Fault("--datacenter", 1, "NOT-FOUND", ".", message)])
    for vm in estate.vms:
        if vm.datacenter != datacenter:
            estate.vm_source.reject(vm.row, vm.name, "OTHER-DATACENTER", f"it is in datacenter {vm.datacenter}")
    if estate.nics is not None and estate.nic_source is not None:
        _reject_nics(estate, datacenter)
    estate.vms = [vm for vm in estate.vms if vm.datacenter == datacenter]


def _reject_nics(estate: Estate, datacenter: str) -> None:
    """Adapters of machines elsewhere: a name that both datacenters have is told apart by id alone."""
    here = [vm for vm in estate.vms if vm.datacenter == datacenter]
    ids = {id_ for vm in here for id_ in (*vm.ids, vm.moref)}
    names = {vm.name.casefold() for vm in here}
    kept = [nic for nic in estate.nics or () if (ids & set(nic.vm_ids) if nic.vm_ids else nic.vm.casefold() in names)]
    rows = {nic.row for nic in kept}
    elsewhere = {vm.name.casefold() for vm in estate.vms} - names
    for nic in estate.nics or ():
        if nic.row not in rows and estate.nic_source is not None:
            known = nic.vm.casefold() in elsewhere
            code, why = (
                ("OTHER-DATACENTER", "its machine is") if known else ("UNKNOWN-VM", "no machine of it is here, or")
            )
            estate.nic_source.reject(nic.row, nic.vm, code, f"{why} in another datacenter")
    estate.nics = kept


def reject_other_generations(
    folder: Folder, vms: Sequence[Vm], source: Source, claimed: Collection[str], report: Report
) -> set[int]:
    """Reports machines that this platform builds itself, known by their names; their rows. `claimed` are names of
    machines, in lower case, that people have as servers of what is imported.
    """
    if folder.platform is None:
        return set()
    built = {
        i.vm_name.casefold(): i.generation.name
        for i in folder.platform.instances
        if i.generation.origin == "managed" and i.azure is None
    }
    schemes = {
        pool.naming_scheme: pool.generation.name for pool in folder.platform.pool_instances if pool.naming_scheme
    }
    rows: set[int] = set()
    for vm in vms:
        names = (g for scheme, g in schemes.items() if schemes_meet(scheme, vm.name))
        generation = built.get(vm.name.casefold()) or next(names, None)
        if generation not in (None, report.generation) and vm.name.casefold() not in claimed:
            source.reject(vm.row, vm.name, "OTHER-GENERATION", f"{generation} has it, which is built from this folder")
            rows.add(vm.row)
    return rows


def refuse_equal_clusters(vms: Iterable[Vm], report: Report) -> None:
    """Raises ModelError when clusters of two datacenters have one name: a name is one cluster here."""
    where: dict[str, set[str]] = defaultdict(set)
    for vm in vms:
        where[vm.cluster].add(vm.datacenter)
    for cluster, datacenters in sorted(where.items()):
        if len(datacenters) > 1:
            names = sorted(datacenters)
            message = f"cluster {cluster} is in datacenters {', '.join(names)}, and a name is one cluster here; import "
            message += f"with --datacenter {names[0]!r}, and the others each into a folder of its own"
            raise ModelError([Fault(next(iter(report.sources.values())).file, 1, "DUPLICATE-NAME", cluster, message)])


def refuse_other_estate(folder: Folder, merge: Merge, vms: Sequence[Vm]) -> None:
    """Raises ModelError when the folder has servers and the export has none of them, by name or UUID."""
    generation = merge.report.generation
    here = {
        str(found).casefold()
        for _, system in folder.systems()
        for own in (system.get("servers") or {}).values()
        if isinstance(own, dict) and (found := (own.get("found") or {}).get(generation))
    }
    ids = {fields.get(key) for fields in merge.base.get("servers", {}).values() for key in ("uuid", "instance_uuid")}
    if len(here) >= _ENOUGH and not any(vm.name.casefold() in here or vm.ids & ids for vm in vms):
        message = f"holds another estate: none of its {len(here)} servers of {generation} is in the export; {_CURE}"
        raise ModelError([Fault(str(folder.root), 1, "DUPLICATE-NAME", ".", message)])


def refuse_other_lists(folder: Folder, merge: Merge, estate: Estate) -> None:
    """Raises ModelError when a list has nothing of what an earlier import brought from such a list."""
    for kind, items in (("sites", estate.sites), ("workplaces", estate.workplaces), ("systems", estate.systems)):
        before = merge.base.get(kind, {})
        if items and len(before) >= _ENOUGH and not any(item.key in before for item in items):
            message = f"holds another estate: none of its {len(before)} {kind} is in the list; {_CURE}"
            raise ModelError([Fault(str(folder.root), 1, "DUPLICATE-NAME", kind, message)])
