"""The stable names of systems, as records of the alias zone: what a cutover changes for whoever comes by name.

A record's resource carries no generation and is never replaced: a flip is an update of its addresses.
"""

from __future__ import annotations

import pulumi

from model import Platform
from model.derive.flips import aliases
from providers.dns.resources import Record, RecordArgs


def declare_aliases(name: str, platform: Platform, parent: pulumi.Resource) -> None:
    """One record set for each stable name that somebody answers to."""
    for alias in aliases(platform):
        Record(
            f"{name}-{alias.label}",
            RecordArgs(
                zone=platform.settings.alias_zone or "",
                name=f"{alias.fqdn}.",
                type="A",
                ttl=alias.ttl,
                rdatas=[str(address) for address in alias.addresses],
            ),
            pulumi.ResourceOptions(parent=parent),
        )
