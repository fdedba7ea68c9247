"""What Group Policy sets on the Windows machines that we build: registry values, each with why it is so.

A baseline is linked to the organizational units of the generation that is built, never to those of another: what an old
server still needs, it keeps. Left out: domain controllers, which all generations share one unit for; and what a person
sets for himself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Key, Model, Text
from model.faults import Fault

if TYPE_CHECKING:
    from model.platform import Platform

RegistryKey = Annotated[
    str, StringConstraints(pattern=r"^(SOFTWARE|Software|SYSTEM)(\\[A-Za-z0-9 ._{}-]+)+$", max_length=255)
]
"""A key below HKEY_LOCAL_MACHINE, without that."""


class RegistryValue(Model):
    """One registry value: `dword` or `text`. `why` is what an administrator reads who wonders."""

    key: RegistryKey
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._{}-]+$", max_length=255)]
    dword: Annotated[int, Field(ge=0, le=4_294_967_295)] | None = None
    text: Text | None = None
    why: Text


class Baseline(Model):
    """Settings of one kind of machine, by a short key; a municipality takes one away by `null`. `title` is Danish."""

    title: Text
    applies: Literal["servers", "desktops"]
    settings: dict[Key, RegistryValue]


def check(platform: Platform, _: object) -> Iterator[Fault]:
    """A value is a number or a text, and no two settings that reach one machine say different things."""
    held: dict[tuple[str, str, str], tuple[str, str, int | str | None]] = {}
    for name, baseline in platform.baselines.items():
        source = platform.sources["baselines", name]
        for key, value in baseline.settings.items():
            path = ("settings", key)
            if (value.dword is None) == (value.text is None):
                yield source.fault(path, "BAD-VALUE", f"{key} has neither or both of dword and text; one of the two")
            place = (baseline.applies, value.key.lower(), value.name.lower())
            data = value.dword if value.dword is not None else value.text
            first = held.setdefault(place, (name, key, data))
            if first[2] != data:
                message = (
                    f"{value.key} {value.name} is {data} here and {first[2]} in {first[0]}.{first[1]}; one of them"
                )
                yield source.fault(path, "BAD-VALUE", message)
