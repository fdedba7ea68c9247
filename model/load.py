"""Loads a platform folder: reads every file, merges, validates, computes the instances and checks the whole.

Every fault of every file is found in one run. Items that do not validate are left out of the later checks, but their
keys stay known, so that one wrong value does not bring a flood of references that dangle.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from model import unsaid
from model.base import Items
from model.derive import instances, pools, sites
from model.faults import Fault, ModelError, nearest, shown_path
from model.files import FILES, HOME, SECTIONS, STACK_FILES, STACKS, Section
from model.folder import Files, read
from model.platform import Declared, Platform
from model.provenance import Provenance
from model.reading.layers import Layer, Layers, validate
from model.reading.source import Doc, Path_, as_map, read_yaml
from model.reading.tables import Table
from model.rules import registry
from model.rules.gone import STACK
from model.types.cutover import Visit
from model.types.devices import Device
from model.types.estate import Server, System, Workplace
from model.types.infrastructure import Generation
from model.types.observed import ObservedVm

N = TypeVar("N", Workplace, Device, Visit, ObservedVm)


def folder_of(platform: str) -> Path:
    """The folder of a platform: a name stands for one under stacks/, anything with a slash is a path."""
    return Path(platform) if "/" in platform or os.sep in platform else STACKS / platform


def load(platform: str) -> Platform:
    """Loads and checks `platform`, a name under stacks/ or the path of a folder; raises ModelError with every fault."""
    return trace(platform)[0]


def trace(platform: str) -> tuple[Platform, Provenance]:
    """As `load`, with where each value comes from."""
    folder = folder_of(platform)
    shown = shown_path(folder)
    if not folder.is_dir():
        others = (
            [p.name for p in folder.parent.iterdir() if (p / "platform.yaml").is_file()]
            if folder.parent.is_dir()
            else []
        )
        raise ModelError([Fault(shown, 1, "NOT-FOUND", ".", f"no such folder; {nearest(folder.name, others)}")])
    return _Loader(folder).load()


def resolve(declared: Declared) -> Platform:
    """The platform that follows from what is declared."""
    return Platform(
        **{field.name: getattr(declared, field.name) for field in fields(declared)},
        instances=tuple(instances.build(declared)),
        pool_instances=tuple(pools.build(declared)),
        site_networks=sites.build(declared.network, declared.places),
    )


def assemble(name: str, parts: Mapping[str, Any]) -> Declared:
    """What is declared, of parts by where each goes: `people`, or `estate.servers` for the field of an aggregate."""
    whole: dict[str, Any] = {}
    for into, part in parts.items():
        holder, _, field = into.partition(".")
        if field:
            whole.setdefault(holder, {})[field] = part
        else:
            whole[holder] = part
    kinds = get_type_hints(Declared)
    made = {key: kinds[key](**part) if is_dataclass(kinds[key]) else part for key, part in whole.items()}
    return Declared(name=name, **made)


class _Loader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.sources: dict[tuple[str, str], Layers] = {}
        self.known: dict[str, set[str]] = {}
        self.lines: dict[tuple[str, str], tuple[str, int]] = {}

    def load(self) -> tuple[Platform, Provenance]:
        files = read(self.folder)
        self.faults += files.faults
        to_say = list(unsaid.faults(files))
        if to_say or not files.whole:
            raise ModelError([*self.faults, *to_say])
        for file in FILES.values():
            self.known |= {section.name: set[str]() for section in file.sections}
        # A part is an item's or a file's place in Declared, such as `estate.servers`.
        parts: dict[str, Any] = {**self._sections(files), **self._tops(files)}
        parts |= {**self._systems(files), **self._inheriting(files)}
        path = self.folder / "workplaces.csv"
        parts["places.workplaces"] = Items(self._table(path, "workplaces", files.workplaces))
        path = self.folder / "devices.csv"
        parts["places.workplace_devices"] = Items(self._table(path, "devices", files.devices, "serial"))
        path = self.folder / "visits.csv"
        parts["weekend.visits"] = Items(self._table(path, "visits", files.visits, "visit"))
        generations = parts["refresh.generations"]
        parts["pictures"] = files.pictures
        parts["observed.servers"], parts["observed.vdas"] = self._observed(files.observed, generations)
        if any(generation.state.leaving for generation in generations.values()):
            self._stacks()
        # What much else rests on: without it the rest would only say so once more for every item.
        there = [file.top.into for name, file in FILES.items() if file.top is not None and name in files.docs]
        if any(parts[into] is None for into in there):
            raise ModelError(self.faults)
        platform = resolve(assemble(self.folder.resolve().name, parts))
        provenance = Provenance(self.sources, self.lines, self.known)
        self.faults += registry.check(platform, provenance, told=bool(self.faults))
        if self.faults:
            raise ModelError(self.faults)
        return platform, provenance

    def _stacks(self) -> None:
        """The stack files of this platform, for what they name by hand."""
        name = self.folder.resolve().name
        for path in sorted(self.folder.resolve().parent.glob(STACK_FILES)):
            doc = read_yaml(path, shown_path(path))
            config = as_map((as_map(doc.data) or {}).get("config")) or {}
            if doc.faults or config.get("platform-refresh:platform") == name:
                self.faults += doc.faults
                self.sources[STACK, path.name] = Layers((Layer(doc, (), doc.data or {}),))

    def _unknown_sections(self, doc: Doc, known: set[str]) -> None:
        for key in doc.data:
            if key not in known:
                doc_fault = Fault(
                    doc.file, doc.line((key,)), "UNKNOWN-KEY", key, f"not known here; {nearest(key, known)}"
                )
                self.faults.append(doc_fault)

    def _entries(self, doc: Doc, path: Path_) -> Iterator[tuple[str, Any]]:
        holder = as_map(doc.data) or {}
        if path[-1] not in holder:
            return
        data = holder[str(path[-1])]
        items = as_map(data)
        if items is None:
            message = f"not {'null' if data is None else f'a {type(data).__name__}'}; write a map of items by key"
            self.faults.append(Fault(doc.file, doc.line(path), "WRONG-TYPE", str(path[-1]), message))
            return
        yield from items.items()

    def _sections(self, files: Files) -> dict[str, Items[Any]]:
        """The items of each section that stands alone."""
        found: dict[str, Items[Any]] = {}
        for name, file in FILES.items():
            levels = files.levels(name)
            for doc in levels:
                self._unknown_sections(doc, file.keys)
            for section in file.sections:
                if section.inherits is None:
                    found[section.into] = self._items(levels, section)
        return found

    def _items(self, levels: list[Doc], section: Section) -> Items[Any]:
        """The items of a section, each merged over the docs from the lowest level to the highest."""
        layers: dict[str, list[Layer]] = {}
        for doc in levels:
            for key, data in self._entries(doc, (section.name,)):
                layers.setdefault(key, []).append(Layer(doc, (section.name, key), data))
        items: Items[Any] = Items()
        self.known[section.name].update(layers)
        for key, parts in layers.items():
            source = Layers(tuple(parts))
            self.sources[section.name, key] = source
            item = validate(section.kind, source, {section.key: key} if section.key else {}, self.faults)
            if item is not None:
                items[key] = item
        return items

    def _tops(self, files: Files) -> dict[str, Any]:
        """What files say at their top of the whole; None of a file that is not there."""
        found: dict[str, Any] = {}
        for name, file in FILES.items():
            doc = files.docs.get(name)
            if file.top is None:
                if doc is not None:
                    self.sources["file", name] = Layers((Layer(doc, (), doc.data),))
                continue
            found[file.top.into] = None
            if levels := files.levels(name):
                kind = file.top.kind
                others = frozenset(file.keys - set(kind.model_fields))
                source = Layers(tuple(Layer(level, (), level.data, others) for level in levels))
                self.sources["file", name] = source
                found[file.top.into] = validate(kind, source, {}, self.faults)
        return found

    def _systems(self, files: Files) -> dict[str, Items[Any]]:
        """The systems and their servers."""
        docs, rule = files.systems, SECTIONS["servers"]
        levels = self._below(rule, files)
        if not docs:
            message = "no system; write at least one systems/<code>.yaml"
            self.faults.append(Fault(shown_path(self.folder / "systems"), 1, "EMPTY-FOLDER", ".", message))
        systems: Items[System] = Items()
        servers: Items[Server] = Items()
        for path, doc in docs.items():
            source = Layers((Layer(doc, (), doc.data, frozenset({"servers"})),))
            system = validate(System, source, {}, self.faults)
            code = str(doc.data.get("code", path.stem))
            self.sources["systems", code] = source
            self._once("systems", code, doc, ("code",))
            if system is not None:
                systems.setdefault(code, system)
            self._servers(doc, code, levels, servers)
        return {SECTIONS["systems"].into: systems, rule.into: servers}

    def _servers(self, doc: Doc, code: str, roles: list[Doc], servers: dict[str, Server]) -> None:
        for identity, data in self._entries(doc, ("servers",)):
            path: Path_ = ("servers", identity)
            self._once("servers", identity, doc, path)
            item = as_map(data) or {}
            source = self._inherited(SECTIONS["servers"], roles, Layer(doc, path, data))
            self.sources["servers", identity] = source
            if not source.parts[:-1] and "role" in item:
                continue
            self.known.setdefault("found", set()).update(map(str, (as_map(item.get("found")) or {}).values()))
            server = validate(Server, source, {"identity": identity, "system": code}, self.faults)
            if server is not None:
                servers.setdefault(identity, server)

    def _below(self, section: Section, files: Files) -> list[Doc]:
        """The docs of the section that the items of this one take from."""
        return files.levels(HOME[section.inherits.section].name) if section.inherits is not None else []

    def _inheriting(self, files: Files) -> dict[str, Items[Any]]:
        """The items of each section whose items take what they do not say from what they name in another."""
        found: dict[str, Items[Any]] = {}
        for file in FILES.values():
            for section in file.sections if file.folder is None else ():
                if section.inherits is not None:
                    docs = self._below(section, files)
                    found[section.into] = self._heirs(section, files.docs.get(file.name), docs)
        return found

    def _heirs(self, section: Section, doc: Doc | None, docs: list[Doc]) -> Items[Any]:
        found: Items[Any] = Items()
        by = section.inherits.by if section.inherits is not None else ""
        if doc is None:
            return found
        for key, data in self._entries(doc, (section.name,)):
            source = self._inherited(section, docs, Layer(doc, (section.name, key), data))
            self.sources[section.name, key] = source
            self.known[section.name].add(key)
            if source.parts[:-1] or by not in (as_map(data) or {}):
                item = validate(section.kind, source, {section.key: key} if section.key else {}, self.faults)
                if item is not None:
                    found[key] = item
        return found

    def _inherited(self, section: Section, docs: list[Doc], item: Layer) -> Layers:
        """The item over what it takes from in `docs`, less the keys that are the other's own. A fault when there is
        no such.
        """
        rule = section.inherits
        if rule is None:
            return Layers((item,))
        name = (as_map(item.data) or {}).get(rule.by)
        parts = [
            Layer(doc, (rule.section, name), kinds[name], rule.own)
            for doc in docs
            if isinstance(name, str) and name in (kinds := as_map(doc.data.get(rule.section)) or {})
        ]
        source = Layers((*parts, item))
        if rule.by in (as_map(item.data) or {}) and not isinstance(name, str):
            message = f"names no {rule.by}; write the key of one"
            self.faults.append(source.fault((rule.by,), "WRONG-TYPE", message))
        elif isinstance(name, str) and not parts:
            message = f"no {rule.by} {name}; {nearest(name, self.known[rule.section])}"
            self.faults.append(source.fault((rule.by,), "DANGLING", message))
        return source

    def _once(self, section: str, key: str, doc: Doc, path: Path_) -> None:
        """Notes that `key` stands here, and a fault when another file has it already."""
        line = doc.line(path)
        self.known.setdefault(section, set()).add(key)
        first = self.lines.setdefault((section, key.lower()), (doc.file, line))
        if first != (doc.file, line):
            message = f"{key} stands at {first[0]}:{first[1]} too; write each name once, in any letter case"
            self.faults.append(Fault(doc.file, line, "DUPLICATE-NAME", key, message))

    def _table(self, path: Path, section: str, rows: Table[N], key: str = "name") -> dict[str, N]:
        table: dict[str, N] = {}
        for line, row in rows.rows:
            name: str = getattr(row, key)
            where = (shown_path(path), line)
            first = self.lines.setdefault((section, name.lower()), where)
            if first != where:
                message = f"{name} stands at {first[0]}:{first[1]} too; write each name once, in any letter case"
                self.faults.append(Fault(*where, "DUPLICATE-NAME", name, message))
            table.setdefault(name, row)
        self.known[section] = {*table, *(cells[key] for cells in rows.broken)}
        return table

    def _observed(
        self, tables: Mapping[Path, Table[ObservedVm]], generations: Mapping[str, Generation]
    ) -> tuple[dict[str, dict[str, ObservedVm]], dict[str, dict[str, ObservedVm]]]:
        observed: dict[str, dict[str, ObservedVm]] = {}
        vdas: dict[str, dict[str, ObservedVm]] = {}
        for path, rows in tables.items():
            generation = path.stem.removesuffix("-vdas")
            if generation not in self.known["generations"]:
                message = f"no generation {generation}; {nearest(generation, generations)}"
                self.faults.append(Fault(shown_path(path), 1, "DANGLING", ".", message))
                continue
            kept_apart = path.stem.endswith("-vdas")
            section = f"vdas {generation}" if kept_apart else f"observed {generation}"
            (vdas if kept_apart else observed)[generation] = self._table(path, section, rows)
        return observed, vdas
