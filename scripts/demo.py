"""`make demo`: Holstebro, from the check of its data to its configuration, its weekend and, on the twin, its machines.
Safe to run again.

What the commands print goes to files under out/holstebro/; here stands a line a step. Nothing is touched outside .twin/
and out/.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
STACK = "holstebro"
SHOWN = f"out/{STACK}"
OUT = ROOT / SHOWN
REFRESH = str(Path(sys.executable).parent / "refresh")
_COUNTS = re.compile(r"^ +([+~=-]+|<-?>?) (\d+ (?:to \w+|\w+|unchanged).*)$", re.MULTILINE)


class StepFailedError(Exception):
    """A command of the demo failed; the text says which, and where its output is."""


def main() -> None:
    """Runs every step; leaves with the status of the first that fails."""
    console = Console(highlight=False, force_interactive=sys.stdout.isatty(), soft_wrap=True)
    OUT.mkdir(parents=True, exist_ok=True)
    on_twin = [REFRESH, "twin", "run", "--disposable", "--"]
    pulumi = [*on_twin, "pulumi"]
    quiet = ["--stack", STACK, "--non-interactive", "--suppress-outputs"]
    export = [*on_twin, REFRESH, "inventory", STACK, "--format"]
    steps: list[tuple[str, str, Sequence[str], Callable[[str], str]]] = [
        ("check", "its data is loaded and checked", [REFRESH, "check", STACK], _first_line),
        ("render", "its configuration is rendered", [REFRESH, "render", STACK, "--out", SHOWN], _first_line),
        ("plan", "the weekend is planned", [REFRESH, "plan", STACK, "--out", f"{SHOWN}/plan"], _first_line),
        (
            "rehearse",
            "and 2,000 such weekends are rehearsed in numbers",
            [
                REFRESH,
                "rehearse",
                STACK,
                "--plan",
                f"{SHOWN}/plan/plan.json",
                "--out",
                f"{SHOWN}/plan",
                "--runs",
                "2000",
            ],
            _first_line,
        ),
        ("twin", "the stand-in for vCenter, Citrix and DNS is started", [REFRESH, "twin", "up"], _first_line),
        ("seed", "the estate as found is planted in it", [REFRESH, "twin", "seed", STACK], _first_line),
        # Everything before this runs beside the build of the CLI (`setup.py --meanwhile`), for which set-up waits here.
        ("set-up", "the Pulumi CLI is waited for", [sys.executable, "scripts/setup.py"], lambda _: "it is there"),
        ("preview", "pulumi preview, by the real engine", [*pulumi, "preview", *quiet], _changes),
        (
            "up",
            "pulumi up: generation g26 is built beside g22",
            [*pulumi, "up", "--yes", "--skip-preview", *quiet],
            _changes,
        ),
        ("inventory", "the stack's outputs", [*export, "json", "--out", f"{SHOWN}/inventory.json"], _first_line),
        ("ansible", "the same for Ansible", [*export, "ansible", "--out", f"{SHOWN}/ansible.yaml"], _first_line),
    ]
    try:
        for name, what, command, summary in steps:
            started = time.monotonic()
            with console.status(f"{name}: {what}"):
                text = _run(name, command)
            seconds = time.monotonic() - started
            console.print(f"[bold]{name:<10}[/] {what} [dim]({seconds:.0f} s)[/]")
            console.print(f"           [green]{summary(text)}[/]")
    except StepFailedError as error:
        console.print(f"[red]{error}[/]")
        raise SystemExit(1) from None
    console.print(generations())
    console.print(f"What each step printed: {SHOWN}/*.log")
    console.print(f"The weekend:  {SHOWN}/plan/plan.html, rehearsal.html")
    console.print("Look around:  . .venv/bin/activate")
    console.print(f"              refresh explain {STACK} sbsys-app01")
    console.print(f"              refresh render {STACK} --out {SHOWN} --verify")
    console.print(f"              refresh twin run -- pulumi stack -s {STACK}")
    console.print("              refresh twin down")


def generations() -> Table:
    """The generations side by side: what the stack put out, and what the model says of those who use it."""
    from model import load
    from model.types.inventory import Inventory

    platform = load(STACK)
    found = Inventory.model_validate_json((OUT / "inventory.json").read_text(encoding="utf-8"))
    table = Table("", *platform.refresh.generations, title="\nThe generations side by side", title_justify="left")
    rows: dict[str, list[str]] = {}
    for name, generation in platform.refresh.generations.items():
        servers = [server for server in found.servers.values() if server.generation == name]
        pools = [pool for pool in platform.pool_instances if pool.generation is generation]
        images = Counter(server.image for server in servers)
        shown = next(server for server in servers if server.identity == "sbsys-web01")
        memory = sum(server.memory_mib for server in servers) // 1024
        column = {
            "state": f"{generation.state}, {generation.origin}",
            "serves": generation.state.serves,
            "virtual servers": f"{len(servers)}",
            "CPU and memory": f"{sum(server.cpus for server in servers)} CPU, {memory} GiB",
            "hosts": f"{sum(host.generation == name for host in platform.hardware.hosts.values())}",
            "Citrix pools": f"{len(pools)} with {sum(pool.machines for pool in pools)} machines",
            "images": ", ".join(f"{image} {count}" for image, count in images.most_common()),
            "sbsys-web01": f"{shown.computer_name} at {shown.address}",
        }
        for what, value in column.items():
            rows.setdefault(what, []).append(value)
    for what, values in rows.items():
        table.add_row(what, *values)
    return table


def _run(name: str, command: Sequence[str]) -> str:
    """What the command prints, kept in a file as well. Raises StepFailedError."""
    log = OUT / f"{name}.log"
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=dict(os.environ), check=False
        )
    text = log.read_text(encoding="utf-8")
    if done.returncode:
        tail = "\n".join(text.splitlines()[-15:])
        raise StepFailedError(f"{name} left with status {done.returncode}; {SHOWN}/{log.name} ends\n{tail}")
    return text


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "done")


def _changes(text: str) -> str:
    """The counts that Pulumi closes with: `+ 712 to create`."""
    start = text.rfind("Resources:")
    found = [f"{sign} {count.strip()}" for sign, count in _COUNTS.findall(text[start:])] if start >= 0 else []
    return ", ".join(found) or "no changes"


if __name__ == "__main__":
    main()
