"""What refresh doctor asks a stack for is what the program takes of it: the program says so, run for each layer."""

from __future__ import annotations

from typing import Any

import pytest

import model
from refresh import stack_secrets as needs
from refresh.stack_secrets import needed
from tests.program.program import Program, Secret, run
from tests.support.paths import STACKS


def taken(program: Program) -> set[needs.Need]:
    """What the resources say that the program was given for them."""
    found: set[needs.Need] = set()
    for r in program.resources:
        package = r.token.split(":")[0]
        found |= {"vsphere": {needs.VCENTER}, "citrix": {needs.CITRIX}, "dns": {needs.DNS}}.get(package, set())
        if package == "azure-native":
            found.add(needs.AZURE)
        if r.token == "vsphere:index/host:Host":
            found.add(needs.ESXI)
        if r.type == "HostingConnection":
            found |= {needs.CITRIX_VCENTER, needs.CITRIX_VCENTER_USER}
        if r.type == "VirtualMachine" and _secret(r.inputs):
            found |= {*needs.GUEST}
        if r.type == "VirtualNetworkGatewayConnection" and _secret(r.inputs):
            found.add(needs.VPN)
    return found


def _secret(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_secret, value.values()))
    return isinstance(value, Secret) or (isinstance(value, list) and any(map(_secret, value)))


@pytest.mark.parametrize("name", ["havneby", "lilleby"])
def test_a_stack_is_asked_for_what_the_program_takes(name: str) -> None:
    platform = model.load(str(STACKS / name))
    others: dict[str, Any] = {}
    asked: set[needs.Need] = set()
    for layer in ("base", *platform.refresh.generations, "access"):
        program = run(platform, layer=layer, others=others)
        others[layer] = program.outputs
        assert {*needed(platform, layer)} == taken(program), layer
        asked |= taken(program)
    assert {*needed(platform)} == asked
    assert len(asked) > 3
