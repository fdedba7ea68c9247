"""Prometheus and its blackbox exporter: every server, site and stable name is watched, and what is down is told."""

from __future__ import annotations

from rendering.target import Target
from templates.prometheus import context, verify

TARGET = Target(
    name="prometheus",
    title="Prometheus: what is scraped and probed, and when somebody is told",
    files=context.files,
    verify=verify.verify,
)
