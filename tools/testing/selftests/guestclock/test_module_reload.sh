#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Ten loads and unloads while somebody reads every debugfs file and a client
# is subscribed: nothing hangs, nothing splats, and the client is told.
#
# Tags: smoke loading

. "$(dirname "$0")/lib.sh"

CYCLES=$((10 * GC_SCALE))
FILES="pvclock tsc clocksource clocksource_watchdog events stats"

# read_for_ever FILE: until killed, whether the file is there or not
read_for_ever()
{
	while :; do
		cat "$GC_DEBUGFS/$1" >"$gc_tmp/read.$1" 2>/dev/null && : >"$gc_tmp/got.$1"
		sleep 0.05
	done
}

# wait_for PATTERN COUNT: COUNT lines like that from the client within 5 s
wait_for()
{
	wait_tries=0
	while [ "$(cat "$gc_tmp/monitor.out" "$gc_tmp/monitor.err" |
		grep -ciE "$1")" -lt "$2" ]; do
		wait_tries=$((wait_tries + 1))
		[ $wait_tries -lt 50 ] || return 1
		sleep 0.1
	done
}

# A reader's open file makes rmmod refuse; that is no hang, so try again.
unload_under_fire()
{
	refusals=0
	while [ -d /sys/module/guestclock ]; do
		timeout 20 rmmod guestclock 2>"$gc_tmp/rmmod.err" && return 0
		grep -qi 'temporarily unavailable\|in use' "$gc_tmp/rmmod.err" || return 1
		refusals=$((refusals + 1))
		[ $refusals -lt 200 ] || return 1
		sleep 0.02
	done
}

# One life of the module. The first step is history for the client, and says
# that it is there; the second reaches it by subscription.
cycle()
{
	gc_insmod || return 1
	rm -f "$gc_tmp"/got.*
	clock_tool step 1000000
	gc_background monitor guestclock monitor --history -o json
	for file in $FILES; do
		read_for_ever "$file" &
		gc_pids="$gc_pids $!"
	done
	wait_for clock_step 1 || tap_diag "no history"
	clock_tool step -1000000
	wait_for clock_step 2 && heard=$((heard + 1))
	timeout 20 guestclock tsc --measure -o json >/dev/null || tap_diag "measure failed"

	unload_under_fire || return 1
	total_refusals=$((total_refusals + refusals))
	wait_for 'module_gone|unloaded|went away' 1 && told=$((told + 1))
	for file in $FILES; do
		if [ -e "$gc_tmp/got.$file" ]; then
			reads=$((reads + 1))
		else
			tap_diag "nobody could read $file"
		fi
	done
	gc_stop_all
	done_cycles=$((done_cycles + 1))
}

gc_begin
gc_mount_debugfs
gc_unload || tap_bail "guestclock is in use: stop its readers first"
done_cycles=0
told=0
heard=0
reads=0
total_refusals=0
while [ $done_cycles -lt $CYCLES ]; do
	cycle || { tap_diag "rmmod: $(cat "$gc_tmp/rmmod.err")"; break; }
done
tail -n 2 "$gc_tmp/monitor.err" | sed 's/^/# client: /'
tap_diag "$done_cycles cycles, rmmod refused $total_refusals times because of readers"

[ $done_cycles -eq $CYCLES ]
tap_result $? "$CYCLES loads and unloads under readers, none stuck"
[ $reads -eq $((CYCLES * $(echo "$FILES" | wc -w))) ]
tap_result $? "every file was read in every cycle"
tap_diag "the client heard the events in $heard cycles, the end in $told"
[ $heard -eq $CYCLES ]
tap_result $? "the subscribed client got the events of every cycle"
[ $told -eq $CYCLES ]
tap_result $? "and said every time that the module went away"

gc_end
