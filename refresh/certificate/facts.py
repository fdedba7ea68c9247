"""What a certificate is made of: links, and in each link facts that stand, break, or can not be seen from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "broken", "unseen"]

LINKS: Mapping[str, str] = {
    "vlan": "Klientport og VLAN",
    "dhcp": "DHCP: scope og adresser",
    "dns": "Navne (DNS)",
    "firewall": "Firewall og filtre",
    "store": "StoreFront eller gateway",
    "desktop": "Delivery group eller host pool",
    "session": "Sessionens indstillinger",
    "marking": "Mærkning (DSCP)",
    "line": "Linjen",
    "watch": "Overvågning",
    "inventory": "Fortegnelser",
}
"""Every link in the order of the way, with what a page calls it."""
LIVE = "live"
TITLES = {**LINKS, LIVE: "Svar på stedet"}
"""With that of what was asked over the network."""


@dataclass(frozen=True, slots=True)
class At:
    """A place in a file. Line 0 is the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was looked at. `value` is what stands there, `wrong` what it should be where it breaks."""

    text: str
    value: str
    at: At
    state: State = "ok"
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a site, with all its facts."""

    key: str
    facts: tuple[Fact, ...]

    @property
    def state(self) -> State:
        """Broken by one fact that breaks; unseen when nothing in it could be seen."""
        states = {fact.state for fact in self.facts}
        if "broken" in states:
            return "broken"
        return "ok" if "ok" in states else "unseen"

    @property
    def breaks(self) -> tuple[Fact, ...]:
        """The facts that break it."""
        return tuple(fact for fact in self.facts if fact.state == "broken")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A site with its links. `devices` counts the devices that people work at."""

    site: str
    name: str
    devices: int
    links: tuple[Link, ...]

    @property
    def ok(self) -> bool:
        """Whether no link breaks."""
        return all(link.state != "broken" for link in self.links)

    @property
    def whole(self) -> bool:
        """Whether every link could be seen, too."""
        return all(link.state == "ok" for link in self.links)


def judged(text: str, value: str, at: At, wrong: str) -> Fact:
    """A fact that breaks the link when `wrong` says something."""
    return Fact(text, value, at, "broken" if wrong else "ok", wrong)


def unseen(text: str, why: str, at: At) -> Fact:
    """A fact that can not be seen from here, and why."""
    return Fact(text, why, at, "unseen")
