"""Citrix StoreFront: its deployment, store, farm, authentication and web site, by one script that can be run again.

Every name in it is a stable one, so the script is the same for each generation's servers and no cutover changes it: the
flip is in the alias zone. Left out: certificates, which must carry the stable names; and gateways from outside.
"""

from rendering import powershell
from rendering.target import Target
from templates.storefront.context import files
from templates.storefront.verify import verify

TARGET = Target(
    name="storefront",
    title="Citrix StoreFront: deployment, store, farm, authentication, web site",
    files=files,
    verify=verify,
    consumer="Citrix StoreFront, SDK 2402",
    judges=powershell.JUDGES,
    unjudged=f"{powershell.UNJUDGED}; Citrix' own cmdlets are by our table of its pages",
)
