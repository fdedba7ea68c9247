"""Kea, the DHCP server of ISC: every VLAN of every site and of session machines, with the workplaces' reservations."""

from __future__ import annotations

from rendering.target import Judge, Target
from templates.kea import context, verify

TARGET = Target(
    name="kea",
    title="Kea DHCPv4: addresses, options and reservations of every site",
    files=context.files,
    verify=verify.verify,
    consumer="Kea 2.2 or later, at Debian's paths",
    judges=(
        Judge("program", "kea-dhcp4", "each server's file, by -t", "2.2"),
        Judge("program", "kea-dhcp4", "the addresses it gives, on loopback", test="tests/native/test_dhcp.py"),
        Judge("program", "kea-dhcp4", "that two share leases", test="tests/native/test_kea_partners.py"),
    ),
)
