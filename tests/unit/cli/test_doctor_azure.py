"""What refresh doctor asks the Azure CLI, against one that answers from files."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

import model
from cli import doctor_azure
from cli.doctor_lines import Line
from model import Platform
from tests.support.paths import LILLEBY, STACKS

AZ = """#!/usr/bin/env bash
while [ $# -gt 0 ]; do
    case "$1" in --subscription) asked=$2 ;; account) what=accounts ;; provider) what=providers ;; esac
    shift
done
cat "$ANSWERS/$what${asked:+-$asked}.json"
"""
NOW = dt.datetime(2026, 12, 3, tzinfo=dt.UTC)


@pytest.fixture
def havneby() -> Platform:
    return model.load(str(STACKS / "havneby"))


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tool = tmp_path / "az"
    tool.write_text(AZ)
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("ANSWERS", str(tmp_path))
    return tmp_path


def told(platform: Platform, now: dt.datetime = NOW) -> list[Line]:
    return list(doctor_azure.lines(platform, now))


def test_each_subscription_is_asked_for_what_it_lacks(havneby: Platform, answers: Path) -> None:
    assert havneby.azure.settings is not None
    (first, second, *rest) = sorted(havneby.azure.subscriptions.items())
    tenant = str(havneby.azure.settings.tenant)
    accounts = [{"id": str(first[1].id), "tenantId": tenant}, {"id": str(second[1].id), "tenantId": "another"}]
    (answers / "accounts.json").write_text(json.dumps(accounts))
    known = [item.namespace for item in havneby.landing_zone.resource_providers.values()]
    states = [{"namespace": name, "registrationState": "Registered"} for name in known]
    states[0]["registrationState"] = "NotRegistered"
    (answers / f"providers-{first[1].id}.json").write_text(json.dumps(states))
    lines = told(havneby)
    assert [line.state for line in lines] == ["do"] * (2 + len(rest))
    assert lines[0].text == f"not registered: {known[0]}; run register.sh of azure_subscriptions"
    assert "of tenant another; run az login" in lines[1].text
    assert all("does not see" in line.text for line in lines[2:])
    states[0]["registrationState"] = "Registered"
    (answers / f"providers-{first[1].id}.json").write_text(json.dumps(states))
    assert told(havneby)[0] == Line(
        "ok", f"subscription {first[0]}", f"seen, and registered for {len(known)} namespaces"
    )


@pytest.mark.usefixtures("answers")
def test_whoever_is_not_signed_in_is_told_so(havneby: Platform) -> None:
    (line,) = told(havneby)
    assert line.state == "do"
    assert line.text.startswith("nobody is signed in; run az login --tenant ")


@pytest.mark.usefixtures("answers")
def test_a_month_that_is_over_is_told_and_no_azure_is_not_asked(havneby: Platform) -> None:
    line = told(havneby, dt.datetime(2027, 1, 1, tzinfo=dt.UTC))[0]
    assert line.state == "may"
    assert "set it to 2027-01-01 in azure.yaml" in line.text
    assert told(model.load(str(LILLEBY))) == []


def test_what_a_region_is_assumed_to_have_is_told(havneby: Platform) -> None:
    assert havneby.azure.settings is not None
    there = replace(havneby, azure=replace(havneby.azure, settings=havneby.azure.settings.model_copy(
        update={"location": "denmarkeast"}
    )))  # fmt: skip
    found = {line.about: line.text for line in told(there) if line.about.startswith("service ")}
    assert set(found) == {"service care", "service hub"}
    assert found["service hub"].startswith("denmarkeast is assumed to have Microsoft.Network/azureFirewalls")
