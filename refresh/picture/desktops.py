"""The desktops: who uses each pool, and per generation the image that it has and the machines that come of it.

Left out: names of machines, versions that are not in use.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from refresh.picture.canvas import INK, MARGIN, PANEL, QUIET, STATES, Canvas, counted

if TYPE_CHECKING:
    from model import Platform
    from model.types.desktops import Pool
    from model.types.pools import PoolInstance

WIDTH, ROW, TOP = 1400, 70, 150
USERS, POOL, IMAGE, MACHINES = (MARGIN, 310), (390, 240), (690, 270), (1020, 350)
"""From where to how wide each column is."""
CITRIX, AVD = "#2f5d8a", "#1d7a4f"


def draw(platform: Platform) -> str:
    """The picture."""
    pools = platform.desktops.pools
    counts = Counter[str]()
    for instance in platform.pool_instances:
        counts[instance.generation.name] += instance.machines
    totals = [
        f"{counted(counts[name], 'maskine', 'maskiner')} i {name} ({STATES[generation.state]})"
        for name, generation in platform.refresh.generations.items()
    ]
    canvas = Canvas(
        WIDTH,
        f"{platform.settings.title}: skriveborde",
        f"{counted(len(pools), 'pulje', 'puljer')}: {', '.join(totals)}.",
    )
    canvas.key(100, [(CITRIX, "Citrix i datacentret"), (AVD, "Azure Virtual Desktop")])
    for (x, width), title in zip(
        (USERS, POOL, IMAGE, MACHINES), ("Brugere", "Pulje", "Image", "Maskiner"), strict=True
    ):
        canvas.text(x, TOP - 14, title, width, size=14, bold=True)
    y = float(TOP)
    for pool in pools.values():
        y = _pool(canvas, platform, pool, y) + 22
    return canvas.finish(y - 22 + MARGIN)


def _pool(canvas: Canvas, platform: Platform, pool: Pool, y: float) -> float:
    """A pool with a line for each generation that has it; where it ends."""
    instances = [i for i in platform.pool_instances if i.pool.name == pool.name]
    height = max(len(instances), 1) * ROW - 12
    middle = y + height / 2
    profile = platform.desktops.profiles[pool.profile]
    _box(canvas, USERS, y, height, "alle" if pool.access == "Everyone" else ", ".join(pool.users), profile.title, INK)
    sessions = f"{counted(pool.sessions_per_host, 'session', 'sessioner')} pr. maskine"
    _box(canvas, POOL, y, height, pool.name, sessions, INK)
    canvas.line((sum(USERS), middle), (POOL[0], middle), arrow=True)
    for at, instance in enumerate(instances):
        top = y + at * ROW
        here = top + (ROW - 12) / 2
        turn = sum(POOL) + (IMAGE[0] - sum(POOL)) / 2
        canvas.line((sum(POOL), middle), (turn, middle), (turn, here), (IMAGE[0], here), arrow=True)
        canvas.line((sum(IMAGE), here), (MACHINES[0], here), arrow=True)
        _instance(canvas, instance, top)
    if not instances:
        canvas.text(IMAGE[0], middle + 4, "findes ikke i nogen generation", IMAGE[1], size=12, fill=QUIET)
    return y + height


def _instance(canvas: Canvas, instance: PoolInstance, y: float) -> None:
    color = AVD if instance.avd is not None else CITRIX
    version = f"version {instance.version_name}"
    behind = ", en nyere er på vej" if instance.behind else ""
    _box(canvas, IMAGE, y, ROW - 12, instance.image_name, version + behind, color)
    group = "" if instance.citrix is None else instance.citrix.delivery_group
    names = group if instance.avd is None else instance.avd.host_pool
    count = f"{instance.generation.name}: {counted(instance.machines, 'maskine', 'maskiner')}"
    _box(canvas, MACHINES, y, ROW - 12, count, f"{'AVD' if instance.avd is not None else 'Citrix'}: {names}", color)


def _box(canvas: Canvas, column: tuple[int, int], y: float, height: float, title: str, about: str, color: str) -> None:
    x, width = column
    canvas.box(x, y, width, height, fill=PANEL, edge=color)
    canvas.box(x, y, 5, height, fill=color, edge=None)
    middle = y + height / 2
    canvas.text(x + 16, middle - 4, title, width - 26, size=14, bold=True)
    canvas.text(x + 16, middle + 15, about, width - 26, size=12, fill=QUIET)
