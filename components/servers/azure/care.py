"""What looks after a server in Azure: the domain it joins, the agent that reports, the vault that keeps its copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi_azure_native import compute, monitor, recoveryservices

from components.servers.azure.machines import MachineArgs, Prerequisites, part
from model import azure_names
from model.types.azure_servers import AzurePlace
from model.types.infrastructure import Settings

if TYPE_CHECKING:
    from components.landing_zone.ids import Landing

_JOIN_OPTIONS = "3"
"""Join the domain (1) and create the account (2): NetJoinDomain, fJoinOptions."""


def join(
    args: MachineArgs, settings: Settings, machine: compute.VirtualMachine, prerequisites: Prerequisites
) -> compute.VirtualMachineExtension:
    """Joins a Windows server to the domain, in its own unit."""
    secrets = args.secrets
    return compute.VirtualMachineExtension(
        part(args.instance, "domain"),
        vm_extension_name="JsonADDomainExtension",
        vm_name=machine.name,
        resource_group_name=args.group,
        location=machine.location,
        publisher="Microsoft.Compute",
        type="JsonADDomainExtension",
        type_handler_version="1.3",
        auto_upgrade_minor_version=True,
        settings={
            "Name": settings.domain,
            "OUPath": args.instance.ou,
            "User": secrets.domain_join_user,
            "Restart": "true",
            "Options": _JOIN_OPTIONS,
        },
        protected_settings={"Password": secrets.domain_join_password},
        tags=args.tags,
        # Who joined stays joined: a rotated password is nothing to do anything about.
        opts=prerequisites.options(
            args.instance, ignore_changes=["settings", "protectedSettings"], deleted_with=machine
        ),
    )


def watch(
    args: MachineArgs,
    machine: compute.VirtualMachine,
    landing: Landing,
    prerequisites: Prerequisites,
    joined: compute.VirtualMachineExtension | None,
) -> None:
    """Has a server report to the workspace: the agent, and the rule that says what is collected."""
    instance = args.instance
    agent = "AzureMonitorWindowsAgent" if instance.server.os == "windows" else "AzureMonitorLinuxAgent"
    compute.VirtualMachineExtension(
        part(instance, "agent"),
        vm_extension_name=agent,
        vm_name=machine.name,
        resource_group_name=args.group,
        location=machine.location,
        publisher="Microsoft.Azure.Monitor",
        type=agent,
        type_handler_version="1.0",
        auto_upgrade_minor_version=True,
        enable_automatic_upgrade=True,
        tags=args.tags,
        # Joining ends in a restart, which would cut the other installation short ("JsonADDomainExtension", Restart).
        opts=prerequisites.options(instance, depends_on=[joined] if joined is not None else [], deleted_with=machine),
    )
    monitor.DataCollectionRuleAssociation(
        part(instance, "collection"),
        association_name=azure_names.name("dcra", instance.logical_name),
        resource_uri=machine.id,
        data_collection_rule_id=landing.collection_rule(instance.server.os),
        opts=prerequisites.options(instance, deleted_with=machine),
    )


def back_up(
    args: MachineArgs,
    place: AzurePlace,
    machine: compute.VirtualMachine,
    policy: pulumi.Input[str],
    prerequisites: Prerequisites,
) -> None:
    """Has a server backed up by its class. Names of container and item are Azure's own, made of group and machine."""
    named = f"iaasvmcontainerv2;{place.resource_group};{args.instance.vm_name}".lower()
    recoveryservices.ProtectedItem(
        part(args.instance, "backup"),
        vault_name=azure_names.recovery_vault(args.azure.code, place.subscription),
        resource_group_name=azure_names.security_resource_group(place.subscription),
        fabric_name="Azure",
        container_name=f"iaasvmcontainer;{named}",
        protected_item_name=f"vm;{named}",
        properties=recoveryservices.AzureIaaSComputeVMProtectedItemArgs(
            protected_item_type="Microsoft.Compute/virtualMachines", policy_id=policy, source_resource_id=machine.id
        ),
        tags=args.tags,
        opts=prerequisites.options(args.instance),
    )
