# Skrevet af platform-refresh (storefront), som overskriver filen: ret platformens data i stedet.
#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Sætter StoreFront op: butik, farm, logon og webside.
.DESCRIPTION
Køres på én server i hver generations servergruppe og kan køres igen: kun det, der afviger, ændres, og derefter får
gruppens andre servere det samme. Farmen har alle controllere i alle generationer, der betjener nogen, så scriptet er
uændret ved et skifte. Med -WhatIf vises, hvad der ville ske.
#>
[CmdletBinding(SupportsShouldProcess)]
param()
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module Citrix.StoreFront

$data = @'
{
  "host_base_url": "https://sbsys.access.lilleby.example",
  "site_id": 1,
  "title": "Lilleby Kommune",
  "store": "/Citrix/Store",
  "authentication": "/Citrix/StoreAuth",
  "web": "/Citrix/StoreWeb",
  "methods": [
    "ExplicitForms"
  ],
  "loopback": "On",
  "farm": {
    "name": "Citrix",
    "type": "XenDesktop",
    "servers": [
      "lilapp01.lilleby.example",
      "lilapp02.lilleby.example"
    ],
    "port": 443,
    "transport": "HTTPS"
  }
}
'@ | ConvertFrom-Json
$farm = $data.farm
$farmSettings = @{
    FarmName = $farm.name
    FarmType = $farm.type
    Servers = [string[]]$farm.servers
    Port = $farm.port
    TransportType = $farm.transport
    LoadBalance = $true
}
$changed = $false

$deployment = Get-STFDeployment -SiteId $data.site_id
if (-not $deployment) {
    if ($PSCmdlet.ShouldProcess($data.host_base_url, 'Opret StoreFront')) {
        Add-STFDeployment -HostBaseUrl $data.host_base_url -SiteId $data.site_id -Confirm:$false
        $changed = $true
    }
}
elseif ("$($deployment.HostbaseUrl)".TrimEnd('/') -ne $data.host_base_url) {
    if ($PSCmdlet.ShouldProcess($data.host_base_url, "Ret adressen fra $($deployment.HostbaseUrl)")) {
        Set-STFDeployment -HostBaseUrl $data.host_base_url -SiteId $data.site_id -Confirm:$false
        $changed = $true
    }
}

$authentication = Get-STFAuthenticationService -SiteId $data.site_id -VirtualPath $data.authentication
if (-not $authentication -and $PSCmdlet.ShouldProcess($data.authentication, 'Opret logon')) {
    $authentication = Add-STFAuthenticationService -SiteId $data.site_id -VirtualPath $data.authentication
    $changed = $true
}
if ($authentication) {
    $enabled = @(Get-STFAuthenticationServiceProtocol -AuthenticationService $authentication | Where-Object { $_.Enabled })
    foreach ($method in $data.methods) {
        if ($method -notin @($enabled | ForEach-Object { $_.Name }) -and $PSCmdlet.ShouldProcess($method, 'Tillad logon')) {
            Enable-STFAuthenticationServiceProtocol -AuthenticationService $authentication -Name $method
            $changed = $true
        }
    }
}

$store = Get-STFStoreService -SiteId $data.site_id -VirtualPath $data.store
if (-not $store) {
    if ($authentication -and $PSCmdlet.ShouldProcess($data.store, 'Opret butik')) {
        $store = Add-STFStoreService -SiteId $data.site_id -VirtualPath $data.store -FriendlyName $data.title `
            -AuthenticationService $authentication @farmSettings
        $changed = $true
    }
}
else {
    $there = Get-STFStoreFarm -StoreService $store | Where-Object { $_.FarmName -eq $farm.name }
    if (-not $there) {
        if ($PSCmdlet.ShouldProcess($farm.name, 'Tilføj farm')) {
            Add-STFStoreFarm -StoreService $store -Farm (New-STFStoreFarm @farmSettings)
            $changed = $true
        }
    }
    elseif (($there.Servers -join ' ') -ne ($farm.servers -join ' ') -or $there.Port -ne $farm.port -or
        "$($there.TransportType)" -ne $farm.transport) {
        if ($PSCmdlet.ShouldProcess($farm.name, 'Ret farm')) {
            Set-STFStoreFarm -StoreService $store @farmSettings
            $changed = $true
        }
    }
}

$web = Get-STFWebReceiverService -SiteId $data.site_id -VirtualPath $data.web
if (-not $web -and $store -and $PSCmdlet.ShouldProcess($data.web, 'Opret webside')) {
    $web = Add-STFWebReceiverService -SiteId $data.site_id -VirtualPath $data.web -StoreService $store -FriendlyName $data.title
    Set-STFWebReceiverAuthenticationMethods -WebReceiverService $web -AuthenticationMethods $data.methods
    $changed = $true
}

if ($web -and "$((Get-STFWebReceiverCommunication -WebReceiverService $web).Loopback)" -ne $data.loopback) {
    if ($PSCmdlet.ShouldProcess($data.web, 'Lad websiden spørge butikken på samme server')) {
        Set-STFWebReceiverCommunication -WebReceiverService $web -Loopback $data.loopback
        $changed = $true
    }
}

if ($changed -and @((Get-STFServerGroup).ClusterMembers).Count -gt 1) {
    Publish-STFServerGroupConfiguration -Confirm:$false
}
