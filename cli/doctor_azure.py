"""What `refresh doctor` asks the Azure CLI of a platform's tenant: that somebody is signed in to it, sees each
subscription, and that each is registered for what is declared. It asks and changes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cli.doctor_lines import Line

if TYPE_CHECKING:
    from model import Platform
    from model.platform import AzureEstate
    from model.types.azure import Azure

SECONDS = 60


def lines(platform: Platform, now: dt.datetime) -> Iterator[Line]:
    """Nothing without Azure."""
    azure = platform.azure.settings
    if azure is None:
        return
    yield from _budgets(azure, now)
    yield from _assumed(platform.azure, azure)
    if shutil.which("az") is None:
        yield Line(
            "may", "azure", "the Azure CLI is not here, so nobody asked the tenant; see docs/first-run-in-azure.md"
        )
        return
    seen = _ask("account", "list", "--all")
    if seen is None:
        yield Line("do", "azure", f"nobody is signed in; run az login --tenant {azure.tenant}")
        return
    yield from _subscriptions(platform, platform.azure, {str(item["id"]).lower(): item for item in seen})


def _budgets(azure: Azure, now: dt.datetime) -> Iterator[Line]:
    first = now.date().replace(day=1)
    if azure.begins < first:
        text = f"begins is {azure.begins}, and Azure takes no new budget of a month that is over"
        yield Line("may", "azure", f"{text}; set it to {first} in azure.yaml before a subscription's first update")


def _assumed(estate: AzureEstate, azure: Azure) -> Iterator[Line]:
    for key, service in sorted(estate.services.items()):
        if azure.location in service.assumed:
            text = f"{azure.location} is assumed to have {', '.join(service.types)}"
            yield Line("may", f"service {key}", f"{text}; ask az provider show, and say so in availability.yaml")


def _subscriptions(platform: Platform, estate: AzureEstate, seen: dict[str, Any]) -> Iterator[Line]:
    wanted = {item.namespace.lower(): item.namespace for item in platform.landing_zone.resource_providers.values()}
    for key, subscription in sorted(estate.subscriptions.items()):
        what = f"subscription {key}"
        there = seen.get(str(subscription.id).lower())
        if there is None:
            yield Line("do", what, f"whoever is signed in does not see {subscription.id}; ask for Owner of it")
        elif (
            estate.settings is not None
            and str(there.get("tenantId", "")).lower() != str(estate.settings.tenant).lower()
        ):
            yield Line(
                "do", what, f"it is of tenant {there.get('tenantId')}; run az login --tenant {estate.settings.tenant}"
            )
        else:
            yield _registered(what, str(subscription.id), wanted)


def _registered(what: str, subscription: str, wanted: dict[str, str]) -> Line:
    found = _ask("provider", "list", "--subscription", subscription)
    if found is None:
        return Line("do", what, "it does not tell what it is registered for; ask for Reader of it at least")
    known = {str(item["namespace"]).lower() for item in found if item.get("registrationState") == "Registered"}
    missing = [name for key, name in sorted(wanted.items()) if key not in known]
    if missing:
        return Line("do", what, f"not registered: {', '.join(missing)}; run register.sh of azure_subscriptions")
    return Line("ok", what, f"seen, and registered for {len(wanted)} namespaces")


def _ask(*command: str) -> list[dict[str, Any]] | None:
    """What the CLI answers; None where it does not."""
    try:
        done = subprocess.run(
            ["az", *command, "--output", "json", "--only-show-errors"],
            capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout) if done.returncode == 0 else None
