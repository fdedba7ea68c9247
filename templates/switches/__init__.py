"""The sites' switches: VLANs, routing, 802.1X, marking and queues; a folder for each maker's command language."""

from __future__ import annotations

from rendering.target import Target
from templates.switches import context, verify

TARGET = Target(
    name="switches",
    title="Switches: VLANs, gateways, 802.1X and QoS of every site",
    files=context.files,
    verify=verify.verify,
)
