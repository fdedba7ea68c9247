"""Prometheus and its blackbox exporter: every server, site and stable name is watched, and what is down is told."""

from __future__ import annotations

from rendering.target import Judge, Target
from templates.prometheus import context, verify

TARGET = Target(
    name="prometheus",
    title="Prometheus: what is scraped and probed, and when somebody is told",
    files=context.files,
    verify=verify.verify,
    consumer="Prometheus 2.42 or later; its blackbox exporter 0.23 or later",
    judges=(
        Judge("program", "promtool", "the configuration, and a test of the alerts", "2.42"),
        Judge("program", "prometheus-blackbox-exporter", "the modules", "0.23"),
    ),
    unjudged="that anything is watched",
)
