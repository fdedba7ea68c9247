# Skrevet af platform-refresh (windows_dhcp), som overskriver filen: ret platformens data i stedet.
#Requires -Modules DhcpServer
<#
.SYNOPSIS
Opretter og retter scopes, options og reservationer på en Windows DHCP-server.
.DESCRIPTION
Kan køres igen: det, der findes, ændres kun, hvis det afviger. Med -WhatIf vises, hvad der ville ske. En reservation, som
platformen ikke kender, fjernes i de scopes, der står her; andre scopes røres ikke. Af to servere, der deler scopes, køres
det kun på den første.
.PARAMETER Site
Kun disse steder, for eksempel S014.
.PARAMETER Partner
Den anden server: scopes deles med den ved failover, halvt af hver, og den får alt, hvad der ændres her.
.PARAMETER Standby
Serveren svarer ikke endnu, eller ikke længere: dens scopes er der og er ikke aktive.
#>
[CmdletBinding(SupportsShouldProcess)]
param([string] $ComputerName = 'localhost', [string[]] $Site, [string] $Partner, [switch] $Standby)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$wanted = ConvertFrom-Json @'
{
"lease": 691200,
"definitions": [{"id": 165, "name": "wms-server"}, {"id": 167, "name": "wms-ca-validation"}, {"id": 224, "name": "igel-ums-server"}, {"id": 226, "name": "igel-structure-tag"}],
"options": [{"id": 6, "value": ["10.20.20.12"]}, {"id": 15, "value": ["lilleby.example"]}, {"id": 42, "value": ["10.20.20.12", "10.20.20.13"]}, {"id": 165, "value": ["https://wms.lilleby.example:443"]}, {"id": 167, "value": ["True"]}, {"id": 224, "value": ["igelrmserver.lilleby.example"]}],
"scopes": [
{"id": "10.128.8.0", "name": "S001 Lilleby Rådhus: clients", "mask": "255.255.254.0", "first": "10.128.8.10", "last": "10.128.9.254", "options": [{"id": 3, "value": ["10.128.8.1"]}, {"id": 226, "value": ["S001"]}], "reservations": [["10.128.8.10", "00-e0-c5-00-00-01", "TK00001"], ["10.128.8.11", "00-e0-c5-00-00-02", "TK00002"]]},
{"id": "10.128.10.0", "name": "S001 Lilleby Rådhus: staff-wifi", "mask": "255.255.255.0", "first": "10.128.10.10", "last": "10.128.10.254", "options": [{"id": 3, "value": ["10.128.10.1"]}, {"id": 226, "value": ["S001"]}], "reservations": []},
{"id": "10.128.11.0", "name": "S001 Lilleby Rådhus: voice", "mask": "255.255.255.192", "first": "10.128.11.10", "last": "10.128.11.62", "options": [{"id": 3, "value": ["10.128.11.1"]}, {"id": 226, "value": ["S001"]}], "reservations": []},
{"id": "10.128.11.64", "name": "S001 Lilleby Rådhus: devices", "mask": "255.255.255.192", "first": "10.128.11.74", "last": "10.128.11.126", "options": [{"id": 3, "value": ["10.128.11.65"]}, {"id": 226, "value": ["S001"]}], "reservations": []},
{"id": "10.128.11.128", "name": "S001 Lilleby Rådhus: guests", "mask": "255.255.255.192", "first": "10.128.11.138", "last": "10.128.11.190", "options": [{"id": 3, "value": ["10.128.11.129"]}, {"id": 226, "value": ["S001"]}], "reservations": []},
{"id": "10.128.11.192", "name": "S001 Lilleby Rådhus: printers", "mask": "255.255.255.224", "first": "10.128.11.202", "last": "10.128.11.222", "options": [{"id": 3, "value": ["10.128.11.193"]}, {"id": 226, "value": ["S001"]}], "reservations": []},
{"id": "10.128.4.0", "name": "S002 Søndre Skole: clients", "mask": "255.255.255.128", "first": "10.128.4.10", "last": "10.128.4.126", "options": [{"id": 3, "value": ["10.128.4.1"]}, {"id": 226, "value": ["S002"]}], "reservations": [["10.128.4.10", "00-e0-c5-00-00-03", "TK00003"], ["10.128.4.11", "3c-52-82-00-00-04", "PC00004"]]},
{"id": "10.128.4.128", "name": "S002 Søndre Skole: staff-wifi", "mask": "255.255.255.128", "first": "10.128.4.138", "last": "10.128.4.254", "options": [{"id": 3, "value": ["10.128.4.129"]}, {"id": 226, "value": ["S002"]}], "reservations": []},
{"id": "10.128.5.0", "name": "S002 Søndre Skole: voice", "mask": "255.255.255.192", "first": "10.128.5.10", "last": "10.128.5.62", "options": [{"id": 3, "value": ["10.128.5.1"]}, {"id": 226, "value": ["S002"]}], "reservations": []},
{"id": "10.128.5.64", "name": "S002 Søndre Skole: devices", "mask": "255.255.255.192", "first": "10.128.5.74", "last": "10.128.5.126", "options": [{"id": 3, "value": ["10.128.5.65"]}, {"id": 226, "value": ["S002"]}], "reservations": []},
{"id": "10.128.5.128", "name": "S002 Søndre Skole: guests", "mask": "255.255.255.192", "first": "10.128.5.138", "last": "10.128.5.190", "options": [{"id": 3, "value": ["10.128.5.129"]}, {"id": 226, "value": ["S002"]}], "reservations": []},
{"id": "10.128.5.192", "name": "S002 Søndre Skole: printers", "mask": "255.255.255.224", "first": "10.128.5.202", "last": "10.128.5.222", "options": [{"id": 3, "value": ["10.128.5.193"]}, {"id": 226, "value": ["S002"]}], "reservations": []}
]
}
'@
$there = @{ ComputerName = $ComputerName }
$state = if ($Standby) { 'InActive' } else { 'Active' }
$lease = [timespan]::FromSeconds($wanted.lease)

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

foreach ($definition in $wanted.definitions) {
    if (Get-DhcpServerv4OptionDefinition @there -OptionId $definition.id -ErrorAction SilentlyContinue) { continue }
    if ($PSCmdlet.ShouldProcess("$($definition.id) $($definition.name)", 'Opret option')) {
        Add-DhcpServerv4OptionDefinition @there -OptionId $definition.id -Name $definition.name -Type String
    }
}
if (-not $Site) {
    Set-Options $wanted.options @(Get-DhcpServerv4OptionValue @there -ErrorAction SilentlyContinue) @{} 'serveren'
}
$mine = @($wanted.scopes | Where-Object { -not $Site -or $_.name.Split(' ')[0] -in $Site })
$scopes = @{}
foreach ($scope in @(Get-DhcpServerv4Scope @there)) { $scopes["$($scope.ScopeId)"] = $scope }
foreach ($scope in $mine) {
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
    Set-Options $scope.options $found @{ ScopeId = $scope.id } $scope.name
    Set-Reservations $scope
}
if ($Partner) {
    $relations = @(Get-DhcpServerv4Failover @there -ErrorAction SilentlyContinue | Where-Object PartnerServer -EQ $Partner)
    $shared = @($relations | ForEach-Object { $_.ScopeId } | ForEach-Object { "$_" })
    $alone = @($mine | ForEach-Object { $_.id } | Where-Object { $_ -notin $shared })
    if ($alone.Count -and $PSCmdlet.ShouldProcess("$($alone.Count) scopes", "Del med $Partner")) {
        if ($relations.Count) { Add-DhcpServerv4FailoverScope @there -Name $relations[0].Name -ScopeId $alone }
        else {
            Add-DhcpServerv4Failover @there -Name 'platform-refresh' -PartnerServer $Partner -ScopeId $alone `
                -LoadBalancePercent 50 -Force
        }
    }
    if ($relations.Count -and -not $WhatIfPreference) {
        Invoke-DhcpServerv4FailoverReplication @there -Name $relations[0].Name -Force
    }
}
