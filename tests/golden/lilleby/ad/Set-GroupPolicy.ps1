# Skrevet af platform-refresh (ad), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -Modules GroupPolicy, ActiveDirectory
<#
.SYNOPSIS
Opretter platformens gruppepolitikker, sætter deres værdier og linker dem til den generation, der bygges.
.DESCRIPTION
Køres efter Set-ActiveDirectory.ps1, som opretter enhederne. Kan køres igen: kun det, der afviger, ændres, og værdier,
som platform-refresh ikke længere har, fjernes fra politikken. Med -WhatIf vises, hvad der ville ske.
#>
[CmdletBinding(SupportsShouldProcess)]
param()
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
{
  "policies": [
    {
      "name": "GPO-G26-SERVERS",
      "comment": "Servere i g26: skrevet af platform-refresh",
      "target": "OU=G26,OU=Servere,DC=lilleby,DC=example",
      "computers": [],
      "settings": [
        {
          "key": "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
          "name": "legalnoticecaption",
          "type": "String",
          "value": "Lilleby Kommune",
          "why": "Man ser hvis maskinen er"
        },
        {
          "key": "SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters",
          "name": "SMB1",
          "type": "DWord",
          "value": 0,
          "why": "SMB 1 kan ikke gøres sikker"
        }
      ]
    },
    {
      "name": "GPO-G26-SERVERS-DC",
      "comment": "Servere, domænecontrollere i g26: skrevet af platform-refresh",
      "target": "OU=Domain Controllers,DC=lilleby,DC=example",
      "computers": [
        "ADDC01G26",
        "ADDC02G26"
      ],
      "settings": [
        {
          "key": "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
          "name": "legalnoticecaption",
          "type": "String",
          "value": "Lilleby Kommune",
          "why": "Man ser hvis maskinen er"
        },
        {
          "key": "SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters",
          "name": "SMB1",
          "type": "DWord",
          "value": 0,
          "why": "SMB 1 kan ikke gøres sikker"
        }
      ]
    },
    {
      "name": "GPO-G26-DESKTOPS",
      "comment": "Citrix-sessionsmaskiner i g26: skrevet af platform-refresh",
      "target": "OU=G26,OU=Citrix,DC=lilleby,DC=example",
      "computers": [],
      "settings": [
        {
          "key": "SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient",
          "name": "EnableMulticast",
          "type": "DWord",
          "value": 0,
          "why": "Navne findes i DNS"
        }
      ]
    }
  ]
}
'@ | ConvertFrom-Json

# Uden Server spørger de PDC-emulatoren, og dertil rækker et logon over WinRM ikke.
$there = @{ Server = "$env:COMPUTERNAME.$((Get-CimInstance Win32_ComputerSystem).Domain)" }

function Get-Value([string] $Policy, [string] $Key) {
    foreach ($item in @(Get-GPRegistryValue @there -Name $Policy -Key $Key -ErrorAction SilentlyContinue)) {
        if ($item.HasValue) { $item } else { Get-Value $Policy $item.FullKeyPath }
    }
}

function Get-Place($Key, $Name) { "$($Key -replace '^(HKLM|HKEY_LOCAL_MACHINE)\\', '')|$Name".ToLowerInvariant() }

foreach ($policy in $data.policies) {
    if (-not (Get-GPO @there -Name $policy.name -ErrorAction SilentlyContinue)) {
        if (-not $PSCmdlet.ShouldProcess($policy.name, 'Opret gruppepolitik')) { continue }
        [void](New-GPO @there -Name $policy.name -Comment $policy.comment)
    }
    $values = @{}
    foreach ($root in 'HKLM\SOFTWARE', 'HKLM\SYSTEM') {
        foreach ($item in @(Get-Value $policy.name $root)) {
            if ($item) { $values[(Get-Place $item.FullKeyPath $item.ValueName)] = $item }
        }
    }
    foreach ($setting in $policy.settings) {
        $place = Get-Place $setting.key $setting.name
        $item = $values[$place]
        $values.Remove($place)
        if ($item -and "$($item.Type)" -eq $setting.type -and "$($item.Value)".TrimEnd([char]0) -ceq "$($setting.value)") { continue }
        if ($PSCmdlet.ShouldProcess("$($policy.name): $($setting.key) $($setting.name)", "Sæt til $($setting.value)")) {
            [void](Set-GPRegistryValue @there -Name $policy.name -Key "HKLM\$($setting.key)" -ValueName $setting.name `
                -Type $setting.type -Value $setting.value)
        }
    }
    foreach ($item in $values.Values) {
        if ($PSCmdlet.ShouldProcess("$($policy.name): $($item.FullKeyPath) $($item.ValueName)", 'Fjern')) {
            [void](Remove-GPRegistryValue @there -Name $policy.name -Key $item.FullKeyPath -ValueName $item.ValueName)
        }
    }
    # Først læses den kun af alle; hver af dens egne maskiner følger den, så snart den er i domænet.
    if ($policy.computers.Count) {
        $everyone = Get-GPPermission @there -Name $policy.name -TargetName 'Authenticated Users' -TargetType Group -ErrorAction SilentlyContinue
        if ((-not $everyone -or "$($everyone.Permission)" -ne 'GpoRead') -and $PSCmdlet.ShouldProcess($policy.name, 'Lad alle læse den og ingen følge den')) {
            [void](Set-GPPermission @there -Name $policy.name -TargetName 'Authenticated Users' -TargetType Group -PermissionLevel GpoRead -Replace)
        }
        foreach ($computer in $policy.computers) {
            $sam = "$computer`$"
            if (-not (Get-ADComputer @there -Filter 'SamAccountName -eq $sam')) { Write-Verbose "$computer er ikke i domænet endnu"; continue }
            $own = Get-GPPermission @there -Name $policy.name -TargetName $sam -TargetType Computer -ErrorAction SilentlyContinue
            if ((-not $own -or "$($own.Permission)" -ne 'GpoApply') -and $PSCmdlet.ShouldProcess("$($policy.name): $computer", 'Lad den følge den')) {
                [void](Set-GPPermission @there -Name $policy.name -TargetName $sam -TargetType Computer -PermissionLevel GpoApply)
            }
        }
    }
    $links = @()
    $unit = $policy.target
    if (Get-ADObject @there -Filter 'DistinguishedName -eq $unit') {
        $links = @((Get-GPInheritance @there -Target $unit).GpoLinks | ForEach-Object { $_.DisplayName })
    }
    if ($policy.name -notin $links -and $PSCmdlet.ShouldProcess("$($policy.name) til $($policy.target)", 'Link')) {
        [void](New-GPLink @there -Name $policy.name -Target $policy.target -LinkEnabled Yes)
    }
}
