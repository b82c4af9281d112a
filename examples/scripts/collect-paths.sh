#!/bin/sh
# Collects files into one archive, which Get File can fetch.
#
# Needs:  root, and one argument: a JSON document in Base64, e.g. of {"name":"case-4711","paths":["/tmp/*.sh","/var/log/auth.log*"]}
#         name          of the archive: letters, digits, dots, hyphens, underscores
#         paths         absolute paths; * ? [ ] are wildcards; a folder is collected with all that is in it
#         maxMegabytes  of all files together before they are compressed; default 500
# Prints: RESULT=<number>, then JSON: the path of the archive, its size and SHA-256, and what was not found.
#         0 the archive is there; 1 nothing was found; 2 the archive was not made; 64 the argument cannot be used
# The archive is /var/log/n8n-live-response/<name>.tar.gz. Archives in that folder that are older than a day are deleted.
# Links are collected as links: what they point to is not read.
LC_ALL=C
export LC_ALL
umask 077

# Ends the script with its verdict: RESULT=<number>, then one line of JSON, which is the last line.
finish() {
	printf 'RESULT=%s\n%s\n' "$1" "$2"
	exit "$1"
}

# Texts as strings of JSON, one a line, with a comma between them.
json_strings() {
	awk 'BEGIN {
		for (i = 1; i < 32; i++) code[sprintf("%c", i)] = sprintf("\\u%04x", i)
		# These two end a line for a program that searches for RESULT.
		code["\342\200\250"] = "\\u2028"
		code["\342\200\251"] = "\\u2029"
	}
	{
		printf "%s\"", (NR > 1 ? "," : "")
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			if ((three = substr($0, i, 3)) in code) { printf "%s", code[three]; i += 2 }
			else if (c == "\\" || c == "\"") printf "\\%s", c
			else if (c in code) printf "%s", code[c]
			else printf "%s", c
		}
		printf "\""
	}'
}

# What Base64 stands for. The option has another letter on older macOS.
decode_base64() {
	printf '%s' "$1" | base64 -d 2>/dev/null || printf '%s' "$1" | base64 -D 2>/dev/null || printf '%s' "$1" | openssl base64 -d -A 2>/dev/null
}

# The values of a JSON document, one a line: its place, a tab, and the value. {"name":"a","paths":["/x"]} gives
# "name<tab>a" and "paths.0<tab>/x". Fails where it is not valid JSON, or has a text with a line break.
json_lines() {
	awk '
	function fail() { failed = 1; exit 1 }
	function skip() { while (at <= length(s) && index(" \t\r\n", substr(s, at, 1)) > 0) at++ }
	function hex(digits,   i, n, place) {
		n = 0
		for (i = 1; i <= 4; i++) {
			place = index("0123456789abcdef", tolower(substr(digits, i, 1)))
			if (length(digits) < 4 || place == 0) fail()
			n = n * 16 + place - 1
		}
		return n
	}
	function utf8(n) {
		if (n < 32) fail()
		if (n < 128) return sprintf("%c", n)
		if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
		if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
		return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
	}
	function text(   c, n, out) {
		if (substr(s, at, 1) != "\"") fail()
		out = ""
		for (at++; (c = substr(s, at, 1)) != "\""; at++) {
			if (c == "" || c < " ") fail()
			if (c == "\\") {
				c = substr(s, ++at, 1)
				if (c == "u") {
					n = hex(substr(s, at + 1, 4))
					at += 4
					if (n >= 55296 && n < 56320 && substr(s, at + 1, 2) == "\\u") {
						n = 65536 + (n - 55296) * 1024 + hex(substr(s, at + 3, 4)) - 56320
						at += 6
					}
					c = utf8(n)
				} else if (c == "" || index("\"\\/", c) == 0) fail()
			}
			out = out c
		}
		at++
		return out
	}
	function value(path,   c, i, key) {
		skip()
		c = substr(s, at, 1)
		if (c == "\"") print path "\t" text()
		else if (c == "{" || c == "[") {
			at++
			skip()
			if (substr(s, at, 1) == (c == "{" ? "}" : "]")) { at++; return }
			for (i = 0; ; i++) {
				key = i
				if (c == "{") {
					skip()
					key = text()
					skip()
					if (substr(s, at++, 1) != ":") fail()
				}
				value((path == "" ? "" : path ".") key)
				skip()
				if (substr(s, at, 1) != ",") break
				at++
			}
			if (substr(s, at++, 1) != (c == "{" ? "}" : "]")) fail()
		} else {
			if (!match(substr(s, at), /^(true|false|null|-?[0-9][0-9.eE+-]*)/)) fail()
			print path "\t" substr(s, at, RLENGTH)
			at += RLENGTH
		}
	}
	{ s = s (NR > 1 ? "\n" : "") $0 }
	END {
		if (failed) exit 1
		at = 1
		value("")
		skip()
		if (at <= length(s)) exit 1
	}'
}

# The arguments as lines; ends the script where they are not what they have to be.
read_arguments() {
	arguments=$(decode_base64 "${1:-}" | json_lines) || finish 64 '{"error":"The argument is not JSON in Base64"}'
}

# One value of the arguments, or the second word where it is missing.
argument() {
	printf '%s\n' "$arguments" | awk -v name="$1" -v otherwise="$2" '
	index($0, name "\t") == 1 { print substr($0, length(name) + 2); found = 1; exit }
	END { if (!found) print otherwise }'
}

# All values of a list, one a line.
argument_list() {
	printf '%s\n' "$arguments" | awk -v name="$1" '
	index($0, name ".") == 1 { rest = substr($0, length(name) + 2); if (rest ~ /^[0-9]+\t/) print substr(rest, index(rest, "\t") + 1) }'
}

read_arguments "${1:-}"
folder=${N8N_LIVE_RESPONSE_FOLDER:-/var/log/n8n-live-response}
name=$(argument name '')
max=$(argument maxMegabytes 500)
case $name in '' | .* | *[!A-Za-z0-9._-]*) finish 64 '{"error":"name is empty, or has characters other than letters, digits, dots, hyphens and underscores"}' ;; esac
case $max in '' | 0* | *[!0-9]* | ????????*) finish 64 '{"error":"maxMegabytes is not a whole number"}' ;; esac

# From here on only line breaks separate words, so that paths may have blanks.
IFS='
'
set -f
patterns=$(argument_list paths)
set --
missing=
for pattern in $patterns; do
	case $pattern in
	/*) ;;
	*) finish 64 "{\"error\":$(printf '%s is not an absolute path' "$pattern" | json_strings)}" ;;
	esac
	set +f
	found=
	for path in $pattern; do
		[ -e "$path" ] || [ -L "$path" ] || continue
		found=1
		set -- "$@" ".$path"
	done
	set -f
	[ -n "$found" ] || missing="$missing$pattern
"
done
missing="[$(printf '%s' "$missing" | json_strings)]"
[ $# -gt 0 ] || finish 1 "{\"archive\":null,\"missing\":$missing,\"error\":\"Nothing was found\"}"

kilobytes=$(cd / && du -sk -- "$@" 2>/dev/null | awk '{ sum += $1 } END { printf "%d", sum }')
if [ "$kilobytes" -gt $((max * 1024)) ]; then
	finish 2 "{\"archive\":null,\"missing\":$missing,\"error\":\"The files have $((kilobytes / 1024)) MB, more than $max MB\"}"
fi

mkdir -p "$folder" && [ ! -L "$folder" ] && chmod 700 "$folder" || finish 2 '{"archive":null,"error":"The folder for archives cannot be used"}'
find "$folder" -type f -name '*.tar.gz' -mtime +0 -exec rm -f {} +
archive=$folder/$name.tar.gz
rm -f "$archive"
# What changes while it is read is collected as far as it was there; tar says so.
errors="[$(tar -czf "$archive" -C / -- "$@" 2>&1 | json_strings)]"
if ! gzip -t "$archive" 2>/dev/null; then
	rm -f "$archive"
	finish 2 "{\"archive\":null,\"missing\":$missing,\"errors\":$errors,\"error\":\"The archive was not made\"}"
fi
if command -v sha256sum >/dev/null; then sum=$(sha256sum <"$archive"); else sum=$(shasum -a 256 <"$archive"); fi
bytes=$(wc -c <"$archive" | tr -d ' ')
finish 0 "{\"archive\":$(printf '%s' "$archive" | json_strings),\"bytes\":$bytes,\"sha256\":\"${sum%% *}\",\"missing\":$missing,\"errors\":$errors}"
