"""The sites' switches: VLANs, routing, 802.1X, marking and queues; a folder for each maker's command language."""

from __future__ import annotations

from rendering.target import Judge, Target
from templates.switches import context, verify

TARGET = Target(
    name="switches",
    title="Switches: VLANs, gateways, 802.1X and QoS of every site",
    files=context.files,
    verify=verify.verify,
    consumer="Cisco IOS XE 16 or 17, IBNS 1.0",
    judges=(
        Judge(
            "library",
            "ansible.netcommon",
            "that a switch which has it all is sent nothing, by the comparison of cisco.ios",
            test="tests/support/ios.py",
        ),
    ),
    unjudged="what a command means: no checker of the language is to be had",
)
