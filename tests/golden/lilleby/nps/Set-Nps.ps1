# Skrevet af platform-refresh (nps), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -Modules NPS
<#
.SYNOPSIS
Opretter switchene som RADIUS-klienter i Network Policy Server, og de politikker, der afgør, hvem der må bruge en port.
.DESCRIPTION
Køres på hver NPS-server, som først registreres i Active Directory. Kan køres igen: en klient med en anden adresse rettes,
og klienter, som platform-refresh ikke længere har, fjernes; andres røres ikke. En politik, der findes, bliver stående.
Med -WhatIf vises, hvad der ville ske.
.PARAMETER SharedSecret
Den hemmelighed, som switchene også har.
.PARAMETER Renew
Giv også klienter, der findes, hemmeligheden, og skriv politikkerne forfra. Imens får ingen ny adgang.
#>
[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)] [securestring] $SharedSecret, [switch] $Renew)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
{
  "prefix": "platform-refresh-",
  "clients": [
    {
      "name": "platform-refresh-SW-S001-01",
      "address": "10.128.11.234"
    },
    {
      "name": "platform-refresh-SW-S001-02",
      "address": "10.128.11.235"
    },
    {
      "name": "platform-refresh-SW-S002-01",
      "address": "10.128.5.234"
    }
  ],
  "policies": [
    {
      "name": "platform-refresh-computers",
      "order": 1,
      "group": "LILLEBY\\Domain Computers",
      "words": [
        "conditionid=0x3d",
        "conditiondata=^15$",
        "profileid=0x1005",
        "profiledata=TRUE",
        "profileid=0x100f",
        "profiledata=TRUE",
        "profileid=0x1009",
        "profiledata=0x5",
        "profileid=0x100a",
        "profiledata=0D000000000000000000000000000000"
      ]
    },
    {
      "name": "platform-refresh-devices",
      "order": 2,
      "group": "LILLEBY\\GG-Net-Enheder",
      "words": [
        "conditionid=0x3d",
        "conditiondata=^15$",
        "conditionid=0x6",
        "conditiondata=^10$",
        "profileid=0x1005",
        "profiledata=TRUE",
        "profileid=0x100f",
        "profiledata=TRUE",
        "profileid=0x1009",
        "profiledata=0x1"
      ]
    }
  ]
}
'@ | ConvertFrom-Json

$secret = [pscredential]::new('radius', $SharedSecret).GetNetworkCredential().Password
$there = @{}
foreach ($client in @(Get-NpsRadiusClient)) { $there[$client.Name] = $client }
foreach ($client in $data.clients) {
    $name = $client.name
    $found = $there[$name]
    $there.Remove($name)
    if (-not $found) {
        if ($PSCmdlet.ShouldProcess($name, 'Opret RADIUS-klient')) {
            [void](New-NpsRadiusClient -Name $name -Address $client.address -SharedSecret $secret)
        }
        continue
    }
    if ($found.Address -ne $client.address -and $PSCmdlet.ShouldProcess($name, "Ret adressen til $($client.address)")) {
        [void](Set-NpsRadiusClient -Name $name -Address $client.address)
    }
    if ($Renew -and $PSCmdlet.ShouldProcess($name, 'Forny hemmeligheden')) {
        [void](Set-NpsRadiusClient -Name $name -SharedSecret $secret)
    }
}
foreach ($name in @($there.Keys)) {
    if ($name.StartsWith($data.prefix) -and $PSCmdlet.ShouldProcess($name, 'Fjern RADIUS-klient')) {
        Remove-NpsRadiusClient -Name $name
    }
}

$shown = (netsh nps show np) -join ' '
foreach ($policy in $data.policies) {
    $name = $policy.name
    $exists = $shown -match "$([regex]::Escape($name))(?![\w-])"
    if ($exists -and -not $Renew) { continue }
    if (-not $PSCmdlet.ShouldProcess($name, 'Skriv politik')) { continue }
    $sid = [Security.Principal.NTAccount]::new($policy.group).Translate([Security.Principal.SecurityIdentifier]).Value
    $words = @("name=$name", 'state=enable', "processingorder=$($policy.order)", 'policysource=0')
    $words += $policy.words
    $words += 'conditionid=0x1fb5', "conditiondata=$sid"
    if ($exists) { [void](netsh nps delete np "name=$name") }
    $said = netsh nps add np $words
    if ($LASTEXITCODE) { throw "$($name): $said" }
}
