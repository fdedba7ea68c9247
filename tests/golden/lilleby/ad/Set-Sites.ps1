# Skrevet af platform-refresh (ad), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -Modules ActiveDirectory
<#
.SYNOPSIS
Opretter domænets site i Active Directory og lægger alle vores net under det.
.DESCRIPTION
En maskine finder de domænecontrollere, der hører til dens net. Kan køres igen: det, der er rigtigt, røres ikke, og net, som
platformen ikke kender, bliver stående. Med -WhatIf vises, hvad der ville ske.
#>
[CmdletBinding(SupportsShouldProcess)]
param()
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
{
  "domain": "lilleby.example",
  "site": "Lilleby",
  "subnets": [
    "10.20.20.0/24",
    "10.26.20.0/24",
    "10.128.0.0/16"
  ]
}
'@ | ConvertFrom-Json
$there = @{ Server = "$env:COMPUTERNAME.$($data.domain)" }
$site = $data.site

if (-not (Get-ADReplicationSite @there -Filter 'Name -eq $site')) {
    if ($PSCmdlet.ShouldProcess($site, 'Opret site')) {
        New-ADReplicationSite @there -Name $site
        Set-ADReplicationSiteLink @there -Identity 'DEFAULTIPSITELINK' -SitesIncluded @{ Add = $site }
    }
}
foreach ($subnet in $data.subnets) {
    $found = Get-ADReplicationSubnet @there -Filter 'Name -eq $subnet' -Properties Site
    if (-not $found) {
        if ($PSCmdlet.ShouldProcess($subnet, "Opret net i $site")) { New-ADReplicationSubnet @there -Name $subnet -Site $site }
    }
    elseif ("$($found.Site)" -notlike "CN=$site,*" -and $PSCmdlet.ShouldProcess($subnet, "Flyt net til $site")) {
        Set-ADReplicationSubnet @there -Identity $subnet -Site $site
    }
}
