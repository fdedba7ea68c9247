"""Names and values of policy settings, checked before anything is sent.

The names are those that the Terraform provider documents; the file beside this one says where. A setting newer than
that list is refused: add it to the file, with its source.
"""

from __future__ import annotations

import csv
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers.citrix.fields import UNKNOWN, nearest

_FILE = Path(__file__).with_name("policy_settings.csv")


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a setting: `form` is switch, choice, list or text."""

    name: str
    form: str
    choices: tuple[str, ...]


@functools.cache
def known_settings() -> dict[str, Setting]:
    """All documented settings by name."""
    with _FILE.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["name"]: Setting(row["name"], row["form"], tuple(filter(None, row["choices"].split("|"))))
            for row in rows
        }


def fault(name: str, value: Any) -> str | None:
    """What is wrong with a setting, or None."""
    setting = known_settings().get(name)
    if setting is None:
        return f"{name!r} is not a documented policy setting{nearest(name, known_settings())}"
    if value is UNKNOWN:
        return None
    allowed = {"switch": bool, "list": list, "choice": str}.get(setting.form, (str, int, float))
    if not isinstance(value, allowed) or (isinstance(value, bool) and setting.form != "switch"):
        wanted = {"switch": "true or false", "list": "a list of texts", "choice": "text"}.get(
            setting.form, "text or a number"
        )
        return f"{name} takes {wanted}, got {type(value).__name__}"
    if setting.form == "choice" and value not in setting.choices:
        return f"{value!r} is not a value of {name}; use {', '.join(setting.choices)}"
    return None


def encode(value: Any) -> str:
    """The value as the API has it: a switch as 1 or 0, a list as JSON (T, constructSettingRequest and the
    documentation).
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def decode(name: str, text: str) -> Any:
    """The value as a program writes it."""
    setting = known_settings().get(name)
    if setting is not None and setting.form == "switch" and text in {"0", "1"}:
        return text == "1"
    if setting is not None and setting.form == "list":
        try:
            found = json.loads(text)
        except ValueError:
            return text
        return found if isinstance(found, list) else text
    return text
