"""The print servers' queues: one for each printer of the sites that has a driver, the same on every print server.

So whichever server a stable name leads to has the queue that was asked for. Left out: who may print where, and which
queue a person gets, which Group Policy and Citrix say.
"""

from rendering import powershell
from rendering.target import Target
from templates.printers.context import files
from templates.printers.verify import verify

TARGET = Target(
    name="printers",
    title="Print servers: drivers, ports and queues of every site's printers",
    files=files,
    verify=verify,
    consumer="print servers on Windows Server, by Windows PowerShell 5.1",
    judges=powershell.JUDGES,
    unjudged=powershell.UNJUDGED,
)
