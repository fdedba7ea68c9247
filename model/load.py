"""Loads a platform folder: reads every file, merges, validates, computes the instances and checks the whole.

Every fault of every file is found in one run. Items that do not validate are left out of the later checks, but their
keys stay known, so that one wrong value does not bring a flood of references that dangle.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from model.base import Items
from model.derive import instances, pools, sites
from model.faults import Fault, ModelError, nearest, shown_path
from model.files import (
    INHERITING,
    SECTIONS,
    STACK_FILES,
    STACKS,
    TOPS,
    Inheriting,
    own_keys,
)
from model.folder import read
from model.platform import (
    AzureEstate,
    Declared,
    Desktops,
    Estate,
    Hardware,
    LandingZone,
    Networks,
    Observed,
    Places,
    Platform,
    Refresh,
    VmwareEstate,
)
from model.provenance import Provenance
from model.reading.layers import Layer, Layers, validate
from model.reading.source import Doc, Path_, as_map, read_yaml
from model.reading.tables import Table
from model.rules import estate as checks
from model.rules.gone import STACK
from model.types.estate import Server, System, Workplace
from model.types.infrastructure import Generation
from model.types.lifecycle import leaves
from model.types.observed import ObservedVm

M = TypeVar("M", bound=BaseModel)
N = TypeVar("N", Workplace, ObservedVm)


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
        site_networks=sites.build(declared),
    )


def _of(file: str, sections: Mapping[str, Any]) -> dict[str, Any]:
    """The sections of a file."""
    return {name: sections[name] for name in SECTIONS[file]}


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
        if not files.whole:
            raise ModelError(self.faults)
        sections: dict[str, dict[str, Any]] = {}
        for file, kinds in SECTIONS.items():
            levels = files.levels(file)
            for section in kinds:
                sections[section] = {}
                self.known[section] = set()
            for doc in levels:
                self._unknown_sections(doc, own_keys(file))
            for section, (kind, key_field) in kinds.items():
                sections[section] = self._items(levels, section, kind, key_field)
        tops = {field: self._top(file, files.docs.get(file)) for file, (_, field) in TOPS.items()}
        systems, servers = self._systems(files.systems, files.levels("roles.yaml"))
        for file, rule in INHERITING.items():
            doc = files.docs.get(file)
            if doc is not None and file not in SECTIONS:
                self._unknown_sections(doc, own_keys(file))
            sections[rule.section] = self._inheriting(rule, doc, files.levels(rule.file))
        path = self.folder / "workplaces.csv"
        workplaces = self._table(path, "workplaces", files.workplaces)
        observed, vdas = self._observed(files.observed, sections["generations"])
        if any(leaves(generation) for generation in sections["generations"].values()):
            self._stacks()
        # What much else rests on: without it the rest would only say so once more for every item.
        there = [field for name, (_, field) in TOPS.items() if name in files.docs]
        if any(tops[field] is None for field in there):
            raise ModelError(self.faults)
        parts: dict[str, Any] = {name: Items(items) for name, items in sections.items()}
        declared = Declared(
            name=self.folder.resolve().name,
            settings=tops["settings"],
            refresh=Refresh(**_of("refresh.yaml", parts)),
            vmware=VmwareEstate(settings=tops["vmware"], **_of("vmware.yaml", parts)),
            network=Networks(addressing=tops["addressing"], **_of("networks.yaml", parts)),
            hardware=Hardware(premises=tops["premises"], **_of("hardware.yaml", parts)),
            estate=Estate(
                systems=Items(systems),
                servers=Items(servers),
                roles=parts["roles"],
                images=parts["images"],
            ),
            places=Places(
                sites=parts["sites"],
                workplaces=Items(workplaces),
                types=parts["site_types"],
                address_plans=parts["address_plans"],
                switch_models=parts["switch_models"],
            ),
            desktops=Desktops(
                citrix=tops["citrix"],
                pools=parts["pools"],
                profiles=parts["profiles"],
                images=parts["desktop_images"],
                clients=parts["clients"],
            ),
            flows=parts["flows"],
            baselines=parts["baselines"],
            people=tops["people"],
            azure=AzureEstate(settings=tops["azure"], **_of("azure.yaml", parts), **_of("sizes.yaml", parts)),
            landing_zone=LandingZone(**_of("landing_zone.yaml", parts)),
            observed=Observed(servers=observed, vdas=vdas),
        )
        platform = resolve(declared)
        provenance = Provenance(self.sources, self.lines, self.known)
        self.faults += checks.check(platform, provenance, told=bool(self.faults))
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

    def _items(self, levels: list[Doc], section: str, kind: type[M], key_field: str | None) -> dict[str, M]:
        """The items of a section, each merged over the docs from the lowest level to the highest."""
        layers: dict[str, list[Layer]] = {}
        for doc in levels:
            for key, data in self._entries(doc, (section,)):
                layers.setdefault(key, []).append(Layer(doc, (section, key), data))
        return self._validated(section, layers, kind, key_field)

    def _validated(
        self, section: str, layers: Mapping[str, list[Layer]], kind: type[M], key_field: str | None
    ) -> dict[str, M]:
        items: dict[str, M] = {}
        self.known.setdefault(section, set()).update(layers)
        for key, parts in layers.items():
            source = Layers(tuple(parts))
            self.sources[section, key] = source
            item = validate(kind, source, {key_field: key} if key_field else {}, self.faults)
            if item is not None:
                items[key] = item
        return items

    def _top(self, file: str, doc: Doc | None) -> Any:
        """What a file says at its top of the whole; None when there is no such file."""
        if doc is None:
            return None
        kind, _ = TOPS[file]
        source = Layers((Layer(doc, (), doc.data, frozenset(own_keys(file) - set(kind.model_fields))),))
        self.sources["file", file] = source
        return validate(kind, source, {}, self.faults)

    def _systems(self, docs: Mapping[Path, Doc], role_docs: list[Doc]) -> tuple[dict[str, System], dict[str, Server]]:
        if not docs:
            message = "no system; write at least one systems/<code>.yaml"
            self.faults.append(Fault(shown_path(self.folder / "systems"), 1, "EMPTY-FOLDER", ".", message))
        systems: dict[str, System] = {}
        servers: dict[str, Server] = {}
        for path, doc in docs.items():
            source = Layers((Layer(doc, (), doc.data, frozenset({"servers"})),))
            system = validate(System, source, {}, self.faults)
            code = str(doc.data.get("code", path.stem))
            self.sources["systems", code] = source
            self._once("systems", code, doc, ("code",))
            if system is not None:
                systems.setdefault(code, system)
            self._servers(doc, code, role_docs, servers)
        return systems, servers

    def _servers(self, doc: Doc, code: str, role_docs: list[Doc], servers: dict[str, Server]) -> None:
        for identity, data in self._entries(doc, ("servers",)):
            path: Path_ = ("servers", identity)
            self._once("servers", identity, doc, path)
            item = as_map(data) or {}
            own = frozenset({"short", "title"})
            source = self._inherited("role", "roles", role_docs, own, Layer(doc, path, data))
            self.sources["servers", identity] = source
            if not source.parts[:-1] and "role" in item:
                continue
            self.known.setdefault("found", set()).update(map(str, (as_map(item.get("found")) or {}).values()))
            server = validate(Server, source, {"identity": identity, "system": code}, self.faults)
            if server is not None:
                servers.setdefault(identity, server)

    def _inheriting(self, rule: Inheriting, doc: Doc | None, docs: list[Doc]) -> dict[str, BaseModel]:
        """The items of a section whose items take what they do not say from what they name in `docs`."""
        found: dict[str, BaseModel] = {}
        known = self.known.setdefault(rule.section, set())
        if doc is None:
            return found
        for key, data in self._entries(doc, (rule.section,)):
            layer = Layer(doc, (rule.section, key), data)
            source = self._inherited(rule.by, rule.other, docs, rule.own, layer)
            self.sources[rule.section, key] = source
            known.add(key)
            if source.parts[:-1] or rule.by not in (as_map(data) or {}):
                item = validate(rule.kind, source, {rule.key: key}, self.faults)
                if item is not None:
                    found[key] = item
        return found

    def _inherited(self, field: str, section: str, docs: list[Doc], without: frozenset[str], item: Layer) -> Layers:
        """The item over what its `field` names in a section of `docs`, less the keys in `without`.

        A fault when none has that.
        """
        name = (as_map(item.data) or {}).get(field)
        parts = [
            Layer(doc, (section, name), kinds[name], without)
            for doc in docs
            if isinstance(name, str) and name in (kinds := as_map(doc.data.get(section)) or {})
        ]
        source = Layers((*parts, item))
        if field in (as_map(item.data) or {}) and not isinstance(name, str):
            message = f"names no {field}; write the key of one"
            self.faults.append(source.fault((field,), "WRONG-TYPE", message))
        elif isinstance(name, str) and not parts:
            message = f"no {field} {name}; {nearest(name, self.known[section])}"
            self.faults.append(source.fault((field,), "DANGLING", message))
        return source

    def _once(self, section: str, key: str, doc: Doc, path: Path_) -> None:
        """Notes that `key` stands here, and a fault when another file has it already."""
        line = doc.line(path)
        self.known.setdefault(section, set()).add(key)
        first = self.lines.setdefault((section, key.lower()), (doc.file, line))
        if first != (doc.file, line):
            message = f"{key} stands at {first[0]}:{first[1]} too; write each name once, in any letter case"
            self.faults.append(Fault(doc.file, line, "DUPLICATE-NAME", key, message))

    def _table(self, path: Path, section: str, rows: Table[N]) -> dict[str, N]:
        table: dict[str, N] = {}
        for line, row in rows.rows:
            name = row.name
            where = (shown_path(path), line)
            first = self.lines.setdefault((section, name.lower()), where)
            if first != where:
                message = f"{name} stands at {first[0]}:{first[1]} too; write each name once, in any letter case"
                self.faults.append(Fault(*where, "DUPLICATE-NAME", name, message))
            table.setdefault(name, row)
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
