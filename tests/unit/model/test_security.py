"""The security baseline: every control with a case that fires it and a platform on which it does not; exceptions."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import model
from model.rules.registry import DAY_RULES, RULES
from model.security import baseline
from model.security.baseline import CONTROLS, Report
from model.security.control import Level
from tests.support.edit import REMOVE, Edits, edit
from tests.support.paths import STACKS

TODAY = date(2026, 12, 1)
AD, SBSYS, NEXUS = "systems/ad.yaml", "systems/sbsys.yaml", "systems/nexus.yaml"
FLOWS, NETWORKS, DESKTOPS = "flows.yaml", "networks.yaml", "desktops.yaml"
IMAGES, ZONE, PROFILES = "catalog/images.yaml", "catalog/landing_zone.yaml", "catalog/profiles.yaml"
RECOVERY = {"rto_hours": 24, "rpo_hours": 1}


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STACKS, tmp_path / "stacks"))


def asked(folder: Path, *edits: Edits, today: date = TODAY) -> Report:
    return baseline.report(*model.trace(str(edit(folder, *edits))), today)


def flow(sources: list[str], targets: list[str], ports: list[str], **more: object) -> Edits:
    added = {"sources": sources, "targets": targets, "ports": ports, "owner": "IT", "reason": "R", **more}
    return {FLOWS: {"flows.added": added}}


PILOT = {"refresh.yaml": {"generations.g22.origin": "adopted", "generations.g26.state": "pilot"}}

# Of which platform what changes where, and what is then found: the control, its scope and a part of the message.
CASES: dict[str, tuple[str, Edits, tuple[str, str, str]]] = {
    "a system without a record": (
        "lilleby",
        {SBSYS: {"processing": REMOVE}},
        ("GDPR-30", "systems.sbsys", "SBSYS holds personal data and has no record; add `processing:`"),
    ),
    "a vendor without an agreement": (
        "lilleby",
        {NEXUS: {"processing.processor": REMOVE}},
        ("GDPR-28", "systems.nexus", "KMD Nexus is run by its vendor without an agreement"),
    ),
    "special categories without an assessment": (
        "lilleby",
        {SBSYS: {"processing.assessment": REMOVE}},
        ("GDPR-35", "systems.sbsys", "SBSYS holds special categories and nobody assessed it"),
    ),
    "a vendor whom nobody can call": (
        "lilleby",
        {NEXUS: {"supplier": REMOVE}},
        ("NIS2-01", "systems.nexus", "nobody knows whom of KMD to call"),
    ),
    "a vital system that may be away for ever": (
        "lilleby",
        {AD: {"recovery": REMOVE}},
        ("NIS2-02", "systems.ad", "Active Directory is vital and nobody says how long"),
    ),
    "a vital system that rests on nobody knows what": (
        "lilleby",
        {SBSYS: {"depends_on": REMOVE}},
        ("NIS2-03", "systems.sbsys", "what SBSYS rests on is not said"),
    ),
    "what rests on something slower": (
        "lilleby",
        {AD: {"recovery.rto_hours": 48}},
        ("NIS2-04", "systems.sbsys", "SBSYS is to be back in 4 hours and rests on ad, which takes 48"),
    ),
    "a night's backup for an hour's loss": (
        "havneby",
        {"systems/sag.yaml": {"recovery": RECOVERY}},
        ("BCK-01", "systems.sag", "1 hours may be lost and class normal copies every 24"),
    ),
    "backups that can be shortened when people work there": (
        "havneby",
        {
            "refresh.yaml": {"waves.first.state": "moved", "generations.g26.state": "pilot"},
            "systems/sag.yaml": {"placement.g26.brought": True},
        },
        ("BCK-03", "azure.vaults", "people work in Azure and backups can still be shortened"),
    ),
    "devices reach a system of ours": (
        "lilleby",
        flow(["devices"], ["sbsys"], ["tcp/1883"]),
        ("SEG-01", "flows.added", "lets devices reach sbsys on tcp/1883"),
    ),
    "workplaces ask a database": (
        "lilleby",
        {SBSYS: {"flows[1]": {"source": "workplaces", "role": "sql", "ports": ["tcp/1400-1500"]}}},
        ("SEG-02", "flows.sbsys-sql-from-workplaces", "lets workplaces ask a database on tcp/1400-1500"),
    ),
    "workplaces administer servers": (
        "lilleby",
        flow(["clients"], ["servers"], ["tcp/3389"]),
        ("MGT-01", "flows.added", "lets clients administer servers on tcp/3389"),
    ),
    "a server that is no privileged one administers others": (
        "lilleby",
        flow(["drift-lnx02"], ["servers"], ["tcp/5985"]),
        ("MGT-01", "flows.added", "lets drift-lnx02 administer servers on tcp/5985"),
    ),
    "telnet": (
        "lilleby",
        flow(["drift"], ["management"], ["tcp/23"]),
        ("MGT-02", "flows.added", "sends passwords in the clear on tcp/23"),
    ),
    "any to any": (
        "lilleby",
        flow(["workplaces"], ["servers"], ["tcp/1-65535"]),
        ("NET-03", "flows.added", "opens tcp/1-65535, which is nearly everything"),
    ),
    "a site whose day has been": (
        "lilleby",
        {"sites.yaml": {"sites.S001.closed_by": "2026-11-30"}},
        ("NAC-01", "site_types.town-hall", "ports of S001 are open and the day has been"),
    ),
    "an image that ends before the generation": (
        "lilleby",
        {IMAGES: {"images.ws2025.supported_until": "2029-01-09"}},
        ("EOL-01", "images.ws2025.g26", "Windows Server 2025 is mended until 2029-01-09"),
    ),
    "what runs and nobody mends": (
        "lilleby",
        {IMAGES: {"images.ws2019.supported_until": "2026-11-30"}},
        ("EOL-02", "images.ws2019.g22", "Windows Server 2019 is mended by nobody since 2026-11-30, and g22 has 5"),
    ),
    "what is assumed when people are let in": (
        "lilleby",
        PILOT,
        ("ASSUME-01", "systems.sbsys", "sbsys is assumed in 3 places and people are let in"),
    ),
    "a temporary flow of years": (
        "lilleby",
        flow(["sbsys"], ["internet"], ["tcp/443"], expires="2028-01-01"),
        ("FLOW-01", "flows.added", "ends on 2028-01-01 only"),
    ),
    "an image without secure boot": (
        "lilleby",
        {IMAGES: {"images.ws2025.secure_boot": False}},
        ("VM-01", "images.ws2025.secure_boot", "servers are built from ws2025 without secure_boot"),
    ),
    "an image without a TPM": (
        "lilleby",
        {IMAGES: {"images.ws2025.vtpm": False}},
        ("VM-01", "images.ws2025.vtpm", "servers are built from ws2025 without vtpm"),
    ),
    "logs that are kept a month": (
        "havneby",
        {"azure.yaml": {"log_days": 30}},
        ("LOG-01", "azure.log", "Azure's logs are kept 30 days"),
    ),
    "sessions that see drives": (
        "lilleby",
        {PROFILES: {"profiles.office.settings.client_drives": True}},
        ("CTX-01", "pools.office", "sessions see the device's drives"),
    ),
    "a pool for everyone": (
        "lilleby",
        {DESKTOPS: {"pools.graphics.access": "Everyone", "pools.graphics.users": REMOVE}},
        ("CTX-02", "pools.graphics", "whoever can log on gets graphics"),
    ),
    "sessions in the clear": (
        "lilleby",
        {PROFILES: {"profiles.office.settings.secure_hdx": "Disabled"}},
        ("CTX-03", "pools.office", "sessions are not encrypted to the machine"),
    ),
    "sessions that nobody decided on": (
        "lilleby",
        {PROFILES: {"profiles.graphics.settings.clipboard": True}},
        ("CTX-04", "pools.graphics", "Citrix decides over usb;"),
    ),
    "a domain controller among others": (
        "lilleby",
        {"exceptions.yaml": {"exceptions.one-network": REMOVE}},
        ("TIER-01", "networks.servers.g26", "ad-dc01 controls every account and shares servers in g26"),
    ),
    "a plan of Defender that is off": (
        "havneby",
        {ZONE: {"defender_plans.servers.on": False}},
        ("DEF-01", "defender_plans.servers", "VirtualMachines is off in every subscription"),
    ),
    "a policy that refuses nothing": (
        "havneby",
        {ZONE: {"policies.locations.enforce": False}},
        ("POL-01", "policies.locations", "Only these regions refuses nothing"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_control_finds_what_breaks_it_and_before_it_nothing(stacks: Path, name: str) -> None:
    platform, edits, (control, scope, message) = CASES[name]
    before = {(f.control, f.scope, f.message) for f in asked(stacks / platform).findings if f.exception is None}
    after = [f for f in asked(stacks / platform, edits).findings if f.exception is None]
    new = [f for f in after if (f.control, f.scope, f.message) not in before and f.control == control]
    assert [f.scope for f in new if message in f.message] == [scope], new
    assert all(Path(f.file).is_file() and f.line >= 1 and "; " in f.message for f in after)


def test_from_a_privileged_access_server_others_are_administered(stacks: Path) -> None:
    named = {"platform.yaml": {"privileged_access": ["drift-lnx02"]}}
    report = asked(stacks / "lilleby", flow(["drift-lnx02"], ["servers"], ["tcp/5985"]), named)
    assert [f.scope for f in report.findings if f.control == "MGT-01" and f.exception is None] == []
    assert [f.message for f in report.faults] == ["MGT-01 finds nothing in flows.monitoring; remove the exception"]


def test_every_control_that_asks_the_model_has_a_case() -> None:
    with_check = {control.id for control in CONTROLS.values() if control.check is not None}
    assert {case[2][0] for case in CASES.values()} == with_check


def test_every_control_is_held_somewhere_and_says_all_that_an_auditor_asks() -> None:
    rules = {rule.id for rule in (*RULES, *DAY_RULES)}
    assert len(CONTROLS) > 35
    for control in CONTROLS.values():
        assert control.places, control.id
        assert set(control.held_by) <= rules, control.id
        told = (control.what, control.why, control.mend)
        assert all(text.endswith((".", ")")) for text in told), control.id
        assert {r.work for r in control.references} & {"ISO 27001:2022", "CIS Controls v8"}, control.id


def test_numbers_of_the_annex_are_numbers_of_the_annex() -> None:
    """ISO/IEC 27001:2022, Annex A: 37 organizational, 8 of people, 14 physical and 34 technological controls."""
    last = {"5": 37, "6": 8, "7": 14, "8": 34}
    numbers = {r.number for c in CONTROLS.values() for r in c.references if r.work == "ISO 27001:2022"}
    assert len(numbers) > 20
    for number in numbers:
        letter, theme, control = number.split(".")
        assert letter == "A"
        assert 1 <= int(control) <= last[theme], number


@pytest.mark.parametrize("name", ["holstebro", "herlev"])
def test_of_our_platforms_nothing_is_to_mend_and_a_scope_is_named_once(name: str) -> None:
    report = baseline.report(*model.trace(name), TODAY)
    assert [str(finding) for finding in report.stopping] == []
    scopes = [(f.control, f.scope) for f in report.findings]
    assert len(scopes) == len(set(scopes)) > 20
    assert report.faults == ()


EXCEPTION = {"control": "SEG-01", "scope": "flows.added", "reason": "R", "owner": "CISO", "expires": "2027-06-30"}
DEVICES = flow(["devices"], ["sbsys"], ["tcp/1883"])


def excepted(**changes: object) -> Edits:
    return {"exceptions.yaml": {"exceptions.added": EXCEPTION | changes}}


def test_an_exception_excuses_one_control_for_one_item(stacks: Path) -> None:
    assert len(asked(stacks / "lilleby", DEVICES).stopping) == 1
    report = asked(stacks / "lilleby", excepted())
    assert (report.stopping, report.faults) == ((), ())
    assert next(f for f in report.findings if f.scope == "flows.added").exception == "added"
    assert "(excepted by added)" in str(next(f for f in report.findings if f.scope == "flows.added"))


@pytest.mark.parametrize(
    ("changes", "today", "standing", "fault"),
    [
        ({}, TODAY, "active", None),
        ({"expires": "2026-12-31"}, TODAY, "expiring", None),
        ({"expires": "2026-12-01"}, TODAY, "expiring", None),
        ({"expires": "2026-11-30"}, TODAY, "expired", ("EXPIRED", "expired on 2026-11-30; mend flows.added")),
        ({"scope": "flows.aded"}, TODAY, "names nothing", ("DANGLING", "finds nothing in flows.aded; did you mean")),
        ({"control": "CTX-02"}, TODAY, "names nothing", ("DANGLING", "finds nothing in flows.added; remove")),
        ({"control": "SEG-09"}, TODAY, "names nothing", ("DANGLING", "no control SEG-09; did you mean SEG-0")),
        ({"control": "REG-01"}, TODAY, "names nothing", ("DANGLING", "REG-01 is not asked of the data")),
        (
            {"control": "LOG-01", "scope": "networks.log"},
            TODAY,
            "duplicated",
            ("DUPLICATE-NAME", "LOG-01 of networks.log is excepted already; keep one of the two"),
        ),
    ],
)  # fmt: skip
def test_the_plan_of_exceptions(
    stacks: Path, changes: dict[str, object], today: date, standing: str, fault: tuple[str, str] | None
) -> None:
    report = asked(stacks / "lilleby", DEVICES, excepted(**changes), today=today)
    assert next(p.standing for p in report.exceptions if p.exemption.name == "added") == standing
    if fault is None:
        assert report.faults == ()
    else:
        code, message = fault
        assert [(f.code, message in f.message) for f in report.faults] == [(code, True)]
    assert bool(report.stopping) == (standing not in ("active", "expiring"))


def test_what_is_only_audited_stops_nothing(stacks: Path) -> None:
    report = asked(stacks / "lilleby", {"exceptions.yaml": {"exceptions.one-network": REMOVE}})
    assert any(f.control == "TIER-01" and f.exception is None for f in report.findings)
    assert CONTROLS["TIER-01"].level is Level.AUDIT
    assert report.stopping == ()
