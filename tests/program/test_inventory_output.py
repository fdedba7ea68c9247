"""The stack output `inventory`: what it says, its schema, and who is behind their image."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from model import Platform
from model.types.inventory import (
    Inventory,
    InventoryGeneration,
    InventoryNetwork,
    InventoryServer,
    schema_text,
)
from tests.program.program import UNKNOWN, Program, Secret, run
from tests.support.edit import Edits
from tests.support.lilleby import TRIED
from tests.support.paths import ROOT

SCHEMA = ROOT / "docs" / "inventory.v1.schema.json"
REGENERATE = (
    '.venv/bin/python -c "from pathlib import Path; from model.types.inventory import schema_text; '
    "Path('docs/inventory.v1.schema.json').write_text(schema_text())\""
)
Lilleby = Callable[..., Platform]
BUILT_FROM_1 = {
    f"{name}-g26": {"replaceTrigger": "1"}
    for name in ("ad-dc01", "ad-dc02", "sbsys-sql01", "sbsys-app01", "sbsys-app02", "drift-lnx01", "drift-lnx02")
}
RAISED: Edits = {"images.yaml": {"images.ws2025.build": 3}}


def inventory(program: Program) -> dict[str, Any]:
    found = program.outputs["inventory"]
    assert isinstance(found, dict), "known, and no secret"
    return found


def test_a_server_that_we_build(building: Program) -> None:
    assert inventory(building)["servers"]["sbsys-app02-g26"] == {
        "identity": "sbsys-app02",
        "system": "sbsys",
        "role": "app",
        "generation": "g26",
        "origin": "managed",
        "platform": "vmware",
        "name": "SBSYSAPP02G26",
        "computer_name": "SBSYSAPP02G26",
        "fqdn": "sbsysapp02g26.lilleby.example",
        "address": "10.26.20.16",
        "network": "servers",
        "vlan": 220,
        "cluster": "CL-G26-SERVERS",
        "folder": "G26/sbsys",
        "location": None,
        "zone": None,
        "area": None,
        "size": None,
        "os": "windows",
        "image": "ws2025",
        "cpus": 4,
        "memory_mib": 32768,
        "disks": 2,
        "disk_mib": 204800,
        "guest_os": "Microsoft Windows Server 2025 (64-bit)",
        "guest_id": "windows2022srvNext_64Guest",
        "annotation": None,
        "dns_name": None,
        "datacenter": "DC-Lilleby",
        "power": None,
        "host": None,
        "backup": None,
        "build": 1,
        "behind": False,
        "criticality": "vital",
        "personal_data": "special",
        "owner": "Borgerservice",
        "id": "id-sbsys-app02-g26",
        "moref": "vm-sbsys-app02-g26",
        "tags": {
            "generation": "g26",
            "cost-center": "1-6510",
            "criticality": "vital",
            "system": "sbsys",
            "owner": "Borgerservice",
            "personal-data": "special",
            "role": "app",
        },
    }


def test_a_server_that_is_only_observed_stands_there_as_found(building: Program) -> None:
    server = inventory(building)["servers"]["sbsys-app02-g22"]
    expected = {
        "origin": "observed", "name": "LILAPP02", "address": "10.20.20.16", "cluster": "CL01", "vlan": 20,
        "folder": "Fagsystemer/Web", "id": "42000000-0000-4000-8000-000000000005", "moref": "vm-1004",
        "build": None, "behind": False, "tags": {}, "annotation": "", "dns_name": "lilapp02.lilleby.example",
    }  # fmt: skip
    assert {key: server[key] for key in expected} == expected


def test_an_adopted_server_has_the_ids_of_its_resource(adopted: Program) -> None:
    server = inventory(adopted)["servers"]["sbsys-app02-g22"]
    found = ("adopted", "id-sbsys-app02-g22", "vm-sbsys-app02-g22", None)
    assert (server["origin"], server["id"], server["moref"], server["build"]) == found


def test_what_is_planned_or_retired_is_not_listed(adopted: Program, lilleby: Lilleby) -> None:
    assert not [name for name in inventory(adopted)["servers"] if name.endswith("-g26")]
    gone = {"refresh.yaml": {"generations.g22.state": "retired", "generations.g26.state": "live"}}
    assert not [name for name in inventory(run(lilleby(gone)))["servers"] if name.endswith("-g22")]


def test_generations_and_networks_stand_in_it(building: Program) -> None:
    found = inventory(building)
    assert found["version"] == "inventory/v1"
    assert found["generations"]["g22"] == {"origin": "observed", "state": "live", "resolvers": ["10.20.20.12"]}
    assert found["networks"]["servers-g26"] == {
        "network": "servers",
        "generation": "g26",
        "purpose": "Servers",
        "vlan": 220,
        "prefix": "10.26.20.0/24",
        "gateway": "10.26.20.1",
        "port_group": "PG-G26-SERVERS-220",
    }


@pytest.mark.parametrize("fixture", ["building", "adopted"])
def test_it_keeps_its_schema(fixture: str, request: pytest.FixtureRequest) -> None:
    found = inventory(request.getfixturevalue(fixture))
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(found)) == []
    assert list(checker.iter_errors(found | {"servers": {"x": {}}}))
    Inventory.model_validate_json(json.dumps(found))


def test_the_published_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text() == schema_text(), f"regenerate it: {REGENERATE}"


def test_every_field_is_documented() -> None:
    documented = (ROOT / "docs" / "inventory.md").read_text()
    kinds = (Inventory, InventoryGeneration, InventoryNetwork, InventoryServer)
    missing = [name for kind in kinds for name in kind.model_fields if f"`{name}`" not in documented]
    assert missing == []


def test_servers_of_a_generation_that_serves_stay_and_are_reported_as_behind(lilleby: Lilleby) -> None:
    program = run(lilleby(RAISED, TRIED), state=BUILT_FROM_1)
    servers = inventory(program)["servers"]
    behind = {name for name, server in servers.items() if server["behind"]}
    assert behind == {n for n, s in servers.items() if s["image"] == "ws2025"}
    assert len(behind) == 5
    assert servers["ad-dc01-g26"]["build"] == 1
    (warning,) = program.warnings
    assert warning.startswith("image ws2025: 5 servers are behind build 3 (ad 2, sbsys 3);")


def test_nobody_is_behind_who_was_just_built(building: Program) -> None:
    assert building.warnings == []
    assert not any(server["behind"] for server in inventory(building)["servers"].values())


def test_a_preview_with_a_new_server_still_tells_who_is_behind(lilleby: Lilleby) -> None:
    state = BUILT_FROM_1 | {"drift-lnx02-g26": {"moid": UNKNOWN}}
    platform = lilleby(RAISED, TRIED)
    program = run(platform, preview=True, state=state)
    (warning,) = program.warnings
    assert warning.startswith("image ws2025: 5 servers are behind build 3")
    assert "inventory" not in program.outputs, "not known before the new server has its ids"


def test_a_server_at_another_address_than_the_models_is_reported(lilleby: Lilleby) -> None:
    at = {"sbsys-app01-g26": ["10.26.20.99", "fe80::1"], "sbsys-app02-g26": ["10.26.20.16"], "ad-dc01-g26": []}
    program = run(lilleby(), state={name: {"guestIpAddresses": found} for name, found in at.items()})
    assert program.warnings == ["sbsys-app01-g26 is at 10.26.20.99, fe80::1; set it to 10.26.20.15"]


def test_no_secret_reaches_it(building: Program) -> None:
    assert not isinstance(building.outputs["inventory"], Secret)
    assert "p4ss" not in str(building.outputs)
