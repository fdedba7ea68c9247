"""What the loader is given instead of a file, a value or a text: it drops nothing, waits for nobody and says it all."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import model
from model import Provenance
from model.base import AbsentError
from model.faults import Fault
from model.platform import Platform
from model.rules import registry
from model.rules.rule import Rule
from tests.support.edit import REMOVE, Edits, Plain, edit
from tests.unit.model.test_faults import faults_of, lilleby

__all__ = ["lilleby"]


def only(folder: Path) -> Fault:
    (fault,) = faults_of(folder)
    return fault


SBSYS, VMWARE = "systems/sbsys.yaml", "vmware.yaml"
WITHOUT_VALUE: dict[str, tuple[Edits, str, str]] = {
    "a forgotten colon that took a server's size": (
        {SBSYS: {"servers.sbsys-app02": Plain("{role: app, host: 16, found: {g22: LILAPP02}, memory_gib 32}")}},
        "servers.sbsys-app02.memory_gib 32",
        "write `memory_gib: 32`",
    ),
    "a forgotten colon that made an opening permanent": (
        {"systems/ad.yaml": {"flows[1].reason": Plain("Addresses, expires 2027-06-30")}},
        "flows[1].expires 2027-06-30",
        "write `expires: 2027-06-30`",
    ),
    "a text with a comma and no quotes": (
        {"systems/ad.yaml": {"flows[1].reason": Plain("Addresses, the time")}},
        "flows[1].the time",
        "or put the text before it in quotes",
    ),
    "a known key": ({SBSYS: {"servers.sbsys-sql01.cpus": Plain("")}}, "servers.sbsys-sql01.cpus", "give it one"),
    "a section": ({"flows.yaml": {"flows": Plain("")}}, "flows", "give it one"),
    "a key that must be there": ({"systems/ad.yaml": {"hosting": Plain("")}}, "hosting", "give it one"),
}


@pytest.mark.parametrize("name", WITHOUT_VALUE)
def test_a_key_without_a_value_is_a_fault(lilleby: Path, name: str) -> None:
    edits, path, part = WITHOUT_VALUE[name]
    edit(lilleby, edits)
    told = [f for f in faults_of(lilleby) if f.code == "NO-VALUE"]
    assert [f.path for f in told] == [path] or name == "a section"
    assert part in told[0].message
    assert not [f for f in faults_of(lilleby) if f.code == "MISSING-KEY"], "said once"


NULLS: dict[str, tuple[Edits, str]] = {
    "over nothing": ({SBSYS: {"servers.sbsys-sql01.spread": None}}, "servers.sbsys-sql01.spread"),
    "of an unknown key": ({SBSYS: {"servers.sbsys-sql01.spraed": None}}, "servers.sbsys-sql01.spraed"),
    "as a section": ({"flows.yaml": {"flows": None}}, "flows"),
    "as an item": ({"images.yaml": {"images.ws2025": None}}, "images.ws2025"),
    "of what must be there": ({SBSYS: {"servers.sbsys-sql01.cpus": None}}, "servers.sbsys-sql01.cpus"),
    "for the role": ({SBSYS: {"servers.sbsys-sql01.role": None}}, "servers.sbsys-sql01.role"),
    "as a top": ({"platform.yaml": {"title": None}}, "title"),
}


@pytest.mark.parametrize("name", NULLS)
def test_null_where_nothing_can_be_taken_away_is_a_fault(lilleby: Path, name: str) -> None:
    edits, path = NULLS[name]
    edit(lilleby, edits)
    assert path in {fault.path for fault in faults_of(lilleby)}


def test_null_is_a_value_where_the_type_has_it(lilleby: Path) -> None:
    """Without it profiles lie in Azure: that is the default of the type, which nothing else takes away."""
    edit(lilleby, {"desktops.yaml": {"pools.office.avd": {"fslogix": None}}})
    assert model.load(str(lilleby)).desktops.pools["office"].avd.fslogix is None


def test_a_role_that_is_no_word_drops_no_server(lilleby: Path) -> None:
    edit(lilleby, {"systems/drift.yaml": {"servers.drift-lnx02.role": ["linux"]}})
    assert "servers.drift-lnx02.role" in {f.path for f in faults_of(lilleby) if f.code == "WRONG-TYPE"}


ABSENT: dict[str, tuple[Edits, str]] = {
    "a cluster that is not there": ({"roles.yaml": {"roles.sql.cluster": "srvers"}}, "roles.sql.cluster"),
    "a cluster with a fault": ({VMWARE: {"clusters.servers.drs": "maybe"}}, "clusters.servers.drs"),
    "a datastore cluster with a fault": ({VMWARE: {"datastore_clusters.standard.sdrs": 1}}, "standard.sdrs"),
    "a host model with a fault": ({"hardware.yaml": {"models.new-host.cores": "many"}}, "models.new-host.cores"),
    "a generation with a fault": ({"refresh.yaml": {"generations.g26.state": "bilding"}}, "generations.g26.state"),
    "one address between all sites": (
        {"networks.yaml": {"transit": "10.130.0.17/32"}},
        "transit",
    ),
    "a plan without workplaces": (
        {"catalog/site_types.yaml": {"address_plans.standard.vlans.clients": REMOVE}},
        "address_plans.standard.vlans",
    ),
}


@pytest.mark.parametrize("name", ABSENT)
def test_what_rests_on_a_fault_is_no_traceback(lilleby: Path, name: str) -> None:
    edits, path = ABSENT[name]
    edit(lilleby, edits)
    assert [f for f in faults_of(lilleby) if f.path.endswith(path)], "\n".join(map(str, faults_of(lilleby)))


def test_a_rule_that_asks_for_what_is_not_there_without_a_fault_is_wrong(
    lilleby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(platform: Platform, written: Provenance) -> Iterator[Fault]:
        yield written.sources["clusters", platform.vmware.clusters["nowhere"].switch].fault((), "WAN", "never; reached")

    monkeypatch.setattr(registry, "RULES", (*registry.RULES, Rule("made.up", "Because.", ("WAN",), wrong)))
    with pytest.raises(AbsentError):
        model.load(str(lilleby))
    edit(lilleby, {SBSYS: {"servers.sbsys-sql01.cpus": 65}})
    assert only(lilleby).code == "CAPACITY"


def link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def circle(path: Path) -> None:
    path.symlink_to(path)


def listening(path: Path) -> None:
    socket.socket(socket.AF_UNIX).bind(os.path.relpath(path))


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


INSTEAD: dict[str, Callable[[Path], None]] = {
    "a link that leads nowhere": link,
    "a link to itself": circle,
    "a pipe": os.mkfifo,
    "a socket": listening,
    "a device": device,
    "a folder": Path.mkdir,
}


@pytest.mark.parametrize("file", ["workplaces.csv", "flows.yaml", "systems/nexus.yaml", "observed/g22-vdas.csv"])
@pytest.mark.parametrize("what", INSTEAD)
def test_what_stands_in_the_place_of_a_file_is_no_missing_file(
    lilleby: Path, monkeypatch: pytest.MonkeyPatch, what: str, file: str
) -> None:
    monkeypatch.chdir(lilleby)
    (lilleby / file).unlink()
    INSTEAD[what](lilleby / file)
    fault = only(lilleby)
    assert (fault.code, fault.file) == ("NOT-A-FILE", file)


def test_a_catalog_that_is_a_link_to_nowhere_is_not_replaced_by_another(lilleby: Path) -> None:
    (lilleby.parent / "catalog").rename(lilleby.parent / "kept")
    link(lilleby.parent / "catalog")
    assert {f.code for f in faults_of(lilleby)} == {"NOT-FOUND"}


def test_a_size_is_known_before_anything_is_read(lilleby: Path) -> None:
    """A hole of a terabyte: whoever reads first runs out of memory."""
    with (lilleby / "workplaces.csv").open("r+b") as file:
        file.truncate(1 << 40)
    assert only(lilleby).code == "TOO-LARGE"


@pytest.mark.parametrize("digits", ["1" * 4301, "1" * 401, "-" + "9" * 5000, "1e" + "9" * 5000])
def test_a_number_without_end(lilleby: Path, digits: str) -> None:
    edit(lilleby, {SBSYS: {"servers.sbsys-sql01.cpus": Plain(digits)}})
    fault = only(lilleby)
    assert (fault.code, fault.line) == ("TOO-LARGE", 11)


def test_a_number_without_end_in_a_table(lilleby: Path) -> None:
    edit(lilleby, {"workplaces.csv": {"TK00001.host": "1" * 5000}})
    (fault,) = [f for f in faults_of(lilleby) if f.path == "host"]
    assert len(str(fault)) < 300


def test_what_is_larger_than_any_number_is_no_number(lilleby: Path) -> None:
    edit(
        lilleby,
        {VMWARE: {"clusters.servers.cpu_overcommit": 1}},
        {VMWARE: {"clusters.servers.cpu_overcommit": Plain("1e999")}},
    )
    assert {f.path for f in faults_of(lilleby)} == {"clusters.servers.cpu_overcommit"}


def test_a_message_writes_out_what_a_terminal_would_obey(lilleby: Path) -> None:
    edit(lilleby, {"systems/ad.yaml": {"hosting": Plain('own\n"\\e[2J\\nx\\u202e": 1')}})
    edit(lilleby, {"workplaces.csv": {"TK00001.model": "IGEL \x1b]0;x\x07"}})
    (lilleby / "\x1b[31m.yaml").write_text("")
    for fault in faults_of(lilleby):
        assert str(fault).isprintable()
    assert "\\x1b[2J\\nx\\u202e" in "\n".join(map(str, faults_of(lilleby)))


SYNTAX: dict[str, tuple[str, str | Mapping[str, object], str]] = {
    "a tab": ("systems/ad.yaml", {"servers": Plain("\n\tad-dc01: {role: dc}")}, "a tab stands where spaces belong"),
    "a brace": ("systems/ad.yaml", {"servers.ad-dc01": Plain("{found: {g22: X}")}, "a map in braces is not closed"),
    "a quote": ("systems/drift.yaml", {"title": Plain('"Drift')}, "a quote is not closed"),
    "a colon": ("systems/ad.yaml", {"title": Plain("Active: Directory")}, "a second `: `"),
    "indentation": ("systems/ad.yaml", {"title": Plain("Active Directory\n hosting: own")}, "a second `: `"),
    "a tag": ("systems/ad.yaml", {"title": Plain("!!python/object:os.system Active")}, "a tag"),
    "a control character": ("systems/ad.yaml", {"title": Plain("\x07Active")}, "a control character"),
    "semicolons": ("workplaces.csv", "name;mac;site\nTK00001;00:E0:C5:00:00:01;S001\n", "semicolons"),
    "a workbook": ("workplaces.csv", "PK\x03\x04\x14", "an Excel workbook; save as CSV"),
    "Unicode text": ("workplaces.csv", "\ufeffname,mac", "UTF-16"),
    "a quote in a table": ("workplaces.csv", {"TK00001.model": '"IGEL UD7'}, "RFC 4180"),
}
"""A file, what stands in it or instead of it, and words of the fault."""


@pytest.mark.parametrize("name", SYNTAX)
def test_a_fault_of_syntax_comes_alone_and_in_words(lilleby: Path, name: str) -> None:
    """Not with the hundred references that dangle because nothing was read."""
    file, wrong, words = SYNTAX[name]
    edit(lilleby, {"refresh.yaml": {"stable.sbsys-service.system": "sbsis"}})
    if isinstance(wrong, str):
        (lilleby / file).write_text(wrong, encoding="utf-16" if name == "Unicode text" else "utf-8")
    else:
        edit(lilleby, {file: wrong})
    fault = only(lilleby)
    assert words in fault.message
    assert fault.file.endswith(file)
    assert "; " in fault.message, "and what to do"
