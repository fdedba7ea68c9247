# Skrevet af platform-refresh (sql_server), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -Modules SqlServer
<#
.SYNOPSIS
Lukker databaserne for skrivning på den side, der ikke længere betjener, og åbner dem på den, der gør.
.DESCRIPTION
Ved skiftet: først -Step Close -Serves <den nye>, så flyttes det sidste data, så -Step Open -Serves <den nye>, og til sidst
vendes navnene. Tilbage igen er det samme med den gamle generation. Kan køres igen. Open nægter, så længe en anden side
kan skrives i. Kun databaser, som scriptet selv har lukket, åbnes; mærket følger med en sikkerhedskopi. Køres som en
sysadmin på alle serverne, og den, der er forbundet, smides af. Med -WhatIf vises, hvad der ville ske.
.PARAMETER Serves
Den generation, der skal kunne skrives i.
.PARAMETER System
Kun disse systemer, for eksempel dem i en bølge. Uden angivelse alle.
.PARAMETER Alone
Den anden side svarer ikke og kommer ikke igen: åbn uden at spørge den.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [ValidateSet('Close', 'Open')] [string] $Step,
    [Parameter(Mandatory)] [string] $Serves,
    [string[]] $System,
    [switch] $Alone
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
[
  {
    "server": "sbsys-sql01",
    "system": "sbsys",
    "names": [
      "sbsys-sql01.access.lilleby.example"
    ],
    "machines": {
      "g22": "lilsql01.lilleby.example",
      "g26": "sbsyssql01g26.lilleby.example"
    }
  }
]
'@ | ConvertFrom-Json

function Get-Database([string] $Machine, [int] $ReadOnly) {
    $query = "SELECT name FROM sys.databases WHERE database_id > 4 AND state = 0 AND source_database_id IS NULL " +
        "AND is_distributor = 0 AND replica_id IS NULL AND is_read_only = $ReadOnly ORDER BY name"
    @(Invoke-Sqlcmd -ServerInstance $Machine -Database master -Query $query | ForEach-Object { $_.name })
}

function Set-Side([string] $Machine, [string] $Database, [string] $State) {
    $quoted = "[$($Database.Replace(']', ']]'))]"
    Invoke-Sqlcmd -ServerInstance $Machine -Database master -Query "ALTER DATABASE $quoted SET $State WITH ROLLBACK IMMEDIATE"
}

$marked = "SELECT 1 AS marked FROM sys.extended_properties WHERE class = 0 AND name = N'platform-refresh'"
$mark = "IF NOT EXISTS ($marked) EXEC sys.sp_addextendedproperty @name = N'platform-refresh', @value = N'read-only'"
$unmark = "EXEC sys.sp_dropextendedproperty @name = N'platform-refresh'"

$holders = @($data | Where-Object { -not $System -or $_.system -in $System })
if (-not ($holders | Where-Object { $_.machines.PSObject.Properties[$Serves] })) { throw "Ingen server har en maskine i $Serves" }
$refused = @()
foreach ($holder in $holders) {
    if (-not $holder.machines.PSObject.Properties[$Serves]) { continue }
    $others = @($holder.machines.PSObject.Properties | Where-Object { $_.Name -ne $Serves } | ForEach-Object { $_.Value })
    if ($Step -eq 'Close') {
        foreach ($machine in $others) {
            foreach ($database in Get-Database $machine 0) {
                if ($PSCmdlet.ShouldProcess("$machine $database", 'Sæt skrivebeskyttet')) {
                    Invoke-Sqlcmd -ServerInstance $machine -Database $database -Query $mark
                    Set-Side $machine $database 'READ_ONLY'
                }
            }
        }
        continue
    }
    $open = @(if (-not $Alone) { foreach ($machine in $others) { foreach ($database in Get-Database $machine 0) { "$machine $database" } } })
    if ($open.Count) {
        Write-Warning "$($holder.server): $($open -join ', ') kan der skrives i: luk den side først"
        $refused += $holder.server
        continue
    }
    $machine = $holder.machines.$Serves
    foreach ($database in Get-Database $machine 1) {
        if (-not (Invoke-Sqlcmd -ServerInstance $machine -Database $database -Query $marked)) { continue }
        if ($PSCmdlet.ShouldProcess("$machine $database", 'Åbn for skrivning')) {
            Set-Side $machine $database 'READ_WRITE'
            Invoke-Sqlcmd -ServerInstance $machine -Database $database -Query $unmark
        }
    }
}
if ($refused.Count) { throw "Ikke åbnet: $($refused -join ', ')" }
