"""Draws what a command prints as an SVG: `python -m scripts.picture docs/images/demo.svg make demo`.

The command is run for real; nothing is edited but the prompt line above it. The picture asks nobody for a font.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 100


def main() -> None:
    """Runs the command after the file's name and writes the picture; the command's exit status."""
    path, *command = sys.argv[1:]
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(f"$ {' '.join(command)}", style="bold", highlight=False)
    for line in done.stdout.rstrip().splitlines():
        console.print(Text.from_ansi(line))
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    picture = re.sub(r"\s*@font-face \{.*?\}", "", console.export_svg(title="platform-refresh"), flags=re.DOTALL)
    Path(path).write_text(picture, encoding="utf-8")
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
