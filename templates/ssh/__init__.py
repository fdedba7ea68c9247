"""An OpenSSH client's configuration: every Linux server by its key, its computer name and its DNS name.

`HostKeyAlias` is the DNS name, so that a host key stays known when an address is another's. Who logs in, and with which
key, is each administrator's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.types.inventory import Inventory
from rendering.engine import render
from rendering.plain import plain

TEMPLATE = "ssh/config.j2"


@dataclass(frozen=True, slots=True)
class Host:
    """A server; `names` are what an administrator may call it."""

    names: list[str]
    address: str
    fqdn: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """The context of the configuration."""

    hosts: list[Host]


def inventory(stack: Inventory) -> str:
    """The configuration, for `Include` in ~/.ssh/config."""
    hosts = [
        Host(
            names=list(dict.fromkeys([key, server.computer_name.lower(), server.fqdn])),
            address=str(server.address or server.fqdn),
            fqdn=server.fqdn,
        )
        for key, server in sorted(stack.servers.items())
        if server.os == "linux"
    ]
    return render(TEMPLATE, plain(Configuration(hosts)))
