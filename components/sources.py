"""What the stack's configuration gives the layers: the account for each platform, asked for only by who needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

import pulumi
import pulumi_azure_native as azure_native
import pulumi_vsphere as vsphere

from components import secrets, servers
from components.desktops import citrix
from model import Platform


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the stack's configuration gives. Each is asked for only by a layer that needs it.

    `vcenter` gives the same provider each time, and `azure` that of a subscription by its key; `citrix` the account
    that Citrix makes machines with; `vpn_key` the secret that both ends of the tunnel home share; `digests` what
    `rendering.digests` tells of the configuration.
    """

    vcenter: Callable[[], vsphere.Provider]
    secrets: servers.Secrets
    citrix: Callable[[], citrix.VcenterAccount]
    azure: Callable[[str], azure_native.Provider]
    vpn_key: Callable[[], pulumi.Input[str]]
    digests: Callable[[], Mapping[str, str]]


def from_config(config: pulumi.Config, platform: Platform, digests: Callable[[], Mapping[str, str]]) -> Sources:
    """The sources that a stack's configuration names."""
    secret = partial(secrets.secret, config)
    return Sources(
        vcenter=cache(
            lambda: vsphere.Provider(
                "vcenter",
                # What is not set here the provider takes from VSPHERE_SERVER and so on itself; then no state has it.
                vsphere_server=config.get("vsphereServer"),
                user=config.get("vsphereUser"),
                password=config.get_secret("vspherePassword"),
                # The provider never logs out: without a session that is kept, every run leaves one behind, until
                # vCenter's limit stops all (provider documentation, "Concurrent Session Limits").
                persist_session=True,
            )
        ),
        secrets=servers.Secrets(
            guest=lambda: servers.GuestSecrets(
                local_admin_password=secret("localAdminPassword"),
                domain_join_user=secret("domainJoinUser"),
                domain_join_password=secret("domainJoinPassword"),
            ),
            esxi=lambda: servers.EsxiSecrets(user=config.get("esxiUser") or "root", password=secret("esxiPassword")),
        ),
        citrix=lambda: citrix.VcenterAccount(
            user=config.require("citrixVcenterUser"), password=secret("citrixVcenterPassword")
        ),
        azure=cache(partial(_azure, platform)),
        vpn_key=lambda: secret("vpnSharedKey"),
        digests=digests,
    )


def _azure(platform: Platform, subscription: str) -> azure_native.Provider:
    """Who signs in it takes from the environment (ARM_CLIENT_ID and so on), so that no state has it."""
    return azure_native.Provider(
        f"azure-{subscription}",
        subscription_id=platform.azure.subscriptions[subscription].id,
        tenant_id=platform.azure.settings.tenant if platform.azure.settings is not None else None,
    )
