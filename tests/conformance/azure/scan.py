"""Scans a deployment template with Checkov."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.conformance.azure.conformance import program


def failed(template: dict[str, Any], folder: Path) -> dict[str, list[str]]:
    """The checks that fail, as check and type of resource, each with the names of the resources."""
    report = _scan(template, folder)
    found: dict[str, list[str]] = {}
    for failure in report["results"]["failed_checks"]:
        type_, _, name = failure["resource"].partition(".")
        # The namespace has a point of its own.
        rest, _, name = name.partition(".")
        found.setdefault(f"{failure['check_id']} {type_}.{rest}", []).append(name)
    return found


def _scan(template: dict[str, Any], folder: Path) -> dict[str, Any]:
    file = folder / "template.json"
    file.write_text(json.dumps(template, indent=1), encoding="utf-8")
    done = subprocess.run(
        [program("checkov"), "-f", file, "--framework", "arm", "--compact", "--quiet", "--skip-download", "-o", "json"],
        cwd=folder,
        env=os.environ | {"LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    report = json.loads(done.stdout)
    summary = report["summary"]
    assert summary["parsing_errors"] == 0, done.stderr
    # What has one type and name in several groups is scanned each time and counted once.
    different = {(resource["type"], resource["name"]) for resource in template["resources"]}
    assert summary["resource_count"] == len(different), "Checkov has not read all of the template"
    return report
