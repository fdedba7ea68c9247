"""Findings as SARIF 2.1.0 (OASIS), which GitHub and Azure DevOps show beside the line.

An accepted finding is a suppression with its reason, so that it stays in the list of those who look for it. A result is
the same from run to run by its control and its scope, wherever its line moves. No clock: when it ran, the host knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from model.security.baseline import CONTROLS
from model.security.control import Level, Severity

if TYPE_CHECKING:
    from model.security.baseline import Report
    from model.security.control import Control, Finding

SCORES: Mapping[Severity, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}
"""`security-severity` as GitHub sorts by it: over 9.0 critical, from 7.0 high, from 4.0 medium (GitHub Docs, "SARIF
support for code scanning").
"""
TAGS = 20
"""How many tags a rule may have at GitHub."""


def document(report: Report) -> dict[str, Any]:
    """The report as one SARIF document with one run."""
    order = {name: index for index, name in enumerate(CONTROLS)}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "automationDetails": {"id": f"baseline/{report.platform}/"},
                "tool": {
                    "driver": {"name": "platform-refresh", "rules": [_rule(control) for control in CONTROLS.values()]}
                },
                "results": [_result(report, finding, order) for finding in report.findings],
            }
        ],
    }


def _rule(control: Control) -> dict[str, Any]:
    references = "; ".join(map(str, control.references))
    return {
        "id": control.id,
        "shortDescription": {"text": control.what},
        "fullDescription": {"text": control.why},
        "help": {
            "text": f"{control.mend} {references}",
            "markdown": f"{control.mend}\n\nAsked of: {control.applies}. Owner: {control.owner}. {references}",
        },
        "defaultConfiguration": {"level": _level(control)},
        "properties": {
            "security-severity": SCORES[control.severity],
            "tags": ["security", *map(str, control.references)][:TAGS],
        },
    }


def _level(control: Control) -> str:
    return "error" if control.level is Level.ENFORCE else "warning"


def _result(report: Report, finding: Finding, order: Mapping[str, int]) -> dict[str, Any]:
    same = hashlib.sha256(f"{report.platform}\n{finding.control}\n{finding.scope}".encode()).hexdigest()
    result: dict[str, Any] = {
        "ruleId": finding.control,
        "ruleIndex": order[finding.control],
        "level": _level(CONTROLS[finding.control]),
        "message": {"text": f"{finding.path}: {finding.message}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.file)},
                    "region": {"startLine": finding.line},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.scope}],
            }
        ],
        "partialFingerprints": {"controlAndScope/v1": same},
    }
    for planned in report.exceptions:
        if planned.exemption.name == finding.exception:
            text = f"{planned.exemption.reason} ({planned.exemption.owner}, until {planned.exemption.expires})"
            result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": text}]
    return result


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
