"""`refresh import`: writes a platform folder from exports of the existing estate, or from a live vCenter."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import common, progress

if TYPE_CHECKING:
    from importers.report import Report
    from importers.run import Inputs

_File = Path | None


def import_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    out: Annotated[Path, typer.Option(help="The platform folder to write, for example stacks/holstebro.")],
    report: Annotated[Path, typer.Option(help="Where the account of every row is written, as JSON.")],
    rvtools: Annotated[_File, typer.Option(help="RVTools' workbook, or its table vInfo as CSV.")] = None,
    rvtools_network: Annotated[_File, typer.Option(help="RVTools' table vNetwork as CSV; a workbook has it.")] = None,
    vcenter: Annotated[
        str | None, typer.Option(help="A vCenter instead of RVTools; VSPHERE_USER and VSPHERE_PASSWORD say who asks.")
    ] = None,
    sites: Annotated[_File, typer.Option(help="The list of sites, as CSV or workbook.")] = None,
    workplaces: Annotated[_File, typer.Option(help="The list of workplaces, as CSV or workbook.")] = None,
    devices: Annotated[_File, typer.Option(help="The list of a generation's devices, as CSV or workbook.")] = None,
    systems: Annotated[_File, typer.Option(help="The list of line-of-business systems, as CSV or workbook.")] = None,
    generation: Annotated[
        str | None,
        typer.Option(
            help="The generation to write. By default the folder's observed one, else that of four years ago."
        ),
    ] = None,
    datacenter: Annotated[str | None, typer.Option(help="Take the machines of this datacenter alone.")] = None,
    other_estate: Annotated[
        bool, typer.Option("--other-estate", help="Write although the folder holds nothing of what is imported.")
    ] = False,
) -> None:
    """Import today's estate as an observed generation; people's edits in the folder stay, conflicts are reported.

    Ends with 1 when there are conflicts or when the new folder has faults, with 2 when nothing could be imported.
    """
    from importers.run import Inputs

    if rvtools is not None and vcenter is not None:
        common.fail("refresh import: --rvtools and --vcenter both; give one of them")
    if not any((rvtools, vcenter, sites, workplaces, devices, systems)):
        common.fail("refresh import: nothing to import; give --rvtools, --vcenter, or a list")
    if rvtools is None and rvtools_network is not None and vcenter is None:
        common.fail("refresh import: --rvtools-network without --rvtools; give both")
    if vcenter is not None and rvtools_network is not None:
        common.fail(
            "refresh import: --rvtools-network belongs to --rvtools, and a vCenter tells its adapters itself; "
            "leave it out"
        )
    if report.resolve().is_relative_to(out.resolve()):
        common.fail(f"refresh import: --report {report} lies in the platform folder; give a path outside {out}")
    inputs = Inputs(rvtools, rvtools_network, sites, workplaces, devices, systems, datacenter, other_estate)
    with _told(out, report):
        account = _import(out, report, inputs, generation, vcenter)
    _tell(account, out, report)
    if account.conflicts or account.faults:
        raise SystemExit(common.FOUND)


def _import(out: Path, report: Path, inputs: Inputs, generation: str | None, vcenter: str | None) -> Report:
    """Brings everything into the folder; both the folder and the report are written, or neither."""
    from importers.folder import Folder
    from importers.report import Report
    from importers.run import generation_of, import_estate
    from importers.staging import Staging
    from rendering.manifest import partial_of, write_partial

    with Staging(out) as staging:
        _check_report(report)
        folder = Folder(staging)
        account = Report(generation or generation_of(folder, _four_years_ago(dt.datetime.now(dt.UTC).date())))
        _check_generation(account.generation)
        machines = None
        if vcenter is not None:
            from importers.login import Login
            from importers.vcenter import read_estate

            login = Login.from_environment(vcenter, os.environ)
            progress.step(f"reading {login.host}")
            machines = read_estate(login, account)
            progress.step(f"{len(machines.vms)} machines read")
        try:
            progress.step("merging, and checking the folder as it will be")
            import_estate(folder, inputs, account, machines)
            progress.step("writing")
            write_partial(report, account.as_json().encode())
            folder.commit()
            partial_of(report).replace(report)
        finally:
            partial_of(report).unlink(missing_ok=True)
    return account


@contextmanager
def _told(out: Path, report: Path) -> Iterator[None]:
    """Leaves with what is wrong, each thing on a line."""
    from importers.staging import BusyError
    from model import ModelError

    try:
        yield
    except ModelError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        common.fail("nothing was written")
    except BusyError as error:
        common.fail(str(error))
    except OSError as error:
        where = error.filename or out
        common.fail(f"refresh import: {where}: {error.strerror or error}, and {out} and {report} are as they were")


def _check_report(report: Path) -> None:
    """Leaves before anything is read when the report could not be written in the end."""
    from rendering.manifest import partial_of, write_partial

    report.parent.mkdir(parents=True, exist_ok=True)
    if report.exists() and not report.is_file():
        common.fail(f"refresh import: --report {report} is no plain file; give a path to write one at")
    write_partial(report, b"")
    partial_of(report).unlink()


def _four_years_ago(today: dt.date) -> str:
    """The platform is renewed every four years, so what stands today was built that long ago."""
    return f"g{(today.year - 4) % 100:02d}"


def _check_generation(name: str) -> None:
    import re

    if not re.fullmatch(r"g[0-9]{2}", name):
        common.fail(f"refresh import: --generation {name}; write g and the year in two digits, such as g22")


_SHOWN = 10
"""So many lines of a kind go to the screen; the report has all."""


def _tell(account: Report, out: Path, report: Path) -> None:
    """What came, what changed, what is in conflict and what is noted, in counts by code; each in full in the report."""
    for option, source in account.sources.items():
        apart = f", {source.kept_apart} of them session machines" if source.kept_apart else ""
        print(f"{option}: {source.rows} rows, {source.imported} imported{apart}, {len(source.reported)} reported")
        if source.reported:
            print(f"  reported: {_by_code(r.code for r in source.reported.values())}")
    counts = (
        ("updated", account.updated),
        ("kept as people edited it", account.kept),
        ("not in the export any more", account.not_in_export),
        ("in conflict", account.conflicts),
    )
    added = [f"{count} {kind} added" for kind, count in account.added.items()]
    told = [*added, *(f"{len(of)} {what}" for what, of in counts if of)]
    print(f"{out} ({account.generation}): " + (", ".join(told) or "nothing changed"))
    if account.notes:
        print(f"notes: {_by_code(note['code'] for note in account.notes)}")
    print(f"the account of every row, and each note: {report}")
    _some(
        f"{conflict['file']}: CONFLICT {conflict['item']}.{conflict['field']}: "
        f"{conflict['here']!r} here, {conflict['export']!r} in the export, and people's value is kept"
        for conflict in account.conflicts
    )
    for fault in account.faults:
        print(fault, file=sys.stderr)
    if account.faults:
        print(f"{len(account.faults)} faults; see docs/errors.md for each code", file=sys.stderr)


def _by_code(codes: Iterable[str]) -> str:
    return ", ".join(f"{count} {code}" for code, count in sorted(Counter(codes).items()))


def _some(lines: Iterable[str]) -> None:
    each = list(lines)
    for line in each[:_SHOWN]:
        print(line, file=sys.stderr)
    if len(each) > _SHOWN:
        print(f"and {len(each) - _SHOWN} more in the report", file=sys.stderr)
