"""The landing zone's network: hub and spokes, the gateway home, the firewall, names."""

from components.network.program import Network, declare

__all__ = ["Network", "declare"]
