"""Icinga 2: every server, site, switch and stable name as objects for its conf.d, or for a zone's folder."""

from __future__ import annotations

from rendering.target import Judge, Target
from templates.icinga import context, verify

TARGET = Target(
    name="icinga",
    title="Icinga 2: hosts, services, groups and what stands behind what",
    files=context.files,
    verify=verify.verify,
    consumer="Icinga 2.13 or later",
    judges=(Judge("program", "icinga2", "every object, by its compiler", "2.13"),),
    unjudged="that anything is watched",
)
