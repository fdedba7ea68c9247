"""What a test does and asks while servers and desktops move to Azure, beside the engine itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

from ruamel.yaml import YAML

import model
from model.types.azure import Location
from tests.support.engine import Engine, Step
from twin.azure import Azure
from twin.engine.platform import Platform
from twin.host.process import Home
from twin.vsphere import VSphere
from twin.world import seed
from twin.world.store import World

PLATFORMS: list[Platform] = [VSphere(), Azure()]
EUROPE = frozenset({*get_args(Location), "global"})
"""Where resources may be; `global` is what Azure has nowhere in particular, such as a DNS zone."""


def bring(engine: Engine) -> int:
    """Azure Migrate's part, for which the resource groups must be there: the disks of every machine that is brought,
    beside what the stack makes for them; how many there are.
    """
    systems = "**platform:servers:AzureSystem"
    groups = engine.change(
        "--target", f"{systems}::*", "--target", f"{systems}$azure-native:resources:ResourceGroup::*"
    )
    assert {step.op for step in groups} == {"create"}
    platform = model.load(str(engine.platform))
    disks = [
        {
            "type": "azure-native:compute:Disk",
            "id": disk.id,
            "properties": {
                "diskName": disk.name,
                "resourceGroupName": i.azure.resource_group,
                "location": i.azure.location,
                "diskSizeGB": disk.gib,
                "sku": {"name": disk.kind},
                "zones": [str(i.azure.zone)],
                "creationData": {"createOption": "Empty"},
            },
        }
        for i in platform.instances
        if i.azure is not None and i.azure.migrated and i.there
        for disk in i.azure.disks
    ]
    world = World(Home(engine.home).world)
    try:
        seed.plant(world, PLATFORMS, disks)
    finally:
        world.close()
    return len(disks)


def kept(steps: Iterable[Step], op: str) -> set[str]:
    """The types of what a plan does `op` to."""
    return {step.type for step in steps if step.op == op}


def people(engine: Engine, application_group: str) -> set[str]:
    """The groups of people with a role on an application group, by their names in azure.yaml."""
    azure = model.load(str(engine.platform)).azure
    assert azure is not None
    names = {id_: name for name, id_ in azure.principals.items()}
    found = [o for o in engine.objects() if o.type == "azure-native:authorization:RoleAssignment"]
    return {
        names[o.properties["principalId"]]
        for o in found
        if o.properties["scope"].endswith(f"/applicationGroups/{application_group}")
    }


def hosts(engine: Engine, host_pool: str) -> list[str]:
    """The machines that have registered in a host pool."""
    found = [o for o in engine.objects() if o.type == "azure-native:compute:VirtualMachineExtension"]
    ids = [o.id for o in found if str(o.facts.get("pool", "")).lower().endswith(f"/{host_pool}")]
    return sorted(id_.split("/")[8] for id_ in ids)


def takes_sessions(engine: Engine, host_pool: str) -> dict[str, bool]:
    """Whether each host of a pool takes new sessions, as last told."""
    (sessions,) = [o for o in engine.objects() if o.name == f"{host_pool}-sessions"]
    told = sessions.properties["properties"]["template"]["resources"]
    return {host["name"].rpartition("/")[2]: host["properties"]["allowNewSession"] for host in told}


def outside_europe(engine: Engine) -> list[str]:
    """What stands in Azure where personal data may not go."""
    placed = [o for o in engine.objects() if o.type.startswith("azure-native:") and "location" in o.properties]
    assert placed
    return [o.id for o in placed if str(o.properties["location"]).lower() not in EUROPE]


def public_cards(engine: Engine) -> list[str]:
    """The network cards that the internet can reach."""
    cards = [o for o in engine.objects() if o.type == "azure-native:network:NetworkInterface"]
    assert cards
    return [card.id for card in cards if any("publicIPAddress" in c for c in card.properties["ipConfigurations"])]


def without(folder: Path, area: str) -> None:
    """Takes an area of Herlev out of a copy of its data: what is added when the organisation adds it, its sites and
    people too. Its systems stay at home, where they are in g22.
    """
    with _edited(folder / "azure.yaml") as azure:
        gone = azure["areas"].pop(area)
        for group in gone["groups"]:
            del azure["principals"][group]
        if all(other["subscription"] != gone["subscription"] for other in azure["areas"].values()):
            del azure["subscriptions"][gone["subscription"]]
            azure["quotas"].pop(gone["subscription"], None)
    sites = set(gone["sites"])
    with _edited(folder / "sites.yaml") as listed:
        for site in sites:
            del listed["sites"][site]
    table = folder / "workplaces.csv"
    rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(row for row in rows if row.split(",")[2] not in sites), encoding="utf-8")
    with _edited(folder / "flows.yaml") as flows:
        for name in [name for name in flows["flows"] if name.startswith(f"{area}-")]:
            del flows["flows"][name]
    with _edited(folder / "desktops.yaml") as desktops:
        for pool in desktops["pools"].values():
            if pool.get("placement", {}).get("g26", {}).get("area") == area:
                del pool["placement"], pool["avd"], pool["machines"], pool["image"]["g26"]
    moved: set[str] = set()
    for file in sorted((folder / "systems").glob("*.yaml")):
        with _edited(file) as system:
            if system.get("placement", {}).get("g26", {}).get("area") == area:
                moved.add(system["code"])
                del system["placement"]
                for server in system["servers"].values():
                    server["generations"] = ["g22"]
    with _edited(folder / "refresh.yaml") as refresh:
        for name in [name for name, wave in refresh["waves"].items() if moved & set(wave.get("systems", ()))]:
            del refresh["waves"][name]


@contextmanager
def _edited(file: Path) -> Iterator[Any]:
    """A YAML file as data, written back on leaving."""
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 4096, True
    data = yaml.load(file.read_text(encoding="utf-8"))
    yield data
    with file.open("w", encoding="utf-8") as stream:
        yaml.dump(data, stream)
