# Does work that takes longer than the ten minutes that live response gives a script: starts it and returns at once.
# A second call says whether it has ended, and its result. Put your own work into the function Invoke-Work below.
#
# Needs:  a step and a name: "start case-4711", later "status case-4711". The name has letters, digits, dots, hyphens and
#         underscores. A name is started once: "start" with the same name says how that is going.
# Prints: RESULT=<number>, then JSON: state (running, ended, lost, unknown), exitCode, and the end of the output.
#         0 it has been started, or has ended with 0; 1 it has ended with another exit code; 2 it is running;
#         3 there is no work of this name; 4 it was lost, e.g. because the device was restarted; 5 it could not be started;
#         64 wrong arguments
# It runs as a scheduled task of the system, for a day at most. Output is kept for seven days in C:\Windows\n8n-live-response.
# Windows PowerShell 5.1 or later.
param([string]$Step = '', [string]$Name = '')

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# Your own work. What it prints is the output. It ends with 0, or with 1 where it throws.
function Invoke-Work {
	Get-ChildItem -LiteralPath "$env:SystemDrive\" -Recurse -Force -File -Filter '*.lnk' -ErrorAction SilentlyContinue | ForEach-Object { $_.FullName }
}

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

if ($Name -notmatch '^[A-Za-z0-9_-][A-Za-z0-9._-]*\z') { Complete-Script 64 @{ error = 'The second argument is not a name' } }
$folder = Join-Path $env:SystemRoot 'n8n-live-response'
$place = Join-Path $folder "work-$Name"
$output = Join-Path $place 'output.txt'
$exitFile = Join-Path $place 'exit.txt'
$task = @{ TaskPath = '\n8n\'; TaskName = "long-work-$Name" }

# The end of the output.
function Get-OutputEnd {
	if (-not (Test-Path -LiteralPath $output)) { return '' }
	$text = (@(Get-Content -LiteralPath $output -Encoding UTF8 -Tail 1000) -join "`n")
	if ($text.Length -gt 20000) { $text = $text.Substring($text.Length - 20000) }
	return $text
}

# What has become known of the work: the verdict, and its JSON.
function Get-WorkState {
	if (-not (Test-Path -LiteralPath $place)) { return 3, @{ state = 'unknown' } }
	# First the task, since the work may end between the two.
	$known = Get-ScheduledTask @task -ErrorAction SilentlyContinue
	$isRunning = $null -ne $known -and @('Running', 'Queued') -contains [string]$known.State
	if (Test-Path -LiteralPath $exitFile) {
		$code = [int](Get-Content -LiteralPath $exitFile -TotalCount 1)
		Unregister-ScheduledTask @task -Confirm:$false -ErrorAction SilentlyContinue
		return [math]::Min([math]::Abs($code), 1), [ordered]@{ state = 'ended'; exitCode = $code; output = (Get-OutputEnd) }
	}
	if ($isRunning) { return 2, [ordered]@{ state = 'running'; output = (Get-OutputEnd) } }
	return 4, [ordered]@{ state = 'lost'; output = (Get-OutputEnd) }
}

# Starts the work as a task of its own, which the end of the live response does not end; throws where that is not possible.
function Start-Work {
	$null = New-Item -ItemType Directory -Path $folder -Force
	# Only the system (S-1-5-18) and administrators (S-1-5-32-544).
	$null = & "$env:SystemRoot\System32\icacls.exe" $folder '/inheritance:r' '/grant:r' '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F'
	if ($LASTEXITCODE -ne 0) { throw 'The folder cannot be protected' }
	$weekAgo = (Get-Date).AddDays(-7)
	foreach ($ended in @(Get-Item -Path (Join-Path $folder 'work-*\exit.txt') | Where-Object { $_.LastWriteTime -lt $weekAgo })) {
		Remove-Item -LiteralPath $ended.DirectoryName -Recurse -Force
	}
	$null = New-Item -ItemType Directory -Path $place
	# The agent removes its own copy when the live response ends.
	$copy = Join-Path $place 'script.ps1'
	Copy-Item -LiteralPath $PSCommandPath -Destination $copy
	$powerShell = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
	$with = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{0}" work {1}' -f $copy, $Name
	$action = New-ScheduledTaskAction -Execute $powerShell -Argument $with
	$principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
	$settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -ExecutionTimeLimit (New-TimeSpan -Days 1)
	$null = Register-ScheduledTask @task -Action $action -Principal $principal -Settings $settings -Force
	Start-ScheduledTask @task
	# It takes a moment until the task is listed as running.
	for ($tries = 0; $tries -lt 30; $tries++) {
		if ((Test-Path -LiteralPath $exitFile) -or [string](Get-ScheduledTask @task).State -eq 'Running') { return }
		Start-Sleep -Seconds 1
	}
	throw 'The task did not start within 30 seconds'
}

if ($Step -eq 'work') {
	$code = 1
	try {
		Invoke-Work 2>&1 | Out-File -LiteralPath $output -Encoding UTF8
		$code = 0
	} catch {
		$_ | Out-File -LiteralPath $output -Encoding UTF8 -Append
	} finally {
		Set-Content -LiteralPath "$exitFile.new" -Value $code
		Move-Item -LiteralPath "$exitFile.new" -Destination $exitFile
	}
	exit $code
}
if ($Step -ne 'start' -and $Step -ne 'status') { Complete-Script 64 @{ error = 'The first argument is neither start nor status' } }
if ($Step -eq 'status' -or (Test-Path -LiteralPath $place)) {
	$result, $state = Get-WorkState
	Complete-Script $result $state
}
$failed = $null
try { Start-Work } catch { $failed = $_.Exception.Message }
if ($null -ne $failed) { Complete-Script 5 @{ state = 'unknown'; error = $failed } }
Complete-Script 0 @{ state = 'running' }
