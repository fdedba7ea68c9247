"""A platform folder while an import works on it: what is there, what changes, and one moment when it is written.

Nothing is written before everything is known: the new folder is made beside the old one (staging.py), loaded, and then
each changed file replaces the old in one step. What an import would not open again it does not write: its own fault
must not shut out the corrected export. Left out: what the changes should be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importers.staging import Staging
from importers.yamltext import Path_, edit, emit
from model.faults import Fault, ModelError
from model.files import STACKS
from model.load import load
from model.platform import Platform
from model.reading.layers import Layer, Layers
from model.reading.source import Doc, read_yaml

IMPORT_JSON = "observed/import.json"
_FILES = (
    "platform.yaml", "refresh.yaml", "networks.yaml", "vmware.yaml", "hardware.yaml", "images.yaml", "roles.yaml",
    "sites.yaml", "desktops.yaml",
)  # fmt: skip
_CATALOG = ("images.yaml", "roles.yaml", "site_types.yaml")
_UNREADABLE = frozenset(
    {
        "ALIAS", "BAD-CSV", "BAD-VALUE", "BAD-YAML", "DUPLICATE-KEY", "NOT-UTF8", "TOO-LARGE",
        "UNKNOWN-KEY", "UNQUOTED-NUMBER", "WRONG-TYPE",
    }
)  # fmt: skip
"""Faults with which a folder's data cannot be trusted to be data. Any other it may have while people work on it."""


class Folder:
    """The folder that `staging` holds, which need not exist. Raises ModelError when a file of it cannot be read.

    `platform` is what it describes; None while it has faults, and of a new one.
    """

    def __init__(self, staging: Staging) -> None:
        self.root = root = staging.root
        self.staging = staging
        self.texts: dict[str, str] = {}
        self.data: dict[str, dict[str, Any]] = {}
        self.changes: dict[str, dict[Path_, Any]] = {}
        self.comments: dict[str, dict[Path_, str]] = {}
        self.raw: dict[str, str] = {}
        self._written: dict[str, str] = {}
        if root.exists() and not root.is_dir():
            raise ModelError(
                [Fault(str(root), 1, "NOT-FOUND", ".", "is a file; name a folder, or a path to make one at")]
            )
        self.platform, found = self._load(root)
        faults = [fault for fault in found if fault.code in _UNREADABLE]
        sibling = root.parent / "catalog"
        self.catalog_root = sibling if sibling.is_dir() else STACKS / "catalog"
        self.catalog = {name: self._catalog(name, faults) for name in _CATALOG}
        self.base = self._base(faults)
        if faults:
            raise ModelError(faults)
        for relative in self._present():
            self.texts[relative] = (root / relative).read_bytes().decode("utf-8-sig")
            self.data[relative] = read_yaml(root / relative, relative).data or {}

    def _present(self) -> Iterator[str]:
        yield from (name for name in _FILES if (self.root / name).is_file())
        systems = self.root / "systems"
        if systems.is_dir():
            yield from sorted(f"systems/{path.name}" for path in systems.glob("*.yaml"))

    def _catalog(self, name: str, faults: list[Fault]) -> dict[str, Any]:
        doc = read_yaml(self.catalog_root / name, str(self.catalog_root / name))
        faults += doc.faults
        return (doc.data or {}).get(name.removesuffix(".yaml"), {}) if not doc.faults else {}

    def _base(self, faults: list[Fault]) -> dict[str, dict[str, dict[str, Any]]]:
        """What the last import wrote: kind → name → field → value."""
        path = self.root / IMPORT_JSON
        if not path.is_file():
            return {}
        try:
            base = json.loads(path.read_text(encoding="utf-8"))
            whole = all(isinstance(item, dict) for kind in base.values() for item in kind.values())
        except (OSError, ValueError, AttributeError):
            whole, base = False, {}
        if not whole:
            message = "is not what an import wrote; restore it, or delete it to compare everything anew"
            faults.append(Fault(str(path), 1, "BAD-VALUE", ".", message))
            return {}
        return base

    def has(self, relative: str) -> bool:
        """Whether the file is there or will be."""
        return relative in self.data

    def section(self, relative: str, name: str) -> dict[str, Any]:
        """A section of a file as it will be; empty when it is not there."""
        section = self.data.get(relative, {}).get(name)
        return section if isinstance(section, dict) else {}

    def merged(self, file: str, key: str) -> dict[str, Any]:
        """An item of the catalog with the municipality's own values over it."""
        section = file.removesuffix(".yaml")
        levels = [self.catalog[file].get(key), self.section(file, section).get(key)]
        parts = tuple(Layer(Doc(file), (), level) for level in levels if level is not None)
        return Layers(parts).merged() if parts else {}

    def systems(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The systems' files as they will be, by path in the folder."""
        return ((name, data) for name, data in self.data.items() if name.startswith("systems/"))

    def put(self, relative: str, path: Path_, value: Any, comment: str = "") -> None:
        """Sets the value at `path` of a file, which is made when it is not there."""
        level: Any = self.data.setdefault(relative, {})
        for part in path[:-1]:
            if isinstance(level, dict) and not isinstance(level.get(part), dict | list):
                level[part] = {}
            level = level[part]
        level[path[-1]] = value
        if relative in self.texts:
            self.changes.setdefault(relative, {})[path] = value
        if comment:
            self.comments.setdefault(relative, {})[path] = comment

    def changed(self) -> dict[str, str]:
        """The text of every file that is new or other than it was; import.json last, the base for the next import."""
        files: dict[str, str] = {}
        for relative, data in self.data.items():
            comments = self.comments.get(relative, {})
            if relative not in self.texts:
                files[relative] = emit(_schema(relative), data, comments)
            elif relative in self.changes:
                files[relative] = edit(self.texts[relative], self.changes[relative], comments)
        files |= {name: text for name, text in self.raw.items() if name != IMPORT_JSON}
        files |= {name: text for name, text in self.raw.items() if name == IMPORT_JSON}
        return {name: text for name, text in files.items() if self._differs(name, text)}

    def _differs(self, relative: str, text: str) -> bool:
        path = self.root / relative
        return not path.is_file() or path.read_bytes() != text.encode()

    def prepare(self) -> list[Fault]:
        """Makes the folder as it will be, beside this one; the faults that it will have and that keep nobody out.

        Raises ModelError for those with which no import would open it again: then the export is what has to change.
        """
        self._written = self.changed()
        beside = self.staging.copy()
        for relative, text in self._written.items():
            path = beside / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        _, faults = self._load(beside)
        unreadable = [fault for fault in faults if fault.code in _UNREADABLE] or self._misread(beside)
        if unreadable:
            raise ModelError(unreadable)
        return faults

    def commit(self) -> None:
        """Puts what was prepared in its place."""
        self.staging.commit(self._written)

    def _misread(self, beside: Path) -> list[Fault]:
        """An edit must read back as the data that was meant."""
        found: list[Fault] = []
        for relative in self._written:
            if relative in self.data:
                doc = read_yaml(beside / relative, relative)
                if doc.faults or doc.data != self.data[relative]:
                    message = "cannot be edited in place; write its maps over several lines and import again"
                    found.append(Fault(str(self.root / relative), 1, "BAD-YAML", ".", message))
        return found

    def _load(self, folder: Path) -> tuple[Platform | None, list[Fault]]:
        """The platform in `folder`, which is this one or what it is to be, or what the model finds wrong in it."""
        if not folder.is_dir():
            return None, []
        try:
            return load(str(folder.absolute())), []
        except ModelError as error:
            return None, [Fault(self.staging.shown(f.file), f.line, f.code, f.path, f.message) for f in error.faults]


def _schema(relative: str) -> str:
    if relative.startswith("systems/"):
        return "../../schema/system.json"
    return f"../schema/{relative.removesuffix('.yaml')}.json"
