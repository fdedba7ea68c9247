"""`make bench`: a table of ratios. Nothing here passes or fails; the targets stand beside the figures."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import model
from model import Platform
from tests.bench import board, refreshing, rendering, routing, scheduling
from tests.bench.measure import Command, in_turn, ratio, seconds
from tests.program.program import Secret, run
from tests.support import estate
from tests.support.engine import ROOT, Engine
from twin.engine import schema
from twin.host.overlay import Overlay
from twin.host.process import Home, running

BIN = Path(sys.executable).parent
ROUNDS = 3


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    what: str
    figure: str
    target: str


def main() -> None:
    """Measures everything and prints the table as it grows."""
    console = Console()
    table = Table("what", "measured", "target", title="Benchmarks: medians on this machine")
    with tempfile.TemporaryDirectory() as folder:
        for part in (_start, _growth, _render, _program, _twin, _refresh, _schedule, _route, _board):
            for row in part(Path(folder)):
                table.add_row(row.what, row.figure, row.target)
                console.print(f"{row.what}: {row.figure} (target {row.target})", highlight=False)
    console.print(table)


def _start(_: Path) -> Iterator[Row]:
    """Whole processes, cold but for the file system's cache."""
    refresh = str(BIN / "refresh")
    empty = Command([sys.executable, "-c", "pass"], os.environ, ROOT)
    check = Command([refresh, "check", "holstebro"], os.environ, ROOT)
    help_ = Command([refresh, "--help"], os.environ, ROOT)
    times = in_turn([check.run, help_.run, empty.run], 7)
    checked, helped, nothing = (statistics.median(row) for row in times)
    yield Row(
        "refresh check holstebro, one process", f"{checked:.2f} s, {checked / nothing:.0f} x python -c pass", "0.7 s"
    )
    yield Row("refresh --help", f"{helped:.2f} s, {helped / nothing:.0f} x python -c pass", "0.4 s")


def _growth(folder: Path) -> Iterator[Row]:
    """Load and check of ten times the servers."""
    small, large = (str(estate.write(folder / str(size), size)) for size in (400, 4000))
    times = in_turn([lambda: model.load(large), lambda: model.load(small)], ROUNDS)
    yield Row("load and check, 4,000 servers against 400", f"{ratio(*times):.1f} x", "10 x (linear)")


def _render(folder: Path) -> Iterator[Row]:
    """Configuration from the model, in this process but for its memory."""
    for what, figure, target in rendering.figures(folder / "render", str(BIN / "refresh")):
        yield Row(what, figure, target)


def _program(folder: Path) -> Iterator[Row]:
    """Previews of whole platforms, each against a plain typed program: holstebro, and herlev with all its waves."""
    holstebro = Engine(folder / "twin", ROOT / "stacks" / "holstebro", stack="bench")
    yield _against_plain(holstebro, folder / "plain", "1.1 x")
    planned = [name for name, wave in model.load("herlev").refresh.waves.items() if wave.state == "planned"]
    begun: dict[str, str] = {f"waves.{name}.state": "building" for name in planned}
    waves = {"refresh.yaml": {"generations.g22.origin": "observed"} | begun}
    yield _against_plain(refreshing.engine(folder / "azure", "herlev", waves), folder / "plain-azure", "1.15 x")


def _against_plain(engine: Engine, folder: Path, target: str) -> Row:
    engine.start()
    try:
        ours, plain = _previews(engine, folder)
        ours.run()
        plain.run()
        times = in_turn([ours.run, plain.run], ROUNDS)
        figure = f"{ratio(*times):.2f} x ({statistics.median(times[0]):.1f} s)"
        return Row(f"preview of {engine.platform.name} against a plain typed program", figure, target)
    finally:
        engine.stop()


def _previews(engine: Engine, project: Path) -> tuple[Command, Command]:
    twin = running(Home(engine.home))
    assert twin is not None
    environment = Overlay(Home(engine.home)).environment(twin)
    preview = [str(BIN / "pulumi"), "preview", "--non-interactive", "--suppress-outputs", "--stack"]
    ours = Command([*preview, engine.stack], environment, ROOT)
    project.mkdir()
    main_ = ROOT / "tests" / "bench" / "plain"
    runtime = {"name": "python", "options": {"virtualenv": str(BIN.parent)}}
    plugins = {"providers": [{"name": name, "path": str(ROOT / "providers" / name)} for name in ("citrix", "dns")]}
    text = json.dumps({"name": "plain", "runtime": runtime, "main": str(main_), "plugins": plugins})
    (project / "Pulumi.yaml").write_text(text)
    (project / "resources.json").write_text(json.dumps(record(model.load(str(engine.platform)))))
    own = {"PULUMI_OPTION_CWD": str(project), "BENCH_RESOURCES": str(project / "resources.json")}
    init = [str(BIN / "pulumi"), "stack", "init", "plain", "--non-interactive"]
    subprocess.run(init, env=environment | own, cwd=project, check=True, capture_output=True)
    return ours, Command([*preview, "plain"], environment | own, project)


def record(platform: Platform) -> dict[str, object]:
    """What our program declares, less its components and providers, in the SDK's names for arguments; what no SDK has,
    as the engine takes it.
    """
    resources: list[dict[str, object]] = []
    for declared in run(platform).resources:
        if declared.is_component or declared.token.startswith("pulumi:"):
            continue
        package, _, rest = declared.token.partition(":")
        names: dict[str, str] = {}
        if package in ("vsphere", "azure-native"):
            names = {wire: python for python, wire in schema.resource(declared.token).inputs.python_names.items()}
        subscription = declared.provider.rpartition("::")[0].rpartition("::")[2].removeprefix("azure-")
        resources.append(
            {
                "package": package,
                "module": rest.partition(":")[0],
                "token": declared.token,
                "type": declared.type,
                "name": declared.name,
                "subscription": subscription if package == "azure-native" else None,
                "inputs": {_argument(names.get(wire, wire)): _plain(item) for wire, item in declared.inputs.items()},
            }
        )
    templates = sorted({image.template for image in platform.estate.images.values() if image.template})
    subscriptions = {key: subscription.id for key, subscription in platform.azure.subscriptions.items()}
    return {
        "datacenter": platform.vmware.settings.datacenter,
        "templates": templates,
        "subscriptions": subscriptions,
        "resources": resources,
    }


def _argument(name: str) -> str:
    """The SDKs' first parameter is the resource's own name, so a property of that name has another."""
    return "resource_name_" if name == "resource_name" else name


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return {"secret": value.value}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _twin(folder: Path) -> Iterator[Row]:
    """400 servers made on the twin against a preview of the same program."""
    engine = Engine(folder / "twin-400", estate.write(folder / "four-hundred", 400), stack="bench")
    engine.start()
    try:
        engine.pulumi("preview", "--suppress-outputs", disposable=True)
        preview = statistics.median(
            seconds(lambda: engine.pulumi("preview", "--suppress-outputs", disposable=True)) for _ in range(2)
        )
        up = seconds(lambda: engine.up("--suppress-outputs", disposable=True))
        yield Row("400 servers up on the twin against their preview", f"{up / preview:.2f} x ({up:.1f} s)", "1.3 x")
    finally:
        engine.stop()


def _refresh(folder: Path) -> Iterator[Row]:
    """A cutover, and two generations in one stack."""
    for what, figure, target in refreshing.figures(folder / "refresh"):
        yield Row(what, figure, target)


def _schedule(_: Path) -> Iterator[Row]:
    """Tasks of the data centre, on problems that others published."""
    for what, figure, target in scheduling.figures():
        yield Row(what, figure, target)


def _route(_: Path) -> Iterator[Row]:
    """Routes of crews: problems that others published, and Holstebro's whole weekend."""
    for what, figure, target in routing.figures():
        yield Row(what, figure, target)


def _board(folder: Path) -> Iterator[Row]:
    """The page of a cutover under thirty crews."""
    for what, figure, target in board.figures(folder / "board"):
        yield Row(what, figure, target)


if __name__ == "__main__":
    main()
