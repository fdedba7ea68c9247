"""What a test does and asks while servers and desktops move to Azure, beside the engine itself."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from ruamel.yaml import YAML

import model
from model.types.azure import Location
from refresh.seed import azure as seed_azure
from tests.support.edit import REMOVE, Edits, edit
from tests.support.engine import Engine, Step
from twin.azure import Azure
from twin.azure.quota import REGISTERED
from twin.engine.platform import Platform
from twin.host.process import Home
from twin.vsphere import VSphere
from twin.world import seed
from twin.world.store import World

PLATFORMS: list[Platform] = [VSphere(), Azure()]
EUROPE = frozenset({*get_args(Location), "global"})
"""Where resources may be; `global` is what Azure has nowhere in particular, such as a DNS zone."""


def bring(engine: Engine) -> set[str]:
    """Azure Migrate's part, for which the resource groups must be there, and then a person's: the systems whose
    machines are there say so. Their codes.
    """
    engine.refresh("twin", "migrate", str(engine.platform))
    brought = {i.system.code for i in model.load(str(engine.platform)).instances if i.there and i.awaited}
    edit(engine.platform, said(brought))
    return brought


def said(systems: Iterable[str]) -> Edits:
    """That Azure Migrate has made the machines of these systems."""
    return {f"systems/{code}.yaml": {"placement.g26.brought": True} for code in systems}


def size(engine: Engine, logical_name: str) -> str:
    """The size that the data give a server in Azure."""
    (found,) = [i.azure for i in model.load(str(engine.platform)).instances if i.logical_name == logical_name]
    assert found is not None
    return found.size


def kept(steps: Iterable[Step], op: str) -> set[str]:
    """The types of what a plan does `op` to."""
    return {step.type for step in steps if step.op == op}


def people(engine: Engine, application_group: str) -> set[str]:
    """The groups of people with a role on an application group, by their names in azure.yaml."""
    azure = model.load(str(engine.platform)).azure.settings
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


def register(engine: Engine) -> None:
    """Somebody's part when subscriptions are added: the script of azure_subscriptions registers them."""
    platform = model.load(str(engine.platform))
    world = World(Home(engine.home).world)
    try:
        known = {item.name for item in world.all(REGISTERED)}
        objects = seed_azure.objects(platform.desktops, platform.azure, platform.landing_zone)
        new = [o for o in objects if o["type"] == REGISTERED and o["properties"]["name"] not in known]
        seed.plant(world, PLATFORMS, new)
    finally:
        world.close()


def without(folder: Path, area: str) -> None:
    """Takes an area of Herlev out of a copy of its data: what is added when the organisation adds it, its sites and
    people too. Its systems stay at home, where they are in g22.
    """
    azure = _data(folder / "azure.yaml")
    gone = azure["areas"][area]
    out = [("areas", area), *(("principals", group) for group in gone["groups"])]
    if all(a["subscription"] != gone["subscription"] for name, a in azure["areas"].items() if name != area):
        own = ("subscriptions", "quotas")
        out += [(section, gone["subscription"]) for section in own if gone["subscription"] in azure[section]]
    with (folder / "workplaces.csv").open(encoding="utf-8", newline="") as table:
        people = [row["name"] for row in csv.DictReader(table) if row["site"] in gone["sites"]]
    systems = {file.name: _data(file) for file in sorted((folder / "systems").glob("*.yaml"))}
    moved = {name: system for name, system in systems.items() if _there(system, area)}
    pools = [name for name, pool in _data(folder / "desktops.yaml")["pools"].items() if _there(pool, area)]
    flows = [name for name in _data(folder / "flows.yaml")["flows"] if name.startswith(f"{area}-")]
    codes = {system["code"] for system in moved.values()}
    waves = _data(folder / "refresh.yaml")["waves"].items()
    with (folder / "visits.csv").open(encoding="utf-8", newline="") as table:
        visits = [row["visit"] for row in csv.DictReader(table) if row["site"] in gone["sites"]]
    edit(
        folder,
        {
            "azure.yaml": dict.fromkeys(out, REMOVE),
            "sites.yaml": {("sites", site): REMOVE for site in gone["sites"]},
            "workplaces.csv": dict.fromkeys(people, REMOVE),
            "visits.csv": dict.fromkeys(visits, REMOVE),
            "flows.yaml": {("flows", name): REMOVE for name in flows},
            "desktops.yaml": {
                ("pools", pool, *path): REMOVE
                for pool in pools
                for path in (("placement",), ("avd",), ("machines",), ("image", "g26"))
            },
            "refresh.yaml": {("waves", n): REMOVE for n, wave in waves if codes & set(wave.get("systems", ()))},
        },
        {
            f"systems/{name}": {"placement": REMOVE}
            | {f"servers.{server}.generations": ["g22"] for server in system["servers"]}
            for name, system in moved.items()
        },
    )


def _data(file: Path) -> Any:
    return YAML(typ="safe").load(file)


def _there(item: Any, area: str) -> bool:
    """Whether a system's or a pool's place in g26 is the area."""
    return item.get("placement", {}).get("g26", {}).get("area") == area
