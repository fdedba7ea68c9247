"""The Pulumi program: loads the platform, declares what it says, exports the outputs."""

from __future__ import annotations

import gc
from functools import cache, partial

import pulumi
import pulumi_vsphere as vsphere

import model
import templates
from components import desktops, layers, secrets, servers


def main() -> None:
    """Builds the stack's platform. Every fault of the model is shown at once, each on its line, without a traceback."""
    config = pulumi.Config()
    try:
        platform = model.load(config.require("platform"))
    except model.ModelError as error:
        raise pulumi.RunError(f"the platform cannot be used\n{error}") from None
    for name, value in layers.declare(platform, sources(config, platform), config.get("layer") or layers.ALL).items():
        pulumi.export(name, value)


def sources(config: pulumi.Config, platform: model.Platform) -> layers.Sources:
    """What the layers ask the configuration for."""
    secret = partial(secrets.secret, config)
    return layers.Sources(
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
        citrix=lambda: desktops.VcenterAccount(
            user=config.require("citrixVcenterUser"), password=secret("citrixVcenterPassword")
        ),
        digests=lambda: templates.digests(platform),
    )


# What the program makes it keeps until it ends: looking for garbage as usual took a quarter of its time (2026-11).
gc.set_threshold(50_000)
main()
