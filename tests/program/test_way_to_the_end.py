"""Both shipped platforms on their way to the end, every step by `refresh advance`: what goes is named by nothing.

Asked of the files that are rendered and of the resources that are declared, by address, by name and by full name. The
names of what goes are taken from the files that say what was found, not from the rule that looks for them.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import model
from cli.advance import advance
from components import layers
from model import Platform
from model.derive import services
from rendering.engine import render
from rendering.plain import plain
from rendering.target import drafts, targets
from tests.program.program import run
from tests.support import moving
from tests.support.edit import REMOVE, edit
from tests.support.paths import ROOT

STACKS = ROOT / "stacks"
WORD = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
STATES = ("standby", "retiring", "retired")
LISTS = frozenset({"ad", "ansible_apply", "dns", "firewall", "icinga", "prometheus", "report"})
"""What lists the machines that are there, also those that are about to go; all others say whom to ask."""
LAYERS = {"holstebro": layers.ALL, "herlev": "base"}
"""Of Herlev the network, where Azure asks for names and filters: its machines and desktops there take most of the time
and are told nothing of home.
"""
ADMITTED = re.compile(r"^ *\d+ permit .*$", re.MULTILINE)
"""Who may administer a switch, a line each: whoever is there, also what is about to go."""


def holstebro(folder: Path) -> Iterator[tuple[str, str]]:
    """The steps to the end, and before them what people change by hand on the way."""
    yield from (("g22", "adopted"), ("g26", "pilot"))
    edit(folder, {"refresh.yaml": {"serving": REMOVE}})
    yield "g26", "live"
    controller = {"config.citrix:endpoint": "https://CTXDDC01G26.holstebro.example/cvad/manage"}
    both = controller | {"config.dns:server": "LNXLNX01G26.holstebro.example"}
    stack = "../Pulumi.holstebro{}.yaml".format
    edit(folder, {stack(""): both, stack("-access"): both, stack("-base"): controller, stack("-g26"): controller})
    yield from (("g22", "retiring"), ("g22", "retired"))


def herlev(folder: Path) -> Iterator[tuple[str, str]]:
    """The same, in waves. What is retained goes too, and Citrix leaves the stacks with its last delivery group."""
    yield "g26", "pilot"
    for name, wave in model.load(str(folder)).refresh.waves.items():
        if wave.state != "building":
            yield name, "building"
        there = {i.system.code for i in model.load(str(folder)).instances if i.there and i.awaited}
        edit(folder, moving.said(there))
        yield name, "moved"
    yield "g26", "live"
    for file, server in (("systems/adk.yaml", "adk-app01"), ("systems/print.yaml", "print-prt01")):
        edit(folder, {file: {f"servers.{server}.strategy.g26": {"how": "retire"}}})
    edit(folder, {"systems/print.yaml": {"aliases.print-prt01": REMOVE}})
    stacks = [f"../Pulumi.herlev{layer}.yaml" for layer in ("", "-access")]
    edit(folder, {stack: {"config.dns:server": "LNXLNX01G26.herlev.example"} for stack in stacks})
    yield "g22", "retiring"
    edit(folder, {stack: {"config.citrix:endpoint": REMOVE} for stack in stacks})
    _empty_flows(folder)
    yield "g22", "retired"


def _empty_flows(folder: Path) -> None:
    """Takes the flows of the room out of the data, as the step that is refused for them says: by file and path."""
    edit(folder, {"refresh.yaml": {"generations.g22.state": "retired"}})
    with pytest.raises(model.ModelError) as refused:
        model.load(str(folder))
    edit(folder, {"refresh.yaml": {"generations.g22.state": "retiring"}})
    assert {fault.code for fault in refused.value.faults} == {"FLOW"}
    for fault in reversed(refused.value.faults):
        file = Path(fault.file).relative_to(folder)
        out = _goes(YAML(typ="safe").load(folder / file)["flows"], fault.path)
        edit(folder, {str(file): dict.fromkeys(out, REMOVE)})


def _goes(flows: Any, path: str) -> list[str]:
    """Of `flows[1].source` a system's flow; of `flows.web.sources[1]` the end, or with the last one the flow."""
    if system := re.match(r"flows\[\d+]", path):
        return [system[0]]
    shared = re.fullmatch(r"(flows\.([^.]+))\.(sources|targets)\[\d+]", path)
    if shared is None or shared[2] not in flows:
        return []
    return [path if len(flows[shared[2]][shared[3]]) > 1 else shared[1]]


WALKS: Mapping[str, Callable[[Path], Iterator[tuple[str, str]]]] = {"holstebro": holstebro, "herlev": herlev}


@pytest.fixture(scope="module", params=sorted(WALKS))
def life(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Platform]:
    """A platform when g22 is on standby, retiring and retired."""
    stacks = tmp_path_factory.mktemp("end") / "stacks"
    shutil.copytree(STACKS, stacks)
    folder = stacks / request.param
    found: dict[str, Platform] = {}
    for item, to in WALKS[request.param](folder):
        advance(str(folder), item, to, dry_run=False, as_json=False)
        if item in ("g22", "g26"):
            platform = model.load(str(folder))
            found[platform.refresh.generations["g22"].state] = platform
    return {state: found[state] for state in STATES}


def names(vm: Mapping[str, str]) -> set[str]:
    """What a machine that was found is called, in lower case."""
    found = {vm["name"], vm["dns_name"], vm["dns_name"].split(".")[0], vm["address"]}
    return {name.lower() for name in found if name}


def gone(platform: Platform) -> set[str]:
    """Every name and address of g22 that no machine which stays has as well."""
    found: set[str] = set()
    for table in sorted((STACKS / platform.name / "observed").glob("g22*.csv")):
        with table.open(encoding="utf-8", newline="") as stream:
            found |= {name for vm in csv.DictReader(stream) for name in names(vm)}
    stay = [i for i in platform.instances if i.generation.name != "g22"]
    return found - {name.lower() for i in stay for name in (i.vm_name, i.computer_name, i.fqdn, str(i.address))}


def rendered(platform: Platform) -> Iterator[tuple[str, str, str]]:
    """Each file's target, path and text, a PDF before it is set."""
    for target in targets():
        for file, _ in drafts(target, platform):
            yield target.name, file.path, render(f"{target.name}/{file.template}", plain(file.context))


def named(text: str, among: set[str]) -> set[str]:
    return among.intersection(WORD.findall(text.lower()))


def test_no_file_names_what_is_retired_or_asks_what_is_retiring(life: dict[str, Platform]) -> None:
    going = gone(life["retired"])
    assert len(going) > 100
    for state in ("retiring", "retired"):
        for target, path, text in rendered(life[state]):
            if state == "retired" or target not in LISTS:
                asked = text if state == "retired" or target != "switches" else ADMITTED.sub("", text)
                assert named(asked, going) == set(), f"{state}: {target}/{path}"


def test_devices_ask_who_serves_and_fixed_servers_hold_old_and_new_until_the_old_retires(
    life: dict[str, Platform],
) -> None:
    before = model.load(str(STACKS / life["retired"].name))
    old, new = set(services.resolvers(before)), set(services.resolvers(life["retired"]))
    assert old
    assert new
    assert not old & new
    assert set(services.server_resolvers(before)) == old
    assert set(services.resolvers(life["standby"])) == new
    assert set(services.server_resolvers(life["standby"])) == old | new
    for state in ("retiring", "retired"):
        assert set(services.server_resolvers(life[state])) == set(services.domain_servers(life[state])) == new
    for name in ("dhcp", "log", "radius", "time"):
        retiring = life["retiring"]
        text = " ".join(map(str, services.addresses(retiring.network, retiring.instances, name)))
        assert named(text, gone(life["retired"])) == set()


def test_no_resource_names_what_is_retired(life: dict[str, Platform]) -> None:
    going = gone(life["retired"])
    program = run(life["retired"], layer=LAYERS[life["retired"].name])
    assert len(program.resources) > 100
    for resource in program.resources:
        if resource.type != "Wave":  # Azure Migrate's record of who moved with which wave
            assert named(json.dumps(resource.inputs, default=str), going) == set(), resource
    assert named(json.dumps(program.outputs, default=str), going) == set()
