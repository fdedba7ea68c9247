"""Citrix pools: what they are made on, their machine catalogs and their delivery groups."""

from components.desktops.citrix.program import VcenterAccount, built, declare, declare_connection

__all__ = ["VcenterAccount", "built", "declare", "declare_connection"]
