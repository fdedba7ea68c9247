"""HP ThinPro: the files that HP's Automatic Update serves, and which file each thin client of a site gets.

A thin client takes the profile in PersistentProfile and, over it, that in PersistentProfile/MAC with its own address
(HP ThinPro 7.1 administrator guide). The first is for the most common way of working, the second for the others.
"""

from rendering import powershell, proof
from rendering.target import Target
from templates.hp_thinpro.context import files
from templates.hp_thinpro.verify import verify

TARGET = Target(
    name="hp_thinpro",
    title="HP thin clients: ThinPro profiles, and a list for each site",
    files=files,
    verify=verify,
    consumer="HP ThinPro 7.1, Automatic Update",
    judges=(proof.XMLLINT, *powershell.JUDGES),
    unjudged=f"{powershell.UNJUDGED}; names of settings",
)
