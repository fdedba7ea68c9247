# Skrevet af platform-refresh (printers), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -RunAsAdministrator
#Requires -Modules PrintManagement
<#
.SYNOPSIS
Opretter og retter drivere, porte og køer på en printserver.
.DESCRIPTION
Alle printservere får de samme køer, så det er lige meget, hvilken af dem et stabilt navn fører til. Kan køres igen: det, der
er rigtigt, røres ikke. En kø, som scriptet har oprettet, og som platformen ikke længere har, fjernes; andre køer røres ikke.
Med -WhatIf vises, hvad der ville ske.
#>
[CmdletBinding(SupportsShouldProcess)]
param()
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
{
  "drivers": [
    {
      "name": "HP Universal Printing PCL 6",
      "package": "\\\\lilleby.example\\drivers\\hpcu255u.inf"
    }
  ],
  "queues": [
    {
      "name": "PRT-S002-01",
      "address": "10.128.5.202",
      "driver": "HP Universal Printing PCL 6",
      "location": "S002 Søndre Skole, lokale 1.14",
      "comment": "HP LaserJet E50145"
    }
  ]
}
'@ | ConvertFrom-Json
$mark = '(platform-refresh)'
$prefix = 'platform-refresh_'

$drivers = @(Get-PrinterDriver | ForEach-Object { $_.Name })
foreach ($driver in $data.drivers) {
    if ($driver.name -in $drivers -or -not $PSCmdlet.ShouldProcess($driver.name, 'Installer driver')) { continue }
    if ($driver.package) {
        # 259: serveren har den samme eller en nyere; 3010: den vil genstartes.
        & "$env:SystemRoot\System32\pnputil.exe" /add-driver $driver.package
        if ($LASTEXITCODE -notin 0, 259, 3010) { throw "pnputil tager ikke $($driver.package): $LASTEXITCODE" }
    }
    Add-PrinterDriver -Name $driver.name
}
$ports = @(Get-PrinterPort | ForEach-Object { $_.Name })
$found = @{}
foreach ($printer in @(Get-Printer)) { $found[$printer.Name] = $printer }
foreach ($queue in $data.queues) {
    $port = "$prefix$($queue.address)"
    if ($port -notin $ports -and $PSCmdlet.ShouldProcess($queue.address, 'Opret port')) {
        Add-PrinterPort -Name $port -PrinterHostAddress $queue.address
    }
    $comment = "$($queue.comment) $mark"
    $current = $found[$queue.name]
    if (-not $current) {
        if ($PSCmdlet.ShouldProcess($queue.name, 'Opret kø')) {
            Add-Printer -Name $queue.name -DriverName $queue.driver -PortName $port -Location $queue.location `
                -Comment $comment -Shared -ShareName $queue.name
        }
        continue
    }
    $same = $current.DriverName -ceq $queue.driver -and $current.PortName -eq $port -and $current.Shared -and
        $current.ShareName -eq $queue.name -and $current.Location -ceq $queue.location -and $current.Comment -ceq $comment
    if (-not $same -and $PSCmdlet.ShouldProcess($queue.name, 'Ret kø')) {
        Set-Printer -Name $queue.name -DriverName $queue.driver -PortName $port -Location $queue.location `
            -Comment $comment -Shared $true -ShareName $queue.name
    }
}
foreach ($printer in $found.Values) {
    if ("$($printer.Comment)".EndsWith($mark) -and $printer.Name -notin $data.queues.name -and
        $PSCmdlet.ShouldProcess($printer.Name, 'Fjern kø')) {
        Remove-Printer -Name $printer.Name
    }
}
$used = @(Get-Printer | ForEach-Object { $_.PortName })
foreach ($port in $ports) {
    if ($port.StartsWith($prefix) -and $port -notin $used -and $PSCmdlet.ShouldProcess($port, 'Fjern port')) {
        Remove-PrinterPort -Name $port
    }
}
