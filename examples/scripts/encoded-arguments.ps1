# Reads arguments that live response would otherwise garble: quotes, blanks and ; & | ! $ ( ) in them.
#
# Needs:  one argument, a JSON document in Base64. In n8n:
#         {{ JSON.stringify({ user: "O'Hara", paths: ["C:\\a b", "C:\\c"] }).base64Encode() }}
# Prints: RESULT=0, then the user and the paths that arrived, as JSON; RESULT=64 where the argument is not JSON in Base64.
# Copy the functions to scripts of your own. Windows PowerShell 5.1 or later.
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

$arguments = ConvertFrom-EncodedArgument $Encoded
if ($null -eq $arguments) { Complete-Script 64 @{ error = 'The argument is not JSON in Base64' } }

# Your own work is done here.
$user = [string](Get-Argument $arguments 'user' '')
$paths = @(Get-Argument $arguments 'paths' @() | ForEach-Object { [string]$_ })

Complete-Script 0 ([ordered]@{ user = $user; paths = $paths })
