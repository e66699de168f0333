#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may ask what, and the exit status that tells why not.
#
# Tags: smoke access

. "$(dirname "$0")/lib.sh"

NOBODY=65534
GUESTCLOCK=$(command -v guestclock)

# expect STATUS DESCRIPTION COMMAND...
expect()
{
	wanted=$1
	description=$2
	shift 2
	timeout 20 "$@" >"$gc_tmp/out" 2>"$gc_tmp/err"
	got=$?
	if [ $got -ne "$wanted" ]; then
		tap_diag "exit status $got instead of $wanted: $*"
		sed 's/^/# /' "$gc_tmp/err"
	fi
	[ $got -eq "$wanted" ]
	tap_result $? "$description"
}

# A refusal must say what is missing.
said()
{
	head -n 1 "$gc_tmp/err" | sed 's/^/# /'
	[ -s "$gc_tmp/err" ] && grep -qiE "$1" "$gc_tmp/err"
	tap_result $? "$2"
}


gc_begin
gc_unload || tap_bail "guestclock is in use: stop its readers first"
expect 3 "not loaded: status 3" "$GUESTCLOCK" status
said 'not loaded|no module|insmod|modprobe' "not loaded: the message says so"

gc_load
timeout 20 guestclock tsc --measure -o json >/dev/null
expect 0 "anybody reads the status" run_as $NOBODY "$GUESTCLOCK" status -o json
expect 0 "anybody reads the clocksource" run_as $NOBODY "$GUESTCLOCK" clocksource -o json
[ "$(jq -r .name "$gc_tmp/out")" = "$(gc_clocksource)" ]
tap_result $? "anybody who reads the clocksource gets the right one"
expect 0 "anybody reads the offsets measured by others" \
	run_as $NOBODY "$GUESTCLOCK" tsc -o json
[ "$(jq -r 'select(.state == "reference") | .offset_cycles' "$gc_tmp/out")" = 0 ]
tap_result $? "anybody who reads the offsets gets rows"

expect 6 "events are refused: status 6" run_as $NOBODY "$GUESTCLOCK" monitor
said 'CAP_NET_ADMIN|privilege|permission|root' "events are refused: the message says what is missing"
expect 6 "a measurement is refused: status 6" run_as $NOBODY "$GUESTCLOCK" tsc --measure
chmod 777 "$gc_tmp"
expect 6 "a recording is refused: status 6" \
	run_as $NOBODY "$GUESTCLOCK" record "$gc_tmp/nobody.db"

expect 5 "another network namespace: status 5" unshare -n "$GUESTCLOCK" status
said 'namespace' "another network namespace: the message says so"

expect 64 "an unknown verb: status 64" "$GUESTCLOCK" frobnicate

gc_end
