"""The Pulumi program: loads the platform, declares what it says, exports the inventory."""

from __future__ import annotations

import gc

import pulumi
import pulumi_vsphere as vsphere

import model
import templates
from components import configuration, desktops, servers


def main() -> None:
    """Builds the stack's platform. Every fault of the model is shown at once, each on its line, without a traceback."""
    config = pulumi.Config()
    try:
        platform = model.load(config.require("platform"))
    except model.ModelError as error:
        raise pulumi.RunError(f"the platform cannot be used\n{error}") from None
    provider = vsphere.Provider(
        "vcenter",
        # What is not set here the provider takes from VSPHERE_SERVER, VSPHERE_USER and VSPHERE_PASSWORD itself; then it
        # is in no state at all.
        vsphere_server=config.get("vsphereServer"),
        user=config.get("vsphereUser"),
        password=config.get_secret("vspherePassword"),
        # The provider never logs out: without a session that is kept, every run leaves one behind, until vCenter's
        # limit stops all (provider documentation, "Concurrent Session Limits").
        persist_session=True,
    )
    secrets = servers.Secrets(
        guest=servers.GuestSecrets(
            local_admin_password=config.require_secret("localAdminPassword"),
            domain_join_user=config.require_secret("domainJoinUser"),
            domain_join_password=config.require_secret("domainJoinPassword"),
        ),
        esxi=servers.EsxiSecrets(
            user=config.get("esxiUser", "root") or "root", password=config.require_secret("esxiPassword")
        ),
    )
    estate = servers.declare(platform, secrets, provider)
    endpoint = config.get("citrixEndpoint")
    if endpoint is not None:
        site = desktops.Site(
            endpoint=endpoint,
            user=config.require("citrixUser"),
            password=config.require_secret("citrixPassword"),
            vcenter_user=config.require("citrixVcenterUser"),
            vcenter_password=config.require_secret("citrixVcenterPassword"),
        )
        desktops.declare(platform, site, estate.grounds)
    configuration.declare(templates.digests(platform))
    pulumi.export("inventory", servers.export(platform, estate.machines))


# What the program makes it keeps until it ends: looking for garbage as usual took a quarter of its time (2026-11).
gc.set_threshold(50_000)
main()
