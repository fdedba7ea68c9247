"""Active Directory: organizational units, groups, service accounts without passwords, and Group Policy baselines.

Everything is made by two scripts that can be run again; what nobody manages through AD, a template or a machine
outside the domain, takes the same baselines as LGPO text. Left out: who is in the users' groups, which people decide.
"""

from rendering import powershell
from rendering.target import Target
from templates.ad.context import files
from templates.ad.verify import verify

TARGET = Target(
    name="ad",
    title="Active Directory: units, groups, service accounts and Group Policy",
    files=files,
    verify=verify,
    consumer="Active Directory, by Windows PowerShell 5.1; LGPO",
    judges=powershell.JUDGES,
    unjudged=f"{powershell.UNJUDGED}; LGPO text was read by us alone",
)
