"""DNS: the domain and its reverse zones for BIND and for Active Directory, and the delegation of the alias zone."""

from __future__ import annotations

from rendering.target import Target
from templates.dns import context, verify

TARGET = Target(
    name="dns",
    title="DNS: zones, reverse zones and the delegation of the alias zone",
    files=context.files,
    verify=verify.verify,
)
