"""What a clone is told on its first boot: its name, its address and the domain it joins.

All of it is fixed at birth: see machines.py. Left out: sysprep inside the template, which makes vSphere's own
customisation fail (domain.md of the design, after Terraform-VMWare-Modules issues 57 and 59).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

import pulumi
from pulumi_vsphere import (
    VirtualMachineCloneCustomizeArgs,
    VirtualMachineCloneCustomizeLinuxOptionsArgs,
    VirtualMachineCloneCustomizeNetworkInterfaceArgs,
    VirtualMachineCloneCustomizeWindowsOptionsArgs,
)

from model.types.infrastructure import Settings
from model.types.instances import Instance


@dataclass(frozen=True, kw_only=True)
class GuestSecrets:
    """Passwords that a new guest needs: its local administrator's, and the account's that joins it to the domain."""

    local_admin_password: pulumi.Input[str]
    domain_join_user: pulumi.Input[str]
    domain_join_password: pulumi.Input[str]


def customize(
    instance: Instance, settings: Settings, resolvers: Sequence[IPv4Address], secrets: GuestSecrets
) -> VirtualMachineCloneCustomizeArgs:
    """The customisation of an instance that we build. `resolvers` are what it asks until `refresh render` tells others.

    A guest that does not report in time fails the clone and is left behind for a person to look at. The provider's
    10 minutes are too few for sysprep and a domain join (terraform-provider-vsphere issues 312, 517, 718, 1168).
    """
    attachment = instance.attachment
    asked = [str(address) for address in resolvers]
    windows = instance.server.os == "windows"
    return VirtualMachineCloneCustomizeArgs(
        timeout=instance.image.customize_minutes,
        windows_options=_windows(instance, settings, secrets) if windows else None,
        linux_options=None if windows else _linux(instance, settings),
        network_interfaces=[
            VirtualMachineCloneCustomizeNetworkInterfaceArgs(
                ipv4_address=str(instance.address),
                ipv4_netmask=attachment.prefix.prefixlen,
                dns_domain=settings.domain if windows else None,
                dns_server_lists=asked if windows else None,
            )
        ],
        ipv4_gateway=str(attachment.gateway),
        # Windows takes its resolvers from the interface and Linux from here (pulumi_vsphere 4.18.2,
        # VirtualMachineCloneCustomizeNetworkInterface.dns_server_lists).
        dns_server_lists=None if windows else asked,
        dns_suffix_lists=[settings.domain],
    )


def _windows(
    instance: Instance, settings: Settings, secrets: GuestSecrets
) -> VirtualMachineCloneCustomizeWindowsOptionsArgs:
    return VirtualMachineCloneCustomizeWindowsOptionsArgs(
        computer_name=instance.computer_name,
        full_name=settings.title,
        organization_name=settings.title,
        admin_password=secrets.local_admin_password,
        join_domain=settings.domain,
        domain_ou=instance.ou,
        domain_admin_user=secrets.domain_join_user,
        domain_admin_password=secrets.domain_join_password,
        time_zone=settings.windows_time_zone,
    )


def _linux(instance: Instance, settings: Settings) -> VirtualMachineCloneCustomizeLinuxOptionsArgs:
    return VirtualMachineCloneCustomizeLinuxOptionsArgs(
        host_name=instance.computer_name.lower(), domain=settings.domain
    )
