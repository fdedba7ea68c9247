"""Citrix pools: what they are made on, their machine catalogs and their delivery groups."""

from components.desktops.citrix.pools import DesktopPool
from components.desktops.citrix.program import VcenterAccount, built, declare, declare_connection

__all__ = ["DesktopPool", "VcenterAccount", "built", "declare", "declare_connection"]
