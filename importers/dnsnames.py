"""The DNS names that guests gave themselves, as far as they name one machine and no other.

A clone keeps the name of what it was copied from until somebody renames it, an appliance is `localhost`. Such a name
would make two servers one, so the machine's own name is taken, and noted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from importers.records import Vm
from importers.report import Report

_NAME = re.compile(r"(?=.{1,253}\Z)[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_NOBODY = frozenset({"localhost", "localhost4", "localhost6", "none", "unknown", "photon-machine", "ubuntu", "debian"})


def settle(vms: Sequence[Vm], report: Report) -> list[Vm]:
    """The machines, those without a DNS name whose name is nobody's or another's; each is noted."""
    named = {vm.name.casefold() for vm in vms}
    taken: dict[str, str] = {}
    settled: dict[int, Vm] = {}
    # Of several that bear one name the one is kept whose machine is called so, else the first.
    for vm in sorted(vms, key=lambda vm: (_label(vm) != vm.name.casefold(), vm.row)):
        why = _useless(vm, named, taken)
        if not why and vm.dns_name:
            taken[_label(vm)] = vm.name
        if why and vm.address:
            report.note("DNS-NAME", vm.name, f"{why}, so its name is taken")
        settled[vm.row] = replace(vm, dns_name="") if why else vm
    return [settled[vm.row] for vm in vms]


def _label(vm: Vm) -> str:
    return vm.dns_name.split(".")[0].casefold()


def _useless(vm: Vm, named: set[str], taken: dict[str, str]) -> str:
    label = _label(vm)
    if not vm.dns_name:
        return "nothing tells its DNS name"
    if not _NAME.fullmatch(vm.dns_name) or label in _NOBODY:
        return f"it calls itself {vm.dns_name}, which names no machine"
    if label in taken:
        return f"it calls itself {vm.dns_name} as {taken[label]} does"
    if label in named and label != vm.name.casefold():
        return f"it calls itself {vm.dns_name}, and another machine is called so"
    return ""
