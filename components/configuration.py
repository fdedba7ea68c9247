"""What is configured beside Pulumi: a Stash for each target of `refresh render`, with the digest of what it renders.

Without it a changed firewall rule or DHCP option shows in no preview. It says that the configuration is declared, not
that it was applied, which is the playbook's report. A change of outputs alone is not seen by `--expect-no-changes`; a
Stash is.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi


class Configuration(pulumi.ComponentResource):
    """`digests` is by target: the digest of its templates and their contexts."""

    def __init__(self, name: str, digests: Mapping[str, str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:configuration:Configuration", name, {}, opts)
        for target, digest in digests.items():
            pulumi.Stash(f"{name}-{target}", input=digest, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def declare(digests: Mapping[str, str]) -> None:
    """Declares the platform's configuration."""
    Configuration("configuration", digests)
