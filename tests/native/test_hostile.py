"""Names that would break a file if they left their place: what is rendered with them is still accepted, and right."""

from __future__ import annotations

import os

import pytest

from cli.render import REQUIRED
from model import Platform
from rendering.target import Missing, Target, targets
from tests.native.conftest import Render
from tests.support.lilleby import changed

HOSTILE = [
    """Skole "Åen" 'A' `id` $(reboot) ${x} {{ 7*7 }} {% x %} <b>&amp;</b>""",
    '=cmd|"/c calc"!A1; @x + - , \\ \\n " } ] ; # ! ? %',
    "'@\u2019 \u201c \ufe62 *" + "x" * 180,
    "!",
    "?",
]
NETWORK = [target for target in targets() if target.name in ("dns", "firewall", "kea", "switches", "windows_dhcp")]


@pytest.fixture(scope="module", params=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """The small platform where everything that is told to people is hostile."""
    name = HOSTILE[request.param]
    edits = {
        "sites.yaml": {"sites.S002.name": name},
        "flows.yaml": {"flows.sessions.owner": name, "flows.web.reason": name},
        "systems/sbsys.yaml": {"owner": name, "title": name},
        "catalog/site_types.yaml": {"switch_models.access-24.title": name},
    }
    return changed(tmp_path_factory.mktemp("hostile"), edits)


@pytest.mark.parametrize("target", NETWORK, ids=lambda target: target.name)
def test_a_hostile_name_stays_in_its_place(target: Target, hostile: Platform, render: Render) -> None:
    folder = render(hostile, target.name)
    lacking = None
    try:
        findings = target.verify(hostile, folder)
    except Missing as missing:
        findings, lacking = missing.findings, missing.program
    assert findings == []
    if lacking is not None:
        assert os.environ.get(REQUIRED) != "1", f"{lacking} is not installed"
        pytest.skip(f"{lacking} is not installed")


def test_a_hostile_name_adds_no_command_to_a_switch(hostile: Platform, lilleby: Platform, render: Render) -> None:
    def commands(platform: Platform) -> list[str]:
        path = render(platform, "switches") / "S002" / "SW-S002-01.cfg"
        return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("!")]

    free = "snmp-server location "
    others = [[line for line in commands(p) if not line.startswith(free)] for p in (hostile, lilleby)]
    assert others[0] == others[1]
    assert sum(line.startswith(free) for line in commands(hostile)) == 1
