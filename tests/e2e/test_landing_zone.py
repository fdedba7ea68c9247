"""The landing zone by the real engine on the twin: it stands, an area comes, and all of it goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import zone
from tests.support.edit import edit
from tests.support.engine import Engine

pytestmark = pytest.mark.e2e


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(home=tmp_path / "twin", platform=zone.lilleby(tmp_path), stack="e2e-base")
    engine.start()
    engine.configure("base")
    yield engine
    engine.stop()


def test_the_landing_zone_stands_grows_and_goes(base: Engine) -> None:
    base.up()
    assert base.created("azure-native:") > 120
    assert base.preview() == []
    given = base.outputs()["landing"]
    assert given["subnets"]["administration/servers"].endswith(
        "/virtualNetworks/vnet-administration/subnets/snet-servers"
    )
    assert given["logs"]["workspace"].endswith("/Microsoft.OperationalInsights/workspaces/log-lil")

    edit(base.platform, zone.SCHOOLS)
    steps = base.change()
    assert {step.op for step in steps} == {"create"}
    assert {step.name.partition("-set-")[0] for step in steps if not step.name.startswith("spoke-schools-")} <= {
        "firewall-core",
        "spoke-administration",
    }
    assert base.preview() == []

    base.destroy()
    assert [o.type for o in base.objects() if o.type.startswith("azure-native:")] == []
