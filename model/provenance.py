"""Where each value comes from: kept beside the platform, for messages and for `refresh explain`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.reading.layers import Layers


@dataclass(frozen=True, slots=True)
class Provenance:
    """`sources` are the layers of an item by (section, key); `lines` the file and line of what stands in a table or in
    a file of its own, by (section, lower-case name); `known` the keys of each section, also of items that did not
    validate: what refers to one of those does not dangle.
    """

    sources: Mapping[tuple[str, str], Layers]
    lines: Mapping[tuple[str, str], tuple[str, int]]
    known: Mapping[str, set[str]]
