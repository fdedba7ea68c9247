"""Configuration for the tools that consume it: one folder a tool."""

from templates.target import digest, targets

__all__ = ["digest", "targets"]
