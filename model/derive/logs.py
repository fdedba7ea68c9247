"""Where logs are kept and who sends them there: log servers of ours that run Linux, and the Linux servers we build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.derive.vcenter import log_targets

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.instances import Instance

KEPT_DAYS = 395
"""For how long logs are kept where nobody says: 13 months, as the Centre for Cyber Security advises (cfcs.dk)."""


def kept_days(platform: Platform) -> int:
    """For how many days log servers keep what they are sent."""
    return platform.network.addressing.log_days or KEPT_DAYS


def sinks(platform: Platform) -> tuple[Instance, ...]:
    """The log servers that we build and that run Linux, by name. What another machine keeps is its own matter."""
    targets = set(log_targets(platform))
    found = [i for i in platform.instances if i.fqdn in targets and i.server.os == "linux"]
    return tuple(sorted(found, key=lambda i: i.logical_name))


def senders(platform: Platform) -> tuple[Instance, ...]:
    """The Linux servers that we build and that keep their log elsewhere, by name."""
    own = {i.logical_name for i in sinks(platform)}
    found = [
        i
        for i in platform.instances
        if i.found is None and i.stays and i.server.os == "linux" and i.logical_name not in own
        and (i.azure is None or not i.azure.migrated)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda i: i.logical_name))
