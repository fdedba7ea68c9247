# Skrevet af platform-refresh (qos), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Windows-arbejdspladser: mærker lyd, video og sessioner med DSCP, så switche og linjer kan prioritere dem.
.DESCRIPTION
Uden -Gpo gælder reglerne maskinen selv, for eksempel et masterbillede. Kan køres igen: det, der er rigtigt, røres ikke,
og regler, som platform-refresh ikke længere har, fjernes. Med -WhatIf vises, hvad der ville ske.
.PARAMETER Gpo
En gruppepolitik, som reglerne skrives i og som oprettes, hvis den ikke findes. Link den selv, hvor maskinerne står.
#>
[CmdletBinding(SupportsShouldProcess)]
param([string] $Gpo)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
{
  "domain": "lilleby.example",
  "links": [],
  "policies": [
    {
      "name": "platform-refresh cgp-tcp",
      "protocol": "TCP",
      "side": "Dst",
      "first": 2598,
      "last": 2598,
      "app": null,
      "dscp": 26
    },
    {
      "name": "platform-refresh cgp-udp",
      "protocol": "UDP",
      "side": "Dst",
      "first": 2598,
      "last": 2598,
      "app": null,
      "dscp": 26
    },
    {
      "name": "platform-refresh ica-tcp",
      "protocol": "TCP",
      "side": "Dst",
      "first": 1494,
      "last": 1494,
      "app": null,
      "dscp": 26
    },
    {
      "name": "platform-refresh ica-udp",
      "protocol": "UDP",
      "side": "Dst",
      "first": 1494,
      "last": 1494,
      "app": null,
      "dscp": 26
    },
    {
      "name": "platform-refresh sip",
      "protocol": "TCP",
      "side": "Dst",
      "first": 5060,
      "last": 5061,
      "app": null,
      "dscp": 24
    },
    {
      "name": "platform-refresh teams-audio HdxRtcEngine.exe",
      "protocol": "UDP",
      "side": "Src",
      "first": 50000,
      "last": 50019,
      "app": "HdxRtcEngine.exe",
      "dscp": 46
    },
    {
      "name": "platform-refresh teams-audio ms-teams.exe",
      "protocol": "UDP",
      "side": "Src",
      "first": 50000,
      "last": 50019,
      "app": "ms-teams.exe",
      "dscp": 46
    },
    {
      "name": "platform-refresh teams-sharing HdxRtcEngine.exe",
      "protocol": "UDP",
      "side": "Src",
      "first": 50040,
      "last": 50059,
      "app": "HdxRtcEngine.exe",
      "dscp": 18
    },
    {
      "name": "platform-refresh teams-sharing ms-teams.exe",
      "protocol": "UDP",
      "side": "Src",
      "first": 50040,
      "last": 50059,
      "app": "ms-teams.exe",
      "dscp": 18
    },
    {
      "name": "platform-refresh teams-video HdxRtcEngine.exe",
      "protocol": "UDP",
      "side": "Src",
      "first": 50020,
      "last": 50039,
      "app": "HdxRtcEngine.exe",
      "dscp": 34
    },
    {
      "name": "platform-refresh teams-video ms-teams.exe",
      "protocol": "UDP",
      "side": "Src",
      "first": 50020,
      "last": 50039,
      "app": "ms-teams.exe",
      "dscp": 34
    }
  ]
}
'@ | ConvertFrom-Json

function Get-Shape($Policy) {
    $fields = 'AppPathNameMatchCondition', 'IPProtocolMatchCondition', 'IPSrcPortStartMatchCondition',
        'IPSrcPortEndMatchCondition', 'IPDstPortStartMatchCondition', 'IPDstPortEndMatchCondition', 'DSCPAction'
    ($fields | ForEach-Object { "$_=$($Policy.$_)" }) -join ';'
}

$store = $env:COMPUTERNAME
$exists = $true
if ($Gpo) {
    Import-Module GroupPolicy
    Import-Module ActiveDirectory
    # Uden Server spørger de PDC-emulatoren, og dertil rækker et logon over WinRM ikke.
    $there = @{ Server = "$env:COMPUTERNAME.$($data.domain)" }
    $store = "GPO:$($data.domain)\$Gpo"
    $exists = [bool](Get-GPO @there -Name $Gpo -ErrorAction SilentlyContinue)
    if (-not $exists -and $PSCmdlet.ShouldProcess($Gpo, 'Opret gruppepolitik')) {
        [void](New-GPO @there -Name $Gpo -Comment 'Skrevet af platform-refresh')
        $exists = $true
    }
    foreach ($unit in $data.links) {
        $links = @()
        if (Get-ADOrganizationalUnit @there -Filter 'DistinguishedName -eq $unit') {
            $links = @((Get-GPInheritance @there -Target $unit).GpoLinks | ForEach-Object { $_.DisplayName })
        }
        if ($Gpo -notin $links -and $PSCmdlet.ShouldProcess("$Gpo til $unit", 'Link')) {
            [void](New-GPLink @there -Name $Gpo -Target $unit -LinkEnabled Yes)
        }
    }
}
$found = @()
if ($exists) { $found = @(Get-NetQosPolicy -PolicyStore $store | Where-Object { $_.Name -like 'platform-refresh *' }) }
foreach ($policy in $data.policies) {
    $wanted = @{
        Name = $policy.name
        PolicyStore = $store
        NetworkProfile = 'All'
        IPProtocolMatchCondition = $policy.protocol
        "IP$($policy.side)PortStartMatchCondition" = [uint16]$policy.first
        "IP$($policy.side)PortEndMatchCondition" = [uint16]$policy.last
        DSCPAction = [sbyte]$policy.dscp
    }
    if ($policy.app) { $wanted.AppPathNameMatchCondition = $policy.app }
    $present = @($found | Where-Object { $_.Name -eq $policy.name })
    if ($present.Count) {
        $shape = @{}
        foreach ($field in 'AppPathNameMatchCondition', 'IPSrcPortStartMatchCondition', 'IPSrcPortEndMatchCondition',
            'IPDstPortStartMatchCondition', 'IPDstPortEndMatchCondition') { $shape[$field] = $null }
        foreach ($field in $wanted.Keys) { $shape[$field] = $wanted[$field] }
        if ((Get-Shape $present[0]) -eq (Get-Shape ([pscustomobject]$shape))) { continue }
    }
    if ($PSCmdlet.ShouldProcess($policy.name, "DSCP $($policy.dscp)")) {
        $present | Remove-NetQosPolicy -Confirm:$false
        [void](New-NetQosPolicy @wanted)
    }
}
foreach ($policy in $found) {
    if ($policy.Name -notin $data.policies.name -and $PSCmdlet.ShouldProcess($policy.Name, 'Fjern')) {
        $policy | Remove-NetQosPolicy -Confirm:$false
    }
}
