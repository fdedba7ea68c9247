"""What Group Policy sets on the Windows machines that we build: registry values, each with why it is so.

A baseline is linked to the organizational units of the generation that is built, never to those of another: what an old
server still needs, it keeps. Domain controllers share one unit over all generations: there a policy of its own holds
for the generation's computers alone. Left out: what a person sets for himself.
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
    """One registry value that Group Policy sets: a number or a text."""

    key: RegistryKey
    r"""The registry key below HKEY_LOCAL_MACHINE, without that: `SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`."""
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._{}-]+$", max_length=255)]
    """The name of the value."""
    dword: Annotated[int, Field(ge=0, le=4_294_967_295)] | None = None
    """The value, where it is a number of 32 bits. Either this or `text`."""
    text: Text | None = None
    """The value, where it is text. Either this or `dword`."""
    why: Text
    """Why it is so, for the administrator who wonders."""


class Baseline(Model):
    """What Group Policy sets on one kind of Windows machine."""

    title: Text
    """What the baseline is called, in Danish."""
    applies: Literal["servers", "desktops"]
    """Whose organizational units it is linked to: `servers`, or `desktops`, the session machines. Only those of
    generations that we build; domain controllers are servers, in the unit that Active Directory has for them.
    """
    settings: dict[Key, RegistryValue]
    """Registry values, each by a short key of its own. A municipality takes one away with `null`."""
