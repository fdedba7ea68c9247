"""DHCP scopes as two servers are told of them: Kea's file, and the script for Windows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from refresh.certificate.facts import At
from refresh.certificate.reading.text import Text, as_json, in_script

NONE = "255.255.255.255"
"""For a scope that gives nothing out."""
_NAMES = {6: "domain-name-servers", 15: "domain-name"}


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope. `reserved` gives the address of each MAC address, in lower case with colons; `told` is where what it
    tells devices stands, which may be before all scopes.
    """

    prefix: IPv4Network
    first: IPv4Address
    last: IPv4Address
    lease: int
    router: str
    options: Mapping[str, str]
    reserved: Mapping[str, str]
    at: At
    told: At
    file: Text

    def servers(self) -> list[str]:
        """Whom devices are told to ask for names."""
        return [part.strip() for part in self.options.get("domain-name-servers", "").split(",") if part.strip()]


def kea(file: Text) -> dict[IPv4Network, Scope]:
    """The scopes of Kea's file, by prefix."""
    plain = re.sub(r"^\s*//.*$", "", file.text, flags=re.MULTILINE)
    document = as_json(file, plain)
    try:
        found = [_kea(file, subnet) for subnet in document["Dhcp4"]["subnet4"]]
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise file.unread(0, f"no scopes in the form of Kea ({error!r})") from None
    return {scope.prefix: scope for scope in found}


def _kea(file: Text, subnet: Mapping[str, Any]) -> Scope:
    options = {option["name"]: option["data"] for option in subnet["option-data"]}
    pools = [part.strip() for part in subnet["pools"][0]["pool"].split("-")] if subnet["pools"] else [NONE, NONE]
    at = file.at(f'"subnet": "{subnet["subnet"]}"')
    return Scope(
        prefix=IPv4Network(subnet["subnet"]),
        first=IPv4Address(pools[0]),
        last=IPv4Address(pools[1]),
        lease=int(subnet["valid-lifetime"]),
        router=options.get("routers", ""),
        options=options,
        reserved={each["hw-address"].lower(): each["ip-address"] for each in subnet["reservations"]},
        at=at,
        told=file.at('"option-data"', file.offset(at.line)),
        file=file,
    )


def windows(file: Text) -> dict[IPv4Network, Scope]:
    """The scopes of the script for Windows, by prefix."""
    document = in_script(file)
    try:
        found = [_windows(file, scope, document["zones"]) for scope in document["scopes"]]
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise file.unread(0, f"no scopes in the form of the script ({error!r})") from None
    return {scope.prefix: scope for scope in found}


def _windows(file: Text, scope: Mapping[str, Any], zones: Mapping[str, Any]) -> Scope:
    given = [*zones.get(scope["zone"], []), *scope["options"]]
    options = {_NAMES.get(option["id"], str(option["id"])): ", ".join(option["value"]) for option in given}
    return Scope(
        prefix=IPv4Network(f"{scope['id']}/{scope['mask']}"),
        first=IPv4Address(scope["first"]),
        last=IPv4Address(scope["last"]),
        lease=int(scope["lease"]),
        router=options.get("3", ""),
        options=options,
        reserved={mac.replace("-", ":").lower(): address for address, mac, *_ in scope["reservations"]},
        at=file.at(f'"id": "{scope["id"]}"'),
        told=file.at(f'"{scope["zone"]}": ', file.text.find('"zones"')),
        file=file,
    )
