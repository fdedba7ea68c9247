"""`refresh explain`: an item as merged, each value with the file and line that it comes from.

An item is what has a name in the data, a machine by any of its names, an address, a MAC address or a VLAN.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import common, explain_azure, explain_places, explain_pools, explain_sites

if TYPE_CHECKING:
    from model import Platform
    from model.provenance import Provenance
from model.types.instances import Instance

Row = tuple[str, Any, str]
"""A dotted path, its value, and where the value comes from."""
COLUMN = 90
"""The furthest to the right that origins stand in a column, in characters."""


def explain(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    item: Annotated[
        str, typer.Argument(help="A server, a site, a pool ...; a machine by any name; an address, a MAC, a VLAN.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print path, value and origin as JSON.")] = False,
) -> None:
    """Show an item as merged, each value with the file and line it comes from.

    For example: refresh explain holstebro sbsys, refresh explain holstebro 10.26.20.14
    """
    loaded, written = common.trace(platform)
    rows = list(rows_of(loaded, written, item))
    if not rows:
        from model.faults import nearest

        near = explain_places.nearest(loaded, written, item)
        names = {key for _, key in written.sources} | set(explain_places.names(loaded)) if near is None else ()
        common.fail(f"{item}: no such item in {loaded.name}; {near or nearest(item, names)}")
    if as_json:
        print(json.dumps([{"path": p, "value": v, "origin": o} for p, v, o in rows], ensure_ascii=False, default=str))
        return
    lines = [(f"{path}: {_text(value)}", origin) for path, value, origin in rows]
    # A long value pushes its own origin to the right and nobody else's.
    left = max((len(line) for line, _ in lines if len(line) <= COLUMN), default=COLUMN)
    for line, origin in lines:
        print(f"{line:<{left}}  {origin}")


def rows_of(platform: Platform, written: Provenance, item: str) -> Iterator[Row]:
    """The rows of every item with that name, in any letter case; a server brings its instances."""
    wanted = item.lower().removesuffix(f".{platform.settings.domain}".lower())
    for (kind, key), layers in written.sources.items():
        if key.lower() in (wanted, item.lower()):
            yield from _leaves(layers.merged(), layers, kind)
    for instance in platform.instances:
        machine = (instance.vm_name.lower(), instance.computer_name.lower())
        names = {instance.logical_name, instance.server.identity, *machine}
        if wanted in names:
            yield from _instance(platform, written, instance)
    if wanted in platform.refresh.generations:
        yield from _generation(platform, written, wanted)
    for pool in platform.pool_instances:
        if wanted in explain_pools.names_of(pool):
            yield from explain_pools.rows(platform, written, pool)
    for code in platform.places.sites:
        if code.lower() == wanted:
            yield from explain_sites.rows(platform, code)
    yield from _at_desks(platform, written, wanted)
    yield from explain_places.rows(platform, written, item)


def _at_desks(platform: Platform, written: Provenance, wanted: str) -> Iterator[Row]:
    """A workplace, or a device by its serial number or its name."""
    from model.derive import devices

    workplace = next((w for w in platform.places.workplaces.values() if w.name.lower() == wanted), None)
    if workplace is not None:
        for field, value in workplace.model_dump().items():
            yield f"workplaces.{workplace.name}.{field}", value, _place(written.lines["workplaces", wanted])
        yield from explain_sites.workplace_rows(platform, written, workplace.name)
    for serial, device in platform.places.workplace_devices.items():
        if wanted in (serial.lower(), devices.name_of(device).lower()):
            yield from explain_sites.device_rows(platform.places, written, serial)


def _leaves(data: Any, layers: Any, kind: str, path: tuple[str, ...] = ()) -> Iterator[Row]:
    for key, value in data.items():
        here = (*path, key)
        if isinstance(value, dict) and value:
            yield from _leaves(value, layers, kind, here)
        else:
            yield ".".join((kind, *here)), value, _place(layers.origin(here))


def _instance(platform: Platform, written: Provenance, instance: Instance) -> Iterator[Row]:
    """What an instance is given: by a rule of the model, or as it was found."""
    name, generation, server = instance.logical_name, instance.generation.name, instance.server
    network = written.sources["networks", server.network]
    if instance.found is not None:
        rule = address = _place(written.lines[f"observed {generation}", instance.vm_name.lower()])
    else:
        rule = "computed by model/names.py"
        if instance.azure is not None:
            prefix = written.sources["areas", instance.azure.area].origin(("subnets", server.network, "prefix"))
        else:
            prefix = network.origin(("prefix", generation))
        address = f"host {server.host} in the prefix of {_place(prefix)}"
    if instance.azure is not None and instance.azure.migrated:
        rule = "as it was, by its migration"
    yield f"{name}.vm_name", instance.vm_name, rule
    yield f"{name}.computer_name", instance.computer_name, rule
    yield f"{name}.fqdn", instance.fqdn, "computed by model/names.py"
    yield f"{name}.address", instance.address, address
    if instance.azure is not None:
        yield from explain_azure.rows(platform, written, instance, instance.azure)
    else:
        group = (
            ("found", generation)
            if generation in platform.network.networks[server.network].found
            else ("vlan", generation)
        )
        yield f"{name}.port_group", instance.attachment.port_group, _place(network.origin(group))
        yield f"{name}.vlan", instance.attachment.vlan, _place(network.origin(("vlan", generation)))
        yield f"{name}.folder", instance.folder, rule
    if instance.wave is not None:
        wave = written.sources["waves", instance.wave.name].origin(("state",))
        yield f"{name}.wave", f"{instance.wave.name}, {instance.wave.state}", _place(wave)
    if instance.ou is not None:
        yield f"{name}.ou", instance.ou, rule
    image = written.sources["servers", server.identity].origin(("image", generation))
    yield f"{name}.image", instance.image_name, _place(image)


def _generation(platform: Platform, written: Provenance, name: str) -> Iterator[Row]:
    """Whom a generation serves, whose data move to it, whether its hardware holds it and how long building takes."""
    from model.derive.capacity import capacity
    from model.derive.serving import system_served_by

    served = sorted(code for code in platform.estate.systems if system_served_by(platform, code) == name)
    yield f"{name}.serves.systems", len(served), "the live generation, and serving: in refresh.yaml"
    if platform.refresh.generations[name].origin != "managed":
        return
    for instance in platform.instances_of(name):
        server = instance.server
        if server.holds_data and server.data is not None:
            move = server.data
            text = (
                f"{move.way}, read only for {move.window_minutes} minutes: {move.across_minutes} across, "
                f"{move.back_minutes} back"
            )
            origin = written.sources["servers", server.identity].origin(("data",))
            yield f"{name}.data.{server.identity}", text, _place(origin)
    found = capacity(platform, name)
    for headroom in found.headroom:
        verdict = "SHORT: " if headroom.short else ""
        yield (
            f"{name}.capacity.{headroom.key}.{headroom.what}",
            f"{verdict}{headroom.needed} of {headroom.available} {headroom.unit}",
            headroom.how,
        )
    yield f"{name}.build_minutes", found.build_minutes, f"{found.clones} clones, the slowest cluster"
    for number, text in enumerate(found.assumed):
        yield f"{name}.assumed[{number}]", text, "assumed"


def _place(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict)) else str(value)
