"""What every rule is given beside the platform."""

from __future__ import annotations

from collections.abc import Mapping

Known = Mapping[str, set[str]]
"""The keys of each section, also of items that did not validate: what refers to one of those does not dangle."""
