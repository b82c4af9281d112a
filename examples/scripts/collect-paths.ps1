# Collects files into one archive, which Get File can fetch.
#
# Needs:  one argument: a JSON document in Base64, e.g. of {"name":"case-4711","paths":["C:\\Users\\*\\AppData\\Local\\Temp\\*.ps1"]}
#         name          of the archive: letters, digits, dots, hyphens, underscores
#         paths         absolute paths; * ? [ ] are wildcards; a folder is collected with all that is in it
#         maxMegabytes  of all files together before they are compressed; default 500
# Prints: RESULT=<number>, then JSON: the path of the archive, its size and SHA-256, what was not found, what was not read.
#         0 the archive is there; 1 nothing was found; 2 the archive was not made; 64 the argument cannot be used
# The archive is C:\Windows\n8n-live-response\<name>.zip, which only administrators can read. Archives in that folder that
# are older than a day are deleted. Files that are open, such as event logs, are collected as they are at the time.
# Links, and files that are only in the cloud, are not followed: "errors" names them.
# Windows PowerShell 5.1 or later.
param([string]$Encoded = '')

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

# The object that a JSON document in Base64 holds; $null where it is something else.
function ConvertFrom-EncodedArgument {
	param([string]$Text)
	try {
		$json = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Text))
		$value = ConvertFrom-Json -InputObject $json
	} catch {
		return $null
	}
	if ($value -is [System.Management.Automation.PSCustomObject]) { return $value }
	return $null
}

# One value of the arguments, or the default where it is missing. Put @( ) around it where it is a list.
function Get-Argument {
	param($From, [string]$Name, $Default)
	$property = $From.PSObject.Properties[$Name]
	if ($null -eq $property -or $null -eq $property.Value) { return $Default }
	return $property.Value
}

# Tests have another folder.
$folder = $env:N8N_LIVE_RESPONSE_FOLDER
if (-not $folder) { $folder = Join-Path $env:SystemRoot 'n8n-live-response' }

$arguments = ConvertFrom-EncodedArgument $Encoded
if ($null -eq $arguments) { Complete-Script 64 @{ error = 'The argument is not JSON in Base64' } }
$name = [string](Get-Argument $arguments 'name' '')
$patterns = @(Get-Argument $arguments 'paths' @() | ForEach-Object { [string]$_ })
$maxMegabytes = 0
if ($name -notmatch '^[A-Za-z0-9_-][A-Za-z0-9._-]*\z') {
	Complete-Script 64 @{ error = 'name is empty, or has characters other than letters, digits, dots, hyphens and underscores' }
}
if (-not [int]::TryParse([string](Get-Argument $arguments 'maxMegabytes' 500), [ref]$maxMegabytes) -or $maxMegabytes -lt 1) {
	Complete-Script 64 @{ error = 'maxMegabytes is not a whole number' }
}
foreach ($pattern in $patterns) {
	# No share of another computer: the device would sign in there.
	if ($pattern -notmatch '^([A-Za-z]:[\\/]|/[^/])') { Complete-Script 64 @{ error = "$pattern is not an absolute path" } }
}

$errors = New-Object System.Collections.Generic.List[string]
$missing = New-Object System.Collections.Generic.List[string]
$files = New-Object System.Collections.Generic.List[System.IO.FileInfo]
$collected = New-Object System.Collections.Generic.List[string]

# Adds a file, or all files of a folder.
function Add-File {
	param([System.IO.FileSystemInfo]$Item)
	if ($Item.Attributes -band [System.IO.FileAttributes]::ReparsePoint) {
		$errors.Add("$($Item.FullName): a link, or only in the cloud")
	} elseif ($Item -is [System.IO.FileInfo]) {
		$files.Add($Item)
	} else {
		try {
			foreach ($child in @(Get-ChildItem -LiteralPath $Item.FullName -Force)) { Add-File $child }
		} catch {
			$errors.Add("$($Item.FullName): $($_.Exception.Message)")
		}
	}
}

foreach ($pattern in $patterns) {
	$found = @(Get-Item -Path $pattern -Force -ErrorAction SilentlyContinue | Where-Object { $_ -is [System.IO.FileSystemInfo] })
	if ($found.Count -eq 0) { $missing.Add($pattern) }
	foreach ($item in $found) { Add-File $item }
}
if ($files.Count -eq 0) {
	Complete-Script 1 ([ordered]@{ archive = $null; missing = $missing.ToArray(); errors = $errors.ToArray(); error = 'Nothing was found' })
}
$bytes = [long]0
foreach ($file in $files) { $bytes += $file.Length }
if ($bytes -gt [long]$maxMegabytes * 1mb) {
	$said = 'The files have {0} MB, more than {1} MB' -f [math]::Ceiling($bytes / 1mb), $maxMegabytes
	Complete-Script 2 ([ordered]@{ archive = $null; missing = $missing.ToArray(); error = $said })
}

# Makes the archive; throws where that is not possible.
function New-Archive {
	param([string]$Path)
	Add-Type -AssemblyName System.IO.Compression
	$null = New-Item -ItemType Directory -Path $folder -Force
	if ($env:OS -eq 'Windows_NT') {
		# Only the system (S-1-5-18) and administrators (S-1-5-32-544).
		$null = & "$env:SystemRoot\System32\icacls.exe" $folder '/inheritance:r' '/grant:r' '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F'
		if ($LASTEXITCODE -ne 0) { throw 'The folder for archives cannot be protected' }
	}
	$dayAgo = (Get-Date).AddDays(-1)
	Get-ChildItem -LiteralPath $folder -Filter '*.zip' -Force | Where-Object { $_.LastWriteTime -lt $dayAgo } | Remove-Item -Force
	$stream = [System.IO.File]::Create($Path)
	try {
		$zip = New-Object System.IO.Compression.ZipArchive($stream, [System.IO.Compression.ZipArchiveMode]::Create)
		try {
			foreach ($file in $files) {
				try {
					Add-ToArchive $zip $file
					$collected.Add($file.FullName)
				} catch {
					$errors.Add("$($file.FullName): $($_.Exception.Message)")
				}
			}
		} finally {
			$zip.Dispose()
		}
	} finally {
		$stream.Dispose()
	}
	if ($collected.Count -eq 0) { throw 'None of the files could be read' }
}

# Others may write to the file while it is read.
function Add-ToArchive {
	param($Zip, [System.IO.FileInfo]$File)
	$shared = [System.IO.FileShare]::ReadWrite -bor [System.IO.FileShare]::Delete
	$source = [System.IO.File]::Open($File.FullName, [System.IO.FileMode]::Open, [System.IO.FileAccess]::Read, $shared)
	try {
		$entry = $Zip.CreateEntry($File.FullName.Replace(':', '').Replace('\', '/').TrimStart('/'))
		# Zip knows years from 1980 to 2107.
		if ($File.LastWriteTime.Year -ge 1980 -and $File.LastWriteTime.Year -le 2107) { $entry.LastWriteTime = $File.LastWriteTime }
		$target = $entry.Open()
		try { $source.CopyTo($target) } finally { $target.Dispose() }
	} finally {
		$source.Dispose()
	}
}

$archive = Join-Path $folder "$name.zip"
$failed = $null
try { New-Archive $archive } catch { $failed = $_.Exception.Message }
if ($null -ne $failed) {
	Remove-Item -LiteralPath $archive -Force -ErrorAction SilentlyContinue
	Complete-Script 2 ([ordered]@{ archive = $null; missing = $missing.ToArray(); errors = $errors.ToArray(); error = $failed })
}
Complete-Script 0 ([ordered]@{
		archive = $archive
		bytes   = (Get-Item -LiteralPath $archive).Length
		sha256  = (Get-FileHash -LiteralPath $archive -Algorithm SHA256).Hash.ToLowerInvariant()
		missing = $missing.ToArray()
		errors  = $errors.ToArray()
	})
