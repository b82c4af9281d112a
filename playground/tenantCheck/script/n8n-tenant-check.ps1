# n8n tenant check. Shows how Defender hands back what a script prints: its verdict, Unicode and its arguments.
# Reads nothing of the device but the language of Windows. Writes two small files of its own into the Windows folder,
# where only administrators can write, and deletes them when it is run with "-Step clean".
# Ends with exit code 4 whatever it does: the check looks whether that number arrives.
param(
	[string]$Step = 'none',
	[string]$Word = '',
	[int]$Number = 0
)

$text = Join-Path $env:SystemRoot 'n8n-tenant-check.txt'
$packed = Join-Path $env:SystemRoot 'n8n-tenant-check.gz'

if ($Step -eq 'write') {
	[IO.File]::WriteAllText($text, "n8n tenant check`n")
	[IO.File]::WriteAllBytes($packed, [Convert]::FromBase64String('H4sIAAAAAAAA/8uzyFMoSc1LzCtRSM5ITc7mAgA/6qaZEQAAAA=='))
}
if ($Step -eq 'clean') {
	Remove-Item -LiteralPath $text, $packed -Force -ErrorAction SilentlyContinue
}
$files = @($text, $packed | Where-Object { Test-Path -LiteralPath $_ }).Count

# Made of numbers, so that it does not depend on how this file is read.
$unicode = '{0} {1} {2}' -f [char]0x00FC, [char]0x4F60, [char]::ConvertFromUtf32(0x1F600)
$hex = -join ([Text.Encoding]::UTF8.GetBytes($Word) | ForEach-Object { $_.ToString('x2') })

Write-Output 'n8n tenant check'
Write-Output "STEP=$Step"
Write-Output "WORD=$Word"
Write-Output "HEX=$hex"
Write-Output "NUMBER=$Number"
Write-Output "UNICODE=$unicode"
Write-Output "CULTURE=$([Globalization.CultureInfo]::CurrentUICulture.Name)"
Write-Output "FILES=$files"
Write-Output 'RESULT=4'
exit 4
