"""Bad resources, each breaking one thing: the control, its type, its inputs, and the property that is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARK = "hunter2-value-that-nobody-may-read"
"""Stands where a secret would; no line that the pack says may hold it."""

_A = "azure-native:"
_V = "vsphere:index/"
_VM = f"{_V}virtualMachine:VirtualMachine"
_CLONE = {"clone": {"templateUuid": "u"}, "firmware": "efi", "efiSecureBootEnabled": True, "vtpm": {"version": "2.0"}}
_HOST = {"lockdown": "normal", "services": [{"ntpd": {"enabled": True, "ntpServers": ["10.0.0.1"]}}]}
_SWITCH = {
    "uplinks": ["uplink1", "uplink2"],
    "allowPromiscuous": False,
    "allowForgedTransmits": False,
    "allowMacChanges": False,
}
_TLS = {
    "minimumTlsVersion": "TLS1_2",
    "enableHttpsTrafficOnly": True,
    "allowBlobPublicAccess": False,
    "publicNetworkAccess": "Disabled",
}
_VAULT = {"enablePurgeProtection": True, "enableRbacAuthorization": True, "publicNetworkAccess": "Disabled"}
_UEFI = {"secureBootEnabled": True, "vTpmEnabled": True}
_LAUNCH = {"securityType": "TrustedLaunch", "uefiSettings": _UEFI, "encryptionAtHost": True}
_KEPT = {"immutabilitySettings": {"state": "Unlocked"}, "softDeleteSettings": {"softDeleteState": "AlwaysON"}}
_IN = {"access": "Allow", "direction": "Inbound", "sourcePortRange": "*", "protocol": "Tcp"}
_LINUX = {"adminPassword": MARK, "linuxConfiguration": {"disablePasswordAuthentication": False}}
_RANGE = {
    "name": "all", "sourceAddresses": ["*"], "destinationAddresses": ["*"], "destinationPorts": ["1-65535"],
}  # fmt: skip


def _group(**rule: object) -> dict[str, Any]:
    return {"securityRules": [{"name": "fine", **_IN, "access": "Deny"}, {**_IN, **rule}]}


BAD: Mapping[str, tuple[str, str, Mapping[str, Any], str]] = {
    "a machine that starts by BIOS": ("VM-01", _VM, _CLONE | {"firmware": "bios", "annotation": MARK}, "firmware"),
    "a machine without secure boot": ("VM-01", _VM, _CLONE | {"efiSecureBootEnabled": False}, "efiSecureBootEnabled"),
    "a machine without a TPM": ("VM-01", _VM, {k: v for k, v in _CLONE.items() if k != "vtpm"}, "vtpm"),
    "a console that anybody sees": (
        "VM-02", _VM, _CLONE | {"extraConfig": {"RemoteDisplay.vnc.enabled": "TRUE", "x": MARK}},
        "extraConfig.RemoteDisplay.vnc.enabled",
    ),
    "a host that is not locked down": (
        "HOST-01", f"{_V}host:Host", _HOST | {"lockdown": "disabled", "password": MARK}, "lockdown",
    ),
    "a host that asks nobody for the time": ("HOST-01", f"{_V}host:Host", _HOST | {"services": []}, "services"),
    "a host with a shell": (
        "HOST-01", f"{_V}host:Host", _HOST | {"services": [*_HOST["services"], {"ssh": {"enabled": True}}]},
        "services[1].ssh",
    ),
    "a cluster without HA": (
        "CLU-01", f"{_V}computeCluster:ComputeCluster", {"haEnabled": False}, "haEnabled",
    ),
    "a switch with one cable": (
        "DVS-01", f"{_V}distributedVirtualSwitch:DistributedVirtualSwitch", _SWITCH | {"uplinks": ["uplink1"]},
        "uplinks",
    ),
    "a switch that lets machines listen": (
        "DVS-01", f"{_V}distributedVirtualSwitch:DistributedVirtualSwitch", _SWITCH | {"allowPromiscuous": True},
        "allowPromiscuous",
    ),
    "a port group that lets machines speak for others": (
        "DVS-01", f"{_V}distributedPortGroup:DistributedPortGroup", {"vlanId": 20, "allowForgedTransmits": True},
        "allowForgedTransmits",
    ),
    "a port group of every VLAN": (
        "PG-01", f"{_V}distributedPortGroup:DistributedPortGroup", {"vlanId": 4095}, "vlanId",
    ),
    "a region in another continent": (
        "REG-01", f"{_A}resources:ResourceGroup", {"location": "East US", "tags": {"x": MARK}}, "location",
    ),
    "an owner for good": (
        "IAM-01", f"{_A}authorization:RoleAssignment",
        {"principalType": "Group", "roleDefinitionId": "/x/roleDefinitions/8E3AF657-A8FF-443C-A75C-2FE8C4BCB635"},
        "roleDefinitionId",
    ),
    "an assignment to nobody knows what": (
        "IAM-01", f"{_A}authorization:RoleAssignment", {"roleDefinitionId": "/x/roleDefinitions/reader"},
        "principalType",
    ),
    "a machine without Trusted Launch": (
        "TL-01", f"{_A}compute:VirtualMachine", {"securityProfile": _LAUNCH | {"securityType": "Standard"}},
        "securityProfile.securityType",
    ),
    "a machine that is not encrypted at its host": (
        "TL-01", f"{_A}compute:VirtualMachine", {"securityProfile": _LAUNCH | {"encryptionAtHost": False}},
        "securityProfile.encryptionAtHost",
    ),
    "a Linux that takes passwords": (
        "TL-01", f"{_A}compute:VirtualMachine", {"securityProfile": _LAUNCH, "osProfile": _LINUX},
        "osProfile.linuxConfiguration.disablePasswordAuthentication",
    ),
    "a password in an extension": (
        "SEC-01", f"{_A}compute:VirtualMachineExtension", {"settings": {"Password": MARK}}, "settings.Password",
    ),
    "a password for a run command": (
        "SEC-01", f"{_A}compute:VirtualMachineRunCommandByVirtualMachine",
        {"parameters": [{"name": "adminPassword", "value": MARK}]}, "parameters[0]",
    ),
    "a public host pool": (
        "AVD-01", f"{_A}desktopvirtualization:HostPool", {"publicNetworkAccess": "Enabled"}, "publicNetworkAccess",
    ),
    "a public workspace": ("AVD-01", f"{_A}desktopvirtualization:Workspace", {}, "publicNetworkAccess"),
    "a key vault that can be purged": (
        "KEY-01", f"{_A}keyvault:Vault", {"properties": _VAULT | {"enablePurgeProtection": False}},
        "properties.enablePurgeProtection",
    ),
    "a public key vault": (
        "KEY-01", f"{_A}keyvault:Vault", {"properties": _VAULT | {"publicNetworkAccess": "Enabled"}},
        "properties.publicNetworkAccess",
    ),
    "a firewall for anybody": (
        "NET-03", f"{_A}network:FirewallPolicyRuleCollectionGroup",
        {"ruleCollections": [{"action": {"type": "Allow"}, "rules": [_RANGE]}]}, "ruleCollections[0].rules[0]",
    ),
    "an address for a card": (
        "NET-01", f"{_A}network:NetworkInterface",
        {"ipConfigurations": [{"name": "a"}, {"publicIPAddress": {"id": MARK}}]}, "ipConfigurations[1].publicIPAddress",
    ),
    "anybody to anything": (
        "NET-03", f"{_A}network:NetworkSecurityGroup",
        _group(sourceAddressPrefix="VirtualNetwork", sourceAddressPrefixes=["Any"], destinationAddressPrefix="*",
               destinationPortRanges=["20000-40000"]),
        "securityRules[1]",
    ),
    "Remote Desktop for the internet": (
        "NET-04", f"{_A}network:NetworkSecurityGroup",
        _group(sourceAddressPrefix="Internet", destinationAddressPrefix="10.0.0.4", destinationPortRange="3380-3390"),
        "securityRules[1]",
    ),
    "a subnet with a way out": (
        "NET-02", f"{_A}network:Subnet", {"subnetName": "snet-servers", "addressPrefix": MARK}, "defaultOutboundAccess",
    ),
    "logs for a month": (
        "LOG-01", f"{_A}operationalinsights:Workspace", {"retentionInDays": 30}, "retentionInDays",
    ),
    "backups that can be deleted": (
        "BCK-03", f"{_A}recoveryservices:Vault",
        {"properties": {"securitySettings": _KEPT | {"immutabilitySettings": {"state": "Disabled"}}}},
        "properties.securitySettings.immutabilitySettings.state",
    ),
    "a plan of Defender by itself": ("SUB-01", f"{_A}security:Pricing", {"pricingTier": "Standard"}, "name"),
    "a storage account with TLS 1.0": (
        "STO-01", f"{_A}storage:StorageAccount", _TLS | {"minimumTlsVersion": "TLS1_0"}, "minimumTlsVersion",
    ),
    "a storage account on the internet": (
        "STO-01", f"{_A}storage:StorageAccount", _TLS | {"publicNetworkAccess": "Enabled"}, "publicNetworkAccess",
    ),
    "a desktop for everyone": (
        "CTX-02", "citrix:index:DeliveryGroup", {"desktops": [{"access": "Everyone", "publishedName": MARK}]},
        "desktops[0].access",
    ),
    "a group for everyone": ("CTX-02", "citrix:index:DeliveryGroupAccess", {"access": "Everyone"}, "access"),
    "a vCenter without encryption": (
        "CTX-05", "citrix:index:HostingConnection",
        {"addresses": ["https://a.example", "http://b.example"], "password": MARK}, "addresses[1]",
    ),
    "sessions that see drives": (
        "CTX-01", "citrix:index:PolicySet", {"policies": [{"name": "p", "settings": {}}]},
        "policies[0].settings.ClientDriveRedirection",
    ),
}  # fmt: skip
