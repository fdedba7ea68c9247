"""An OpenSSH client's configuration: every Linux server by its key, its computer name and its DNS name.

`HostKeyAlias` is the DNS name, so that a host key stays known when an address is another's. Who logs in, and with which
key, is each administrator's own.
"""

from __future__ import annotations

from model.types.inventory import Inventory
from rendering.engine import render

TEMPLATE = "ssh/config.j2"


def inventory(stack: Inventory) -> str:
    """The configuration, for `Include` in ~/.ssh/config."""
    hosts = [
        {
            "names": list(dict.fromkeys([key, server.computer_name.lower(), server.fqdn])),
            "address": str(server.address or server.fqdn),
            "fqdn": server.fqdn,
        }
        for key, server in sorted(stack.servers.items())
        if server.os == "linux"
    ]
    return render(TEMPLATE, {"hosts": hosts})
