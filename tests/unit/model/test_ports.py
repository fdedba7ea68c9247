"""What user ports of switches are for: each fault of a port that cannot be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import model
from tests.golden.trees import LILLEBY
from tests.support.edit import edit


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ports": {"ap": "25"}}, "25; write ports from 1 to 24"),
        ({"ports": {"ap": "9-3"}}, "9-3; write ports from 1 to 24"),
        ({"ports": {"ap": "1-4", "off": "4"}}, "port 4 is for ap already"),
        ({"ports": {"printer": "1-23"}}, "2 workplaces and 1 ports for clients on 1 switches"),
        ({"switch_ports": {"SW-S002-09": {"ap": "1"}}}, "S002 has no switch SW-S002-09"),
    ],
)
def test_a_port_that_cannot_be_is_a_fault(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    folder = Path(shutil.copytree(LILLEBY.parent, tmp_path / "stacks")) / "lilleby"
    edit(folder, {"sites.yaml": {f"sites.S002.{key}": value for key, value in changes.items()}})
    with pytest.raises(model.ModelError) as refused:
        model.load(str(folder))
    assert [fault.code for fault in refused.value.faults] == ["DANGLING" if "no switch" in message else "PORTS"]
    assert message in refused.value.faults[0].message
