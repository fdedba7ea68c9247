"""Reads a table that somebody exported, whatever file it is in and however its header is spelled.

Rows come one at a time with the line they begin on. What makes the whole file unusable (no header, a column missing,
no known encoding) is a fault that stops the import; what is wrong with a single row is for the caller to report.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from importers.report import RowError
from importers.sheets import Line, sheets_of
from model.faults import Fault, ModelError, nearest


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table must and may have: field → the header spellings that mean it, the program's own first.

    `name` is what a program that writes it calls the table and its sheet. Such a table may also have columns that
    people have named (custom attributes), between its own: of two that could be meant the first spelling counts, and
    of two spelled alike the first, but the last for the fields in `after`, which stand behind people's own.
    `told` says by the header which version of the program wrote it.
    """

    required: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]
    name: str = ""
    after: frozenset[str] = frozenset()
    told: Callable[[Collection[str]], str] = lambda _header: ""


class Row(dict[str, str]):
    """A row's cells by field, stripped; `line` is where it begins. A `width` above `columns` is that of a broken row.

    Excel leaves out separators at the end of a row when it saves CSV, so a narrow row ends in empty cells.
    """

    __slots__ = ("columns", "line", "width")

    def __init__(self, line: int, cells: list[str], at: Mapping[str, int], columns: int) -> None:
        super().__init__((name, cells[index].strip() if index < len(cells) else "") for name, index in at.items())
        self.line = line
        self.width = len(cells)
        self.columns = columns
        while self.width > columns and not cells[self.width - 1].strip():
            self.width -= 1

    def whole(self) -> Row:
        """The row itself. Raises RowError when it is empty or has more cells than the header."""
        if not any(self.values()):
            raise RowError("EMPTY-ROW", "every cell is empty")
        if self.width > self.columns:
            raise RowError("BAD-ROW", f"{self.width} cells where the header has {self.columns}")
        return self


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be read. `twice`: the headers that two columns bear, of which one is used."""

    shown: str
    lines: list[Line]
    at: Mapping[str, int]
    twice: list[str] = field(default_factory=list[str])

    def __iter__(self) -> Iterator[Row]:
        width = len(self.lines[0][1])
        for line, cells in self.lines[1:]:
            yield Row(line, cells, self.at, width)


def read_table(path: Path, columns: Columns) -> Table:
    """The table of `path`. Raises ModelError for a file that cannot be used as a whole."""
    wrong: ModelError | None = None
    for lines in sheets_of(path, (columns.name, f"tab{columns.name}") if columns.name else ()):
        try:
            return _table(lines, columns, str(path))
        except ModelError as error:
            wrong = wrong or error
    raise wrong or ModelError([_no_header(str(path), 1)])


def _no_header(shown: str, line: int) -> Fault:
    return Fault(shown, line, "BAD-CSV", ".", "no header; give a table whose first line names its columns")


def _normal(header: str) -> str:
    return " ".join(header.replace("\u00a0", " ").strip().rstrip(":.").split()).casefold()


def _table(lines: list[Line], columns: Columns, shown: str) -> Table:
    if not lines or not any(cell.strip() for cell in lines[0][1]):
        raise ModelError([_no_header(shown, lines[0][0] if lines else 1)])
    line, header = lines[0]
    while header and not header[-1].strip():
        header.pop()
    names = [_normal(cell) for cell in header]
    at: dict[str, int] = {}
    twice: list[str] = []
    missing: list[tuple[str, str]] = []
    faults: list[Fault] = []
    for name, spellings in {**columns.required, **columns.optional}.items():
        order = [_normal(spelling) for spelling in spellings]
        found = [index for index, cell in enumerate(names) if cell in order]
        if len(found) > 1 and not columns.name:
            both = " and ".join(header[index].strip() for index in found)
            faults.append(Fault(shown, line, "BAD-CSV", name, f"columns {both} mean the same; remove one of them"))
        elif found:
            best = min(order.index(names[index]) for index in found)
            alike = [index for index in found if names[index] == order[best]]
            at[name] = alike[-1 if name in columns.after else 0]
            twice += [header[alike[0]].strip()] * (len(alike) > 1)
        elif name in columns.required:
            missing.append((name, spellings[0]))
    faults += _missing(missing, header, columns, shown, line)
    if faults:
        raise ModelError(faults)
    return Table(shown, lines, at, sorted(set(twice)))


def _missing(
    missing: list[tuple[str, str]], header: list[str], columns: Columns, shown: str, line: int
) -> Iterator[Fault]:
    """Columns that are not there: in one line with the version for a program's table, else each with the nearest."""
    if columns.name and missing:
        wanted = ", ".join(spelling for _, spelling in missing)
        version = columns.told([_normal(cell) for cell in header])
        message = f"{columns.name} of {version} without the column {wanted}; give the whole table"
        yield Fault(shown, line, "BAD-CSV", missing[0][0], message)
    elif missing:
        cells = [cell.strip() for cell in header if cell.strip()]
        for name, spelling in missing:
            yield Fault(shown, line, "BAD-CSV", name, f"no column {spelling}; {nearest(spelling, cells)}")
