"""Kea, the DHCP server of ISC: every VLAN of every site and of session machines, with the workplaces' reservations."""

from __future__ import annotations

from rendering.target import Target
from templates.kea import context, verify

TARGET = Target(
    name="kea",
    title="Kea DHCPv4: addresses, options and reservations of every site",
    files=context.files,
    verify=verify.verify,
)
