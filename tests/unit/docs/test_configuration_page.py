"""The page of what is rendered names every target and no other, and who judged each is true."""

from __future__ import annotations

import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from rendering import powershell
from rendering.target import Judge, Target, targets
from scripts import judged
from tests.support.paths import ROOT
from tests.support.validators import program

TEXT = judged.PAGE.read_text(encoding="utf-8")
JUDGES = [(target, judge) for target in targets() for judge in target.judges]
VERSION = {
    "icinga2": "--version",
    "kea-dhcp4": "-v",
    "named": "-v",
    "named-checkzone": "-v",
    "named-checkconf": "-v",
    "freeradius": "-v",
    "openssl": "version",
    "rsyslogd": "-v",
}
VERSION |= {"pdftotext": "-v"}
"""How a program says its version, where it is not `--version`."""


def name(of: tuple[Target, Judge]) -> str:
    return f"{of[0].name}-{of[1].name}"


def test_the_page_has_a_row_for_each_target() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", TEXT, re.MULTILINE)
    assert rows == [target.name for target in targets()]


def test_the_page_says_who_judged_each_target() -> None:
    assert judged.page(TEXT) == TEXT, "run python -m scripts.schema"


def test_who_has_no_judge_says_so() -> None:
    assert [target.name for target in targets() if not target.judges and not target.unjudged] == []


@pytest.mark.parametrize("one", [one for one in JUDGES if one[1].test], ids=name)
def test_a_test_that_asks_a_judge_is_there(one: tuple[Target, Judge]) -> None:
    _, judge = one
    text = (ROOT / judge.test).read_text(encoding="utf-8")
    asks = {"program": f'program("{judge.name}")', "library": f"{judge.name}.plugins", "table": judge.name}
    assert asks[judge.kind] in text


def test_the_table_of_cmdlets_judges_every_script() -> None:
    from tests.unit.rendering.test_cmdlets import WITH_SCRIPTS

    assert tuple(t.name for t in targets() if powershell.JUDGES[1] in t.judges) == WITH_SCRIPTS


@pytest.mark.native
@pytest.mark.parametrize("one", [one for one in JUDGES if one[1].version and one[1].kind != "table"], ids=name)
def test_a_judge_is_of_the_version_that_is_named(one: tuple[Target, Judge]) -> None:
    _, judge = one
    if judge.kind == "grammar":
        found = metadata.version(judge.name)
    else:
        if 'VERSION_ID="12"' not in Path("/etc/os-release").read_text(encoding="utf-8"):
            pytest.skip("this is not Debian 12")
        command = [program(judge.name), VERSION.get(judge.name, "--version")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = (done.stdout + done.stderr).replace("libxml version 209", "2.9.")
    assert re.search(rf"(?<![\d.]){re.escape(judge.version)}\b", found), found
