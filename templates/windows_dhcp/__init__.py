"""Windows DHCP: scopes, options and reservations of every site, by one script that can be run again."""

from __future__ import annotations

from rendering import powershell
from rendering.target import Target
from templates.windows_dhcp import context, verify

TARGET = Target(
    name="windows_dhcp",
    title="Windows DHCP: scopes, options and reservations of every site",
    files=context.files,
    verify=verify.verify,
    consumer="DHCP of Windows Server, by Windows PowerShell 5.1",
    judges=powershell.JUDGES,
    unjudged=powershell.UNJUDGED,
)
