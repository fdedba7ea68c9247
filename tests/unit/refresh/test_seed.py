"""A platform's estate in the twin: all of it can be planted, and its Citrix is what the model says was found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import model
from model import Platform, names
from model.derive.access import access
from refresh.seed import azure as seed_azure
from refresh.seed import estate
from tests.support import avd
from tests.support.paths import LILLEBY
from tests.unit.importers import helpers
from twin.azure import Azure
from twin.citrix.hosting import need_image
from twin.citrix.site import ProblemError, Site
from twin.vsphere import VSphere
from twin.vsphere.naming import datacenter_in
from twin.world import seed
from twin.world.store import Object, World


@pytest.fixture(scope="module", params=["holstebro", str(LILLEBY)], ids=["holstebro", "lilleby"])
def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Platform, World]]:
    world = World(tmp_path_factory.mktemp("world") / "world.sqlite")
    platform = model.load(request.param)
    objects = estate.objects(platform)
    assert seed.plant(world, [VSphere(), Azure()], objects) == (len(objects), 0)
    yield platform, world
    world.close()


def test_a_pool_that_was_found_is_open_to_whom_the_model_lets_in(planted: tuple[Platform, World]) -> None:
    """Else its adoption would not be an import without a difference."""
    platform, world = planted
    found = [i for i in platform.pool_instances if i.found is not None]
    assert found
    for instance in found:
        (group,) = world.named("citrix:DeliveryGroup", instance.in_citrix.delivery_group)
        rule, policy = access(platform, instance), group.properties["SimpleAccessPolicy"]
        assert tuple(user["SamName"] for user in policy["IncludedUsers"]) == rule.included
        assert policy["IncludedUserFilterEnabled"] is (rule.kind == "Restricted")
        assert not policy["ExcludedUserFilterEnabled"]
        assert group.properties["InMaintenanceMode"] is rule.closed
        machines = [m for m in world.all("citrix:Machine") if m.properties["DeliveryGroup"]["Id"] == group.id]
        assert len(machines) == instance.machines > 0


def test_every_image_version_has_its_snapshot(planted: tuple[Platform, World]) -> None:
    platform, world = planted
    unit, site = Object("citrix:HostingUnit", "1", "HU", {}), Site(world)
    paths = [
        names.master_image("HU", image.master, version.snapshot)
        for image in platform.desktops.images.values()
        for version in image.versions.values()
        if image.master is not None and version.snapshot is not None
    ]
    assert paths
    for path in paths:
        need_image(site, unit, path)
    with pytest.raises(ProblemError, match="could not be found"):
        need_image(site, unit, paths[0].replace(".snapshot", "-2.snapshot"))


def test_azure_has_the_images_and_the_quota_that_the_data_name(tmp_path: Path) -> None:
    platform = model.load(str(avd.lilleby(tmp_path / "platform")))
    world = World(tmp_path / "world.sqlite")
    objects = list(seed_azure.objects(platform.desktops, platform.azure, platform.landing_zone))
    assert seed.plant(world, [Azure()], objects) == (len(objects), 0)
    pool = next(instance.avd for instance in platform.pool_instances if instance.avd is not None)
    assert world.holder("arm", pool.image_id.lower()) is not None
    (quota,) = platform.azure.quotas
    assert platform.azure.settings is not None
    name = f"{platform.azure.subscriptions[quota].id}/{platform.azure.settings.location}/standarddasv5family"
    granted = world.holder("azure:quota", name)
    assert granted is not None
    assert granted.properties["vcpus"] == 1000
    world.close()


def test_an_estate_of_two_datacenters_is_planted_in_two(tmp_path: Path) -> None:
    table = helpers.rows("vinfo.csv")
    for row in table:
        if row["VM"] == "LILFIL01":
            row |= {"Datacenter": "DC-Syd", "Cluster": "CL-Syd", "Folder": "/DC-Syd/vm/Fil", "Host": "esx-syd.example"}
    helpers.write(tmp_path / "vinfo.csv", table)
    helpers.call(["--rvtools", str(tmp_path / "vinfo.csv")], tmp_path / "stacks" / "lilleby")
    platform = model.load(str(tmp_path / "stacks" / "lilleby"))
    world = World(tmp_path / "world.sqlite")
    objects = estate.objects(platform)
    assert seed.plant(world, [VSphere()], objects) == (len(objects), 0)
    machines = {
        vm.name: datacenter_in(world, vm).name for vm in world.all("vsphere:index/virtualMachine:VirtualMachine")
    }
    found = platform.observed.servers["g22"].values()
    assert {m.name: machines[m.name] for m in found} == {m.name: m.datacenter for m in found}
    assert {m.datacenter for m in found} == {"DC-Lilleby", "DC-Syd"}
    world.close()
