# Skrevet af platform-refresh (windows_dhcp), som overskriver filen: ret platformens data i stedet.
#Requires -Modules DhcpServer
<#
.SYNOPSIS
Opretter og retter scopes, options og reservationer på en Windows DHCP-server.
.DESCRIPTION
Kan køres igen: det, der findes, ændres kun, hvis det afviger. Med -WhatIf vises, hvad der ville ske. En reservation, som
platformen ikke kender, fjernes i de scopes, der står her; andre scopes røres ikke. Af to servere, der deler scopes, køres
det kun på den første. Den godkendes i Active Directory, spørger en adresse to gange, før den gives ud, og siger intet til
alle scopes på én gang: gæster og udstyr får kun en adresse, en vej ud og navneservere udefra.
.PARAMETER Site
Kun disse steder, for eksempel S014.
.PARAMETER Partner
Den anden server: scopes deles med den ved failover, halvt af hver, og den får alt, hvad der ændres her.
.PARAMETER SharedSecret
Den hemmelighed, som to servere kender hinanden på. Uden den spørges der, når scopes første gang deles.
.PARAMETER Standby
Serveren svarer ikke endnu, eller ikke længere: dens scopes er der og er ikke aktive.
#>
[CmdletBinding(SupportsShouldProcess)]
param([string] $ComputerName = 'localhost', [string[]] $Site, [string] $Partner, [securestring] $SharedSecret, [switch] $Standby)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$wanted = ConvertFrom-Json @'
{
"definitions": [{"id": 165, "name": "wms-server"}, {"id": 167, "name": "wms-ca-validation"}, {"id": 224, "name": "igel-ums-server"}, {"id": 226, "name": "igel-structure-tag"}],
"cleared": [6, 15, 42, 165, 167, 202, 224, 226],
"zones": {"clients": [{"id": 6, "value": ["10.20.20.12"]}, {"id": 15, "value": ["lilleby.example"]}, {"id": 42, "value": ["10.20.20.12", "10.20.20.13"]}, {"id": 165, "value": ["https://wms.lilleby.example:443"]}, {"id": 167, "value": ["True"]}, {"id": 224, "value": ["igelrmserver.lilleby.example"]}], "devices": [{"id": 6, "value": ["86.54.11.1", "86.54.11.201"]}], "guests": [{"id": 6, "value": ["86.54.11.1", "86.54.11.201"]}], "printers": [{"id": 6, "value": ["10.20.20.12"]}, {"id": 15, "value": ["lilleby.example"]}, {"id": 42, "value": ["10.20.20.12", "10.20.20.13"]}], "sessions": [{"id": 6, "value": ["10.20.20.12"]}, {"id": 15, "value": ["lilleby.example"]}, {"id": 42, "value": ["10.20.20.12", "10.20.20.13"]}], "staff-wifi": [{"id": 6, "value": ["10.20.20.12"]}, {"id": 15, "value": ["lilleby.example"]}, {"id": 42, "value": ["10.20.20.12", "10.20.20.13"]}], "voice": [{"id": 6, "value": ["10.20.20.12"]}, {"id": 15, "value": ["lilleby.example"]}, {"id": 42, "value": ["10.20.20.12", "10.20.20.13"]}]},
"scopes": [
{"id": "10.128.8.0", "name": "S001 Lilleby Rådhus: clients", "zone": "clients", "mask": "255.255.254.0", "first": "10.128.8.10", "last": "10.128.9.254", "lease": 691200, "options": [{"id": 3, "value": ["10.128.8.1"]}, {"id": 226, "value": ["S001"]}], "reservations": [["10.128.8.10", "00-e0-c5-00-00-01", "TK00001"], ["10.128.8.11", "00-e0-c5-00-00-02", "TK00002"], ["10.128.8.100", "e0-73-e7-00-00-01", "TK00001-G26"]]},
{"id": "10.128.10.0", "name": "S001 Lilleby Rådhus: staff-wifi", "zone": "staff-wifi", "mask": "255.255.255.0", "first": "10.128.10.10", "last": "10.128.10.254", "lease": 43200, "options": [{"id": 3, "value": ["10.128.10.1"]}], "reservations": []},
{"id": "10.128.11.0", "name": "S001 Lilleby Rådhus: voice", "zone": "voice", "mask": "255.255.255.192", "first": "10.128.11.10", "last": "10.128.11.62", "lease": 691200, "options": [{"id": 3, "value": ["10.128.11.1"]}], "reservations": [["10.128.11.10", "00-04-f2-00-01-04", "TLF-S001-01"]]},
{"id": "10.128.11.64", "name": "S001 Lilleby Rådhus: devices", "zone": "devices", "mask": "255.255.255.192", "first": "10.128.11.74", "last": "10.128.11.126", "lease": 691200, "options": [{"id": 3, "value": ["10.128.11.65"]}], "reservations": [["10.128.11.74", "70-b3-d5-00-01-05", "CO2-S001-01"]]},
{"id": "10.128.11.128", "name": "S001 Lilleby Rådhus: guests", "zone": "guests", "mask": "255.255.255.192", "first": "10.128.11.138", "last": "10.128.11.190", "lease": 7200, "options": [{"id": 3, "value": ["10.128.11.129"]}], "reservations": []},
{"id": "10.128.11.192", "name": "S001 Lilleby Rådhus: printers", "zone": "printers", "mask": "255.255.255.224", "first": "10.128.11.202", "last": "10.128.11.222", "lease": 691200, "options": [{"id": 3, "value": ["10.128.11.193"]}], "reservations": []},
{"id": "10.128.4.0", "name": "S002 Søndre Skole: clients", "zone": "clients", "mask": "255.255.255.128", "first": "10.128.4.10", "last": "10.128.4.126", "lease": 691200, "options": [{"id": 3, "value": ["10.128.4.1"]}, {"id": 226, "value": ["S002"]}], "reservations": [["10.128.4.10", "00-e0-c5-00-00-03", "TK00003"], ["10.128.4.11", "3c-52-82-00-00-04", "PC00004"], ["10.128.4.101", "e0-73-e7-00-00-03", "TK00003-G26"]]},
{"id": "10.128.4.128", "name": "S002 Søndre Skole: staff-wifi", "zone": "staff-wifi", "mask": "255.255.255.128", "first": "10.128.4.138", "last": "10.128.4.254", "lease": 43200, "options": [{"id": 3, "value": ["10.128.4.129"]}], "reservations": []},
{"id": "10.128.5.0", "name": "S002 Søndre Skole: voice", "zone": "voice", "mask": "255.255.255.192", "first": "10.128.5.10", "last": "10.128.5.62", "lease": 691200, "options": [{"id": 3, "value": ["10.128.5.1"]}], "reservations": []},
{"id": "10.128.5.64", "name": "S002 Søndre Skole: devices", "zone": "devices", "mask": "255.255.255.192", "first": "10.128.5.74", "last": "10.128.5.126", "lease": 691200, "options": [{"id": 3, "value": ["10.128.5.65"]}], "reservations": []},
{"id": "10.128.5.128", "name": "S002 Søndre Skole: guests", "zone": "guests", "mask": "255.255.255.192", "first": "10.128.5.138", "last": "10.128.5.190", "lease": 7200, "options": [{"id": 3, "value": ["10.128.5.129"]}], "reservations": []},
{"id": "10.128.5.192", "name": "S002 Søndre Skole: printers", "zone": "printers", "mask": "255.255.255.224", "first": "10.128.5.202", "last": "10.128.5.222", "lease": 691200, "options": [{"id": 3, "value": ["10.128.5.193"]}], "reservations": [["10.128.5.202", "3c-52-82-00-01-01", "PRT-S002-01"]]},
{"id": "10.20.20.0", "name": "servers g22: Servers", "zone": "sessions", "mask": "255.255.255.0", "first": "10.20.20.128", "last": "10.20.20.254", "lease": 691200, "options": [{"id": 3, "value": ["10.20.20.1"]}], "reservations": []},
{"id": "10.26.20.0", "name": "servers g26: Servers", "zone": "sessions", "mask": "255.255.255.0", "first": "10.26.20.128", "last": "10.26.20.254", "lease": 691200, "options": [{"id": 3, "value": ["10.26.20.1"]}], "reservations": []}
]
}
'@
$there = @{ ComputerName = $ComputerName }
$state = if ($Standby) { 'InActive' } else { 'Active' }
$fqdn = [System.Net.Dns]::GetHostEntry($ComputerName).HostName

function Set-Options($Wanted, $Found, [hashtable] $Place, [string] $Name) {
    foreach ($option in $Wanted) {
        $current = $Found | Where-Object OptionId -EQ $option.id
        $text = $option.value -join ','
        if ($current -and ($current.Value -join ',') -ceq $text) { continue }
        if ($PSCmdlet.ShouldProcess($Name, "Sæt option $($option.id) til $text")) {
            Set-DhcpServerv4OptionValue @there @Place -OptionId $option.id -Value $option.value
        }
    }
}

function Set-Reservations($Scope) {
    $found = @{}
    foreach ($reservation in @(Get-DhcpServerv4Reservation @there -ScopeId $Scope.id -ErrorAction SilentlyContinue)) {
        $found["$($reservation.IPAddress)"] = $reservation
    }
    $kept = @{}
    foreach ($entry in $Scope.reservations) { $kept[$entry[0]] = $entry }
    foreach ($address in @($found.Keys)) {
        $entry = $kept[$address]
        if ($entry -and $found[$address].ClientId -eq $entry[1]) { continue }
        if ($PSCmdlet.ShouldProcess("$address $($found[$address].Name)", 'Fjern reservation')) {
            Remove-DhcpServerv4Reservation @there -IPAddress $address
            $found.Remove($address)
        }
    }
    foreach ($entry in $Scope.reservations) {
        $current = $found[$entry[0]]
        if (-not $current) {
            if ($PSCmdlet.ShouldProcess("$($entry[0]) $($entry[2])", 'Opret reservation')) {
                Add-DhcpServerv4Reservation @there -ScopeId $Scope.id -IPAddress $entry[0] -ClientId $entry[1] -Name $entry[2]
            }
        }
        elseif ($current.Name -ne $entry[2] -and $PSCmdlet.ShouldProcess("$($entry[0]) $($entry[2])", 'Omdøb reservation')) {
            Set-DhcpServerv4Reservation @there -IPAddress $entry[0] -Name $entry[2]
        }
    }
}

if (-not (Get-DhcpServerInDC | Where-Object DnsName -EQ $fqdn)) {
    if ($PSCmdlet.ShouldProcess($fqdn, 'Godkend i Active Directory')) { Add-DhcpServerInDC -DnsName $fqdn }
}
if ((Get-DhcpServerSetting @there).ConflictDetectionAttempts -ne 2 -and $PSCmdlet.ShouldProcess($fqdn, 'Spørg en adresse to gange, før den gives ud')) {
    Set-DhcpServerSetting @there -ConflictDetectionAttempts 2
}
foreach ($definition in $wanted.definitions) {
    if (Get-DhcpServerv4OptionDefinition @there -OptionId $definition.id -ErrorAction SilentlyContinue) { continue }
    if ($PSCmdlet.ShouldProcess("$($definition.id) $($definition.name)", 'Opret option')) {
        Add-DhcpServerv4OptionDefinition @there -OptionId $definition.id -Name $definition.name -Type String
    }
}
$mine = @($wanted.scopes | Where-Object { -not $Site -or $_.name.Split(' ')[0] -in $Site })
$scopes = @{}
foreach ($scope in @(Get-DhcpServerv4Scope @there)) { $scopes["$($scope.ScopeId)"] = $scope }
foreach ($scope in $mine) {
    $lease = [timespan]::FromSeconds($scope.lease)
    $range = @{ Name = $scope.name; StartRange = $scope.first; EndRange = $scope.last; LeaseDuration = $lease; State = $state }
    $current = $scopes[$scope.id]
    if (-not $current) {
        if (-not $PSCmdlet.ShouldProcess("$($scope.id) $($scope.name)", 'Opret scope')) { continue }
        Add-DhcpServerv4Scope @there @range -SubnetMask $scope.mask
    }
    else {
        if ("$($current.SubnetMask)" -ne $scope.mask) { throw "$($scope.id) har masken $($current.SubnetMask) og ikke $($scope.mask)" }
        $same = $current.Name -ceq $scope.name -and "$($current.StartRange)" -eq $scope.first -and
            "$($current.EndRange)" -eq $scope.last -and $current.LeaseDuration -eq $lease -and $current.State -eq $state
        if (-not $same -and $PSCmdlet.ShouldProcess("$($scope.id) $($scope.name)", 'Ret scope')) {
            Set-DhcpServerv4Scope @there @range -ScopeId $scope.id
        }
    }
    $found = @(Get-DhcpServerv4OptionValue @there -ScopeId $scope.id -ErrorAction SilentlyContinue)
    $options = @($scope.options) + @($wanted.zones.($scope.zone))
    Set-Options $options $found @{ ScopeId = $scope.id } $scope.name
    foreach ($option in $found) {
        if ($option.OptionId -in $wanted.cleared -and $option.OptionId -notin $options.id -and
            $PSCmdlet.ShouldProcess($scope.name, "Fjern option $($option.OptionId)")) {
            Remove-DhcpServerv4OptionValue @there -ScopeId $scope.id -OptionId $option.OptionId
        }
    }
    Set-Reservations $scope
}
if (-not $Site) {
    $strangers = @($scopes.Keys | Where-Object { $_ -notin $wanted.scopes.id })
    foreach ($option in @(Get-DhcpServerv4OptionValue @there -ErrorAction SilentlyContinue)) {
        if ($option.OptionId -notin $wanted.cleared) { continue }
        if ($strangers.Count) {
            Write-Warning "Option $($option.OptionId) gælder alle scopes og når gæster: giv $($strangers -join ', ') deres egen, så den kan fjernes"
        }
        elseif ($PSCmdlet.ShouldProcess('serveren', "Fjern option $($option.OptionId), som gælder alle scopes")) {
            Remove-DhcpServerv4OptionValue @there -OptionId $option.OptionId
        }
    }
}
if ($Partner) {
    $relations = @(Get-DhcpServerv4Failover @there -ErrorAction SilentlyContinue | Where-Object PartnerServer -EQ $Partner)
    $shared = @($relations | ForEach-Object { $_.ScopeId } | ForEach-Object { "$_" })
    $alone = @($mine | ForEach-Object { $_.id } | Where-Object { $_ -notin $shared })
    if ($alone.Count -and $PSCmdlet.ShouldProcess("$($alone.Count) scopes", "Del med $Partner")) {
        if ($relations.Count) { Add-DhcpServerv4FailoverScope @there -Name $relations[0].Name -ScopeId $alone }
        else {
            if (-not $SharedSecret) { $SharedSecret = Read-Host 'Fælles hemmelighed for de to servere' -AsSecureString }
            $secret = [pscredential]::new('failover', $SharedSecret).GetNetworkCredential().Password
            # En partner, der er væk i en time, regnes for nede, så den anden giver alle adresser ud, også i en weekend.
            Add-DhcpServerv4Failover @there -Name 'platform-refresh' -PartnerServer $Partner -ScopeId $alone `
                -LoadBalancePercent 50 -AutoStateTransition $true -StateSwitchInterval (New-TimeSpan -Hours 1) `
                -SharedSecret $secret -Force
        }
    }
    foreach ($relation in $relations) {
        if (-not $relation.AutoStateTransition -and $PSCmdlet.ShouldProcess($relation.Name, 'Overtag selv efter en time')) {
            Set-DhcpServerv4Failover @there -Name $relation.Name -AutoStateTransition $true -StateSwitchInterval (New-TimeSpan -Hours 1)
        }
    }
    if ($relations.Count -and -not $WhatIfPreference) {
        Invoke-DhcpServerv4FailoverReplication @there -Name $relations[0].Name -Force
    }
}
