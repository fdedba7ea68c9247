"""Random found estates on the real engine, from import to retirement: no adoption changes or takes a machine.

Every machine of an estate is a walk of its own: adapters, disks, guest, and what happened to it between the export and
the adoption are drawn for it. The engine runs once a step for all of them, so many walks cost little more than one.
`ADOPTION_WALKS` and `ADOPTION_SEED` say how many and which; `make fuzz` takes 500.
"""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from model.types.observed import Adapter, adapters_cell
from tests.support import estate
from tests.support.edit import Changes, edit
from tests.support.engine import Engine

pytestmark = [pytest.mark.e2e, pytest.mark.fuzz]
WALKS = int(os.environ.get("ADOPTION_WALKS", "500" if "PLATFORM_REFRESH_FUZZ" in os.environ else "50"))
SEED = int(os.environ.get("ADOPTION_SEED", "1"))
PER_ESTATE = 50
GUESTS = {
    "Ubuntu Linux (64-bit)": "ubuntu64Guest",
    "FreeBSD 13 (64-bit)": "",
    "Solaris 11 (64-bit)": "solaris11_64Guest",
}
OVERRIDE = {"allows": ["adoption"], "reason": "Changed", "role": "Head of operations", "expires": "2027-12-31"}
Row = dict[str, str]


@dataclass
class Walks:
    """An estate of found machines. `changed`: what happened to a machine after the export, by its name."""

    engine: Engine
    rows: list[Row]
    changed: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.engine.platform / "observed" / "g22.csv"

    def write(self) -> None:
        with self.file.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(self.rows[0]))
            writer.writeheader()
            writer.writerows(self.rows)

    def set(self, changes: Changes) -> None:
        edit(self.engine.platform, {"refresh.yaml": changes})

    def differs(self, row: Row, there: Mapping[str, Any]) -> str | None:
        """What of a machine the export tells otherwise than vCenter, in vCenter's word."""
        told = {"memory": row["memory_mib"], "numCpus": row["cpus"], "name": row["name"], "guestId": row["guest_id"]}
        return next((key for key, value in told.items() if value and str(there[key]) != value), None)

    def machines(self) -> dict[str, dict[str, Any]]:
        """What the world has of every found machine, by UUID, without what vCenter counts up by itself."""
        own = {row["uuid"] for row in self.rows}
        found = [item for item in self.engine.objects() if item.type.endswith(":VirtualMachine") and item.id in own]
        apart = {"imported", "changeVersion"}
        kept = {o.id: {k: v for k, v in o.properties.items() if k not in apart} for o in found}
        for there in kept.values():
            # Whether a disk is kept on removal is the provider's own word, and nothing of the machine.
            disks = there.get("disks", [])
            there["disks"] = [{k: v for k, v in disk.items() if k != "keepOnRemove"} for disk in disks]
        return kept


def drawn(chance: random.Random, number: int, template: Row) -> Row:
    """A found machine as an export tells it."""
    disks = [1024 * chance.randint(1, 60) for _ in range(chance.randint(1, 4))]
    guest = chance.choice(list(GUESTS))
    more = adapters_cell(
        Adapter(
            chance.choice(["vmxnet3", "e1000e"]), f"VLAN{30 + n}", "dvSwitch-Prod", f"00:50:56:{n:02X}:00:{number:02X}"
        )
        for n in range(1, chance.randint(1, 4))
    )
    return template | {
        "name": f"FOUND{number:03d}",
        "uuid": f"42000000-0000-4000-8000-{number + 4096:012x}",
        "moref": f"vm-{5000 + number}",
        "dns_name": f"found{number:03d}.lilleby.example",
        "cpus": str(chance.choice([1, 2, 4])),
        "memory_mib": str(chance.choice([512, 1024, 2048])),
        "disks": str(len(disks)),
        "disk_mib": str(sum(disks)),
        "disk_sizes": " ".join(map(str, disks)) if chance.random() < 0.5 else "",
        "address": f"10.20.20.{100 + number}",
        "mac": f"00:50:56:F0:{number // 256:02X}:{number % 256:02X}",
        "folder": chance.choice(["", "Fagsystemer", "Fagsystemer/Web"]),
        "guest_os": guest,
        "guest_id": GUESTS[guest],
        "annotation": chance.choice(["", "Rør ikke ved den", "Vendor's own: 24/7"]),
        "more_adapters": more,
    }


def happened(chance: random.Random) -> dict[str, str]:
    """What somebody did to a machine after the export, mostly nothing; the last two the model does not hold."""
    return chance.choice(
        [{}] * 4
        + [{"memory": "4096"}, {"numCpus": "8"}, {"name": "renamed"}, {"guestId": "otherGuest64"}]
        + [{"annotation": "by hand"}, {"enableLogging": "true"}]
    )


@pytest.fixture(params=range(-(-WALKS // PER_ESTATE)))
def walks(request: pytest.FixtureRequest, make_engine: Callable[[], Engine]) -> Iterator[Walks]:
    engine = make_engine()
    chance = random.Random(SEED * 1000 + request.param)  # noqa: S311 a walk that can be repeated
    count = min(PER_ESTATE, WALKS - request.param * PER_ESTATE)
    engine.platform = estate.write(engine.home.parent / "drawn", count)
    with (engine.platform / "observed" / "g22.csv").open() as stream:
        (template, *_) = csv.DictReader(stream)
    made = Walks(engine, [drawn(chance, number, template) for number in range(count)])
    made.write()
    edit(engine.platform, estate.claims([row["name"] for row in made.rows]))
    made.set({"generations.g26.state": "planned"})
    engine.start()
    for row in made.rows:
        if change := happened(chance):
            made.changed[row["name"]] = change
            name = {"name": f"{row['name']}-X"} if "name" in change else change
            engine.refresh("twin", "change", "vm", row["name"], *(f"{k}={v}" for k, v in name.items()))
    try:
        yield made
    finally:
        engine.stop()


TOLD: Mapping[str, str] = {"memory": "memory", "numCpus": "num_cpus", "name": "name", "guestId": "guest_id"}
"""The model's word for what a person changed, where it holds it."""


def test_no_adoption_changes_or_takes_a_machine(walks: Walks) -> None:
    engine, before = walks.engine, walks.machines()
    assert len(before) == len(walks.rows)
    walks.set({"generations.g22.origin": "adopted"})
    refused = engine.pulumi("up", "--yes", "--skip-preview", check=False, disposable=True)
    _same(walks.machines(), before)
    differ = {row["name"]: key for row in walks.rows if (key := walks.differs(row, before[row["uuid"]])) is not None}
    tried = len(walks.rows) < PER_ESTATE or set(differ.values()) >= {"memory", "numCpus", "name"}
    assert tried, "else nothing is tried"
    lines = [line for line in (refused.stdout + refused.stderr).splitlines() if "observed/g22.csv" in line]
    for name, key in differ.items():
        assert any(f"({name})" in line and f"{TOLD[key]} is" in line for line in lines), (name, key)
    assert bool(refused.returncode) is bool(differ)
    again = engine.pulumi("up", "--yes", "--skip-preview", check=False, disposable=True)
    assert bool(again.returncode) is bool(differ), "what was refused is not done by the next update"
    _same(walks.machines(), before)
    _take_or_allow(walks, differ)
    engine.up(disposable=True)
    _same(walks.machines(), before)
    _change_and_retire(walks, before)


def _mend_what_was_broken_off(walks: Walks) -> None:
    """An import-replacement that was broken off leaves the living machine waiting for its deletion."""
    engine = walks.engine
    state = engine.state()
    resources = state["deployment"]["resources"]
    machine = next(r for r in resources if r["type"].endswith(":VirtualMachine"))
    resources.append(machine | {"delete": True})
    file = engine.home / "broken.json"
    file.write_text(json.dumps(state))
    engine.pulumi("stack", "import", "--file", str(file))
    asked = ("twin", "run", "--", "refresh", "doctor", str(engine.platform), "--stack", engine.stack)
    told = engine.refresh(*asked, check=False)
    assert told.returncode == 1
    assert f"waits for the deletion of {machine['id']}" in told.stdout
    engine.refresh(*asked, "--mend")
    assert "nothing in its state would delete" in engine.refresh(*asked).stdout
    assert engine.preview() == []


def _same(now: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    assert now.keys() == before.keys()
    for uuid, there in now.items():
        changed = {key for key in {*there, *before[uuid]} if there.get(key) != before[uuid].get(key)}
        assert not changed, f"{there['name']}: {[(key, before[uuid].get(key), there.get(key)) for key in changed]}"


def _take_or_allow(walks: Walks, differ: Mapping[str, str]) -> None:
    """The two ways out, in turn: the found value goes into the data, or the server into the overrides."""
    columns = {"memory": "memory_mib", "numCpus": "cpus", "name": "name", "guestId": "guest_id"}
    allowed: list[str] = []
    for number, row in enumerate(walks.rows):
        key = differ.get(row["name"])
        if key in ("memory", "numCpus", "guestId") and number % 2:
            row[columns[key]] = walks.changed[row["name"]][key]
        elif key is not None:
            allowed.append(estate.identity(number))
    walks.write()
    if allowed:
        walks.set({"overrides": {f"{identity}-g22": OVERRIDE for identity in allowed}})


def _change_and_retire(walks: Walks, before: Mapping[str, Any]) -> None:
    """What may differ is changed now, the rest stays; some are registered anew, and the generation goes."""
    engine = walks.engine
    steps = engine.preview()
    assert {step.op for step in steps} <= {"update"}, "no plan after an adoption takes anything"
    engine.up(disposable=True)
    after = walks.machines()
    assert after.keys() == before.keys()
    for uuid, properties in after.items():
        for key in ("disks", "networkInterfaces", "annotation", "hardwareVersion"):
            assert properties.get(key) == before[uuid].get(key), f"{uuid}: {key} is not the model's to change"
    for row in walks.rows[::7]:
        row["moref"] = f"vm-9{row['moref'].removeprefix('vm-')}"
    walks.write()
    assert engine.preview() == [], "another managed object id is no other machine"
    _mend_what_was_broken_off(walks)
    walks.set({"generations.g22.state": "retiring", "generations.g26.state": "live"})
    engine.up(disposable=True)
    assert walks.machines().keys() == before.keys(), "retiring takes protection and nothing else"
    walks.set({"generations.g22.state": "retired"})
    engine.up(disposable=True)
    assert not walks.machines()
