"""IGEL thin clients: UMS profiles as XML, the devices of each site as JSON, and a script that takes them to the UMS.

The UMS makes its own ids, so what a site should hold is told by names and the script looks the ids up. Profiles are
imported in the UMS console first: its REST interface has no call that makes one. If the console refuses the file, the
same few settings are entered there once for each way of working.
"""

from rendering import powershell, proof
from rendering.target import Target
from templates.igel.context import files
from templates.igel.verify import verify

TARGET = Target(
    name="igel",
    title="IGEL thin clients: UMS profiles, and directories and devices of each site",
    files=files,
    verify=verify,
    consumer="IGEL OS 12 and UMS 12; PowerShell 7",
    judges=(proof.XMLLINT, *powershell.JUDGES),
    unjudged=f"{powershell.UNJUDGED}; that the UMS takes a profile of OS 12 in this form; names of settings; its calls",
)
