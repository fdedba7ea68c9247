"""Importers: what exists today, read from its exports into model data."""

from importers.report_codes import CODES

__all__ = ["CODES"]
