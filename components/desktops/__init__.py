"""Citrix pools: what they are made on, their machine catalogs and their delivery groups."""

from components.desktops.estate import VcenterAccount, declare

__all__ = ["VcenterAccount", "declare"]
