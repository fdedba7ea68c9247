"""Which backend a stack's state is in: somebody has chosen one, or nothing is asked.

Without one, `pulumi` opens a login of Pulumi Cloud. Pulumi.yaml therefore names a folder that is never
there, whose name says what to do, so that `pulumi` stops on one line; the verbs that call it stop before it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from cli import common

UNCHOSEN = "no-backend-is-chosen"
"""How the folder that stands for no backend begins, in Pulumi.yaml."""


def require(command: str) -> None:
    """Leaves when nobody has chosen a backend; `command` is what runs, for the message."""
    if not is_chosen():
        common.fail(
            f"{command}: no backend is chosen; set `backend: {{url: ...}}` in Pulumi.yaml, or PULUMI_BACKEND_URL, "
            f"or run `refresh twin run -- {command}` for the twin"
        )


def is_chosen() -> bool:
    """As pulumi looks: the environment, the project file, the stored login, and a token of Pulumi Cloud."""
    if os.environ.get("PULUMI_BACKEND_URL"):
        return True
    url = (project()[1].get("backend") or {}).get("url")
    if url:
        return UNCHOSEN not in str(url)
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        current = json.loads((home / "credentials.json").read_text(encoding="utf-8")).get("current")
    except (OSError, ValueError):
        current = None
    return bool(current or os.environ.get("PULUMI_ACCESS_TOKEN"))


def project() -> tuple[Path, dict[str, Any]]:
    """The project that pulumi finds from here, by its folder; empty if there is none."""
    here = Path(os.environ.get("PULUMI_OPTION_CWD") or Path.cwd())
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder, YAML(typ="safe").load(folder / "Pulumi.yaml") or {}
    return here, {}


def outputs(stack: str, asking: str) -> dict[str, Any]:
    """What a stack puts out, secrets masked; leaves when there is none. `asking` is what runs, for the message."""
    require(asking)
    command = ["pulumi", "stack", "output", "--json", "--stack", stack, "--non-interactive"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        common.fail("there is no command pulumi; run make setup and . .venv/bin/activate")
    if done.returncode:
        common.fail(done.stderr.strip() or f"{' '.join(command)} left with {done.returncode}")
    return json.loads(done.stdout)
