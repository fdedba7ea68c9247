"""`refresh list`: the items of one kind, one a line, and those alone that have what is asked for.

The columns are the few that tell items apart; `--where` and `--json` know every key of an item and what is computed
beside it. Left out: what an item was merged from, which `refresh explain` says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import common
from model.files import SECTIONS

if TYPE_CHECKING:
    from pydantic import BaseModel

    from model import Platform

Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of item: its rows, and the columns that a person sees."""

    rows: Callable[[Platform], Iterable[Row]]
    columns: tuple[str, ...]


def list_(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    kind: Annotated[str, typer.Argument(help="servers, instances, systems, sites, workplaces, pools, networks ...")],
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Only what has this value, which may have * and ?; all of them."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every key of each item as JSON.")] = False,
) -> None:
    """List the items of a kind.

    For example: refresh list holstebro servers --where system=novax --where role=sql
    """
    from model.faults import nearest

    if kind not in KINDS:
        common.fail(f"no kind {kind}; name one of {', '.join(KINDS)}")
    asked = [_asked(text) for text in where or ()]
    loaded = common.load(platform)
    rows = list(KINDS[kind].rows(loaded))
    known = {key: None for row in rows for key in row}
    for key, _ in asked:
        if rows and key not in known:
            common.fail(f"{kind} have no key {key}; {nearest(key, known)}")
    kept = [row for row in rows if all(_has(row.get(key), value) for key, value in asked)]
    if as_json:
        print(json.dumps(kept, ensure_ascii=False, default=str))
    else:
        _print(kept, KINDS[kind].columns)


def _asked(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        common.fail(f"--where {text}: not key=value; write it as --where system=novax")
    return key, value


def _has(held: Any, wanted: str) -> bool:
    """Whether a value is the one that is asked for, in any letter case; of a list or a map, whether an entry is."""
    if isinstance(held, Mapping):
        return any(_has(entry, wanted) for entry in (*held, *held.values()))
    if isinstance(held, list | tuple):
        return any(_has(entry, wanted) for entry in held)
    return fnmatchcase(_text(held).lower(), wanted.lower())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return " ".join(f"{key}={_text(entry)}" for key, entry in value.items())
    if isinstance(value, list | tuple):
        return ",".join(_text(entry) for entry in value)
    return "" if value is None else str(value)


def _print(rows: list[Row], columns: tuple[str, ...]) -> None:
    lines = [columns, *(tuple(_text(row.get(column)) for column in columns) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    for line in lines:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip())


def _items(section: str, key: str, *columns: str) -> Kind:
    """The items of a section of the platform: their keys, under `key`, and all that they hold."""

    def rows(platform: Platform) -> Iterator[Row]:
        items: Mapping[str, BaseModel] = attrgetter(SECTIONS[section].into)(platform)
        for name, item in items.items():
            yield {key: name} | item.model_dump(mode="json")

    return Kind(rows, (key, *columns))


def _instances(platform: Platform) -> Iterator[Row]:
    for i in platform.instances:
        yield {
            "name": i.logical_name,
            "computer_name": i.computer_name,
            "vm_name": i.vm_name,
            "fqdn": i.fqdn,
            "generation": i.generation.name,
            "state": i.generation.state,
            "server": i.server.identity,
            "system": i.system.code,
            "role": i.server.role,
            "os": i.server.os,
            "address": _text(i.address),
            "network": i.attachment.network,
            "vlan": i.attachment.vlan,
            "image": i.image_name,
            "place": i.azure.area if i.azure is not None else i.server.cluster,
            "size": i.azure.size if i.azure is not None else None,
            "wave": i.wave.name if i.wave is not None else None,
            "criticality": i.system.criticality,
        }


def _sites(platform: Platform) -> Iterator[Row]:
    counts: dict[str, int] = {}
    for workplace in platform.places.workplaces.values():
        counts[workplace.site] = counts.get(workplace.site, 0) + 1
    for code, site in platform.places.sites.items():
        networks = platform.site_networks.get(code)
        yield site.model_dump(mode="json") | {
            "block": str(networks.block) if networks is not None else None,
            "workplaces": counts.get(code, 0),
            "switches": len(networks.switches) if networks is not None else None,
        }


def _workplaces(platform: Platform) -> Iterator[Row]:
    from model.derive.sites import workplace_address

    for workplace in platform.places.workplaces.values():
        yield workplace.model_dump(mode="json") | {
            "address": _text(workplace_address(platform.site_networks, workplace))
        }


def _devices(platform: Platform) -> Iterator[Row]:
    """Those of devices.csv; the name and the address are those of what is known to DHCP."""
    from model.derive import devices
    from model.derive.sites import workplace_address

    places = platform.places
    known = {device.serial: at for at, device in devices.standing(places) if device is not None}
    for serial, device in places.workplace_devices.items():
        at, workplace = known.get(serial), places.workplaces.get(device.workplace or "")
        yield device.model_dump(mode="json") | {
            "name": at.name if at is not None else None,
            "site": workplace.site if workplace is not None else None,
            "address": _text(workplace_address(platform.site_networks, at)) if at is not None else None,
        }


def _site_devices(platform: Platform) -> Iterator[Row]:
    from model.derive.site_devices import address_of

    for device in platform.places.devices.values():
        yield device.model_dump(mode="json") | {"address": _text(address_of(platform.site_networks, device))}


def _pools(platform: Platform) -> Iterator[Row]:
    for i in platform.pool_instances:
        names = i.citrix.delivery_group if i.citrix is not None else i.avd.host_pool if i.avd is not None else None
        yield {
            "name": i.logical_name,
            "pool": i.pool.name,
            "generation": i.generation.name,
            "on": "azure" if i.avd is not None else "citrix",
            "group": names,
            "machines": i.machines,
            "image": f"{i.image_name} {i.version_name}",
            "behind": i.behind,
            "network": i.pool.network,
            "wave": i.wave.name if i.wave is not None else None,
            "users": list(i.pool.users),
        }


def _networks(platform: Platform) -> Iterator[Row]:
    """The data centre's, by generation, and the VLANs of each site."""
    for key, network in platform.network.networks.items():
        for generation, prefix in network.prefix.items():
            vlan = network.vlan.get(generation)
            where = {"place": "data-centre", "generation": generation, "vlan": vlan, "prefix": str(prefix)}
            yield {"name": key} | where | {"purpose": network.purpose}
    for code, networks in platform.site_networks.items():
        for zone, vlan in networks.vlans.items():
            where = {"place": code, "generation": None, "vlan": vlan.vlan, "prefix": str(vlan.prefix)}
            yield {"name": zone} | where | {"purpose": networks.site.name}
    for key, area in platform.azure.areas.items():
        for name, subnet in area.subnets.items():
            where = {"place": key, "generation": None, "vlan": None, "prefix": str(subnet.prefix)}
            yield {"name": name} | where | {"purpose": subnet.purpose}


def _access_switches(platform: Platform) -> Iterator[Row]:
    for code, networks in platform.site_networks.items():
        for switch in networks.switches:
            row = {"name": switch.name, "site": code, "address": str(switch.address), "model": switch.model.title}
            yield row | {"place": networks.site.name}


def _aliases(platform: Platform) -> Iterator[Row]:
    from model.derive import flips

    for alias in flips.aliases(platform):
        row = {"name": alias.fqdn, "system": alias.system, "generation": alias.generation}
        yield row | {"addresses": [str(address) for address in alias.addresses], "ttl": alias.ttl}


def _flows(platform: Platform) -> Iterator[Row]:
    """Every flow, of systems and of nobody, as it is filtered."""
    from model.derive import flows

    for rule in flows.rules(platform):
        ports = [f"{p.protocol}/{p.first}" + (f"-{p.last}" if p.last != p.first else "") for p in rule.ports]
        yield {
            "name": rule.name,
            "sources": list(rule.source_names),
            "targets": list(rule.target_names),
            "ports": ["icmp/echo" if port.startswith("icmp") else port for port in ports],
            "system": rule.system,
            "role": rule.role,
            "owner": rule.owner,
            "reason": rule.reason,
            "expires": _text(rule.expires),
        }


KINDS: Mapping[str, Kind] = {
    "access-switches": Kind(_access_switches, ("name", "site", "address", "model", "place")),
    "aliases": Kind(_aliases, ("name", "system", "generation", "addresses")),
    "areas": _items("areas", "name", "title", "owner", "subscription", "prefix"),
    "baselines": _items("baselines", "name", "applies", "title"),
    "clients": _items("clients", "model", "maker", "secure_hdx", "source"),
    "clusters": _items("clusters", "name", "purpose", "datastores", "switch", "host_failures"),
    "datastores": _items("datastores", "name", "generation", "group", "cluster", "capacity_gib", "assumed"),
    "desktop-images": _items("desktop_images", "name", "current", "title"),
    "devices": Kind(_devices, ("serial", "name", "site", "generation", "model", "state", "mac", "address")),
    "equipment": _items("equipment", "name", "title", "rack_units", "leaves"),
    "flows": Kind(_flows, ("name", "sources", "targets", "ports", "owner", "expires")),
    "generations": _items("generations", "name", "origin", "state", "cutover", "hypercare"),
    "hosts": _items("hosts", "name", "generation", "cluster", "model", "assumed"),
    "images": _items("images", "name", "os", "title", "template", "build"),
    "instances": Kind(_instances, ("name", "computer_name", "generation", "state", "role", "address", "place", "wave")),
    "networks": Kind(_networks, ("name", "place", "generation", "vlan", "prefix", "purpose")),
    "overrides": _items("overrides", "resource", "role", "expires", "reason"),
    "policies": _items("policies", "name", "kind", "enforce", "title"),
    "pools": Kind(_pools, ("name", "on", "group", "machines", "image", "behind", "wave")),
    "profiles": _items("profiles", "name", "title", "sessions_per_host", "peak"),
    "roles": _items("roles", "name", "short", "os", "title"),
    "servers": _items("servers", "identity", "system", "role", "os", "cpus", "memory_gib", "network", "cluster"),
    "serving": _items("serving", "name", "generation", "expires", "reason"),
    "site-devices": Kind(_site_devices, ("name", "kind", "site", "model", "address", "switch", "port")),
    "site-types": _items("site_types", "name", "title", "hours", "wan_mbit", "plan", "switch"),
    "sites": Kind(_sites, ("code", "name", "type", "hours", "wan_mbit", "block", "workplaces", "switches")),
    "sizes": _items("sizes", "name", "cpus", "memory_gib", "max_disks", "use"),
    "stable": _items("stable", "name", "kind", "points_at", "system"),
    "subscriptions": _items("subscriptions", "name", "title", "management_group", "budget", "id"),
    "systems": _items("systems", "code", "title", "hosting", "owner", "criticality", "personal_data"),
    "waves": _items("waves", "name", "title", "generation", "starts", "ends", "state"),
    "workplaces": Kind(_workplaces, ("name", "site", "kind", "model", "profile", "department", "address")),
}
