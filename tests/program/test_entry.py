"""The program's entry: its configuration, what it says of bad data, and what it exports."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
from ruamel.yaml import YAML

from tests.program.program import Program, Secret, World, run_program
from tests.support import zone
from tests.support.edit import edit
from tests.support.lilleby import changed
from tests.support.paths import ROOT, STACKS

PROJECT = YAML(typ="safe").load(ROOT / "Pulumi.yaml")
SECRETS = [key for key, declared in PROJECT["template"]["config"].items() if declared.get("secret") and ":" not in key]
"""The program's own; a provider reads its own itself."""
CITRIX = {"citrixVcenterUser": "svc-citrix"}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Mapping[str, str]], Program]]:
    """Runs `__main__.py` for Lilleby, with the configuration that is given beside the secrets."""
    platform = changed(tmp_path)

    def go(config: Mapping[str, str]) -> Program:
        values = (
            {"platform": str(STACKS / "lilleby")} | CITRIX | {key: f"hidden-{key}" for key in SECRETS} | dict(config)
        )
        pulumi.runtime.set_all_config(
            {f"platform-refresh:{key}": value for key, value in values.items()},
            [f"platform-refresh:{key}" for key in SECRETS],
        )
        return run_program(lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"), World(platform))

    yield go
    pulumi.runtime.set_all_config({})


def test_the_program_is_short() -> None:
    assert len((ROOT / "__main__.py").read_text().splitlines()) <= 60


def test_it_declares_the_platform_that_the_stack_names(start: Callable[[Mapping[str, str]], Program]) -> None:
    program = start({})
    assert "sbsys-app01-g26" in program.of("VirtualMachine")
    assert program.outputs["inventory"]["platform"] == "lilleby"


def test_the_session_with_vcenter_is_kept(start: Callable[[Mapping[str, str]], Program]) -> None:
    provider = start({"vsphereServer": "vcenter.example", "vsphereUser": "svc"}).of("vsphere")["vcenter"]
    assert json.loads(provider.inputs["persistSession"]) is True
    assert (provider.inputs["vsphereServer"], provider.inputs["user"]) == ("vcenter.example", "svc")
    assert "password" not in provider.inputs, "left to VSPHERE_PASSWORD"


def test_every_secret_of_the_project_is_used_and_stays_one(
    start: Callable[[Mapping[str, str]], Program], tmp_path: Path
) -> None:
    program = start({"platform": str(zone.lilleby(tmp_path / "azure"))})
    used = {value for r in program.resources for value in sealed(r.inputs)}
    assert used == {f"hidden-{key}" for key in SECRETS}
    assert "hidden-" not in json.dumps([bare(r.inputs) for r in program.resources] + [program.outputs])


def sealed(value: Any) -> Iterator[Any]:
    if isinstance(value, Secret):
        yield value.value
    elif isinstance(value, dict):
        for item in value.values():
            yield from sealed(item)


def bare(value: Any) -> Any:
    """The value without its secrets."""
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items() if not isinstance(item, Secret)}
    return value


def test_faults_of_the_model_end_the_program_without_a_traceback(
    start: Callable[[Mapping[str, str]], Program], tmp_path: Path
) -> None:
    wrong = {"vmware.yaml": {"clusters.servers.switch": "produktion"}}
    folder = edit(tmp_path / "stacks" / "lilleby", wrong, {"refresh.yaml": {"generations.g26.state": "begun"}})
    with pytest.raises(pulumi.RunError) as left:
        start({"platform": str(folder)})
    lines = str(left.value).splitlines()
    assert [line.split(": ")[1].split()[0] for line in lines[1:]] == ["BAD-VALUE", "DANGLING"]
    assert "refresh.yaml:3:" in lines[1]


def test_the_list_of_secrets_is_what_the_program_asks_for() -> None:
    source = (ROOT / "components" / "sources.py").read_text()
    assert set(re.findall(r'\bsecret\("(\w+)"\)', source)) == set(SECRETS)


def test_the_committed_stacks_hold_no_secret_and_no_key() -> None:
    for file in (ROOT / "stacks").glob("Pulumi.*.yaml"):
        stack = YAML(typ="safe").load(file)
        assert set(stack) == {"config"}, file.name
        keys = {key.removeprefix(f"{PROJECT['name']}:") for key in stack["config"]}
        assert not keys & set(PROJECT["template"]["config"]), file.name


def test_what_has_expired_is_warned_of(start: Callable[[Mapping[str, str]], Program], tmp_path: Path) -> None:
    lag = {"generation": "g22", "systems": ["sbsys"], "reason": "Vendor", "expires": "2020-01-31"}
    folder = edit(tmp_path / "stacks" / "lilleby", {"refresh.yaml": {"serving.lag": lag}})
    (warning,) = start({"platform": str(folder)}).warnings
    assert "refresh.yaml:8: EXPIRED serving.lag.expires: expired on 2020-01-31" in warning
