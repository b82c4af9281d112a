#!/bin/sh
# Compares the device with a small security baseline. Add your own checks, one line each, at the end.
#
# Needs:  root. Reads only.
# Prints: RESULT=<number of checks that are not met>, then all checks as a JSON list: name, ok, detail.
#         What cannot be checked is not met: ok is null, and detail says why.
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

# Another root than / is for tests.
root=${BASELINE_ROOT:-}
deviations=0
checks=

# check NAME OK DETAIL, where OK is true, false or null.
check() {
	[ "$2" = true ] || deviations=$((deviations + 1))
	checks="$checks${checks:+,}{\"name\":$(printf '%s' "$1" | json_strings),\"ok\":$2,\"detail\":$({ printf '%s' "$3" | tr '\n' ' '; echo; } | json_strings)}"
}

# met NAME DETAIL: whether the command before it had success.
met() {
	if [ $? -eq 0 ]; then check "$1" true "$2"; else check "$1" false "$2"; fi
}

# The value of a setting of sshd: the first one counts, files that are included come first.
sshd_setting() {
	cat "$root"/etc/ssh/sshd_config.d/*.conf "$root/etc/ssh/sshd_config" 2>/dev/null |
		awk -v name="$1" -v otherwise="$2" 'tolower($1) == "match" { exit } tolower($1) == tolower(name) { print tolower($2); found = 1; exit } END { if (!found) print otherwise }'
}

# Accounts with the number of root, other than root.
accounts() {
	awk -F: '$3 == 0 && $1 != "root" { print $1 }' "$root/etc/passwd"
}

check_linux() {
	if [ -r "$root/etc/shadow" ]; then
		empty=$(awk -F: '$2 == "" { print $1 }' "$root/etc/shadow")
		[ -z "$empty" ]
		met 'Every account has a password or is locked' "$empty"
		# Nothing for others, nothing but reading for the group.
		mode=$(ls -ldL "$root/etc/shadow" | cut -c1-10)
		case $mode in -????-?---) check 'Only root reads the passwords' true "$mode" ;; *) check 'Only root reads the passwords' false "$mode" ;; esac
	else
		check 'Every account has a password or is locked' null '/etc/shadow cannot be read'
	fi
	if [ -e "$root/etc/ssh/sshd_config" ]; then
		login=$(sshd_setting PermitRootLogin prohibit-password)
		[ "$login" != yes ]
		met 'Root does not sign in over SSH with a password' "PermitRootLogin $login"
	fi
	if [ -r "$root/proc/sys/kernel/randomize_va_space" ]; then
		value=$(cat "$root/proc/sys/kernel/randomize_va_space")
		[ "$value" = 2 ]
		met 'Addresses in memory are random' "kernel.randomize_va_space = $value"
	else
		check 'Addresses in memory are random' null '/proc cannot be read'
	fi
	if command -v nft >/dev/null || command -v iptables >/dev/null; then
		rules=$( (nft list ruleset; iptables -S) 2>/dev/null | grep -Ec 'policy drop|(-P INPUT|INPUT.*-j) (DROP|REJECT)|hook input.*drop')
		[ "$rules" -gt 0 ]
		met 'The firewall refuses what is not allowed' "$rules rules that drop or reject"
	else
		check 'The firewall refuses what is not allowed' null 'Neither nft nor iptables is installed'
	fi
}

# says NAME WORDS COMMAND…: whether a command of macOS prints the words.
says() {
	name=$1
	words=$2
	shift 2
	if said=$("$@" 2>&1) || [ -n "$said" ]; then
		case $said in *"$words"*) check "$name" true "$said" ;; *) check "$name" false "$said" ;; esac
	else
		check "$name" null "$1 says nothing"
	fi
}

check_macos() {
	says 'The disk is encrypted (FileVault)' 'FileVault is On' fdesetup status
	says 'System Integrity Protection is on' 'status: enabled' csrutil status
	says 'Gatekeeper is on' 'assessments enabled' spctl --status
	says 'The firewall is on' 'enabled' /usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate
}

extra=$(accounts)
[ -z "$extra" ]
met 'No other account is root' "$extra"
case $(uname -s) in
Linux) check_linux ;;
Darwin) check_macos ;;
*) check 'This system is known' false "$(uname -s)" ;;
esac

# Your own checks go here, e.g.:
# [ -e /etc/contoso/managed ]; met 'The device is managed' '/etc/contoso/managed'

# An exit code cannot be greater than 255.
[ "$deviations" -le 255 ] || deviations=255
finish "$deviations" "[$checks]"
