#!/bin/sh
# n8n tenant check. Shows how Defender hands back what a script prints: its verdict, Unicode and its arguments.
# Reads nothing of the device but the language of the system. Writes two small files of its own into /var/log,
# where only root can write, and deletes them when it is run with "clean".
# Ends with exit code 4 whatever it does: the check looks whether that number arrives.
step=${1:-none}
word=${2:-}
number=${3:-0}
folder=${N8N_TENANT_CHECK_FOLDER:-/var/log}
text=$folder/n8n-tenant-check.txt
packed=$folder/n8n-tenant-check.gz

if [ "$step" = write ]; then
	printf 'n8n tenant check\n' >"$text"
	printf '\037\213\010\000\000\000\000\000\000\377\313\263\310\123\050\111\315\113\314\053\121\110\316\110\115\316\346\002\000\077\352\246\231\021\000\000\000' >"$packed"
fi
if [ "$step" = clean ]; then
	rm -f "$text" "$packed"
fi
files=0
for file in "$text" "$packed"; do
	[ -e "$file" ] && files=$((files + 1))
done

echo 'n8n tenant check'
echo "STEP=$step"
printf 'WORD=%s\n' "$word"
printf 'HEX=%s\n' "$(printf '%s' "$word" | od -An -tx1 | tr -d ' \n')"
echo "NUMBER=$number"
# Made of numbers, so that it does not depend on how this file is read.
printf 'UNICODE=\303\274 \344\275\240 \360\237\230\200\n'
echo "CULTURE=${LC_ALL:-${LANG:-none}}"
echo "FILES=$files"
echo 'RESULT=4'
exit 4
