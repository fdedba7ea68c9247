"""One page that shows the platform's sites: their lines, VLANs and what the data lack. It needs nothing beside it.

For whoever has to see in a minute what is still missing before the weekend. Left out: servers and pools, whose state
the stacks know and not the model.
"""

from rendering.target import Target
from templates.report.context import files
from templates.report.verify import verify

TARGET = Target("report", "A page that shows the sites, their lines, VLANs and what is missing", files, verify)
