#!/bin/sh
# Does work that takes longer than the ten minutes that live response gives a script: starts it and returns at once.
# A second call says whether it has ended, and its result. Put your own work into the function "work" below.
#
# Needs:  root, a step and a name: "start case-4711", later "status case-4711". The name has letters, digits, dots,
#         hyphens and underscores. A name is started once: "start" with the same name says how that is going.
# Prints: RESULT=<number>, then JSON: state (running, ended, lost, unknown), exitCode, and the end of the output.
#         0 it has been started, or has ended with 0; 1 it has ended with another exit code; 2 it is running;
#         3 there is no work of this name; 4 it was lost, e.g. because the device was restarted; 64 wrong arguments
# It ends with the agent's service where that stops all processes it has started. Output is kept for seven days in
# /var/log/n8n-live-response.
LC_ALL=C
export LC_ALL
umask 077

# Your own work. What it prints is the output; its exit code is the result.
work() {
	find / -xdev -type f -perm -4000 -exec ls -ld {} +
}

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

folder=${N8N_LIVE_RESPONSE_FOLDER:-/var/log/n8n-live-response}
step=${1:-}
name=${2:-}
case $name in '' | .* | *[!A-Za-z0-9._-]*) finish 64 '{"error":"The second argument is not a name"}' ;; esac
place=$folder/work-$name

# Prints the end of the output as a string of JSON.
output_end() {
	printf '"'
	tail -c 20000 "$place/output" 2>/dev/null | tr -d '\000' | json_strings | sed 's/","/\\n/g; s/^"//; s/"$//'
	printf '"'
}

# Whether the process of the work is there. After a restart another process may have its number.
is_running() {
	pid=$(cat "$place/pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null || return 1
	command=$(ps -o args= -p "$pid" 2>/dev/null || tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)
	case $command in *"$place/script"*) return 0 ;; *) return 1 ;; esac
}

report() {
	[ -d "$place" ] || finish 3 '{"state":"unknown"}'
	if [ -f "$place/exit" ]; then
		code=$(cat "$place/exit")
		verdict=1
		[ "$code" != 0 ] || verdict=0
		finish "$verdict" "{\"state\":\"ended\",\"exitCode\":$code,\"output\":$(output_end)}"
	fi
	is_running && finish 2 "{\"state\":\"running\",\"output\":$(output_end)}"
	# It may have ended between the two.
	[ ! -f "$place/exit" ] || report
	finish 4 "{\"state\":\"lost\",\"output\":$(output_end)}"
}

case $step in
start)
	mkdir -p "$folder" && [ ! -L "$folder" ] && chmod 700 "$folder" || finish 64 '{"error":"The folder cannot be used"}'
	find "$folder" -path '*/work-*/exit' -mtime +6 -exec sh -c 'for ended; do rm -rf "${ended%/exit}"; done' sh {} +
	mkdir "$place" 2>/dev/null || report
	# The agent may remove its own copy when the live response ends.
	cp "$0" "$place/script"
	detach=nohup
	command -v setsid >/dev/null && detach=setsid
	$detach sh "$place/script" work "$name" >"$place/output" 2>&1 </dev/null &
	echo $! >"$place/pid"
	finish 0 '{"state":"running"}'
	;;
status) report ;;
work)
	(work)
	echo $? >"$place/ended"
	mv "$place/ended" "$place/exit"
	;;
*) finish 64 '{"error":"The first argument is neither start nor status"}' ;;
esac
