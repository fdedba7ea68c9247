"""The platform in layers declares what it declares whole, and each layer asks only for what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

from components.layers import ALL
from model import Platform
from tests.program.program import Program, run
from tests.support.edit import Edits
from tests.support.lilleby import TRIED

Lilleby = Callable[..., Platform]
LAYERS = ("base", "g22", "g26", "access")


def layered(platform: Platform) -> dict[str, Program]:
    """Each layer, with the outputs of those before it."""
    programs: dict[str, Program] = {}
    for layer in LAYERS:
        others = {name: program.outputs for name, program in programs.items()}
        programs[layer] = run(platform, layer=layer, others=others)
    return programs


def declared(program: Program) -> dict[str, Mapping[str, Any]]:
    """What a provider makes, by type and name."""
    return {str(r): r.inputs for r in program.resources if r.token.split(":")[0] in ("vsphere", "citrix", "dns")}


@pytest.mark.parametrize("edits", [{}, TRIED], ids=["building", "pilot"])
def test_layers_declare_what_the_whole_declares(lilleby: Lilleby, edits: Edits) -> None:
    platform = lilleby(edits)
    whole, parts = declared(run(platform)), [declared(program) for program in layered(platform).values()]
    assert sum(map(len, parts)) == len(whole), "each resource in one layer"
    assert {name: inputs for part in parts for name, inputs in part.items()} == whole


def test_access_alone_holds_what_turns(lilleby: Lilleby) -> None:
    parts = layered(lilleby(TRIED))
    turning = {"Record", "DeliveryGroupAccess"}
    assert {r.type for r in parts["access"].resources if not r.is_component} == turning
    assert not [r for layer in LAYERS[:3] for r in parts[layer].resources if r.type in turning]


def test_the_layers_inventories_are_that_of_the_whole(lilleby: Lilleby) -> None:
    platform = lilleby(TRIED)
    whole, parts = run(platform).outputs["inventory"], layered(platform)
    servers = {**parts["g22"].outputs["inventory"]["servers"], **parts["g26"].outputs["inventory"]["servers"]}
    assert servers == whole["servers"]
    assert parts["g26"].outputs["inventory"] | {"servers": None} == whole | {"servers": None}


def test_a_rollback_never_waits_for_a_build(lilleby: Lilleby) -> None:
    """While g26 is being built its stack has no outputs, and `access` asks for none."""
    program = run(lilleby(), layer="access", others={})
    assert [r.name for r in program.of("Record").values()] == ["access-sbsys"]


@pytest.mark.parametrize(
    ("layer", "others", "said"),
    [
        ("g24", {}, r"layer g24 is none of this platform's; name one of all, base, g22, g26, access"),
        ("access", {"g26": {}}, r"no output delivery_groups\.\w+-g26; update it first"),
        ("access", {"g26": {"delivery_groups": {}}}, r"no output delivery_groups\.\w+-g26; update it first"),
    ],
)
def test_what_is_missing_is_said(lilleby: Lilleby, layer: str, others: dict[str, Any], said: str) -> None:
    with pytest.raises(pulumi.RunError, match=said):
        run(lilleby(TRIED), layer=layer, others=others)


def test_a_stack_is_named_for_its_layer(lilleby: Lilleby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "holstebro")
    with pytest.raises(pulumi.RunError, match="stack holstebro holds layer access; name it holstebro-access"):
        run(lilleby(TRIED), layer="access", others={})


def test_the_whole_keeps_to_itself_what_layers_share(lilleby: Lilleby) -> None:
    assert set(run(lilleby(TRIED), layer=ALL).outputs) == {"desktops", "inventory", "access", "standing"}
