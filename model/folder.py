"""Reads every file of a platform folder, before anything is made of any of them.

So what cannot be read is told alone: whatever names it would only say once more that it is not there. Left out: what
the files mean, which load.py finds out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from model.faults import Fault, nearest, shown_path
from model.files import ASIDE, FILES, FOLDERS, STACKS
from model.reading.pictures import PICTURE_MAX, PICTURES
from model.reading.source import Doc, as_map, read_yaml
from model.reading.tables import Table, read_csv
from model.types.cutover import Visit
from model.types.devices import Device
from model.types.estate import Workplace
from model.types.observed import ObservedVm


@dataclass(slots=True)
class Files:
    """What stands in a platform folder and in its catalog. `whole` is false when a file cannot be read."""

    docs: dict[str, Doc] = field(default_factory=dict[str, Doc])
    catalog: dict[str, Doc] = field(default_factory=dict[str, Doc])
    systems: dict[Path, Doc] = field(default_factory=dict[Path, Doc])
    workplaces: Table[Workplace] = field(default_factory=lambda: Table[Workplace]([], []))
    devices: Table[Device] = field(default_factory=lambda: Table[Device]([], []))
    visits: Table[Visit] = field(default_factory=lambda: Table[Visit]([], []))
    observed: dict[Path, Table[ObservedVm]] = field(default_factory=dict[Path, Table[ObservedVm]])
    pictures: dict[str, bytes] = field(default_factory=dict[str, bytes])
    faults: list[Fault] = field(default_factory=list[Fault])
    whole: bool = True

    def levels(self, file: str) -> list[Doc]:
        """The docs that say something of a section, the lowest level first: the catalog's, the municipality's."""
        found = (self.catalog.get(file), self.docs.get(file))
        return [doc for doc in found if doc is not None]

    def doc(self, path: Path, *, required: bool = False) -> Doc | None:
        """The file as a map of sections; None, with its fault, when it is none or is not there and must be."""
        doc = read_yaml(path, shown_path(path))
        self.faults += doc.faults
        if doc.data is None:
            if required and not doc.faults:
                message = "no such file; write it, every platform has it"
                self.faults.append(Fault(doc.file, 1, "NOT-FOUND", ".", message))
            self.whole &= not (required or doc.faults)
            return None
        if as_map(doc.data) is None:
            message = "the file is no map; write a map of sections"
            self.faults.append(Fault(doc.file, 1, "WRONG-TYPE", ".", message))
            self.whole = False
            return None
        return doc


def read(folder: Path) -> Files:
    """Everything in `folder` and its catalog, with every fault that stopped a file."""
    files = Files()
    names = _names(folder, files.faults)
    if not names:
        message = "the folder is empty; write a platform's files"
        files.faults = files.faults or [Fault(shown_path(folder), 1, "EMPTY-FOLDER", ".", message)]
        files.whole = False
        return files
    files.faults += _unclaimed(folder, names)
    plain = [file for file in FILES.values() if file.folder is None and file.item is None]
    for file in plain:
        doc = files.doc(folder / file.name, required=file.required)
        if doc is not None:
            files.docs[file.name] = doc
    # A catalog that is a link to nowhere is no reason to take another.
    beside = folder.parent / "catalog"
    catalog = beside if beside.is_dir() or beside.is_symlink() else STACKS / "catalog"
    for file in plain:
        doc = files.doc(catalog / file.name, required=True) if file.catalog else None
        if doc is not None:
            files.catalog[file.name] = doc
    for path in (folder / name for name in names if fnmatchcase(name, "systems/*.yaml")):
        doc = files.doc(path, required=True)
        if doc is not None:
            files.systems[path] = doc
    path = folder / "workplaces.csv"
    files.workplaces = read_csv(path, shown_path(path), Workplace)
    path = folder / "devices.csv"
    files.devices = read_csv(path, shown_path(path), Device)
    path = folder / "visits.csv"
    files.visits = read_csv(path, shown_path(path), Visit)
    for name in names:
        if name.endswith(PICTURES) and "/" not in name and (folder / name).is_file():
            # A byte more than is allowed tells the rest what it needs to know.
            with (folder / name).open("rb") as file:
                files.pictures[name] = file.read(PICTURE_MAX + 1)
    for path in (folder / name for name in names if fnmatchcase(name, "observed/*.csv")):
        files.observed[path] = read_csv(path, shown_path(path), ObservedVm)
    for table in (files.workplaces, files.devices, files.visits, *files.observed.values()):
        files.faults += table.faults
        files.whole &= table.whole
    return files


def _names(folder: Path, faults: list[Fault]) -> list[str]:
    """What is in the folder, and in those of its folders that hold something of ours, as paths below it."""
    found: list[str] = []
    for within in (".", *FOLDERS):
        place = folder / within
        if not place.is_dir():
            continue
        try:
            here = sorted(path.relative_to(folder).as_posix() for path in place.iterdir())
        except OSError as error:
            message = f"cannot be opened ({error.strerror}); give a folder that can be read"
            faults.append(Fault(shown_path(place), 1, "NOT-FOUND", ".", message))
            continue
        if within != "." and not here:
            message = "the folder is empty; put its files there, or remove it"
            faults.append(Fault(shown_path(place), 1, "EMPTY-FOLDER", ".", message))
        found += here
    return found


def _unclaimed(folder: Path, names: list[str]) -> Iterator[Fault]:
    """A fault for each file and each folder that nothing reads."""
    known = [*FILES, "README.md"]
    for name in names:
        picture = name.endswith(PICTURES) and "/" not in name and (folder / name).is_file()
        claimed = picture or name in ASIDE or any(fnmatchcase(name, pattern) for pattern in FILES)
        if not claimed and not (name in FOLDERS and (folder / name).is_dir()):
            message = f"nothing reads this; {nearest(Path(name).name, known)}"
            yield Fault(shown_path(folder / name), 1, "UNCLAIMED-FILE", ".", message)
