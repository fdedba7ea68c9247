"""Judges of what is declared in Citrix. Each yields a property and what is wrong with it, never its value."""

from __future__ import annotations

from collections.abc import Iterator

from policy.reading import Props, at, items, word


def drives(props: Props) -> Iterator[tuple[str, str]]:
    """CTX-01."""
    for path, policy in items(props, "policies"):
        if at(policy, "settings", "ClientDriveRedirection") is not False:
            yield f"{path}.settings.ClientDriveRedirection", "sessions see the device's drives; set it to false"


def admission(props: Props) -> Iterator[tuple[str, str]]:
    """CTX-02, of a delivery group and of who is let into it."""
    if at(props, "access") == "Everyone":
        yield "access", "whoever can log on is let in; set it to Restricted and name users"
    for path, desktop in items(props, "desktops"):
        if at(desktop, "access") == "Everyone":
            yield f"{path}.access", "whoever can log on gets the desktop; set it to Restricted and name users"


def hosting(props: Props) -> Iterator[tuple[str, str]]:
    """CTX-05."""
    for path, address in items(props, "addresses"):
        if not word(address).startswith("https://"):
            yield path, "the account's password crosses the network as it is; write https://"
