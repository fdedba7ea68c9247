"""Stratodesk NoTouch thin clients: settings for each way of working, and each site's clients in their groups.

NoTouch Center holds groups in a tree and gives a client what its group says. No public source confirms the form of its
import: docs/decisions/thin-client-formats.md.
"""

from rendering import proof
from rendering.target import Target
from templates.stratodesk.context import files
from templates.stratodesk.verify import verify

TARGET = Target(
    name="stratodesk",
    title="Stratodesk thin clients: settings, and the groups of each site",
    files=files,
    verify=verify,
    consumer="NoTouch Center",
    judges=(proof.XMLLINT,),
    unjudged="all else: Stratodesk publishes no form",
)
