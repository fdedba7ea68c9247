"""What the loader is given instead of a file, a value or a text: it drops nothing, waits for nobody and says it all."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import model
from model import Provenance
from model.base import AbsentError
from model.faults import Fault
from model.platform import Platform
from model.rules import registry
from model.rules.rule import Rule
from tests.unit.model.test_faults import faults_of, lilleby

__all__ = ["lilleby"]


def put(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text, f"{old!r} is not in {file}"
    (folder / file).write_text(text.replace(old, new, 1))


def only(folder: Path) -> Fault:
    (fault,) = faults_of(folder)
    return fault


WITHOUT_VALUE = {
    "a forgotten colon that took a server's size": (
        ("systems/sbsys.yaml", "found: {g22: LILAPP02}, memory_gib: 32", "found: {g22: LILAPP02}, memory_gib 32"),
        "servers.sbsys-app02.memory_gib 32",
        "write `memory_gib: 32`",
    ),
    "a forgotten colon that made an opening permanent": (
        ("systems/ad.yaml", "reason: Addresses and the time for every device", "reason: Addresses, expires 2027-06-30"),
        "flows[1].expires 2027-06-30",
        "write `expires: 2027-06-30`",
    ),
    "a text with a comma and no quotes": (
        ("systems/ad.yaml", "Addresses and the time for every device", "Addresses, the time"),
        "flows[1].the time",
        "or put the text before it in quotes",
    ),
    "a known key": (("systems/sbsys.yaml", "cpus: 16", "cpus: "), "servers.sbsys-sql01.cpus", "give it one"),
    "a section": (("flows.yaml", "flows:\n", "flows:\nwas:\n"), "flows", "give it one"),
    "a key that must be there": (("systems/ad.yaml", "hosting: own", "hosting:"), "hosting", "give it one"),
}


@pytest.mark.parametrize("name", WITHOUT_VALUE)
def test_a_key_without_a_value_is_a_fault(lilleby: Path, name: str) -> None:
    change, path, part = WITHOUT_VALUE[name]
    put(lilleby, *change)
    told = [f for f in faults_of(lilleby) if f.code == "NO-VALUE"]
    assert [f.path for f in told] == [path] or name == "a section"
    assert part in told[0].message
    assert not [f for f in faults_of(lilleby) if f.code == "MISSING-KEY"], "said once"


NULLS = {
    "over nothing": (("systems/sbsys.yaml", "cpus: 16", "cpus: 16, spread: null"), "servers.sbsys-sql01.spread"),
    "of an unknown key": (("systems/sbsys.yaml", "cpus: 16", "cpus: 16, spraed: null"), "servers.sbsys-sql01.spraed"),
    "as a section": (("flows.yaml", "flows:\n", "flows: null\nwas:\n"), "flows"),
    "as an item": (("images.yaml", "{template: tpl-ws2025-2610, build: 1}", "null"), "images.ws2025"),
    "of what must be there": (("systems/sbsys.yaml", "cpus: 16", "cpus: null"), "servers.sbsys-sql01.cpus"),
    "for the role": (("systems/sbsys.yaml", "{role: sql, ", "{role: null, "), "servers.sbsys-sql01.role"),
    "as a top": (("platform.yaml", "title: Lilleby Kommune", "title: null"), "title"),
}


@pytest.mark.parametrize("name", NULLS)
def test_null_where_nothing_can_be_taken_away_is_a_fault(lilleby: Path, name: str) -> None:
    change, path = NULLS[name]
    put(lilleby, *change)
    assert path in {fault.path for fault in faults_of(lilleby)}


def test_null_is_a_value_where_the_type_has_it(lilleby: Path) -> None:
    """Without it profiles lie in Azure: that is the default of the type, which nothing else takes away."""
    put(lilleby, "desktops.yaml", "    short: kon\n", "    short: kon\n    avd: {fslogix: null}\n")
    assert model.load(str(lilleby)).desktops.pools["office"].avd.fslogix is None


def test_a_role_that_is_no_word_drops_no_server(lilleby: Path) -> None:
    put(lilleby, "systems/drift.yaml", "{role: linux, host: 18}", "{role: [linux], host: 18}")
    assert "servers.drift-lnx02.role" in {f.path for f in faults_of(lilleby) if f.code == "WRONG-TYPE"}


ABSENT = {
    "a cluster that is not there": (("roles.yaml", "sql: {image", "sql: {cluster: srvers, image"), "roles.sql.cluster"),
    "a cluster with a fault": (("vmware.yaml", "datastores: standard", "drs: maybe"), "clusters.servers.drs"),
    "a datastore cluster with a fault": (("vmware.yaml", "{purpose: General", "{sdrs: 1, purpose: G"), "standard.sdrs"),
    "a host model with a fault": (("hardware.yaml", "{cores: 64", "{cores: many"), "models.new-host.cores"),
    "a generation with a fault": (("refresh.yaml", "state: building", "state: bilding"), "generations.g26.state"),
    "one address between all sites": (
        ("networks.yaml", "transit: 10.130.0.0/27", "transit: 10.130.0.17/32"),
        "transit",
    ),
    "a plan without workplaces": (
        ("../catalog/site_types.yaml", "      clients: {vlan: 10, prefix: 25}\n", ""),
        "address_plans.standard.vlans",
    ),
}


@pytest.mark.parametrize("name", ABSENT)
def test_what_rests_on_a_fault_is_no_traceback(lilleby: Path, name: str) -> None:
    change, path = ABSENT[name]
    put(lilleby, *change)
    assert [f for f in faults_of(lilleby) if f.path.endswith(path)], "\n".join(map(str, faults_of(lilleby)))


def test_a_rule_that_asks_for_what_is_not_there_without_a_fault_is_wrong(
    lilleby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(platform: Platform, written: Provenance) -> Iterator[Fault]:
        yield written.sources["clusters", platform.vmware.clusters["nowhere"].switch].fault((), "WAN", "never; reached")

    monkeypatch.setattr(registry, "RULES", (*registry.RULES, Rule("made.up", "Because.", ("WAN",), wrong)))
    with pytest.raises(AbsentError):
        model.load(str(lilleby))
    put(lilleby, "systems/sbsys.yaml", "cpus: 16", "cpus: 65")
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
    put(lilleby, "systems/sbsys.yaml", "cpus: 16", f"cpus: {digits}")
    fault = only(lilleby)
    assert (fault.code, fault.line) == ("TOO-LARGE", 11)


def test_a_number_without_end_in_a_table(lilleby: Path) -> None:
    put(lilleby, "workplaces.csv", ",Rådhus,10\n", f",Rådhus,{'1' * 5000}\n")
    (fault,) = [f for f in faults_of(lilleby) if f.path == "host"]
    assert len(str(fault)) < 300


def test_what_is_larger_than_any_number_is_no_number(lilleby: Path) -> None:
    put(lilleby, "vmware.yaml", "datastores: standard", "cpu_overcommit: 1e999, datastores: standard")
    assert {f.path for f in faults_of(lilleby)} == {"clusters.servers.cpu_overcommit"}


def test_a_message_writes_out_what_a_terminal_would_obey(lilleby: Path) -> None:
    put(lilleby, "systems/ad.yaml", "hosting: own", 'hosting: own\n"\\e[2J\\nx\\u202e": 1')
    put(lilleby, "workplaces.csv", "IGEL UD7", "IGEL \x1b]0;x\x07")
    (lilleby / "\x1b[31m.yaml").write_text("")
    for fault in faults_of(lilleby):
        assert str(fault).isprintable()
    assert "\\x1b[2J\\nx\\u202e" in "\n".join(map(str, faults_of(lilleby)))


SYNTAX = {
    "a tab": ("systems/ad.yaml", "servers:\n  ad-dc01", "servers:\n\tad-dc01", "a tab stands where spaces belong"),
    "a brace": ("systems/ad.yaml", "found: {g22: LILDC01}}", "found: {g22: LILDC01}", "a map in braces is not closed"),
    "a quote": ("systems/ad.yaml", "title: Active Directory", 'title: "Active Directory', "a quote is not closed"),
    "a colon": ("systems/ad.yaml", "title: Active Directory", "title: Active: Directory", "a second `: `"),
    "indentation": ("systems/ad.yaml", "\nhosting: own", "\n hosting: own", "a second `: `"),
    "a tag": ("systems/ad.yaml", "title: Active", "title: !!python/object:os.system Active", "a tag"),
    "a control character": ("systems/ad.yaml", "title: Active", "title: \x07Active", "a control character"),
    "semicolons": ("workplaces.csv", None, "name;mac;site\nTK00001;00:E0:C5:00:00:01;S001\n", "semicolons"),
    "a workbook": ("workplaces.csv", None, "PK\x03\x04\x14", "an Excel workbook; save as CSV"),
    "Unicode text": ("workplaces.csv", None, "\ufeffname,mac", "UTF-16"),
    "a quote in a table": ("workplaces.csv", "IGEL UD7", '"IGEL UD7', "RFC 4180"),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_a_fault_of_syntax_comes_alone_and_in_words(lilleby: Path, name: str) -> None:
    """Not with the hundred references that dangle because nothing was read."""
    file, old, new, words = SYNTAX[name]
    put(lilleby, "refresh.yaml", "system: sbsys}", "system: sbsis}")
    if old is None:
        (lilleby / file).write_text(new, encoding="utf-16" if name == "Unicode text" else "utf-8")
    else:
        put(lilleby, file, old, new)
    fault = only(lilleby)
    assert words in fault.message
    assert fault.file.endswith(file)
    assert "; " in fault.message, "and what to do"
