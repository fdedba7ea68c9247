"""Checks resource bodies against Microsoft's own models: what is required, read-only, of a type, a value of an enum.

    faults = bodies(inventory.declared(program.resources))

A type without a model, or with one of another API version than the SDK's, stands in kept.yaml; any other is a fault.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cli.render import REQUIRED
from tests.conformance.azure.inventory import Inventory
from tests.support.paths import ROOT
from twin.azure import ids
from twin.engine import schema

HERE = Path(__file__).parent
TOOLS = ROOT / ".tools" / "azure-validators"
PARAMETERS = frozenset({"expand", "syncRemoteAddressSpace"})
"""Inputs that are parameters of the request and not in its body."""


@dataclass(frozen=True)
class Body:
    """A resource in the envelope that Azure's API has, and what is wrong with it."""

    token: str
    inputs: dict[str, Any]
    body: dict[str, Any]
    faults: tuple[str, ...]

    @property
    def name(self) -> str:
        key = ids.own_name(schema.resource(self.token))
        return str(self.inputs.get(key or "", self.token.rpartition(":")[2]))


def bodies(inventory: Inventory) -> list[str]:
    """Everything that is wrong with the bodies of these resources."""
    return [f"{body.token} {body.name}: {fault}" for body in enveloped(inventory) for fault in body.faults]


def enveloped(inventory: Inventory) -> list[Body]:
    """The bodies of these resources, as far as their types have a model."""
    asked: list[dict[str, Any]] = []
    for token, inputs in inventory:
        module, name, _ = models().get(token, (None, None, None))
        path = ids.holders(token)
        given = {key: value for key, value in inputs.items() if key not in path and key not in PARAMETERS}
        asked.append({"module": module, "class": name, "inputs": given})
    answers = iter(_ask([entry for entry in asked if entry["module"]]))
    found: list[Body] = []
    for (token, inputs), entry in zip(inventory, asked, strict=True):
        if entry["module"]:
            answer = next(answers)
            found.append(Body(token, dict(inputs), answer["body"], tuple(answer["faults"])))
        else:
            known = token in kept()["without"]
            missing = () if known else ("has no model: name one in models.yaml, or list it in kept.yaml",)
            found.append(Body(token, dict(inputs), entry["inputs"], missing))
    return found


def program(name: str) -> Path:
    """A program of the environment that has the packages and Checkov; without it a test is skipped, and in CI fails."""
    path = TOOLS / "bin" / name
    if not path.exists():
        if os.environ.get(REQUIRED) == "1":
            pytest.fail("the Azure validators are not installed: run `make test`")
        pytest.skip("the Azure validators are not installed")
    return path


def models() -> dict[str, tuple[str, str, str]]:
    """Module, class and API version of the model of each type."""
    return {token: (module, name, str(version)) for token, (module, name, version) in _yaml("models.yaml").items()}


def kept() -> dict[str, dict[str, str]]:
    """Types without a model, types whose model has another API version, findings of Checkov: each with its reason."""
    return _yaml("kept.yaml")


@functools.cache
def api_version(token: str) -> str:
    """The version of the API that the SDK's class speaks."""
    _, module, name = token.split(":")
    cls = getattr(importlib.import_module(f"pulumi_azure_native.{module}"), name)
    match = re.search(r"Uses Azure REST API version ([\w-]+)", inspect.getsource(sys.modules[cls.__module__]))
    assert match, token
    return match[1]


def _ask(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not entries:
        return []
    done = subprocess.run(
        [program("python"), HERE / "against_models.py"],
        input=json.dumps(entries),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@functools.cache
def _yaml(name: str) -> Any:
    return YAML(typ="safe").load(HERE / name)
