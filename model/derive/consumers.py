"""Which servers take the configuration that is rendered, where nothing else in the data tells.

Who answers for DHCP and who serves the alias zone stands in networks.yaml already. Left out: how it gets there, which
is the playbook's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from model.base import Os
from model.derive import directory
from model.derive.records import alias_servers

if TYPE_CHECKING:
    from model.platform import Platform
    from model.types.instances import Instance


RUNS_ON: Mapping[str, Os] = {
    "ad": "windows",
    "dns": "windows",
    "firewall": "linux",
    "hp_thinpro": "windows",
    "icinga": "linux",
    "igel": "windows",
    "printers": "windows",
    "prometheus": "linux",
    "qos": "windows",
    "storefront": "windows",
}
"""What a consumer's servers run: its scripts are PowerShell, or its files lie where Debian looks for them."""


def machines(instances: tuple[Instance, ...], identities: tuple[str, ...]) -> tuple[Instance, ...]:
    """The machines of these servers in every generation that has some, by logical name."""
    found = [i for i in instances if i.server.identity in identities and i.there]
    return tuple(sorted(found, key=lambda i: i.logical_name))


def owners(platform: Platform) -> dict[str, tuple[Instance, ...]]:
    """The machines that each consumer's configuration belongs on, by the consumer's name; sorted.

    DHCP belongs to `kea` on Linux and to `windows_dhcp` on Windows, `named` to the alias zone's servers in their
    order, `domain_controllers` to those that we promote.
    """
    found = {name: machines(platform.instances, identities) for name, identities in platform.settings.consumers.items()}
    service = platform.network.addressing.services.get("dhcp")
    if service is not None:
        servers = [s for s in platform.estate.servers.values() if (s.system, s.role) == (service.system, service.role)]
        for name, os in (("kea", "linux"), ("windows_dhcp", "windows")):
            found[name] = machines(platform.instances, tuple(s.identity for s in servers if s.os == os))
    found["domain_controllers"] = directory.controllers(platform)
    bearers = [fqdn for fqdn, _ in alias_servers(platform)]
    found["named"] = tuple(i for fqdn in bearers for i in platform.instances if i.fqdn == fqdn and i.there)
    return {name: found[name] for name in sorted(found) if found[name]}
