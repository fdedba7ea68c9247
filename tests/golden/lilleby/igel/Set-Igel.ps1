# Skrevet af platform-refresh (igel), som overskriver filen: ret platformens data i stedet.
#Requires -Version 7.2
<#
.SYNOPSIS
Opretter mapper og enheder i IGEL UMS og tildeler profiler, ud fra sites/*.json ved siden af scriptet.
.DESCRIPTION
Kan køres igen: det, der findes, ændres kun, hvis det afviger. Med -WhatIf vises, hvad der ville ske. Profilerne i
profiles/*.xml importeres først i UMS-konsollen. Kaldene er dem, som IGEL-Community/PSIGEL bruger (IMI version 3).
.PARAMETER Firmware
Id for den firmware, som nye enheder oprettes med; ellers den nyeste i UMS til det samme system som profilerne.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [pscredential] $Credential,
    [int] $Firmware,
    [string] $Server = 'igelrmserver.lilleby.example',
    [string[]] $Site
)
# UMS udelader felter uden værdi: kun variable, der ikke er sat, er fejl her.
Set-StrictMode -Version 1.0
$ErrorActionPreference = 'Stop'
$base = "https://${Server}:8443/umsapi/v3"

function Invoke-Ums([string] $Method, [string] $Path, $Body) {
    $call = @{ Method = $Method; Uri = "$base/$Path"; WebSession = $session; ContentType = 'application/json; charset=utf-8' }
    if ($null -ne $Body) { $call.Body = ConvertTo-Json -InputObject $Body -Depth 5 }
    Invoke-RestMethod @call
}

function Get-Directory([string] $Name, $Parent) {
    $found = @($directories | Where-Object { $_.name -eq $Name -and "$($_.parentID)" -eq "$Parent" })
    if ($found.Count -gt 1) { throw "Flere mapper hedder $Name" }
    if ($found.Count -eq 1) { return $found[0].id }
    if (-not $PSCmdlet.ShouldProcess($Name, 'Opret mappe')) { return $null }
    $made = Invoke-Ums Put 'directories/tcdirectories/' @{ name = $Name }
    if ("$Parent" -ne '-1') {
        [void](Invoke-Ums Put "directories/tcdirectories/${Parent}?operation=move" @(@{ id = $made.id; type = 'tcdirectory' }))
    }
    $made.id
}

function Set-Device($Device, $Directory) {
    $found = @($devices | Where-Object { $_.mac -eq $Device.mac })
    if ($found.Count -eq 0) {
        if (-not $PSCmdlet.ShouldProcess($Device.name, 'Opret enhed')) { return }
        $body = @{ mac = $Device.mac; firmwareID = "$Firmware"; name = $Device.name; parentID = "$Directory"
            site = $Device.site; department = $Device.department; costCenter = $Device.costCenter }
        [void](Invoke-Ums Put 'thinclients/' $body)
        return
    }
    $there = $found[0]
    $body = @{}
    foreach ($field in 'name', 'site', 'department', 'costCenter') {
        if ("$($there.$field)" -cne $Device.$field) { $body[$field] = $Device.$field }
    }
    if ($body.Count -and $PSCmdlet.ShouldProcess($Device.name, "Ret $($body.Keys -join ', ')")) {
        [void](Invoke-Ums Put "thinclients/$($there.id)" $body)
    }
    if ("$($there.parentID)" -ne "$Directory" -and $PSCmdlet.ShouldProcess($Device.name, 'Flyt enhed')) {
        [void](Invoke-Ums Put "directories/tcdirectories/${Directory}?operation=move" @(@{ id = $there.id; type = 'tc' }))
    }
}

function Set-Assignment([string] $Name, $Directory) {
    $found = @($profiles | Where-Object { $_.name -eq $Name })
    if ($found.Count -ne 1) { throw "$($found.Count) profiler hedder $Name; importér profiles/*.xml i UMS-konsollen" }
    $id = $found[0].id
    $there = @(Invoke-Ums Get "profiles/$id/assignments/tcdirectories" | ForEach-Object { $_ })
    if (@($there | Where-Object { "$($_.receiver.id)" -eq "$Directory" }).Count) { return }
    if ($PSCmdlet.ShouldProcess("$Name til mappe $Directory", 'Tildel profil')) {
        $body = @(@{ assignee = @{ id = $id; type = 'profile' }; receiver = @{ id = $Directory; type = 'tcdirectory' } })
        [void](Invoke-Ums Put "profiles/$id/assignments/tcdirectories" $body)
    }
}

[void](Invoke-RestMethod -Method Post -Uri "$base/login" -Authentication Basic -Credential $Credential -SessionVariable session)
try {
    $directories = @(Invoke-Ums Get 'directories/tcdirectories' | ForEach-Object { $_ })
    $devices = @(Invoke-Ums Get 'thinclients?facets=details' | ForEach-Object { $_ })
    $profiles = @(Invoke-Ums Get 'profiles' | ForEach-Object { $_ })
    if (-not $Firmware) {
        $answer = Invoke-Ums Get 'firmwares'
        $newest = @(if ($answer.FwResource) { $answer.FwResource } else { $answer }) | ForEach-Object { $_ } |
            Where-Object { $_.product -eq 'IGEL OS 12' } | Sort-Object { [version] $_.version } | Select-Object -Last 1
        if (-not $newest) { throw 'UMS har ingen firmware til systemet: angiv -Firmware' }
        $Firmware = $newest.id
    }
    foreach ($file in Get-ChildItem -Path (Join-Path $PSScriptRoot 'sites') -Filter '*.json' | Sort-Object Name) {
        if ($Site -and $file.BaseName -notin $Site) { continue }
        $bundle = Get-Content -Path $file.FullName -Raw -Encoding utf8 | ConvertFrom-Json
        $top = Get-Directory $bundle.directory '-1'
        foreach ($part in $bundle.directories) {
            $directory = if ($top) { Get-Directory $part.name $top }
            if (-not $directory) {
                Write-Information "Mappen $($bundle.directory)/$($part.name) findes ikke endnu: $($part.devices.Count) enheder venter på den" -InformationAction Continue
                continue
            }
            foreach ($device in $part.devices) { Set-Device $device $directory }
            Set-Assignment $part.profile $directory
        }
    }
}
finally {
    [void](Invoke-Ums Post 'logout')
}
