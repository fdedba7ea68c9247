"""Where a subscription keeps its secrets and its backups. Neither can be emptied by one person in one day.

Left out: who may read a secret, which is a role given to whoever needs it; what is backed up, which each server says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import keyvault, network, recoveryservices, resources

from components.security import diagnostics
from components.security.backups import policy_of
from components.security.locks import lock
from model import azure_names as names
from model.types.azure import Azure
from model.types.landing_zone import BackupClass

VAULT_ZONE = "privatelink.vaultcore.azure.net"
"""Where private endpoints of Key Vault have their names ("Azure private endpoint DNS configuration")."""


@dataclass(frozen=True, kw_only=True)
class EndpointArgs:
    """Where private endpoints stand: in the hub, whose provider makes them, for they are of its network."""

    provider: azure_native.Provider
    group: pulumi.Input[str]
    subnet: pulumi.Input[str]
    zone: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class VaultsArgs:
    """`key` is the subscription's. `classes` are those of backups; without one it keeps none."""

    azure: Azure
    key: str
    classes: Mapping[str, BackupClass]
    endpoint: EndpointArgs
    workspace: pulumi.Input[str]
    tags: Mapping[str, str]


class Vaults(pulumi.ComponentResource):
    """A subscription's vaults; `policies` gives the ids of backup policies by class."""

    policies: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: VaultsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:security:Vaults", name, {}, opts)
        self._name, self._args = name, args
        self._here = pulumi.ResourceOptions(parent=self)
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=names.security_resource_group(args.key),
            location=args.azure.location,
            tags=args.tags,
            opts=self._here,
        )
        self._declare_secrets(group.name)
        self.policies = {}
        if args.classes:
            self._declare_backups(group.name)
        self.register_outputs({})

    def _declare_secrets(self, group: pulumi.Output[str]) -> None:
        name, args = self._name, self._args
        vault = keyvault.Vault(
            f"{name}-secrets",
            vault_name=names.key_vault(args.azure.code, args.key),
            resource_group_name=group,
            location=args.azure.location,
            properties=keyvault.VaultPropertiesArgs(
                tenant_id=args.azure.tenant,
                sku=keyvault.SkuArgs(family="A", name=keyvault.SkuName.STANDARD),
                enable_rbac_authorization=True,
                enable_soft_delete=True,
                soft_delete_retention_in_days=90,
                enable_purge_protection=True,
                public_network_access="Disabled",
                network_acls=keyvault.NetworkRuleSetArgs(bypass="AzureServices", default_action="Deny"),
            ),
            tags=args.tags,
            opts=self._here,
        )
        sent = diagnostics.send(f"{name}-secrets", vault, args.workspace, self._here)
        lock(f"{name}-secrets", vault, "Secrets that servers start with", self, after=[sent])
        there = pulumi.ResourceOptions(parent=self, provider=args.endpoint.provider)
        endpoint = network.PrivateEndpoint(
            f"{name}-endpoint",
            private_endpoint_name=names.name("pep", "kv", args.key),
            resource_group_name=args.endpoint.group,
            location=args.azure.location,
            subnet=network.SubnetArgs(id=args.endpoint.subnet),
            custom_network_interface_name=names.name("nic", "pep", "kv", args.key),
            private_link_service_connections=[
                network.PrivateLinkServiceConnectionArgs(
                    name="vault", private_link_service_id=vault.id, group_ids=["vault"]
                )
            ],
            tags=args.tags,
            opts=there,
        )
        network.PrivateDnsZoneGroup(
            f"{name}-endpoint-name",
            private_dns_zone_group_name="default",
            private_endpoint_name=endpoint.name,
            resource_group_name=args.endpoint.group,
            private_dns_zone_configs=[
                network.PrivateDnsZoneConfigArgs(name="vault", private_dns_zone_id=args.endpoint.zone)
            ],
            opts=there,
        )

    def _declare_backups(self, group: pulumi.Output[str]) -> None:
        name, args = self._name, self._args
        settings = args.azure.vaults
        vault = recoveryservices.Vault(
            f"{name}-backups",
            vault_name=names.recovery_vault(args.azure.code, args.key),
            resource_group_name=group,
            location=args.azure.location,
            sku=recoveryservices.SkuArgs(name="RS0", tier="Standard"),
            identity=recoveryservices.IdentityDataArgs(type="SystemAssigned"),
            properties=recoveryservices.VaultPropertiesArgs(
                public_network_access="Enabled",
                redundancy_settings=recoveryservices.VaultPropertiesRedundancySettingsArgs(
                    standard_tier_storage_redundancy=f"{_REDUNDANT[settings.redundancy]}Redundant",
                    cross_region_restore="Disabled",
                ),
                security_settings=recoveryservices.SecuritySettingsArgs(
                    immutability_settings=recoveryservices.ImmutabilitySettingsArgs(
                        state=settings.immutability.capitalize()
                    ),
                    soft_delete_settings=recoveryservices.SoftDeleteSettingsArgs(
                        soft_delete_state="AlwaysON",
                        enhanced_security_state="AlwaysON",
                        soft_delete_retention_period_in_days=settings.soft_delete_days,
                    ),
                ),
            ),
            tags=args.tags,
            opts=self._here,
        )
        # No lock: it would forbid to end any server's backup, and what was copied is immutable and kept when deleted.
        diagnostics.send(f"{name}-backups", vault, args.workspace, self._here)
        for key, class_ in args.classes.items():
            self.policies[key] = recoveryservices.ProtectionPolicy(
                f"{name}-backups-{key}",
                policy_name=names.name("bkpol", key),
                vault_name=vault.name,
                resource_group_name=group,
                properties=policy_of(class_, args.azure.begins),
                opts=self._here,
            ).id


_REDUNDANT = {"local": "Locally", "zone": "Zone", "geo": "Geo"}
