# Skrevet af platform-refresh (domain_controllers), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Gør en ny server til domænecontroller med DNS og genstarter den.
.DESCRIPTION
Køres på serveren selv, som allerede er i domænet. Den første i en ny version af Windows udvider skemaet: det kræver, at den,
der kører scriptet, er Schema Admin og Enterprise Admin. En server, der er domænecontroller, røres ikke. Med -WhatIf vises,
hvad der ville ske.
.PARAMETER SafeModePassword
Adgangskoden til gendannelse af Active Directory. Uden den spørges der.
#>
[CmdletBinding(SupportsShouldProcess)]
param([Alias('SharedSecret')] [securestring] $SafeModePassword)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
{
  "domain": "lilleby.example",
  "site": "Lilleby",
  "computers": [
    "ADDC01G26",
    "ADDC02G26"
  ]
}
'@ | ConvertFrom-Json

if ($env:COMPUTERNAME -notin $data.computers) { throw "$env:COMPUTERNAME skal ikke være domænecontroller" }
# 4 og 5 er domænecontrollere, 3 en server i domænet (Win32_ComputerSystem.DomainRole).
$computer = Get-CimInstance -ClassName Win32_ComputerSystem
if ($computer.DomainRole -ge 4) { return }
if ($computer.DomainRole -ne 3 -or $computer.Domain -ne $data.domain) { throw "$env:COMPUTERNAME er ikke i $($data.domain) endnu" }
if (-not $PSCmdlet.ShouldProcess($env:COMPUTERNAME, "Gør til domænecontroller i $($data.site), og genstart")) { return }
$result = Install-WindowsFeature -Name 'AD-Domain-Services', 'DNS' -IncludeManagementTools
if (-not $result.Success) { throw "Rollen kan ikke installeres på $env:COMPUTERNAME" }
if (-not $SafeModePassword) { $SafeModePassword = Read-Host 'Adgangskode til gendannelse (DSRM)' -AsSecureString }
Import-Module ADDSDeployment
$done = Install-ADDSDomainController -DomainName $data.domain -SiteName $data.site -InstallDns `
    -SafeModeAdministratorPassword $SafeModePassword -NoRebootOnCompletion -Force -Confirm:$false
if ("$($done.Status)" -ne 'Success') { throw "$env:COMPUTERNAME blev ikke domænecontroller: $($done.Message)" }
& "$env:SystemRoot\System32\shutdown.exe" /r /t 60 /c 'platform-refresh: domænecontroller'
