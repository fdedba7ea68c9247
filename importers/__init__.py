"""Importers: what exists today, read from its exports into model data."""
