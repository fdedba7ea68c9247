"""A new desktop image on the real engine: by waves of pools, and back from all of them by one change of the data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.edit import Edits, edit
from tests.support.engine import Engine, Step
from twin.host.process import Home
from twin.world.store import World

pytestmark = pytest.mark.e2e
VIDEO: Edits = {
    "flows.yaml": {"flows.sessions.ports[4]": "udp/16500-16509"},
    "desktops.yaml": {
        "pools.video": {
            "profile": "video",
            "short": "vid",
            "desktop": "Skrivebord med video",
            "users": ["GG-Citrix-Video"],
            "machines": {"g26": 2},
            "image": {"g26": "kontor"},
            "cluster": "servers",
            "network": "servers",
            "ou": "Video",
        },
        "desktop_images.kontor.rollout.waves[1]": ["video"],
    },
}
OLD = r"tpl-vda-kontor.vm\kontor-2611-1.snapshot"
NEW = r"tpl-vda-kontor.vm\kontor-2611-1.snapshot\kontor-2612-1.snapshot"


@pytest.fixture(scope="module")
def built(make_engine: Callable[[], Engine]) -> Iterator[Engine]:
    """Lilleby's g26 with a third pool, of the same image as the first, whose sound the flows let through."""
    engine = make_engine()
    edit(engine.platform, VIDEO)
    engine.start()
    engine.up()
    yield engine
    engine.stop()


def wave(engine: Engine, number: int) -> None:
    """Lets the new image reach the pools of that many waves."""
    edit(engine.platform, {"desktops.yaml": {"desktop_images.kontor.rollout.wave": number}})


def images(engine: Engine) -> dict[str, str]:
    """The image of each catalog on the site, without its hosting unit."""
    found = {item.name: item.properties for item in engine.objects() if item.type == "citrix:MachineCatalog"}
    paths = {name: item["ProvisioningScheme"]["MasterImage"]["XDPath"] for name, item in found.items() if "G26" in name}
    return {name.removeprefix("MC-G26-").lower(): path.split("\\", 3)[3] for name, path in paths.items()}


def jobs(engine: Engine) -> Counter[str]:
    """The site's background jobs by type."""
    world = World(Home(engine.home).world)
    try:
        with world.transaction(keep=False):
            return Counter(job.properties["Type"] for job in world.all("citrix:Job"))
    finally:
        world.close()


def change(pool: str) -> Step:
    differs = frozenset({"provisioningScheme", "description"})
    return Step("update", "MachineCatalog", f"desktops-g26-{pool}", differs)


def test_an_image_comes_by_waves_and_goes_back_by_one_change(built: Engine) -> None:
    graphics = images(built)["graphics"]
    assert images(built) == {"office": OLD, "video": OLD, "graphics": graphics}
    machines = {item.name: item.id for item in built.objects() if item.type == "citrix:Machine"}

    wave(built, 1)
    assert built.change() == [change("office")]
    assert images(built) == {"office": NEW, "video": OLD, "graphics": graphics}

    wave(built, 2)
    assert built.change() == [change("video")]
    assert images(built) == {"office": NEW, "video": NEW, "graphics": graphics}
    assert built.preview("--refresh", "--expect-no-changes") == []

    wave(built, 0)
    assert sorted(built.change(), key=lambda step: step.name) == [change("office"), change("video")]
    assert images(built) == {"office": OLD, "video": OLD, "graphics": graphics}
    assert jobs(built)["UpdateMachineCatalogProvisioningScheme"] == 2
    assert jobs(built)["RollbackMachineCatalogProvisioningScheme"] == 2, "the old image was kept, so none is prepared"
    assert {item.name: item.id for item in built.objects() if item.type == "citrix:Machine"} == machines


def test_an_image_that_can_not_be_prepared_leaves_the_old_one_and_the_next_run_goes_on(
    built: Engine, tmp_path: Path
) -> None:
    fault = {"type": "citrix:MachineCatalog", "operation": "update", "nth": 1, "error": "Image preparation failed."}
    (tmp_path / "faults.yaml").write_text(json.dumps([fault]))
    built.refresh("twin", "faults", str(tmp_path / "faults.yaml"))
    wave(built, 1)
    refused = built.pulumi("up", "--yes", "--skip-preview", check=False)
    assert refused.returncode
    assert "Image preparation failed" in refused.stdout + refused.stderr
    assert images(built)["office"] == OLD
    built.up()
    assert images(built)["office"] == NEW
    assert built.preview("--refresh", "--expect-no-changes") == []


def test_a_version_whose_snapshot_is_not_there_is_refused_by_the_site(built: Engine) -> None:
    alone = {"desktop_images.kontor.versions.2612.1.snapshot": "kontor-2612-1"}
    edit(built.platform, {"desktops.yaml": alone})
    refused = built.pulumi("up", "--yes", "--skip-preview", check=False)
    assert refused.returncode
    assert "could not be found" in refused.stdout + refused.stderr
    assert images(built)["office"] == NEW
