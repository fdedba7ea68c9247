"""What the cmdlets of Windows take: Microsoft's list, where it lies beside the project, and what it lacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from tests.support.paths import SHARED

LIST = SHARED / "data" / "powershell" / "cmdlets.json"

_CITRIX = {
    "Add-STFAuthenticationService": "SiteId VirtualPath",
    "Add-STFDeployment": "HostBaseUrl SiteId",
    "Add-STFStoreFarm": "Farm StoreService",
    "Add-STFStoreService": "AuthenticationService FarmName FarmType FriendlyName LoadBalance Port Servers SiteId "
    "TransportType VirtualPath",
    "Add-STFWebReceiverService": "FriendlyName SiteId StoreService VirtualPath",
    "Enable-STFAuthenticationServiceProtocol": "AuthenticationService Name",
    "Get-STFAuthenticationService": "SiteId VirtualPath",
    "Get-STFAuthenticationServiceProtocol": "AuthenticationService Name",
    "Get-STFDeployment": "SiteId",
    "Get-STFServerGroup": "",
    "Get-STFStoreFarm": "FarmName StoreService",
    "Get-STFStoreService": "SiteId VirtualPath",
    "Get-STFWebReceiverCommunication": "WebReceiverService",
    "Get-STFWebReceiverService": "SiteId VirtualPath",
    "New-STFStoreFarm": "FarmName FarmType LoadBalance Port Servers TransportType",
    "Publish-STFServerGroupConfiguration": "",
    "Set-STFDeployment": "HostBaseUrl SiteId",
    "Set-STFStoreFarm": "FarmName FarmType LoadBalance Port Servers StoreService TransportType",
    "Set-STFWebReceiverAuthenticationMethods": "AuthenticationMethods WebReceiverService",
    "Set-STFWebReceiverCommunication": "Loopback WebReceiverService",
}
"""Citrix StoreFront SDK (developer-docs.citrix.com, "StoreFront 2402 PowerShell SDK")."""

_SQL_SERVER = {
    "Invoke-Sqlcmd": "ConnectionTimeout Database Encrypt Query QueryTimeout ServerInstance TrustServerCertificate"
}
"""Module SqlServer (learn.microsoft.com/powershell/module/sqlserver, Invoke-Sqlcmd)."""

_NATIVE = {"netsh": ""}
"""Programs of Windows, whose words are their own."""

_CORE = {
    "ConvertFrom-Json": "AsHashtable InputObject",
    "ConvertTo-Json": "Compress Depth InputObject",
    "Copy-Item": "Destination Force LiteralPath Path Recurse",
    "ForEach-Object": "MemberName Process",
    "Get-ChildItem": "File Filter LiteralPath Path Recurse",
    "Get-CimInstance": "ClassName ComputerName Filter",
    "Get-Content": "Encoding LiteralPath Path Raw",
    "Get-FileHash": "Algorithm LiteralPath Path",
    "Get-ItemProperty": "LiteralPath Name Path",
    "Import-Module": "Name",
    "Invoke-RestMethod": "Authentication Body ContentType Credential Method SessionVariable Uri WebSession",
    "Join-Path": "ChildPath Path",
    "New-Item": "Force ItemType Name Path Value",
    "New-TimeSpan": "Days Hours Minutes Seconds",
    "Read-Host": "AsSecureString Prompt",
    "Remove-Item": "Force LiteralPath Path Recurse",
    "Select-Object": "First Last Property",
    "Select-String": "LiteralPath Path Pattern Quiet SimpleMatch",
    "Set-StrictMode": "Version",
    "Sort-Object": "Descending Property Unique",
    "Split-Path": "Leaf Parent Path",
    "Test-Path": "LiteralPath Path PathType",
    "Where-Object": "EQ FilterScript Property Value",
    "Write-Information": "MessageData",
    "Write-Verbose": "Message",
    "Write-Warning": "Message",
}
"""PowerShell's own: learn.microsoft.com/powershell/module, Microsoft.PowerShell.* and CimCmdlets."""

_STORE = r"ActiveStore|\$env:COMPUTERNAME|GPO:.+|LDAP://.+"
"""Where NetQos keeps policies: MicrosoftDocs, windows-powershell-docs, NetQos/New-NetQosPolicy.md, PolicyStore."""


@cache
def known() -> Mapping[str, Any]:
    """Every cmdlet by its name in small letters, as `cmdlets.wrong` takes it. Skips without Microsoft's list."""
    if not LIST.is_file():
        pytest.skip(f"{LIST} is not there")
    found: dict[str, Any] = json.loads(LIST.read_text(encoding="utf-8"))
    for name in ("Get", "New", "Remove", "Set"):
        found[f"{name}-NetQosPolicy"]["parameters"]["PolicyStore"]["pattern"] = _STORE
    for name, words in (_CITRIX | _SQL_SERVER | _NATIVE | _CORE).items():
        found[name] = {"parameters": {word: {"type": ""} for word in words.split()}}
    return {name.lower(): about for name, about in found.items()}


_SWITCHES = frozenset({
    "assecurestring", "file", "force", "leaf", "parent", "quiet", "raw", "recurse", "simplematch", "unique",
})  # fmt: skip


def switches() -> dict[str, frozenset[str]]:
    """The parameters without a value of each cmdlet, in small letters."""
    return {
        name: frozenset(
            word.lower()
            for word, about in cmdlet["parameters"].items()
            if about["type"].endswith("SwitchParameter") or (not about["type"] and word.lower() in _SWITCHES)
        )
        for name, cmdlet in known().items()
    }
