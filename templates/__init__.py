"""Configuration for the tools that consume it: one folder a tool."""

from templates.target import digests

__all__ = ["digests"]
