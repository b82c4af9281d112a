#!/bin/sh
# Reads arguments that live response would otherwise garble: quotes, blanks and ; & | ! $ ( ) in them.
#
# Needs:  one argument, a JSON document in Base64. In n8n:
#         {{ JSON.stringify({ user: "O'Hara", paths: ["/tmp/a b", "/tmp/c"] }).base64Encode() }}
# Prints: RESULT=0, then the user and the paths that arrived, as JSON; RESULT=64 where the argument is not JSON in Base64.
# Copy the functions to scripts of your own. They are POSIX sh and awk, for Linux and macOS.
LC_ALL=C
export LC_ALL

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

# Your own work is done here.
user=$(argument user '')
paths=$(argument_list paths)

finish 0 "{\"user\":$(printf '%s\n' "$user" | json_strings),\"paths\":[$(printf '%s' "$paths" | json_strings)]}"
