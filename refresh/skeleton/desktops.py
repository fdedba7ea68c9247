"""Pools for the session machines that an import found, where desktops.yaml has none yet, and the stable names by which
people reach them.

A pool is one folder. What it is called in Citrix no export tells, so it is assumed; who may use it a person must say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from model import names
from model.derive import devices
from model.reading.source import TODO
from model.types.sites import Maker
from refresh.skeleton.case import Case
from refresh.skeleton.hardware import demand
from refresh.skeleton.pools import new_image

if TYPE_CHECKING:
    from model.types.infrastructure import Cluster, Network
    from model.types.observed import ObservedVm

FILE = "desktops.yaml"
_PROFILES = ((r"grafik|graphic|\bcad\b|\bgis\b", "graphics"), (r"video", "video"), (r"", "office"))
"""What a folder's name says → the profile. The first that matches decides."""
_VDA = re.compile(r"(?:\bVDA\b|Virtual Delivery Agent)\D{0,10}(\d{4})", re.IGNORECASE)
_CITRIX, _STOREFRONT = "ddc", "sf"
"""The roles that the importer gives Citrix's servers."""


def write(case: Case) -> None:
    """Proposes everything of desktops.yaml, where session machines were found and it has no pool."""
    machines = case.platform.observed.vdas.get(case.old.name, {})
    if case.platform.desktops.pools or not machines:
        return
    folders: dict[str, list[ObservedVm]] = {}
    for vm in machines.values():
        folders.setdefault(vm.folder, []).append(vm)
    _site(case, next(iter(folders)))
    taken: dict[str, str] = {}
    for folder, found in folders.items():
        _pool(case, folder, found, taken, alone=len(folders) == 1)
    _clients(case)
    case.propose("pools, one a folder of session machines", (f"{taken[f]} ({f}, {len(folders[f])})" for f in folders))


def _site(case: Case, folder: str) -> None:
    """What all session machines share, and the stable names of the store and its controllers."""
    systems = {s.role: s.system for s in case.platform.estate.servers.values()}
    system = systems.get(_CITRIX, systems.get(_STOREFRONT, TODO))
    case.put(FILE, "system", system)
    case.put(FILE, "ou", folder.partition("/")[0] or "Citrix")
    zone = case.alias_zone()
    store = _STOREFRONT if _STOREFRONT in systems else _CITRIX
    named = system != TODO and not case.platform.estate.systems[system].aliases
    citrix = {field: f"{label}.{zone}" if named else TODO for field, label in _LABELS.items()}
    case.put(
        FILE, "citrix", {"vcenter": TODO, **citrix, "licensing": {"method": "activation-service", "controllers": TODO}}
    )
    if named:
        roles = {"controllers": _CITRIX, "storefront": store}
        aliases = {_LABELS[field]: role for field, role in roles.items() if role in systems}
        case.put(case.file_of("systems", system), "aliases", aliases)
        case.propose("stable names", (f"{label}.{zone}" for label in aliases))


_LABELS: Mapping[str, str] = {"storefront": "storefront", "controllers": "ddc"}


def _pool(case: Case, folder: str, found: Sequence[ObservedVm], taken: dict[str, str], *, alone: bool) -> None:
    title = folder.rpartition("/")[2] or "Skrivebord"
    key = _unique(names.slug(title, "pool"), taken.values())
    taken[folder] = key
    profile = next(name for words, name in _PROFILES if re.search(words, title, re.IGNORECASE))
    traits = case.platform.desktops.profiles[profile]
    graphics = traits.settings.hardware_encoding is True
    cluster = _key(case.platform.vmware.clusters, case.old.name, [vm.cluster for vm in found])
    network = _key(case.platform.network.networks, case.old.name, [vm.network for vm in found])
    desktop = "Skrivebord" if alone else f"Skrivebord {title}"
    workplaces = case.workplaces(profile) if profile not in case.sized else 0
    case.sized.add(profile)
    gpu = {"gpu": TODO} if graphics else {}
    image = {case.old.name: _found_image(case, key, title, found), case.new: new_image(case, key, title, gpu)}
    value: dict[str, Any] = {
        "profile": profile,
        "short": _short(key, case),
        "desktop": desktop,
        "users": [TODO],
        **({"workplaces": profile} if workplaces else {"machines": {case.new: len(found)}}),
        "image": image,
        **({"gpu": {case.new: TODO}} if graphics else {}),
        "cluster": cluster,
        "network": network,
        "ou": title,
        "found": {
            case.old.name: {
                "catalog": title, "delivery_group": title, "folder": folder, "assumed": "named as their folder"
            }
        },
    }  # fmt: skip
    case.put(FILE, "pools", key, value)
    if TODO not in (cluster, network):
        case.networks.add(network)
        case.demands.append(demand(cluster, traits, workplaces, len(found)))


def _unique(key: str, taken: Any) -> str:
    number, candidate = 2, key
    while candidate in taken:
        number, candidate = number + 1, f"{key}-{number}"
    return candidate


def _short(key: str, case: Case) -> str:
    """Letters for computer names that no other pool has."""
    letters = re.sub(r"[^a-z]", "", key) or "pool"
    for first in (letters[:3], letters[:4], *(f"{letters[:3]}{last}" for last in "abcdefghijklmnopqrstuvwxyz")):
        if len(first) >= 2 and first not in case.shorts:
            case.shorts.add(first)
            return first
    return TODO


def _key(items: Mapping[str, Cluster] | Mapping[str, Network], generation: str, found: Sequence[str]) -> str:
    """The key of what most machines were found in."""
    name = Counter(found).most_common(1)[0][0]
    return next((key for key, item in items.items() if item.found.get(generation) == name), TODO)


def _found_image(case: Case, pool: str, title: str, found: Sequence[ObservedVm]) -> str:
    """The line of images for what was found: no export tells more of it than its operating system and agent."""
    key, year = f"{pool}-{case.old.name}", case.old.name[1:]
    guest = Counter(vm.guest_os for vm in found).most_common(1)[0][0]
    titled = {image.title: name for name, image in case.platform.estate.images.items() if image.title in guest}
    base = titled[max(titled, key=len)] if titled else TODO
    release = next((match[1] for vm in found if (match := _VDA.search(vm.annotation))), None)
    agent = {"vda": release} if release is not None else {}
    versions = {f"{year}01.1": {"base": base, **agent, "built": f"20{year}-01-01"}}
    line = {"title": f"{title}, som fundet", "current": f"{year}01.1", "versions": versions}
    case.put(FILE, "desktop_images", key, line, comment="assumed: the date")
    return key


def _clients(case: Case) -> None:
    """What each model of thin client runs, by its maker's name in front."""
    for model in sorted({w.model for w in devices.in_use(case.platform.places) if w.kind == "thin-client"}):
        first = model.partition(" ")[0].lower()
        maker = first if first in get_args(Maker) else TODO
        known = [key for key, s in case.platform.desktops.client_systems.items() if s.maker == maker]
        system = known[-1] if known else TODO
        told = {
            "maker": maker,
            "system": system,
            "secure_hdx": False,
            "source": "assumed: no maker tells of this model",
        }
        case.put(FILE, "clients", model, told)
