"""Controls that only resources can be asked for: what another program, or a hand, could still get wrong.

The policy pack (policy/) judges them, and those controls of the other files that name types of resource too.
"""

from __future__ import annotations

from typing import Literal

from model.security.control import Control, Level, Reference, Role, Severity, cis, iso

AZURE_VM = "azure-native:compute:VirtualMachine"
VSPHERE_VM = "vsphere:index/virtualMachine:VirtualMachine"


def _control(
    id_: str,
    severity: Severity,
    owner: Role,
    what: str,
    why: str,
    applies: str,
    mend: str,
    references: tuple[Reference, ...],
    *resources: str,
) -> Control:
    return Control(
        id=id_, severity=severity, owner=owner, what=what, why=why, applies=applies, mend=mend, level=Level.ENFORCE,
        references=references, resources=resources,
    )  # fmt: skip


_IT: Literal["head of IT operations"] = "head of IT operations"
_CISO: Literal["information security officer"] = "information security officer"
_NET: Literal["network team"] = "network team"

CONTROLS = (
    _control(
        "VM-02", "medium", _IT,
        "A machine on VMware shares neither clipboard nor console with whoever opens it.",
        "VNC shows the console without a log on, and copy and paste carries data past every filter (CIS VMware ESXi "
        "8.0 Benchmark, virtual machines).",
        "virtual machines on VMware", "Leave these settings out of extraConfig.",
        (*iso("A.8.9", "A.8.12"), *cis("4.8")), VSPHERE_VM,
    ),
    _control(
        "HOST-01", "high", _IT,
        "An ESXi host takes orders from vCenter alone, knows the time, and has no shell open.",
        "Who logs on at the host itself is seen by nobody (CIS VMware ESXi 8.0 Benchmark, lockdown, NTP and SSH).",
        "ESXi hosts", "Set lockdown to normal or strict, give ntpd its servers, and take SSH out of services.",
        (*iso("A.8.2", "A.8.17"), *cis("4.1", "8.4")), "vsphere:index/host:Host",
    ),
    _control(
        "CLU-01", "medium", _IT,
        "A cluster starts machines elsewhere when a host or its storage is lost.",
        "What stands still with its host is away until somebody is there (VMware, vSphere Availability).",
        "clusters", "Set haEnabled, and haVmComponentProtection to enabled.",
        iso("A.8.14"), "vsphere:index/computeCluster:ComputeCluster",
    ),
    _control(
        "DVS-01", "high", _NET,
        "A distributed switch has two uplinks, and no machine listens to others or speaks for them.",
        "In promiscuous mode one machine reads the traffic of all (CIS VMware ESXi 8.0 Benchmark, network).",
        "distributed switches and port groups",
        "Give two uplinks, and set allowPromiscuous, allowForgedTransmits and allowMacChanges to false.",
        (*iso("A.8.20", "A.8.22"), *cis("12.2")),
        "vsphere:index/distributedPortGroup:DistributedPortGroup",
        "vsphere:index/distributedVirtualSwitch:DistributedVirtualSwitch",
    ),
    _control(
        "PG-01", "medium", _NET,
        "A port group has a VLAN of its own.",
        "0 and 1 are everybody's, and 4095 hands the machine every VLAN (VMware, vSphere Networking).",
        "port groups", "Set vlanId to one from 2 to 4094.",
        (*iso("A.8.22"), *cis("12.2")), "vsphere:index/distributedPortGroup:DistributedPortGroup",
    ),
    _control(
        "IAM-01", "critical", _CISO,
        "Nobody is Owner or hands out roles for good, and an assignment says what it is for.",
        "Standing rights over rights are what an intruder looks for (CIS Azure Foundations Benchmark 2.0, 1.23).",
        "role assignments", "Assign a narrower role, or make it eligible by Privileged Identity Management.",
        (*iso("A.5.15", "A.8.2"), *cis("5.4", "6.8")), "azure-native:authorization:RoleAssignment",
    ),
    _control(
        "SUB-01", "medium", _IT,
        "Defender's plans are set by one template a subscription.",
        "Azure takes one change of a plan at a time and refuses the others (docs/decisions/0024-defender-plans.md).",
        "Defender's plans", "Declare the plan in the subscription's template.",
        iso("A.8.9"), "azure-native:security:Pricing",
    ),
    _control(
        "NET-01", "critical", _NET,
        "No network card has a public address.",
        "What has one is scanned within minutes (CIS Azure Foundations Benchmark 2.0, 6.1 and 6.2).",
        "network cards", "Publish through the firewall, and reach it by Bastion.",
        (*iso("A.8.20", "A.8.22"), *cis("12.2", "13.4")), "azure-native:network:NetworkInterface",
    ),
    _control(
        "NET-02", "medium", _NET,
        "A subnet has no way to the internet of its own.",
        "Azure's default outbound access goes past the firewall (Microsoft, Default outbound access in Azure).",
        "subnets", "Set defaultOutboundAccess to false.",
        (*iso("A.8.20", "A.8.22"), *cis("13.4")), "azure-native:network:Subnet",
    ),
    _control(
        "STO-01", "high", _IT,
        "A storage account answers encrypted, by private endpoints, and to nobody unknown.",
        "Open storage accounts are found by name (CIS Azure Foundations Benchmark 2.0, 3.1, 3.7 and 3.15).",
        "storage accounts",
        "Set minimumTlsVersion to TLS1_2, enableHttpsTrafficOnly to true, allowBlobPublicAccess to false and "
        "publicNetworkAccess to Disabled.",
        (*iso("A.8.12", "A.8.24"), *cis("3.3", "3.10")), "azure-native:storage:StorageAccount",
    ),
    _control(
        "KEY-01", "high", _CISO,
        "A key vault is private, gives rights by roles, and nothing is purged from it.",
        "A key that is purged takes with it what it has encrypted (CIS Azure Foundations Benchmark 2.0, 8.5 to 8.7).",
        "key vaults",
        "Set enablePurgeProtection and enableRbacAuthorization to true, publicNetworkAccess to Disabled.",
        (*iso("A.8.24", "A.5.15"), *cis("3.11")), "azure-native:keyvault:Vault",
    ),
    _control(
        "TL-01", "high", _IT,
        "A machine in Azure starts by Trusted Launch and is encrypted at its host, and Linux takes no passwords.",
        "What starts before the system is seen by nothing in it (CIS Azure Foundations Benchmark 2.0, 7.9).",
        "virtual machines in Azure", "Set securityProfile: TrustedLaunch, both uefiSettings, encryptionAtHost.",
        (*iso("A.8.9", "A.8.24"), *cis("3.6", "4.1")), AZURE_VM,
    ),
    _control(
        "AVD-01", "high", _CISO,
        "A host pool and its workspace are reached by private endpoints.",
        "A public door takes any stolen password to a desktop (Microsoft, Azure Private Link with AVD).",
        "host pools and workspaces of Azure Virtual Desktop", "Set publicNetworkAccess to Disabled.",
        (*iso("A.8.20"), *cis("12.2")),
        "azure-native:desktopvirtualization:HostPool", "azure-native:desktopvirtualization:Workspace",
    ),
    _control(
        "SEC-01", "critical", _CISO,
        "Settings that everybody may read hold no secret.",
        "Who may look at a machine reads the settings of its extensions (Microsoft, protectedSettings).",
        "extensions and run commands of machines", "Put it into protectedSettings or protectedParameters.",
        (*iso("A.5.17", "A.8.24"), *cis("3.11")),
        "azure-native:compute:VirtualMachineExtension",
        "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
    ),
    _control(
        "CTX-05", "high", _IT,
        "Citrix reaches vCenter over HTTPS.",
        "The account that makes machines would cross the network as it is (Citrix, hosting connections).",
        "hosting connections", "Write each address with https://.",
        (*iso("A.8.24"), *cis("3.10")), "citrix:index:HostingConnection",
    ),
)  # fmt: skip
