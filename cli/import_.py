"""`refresh import`: writes a platform folder from exports of the existing estate, or from a live vCenter."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import common

if TYPE_CHECKING:
    from importers.report import Report

_File = Path | None


def import_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    out: Annotated[Path, typer.Option(help="The platform folder to write, for example stacks/holstebro.")],
    report: Annotated[Path, typer.Option(help="Where the account of every row is written, as JSON.")],
    rvtools: Annotated[_File, typer.Option(help="RVTools' table vInfo as CSV.")] = None,
    rvtools_network: Annotated[_File, typer.Option(help="RVTools' table vNetwork as CSV.")] = None,
    vcenter: Annotated[
        str | None, typer.Option(help="A vCenter instead of RVTools; VSPHERE_USER and VSPHERE_PASSWORD say who asks.")
    ] = None,
    sites: Annotated[_File, typer.Option(help="The list of sites as CSV.")] = None,
    workplaces: Annotated[_File, typer.Option(help="The list of workplaces as CSV.")] = None,
    systems: Annotated[_File, typer.Option(help="The list of line-of-business systems as CSV.")] = None,
    generation: Annotated[
        str | None,
        typer.Option(
            help="The generation to write. By default the folder's observed one, else that of four years ago."
        ),
    ] = None,
) -> None:
    """Import today's estate as an observed generation; people's edits in the folder stay, conflicts are reported.

    Ends with 1 when there are conflicts or when the new folder has faults, with 2 when nothing could be imported.
    """
    from importers.folder import Folder
    from importers.report import Report
    from importers.run import Inputs, generation_of, import_estate
    from model import ModelError

    if (rvtools is None) == (vcenter is None):
        common.leave("refresh import: either --rvtools or --vcenter; one of them")
    if vcenter is not None and rvtools_network is not None:
        common.leave("refresh import: --rvtools-network belongs to --rvtools; a vCenter tells its adapters itself")
    if report.resolve().is_relative_to(out.resolve()):
        common.leave(f"refresh import: --report {report} lies in the platform folder; a path outside {out}")
    try:
        folder = Folder(out)
        account = Report(generation or generation_of(folder, _four_years_ago(dt.datetime.now(dt.UTC).date())))
        _check_generation(account.generation)
        machines = None
        if vcenter is not None:
            from importers.login import Login
            from importers.vcenter import read_estate

            machines = read_estate(Login.from_environment(vcenter, os.environ), account)
        import_estate(folder, Inputs(rvtools, rvtools_network, sites, workplaces, systems), account, machines)
    except ModelError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        common.leave("nothing was written")
    _write(report, account.as_json())
    _tell(account, out, report)
    if account.conflicts or account.faults:
        raise SystemExit(common.FOUND)


def _four_years_ago(today: dt.date) -> str:
    """The platform is renewed every four years, so what stands today was built that long ago."""
    return f"g{(today.year - 4) % 100:02d}"


def _check_generation(name: str) -> None:
    import re

    if not re.fullmatch(r"g[0-9]{2}", name):
        common.leave(f"refresh import: --generation {name}; g and the year in two digits, such as g22")


def _write(path: Path, text: str) -> None:
    """Replaces the report in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _tell(account: Report, out: Path, report: Path) -> None:
    for option, source in account.sources.items():
        apart = f", {source.kept_apart} of them session machines" if source.kept_apart else ""
        print(f"{option}: {source.rows} rows, {source.imported} imported{apart}, {len(source.reported)} reported")
    counts = (
        ("updated", account.updated),
        ("kept as people edited it", account.kept),
        ("not in the export any more", account.not_in_export),
        ("notes", account.notes),
    )
    added = [f"{count} {kind} added" for kind, count in account.added.items()]
    print(f"{out} ({account.generation}): " + ", ".join([*added, *(f"{len(of)} {what}" for what, of in counts if of)]))
    print(f"the account of every row: {report}")
    for conflict in account.conflicts:
        print(
            f"{conflict['file']}: CONFLICT {conflict['item']}.{conflict['field']}: "
            f"{conflict['here']!r} here, {conflict['export']!r} in the export; people's value stands",
            file=sys.stderr,
        )
    for fault in account.faults:
        print(fault, file=sys.stderr)
    if account.faults:
        print(f"{len(account.faults)} faults; docs/errors.md explains each code", file=sys.stderr)
