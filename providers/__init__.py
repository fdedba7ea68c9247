"""Pulumi providers of our own, for systems that have none."""
