"""Decides what each machine is: a server with a role and a system, a Citrix session machine, or no part of the estate.

The rules read what administrators write in the notes of a machine ("SQL Server - SBSYS", "Delivery Controller").
What no rule knows is kept, with a role by its operating system, and noted for a person. Left out: sizes and names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from importers.records import Nic, Vm
from importers.report import Report, Source
from model.types.guests import os_of

SQL, APP, WEB, FILE, PRINT, LINUX = "sql", "app", "web", "file", "print", "linux"


@dataclass(frozen=True, slots=True)
class Own:
    """A system that the municipality runs to run the others. No list of systems names it."""

    code: str
    title: str
    owner: str
    criticality: str
    personal_data: str


OWN = {
    own.code: own
    for own in (
        Own("ad", "Active Directory og DHCP", "It-drift", "vital", "ordinary"),
        Own("ctx", "Citrix-kontrolplan", "It-drift", "vital", "ordinary"),
        Own("drift", "Driftsværktøjer", "It-drift", "high", "none"),
        Own("file", "Filservere", "It-drift", "vital", "special"),
        Own("lnx", "Linux-appliances", "It-drift", "normal", "none"),
        Own("misc", "Uden system", "It-drift", "normal", "ordinary"),
        Own("print", "Printservere", "It-drift", "high", "ordinary"),
        Own("test", "Testservere", "It-drift", "low", "none"),
    )
}
_ROLES: tuple[tuple[str, str, str], ...] = (
    (r"domain controller|domænecontroller", "dc", "ad"),
    (r"\bdhcp\b", "dhcp", "ad"),
    (r"delivery controller|\bddc\b", "ddc", "ctx"),
    (r"store ?front", "sf", "ctx"),
    (r"provisioning|\bpvs\b", "pvs", "ctx"),
    (r"\bsql\b|\bdatabase", SQL, ""),
    (r"\biis\b|\bweb", WEB, ""),
    (r"applikationsserver|application server", APP, ""),
    (r"fil-?server|file ?server", FILE, "file"),
    (r"print-?server", PRINT, "print"),
    (r"driftsværktøj|management|overvågning|monitoring", "mgt", "drift"),
    (r"\btest", "test", "test"),
    (r"linux", LINUX, "lnx"),
)
"""What the notes say → the role, and the own system when the notes name no other. The first that matches decides."""
_WITH_ITS_MACHINE = "its machine is reported: "
_VDA = re.compile(r"\bvda\b|virtual delivery agent", re.IGNORECASE)
_VCLS = re.compile(r"vCLS([ (-]|\Z)")
_SYSTEM = re.compile(r"(?P<what>.+?)\s+[-–]\s+(?P<system>.+)\Z")  # noqa: RUF001 - an en dash, as people type it


@dataclass(frozen=True, slots=True)
class Server:
    """A machine that becomes a server: its role, and the title of its system."""

    vm: Vm
    role: str
    system: str
    nameless: str = ""
    """Why no system is known, so that it stands in the one for all such."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The estate's machines: what become servers, and the session machines that belong to pools."""

    servers: list[Server]
    vdas: list[Vm]


def sort(vms: Iterable[Vm], source: Source, systems: Mapping[str, str], claimed: Collection[str]) -> Sorted:
    """Sorts the machines; those that are no part of the estate are reported in `source`.

    `systems`: what notes may call a system, its title or its code, to its title.
    Of machines with one name, in any letter case, the running one is kept, else the first. A machine that is powered
    off is a leftover unless it is `claimed` (by lower-case name): then people have it as a server already.
    """
    titles = {name.casefold(): title for name, title in systems.items() if name}
    by_name: dict[str, list[Vm]] = defaultdict(list)
    for vm in vms:
        by_name[vm.name.casefold()].append(vm)
    found = Sorted([], [])
    for group in by_name.values():
        kept, *others = sorted(group, key=lambda vm: (vm.template, vm.power != "on", vm.row))
        for other in others:
            reason = f"the name is that of row {kept.row} ({kept.power}), which is kept, and this one is {other.power}"
            source.reject(other.row, other.name, "DUPLICATE", reason)
        _place(kept, source, titles, claimed, found)
    source.kept_apart = len(found.vdas)
    found.servers.sort(key=lambda server: server.vm.row)
    found.vdas.sort(key=lambda vm: vm.row)
    return found


def _place(vm: Vm, source: Source, titles: Mapping[str, str], claimed: Collection[str], found: Sorted) -> None:
    if vm.template:
        source.reject(vm.row, vm.name, "TEMPLATE", "a template, not a machine")
    elif _VCLS.match(vm.name):
        source.reject(vm.row, vm.name, "VCLS", "vSphere's own cluster service, which vSphere makes and removes")
    elif _VDA.search(vm.annotation) or _VDA.search(vm.folder):
        found.vdas.append(vm)
    elif vm.power != "on" and vm.name.casefold() not in claimed:
        reason = f"{'suspended' if vm.power == 'suspended' else 'powered off'}, in folder {vm.folder or '/'}"
        source.reject(vm.row, vm.name, "POWERED-OFF", reason)
    else:
        found.servers.append(_server(vm, titles))


def note_nameless(servers: Iterable[Server], kept: Collection[Vm], report: Report) -> None:
    """Notes each server that is kept and stands among those without a system."""
    rows = {vm.row for vm in kept}
    for server in servers:
        if server.nameless and server.vm.row in rows:
            report.note("NO-SYSTEM", server.vm.name, f"{server.nameless}, so it is put in misc")


def _server(vm: Vm, titles: Mapping[str, str]) -> Server:
    match = _SYSTEM.match(vm.annotation)
    what, system = (match["what"], match["system"]) if match else (vm.annotation, "")
    role, own = next(
        ((role, own) for pattern, role, own in _ROLES if re.search(pattern, what, re.IGNORECASE)),
        (LINUX if os_of(vm.guest_os) == "linux" else APP, ""),
    )
    if system:
        return Server(vm, role, titles.get(system.casefold(), system))
    notes = vm.annotation.casefold()
    named = [name for name in titles if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", notes)]
    if named:
        return Server(vm, role, titles[max(named, key=len)])
    nameless = f"its notes, {vm.annotation!r}, name no system" if vm.annotation else "it has no notes"
    return Server(vm, role, OWN[own or "misc"].title, "" if own else nameless)


def attach_nics(
    vms: list[Vm], nics: Iterable[Nic], vm_source: Source, nic_source: Source, report: Report
) -> dict[int, Vm]:
    """The machines by row, with the adapter that carries their address, else one that has any, else their first.

    An export that gives no id is matched by name, power state and template, which tells two machines of one name
    apart. A UUID that a copied machine shares identifies nothing. An adapter of a reported machine is reported with it.
    """
    uuids = Counter(id_ for vm in vms for id_ in vm.ids)
    machines: dict[tuple[object, ...], Vm] = {}
    for vm in vms:
        machines[vm.moref,] = vm
        machines |= {(id_,): vm for id_ in vm.ids if uuids[id_] == 1}
        machines.setdefault((vm.name.casefold(), vm.power, vm.template), vm)
    unread = {reported.name.casefold(): reported for reported in vm_source.reported.values()}
    mine: dict[int, list[Nic]] = defaultdict(list)
    for nic in nics:
        vm = next((machines[id_,] for id_ in nic.vm_ids if (id_,) in machines), None) or machines.get(
            (nic.vm.casefold(), nic.power, nic.template)
        )
        if vm is None:
            why = unread.get(nic.vm.casefold())
            code = why.code if why else "UNKNOWN-VM"
            reason = (
                _WITH_ITS_MACHINE + why.reason if why else "no machine of this name and state in the list of machines"
            )
            nic_source.reject(nic.row, nic.vm, code, reason)
            continue
        mine[vm.row].append(nic)
    return {vm.row: _with_nic(vm, mine.get(vm.row, []), vm_source, nic_source, report) for vm in vms}


def _with_nic(vm: Vm, nics: list[Nic], vm_source: Source, nic_source: Source, report: Report) -> Vm:
    why = vm_source.reported.get(vm.row)
    if why is not None:
        for nic in nics:
            nic_source.reject(nic.row, nic.vm, why.code, _WITH_ITS_MACHINE + why.reason)
        return vm
    if not nics:
        return vm
    carrying = ((nic, address) for address in vm.addresses for nic in nics if address in nic.addresses)
    first, address = next(carrying, (None, ""))
    if first is None:
        told = next((nic for nic in nics if nic.addresses), None)
        first = told or next((nic for nic in nics if nic.network == vm.network), nics[0])
        address = told.addresses[0] if told else vm.address
    if vm.address and vm.address != address and vm.address not in first.addresses:
        reason = f"address is {vm.address} in the list of machines and {address} on its adapter, and the second is used"
        report.note("FACTS-DISAGREE", vm.name, reason)
    if vm.network and not any(nic.network == vm.network for nic in nics):
        reason = f"network is {vm.network} in the list of machines and {first.network} on its adapter, which is used"
        report.note("FACTS-DISAGREE", vm.name, reason)
    addresses = tuple(dict.fromkeys(filter(None, (address, *vm.addresses))))
    more = tuple(nic for nic in nics if nic is not first)
    return replace(vm, nic=first, more_nics=more, addresses=addresses, network=first.network)


def account_for_nics(vms: Iterable[Vm], vm_source: Source, nic_source: Source) -> None:
    """Reports the adapters of machines that were reported after their adapters had been attached."""
    for vm in vms:
        why = vm_source.reported.get(vm.row)
        if why is not None and vm.nic is not None:
            for nic in (vm.nic, *vm.more_nics):
                nic_source.reject(nic.row, nic.vm, why.code, _WITH_ITS_MACHINE + why.reason)
