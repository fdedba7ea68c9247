# Skrevet af platform-refresh (ad), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -Modules ActiveDirectory
<#
.SYNOPSIS
Opretter de organisatoriske enheder, grupper og servicekonti, som platformen bruger.
.DESCRIPTION
Kan køres igen: det, der findes, bliver stående, hvor det er. Servicekonti er gMSA: ingen kender deres adgangskode, og
kun servere i kontoens gruppe kan hente den. De stabile navne, som serverne svarer på, får SPN på kontoen, så Kerberos
virker; et SPN, der findes et andet sted, bliver stående, og det siges. En server, der ikke er i domænet endnu, kommer med ved næste kørsel. Med
-WhatIf vises, hvad der ville ske.
#>
[CmdletBinding(SupportsShouldProcess)]
param()
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = @'
{
  "group_path": "OU=Grupper,OU=Servere,DC=lilleby,DC=example",
  "domain": "lilleby.example",
  "units": [
    {
      "name": "Citrix",
      "parent": "DC=lilleby,DC=example",
      "dn": "OU=Citrix,DC=lilleby,DC=example"
    },
    {
      "name": "Servere",
      "parent": "DC=lilleby,DC=example",
      "dn": "OU=Servere,DC=lilleby,DC=example"
    },
    {
      "name": "G26",
      "parent": "OU=Citrix,DC=lilleby,DC=example",
      "dn": "OU=G26,OU=Citrix,DC=lilleby,DC=example"
    },
    {
      "name": "G26",
      "parent": "OU=Servere,DC=lilleby,DC=example",
      "dn": "OU=G26,OU=Servere,DC=lilleby,DC=example"
    },
    {
      "name": "Grupper",
      "parent": "OU=Servere,DC=lilleby,DC=example",
      "dn": "OU=Grupper,OU=Servere,DC=lilleby,DC=example"
    },
    {
      "name": "Grafik",
      "parent": "OU=G26,OU=Citrix,DC=lilleby,DC=example",
      "dn": "OU=Grafik,OU=G26,OU=Citrix,DC=lilleby,DC=example"
    },
    {
      "name": "Kontor",
      "parent": "OU=G26,OU=Citrix,DC=lilleby,DC=example",
      "dn": "OU=Kontor,OU=G26,OU=Citrix,DC=lilleby,DC=example"
    },
    {
      "name": "Application",
      "parent": "OU=G26,OU=Servere,DC=lilleby,DC=example",
      "dn": "OU=Application,OU=G26,OU=Servere,DC=lilleby,DC=example"
    },
    {
      "name": "Database",
      "parent": "OU=G26,OU=Servere,DC=lilleby,DC=example",
      "dn": "OU=Database,OU=G26,OU=Servere,DC=lilleby,DC=example"
    },
    {
      "name": "Infrastructure",
      "parent": "OU=G26,OU=Servere,DC=lilleby,DC=example",
      "dn": "OU=Infrastructure,OU=G26,OU=Servere,DC=lilleby,DC=example"
    }
  ],
  "groups": [
    {
      "name": "Domain Computers",
      "description": "Må bruge en lukket port (802.1X)"
    },
    {
      "name": "GG-Citrix-Grafik",
      "description": "Brugere af Grafik"
    },
    {
      "name": "GG-Citrix-Kontor",
      "description": "Brugere af Skrivebord"
    },
    {
      "name": "GG-Net-Enheder",
      "description": "Må bruge en lukket port (802.1X)"
    },
    {
      "name": "GG-gMSA-svc-sbsys",
      "description": "Servere, der kører som svc-sbsys"
    }
  ],
  "accounts": [
    {
      "name": "svc-sbsys",
      "group": "GG-gMSA-svc-sbsys",
      "computers": [
        "LILAPP01",
        "LILAPP02",
        "LILSQL01",
        "SBSYSAPP01G26",
        "SBSYSAPP02G26",
        "SBSYSSQL01G26"
      ],
      "principals": [
        "HTTP/sbsys.access.lilleby.example"
      ]
    }
  ]
}
'@ | ConvertFrom-Json

foreach ($unit in $data.units) {
    try { [void](Get-ADOrganizationalUnit -Identity $unit.dn); continue }
    catch [Microsoft.ActiveDirectory.Management.ADIdentityNotFoundException] { Write-Verbose "$($unit.dn) findes ikke" }
    if ($PSCmdlet.ShouldProcess($unit.dn, 'Opret organisatorisk enhed')) {
        New-ADOrganizationalUnit -Name $unit.name -Path $unit.parent -ProtectedFromAccidentalDeletion $true
    }
}

foreach ($group in $data.groups) {
    $name = $group.name
    if (Get-ADGroup -Filter 'SamAccountName -eq $name') { continue }
    if ($PSCmdlet.ShouldProcess($name, 'Opret gruppe')) {
        New-ADGroup -Name $name -SamAccountName $name -GroupScope Global -GroupCategory Security `
            -Path $data.group_path -Description $group.description
    }
}

if ($data.accounts.Count -and -not (Get-KdsRootKey)) {
    if ($PSCmdlet.ShouldProcess($data.domain, 'Opret KDS-rodnøgle')) { [void](Add-KdsRootKey -EffectiveImmediately) }
    Write-Warning 'Domænet har først en gyldig KDS-rodnøgle efter ti timer: kør scriptet igen til den tid for servicekonti.'
    return
}
foreach ($account in $data.accounts) {
    $name = $account.name
    if (-not (Get-ADServiceAccount -Filter 'Name -eq $name')) {
        if ($PSCmdlet.ShouldProcess($name, 'Opret servicekonto (gMSA)')) {
            New-ADServiceAccount -Name $name -DNSHostName "$name.$($data.domain)" -ManagedPasswordIntervalInDays 30 `
                -KerberosEncryptionType 'AES128', 'AES256' -PrincipalsAllowedToRetrieveManagedPassword $account.group
        }
    }
    foreach ($principal in $account.principals) {
        $bearers = @(Get-ADObject -LDAPFilter "(servicePrincipalName=$principal)" -Properties SamAccountName)
        if ("$name`$" -in $bearers.SamAccountName) { continue }
        # To konti med samme SPN giver ingen af dem en billet.
        if ($bearers.Count) { Write-Warning "$principal findes på $($bearers[0].DistinguishedName): fjern den dér først (setspn -D)"; continue }
        if ($PSCmdlet.ShouldProcess("$principal til $name", 'Tilføj SPN')) {
            Set-ADServiceAccount -Identity $name -ServicePrincipalNames @{ Add = $principal }
        }
    }
    $group = $account.group
    if (-not (Get-ADGroup -Filter 'SamAccountName -eq $group')) { continue }
    $members = @(Get-ADGroupMember -Identity $group | ForEach-Object { $_.SamAccountName })
    foreach ($computer in $account.computers) {
        $sam = "$computer`$"
        if ($sam -in $members) { continue }
        $found = Get-ADComputer -Filter 'SamAccountName -eq $sam'
        if (-not $found) { Write-Verbose "$computer er ikke i domænet endnu"; continue }
        if ($PSCmdlet.ShouldProcess("$computer til $group", 'Tilføj')) { Add-ADGroupMember -Identity $group -Members $found }
    }
    foreach ($member in $members) {
        if ($member.TrimEnd('$') -notin $account.computers -and $PSCmdlet.ShouldProcess("$member fra $group", 'Fjern')) {
            Remove-ADGroupMember -Identity $group -Members $member -Confirm:$false
        }
    }
}
