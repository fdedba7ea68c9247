"""The firewall between sites, data centre and internet: every flow of the model is let through, and nothing else."""

from __future__ import annotations

from rendering.target import Judge, Target
from templates.firewall import context, verify

TARGET = Target(
    name="firewall",
    title="Firewall: the flows as nftables, and as a table for any other firewall",
    files=context.files,
    verify=verify.verify,
    consumer="nftables 1.0; the table, an administrator",
    judges=(Judge("program", "nft", "the ruleset, by --check", "1.0"),),
    unjudged="what a kernel lets through: an evaluator of the tests says it",
)
