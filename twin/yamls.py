"""Reading and writing YAML, typed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML


def read(path: Path, *, lines: bool = False) -> Any:
    """A document as plain data, or with `lines` as data that knows its lines. Raises YAMLError,
    UnicodeDecodeError.
    """
    yaml = cast("Any", YAML(typ="rt" if lines else "safe"))
    return yaml.load(path)


def dump(value: Mapping[str, Any]) -> str:
    """A map as a block document."""
    yaml = cast("Any", YAML(typ="safe", pure=True))
    yaml.default_flow_style = False
    stream = io.StringIO()
    yaml.dump(dict(value), stream)
    return stream.getvalue()
