"""Domain controllers: promotion of each new one, by a script that can be run again.

A clone is a member server until it is promoted. Its site, the master roles and the source of time are the directory's
own (templates/ad). Left out: demotion of the old ones, which a person does when nothing asks them any longer.
"""

from rendering import powershell
from rendering.target import Target
from templates.domain_controllers.context import files
from templates.domain_controllers.verify import verify

TARGET = Target(
    name="domain_controllers",
    title="Domain controllers: promotion of the new ones",
    files=files,
    verify=verify,
    consumer="Active Directory on Windows Server 2016 or later, by Windows PowerShell 5.1",
    judges=powershell.JUDGES,
    unjudged=powershell.UNJUDGED,
)
