"""Dell Wyse ThinOS 9: a policy for each way of working and the groups of each site, as JSON for Wyse Management Suite.

The suite imports a group's policies from a JSON file (WMS administrator guide, "Import group policies"); what stands in
such a file, Dell does not publish: docs/decisions/thin-client-formats.md. DHCP leads a client to its group.
"""

from rendering.target import Target
from templates.dell_wyse.context import files
from templates.dell_wyse.verify import verify

TARGET = Target(
    name="dell_wyse",
    title="Dell thin clients: ThinOS 9 policies and the groups of each site",
    files=files,
    verify=verify,
    consumer="Wyse Management Suite, ThinOS 9",
    judges=(),
    unjudged="all of it: Dell publishes no form",
)
