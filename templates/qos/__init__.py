"""QoS of Windows: what session machines and Windows workplaces mark their packets with, by the classes of types/qos.py.

Switches and lines queue by the same table. Thin clients mark nothing themselves: their switch port does.
"""

from rendering import powershell
from rendering.target import Target
from templates.qos.context import files
from templates.qos.verify import verify

TARGET = Target(
    name="qos",
    title="Windows and Citrix session machines: DSCP marking by PowerShell",
    files=files,
    verify=verify,
    consumer="Group Policy, by Windows PowerShell 5.1",
    judges=powershell.JUDGES,
    unjudged=powershell.UNJUDGED,
)
