"""Where people's profiles lie: a share on Azure Files for each pool, and what a session host is told of it.

A profile is data: it carries no generation and never flips, so both generations of a pool find it and a way back loses
nothing. Signing in is by Kerberos alone: there is no key to leak, and none that a template could ask for.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import authorization, resources, storage

from components.desktops.avd import endpoints, roles
from components.desktops.avd.endpoints import Endpoint
from components.landing_zone.ids import Landing
from components.security import diagnostics
from model import Platform, azure_names
from model.derive import azure_tags
from model.types.pools import PoolInstance

KEPT_DAYS = 30

_OWN_FOLDER = "O:%sid%D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;%sid%)"
"""Whose a profile's folder is, as SDDL: the system's and that of the person whose profile it is."""


@dataclass(frozen=True, kw_only=True)
class ProfilesArgs:
    """The pool whose people they are, by one of its instances, and the landing zone that they stand in. `held`: people
    have profiles there.
    """

    platform: Platform
    instance: PoolInstance
    landing: Landing
    held: bool


class Profiles(pulumi.ComponentResource):
    """The share of a pool's profiles. Once people have any it is protected, whatever becomes of the generation that
    they began with: who wants it gone unprotects it.
    """

    def __init__(self, name: str, args: ProfilesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:desktops:Profiles", name, {}, opts)
        instance, names = args.instance, args.instance.in_azure
        tags = azure_tags.pool(args.platform.settings, args.platform.azure, instance, profiles=True)
        kept = pulumi.ResourceOptions(parent=self, protect=args.held)
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=names.profiles_group,
            location=names.location,
            tags=tags,
            opts=kept,
        )
        account = self._account(name, args, group.name, kept)
        service = storage.FileServiceProperties(
            f"{name}-service",
            file_services_name="default",
            account_name=account.name,
            resource_group_name=group.name,
            protocol_settings=storage.ProtocolSettingsArgs(
                smb=storage.SmbSettingArgs(
                    versions="SMB3.1.1",
                    authentication_methods="Kerberos",
                    kerberos_ticket_encryption="AES-256",
                    channel_encryption="AES-256-GCM",
                    multichannel=storage.MultichannelArgs(enabled=True),
                )
            ),
            share_delete_retention_policy=storage.DeleteRetentionPolicyArgs(enabled=True, days=KEPT_DAYS),
            opts=kept,
        )
        diagnostics.send(f"{name}-service", service, args.landing.workspace(), kept)
        # A share is made through Azure Resource Manager, so it needs no key; a blob would (pulumi-azure-native 2015).
        storage.FileShare(
            f"{name}-share",
            share_name=names.share,
            account_name=account.name,
            resource_group_name=group.name,
            share_quota=instance.pool.avd.fslogix.share_gib if instance.pool.avd.fslogix is not None else None,
            enabled_protocols="SMB",
            opts=kept,
        )
        endpoint = Endpoint(
            name=names.storage or "",
            id=account.id,
            of="file",
            area=names.area,
            subnet=names.endpoints,
            group=group.name,
            location=names.location,
            tags=tags,
        )
        endpoints.declare(name, endpoint, args.landing, kept)
        authorization.ManagementLockByScope(
            f"{name}-lock",
            lock_name="profiles",
            level="CanNotDelete",
            scope=account.id,
            notes="People's profiles lie here.",
            opts=kept,
        )
        azure = args.platform.azure.settings
        for user in instance.pool.users:
            principal = azure.principals[user] if azure is not None else ""
            key = f"{names.storage}/{principal}"
            own = f"{name}-user-{azure_names.slug(user)}"
            # Not at the account: its lock would hold the role, too (azure-docs issue 110791).
            roles.assign(own, roles.PROFILES, group.id, principal, key, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})

    def _account(
        self, name: str, args: ProfilesArgs, group: pulumi.Input[str], kept: pulumi.ResourceOptions
    ) -> storage.StorageAccount:
        names, join = args.instance.in_azure, args.instance.pool.avd.join
        return storage.StorageAccount(
            f"{name}-account",
            account_name=names.storage,
            resource_group_name=group,
            location=names.location,
            kind="FileStorage",
            sku=storage.SkuArgs(name="Premium_ZRS"),
            minimum_tls_version="TLS1_2",
            enable_https_traffic_only=True,
            allow_shared_key_access=False,
            allow_blob_public_access=False,
            allow_cross_tenant_replication=False,
            public_network_access="Disabled",
            network_rule_set=storage.NetworkRuleSetArgs(default_action=storage.DefaultAction.DENY, bypass="None"),
            azure_files_identity_based_authentication=storage.AzureFilesIdentityBasedAuthenticationArgs(
                directory_service_options="AADKERB" if join == "entra" else "AD",
                default_share_permission="None",
            ),
            tags=azure_tags.pool(args.platform.settings, args.platform.azure, args.instance, profiles=True),
            opts=kept,
        )


def script(instance: PoolInstance) -> str:
    """What a session host is told, as PowerShell: where a profile lies and how large it may be (Microsoft, "FSLogix
    configuration setting reference"), and for Entra ID that it asks for a Kerberos ticket at sign-in.
    """
    names, settings = instance.in_azure, instance.pool.avd.fslogix
    profiles = r"HKLM:\SOFTWARE\FSLogix\Profiles"
    values = [
        (profiles, "Enabled", "DWord", "1"),
        (profiles, "VHDLocations", "MultiString", rf"'\\{names.storage}.file.core.windows.net\{names.share}'"),
        (profiles, "VolumeType", "String", "'VHDX'"),
        (profiles, "SizeInMBs", "DWord", str((settings.profile_gib if settings is not None else 30) * 1000)),
        (profiles, "FlipFlopProfileDirectoryName", "DWord", "1"),
        # A new share lets everyone who may write change the folders of others.
        (profiles, "SIDDirSDDL", "String", f"'{_OWN_FOLDER}'"),
        (profiles, "DeleteLocalProfileWhenVHDShouldApply", "DWord", "1"),
        # Without its profile a session would start empty and be lost at its end: no session then.
        (profiles, "PreventLoginWithFailure", "DWord", "1"),
        (profiles, "PreventLoginWithTempProfile", "DWord", "1"),
    ]
    if instance.pool.avd.join == "entra":
        kerberos = r"HKLM:\SYSTEM\CurrentControlSet\Control\Lsa\Kerberos\Parameters"
        account = r"HKLM:\SOFTWARE\Policies\Microsoft\AzureADAccount"
        values += [
            (kerberos, "CloudKerberosTicketRetrievalEnabled", "DWord", "1"),
            (account, "LoadCredKeyFromProfile", "DWord", "1"),
        ]
    lines = ["$ErrorActionPreference = 'Stop'"]
    lines += [f"New-Item -Path '{key}' -Force | Out-Null" for key in dict.fromkeys(key for key, *_ in values)]
    lines += [
        f"New-ItemProperty -Path '{key}' -Name {name} -PropertyType {kind} -Value {value} -Force | Out-Null"
        for key, name, kind, value in values
    ]
    return "\n".join(lines) + "\n"
