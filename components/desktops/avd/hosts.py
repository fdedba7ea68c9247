"""Session hosts: in each generation a set of its own, named with it, so that two stand side by side.

A host is made, joined, told where profiles lie, registered and watched, in that order. Where the generation is being
built a new image makes its hosts anew; later a host keeps the image that it was born with, and what is new in it comes
by Windows Update, until a person has one replaced. Left out: who is sent to which host.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_azure_native.network as net
from pulumi_azure_native import compute, monitor
from pulumi_azure_native import desktopvirtualization as dv

from components.desktops.avd import fslogix
from components.landing_zone.ids import Landing
from components.servers import GuestSecrets
from model import Platform, azure_names
from model.derive import azure_tags
from model.types.avd import TIME_ZONE, SessionHostName
from model.types.pools import PoolInstance

ADMINISTRATOR = "platformadmin"
INTUNE = "0000000a-0000-0000-c000-000000000000"
"""Microsoft Intune's application id, as which AADLoginForWindows knows where a machine is enrolled."""
CONFIGURATION = "https://wvdportalstorageblob.blob.core.windows.net/galleryartifacts/Configuration_1.0.03266.1110.zip"
"""What installs the agent and registers it: the configuration that Microsoft's own templates name. The agent then keeps
itself up to date, so the version here is that of the first minute.
"""
ZONES = 3


@dataclass(frozen=True)
class Handler:
    """An extension of a machine. `upgrades`: Azure keeps it up to date."""

    key: str
    publisher: str
    type: str
    version: str
    upgrades: bool | None = None


ENTRA = Handler("join", "Microsoft.Azure.ActiveDirectory", "AADLoginForWindows", "2.0")
DOMAIN = Handler("join", "Microsoft.Compute", "JsonADDomainExtension", "1.3")
AGENT = Handler("agent", "Microsoft.Powershell", "DSC", "2.83")
MONITOR = Handler("monitor", "Microsoft.Azure.Monitor", "AzureMonitorWindowsAgent", "1.0", upgrades=True)


@dataclass(frozen=True, kw_only=True)
class SessionHostsArgs:
    """A pool's hosts in one generation, in its resource group, for its host pool."""

    platform: Platform
    instance: PoolInstance
    landing: Landing
    group: pulumi.Input[str]
    pool: dv.HostPool
    secrets: GuestSecrets


class SessionHosts(pulumi.ComponentResource):
    """The hosts. `registered` is what resolves once each has registered: the names of their agents' extensions."""

    registered: list[pulumi.Output[str]]

    def __init__(self, name: str, args: SessionHostsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:desktops:SessionHosts", name, {}, opts)
        self._args, self._name = args, name
        self._tags = azure_tags.pool(args.platform.settings, args.platform.azure, args.instance)
        self._token = self._registration()
        self.registered = [self._host(host) for host in args.instance.in_azure.hosts]
        self.register_outputs({})

    def _registration(self) -> pulumi.Output[str] | None:
        """The token of the open wave, or None. It is a secret from here on, and nobody but the agent is told."""
        instance = self._args.instance
        if instance.generation.name not in instance.pool.avd.registration:
            return None
        tokens = dv.list_host_pool_registration_tokens_output(
            host_pool_name=self._args.pool.name,
            resource_group_name=self._args.group,
            opts=pulumi.InvokeOutputOptions(parent=self, depends_on=[self._args.pool]),
        )
        return pulumi.Output.secret(tokens.apply(lambda found: next((t.token or "" for t in found.value or ()), "")))

    def _host(self, host: SessionHostName) -> pulumi.Output[str]:
        name, join = f"{self._name}-{host.number:03d}", self._args.instance.pool.avd.join
        machine = self._machine(name, host)
        joined = self._entra(name, machine) if join == "entra" else self._domain(name, machine)
        last: pulumi.Resource = joined
        if self._args.instance.in_azure.storage is not None:
            last = self._profiles(name, machine, joined)
        agent = self._agent(name, machine, last)
        self._watch(name, machine, agent)
        return agent.name

    def _options(self, **options: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, protect=self._args.instance.protected, **options)

    def _machine(self, name: str, host: SessionHostName) -> compute.VirtualMachine:
        instance, names = self._args.instance, self._args.instance.in_azure
        card = net.NetworkInterface(
            f"{name}-nic",
            network_interface_name=azure_names.name("nic", host.computer),
            resource_group_name=self._args.group,
            location=names.location,
            enable_accelerated_networking=True,
            ip_configurations=[
                net.NetworkInterfaceIPConfigurationArgs(
                    name="internal",
                    subnet=net.SubnetArgs(id=self._args.landing.subnet(names.area, names.subnet)),
                    private_ip_allocation_method="Dynamic",
                )
            ],
            tags=self._tags,
            opts=self._options(),
        )
        # What a host is told at birth Azure can not change: a new password or image would make it anew, with people on
        # it. Only while the generation is being built does a new image do so, first away and then made, for one name.
        born = ["osProfile"] if instance.rebuilds else ["osProfile", "storageProfile.imageReference"]
        return compute.VirtualMachine(
            name,
            vm_name=host.computer,
            resource_group_name=self._args.group,
            location=names.location,
            zones=[str(host.number % ZONES + 1)],
            hardware_profile=compute.HardwareProfileArgs(vm_size=names.size),
            license_type=self._licence(),
            identity=compute.VirtualMachineIdentityArgs(type=compute.ResourceIdentityType.SYSTEM_ASSIGNED),
            os_profile=self._windows(host),
            security_profile=compute.SecurityProfileArgs(
                security_type="TrustedLaunch",
                encryption_at_host=True,
                uefi_settings=compute.UefiSettingsArgs(secure_boot_enabled=True, v_tpm_enabled=True),
            ),
            storage_profile=compute.StorageProfileArgs(
                image_reference=compute.ImageReferenceArgs(id=names.image_id),
                os_disk=compute.OSDiskArgs(
                    name=azure_names.name("osdisk", host.computer),
                    create_option="FromImage",
                    caching=compute.CachingTypes.READ_WRITE,
                    delete_option="Delete",
                    managed_disk=compute.ManagedDiskParametersArgs(storage_account_type="Premium_LRS"),
                ),
            ),
            network_profile=compute.NetworkProfileArgs(
                network_interfaces=[compute.NetworkInterfaceReferenceArgs(id=card.id, primary=True)]
            ),
            diagnostics_profile=compute.DiagnosticsProfileArgs(
                boot_diagnostics=compute.BootDiagnosticsArgs(enabled=True)
            ),
            tags=self._tags,
            opts=self._options(
                ignore_changes=born,
                replace_on_changes=["storageProfile.imageReference"],
                delete_before_replace=True,
            ),
        )

    def _licence(self) -> str | None:
        """The user's own licence pays for multi-session Windows; Windows Server is rented, or ours."""
        if self._args.instance.in_azure.multi_session:
            return "Windows_Client"
        azure = self._args.platform.azure.settings
        return "Windows_Server" if azure is not None and azure.windows_licence == "own" else None

    def _windows(self, host: SessionHostName) -> compute.OSProfileArgs:
        return compute.OSProfileArgs(
            computer_name=host.computer,
            admin_username=ADMINISTRATOR,
            admin_password=self._args.secrets.local_admin_password,
            windows_configuration=compute.WindowsConfigurationArgs(
                provision_vm_agent=True,
                enable_automatic_updates=True,
                time_zone=TIME_ZONE,
                # Azure patches no client Windows by itself ("Automatic VM Guest Patching", supported images).
                patch_settings=compute.PatchSettingsArgs(
                    patch_mode="AutomaticByOS" if self._args.instance.in_azure.multi_session else "AutomaticByPlatform"
                ),
            ),
        )

    def _entra(self, name: str, machine: compute.VirtualMachine) -> compute.VirtualMachineExtension:
        # Intune takes no Windows Server.
        managed = {"mdmId": INTUNE} if self._args.instance.in_azure.multi_session else {}
        return self._extension(
            name, machine, ENTRA, self._options(deleted_with=machine, depends_on=[machine]), settings=managed
        )

    def _domain(self, name: str, machine: compute.VirtualMachine) -> compute.VirtualMachineExtension:
        settings, secrets = self._args.platform.settings, self._args.secrets
        return self._extension(
            name,
            machine,
            DOMAIN,
            # A host is joined once: another account or password is for those that come after.
            self._options(
                deleted_with=machine, depends_on=[machine], ignore_changes=["settings.User", "protectedSettings"]
            ),
            settings={
                "Name": settings.domain,
                "OUPath": self._args.instance.ou,
                "User": secrets.domain_join_user,
                "Restart": "true",
                "Options": "3",
            },
            protected={"Password": secrets.domain_join_password},
        )

    def _profiles(
        self, name: str, machine: compute.VirtualMachine, after: pulumi.Resource
    ) -> compute.VirtualMachineRunCommandByVirtualMachine:
        instance = self._args.instance
        return compute.VirtualMachineRunCommandByVirtualMachine(
            f"{name}-profiles",
            run_command_name="profiles",
            vm_name=machine.name,
            resource_group_name=self._args.group,
            location=instance.in_azure.location,
            source=compute.VirtualMachineRunCommandScriptSourceArgs(script=fslogix.script(instance)),
            treat_failure_as_deployment_failure=True,
            tags=self._tags,
            opts=self._options(deleted_with=machine, depends_on=[after]),
        )

    def _agent(
        self, name: str, machine: compute.VirtualMachine, after: pulumi.Resource
    ) -> compute.VirtualMachineExtension:
        properties: dict[str, Any] = {
            "hostPoolName": self._args.pool.name,
            "aadJoin": self._args.instance.pool.avd.join == "entra",
            "registrationInfoTokenCredential": {
                "UserName": "PLACEHOLDER_DO_NOT_USE",
                "Password": "PrivateSettingsRef:RegistrationInfoToken",
            },
        }
        return self._extension(
            name,
            machine,
            AGENT,
            # Each wave has a token of its own and a host registers once: without this a new wave would register every
            # host again, with people on it, and the end of a wave too.
            self._options(deleted_with=machine, depends_on=[after], ignore_changes=["protectedSettings", "settings"]),
            settings={
                "modulesUrl": CONFIGURATION,
                "configurationFunction": "Configuration.ps1\\AddSessionHost",
                "properties": properties,
            },
            protected={"Items": {"RegistrationInfoToken": self._token}} if self._token is not None else None,
        )

    def _watch(self, name: str, machine: compute.VirtualMachine, after: pulumi.Resource) -> None:
        self._extension(name, machine, MONITOR, self._options(deleted_with=machine, depends_on=[after]))
        monitor.DataCollectionRuleAssociation(
            f"{name}-collection",
            association_name="collection",
            resource_uri=machine.id,
            data_collection_rule_id=self._args.landing.collection_rule("windows"),
            opts=self._options(deleted_with=machine),
        )

    def _extension(
        self,
        name: str,
        machine: compute.VirtualMachine,
        handler: Handler,
        opts: pulumi.ResourceOptions,
        settings: Mapping[str, Any] | None = None,
        protected: Mapping[str, Any] | None = None,
    ) -> compute.VirtualMachineExtension:
        return compute.VirtualMachineExtension(
            f"{name}-{handler.key}",
            vm_extension_name=handler.key,
            vm_name=machine.name,
            resource_group_name=self._args.group,
            location=self._args.instance.in_azure.location,
            publisher=handler.publisher,
            type=handler.type,
            type_handler_version=handler.version,
            auto_upgrade_minor_version=True,
            enable_automatic_upgrade=handler.upgrades,
            settings=settings,
            protected_settings=protected,
            tags=self._tags,
            opts=opts,
        )
