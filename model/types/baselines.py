"""What Group Policy sets on the Windows machines that we build: registry values, each with why it is so.

A baseline is linked to the organizational units of the generation that is built, never to those of another: what an old
server still needs, it keeps. Left out: domain controllers, which all generations share one unit for; and what a person
sets for himself.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from model.base import Key, Model, Text

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
