"""Certificates of stable names: each fault by changing one thing of a platform that has none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import model
from model.derive.certificates import asked_by_tls, borne
from model.rules.registry import due
from rendering.engine import render
from rendering.plain import plain
from templates.certificates.context import Request, files
from tests.support.edit import Edits
from tests.support.lilleby import written
from tests.support.paths import ROOT
from tests.unit.model.test_site_faults import faults_after, lilleby

__all__ = ["lilleby"]

TODAY = date(2026, 12, 1)
CA = {"title": "Lilleby CA", "kind": "internal", "asked_by": "WebServer", "days": 730, "ends": "2031-06-30"}
SBSYS = {"aliases": ["sbsys"], "issuer": "ca", "ends": "2028-01-01"}


def data(issuer: dict[str, Any] = CA, **certificates: dict[str, Any]) -> Edits:
    return {"certificates.yaml": {"issuers": {"ca": issuer}, "certificates": certificates or {"sbsys": SBSYS}}}


CASES: dict[str, tuple[Edits, tuple[str, str, str]]] = {
    "a name over TLS that none bears": (
        data(other={**SBSYS, "aliases": [], "names": ["igelrmserver.lilleby.example"]}),
        ("CERTIFICATE", "aliases.sbsys", "no certificate bears it"),
    ),
    "a name that there is not": (
        data(sbsys=SBSYS, more={**SBSYS, "aliases": ["sbys"]}),
        ("CERTIFICATE", "certificates.more.aliases[0]", "did you mean sbsys"),
    ),
    "a name on two": (
        data(sbsys=SBSYS, more={**SBSYS, "aliases": [], "names": ["SBSYS.access.lilleby.example"]}),
        ("CERTIFICATE", "certificates.sbsys", "is on more too"),
    ),
    "no name": (
        data(sbsys=SBSYS, more={**SBSYS, "aliases": []}),
        ("CERTIFICATE", "certificates.more", "bears no name"),
    ),
    "an issuer that nobody knows": (
        data(sbsys={**SBSYS, "issuer": "cb"}),
        ("DANGLING", "certificates.sbsys.issuer", "no issuer cb"),
    ),
    "a CA that ends before the generation": (
        data({**CA, "ends": "2030-12-30"}),
        ("CERTIFICATE", "issuers.ca.ends", "we serve until 2030-12-31"),
    ),
    "a CA without an end": (
        data({key: value for key, value in CA.items() if key != "ends"}),
        ("CERTIFICATE", "issuers.ca", "nothing says when its own certificate ends"),
    ),
    "a certificate that outlives its issuer": (
        data(sbsys={**SBSYS, "ends": "2031-07-01"}),
        ("CERTIFICATE", "certificates.sbsys.ends", "after its issuer"),
    ),
}


@pytest.mark.parametrize(("edits", "fault"), CASES.values(), ids=CASES)
def test_one_fault(lilleby: Path, edits: Edits, fault: tuple[str, str, str]) -> None:
    found = faults_after(lilleby, edits)
    assert [(f.code, f.path) for f in found] == [fault[:2]]
    assert fault[2] in found[0].message


@pytest.mark.parametrize(
    ("ends", "today", "messages"),
    [
        ("2028-01-01", TODAY, []),
        ("2028-01-01", date(2027, 12, 3), ["ends on 2028-01-01; set `ends` when it is renewed"]),
        ("2027-01-31", TODAY, ["90 days after the cutover"]),
        ("2026-12-30", TODAY, ["90 days after the cutover", "ends on 2026-12-30; set `ends` when it is renewed"]),
    ],
)
def test_nobody_has_to_change_one_in_the_weeks_of_a_cutover(
    tmp_path: Path, ends: str, today: date, messages: list[str]
) -> None:
    platform, provenance = model.trace(str(written(tmp_path, data(sbsys={**SBSYS, "ends": ends}))))
    found = [f.message for f in due(platform, provenance, today) if f.code == "CERTIFICATE-ENDS"]
    assert len(found) == len(messages)
    assert all(message in told for message, told in zip(messages, sorted(found, key=len, reverse=True), strict=True))


def test_without_certificates_nothing_is_asked_and_nothing_rendered(lilleby: Path) -> None:
    platform = model.load(str(lilleby))
    assert asked_by_tls(platform)
    assert list(files(platform)) == []


def test_every_name_of_holstebro_that_is_reached_over_tls_is_on_one() -> None:
    platform = model.load(str(ROOT / "stacks/holstebro"))
    zone = platform.settings.alias_zone
    assert {f"{label}.{zone}" for label in asked_by_tls(platform)} <= {n for one in borne(platform) for n in one.names}


def test_a_name_too_long_for_a_common_name_stands_among_the_alternatives_alone() -> None:
    name = f"{'a' * 60}.example"
    request = Request("long", "", [name], "rsa:3072", rsa=True, issuer="CA\n[req]", asked_by="x")
    text = render("certificates/request.cnf.j2", plain(request))
    assert "CN =" not in text
    assert f"DNS.1 = {name}\n" in text
    assert text.count("\n[req]\n") == 1
