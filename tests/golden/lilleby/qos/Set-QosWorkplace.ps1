# Skrevet af platform-refresh (qos), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Windows-arbejdspladser: køres på maskinen, eller med -PolicyStore mod en GPO.
.DESCRIPTION
Mærker lyd, video og sessioner med DSCP, så switche og linjer kan prioritere dem. Kan køres igen: det, der er rigtigt,
røres ikke, og regler, som platform-refresh ikke længere har, fjernes. Med -WhatIf vises, hvad der ville ske.
.PARAMETER PolicyStore
Hvor reglerne står: denne maskine, eller en GPO skrevet som domæne\navn.
#>
[CmdletBinding(SupportsShouldProcess)]
param([string] $PolicyStore = $env:COMPUTERNAME)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
{
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

$there = @(Get-NetQosPolicy -PolicyStore $PolicyStore | Where-Object { $_.Name -like 'platform-refresh *' })
foreach ($policy in $data.policies) {
    $wanted = @{
        Name = $policy.name
        PolicyStore = $PolicyStore
        NetworkProfile = 'All'
        IPProtocolMatchCondition = $policy.protocol
        "IP$($policy.side)PortStartMatchCondition" = [uint16]$policy.first
        "IP$($policy.side)PortEndMatchCondition" = [uint16]$policy.last
        DSCPAction = [sbyte]$policy.dscp
    }
    if ($policy.app) { $wanted.AppPathNameMatchCondition = $policy.app }
    $present = @($there | Where-Object { $_.Name -eq $policy.name })
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
foreach ($policy in $there) {
    if ($policy.Name -notin $data.policies.name -and $PSCmdlet.ShouldProcess($policy.Name, 'Fjern')) {
        $policy | Remove-NetQosPolicy -Confirm:$false
    }
}
