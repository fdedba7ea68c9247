"""The `refresh` command: one verb a file beside this one. A verb imports what is heavy when it runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli import (
    advance,
    affected,
    board,
    certify,
    check,
    cost,
    doctor,
    explain,
    guard,
    import_,
    inventory,
    list_,
    new_generation,
    picture,
    plan,
    rehearse,
    render,
    twin,
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"refresh {version('platform-refresh')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The platform refresh, as data."""


app.command("advance")(advance.advance)
app.command("board")(board.board)
app.command("certify")(certify.certify)
app.command("affected")(affected.affected)
app.command("check")(check.check)
app.command("cost")(cost.cost)
app.command("doctor")(doctor.doctor)
app.command("explain")(explain.explain)
app.command("guard")(guard.guard)
app.command("import")(import_.import_command)
app.command("inventory")(inventory.inventory)
app.command("list")(list_.list_)
app.command("new-generation")(new_generation.new_generation)
app.command("picture")(picture.picture)
app.command("plan")(plan.plan)
app.command("rehearse")(rehearse.rehearse)
app.command("render")(render.render)
app.add_typer(twin.app, name="twin")


def main() -> None:
    """The entry point. A closed pipe and an interrupt end it quietly."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
