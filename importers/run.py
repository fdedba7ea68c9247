"""One import from beginning to end but for the last step: read everything, decide everything, prepare all of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importers import dnsnames, lists, one_place, places, rvtools, sorting
from importers.before import Before, machine_of
from importers.facts import base_text, observed_text
from importers.folder import IMPORT_JSON, Folder
from importers.merge import Merge
from importers.placement import place
from importers.records import Estate, Vm
from importers.report import Report, Source
from importers.servers import Servers
from importers.systems import Systems
from model.faults import Fault, ModelError

_DOMAIN = re.compile(r"[a-z0-9-]+\.(?P<domain>[a-z0-9-]+(\.[a-z0-9-]+)+)\Z")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an import is given: files, the one datacenter to take, and whether the folder may hold another estate."""

    rvtools: Path | None = None
    rvtools_network: Path | None = None
    sites: Path | None = None
    workplaces: Path | None = None
    devices: Path | None = None
    systems: Path | None = None
    datacenter: str | None = None
    other_estate: bool = False


def generation_of(folder: Folder, newest: str) -> str:
    """The generation an import writes: the folder's only observed one, and `newest` in a folder without any.

    Raises ModelError when the folder has several.
    """
    found = [
        name
        for name, data in folder.section("refresh.yaml", "generations").items()
        if isinstance(data, dict) and data.get("origin") == "observed"
    ]
    if len(found) > 1:
        message = f"{', '.join(found)} are observed; say which with --generation"
        raise ModelError([Fault(str(folder.root / "refresh.yaml"), 1, "BAD-VALUE", "generations", message)])
    return found[0] if found else newest


def import_estate(folder: Folder, inputs: Inputs, report: Report, machines: Estate | None = None) -> None:
    """Brings the inputs into the folder and prepares it, for `commit`; `report` tells what happened.

    Without machines only the lists are brought, whatever has become of the generation. Raises ModelError.
    """
    merge = Merge(folder.base, report)
    if machines is None and inputs.rvtools is None:
        _bring_lists_alone(folder, inputs, merge)
    else:
        _refuse_other_origin(folder, report.generation)
        estate = machines if machines is not None else _read_rvtools(inputs, report)
        _read_lists(inputs, folder, estate, report)
        _bring(folder, inputs, estate, merge)
    folder.raw[IMPORT_JSON] = base_text(merge.next_base())
    report.faults += [str(fault) for fault in folder.prepare()]


def _bring(folder: Folder, inputs: Inputs, estate: Estate, merge: Merge) -> None:
    report = merge.report
    one_place.only(estate, inputs.datacenter, report)
    if not estate.vms:
        raise _unusable(inputs, estate, "no machine could be read from it")
    before = Before(folder, report.generation)
    servers, vdas = _sorted(folder, estate, before, report)
    if not servers and not folder.has("platform.yaml"):
        raise _unusable(inputs, estate, "no machine of it is a server")
    machines_kept = [server.vm for server in servers]
    one_place.refuse_equal_clusters([*machines_kept, *vdas], report)
    if not inputs.other_estate:
        one_place.refuse_other_estate(folder, merge, estate.vms)
    if not folder.has("platform.yaml"):
        _seed_platform(folder, machines_kept)
    first = report.generation not in folder.section("refresh.yaml", "generations")
    if first:
        folder.put("refresh.yaml", ("generations", report.generation), {"origin": "observed", "state": "live"})
    place(folder, estate, machines_kept, vdas, merge)
    bringer = Servers(folder, merge, estate.vm_source)
    bringer.seed_roles(servers)
    bringer.seed_images(machines_kept)
    systems = Systems(folder, merge, estate.systems or (), servers)
    if estate.systems is not None:
        systems.bring(estate.systems, report.sources["systems"])
    kept = bringer.bring(servers, systems)
    sorting.note_nameless(servers, kept, report)
    if first:
        _seed_name_servers(folder)
    if estate.nic_source is not None:
        sorting.account_for_nics(machines_kept, estate.vm_source, estate.nic_source)
    _bring_places(folder, estate, merge)
    folder.raw[f"observed/{report.generation}.csv"] = observed_text(before.ordered(kept))
    session_machines = f"observed/{report.generation}-vdas.csv"
    if vdas or (folder.root / session_machines).is_file():
        folder.raw[session_machines] = observed_text(before.ordered(vdas))


def _bring_lists_alone(folder: Folder, inputs: Inputs, merge: Merge) -> None:
    """Sites, workplaces and systems into a folder that has its machines."""
    if not folder.has("platform.yaml"):
        message = "lists make no platform by themselves; give --rvtools or --vcenter too"
        raise ModelError([Fault(str(folder.root), 1, "NOT-FOUND", ".", message)])
    estate = Estate([], Source(""))
    _read_lists(inputs, folder, estate, merge.report)
    if not inputs.other_estate:
        one_place.refuse_other_lists(folder, merge, estate)
    if estate.systems is not None:
        Systems(folder, merge, estate.systems, ()).bring(estate.systems, merge.report.sources["systems"])
    _bring_places(folder, estate, merge)


def _bring_places(folder: Folder, estate: Estate, merge: Merge) -> None:
    if estate.sites is not None:
        places.bring_sites(folder, merge, estate.sites, merge.report.sources["sites"])
    if estate.workplaces is not None:
        places.bring_workplaces(folder, merge, estate.workplaces, merge.report.sources["workplaces"])
        places.count_workplaces(merge, estate.site_counts, estate.workplaces)
    if estate.devices is not None:
        places.bring_devices(folder, merge, estate.devices, merge.report.sources["devices"])


def _unusable(inputs: Inputs, estate: Estate, why: str) -> ModelError:
    where = str(inputs.rvtools) if inputs.rvtools is not None else estate.vm_source.file
    return ModelError([Fault(where, 1, "BAD-CSV", ".", f"{why}; give an export with at least one")])


def _refuse_other_origin(folder: Folder, generation: str) -> None:
    """An import describes what somebody else built; a generation under control is not its to write."""
    data = folder.section("refresh.yaml", "generations").get(generation)
    origin = data.get("origin") if isinstance(data, dict) else None
    if origin not in (None, "observed"):
        message = (
            f"{generation} is {origin}, so its machines are not an import's to write; name an observed one, or leave "
            "--rvtools and --vcenter out and import lists alone"
        )
        shown = str(folder.root / "refresh.yaml")
        raise ModelError([Fault(shown, 1, "BAD-VALUE", f"generations.{generation}.origin", message)])


def _read_rvtools(inputs: Inputs, report: Report) -> Estate:
    if inputs.rvtools is None:
        raise ValueError("neither an RVTools table nor machines")
    source = report.sources["rvtools"] = Source(inputs.rvtools.name)
    network = inputs.rvtools_network
    if network is None and rvtools.has_sheet(inputs.rvtools, "vNetwork"):
        network = inputs.rvtools
    estate = Estate(list(rvtools.read_vms(inputs.rvtools, source, report, with_nics=network is not None)), source)
    if network is not None:
        estate.nic_source = report.sources["rvtools_network"] = Source(network.name)
        estate.nics = list(rvtools.read_nics(network, estate.nic_source, report))
    estate.vlans = rvtools.read_vlans(inputs.rvtools)
    estate.hosts = rvtools.read_hosts(inputs.rvtools)
    return estate


def _read_lists(inputs: Inputs, folder: Folder, estate: Estate, report: Report) -> None:
    if inputs.sites is not None:
        source = report.sources["sites"] = Source(inputs.sites.name)
        types = {str(data["title"]).casefold(): key for key, data in folder.catalog["site_types.yaml"].items()}
        types |= {key: key for key in folder.catalog["site_types.yaml"]}
        pairs = list(lists.read_sites(inputs.sites, source, types))
        estate.sites = [item for item, _ in pairs]
        estate.site_counts = {item.key: count for item, count in pairs if count is not None}
    if inputs.workplaces is not None:
        source = report.sources["workplaces"] = Source(inputs.workplaces.name)
        known = set(folder.section("sites.yaml", "sites")) | {item.key for item in estate.sites or ()}
        estate.workplaces = list(lists.read_workplaces(inputs.workplaces, source, known))
    if inputs.devices is not None:
        source = report.sources["devices"] = Source(inputs.devices.name)
        workplaces = {row["name"] for row in places.rows(folder, "workplaces.csv")}
        workplaces |= {item.key for item in estate.workplaces or ()}
        generations = {report.generation, *folder.section("refresh.yaml", "generations")}
        estate.devices = list(lists.read_devices(inputs.devices, source, workplaces, generations))
    if inputs.systems is not None:
        source = report.sources["systems"] = Source(inputs.systems.name)
        estate.systems = list(lists.read_systems(inputs.systems, source))


def _sorted(folder: Folder, estate: Estate, before: Before, report: Report) -> tuple[list[sorting.Server], list[Vm]]:
    """The servers and the session machines, each with its adapter."""
    claimed = {
        str((own.get("found") or {}).get(report.generation, "")).casefold()
        for _, data in folder.systems()
        for own in (data.get("servers") or {}).values()
        if isinstance(own, dict)
    }
    systems = {str(data.get("title", "")): str(data.get("title", "")) for _, data in folder.systems()}
    systems |= {fields["code"]: title for title, fields in folder.base.get("systems", {}).items() if "code" in fields}
    systems |= {item.fields["code"]: item.key for item in estate.systems or () if "code" in item.fields}
    systems |= {item.key: item.key for item in estate.systems or ()}
    vms = before.completed(estate.vms, with_nics=estate.nics is not None)
    theirs = one_place.reject_other_generations(folder, vms, estate.vm_source, claimed, report)
    found = sorting.sort((vm for vm in vms if vm.row not in theirs), estate.vm_source, systems, claimed)
    whole = {vm.row: vm for vm in vms}
    if estate.nics is not None and estate.nic_source is not None:
        whole = sorting.attach_nics(vms, estate.nics, estate.vm_source, estate.nic_source, report)
        estate.nic_source.kept_apart = sum(1 for vm in found.vdas if whole[vm.row].nic)
    named = dnsnames.settle([whole[server.vm.row] for server in found.servers], report)
    servers = [replace(server, vm=vm) for server, vm in zip(found.servers, named, strict=True)]
    return servers, [whole[vm.row] for vm in found.vdas] or _vdas_of_before(before, report)


def _vdas_of_before(before: Before, report: Report) -> list[Vm]:
    """The session machines of an earlier import, for an export that leaves all of them out."""
    if before.vdas:
        reason = f"the export tells none, and the {len(before.vdas)} of an earlier one stay"
        report.note("NO-SESSION-MACHINES", report.generation, reason)
    return [machine_of(found) for found in before.vdas]


def _seed_platform(folder: Folder, vms: Sequence[Vm]) -> None:
    domains = Counter(m["domain"] for vm in vms if (m := _DOMAIN.match(vm.dns_name.casefold())))
    domain = min(domains, key=lambda d: (-domains[d], d)) if domains else "example.invalid"
    first = domain.split(".")[0]
    why = "assumed: from the machines' DNS names" if domains else "assumed: no machine tells its DNS name"
    values = {
        "title": (first.capitalize(), "assumed: from the domain"),
        "domain": (domain, why),
        "netbios_domain": (re.sub(r"[^A-Z0-9-]", "", first.upper())[:15], "assumed: from the domain"),
        "server_ou": ("Servere", "assumed: no export tells"),
        "windows_time_zone": (105, "Copenhagen"),
        "cost_center": ("Ukendt", "assumed: no export tells"),
    }
    for field, (value, comment) in values.items():
        folder.put("platform.yaml", (field,), value, comment)


def _seed_name_servers(folder: Folder) -> None:
    """Who answers for names: the first two servers of the first system that has domain controllers."""
    for _, system in folder.systems():
        servers = system.get("servers") or {}
        controllers = [identity for identity, own in servers.items() if own.get("role") == "dc"]
        if controllers:
            value = {"system": system["code"], "role": "dc", "servers": controllers[:2]}
            folder.put("networks.yaml", ("services", "dns"), value, "assumed: the first domain controllers")
            return
