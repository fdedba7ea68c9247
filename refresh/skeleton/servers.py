"""What becomes of each server in a new generation: rebuilt from a newer image, gone on in Azure, or ended before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from model.derive.capacity import Demand
from model.derive.data_turns import asked_without_name
from model.reading.source import TODO, as_map
from refresh.skeleton.case import Case

if TYPE_CHECKING:
    from model.types.estate import Server

_DATA = dict.fromkeys(("way", "window_minutes", "across_minutes", "back_minutes"), TODO)


def write(case: Case) -> None:
    """Images, strategies and ways of data, and what of it stands on VMware."""
    images: dict[str, str] = {}
    going_on: list[str] = []
    named: list[str] = []
    for server in case.platform.estate.servers.values():
        if server.generations is not None and case.new not in server.generations:
            continue
        if _settled(case, server, going_on):
            continue
        images |= _image(case, server)
        if server.holds_data and server.data is None:
            _data(case, server)
        if asked_without_name(case.platform, server) is not None:
            case.put(case.file_of("servers", server.identity), "aliases", server.identity, server.identity)
            named.append(f"{server.identity}.{case.alias_zone()}")
        disk = sum(server.disks.values())
        case.demands.append(Demand(server.cluster, 1, server.cpus, server.memory_gib, disk))
        case.networks.add(server.network)
    case.propose("images", (f"{new} after {old}" if new != old else new for old, new in images.items()))
    case.propose("stable names of data", named)
    case.propose("servers that go on as they are in Azure (in-place)", going_on)


def _settled(case: Case, server: Server, going_on: list[str]) -> bool:
    """Whether something else than a new machine becomes of it."""
    file, identity = case.file_of("servers", server.identity), server.identity
    before = server.strategy.get(case.old.name)
    place = ("servers", identity, "strategy", case.new)
    if before is not None and before.how == "retire":
        case.put(file, *place, before.model_dump(exclude_none=True))
        return True
    if before is not None and before.how != "rebuild":
        case.put(file, *place, {"how": f"{TODO} what becomes of it after {before.how} in {case.old.name}"})
        return True
    if any(i.server is server and i.generation is case.old and i.azure is not None for i in case.platform.instances):
        # Its number in its subnet is the same in every generation, so no second machine can stand beside it.
        case.put(file, *place, {"how": "in-place"})
        going_on.append(identity)
        return True
    return False


def _image(case: Case, server: Server) -> dict[str, str]:
    """Puts the newest image of the same system, and gives it by the one before."""
    old = server.image.get(case.old.name)
    new = newest(case, old, server.os)
    own = as_map(case.own("servers", server.identity).get("image"))
    if own is not None and (old is None or case.old.name in own):
        case.put(case.file_of("servers", server.identity), "servers", server.identity, "image", case.new, new)
    else:
        case.put("roles.yaml", "roles", server.role, "image", case.new, new)
    if new != TODO and case.platform.estate.images[new].template is None:
        case.put("images.yaml", "images", new, "template", TODO)
    return {old or server.role: new} if new != TODO else {}


def newest(case: Case, image: str | None, os: str) -> str:
    """The catalog's last image of the same operating system, for it lists the oldest first; an image of the
    municipality's own stays.
    """
    known = list(_of_catalog(case, os))
    if image is not None and image not in known:
        return image
    return known[-1] if known else TODO


def _of_catalog(case: Case, os: str) -> Iterator[str]:
    own = PurePath(case.written.sources["file", "platform.yaml"].parts[0].doc.file).parent
    for key, image in case.platform.estate.images.items():
        first = case.written.sources["images", key].parts[0]
        if image.os == os and not image.multi_session and PurePath(first.doc.file).parent != own:
            yield key


def _data(case: Case, server: Server) -> None:
    if "holds_data" in case.own("servers", server.identity):
        case.put(case.file_of("servers", server.identity), "servers", server.identity, "data", _DATA)
    else:
        case.put("roles.yaml", "roles", server.role, "data", _DATA)
