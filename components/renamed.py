"""Keeps a resource the same one when its logical name changes. Take it out when no stack has the old name."""

from __future__ import annotations

import pulumi


def renamed(opts: pulumi.ResourceOptions, before: str) -> pulumi.ResourceOptions:
    """`opts` of a resource whose logical name was `before`."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[pulumi.Alias(name=before)]))
