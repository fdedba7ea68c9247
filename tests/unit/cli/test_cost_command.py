"""What refresh cost prints, and of whom it can not."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from cli.main import app


def test_by_subscription_it_stands_beside_the_budget() -> None:
    done = CliRunner().invoke(app, ["cost", "herlev"])
    assert done.exit_code == 0
    assert "budget/cost" in done.stdout
    assert "of 51 assumed" in done.stdout
    as_json = json.loads(CliRunner().invoke(app, ["cost", "herlev", "--json"]).stdout)
    assert as_json["currency"] == "DKK"
    assert f"{sum(item['amount'] for item in as_json['items']):,.0f}" in done.stdout


def test_what_has_no_azure_has_no_cost() -> None:
    done = CliRunner().invoke(app, ["cost", "holstebro"])
    assert done.exit_code == 2
    assert "nothing is in Azure" in done.output
