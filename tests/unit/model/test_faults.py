"""Every fault by breaking exactly one thing of a platform that has none."""

from __future__ import annotations

import re
import resource
import shutil
from pathlib import Path

import pytest

import model
from model.faults import CODES, Fault
from tests.support.edit import REMOVE, Edits, Plain, Renamed, edit
from tests.support.paths import ROOT, STACKS

ERRORS_MD = ROOT / "docs" / "errors.md"


@pytest.fixture
def lilleby(tmp_path: Path) -> Path:
    shutil.copytree(STACKS, tmp_path / "stacks")
    return tmp_path / "stacks" / "lilleby"


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(model.ModelError) as caught:
        model.load(str(folder))
    return caught.value.faults


def test_the_platform_that_the_cases_break_has_no_fault(lilleby: Path) -> None:
    platform = model.load(str(lilleby))
    assert len(platform.instances_of("g22")) == 6
    assert len(platform.instances_of("g26")) == 7


# What changes where, and the fault that it gives: line, code, path and a part of the message.
CASES: dict[str, tuple[Edits, tuple[int | None, str, str, str]]] = {
    "unknown key": (
        {"systems/sbsys.yaml": {"servers.sbsys-sql01.cpus": Renamed("cpu")}},
        (11, "UNKNOWN-KEY", "servers.sbsys-sql01.cpu", "did you mean cpus"),
    ),
    "unknown section": ({"networks.yaml": {"netwroks": {}}}, (27, "UNKNOWN-KEY", "netwroks", "did you mean networks")),
    "missing key": ({"systems/ad.yaml": {"owner": REMOVE}}, (1, "MISSING-KEY", "owner", "owner is missing")),
    "missing key of a vendor's system": (
        {"systems/nexus.yaml": {"fqdn": REMOVE}},
        (1, "MISSING-KEY", "fqdn", "set it to the name by which its vendor hosts"),
    ),
    "no image in a generation": (
        {"roles.yaml": {"roles.linux.image.g26": REMOVE}},
        (None, "MISSING-KEY", "image", "no image for g26"),
    ),
    "no template": (
        {"images.yaml": {"images.ubuntu2404.template": REMOVE}},
        (3, "MISSING-KEY", "images.ubuntu2404.template", "has no template"),
    ),
    "wrong type": (
        {"systems/sbsys.yaml": {"servers.sbsys-sql01.cpus": "many"}},
        (11, "WRONG-TYPE", "servers.sbsys-sql01.cpus", '"many"; give a whole number'),
    ),
    "a list where a map belongs": ({"sites.yaml": {"sites": []}}, (1, "WRONG-TYPE", "sites", "a map of items by key")),
    "number where text belongs": (
        {"sites.yaml": {"sites.S001.postcode": 7500}},
        (2, "UNQUOTED-NUMBER", "sites.S001.postcode", 'write "7500" in quotes'),
    ),
    "version that YAML reads as a number": (
        {"images.yaml": {"images.ws2025.template": Plain("1.10")}},
        (2, "UNQUOTED-NUMBER", "images.ws2025.template", 'YAML reads 1.10 as a number; write "1.10"'),
    ),
    "value that is not allowed": (
        {"systems/ad.yaml": {"criticality": "enormous"}},
        (5, "BAD-VALUE", "criticality", "'vital', 'high', 'normal' or 'low'"),
    ),
    "text that turns the reading direction": (
        {"systems/ad.yaml": {"title": "Active \u202eDirectory"}},
        (2, "BAD-VALUE", "title", "pattern"),
    ),
    "image of another kind": (
        {"roles.yaml": {"roles.linux.image.g26": "ws2025"}},
        (None, "BAD-VALUE", "image.g26", "is windows and the server linux"),
    ),
    "duplicate key": (
        {"systems/sbsys.yaml": {"servers.sbsys-app02": Renamed("sbsys-app01")}},
        (13, "DUPLICATE-KEY", "servers.sbsys-app01", "stands at line 12 too"),
    ),
    "reference to a role that is not there": (
        {"systems/drift.yaml": {"servers.drift-lnx02.role": "linx"}},
        (9, "DANGLING", "servers.drift-lnx02.role", "did you mean linux"),
    ),
    "reference to a network that is not there": (
        {"systems/drift.yaml": {"servers.drift-lnx02.network": "server"}},
        (9, "DANGLING", "servers.drift-lnx02.network", "did you mean servers"),
    ),
    "reference to a site that is not there": (
        {"workplaces.csv": {"TK00003.site": "S999"}},
        (4, "DANGLING", "TK00003", "no site S999"),
    ),
    "reference to a machine that was not found": (
        {"systems/ad.yaml": {"servers.ad-dc02.found.g21": "LILDC02"}},
        (14, "DANGLING", "servers.ad-dc02.found.g21", "no generation g21"),
    ),
    "flow from a system that is not there": (
        {"systems/sbsys.yaml": {"flows[0].source": "sbsis"}},
        (9, "DANGLING", "flows[0].source", "did you mean sbsys"),
    ),
    "duplicate workplace in another letter case": (
        {"workplaces.csv": {"PC00004.name": "TK00003"}},
        (5, "DUPLICATE-NAME", "TK00003", "any letter case"),
    ),
    "duplicate server in another file": (
        {"systems/nexus.yaml": {"servers": {"ad-dc01": {"role": "dc", "host": 99}}}},
        (None, "DUPLICATE-NAME", "ad-dc01", "systems/ad.yaml:13 too"),
    ),
    "duplicate computer name over generations": (
        {"observed/g22.csv": {"LILLNX01.dns_name": "sbsysapp01g26.lilleby.example"}},
        (None, "DUPLICATE-NAME", "servers.sbsys-app01", "over all generations"),
    ),
    "identity that is not code, role and number": (
        {"systems/drift.yaml": {"servers.drift-lnx02": Renamed("drift-server2")}},
        (9, "BAD-NAME", "servers.drift-server2", "such as drift-lnx01"),
    ),
    "address outside its prefix": (
        {"systems/drift.yaml": {"servers.drift-lnx02.host": 300}},
        (9, "ADDRESS-OUTSIDE", "servers.drift-lnx02.host", "no address in 10.26.20.0/24"),
    ),
    "address as found outside its prefix": (
        {"observed/g22.csv": {"LILLNX01.address": "10.20.30.17"}},
        (None, "ADDRESS-OUTSIDE", "servers.drift-lnx01.found.g22", "outside 10.20.20.0/24"),
    ),
    "address used twice": (
        {"systems/drift.yaml": {"servers.drift-lnx02.host": 17}},
        (
            9,
            "ADDRESS-TWICE",
            "servers.drift-lnx02.host",
            "10.26.20.17 is that of drift-lnx01-g26; give it host 2, which is free",
        ),
    ),
    "MAC used twice": (
        {"workplaces.csv": {"TK00002.mac": "00:E0:C5:00:00:01"}},
        (3, "ADDRESS-TWICE", "TK00002", "is that of TK00001"),
    ),
    "VLAN used twice": (
        {"networks.yaml": {"networks.servers.vlan.g26": 20}},
        (5, "ADDRESS-TWICE", "networks.servers.vlan.g26", "VLAN 20 is that of servers g22"),
    ),
    "overlapping prefixes": (
        {"networks.yaml": {"networks.servers.prefix.g26": "10.20.0.0/16"}},
        (None, "PREFIX-OVERLAP", "networks.servers.prefix.g22", "overlaps servers g26 10.20.0.0/16"),
    ),
    "too many that must not share a host": (
        {"hardware.yaml": {"hosts.esx-g26-03.lilleby.example.generation": "g22"}},
        (None, "SPREAD", "roles.dc.spread", "has 2 hosts in g26; keep it to 1"),
    ),
    "file that nothing claims": ({"system.yaml": {"code": "x"}}, (1, "UNCLAIMED-FILE", ".", "nothing reads this")),
    "anchor": ({"platform.yaml": {"title": Plain("&t Lilleby Kommune")}}, (1, "ALIAS", "title", "anchor &t")),
    "broken YAML": (
        {"platform.yaml": {"domain": Plain("[lilleby.example")}},
        (3, "BAD-YAML", ".", "a list in brackets is not closed"),
    ),
    "second document": (
        {"platform.yaml": {"domain": Renamed("---\ndomain")}},
        (2, "BAD-YAML", ".", "one document a file"),
    ),
    "row with a column too many": (
        {"workplaces.csv": {"PC00004.host": Plain("11,extra")}},
        (5, "BAD-CSV", "row 5", "9 columns; write 8"),
    ),
    "value of a row": (
        {"workplaces.csv": {"TK00002.mac": "00-E0-C5-00-00-02"}},
        (3, "BAD-VALUE", "mac", "00-E0-C5-00-00-02"),
    ),
    "column that is not known": (
        {"workplaces.csv": {"department": Renamed("departement")}},
        (1, "UNKNOWN-KEY", "departement", "did you mean department"),
    ),
}

ALSO = {
    "a list where a map belongs": {"UNKNOWN-KEY", "DANGLING"},
    "column that is not known": {"MISSING-KEY"},
    "reference to a machine that was not found": {"DANGLING"},
    "duplicate key": {"DANGLING"},
    "identity that is not code, role and number": {"DANGLING"},
    "duplicate server in another file": {"BAD-NAME"},
    "duplicate workplace in another letter case": {"ADDRESS-TWICE"},
    "no image in a generation": set(),
}
"""What follows from the one thing that a case breaks, beside its own fault."""


@pytest.mark.parametrize("name", CASES)
def test_one_broken_thing_gives_its_fault(lilleby: Path, name: str) -> None:
    edits, (line, code, path, part) = CASES[name]
    faults = faults_of(edit(lilleby, edits))
    hits = [f for f in faults if f.code == code and f.path.endswith(path) and part in f.message]
    assert hits, "\n".join(map(str, faults))
    if line is not None:
        assert hits[0].line == line
        assert hits[0].file.endswith(tuple(edits))
    assert {f.code for f in faults} <= {code} | ALSO.get(name, set()), "\n".join(map(str, faults))
    assert ";" in hits[0].message, "a message says what is allowed"


def test_a_folder_that_does_not_exist(lilleby: Path) -> None:
    (fault,) = faults_of(lilleby.parent / "lillebye")
    assert (fault.code, fault.message) == ("NOT-FOUND", "no such folder; did you mean lilleby")


def test_an_empty_folder(lilleby: Path) -> None:
    (lilleby.parent / "empty").mkdir()
    (fault,) = faults_of(lilleby.parent / "empty")
    assert fault.code == "EMPTY-FOLDER"


def test_a_platform_without_systems(lilleby: Path) -> None:
    shutil.rmtree(lilleby / "systems")
    assert "EMPTY-FOLDER" in {f.code for f in faults_of(lilleby)}


def test_a_required_file_that_is_missing(lilleby: Path) -> None:
    (lilleby / "refresh.yaml").unlink()
    faults = faults_of(lilleby)
    assert [f.code for f in faults if f.file.endswith("refresh.yaml")] == ["NOT-FOUND"]


def test_invalid_utf8_names_the_line(lilleby: Path) -> None:
    path = lilleby / "systems" / "nexus.yaml"
    path.write_bytes(path.read_bytes().replace(b"KMD Nexus", b"K\xf8benhavn"))
    faults = faults_of(lilleby)
    assert [(f.code, f.line) for f in faults] == [("NOT-UTF8", 2)]


def test_a_file_that_is_too_large(lilleby: Path) -> None:
    (lilleby / "systems" / "nexus.yaml").write_bytes(b"#" * (8 * 1024 * 1024 + 1))
    assert [f.code for f in faults_of(lilleby)] == ["TOO-LARGE"]


def test_all_faults_come_at_once(lilleby: Path) -> None:
    edits = {
        "systems/ad.yaml": {"criticality": "enormous"},
        "systems/sbsys.yaml": {"servers.sbsys-sql01.cpus": Renamed("cpu")},
        "workplaces.csv": {"TK00003.site": "S999", "PC00004.site": "S999"},
        "sites.yaml": {"sites.S001.postcode": 7500},
    }
    faults = faults_of(edit(lilleby, edits))
    assert {"BAD-VALUE", "UNKNOWN-KEY", "DANGLING", "UNQUOTED-NUMBER"} <= {f.code for f in faults}
    assert len([f for f in faults if f.code == "DANGLING"]) == 2, "\n".join(map(str, faults))
    assert list(faults) == sorted(faults)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(ord('a') + i)}: &{chr(ord('a') + i)} [{', '.join(['*' + chr(ord('a') + i - 1)] * 10)}]\n"
    for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [(BOMB, "ALIAS"), ("[" * 500_000, "TOO-LARGE"), ("- " * 200_000, "TOO-LARGE"), ("{a: " * 200_000, "TOO-LARGE")],
    ids=["aliases", "flow lists", "block lists", "flow maps"],
)
def test_a_bomb_is_refused_in_bounded_memory(lilleby: Path, text: str, code: str) -> None:
    (lilleby / "platform.yaml").write_text(text)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    faults = faults_of(lilleby)
    assert code in {f.code for f in faults if f.file.endswith("platform.yaml")}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_null_takes_a_default_away(lilleby: Path) -> None:
    edit(lilleby, {"systems/sbsys.yaml": {"servers.sbsys-app02.disks": {"data": None, "log": 20}}})
    assert model.load(str(lilleby)).estate.servers["sbsys-app02"].disks == {"system": 100, "log": 20}


def test_the_error_codes_are_documented() -> None:
    text = ERRORS_MD.read_text().split("## Import report codes")[0]
    assert set(re.findall(r"^### ([A-Z0-9-]+)$", text, re.MULTILINE)) == set(CODES)
