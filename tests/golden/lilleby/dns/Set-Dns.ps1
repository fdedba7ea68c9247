# Skrevet af platform-refresh (dns), som overskriver filen: ret platformens data i stedet.
#Requires -Modules DnsServer
<#
.SYNOPSIS
Opretter omvendte zoner, uddelegeringen af de stabile navne, betingede videresendelser og faste navne i Active Directorys DNS.
.DESCRIPTION
Køres på en domænecontroller. Kan køres igen: det, der findes, ændres kun, hvis det afviger, og intet andet slettes. Med
-WhatIf vises, hvad der ville ske. Servere og arbejdspladser registrerer selv deres navne.
#>
[CmdletBinding(SupportsShouldProcess)]
param([string] $ComputerName = 'localhost')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$wanted = ConvertFrom-Json @'
{
 "domain": "lilleby.example",
 "ttl": 3600,
 "reverse": [
  "10.20.20.0/24",
  "10.20.21.0/24",
  "10.26.20.0/24",
  "10.26.200.0/24",
  "10.128.0.0/16"
 ],
 "child": "access",
 "delegation": [
  [
   "lillnx01.lilleby.example",
   "10.20.20.17"
  ]
 ],
 "forwarders": [],
 "hosts": [
  {
   "name": "ap-s002-01",
   "address": "10.128.5.244",
   "pointer": true
  },
  {
   "name": "co2-s001-01",
   "address": "10.128.11.74",
   "pointer": true
  },
  {
   "name": "igelrmserver",
   "address": "10.20.20.17",
   "pointer": false
  },
  {
   "name": "lab-s002-01",
   "address": "10.128.5.196",
   "pointer": true
  },
  {
   "name": "prt-s002-01",
   "address": "10.128.5.202",
   "pointer": true
  },
  {
   "name": "sw-s001-01",
   "address": "10.128.11.234",
   "pointer": true
  },
  {
   "name": "sw-s001-02",
   "address": "10.128.11.235",
   "pointer": true
  },
  {
   "name": "sw-s002-01",
   "address": "10.128.5.234",
   "pointer": true
  },
  {
   "name": "tlf-s001-01",
   "address": "10.128.11.10",
   "pointer": true
  },
  {
   "name": "vcenter",
   "address": "10.20.1.10",
   "pointer": true
  },
  {
   "name": "wms",
   "address": "10.20.20.17",
   "pointer": false
  }
 ]
}
'@
$ttl = [timespan]::FromSeconds($wanted.ttl)
$there = @{ ComputerName = $ComputerName }

foreach ($prefix in $wanted.reverse) {
    $octets = $prefix.Split('/')[0].Split('.')[0..([int]$prefix.Split('/')[1] / 8 - 1)]
    [array]::Reverse($octets)
    $name = ($octets -join '.') + '.in-addr.arpa'
    if (Get-DnsServerZone @there -Name $name -ErrorAction SilentlyContinue) { continue }
    if ($PSCmdlet.ShouldProcess($name, 'Opret omvendt zone')) {
        Add-DnsServerPrimaryZone @there -NetworkId $prefix -ReplicationScope Domain -DynamicUpdate Secure
    }
}

if ($wanted.child) {
    $found = @(Get-DnsServerZoneDelegation @there -Name $wanted.domain -ChildZoneName $wanted.child -ErrorAction SilentlyContinue)
    foreach ($server in $wanted.delegation) {
        $same = $found | Where-Object {
            $_.NameServer.RecordData.NameServer.TrimEnd('.') -eq $server[0] -and
            "$($_.IPAddress.RecordData.IPv4Address)" -eq $server[1]
        }
        if (-not $same -and $PSCmdlet.ShouldProcess("$($wanted.child) til $($server[0])", 'Uddelegér zone')) {
            Add-DnsServerZoneDelegation @there -Name $wanted.domain -ChildZoneName $wanted.child -NameServer $server[0] -IPAddress $server[1]
        }
    }
    foreach ($old in $found) {
        $name = $old.NameServer.RecordData.NameServer.TrimEnd('.')
        $kept = $wanted.delegation | Where-Object { $_[0] -eq $name -and $_[1] -eq "$($old.IPAddress.RecordData.IPv4Address)" }
        if (-not $kept -and $PSCmdlet.ShouldProcess("$($wanted.child) til $name", 'Fjern uddelegering')) {
            Remove-DnsServerZoneDelegation @there -Name $wanted.domain -ChildZoneName $wanted.child -NameServer $name -Force
        }
    }
}

# Navnene på private endpoints kender kun Azure, som svarer gennem firewallen i hubben.
foreach ($forwarder in $wanted.forwarders) {
    $found = Get-DnsServerZone @there -Name $forwarder.zone -ErrorAction SilentlyContinue
    $servers = $forwarder.servers -join ', '
    if (-not $found) {
        if ($PSCmdlet.ShouldProcess("$($forwarder.zone) til $servers", 'Videresend zone')) {
            Add-DnsServerConditionalForwarderZone @there -Name $forwarder.zone -MasterServers $forwarder.servers -ReplicationScope Domain
        }
    }
    elseif ($found.ZoneType -ne 'Forwarder') {
        throw "$($forwarder.zone) er en zone her og kan ikke videresendes"
    }
    elseif ((@($found.MasterServers | ForEach-Object { "$_" }) -join ', ') -ne $servers -and
        $PSCmdlet.ShouldProcess("$($forwarder.zone) til $servers", 'Ret videresendelse')) {
        Set-DnsServerConditionalForwarderZone @there -Name $forwarder.zone -MasterServers $forwarder.servers -ReplicationScope Domain
    }
}

foreach ($entry in $wanted.hosts) {
    $records = @(Get-DnsServerResourceRecord @there -ZoneName $wanted.domain -Name $entry.name -RRType A -ErrorAction SilentlyContinue)
    foreach ($record in $records) {
        if ("$($record.RecordData.IPv4Address)" -ne $entry.address -and $PSCmdlet.ShouldProcess($entry.name, 'Fjern gammel adresse')) {
            Remove-DnsServerResourceRecord @there -ZoneName $wanted.domain -InputObject $record -Force
        }
    }
    $right = @($records | Where-Object { "$($_.RecordData.IPv4Address)" -eq $entry.address })
    if ($right.Count -eq 0) {
        if ($PSCmdlet.ShouldProcess("$($entry.name) $($entry.address)", 'Opret navn')) {
            $new = @{ ZoneName = $wanted.domain; Name = $entry.name; IPv4Address = $entry.address; TimeToLive = $ttl
                CreatePtr = $entry.pointer }
            Add-DnsServerResourceRecordA @there @new
        }
    }
    elseif ($right[0].TimeToLive -ne $ttl -and $PSCmdlet.ShouldProcess($entry.name, "Sæt levetid til $($wanted.ttl) sekunder")) {
        $new = [ciminstance]::new($right[0])
        $new.TimeToLive = $ttl
        Set-DnsServerResourceRecord @there -ZoneName $wanted.domain -OldInputObject $right[0] -NewInputObject $new
    }
}
