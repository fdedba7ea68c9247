"""Network Policy Server: every access switch as a RADIUS client, and who may use a port that is closed (802.1X).

Without it `port_access: closed` shuts everybody out. Left out: the certificates that computers show and that the server
shows them (the enterprise CA gives both by Group Policy), the accounts of devices that are known by MAC address, and
that the server is registered in the directory.
"""

from rendering import powershell
from rendering.target import Target
from templates.nps.context import files
from templates.nps.verify import verify

TARGET = Target(
    name="nps",
    title="Network Policy Server: RADIUS clients, and policies of 802.1X",
    files=files,
    verify=verify,
    consumer="Network Policy Server of Windows Server, by Windows PowerShell 5.1 and netsh",
    judges=powershell.JUDGES,
    unjudged=f"{powershell.UNJUDGED}; numbers of attributes in netsh's policies",
)
