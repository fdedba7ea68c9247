"""Citrix pools: what they are made on, their machine catalogs, and the delivery groups that let people in."""

from components.desktops.estate import Site, declare

__all__ = ["Site", "declare"]
