"""The policy pack: each judge fires on what is bad, keeps still on what is good, ends whatever it is given, and tells
no value; and pack and model say the same of the same fault.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi_policy import EnforcementLevel
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

import model
from model.security import baseline
from model.security.baseline import CONTROLS
from model.security.control import Level
from policy.pack import ALL, JUDGES, findings, judges_of, policies
from tests.conformance.azure import sample
from tests.program.program import Declared, run
from tests.support.edit import REMOVE, Edits, edit
from tests.support.paths import STACKS
from tests.support.policies import BAD, MARK

TODAY = date(2026, 12, 1)


def judged(kind: str, inputs: Mapping[str, Any]) -> list[str]:
    """What the pack says of a resource, read as the SDK hands it over."""
    return list(findings(kind, unknown_checking_proxy(dict(inputs)), judges_of(kind)))


def controls(lines: list[str]) -> set[str]:
    return {line.split()[0] for line in lines}


@cache
def declared(name: str) -> tuple[Declared, ...]:
    return tuple(run(model.load(str(STACKS / name))).resources)


@pytest.mark.parametrize("name", BAD)
def test_a_judge_finds_what_is_bad_names_the_property_and_tells_no_value(name: str) -> None:
    control, kind, inputs, path = BAD[name]
    lines = judged(kind, inputs)
    assert [line for line in lines if line.startswith(f"{control} {path}: ") and "; " in line], lines
    assert controls(lines) == {control}, "a case breaks one thing"
    assert MARK not in "".join(lines)


def test_every_judge_has_a_case_that_fires_it() -> None:
    held = {(control, kind) for kind, judges in JUDGES.items() for control, _ in judges if kind != ALL}
    assert {(control, kind) for control, kind, _, _ in BAD.values() if control != "REG-01"} == held
    assert "REG-01" in {control for control, _, _, _ in BAD.values()}


@pytest.mark.parametrize("name", ["lilleby", "havneby"])
def test_what_the_program_declares_is_good(name: str) -> None:
    resources = declared(name)
    assert [line for r in resources for line in judged(r.token, r.inputs)] == []
    assert len({r.token for r in resources} & JUDGES.keys()) > 7


def test_what_azure_is_tried_on_is_good() -> None:
    assert [line for kind, inputs in sample.inventory() for line in judged(kind, inputs)] == []


def test_every_type_with_a_judge_is_declared_somewhere_or_must_never_be() -> None:
    seen = {r.token for name in ("lilleby", "havneby") for r in declared(name)}
    assert JUDGES.keys() - seen - {ALL} == {"azure-native:security:Pricing"}


def test_the_pack_and_the_controls_name_the_same_types() -> None:
    said = {(control.id, kind) for control in CONTROLS.values() for kind in control.resources}
    assert said == {(control, kind) for kind, judges in JUDGES.items() for control, _ in judges}


def test_a_policy_has_the_level_and_the_worst_severity_of_its_controls() -> None:
    made = policies()
    assert [policy.name for policy in made] == ["azure-native", "citrix", "vsphere"]
    for policy in made:
        levels = {CONTROLS[control].level for control in policy.tags or ()}
        assert levels == {Level.ENFORCE}
        assert policy.enforcement_level is EnforcementLevel.MANDATORY
        assert policy.severity is not None
        assert all(f"{control}: " in policy.description for control in policy.tags or ())
    assert made[0].severity is not None
    assert made[0].severity.value == "critical"


def test_what_nobody_knows_before_the_update_is_a_finding_that_names_the_property() -> None:
    control, kind, inputs, _ = BAD["an address for a card"]
    hidden = {**inputs, "location": UNKNOWN_STRING_VALUE}
    assert judged(kind, hidden)[0].startswith("REG-01 location: nobody knows it before the update; run `pulumi policy")
    assert controls(judged(kind, hidden)) == {"REG-01", control}, "the others are judged all the same"


def test_a_fault_of_a_judge_is_a_finding_and_tells_no_value() -> None:
    def broken(props: Mapping[str, Any]) -> Any:
        raise KeyError(props["password"])

    lines = list(findings("a:b:C", {"password": MARK}, [("SEC-01", broken)]))
    assert lines == ["SEC-01 a:b:C: cannot be judged (KeyError); report it, with the resource's inputs"]


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(UNKNOWN_STRING_VALUE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_NAMES = sorted({key for _, _, inputs, _ in BAD.values() for key in inputs})


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(JUDGES)), inputs=st.dictionaries(st.sampled_from(_NAMES), _ANY, max_size=6))
def test_whatever_it_is_given_it_ends_and_is_judged(kind: str, inputs: dict[str, Any]) -> None:
    assert [line for line in judged(kind, inputs) if "cannot be judged" in line] == []


# What changes in the data of which platform, and the control, scopes of the model and types that both find it in.
AGREE: dict[str, tuple[str, Edits, str, str, str]] = {
    "no secure boot": (
        "lilleby",
        {"catalog/images.yaml": {"images.ws2025.secure_boot": False}},
        "VM-01", "images.ws2025.secure_boot", "VirtualMachine",
    ),
    "no virtual TPM": (
        "lilleby",
        {"catalog/images.yaml": {"images.ws2025.vtpm": False}},
        "VM-01", "images.ws2025.vtpm", "VirtualMachine",
    ),
    "logs for a month": ("havneby", {"azure.yaml": {"log_days": 30}}, "LOG-01", "azure.log", "Workspace"),
    "drives in sessions": (
        "lilleby",
        {"catalog/profiles.yaml": {"profiles.office.settings.client_drives": True}},
        "CTX-01", "pools.office", "PolicySet",
    ),
    "a pool for everyone": (
        "lilleby",
        {"desktops.yaml": {"pools.office.access": "Everyone", "pools.office.users": REMOVE}},
        "CTX-02", "pools.office", "DeliveryGroup",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AGREE)
def test_model_and_pack_agree_on_the_same_fault(tmp_path: Path, name: str) -> None:
    platform, edits, control, scope, kind = AGREE[name]
    folder = edit(Path(shutil.copytree(STACKS, tmp_path / "stacks")) / platform, edits)
    loaded, written = model.trace(str(folder))
    told = baseline.report(loaded, written, TODAY).findings
    found = {r.type for r in run(loaded).resources if control in controls(judged(r.token, r.inputs))}
    assert scope in {f.scope for f in told if f.control == control}
    assert found == {kind}
    before = baseline.report(*model.trace(str(STACKS / platform)), TODAY).findings
    assert scope not in {f.scope for f in before if f.control == control}
