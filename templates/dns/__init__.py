"""DNS: the domain and its reverse zones for BIND and for Active Directory, and the delegation of the alias zone."""

from __future__ import annotations

from rendering import powershell
from rendering.target import Judge, Target
from templates.dns import context, verify

TARGET = Target(
    name="dns",
    title="DNS: zones, reverse zones and the delegation of the alias zone",
    files=context.files,
    verify=verify.verify,
    consumer="BIND 9.18; DNS of Windows Server, by Windows PowerShell 5.1",
    judges=(
        Judge("program", "named-checkzone", "each zone", "9.18"),
        Judge("program", "named-checkconf", "the statements of the configuration", "9.18"),
        Judge("program", "named", "answers and updates, on loopback", "9.18", "tests/native/test_dns.py"),
        *powershell.JUDGES,
    ),
    unjudged=powershell.UNJUDGED,
)
