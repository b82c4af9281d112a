# Lists what starts by itself on a Windows device: run keys, services, tasks, startup folders, WMI consumers, and more.
#
# Needs:  nothing. Reads only.
# Prints: RESULT=0, then a JSON list: kind, path (key, task or file), name, detail (what is started).
#         RESULT=1 if a part could not be read (an entry of the kind "error" says which), or if there are more than 3,000
#         entries: the list has the first 3,000.
# In n8n, the options Output: Parse (As JSON) and Output: Split give one item for each entry.
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

$most = 3000
$entries = New-Object System.Collections.Generic.List[object]

function Add-Entry {
	param([string]$Kind, [string]$Path, [string]$Name, [string]$Detail)
	if ($Detail.Length -gt 500) { $Detail = $Detail.Substring(0, 500) }
	$entries.Add([ordered]@{ kind = $Kind; path = $Path; name = $Name; detail = $Detail })
}

# Runs the code that reads a part.
function Read-Part {
	param([string]$Name, [scriptblock]$Code)
	try { & $Code } catch { Add-Entry 'error' $Name '' $_.Exception.Message }
}

# Adds the values of a key: all, or those with the given names.
function Add-RegistryValue {
	param([string]$Kind, [string]$Key, [string[]]$Names = @())
	$item = Get-Item -LiteralPath "Registry::$Key" -ErrorAction SilentlyContinue
	if ($null -eq $item) { return }
	foreach ($name in $item.GetValueNames()) {
		if ($Names.Count -gt 0 -and $Names -notcontains $name) { continue }
		$value = $item.GetValue($name, '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
		$text = @($value | ForEach-Object { [string]$_ } | Where-Object { $_ -ne '' }) -join ' '
		if ($text -ne '') { Add-Entry $Kind $Key $name $text }
	}
}

Read-Part 'run keys' {
	$users = @(Get-ChildItem -LiteralPath 'Registry::HKEY_USERS' -ErrorAction SilentlyContinue | ForEach-Object { $_.Name })
	foreach ($root in @('HKEY_LOCAL_MACHINE') + $users) {
		foreach ($place in 'Software\Microsoft\Windows\CurrentVersion', 'Software\WOW6432Node\Microsoft\Windows\CurrentVersion') {
			foreach ($key in 'Run', 'RunOnce', 'Policies\Explorer\Run') { Add-RegistryValue 'run-key' "$root\$place\$key" }
		}
	}
}
Read-Part 'Winlogon and others' {
	$windows = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
	Add-RegistryValue 'winlogon' "$windows\Winlogon" @('Shell', 'Userinit', 'Taskman')
	Add-RegistryValue 'appinit-dll' "$windows\Windows" @('AppInit_DLLs')
	Add-RegistryValue 'lsa-package' 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Lsa' @('Authentication Packages', 'Notification Packages', 'Security Packages')
	foreach ($key in @(Get-ChildItem -LiteralPath "Registry::$windows\Image File Execution Options" -ErrorAction SilentlyContinue)) {
		Add-RegistryValue 'image-debugger' $key.Name @('Debugger')
	}
}
Read-Part 'services' {
	foreach ($service in @(Get-CimInstance -ClassName Win32_Service | Where-Object { $_.StartMode -eq 'Auto' })) {
		Add-Entry 'service' "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\$($service.Name)" $service.Name ([string]$service.PathName)
	}
}
Read-Part 'scheduled tasks' {
	foreach ($task in @(Get-ScheduledTask | Where-Object { [string]$_.State -ne 'Disabled' })) {
		$actions = foreach ($action in @($task.Actions)) {
			$parts = foreach ($name in 'Execute', 'Arguments', 'ClassId') {
				$property = $action.PSObject.Properties[$name]
				if ($null -ne $property -and $property.Value) { [string]$property.Value }
			}
			@($parts) -join ' '
		}
		Add-Entry 'task' "$($task.TaskPath)$($task.TaskName)" $task.TaskName (@($actions) -join '; ')
	}
}
Read-Part 'startup folders' {
	$below = 'Microsoft\Windows\Start Menu\Programs\StartUp\*'
	$places = (Join-Path $env:ProgramData $below), (Join-Path $env:SystemDrive "\Users\*\AppData\Roaming\$below")
	foreach ($file in @(Get-Item -Path $places -Force -ErrorAction SilentlyContinue)) {
		if ($file.Name -ne 'desktop.ini') { Add-Entry 'startup-folder' $file.FullName $file.Name '' }
	}
}
Read-Part 'WMI consumers' {
	foreach ($consumer in @(Get-CimInstance -Namespace 'root\subscription' -ClassName __EventConsumer)) {
		$parts = foreach ($name in 'CommandLineTemplate', 'ExecutablePath', 'ScriptFileName', 'ScriptText') {
			$property = $consumer.PSObject.Properties[$name]
			if ($null -ne $property -and $property.Value) { [string]$property.Value }
		}
		Add-Entry 'wmi-consumer' $consumer.CimClass.CimClassName ([string]$consumer.Name) (@($parts) -join ' ')
	}
}

$result = 0
if ($entries.Count -gt $most -or @($entries | Where-Object { $_.kind -eq 'error' }).Count -gt 0) { $result = 1 }
$list = $entries.GetRange(0, [math]::Min($entries.Count, $most)).ToArray()
Complete-Script $result $list
