#!/bin/sh
# Lists what starts by itself on a Linux or macOS device: services, timers, cron, start scripts, profiles, SSH keys, preloaded libraries.
#
# Needs:  root. Reads only.
# Prints: RESULT=0, then a JSON list: kind, path, mode, owner, modified, sha256, detail (the lines that say what is started).
#         RESULT=1 if there are more than 3,000 entries: the list has the first 3,000.
# In n8n, the options Output: Parse (As JSON) and Output: Split give one item for each entry.
LC_ALL=C
export LC_ALL

# Ends the script with its verdict: RESULT=<number>, then one line of JSON, which is the last line.
finish() {
	printf 'RESULT=%s\n%s\n' "$1" "$2"
	exit "$1"
}

# Another root than / is for tests.
root=${PERSISTENCE_ROOT:-}
most=3000

# Lines for files: kind, path, mode, owner, modified, sha256, detail; with tabs between them.
describe() {
	kind=$1
	shift
	for file in "$@"; do
		[ -f "$file" ] || continue
		path=$(printf '%s' "${file#"$root"}" | tr '\n\t' '??')
		# The list has the mode first and the owner third.
		owner=$(ls -ldnL "$file" | awk 'NR == 1 { print $1 "\t" $3 }')
		modified=$(date -u -r "$file" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null)
		sum=$( (sha256sum || shasum -a 256) <"$file" 2>/dev/null)
		case $kind in
		service | timer | unit) lines='^[[:space:]]*(Exec[A-Za-z]*|OnCalendar|OnBootSec|OnUnitActiveSec|Unit)=' ;;
		launchd) lines='<string>' ;;
		ssh-key) lines='' ;;
		*) lines='^[[:space:]]*[^#[:space:]]' ;;
		esac
		detail=
		[ -z "$lines" ] || detail=$(grep -aE "$lines" "$file" 2>/dev/null | head -n 20 | tr '\n\t' '; ' | cut -c1-500)
		printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$kind" "$path" "$owner" "$modified" "${sum%% *}" "$detail"
	done
}

everything() {
	describe cron "$root"/etc/crontab "$root"/etc/anacrontab "$root"/etc/cron.*/* "$root"/var/spool/cron/* "$root"/var/spool/cron/crontabs/* "$root"/var/at/tabs/*
	describe at "$root"/var/spool/at/* "$root"/var/spool/cron/atjobs/* "$root"/var/at/jobs/*
	describe service "$root"/etc/systemd/system/*.service "$root"/etc/systemd/system/*.wants/*.service "$root"/etc/systemd/user/*.service "$root"/home/*/.config/systemd/user/*.service "$root"/root/.config/systemd/user/*.service
	describe timer "$root"/etc/systemd/system/*.timer "$root"/etc/systemd/system/*.wants/*.timer "$root"/home/*/.config/systemd/user/*.timer
	describe start-script "$root"/etc/rc.local "$root"/etc/rc.d/rc.local "$root"/etc/init.d/*
	describe profile "$root"/etc/profile "$root"/etc/profile.d/* "$root"/etc/bash.bashrc "$root"/etc/zshenv "$root"/etc/zprofile
	describe profile "$root"/root/.bashrc "$root"/root/.profile "$root"/root/.bash_profile "$root"/home/*/.bashrc "$root"/home/*/.profile "$root"/home/*/.bash_profile "$root"/Users/*/.zshenv "$root"/Users/*/.zshrc "$root"/Users/*/.zprofile
	describe ssh-key "$root"/root/.ssh/authorized_keys "$root"/home/*/.ssh/authorized_keys "$root"/Users/*/.ssh/authorized_keys "$root"/var/root/.ssh/authorized_keys
	describe preload "$root"/etc/ld.so.preload
	describe kernel-module "$root"/etc/modules "$root"/etc/modules-load.d/*
	describe autostart "$root"/etc/xdg/autostart/*.desktop "$root"/home/*/.config/autostart/*.desktop
	describe launchd "$root"/Library/LaunchDaemons/*.plist "$root"/Library/LaunchAgents/*.plist "$root"/Users/*/Library/LaunchAgents/*.plist
}

entries=$(everything)
total=$(printf '%s' "$entries" | grep -c '')
list=$(printf '%s\n' "$entries" | awk -F '\t' -v most="$most" '
	BEGIN {
		for (i = 1; i < 32; i++) code[sprintf("%c", i)] = sprintf("\\u%04x", i)
		# These two end a line for a program that searches for RESULT.
		code["\342\200\250"] = "\\u2028"
		code["\342\200\251"] = "\\u2029"
		count = split("kind path mode owner modified sha256 detail", names, " ")
	}
	NR > most { exit }
	NF == count {
		printf "%s{", (objects++ > 0 ? "," : "")
		for (n = 1; n <= count; n++) {
			printf "%s\"%s\":\"", (n > 1 ? "," : ""), names[n]
			for (i = 1; i <= length($n); i++) {
				c = substr($n, i, 1)
				if ((three = substr($n, i, 3)) in code) { printf "%s", code[three]; i += 2 }
				else if (c == "\\" || c == "\"") printf "\\%s", c
				else if (c in code) printf "%s", code[c]
				else printf "%s", c
			}
			printf "\""
		}
		printf "}"
	}')

[ "$total" -le "$most" ] || finish 1 "[$list]"
finish 0 "[$list]"
