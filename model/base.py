"""What the model's types share: frozen, strict, no unknown keys; maps of them; small vocabularies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ref:
    """Beside a type: the value is the key of an item of `section`. rules/references.py finds those that are none."""

    section: str


class AbsentError(KeyError):
    """An item was asked for that is not there: it did not validate, or a reference to it dangles."""


class Items(dict[str, T]):
    """The items of a section by their key. Who asks for one that is not there gets AbsentError."""

    def __missing__(self, key: str) -> T:
        raise AbsentError(key)


class Model(BaseModel):
    """A frozen value object. An unknown key and a value of another type are errors, never repaired in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
"""A reference within the model: lower-case letters, digits and hyphens."""

GenerationName = Annotated[str, StringConstraints(pattern=r"^g[0-9]{2}$")]
"""A generation by the year it was built in: `g26`."""

InGeneration = Annotated[GenerationName, Ref("generations")]
"""A generation that refresh.yaml has."""

Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+$"),
]
"""One line of text for people: no control characters and no marks that turn the reading direction."""

DnsLabel = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
"""One label of a DNS name, lower case, at most 63 characters (RFC 1035)."""

DnsName = Annotated[
    str,
    StringConstraints(
        max_length=253,
        pattern=r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
    ),
]
"""A DNS name by RFC 1123: labels of at most 63, 253 in all."""

Ports = Annotated[str, StringConstraints(pattern=r"^((tcp|udp)/[0-9]{1,5}(-[0-9]{1,5})?|icmp/echo)$")]
"""A port or a range with its protocol: `tcp/443`, `udp/3478-3481`; a ping is `icmp/echo`."""

Mac = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{2}(:[0-9A-F]{2}){5}$")]
"""A MAC address, upper case with colons."""

Phone = Annotated[str, StringConstraints(pattern=r"^(\+?[0-9]+|lokal [0-9]+)( [0-9]+)*$", max_length=24)]
"""A number as it is dialled: `96 11 75 00`, or inside the house `lokal 2600`."""

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day in Denmark, in quotes, for YAML reads it as a number: "06:30"."""

Vlan = Annotated[int, Field(ge=1, le=4094)]
"""A VLAN's number: 1 to 4094, for 0 and 4095 are kept (IEEE 802.1Q)."""

Criticality = Literal["vital", "high", "normal", "low"]
"""How much rests on a system, highest first."""

PersonalData = Literal["none", "ordinary", "special"]
"""The GDPR class of what a system holds: none, ordinary (art. 6) or special categories (art. 9)."""

Os = Literal["windows", "linux"]
"""The operating system of a server."""
