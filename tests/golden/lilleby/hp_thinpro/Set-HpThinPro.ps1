# Skrevet af platform-refresh (hp_thinpro), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
<#
.SYNOPSIS
Lægger profilerne ved siden af scriptet i den mappe, som HP's Automatic Update henter fra.
.DESCRIPTION
Kan køres igen: en fil, der er ens, røres ikke, og en profil, som platform-refresh har skrevet tidligere og ikke længere
har, fjernes. Andres filer røres ikke. Med -WhatIf vises, hvad der ville ske.
.PARAMETER Folder
Mappen auto-update, hvis den står et andet sted end der, hvor HP Smart Client Services lægger den.
#>
[CmdletBinding(SupportsShouldProcess)]
param([string] $Folder = 'C:\Program Files (x86)\HP\HP Smart Client Service\auto-update')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if (-not (Test-Path -LiteralPath $Folder -PathType Container)) { throw "$Folder findes ikke: angiv auto-update med -Folder" }
$from = Join-Path $PSScriptRoot 'PersistentProfile'
$to = Join-Path $Folder 'PersistentProfile'
$wanted = @{}
foreach ($file in @(Get-ChildItem -LiteralPath $from -Recurse -File)) {
    $name = $file.FullName.Substring($from.Length + 1)
    $wanted[$name] = $true
    $place = Join-Path $to $name
    if (Test-Path -LiteralPath $place -PathType Leaf) {
        if ((Get-FileHash -LiteralPath $place).Hash -eq (Get-FileHash -LiteralPath $file.FullName).Hash) { continue }
    }
    if ($PSCmdlet.ShouldProcess($place, 'Læg')) {
        [void](New-Item -ItemType Directory -Force -Path (Split-Path -Parent $place))
        Copy-Item -LiteralPath $file.FullName -Destination $place
    }
}
if (Test-Path -LiteralPath $to) {
    foreach ($file in @(Get-ChildItem -LiteralPath $to -Recurse -File -Filter '*.xml')) {
        if ($wanted[$file.FullName.Substring($to.Length + 1)]) { continue }
        if (-not (Select-String -LiteralPath $file.FullName -SimpleMatch 'platform-refresh (hp_thinpro)' -Quiet)) { continue }
        if ($PSCmdlet.ShouldProcess($file.FullName, 'Fjern')) { Remove-Item -LiteralPath $file.FullName }
    }
}
