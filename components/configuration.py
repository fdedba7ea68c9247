"""What is configured beside Pulumi: a Stash with a line for each target of `refresh render`.

Without it a changed firewall rule or DHCP option shows in no preview. It says that the configuration is declared, not
that it was applied, which is the playbook's report. A change of outputs alone is not seen by `--expect-no-changes`; a
Stash is. One and not one a target: a server more changes six of them, and what counts in a preview is the server.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi


def declare(digests: Mapping[str, str]) -> None:
    """Declares the platform's configuration, as `rendering.digests` tells it by target."""
    pulumi.Stash("configuration", input=dict(digests))
