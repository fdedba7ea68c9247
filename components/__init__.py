"""Pulumi component classes, one concept a file."""
