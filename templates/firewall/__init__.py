"""The firewall between sites, data centre and internet: every flow of the model is let through, and nothing else."""

from __future__ import annotations

from rendering.target import Target
from templates.firewall import context, verify

TARGET = Target(
    name="firewall",
    title="Firewall: the flows as nftables, and as a table for any other firewall",
    files=context.files,
    verify=verify.verify,
)
