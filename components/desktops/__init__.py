"""Desktops: Citrix pools, and pools of Azure Virtual Desktop."""
