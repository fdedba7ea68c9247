"""One page that shows the platform's sites: their lines, VLANs and what the data lack. It needs nothing beside it.

For whoever has to see in a minute what is still missing before the weekend. Left out: servers and pools, whose state
the stacks know and not the model.
"""

from rendering.target import Judge, Target
from templates.report.context import files
from templates.report.verify import verify

TARGET = Target(
    name="report",
    title="A page that shows the sites, their lines, VLANs and what is missing",
    files=files,
    verify=verify,
    consumer="a browser",
    judges=(Judge("program", "chromium", "that nothing is cut off at a desktop's width and a phone's"),),
)
