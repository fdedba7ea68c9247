"""What a machine is, in the model's own terms: sizes in GiB, disks by label, the image by its operating system.

An export tells the number of disks and their sum; each disk only a live vCenter tells. Then the system disk is the
role's and the others share the rest, which is right for the usual two disks and an assumption for more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from importers.records import Vm
from model.names import slug
from model.types.guests import guest_id, os_of

MIB = 1024
_GENERIC = {"windows": "windows9Server64Guest", "linux": "otherLinux64Guest"}


def gib(mib: int) -> int:
    """MiB as whole GiB, rounded up: an instance must never be smaller than what it replaces."""
    return -(-mib // MIB)


def disk_sum(disks: Mapping[str, int]) -> dict[str, int]:
    """What an export can tell of disks: how many, and how much together."""
    return {"count": len(disks), "gib": sum(disks.values())}


def disks_of(vm: Vm, role_disks: Mapping[str, int]) -> dict[str, int]:
    """The machine's disks by label, the system disk first, with the role's labels as far as they go."""
    labels = list(role_disks) or ["system"]
    count = max(1, vm.disks)
    labels += [f"disk{number}" for number in range(len(labels) + 1, count + 1)]
    if len(vm.disk_sizes) == count:
        return dict(zip(labels, map(gib, vm.disk_sizes), strict=False))
    total = max(count, gib(vm.disk_mib))
    if count == 1:
        return {labels[0]: total}
    system = min(role_disks.get(labels[0], 100), total - count + 1)
    share, more = divmod(total - system, count - 1)
    rest = {label: share + (index < more) for index, label in enumerate(labels[1:count])}
    return {labels[0]: system} | rest


def with_nulls(disks: Mapping[str, int], inherited: Mapping[str, int]) -> dict[str, Any]:
    """`disks` as written over `inherited`: a label that is not wanted is switched off by null."""
    return dict(disks) | dict.fromkeys((label for label in inherited if label not in disks), None)


_WINDOWS = re.compile(r"windows server (?P<year>\d{4})(?P<r2> r2)?", re.IGNORECASE)


def image_key(guest_os: str) -> str:
    """The image of a guest: `ws2019`, `ws2008r2`, `ubuntu`; of any other its name as a key. 32 bits are told."""
    bits = "-32" if "(32-bit)" in guest_os else ""
    windows = _WINDOWS.search(guest_os)
    if windows:
        return f"ws{windows['year']}{'r2' if windows['r2'] else ''}{bits}"
    name = re.sub(r"\s*\((32|64)-bit\)", "", guest_os)
    if re.match(r"ubuntu", name, re.IGNORECASE):
        return f"ubuntu{bits}"
    return slug(name, "os")[: 40 - len(bits)] + bits


def image_of(vm: Vm) -> dict[str, Any]:
    """An image for a guest that the catalog does not know, with nothing switched on that it may lack.

    What runs, by VMware Tools, may be in words that are no guest of vSphere: then the configured one, or a generic one.
    """
    runs = os_of(vm.guest_os)
    configured = vm.guest_id if vm.guest_id and os_of(vm.guest_id) == runs else _GENERIC[runs]
    guest = guest_id(vm.guest_os) or configured
    return {"os": runs, "title": vm.guest_os, "guest_id": guest, "secure_boot": False, "vtpm": False}


def most_common(values: Sequence[Any], preferred: Any = None) -> Any:
    """The value that occurs most often; of equals the preferred one, else the smallest."""
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value != preferred, value))
