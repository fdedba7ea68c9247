"""The registration script, run by Bash against an `az` that keeps in a folder what is registered."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import model
from model import Platform
from rendering.target import Finding
from tests.support.targets import findings, rendered
from tests.support.validators import program
from tests.support.zone import lilleby

AZ = """#!/usr/bin/env bash
declare -A given
verb="$1 $2"
shift 2
while [ $# -gt 1 ]; do given[$1]=$2; shift 2; done
file="$STATE/${given[--subscription]}-${given[--namespace]}-${given[--name]-}"
case "$verb" in
    "provider show" | "feature show") if [ -e "$file" ]; then echo Registered; else echo NotRegistered; fi ;;
    "provider register" | "feature register") echo "$verb $file" >>"$STATE/log"; [ -n "${DEAF-}" ] || touch "$file" ;;
    *) exit 3 ;;
esac
"""


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return model.load(str(lilleby(tmp_path / "platform")))


def run(folder: Path, tmp_path: Path, **settings: str) -> tuple[int, str, list[str]]:
    """Status, what it says, and what it asked Azure to register."""
    state, tools = tmp_path / "state", tmp_path / "tools"
    for made in (state, tools):
        made.mkdir(exist_ok=True)
    (tools / "az").write_text(AZ)
    (tools / "az").chmod(0o755)
    (state / "log").write_text("")
    environment = (
        os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "STATE": str(state), "PATIENCE": "0"} | settings
    )
    done = subprocess.run(
        [program("bash"), folder / "register.sh"], env=environment, capture_output=True, text=True, check=False
    )
    asked = [line for line in (state / "log").read_text().splitlines() if line.startswith("provider")]
    return done.returncode, done.stdout + done.stderr, asked


def test_every_subscription_is_registered_once(platform: Platform, tmp_path: Path) -> None:
    folder = rendered(platform, "azure_subscriptions", tmp_path / "out")
    status, said, asked = run(folder, tmp_path)
    assert (status, said.splitlines()[-1]) == (0, "alt er registreret")
    namespaces, subscriptions = platform.landing_zone.resource_providers, platform.azure.subscriptions
    features = sum(len(item.features) for item in namespaces.values())
    assert len(asked) == len(subscriptions) * (len(namespaces) + features)
    status, said, asked = run(folder, tmp_path)
    assert (status, said) == (0, "alt er registreret\n")
    assert len(asked) == len(subscriptions) * features, "a namespace once more for each of its features"


def test_what_azure_does_not_take_is_listed(platform: Platform, tmp_path: Path) -> None:
    folder = rendered(platform, "azure_subscriptions", tmp_path / "out")
    status, said, _ = run(folder, tmp_path, DEAF="1")
    assert status == 1
    told = [line for line in said.splitlines() if line.startswith("ikke registreret: ")]
    each = len(platform.landing_zone.resource_providers) + 1
    assert len(told) == each * len(platform.azure.subscriptions)


def test_a_namespace_that_was_left_out_is_found(platform: Platform, tmp_path: Path) -> None:
    folder = rendered(platform, "azure_subscriptions", tmp_path / "out")
    script = folder / "register.sh"
    script.write_text(script.read_text().replace("    Microsoft.Compute\n", ""))
    assert findings(platform, "azure_subscriptions", folder) == [
        Finding("register.sh", "namespaces Microsoft.Compute is missing")
    ]
