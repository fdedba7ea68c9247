"""`refresh picture`: the platform as one drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import common


def picture(
    platform: Annotated[str, typer.Argument(help="A platform under stacks/, or the path of a folder.")],
    of: Annotated[str, typer.Option("--of", metavar="KIND", help="network, servers or desktops.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The SVG to write, else it is printed.")] = None,
) -> None:
    """Draw the platform as an SVG.

    For example: refresh picture holstebro --of network --out out/network.svg
    """
    from refresh.picture import KINDS

    if of not in KINDS:
        common.fail(f"--of {of}: nothing to draw; name one of {', '.join(KINDS)}")
    drawn = KINDS[of](common.load(platform))
    if out is None:
        print(drawn, end="")
    else:
        try:
            changed = common.write(out, drawn)
        except OSError as error:
            common.fail(f"--out {out}: cannot be written ({error.strerror})")
        print(f"{out}: {of} of {platform}{'' if changed else ', as it was'}")
