"""Renders targets of a platform into a folder, and proves them as `refresh render --verify` does."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree as ET

import pytest

from cli.render import REQUIRED
from model import Platform
from rendering.target import Finding, Missing, Target
from rendering.writer import write
from tests.support.edit import Edits, both

PARTNERS: Edits = {"networks.yaml": {"services.dhcp": {"system": "drift", "role": "linux"}}}
"""Lilleby with its DHCP on Linux: one server of the old generation, and two of the new."""

_HP = {"kind": "thin-client", "model": "HP t540"}
FOUR: Edits = {
    "desktops.yaml": {
        "clients.IGEL UD3.maker": "dell",
        "clients.IGEL UD3.system": "thinos-9",
        "clients.HP t640.maker": "stratodesk",
        "clients.HP t640.system": "notouch-3",
        "clients.HP t540": {"maker": "hp", "system": "thinpro-8", "secure_hdx": False, "source": "assumed"},
    },
    "workplaces.csv": {
        "TK00005": _HP
        | {"mac": "00:E0:C5:00:00:05", "site": "S002", "profile": "office", "department": "Skole", "host": 20},
        "TK00006": _HP
        | {"mac": "00:E0:C5:00:00:06", "site": "S001", "profile": "video", "department": "Rådhus", "host": 21},
        "TK00007": _HP
        | {"mac": "00:E0:C5:00:00:07", "site": "S001", "profile": "office", "department": "Rådhus", "host": 22},
    },
}
"""Lilleby with a thin client of every maker, and two ways of working among HP's."""

_CONSUMERS: Edits = {"platform.yaml": {"consumers.hp_thinpro": ["ad-dc01"], "consumers.qos": ["ad-dc01"]}}
DATABASES: Edits = {
    "systems/sbsys.yaml": {
        "flows": [
            {"source": "workplaces", "role": "app", "ports": ["tcp/443"]},
            {"source": "workplaces", "role": "sql", "ports": ["tcp/1433"]},
        ],
        "aliases.sbsys-sql01": "sbsys-sql01",
        "servers.sbsys-sql01.holds_data": True,
        "servers.sbsys-sql01.read_only_by": "sql-server",
        "servers.sbsys-sql01.data": {
            "way": "backup-restore",
            "window_minutes": 240,
            "across_minutes": 150,
            "back_minutes": 180,
        },
    }
}
"""Lilleby whose workplaces ask a database, which moves at the cutover."""
LOGS: Edits = {
    "networks.yaml": {"services.log": {"system": "drift", "role": "linux"}},
    "flows.yaml": {
        "flows.logs": {
            "sources": ["hosts", "servers", "management"],
            "targets": ["drift"],
            "ports": ["tcp/6514", "udp/514"],
            "owner": "IT-afdelingen",
            "reason": "Logs",
        }
    },
}
"""Lilleby with log servers that run Linux."""
CERTIFICATES: Edits = {
    "certificates.yaml": {
        "issuers": {
            "own": {
                "title": "Lilleby CA",
                "kind": "internal",
                "asked_by": "Webserver",
                "days": 730,
                "ends": "2033-01-01",
            },
            "all": {"title": "En CA & søn", "kind": "public", "asked_by": "ACME", "days": 100},
        },
        "certificates": {
            "sbsys": {"aliases": ["sbsys"], "issuer": "all", "ends": "2028-01-01", "key": "ecdsa-p256"},
            "logs": {
                "names": ["driftlnx01g26.lilleby.example", "driftlnx02g26.lilleby.example"],
                "issuer": "own",
                "ends": "2028-06-01",
            },
        },
    },
    "backup.yaml": {"restore_tests": {"sbsys": {"tested": "2026-11-20", "minutes": 200}}},
}
"""Lilleby whose names are on certificates, and whose data were restored."""
VCENTER: Edits = {
    "vmware.yaml": {
        "accounts": {
            "robot": {
                "principal": "LILLEBY\\svc-robot",
                "role": "citrix",
                "top_role": "citrix-top",
                "datacenter_role": "citrix-place",
                "clusters": ["servers"],
                "networks": ["servers"],
            },
            "helpers": {"principal": "LILLEBY\\vc-helpers", "group": True, "role": "backup", "everywhere": True},
        },
        "licences": {"esxi": {"title": "vSphere", "secret": "vsphere_licence", "generations": ["g26"]}},
    }
}
"""Lilleby with service accounts in vCenter, and a licence."""
RADIUS: Edits = {"networks.yaml": {"services.radius": {"system": "drift", "role": "linux"}}}
"""Lilleby whose RADIUS is Linux'."""
VARIED = both(FOUR, PARTNERS, _CONSUMERS, DATABASES, LOGS, CERTIFICATES, VCENTER, RADIUS)
"""Lilleby with what it has not by itself, for the targets that show it."""

TURNED: Edits = {
    "refresh.yaml": {
        "generations.g22.origin": "adopted",
        "generations.g22.state": "standby",
        "generations.g26.state": "live",
    }
}
"""Lilleby after its cutover: what we built serves everyone."""

HOSTILE = (
    "x\"y'z`$(calc);&<b>|%PATH%",
    "=cmd()|'/c calc'!A1",
    "\u2018@ \u2019@ '@ \\",
    "<script>alert(1)</script> --> ]]>",
    "{{ 7 * 7 }} {% raw %} #}",
    "Łódź \u05e9\u05dc\u05d5\u05dd \U0001f600 (a\\b)",
    "x" * 200,
)
"""What somebody could write where the model takes any line of text."""


def target(name: str) -> Target:
    """A target by name, without importing the others."""
    found = importlib.import_module(f"templates.{name}").TARGET
    assert isinstance(found, Target)
    return found


def rendered(platform: Platform, name: str, folder: Path) -> Path:
    """The target's rendered folder."""
    write(platform, [target(name)], folder, whole=False)
    return folder / name


def findings(platform: Platform, name: str, folder: Path) -> list[Finding]:
    """What the target's proof finds; a validator that is not installed skips the test, but in CI."""
    try:
        return target(name).verify(platform, folder)
    except Missing as missing:
        if not missing.findings:
            lacking(missing)
        return missing.findings


def lacking(missing: Missing) -> NoReturn:
    """Skips a test whose program is not installed; in CI, where every program is, it fails."""
    text = f"{missing.program} is not installed"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(text)
    pytest.skip(text)


def xml(path: Path) -> ET.Element:
    """The root of what we rendered as XML."""
    return ET.parse(path).getroot()  # noqa: S314 ours
