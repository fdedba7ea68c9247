"""Configuration for the tools that consume it: one folder a tool."""
