# Compares the device with a small security baseline. Add your own checks at the end.
#
# Needs:  nothing. Reads only.
# Prints: RESULT=<number of checks that are not met>, then all checks as a JSON list: name, ok, detail.
#         What cannot be checked is not met: ok is null, and detail says why.
# Windows PowerShell 5.1 or later.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# Ends the script with its verdict: RESULT=<number>, then one line of JSON, which is the last line.
# Call it where its output is not kept in a variable.
function Complete-Script {
	param([int]$Result, $Value)
	# Otherwise Windows PowerShell 5.1 may write a list as an object with "value" and "Count".
	Remove-TypeData -TypeName System.Array -ErrorAction SilentlyContinue
	$json = ConvertTo-Json -InputObject $Value -Depth 6 -Compress
	# These two end a line for a program that searches for RESULT.
	foreach ($code in 0x2028, 0x2029) { $json = $json.Replace([string][char]$code, ('\u{0:x4}' -f $code)) }
	Write-Output "RESULT=$Result"
	Write-Output $json
	exit $Result
}

$checks = New-Object System.Collections.Generic.List[object]

# Adds a check. Its code gives true or false, and a text that says what was seen.
function Add-Check {
	param([string]$Name, [scriptblock]$Test)
	try {
		$ok, $detail = & $Test
	} catch {
		$ok, $detail = $null, $_.Exception.Message
	}
	if ($ok -isnot [bool]) { $ok = $null }
	$checks.Add([ordered]@{ name = $Name; ok = $ok; detail = [string]$detail })
}

# A value of the registry, or the default where it is missing.
function Get-RegistryValue {
	param([string]$Key, [string]$Name, $Default)
	$item = Get-Item -LiteralPath $Key -ErrorAction SilentlyContinue
	if ($null -eq $item) { return $Default }
	return $item.GetValue($Name, $Default)
}

Add-Check 'The firewall is on' {
	$off = @(Get-NetFirewallProfile -PolicyStore ActiveStore | Where-Object { [string]$_.Enabled -ne 'True' } | ForEach-Object { $_.Name })
	($off.Count -eq 0), ('off: ' + ($off -join ', '))
}
Add-Check 'Real-time protection is on' {
	$status = Get-MpComputerStatus
	([bool]$status.RealTimeProtectionEnabled), "RealTimeProtectionEnabled $($status.RealTimeProtectionEnabled)"
}
Add-Check 'Tamper protection is on' {
	$status = Get-MpComputerStatus
	([bool]$status.IsTamperProtected), "IsTamperProtected $($status.IsTamperProtected)"
}
Add-Check 'Definitions are not older than three days' {
	$age = (Get-MpComputerStatus).AntivirusSignatureAge
	($age -le 3), "$age days"
}
Add-Check 'The system drive is encrypted (BitLocker)' {
	$filter = "DriveLetter='$env:SystemDrive'"
	$volume = Get-CimInstance -Namespace 'root\CIMV2\Security\MicrosoftVolumeEncryption' -ClassName Win32_EncryptableVolume -Filter $filter
	if ($null -eq $volume) { throw 'The drive is not listed' }
	($volume.ProtectionStatus -eq 1), "ProtectionStatus $($volume.ProtectionStatus)"
}
Add-Check 'SMB 1 is off' {
	$isOn = (Get-SmbServerConfiguration).EnableSMB1Protocol
	(-not $isOn), "EnableSMB1Protocol $isOn"
}
Add-Check 'User Account Control is on' {
	$value = Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System' 'EnableLUA' 1
	($value -eq 1), "EnableLUA $value"
}
Add-Check 'The guest account is off' {
	# The number of this account ends with 501, whatever its name is.
	$isOn = @(Get-LocalUser | Where-Object { $_.SID.Value -like '*-501' -and $_.Enabled }).Count -gt 0
	(-not $isOn), "enabled: $isOn"
}

# Your own checks go here, e.g.:
# Add-Check 'The device is managed' { (Test-Path 'C:\ProgramData\Contoso\managed'), '' }

$deviations = @($checks | Where-Object { $_.ok -ne $true }).Count
Complete-Script $deviations $checks.ToArray()
