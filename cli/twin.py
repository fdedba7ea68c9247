"""`refresh twin`: the twin's life cycle, commands against it, its faults, drift and seeding."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli import common

if TYPE_CHECKING:
    from twin.engine.platform import Platform
    from twin.world.store import World

app = typer.Typer(no_args_is_help=True, help="The stand-in for vCenter, Azure, Citrix and DNS.")

_Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
_Kind = Annotated[str, typer.Argument(help="vm, a class name such as Folder, or a type token.")]
_Name = Annotated[str, typer.Argument(help="Name, inventory path or id.")]


@app.command()
def up() -> None:
    """Start the twin, unless it runs."""
    from twin.host import process

    with _leaving():
        serving = process.up(process.home())
    ports = ", ".join(f"{package} on {port}" for package, port in serving.ports.items())
    print(f"The twin is up (process {serving.pid}): {ports}.")


@app.command()
def down() -> None:
    """Stop the twin; its world stays."""
    from twin.host import process

    with _leaving():
        was = process.down(process.home())
    print("The twin is down." if was else "The twin was not up.")


@app.command()
def status(*, as_json: _Json = False) -> None:
    """What runs, and what is in the world."""
    from twin.host import process
    from twin.world import faults

    here = process.home()
    serving = process.running(here)
    objects: dict[str, dict[str, int]] = {}
    with _world() as world:
        for type_, given, number in world.count():
            objects.setdefault(type_, {"given": 0, "created": 0})["given" if given else "created"] = number
        clock = faults.clock(world)
        injected = [entry | {"matched": hits} for entry, hits in faults.installed(world)]
    if as_json:
        report = {
            "running": serving is not None,
            "pid": serving.pid if serving else None,
            "ports": serving.ports if serving else {},
            "apis": serving.apis if serving else {},
            "home": str(here.path),
            "objects": objects,
            "clock_seconds": clock,
            "faults": injected,
        }
        print(json.dumps(report, indent=2))
        return
    print(f"Up (process {serving.pid}, ports {serving.ports})." if serving else "Not up.")
    for name, address in serving.apis.items() if serving else ():
        print(f"{name} answers on {address}.")
    for type_, numbers in objects.items():
        print(f"{numbers['given']:6} given {numbers['created']:6} created  {type_}")
    print(f"Virtual clock: {clock:.0f} s. Faults: {len(injected)}.")


@app.command()
def reset() -> None:
    """Empty the world, its clock and its faults, and remove the stacks that were built on it; their settings stay."""
    from twin.host import process

    with _leaving():
        stacks = process.reset(process.home())
    print("The twin's world is empty." + (f" Removed with it: stack {', '.join(stacks)}." if stacks else ""))


@app.command(context_settings={"ignore_unknown_options": True})
def run(
    command: Annotated[list[str], typer.Argument(help="The command, after `--`.", metavar="-- COMMAND...")],
    *,
    disposable: Annotated[bool, typer.Option(help="Write no checkpoints: fast, and lost when interrupted.")] = False,
) -> None:
    """Run a command against the twin, in an overlay project of its own."""
    from twin.host import overlay, process

    with _leaving():
        code = overlay.run(overlay.Overlay(process.home()), command, disposable=disposable)
    raise SystemExit(code)


@app.command()
def faults(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Load faults and latency; they replace those that were loaded before."""
    from twin.world import faults as faults_

    try:
        entries = faults_.load(file)
    except faults_.FaultFileError as error:
        _fail(*error.problems)
    with _world() as world, world.transaction():
        faults_.install(world, entries)
    print(f"{len(entries)} faults loaded.")


@app.command()
def change(
    kind: _Kind, name: _Name, assignments: Annotated[list[str], typer.Argument(metavar="PROPERTY=VALUE...")]
) -> None:
    """Change something behind Pulumi's back, for example `change vm hk-app01 memory=8192`."""
    from twin.world import drift

    try:
        with _world() as world:
            changed = drift.change(world, _platforms(), kind, name, assignments)
    except drift.DriftError as error:
        _fail(*error.problems)
    print(f"{changed.name}: {', '.join(changed.steps)}")
    if changed.unseen:
        print(f"A preview shows {', '.join(changed.unseen)} only where the stack gives a value and does not ignore it.")


@app.command()
def remove(kind: _Kind, name: _Name) -> None:
    """Delete something behind Pulumi's back, for example `remove vm hk-app01`."""
    from twin.world import drift

    try:
        with _world() as world:
            item = drift.remove(world, kind, name)
    except drift.DriftError as error:
        _fail(*error.problems)
    print(f"{item.name} is gone.")


@app.command()
def seed(platform: Annotated[str, typer.Argument(help="A platform in stacks/.")]) -> None:
    """Fill the world with a platform's observed estate; safe to run again."""
    from refresh.seed import estate
    from twin.world import seed as planting

    loaded = common.load(platform)
    try:
        objects = estate.objects(loaded)
    except estate.SeedError as error:
        _fail(str(error))
    before: set[str] = set()
    try:
        with _world() as world:
            before = set(json.loads(world.meta("seeded") or "[]"))
            new, changed = planting.plant(world, _platforms(), objects)
            with world.transaction():
                world.set_meta("seeded", json.dumps(sorted({*before, loaded.name})))
    except planting.PlantError as error:
        others = ", ".join(sorted(before - {loaded.name}))
        if others and loaded.name not in before:
            _fail(
                f"the twin holds {others}, and {len(error.problems)} objects of {platform} are in its way; empty it "
                "with `refresh twin reset`, or set TWIN_HOME to another folder for a twin of its own"
            )
        _fail(*error.problems)
    print(f"{len(objects)} objects: {new} planted, {changed} changed, {len(objects) - new - changed} there already.")


@app.command()
def day(
    moment: Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="It is then, in UTC.")],
) -> None:
    """Say when it is: from then on the twin refuses what Azure refuses by time."""
    from twin.world import today

    with _world() as world, world.transaction():
        today.set_day(world, moment)
    print(f"It is {moment:%Y-%m-%d %H:%M} UTC.")


@app.command()
def migrate(platform: Annotated[str, typer.Argument(help="A platform in stacks/.")]) -> None:
    """Make in Azure what Azure Migrate would: the machines of the waves that are built, in their resource groups."""
    from refresh.seed import azure_migrate
    from twin.world import seed as planting

    loaded = common.load(platform)
    try:
        with _world() as world:
            objects = list(azure_migrate.objects(loaded, lambda id_: world.holder("arm", id_.lower()) is not None))
            planting.plant(world, _platforms(), objects)
    except planting.PlantError as error:
        _fail(*error.problems)
    made = sum(item["type"] == "azure-native:compute:VirtualMachine" for item in objects)
    print(f"{made} machines made, with their disks and network cards.")


@contextlib.contextmanager
def _world() -> Generator[World]:
    """The twin's world, whether the twin is up or not; fails when it can not be read."""
    import sqlite3

    from twin.host import process
    from twin.world.store import World

    here = process.home()
    try:
        with contextlib.closing(World(here.world)) as world:
            yield world
    except sqlite3.DatabaseError as error:
        _fail(process.unreadable(here, error))


def _platforms() -> list[Platform]:
    from twin.azure import Azure
    from twin.vsphere import VSphere

    return [VSphere(), Azure()]


@contextlib.contextmanager
def _leaving() -> Generator[None]:
    """Turns what the twin can not do into one message and exit status 2."""
    from twin.host.process import TwinError

    try:
        yield
    except TwinError as error:
        _fail(str(error))


def _fail(*problems: str) -> NoReturn:
    for problem in problems:
        print(problem, file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    app()
