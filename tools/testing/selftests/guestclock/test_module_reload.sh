#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Ten loads and unloads while somebody reads every debugfs file and a client
# is subscribed: nothing hangs, nothing splats, and the client is told.
#
# Tags: loading

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

# said PATTERN COUNT: the client has said COUNT lines like that
said()
{
	[ "$(cat "$gc_tmp/monitor.out" "$gc_tmp/monitor.err" | grep -ciE "$1")" -ge "$2" ]
}

all_read()
{
	for file in $FILES; do
		[ -e "$gc_tmp/got.$file" ] || return 1
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
	monitor=$gc_pid
	for file in $FILES; do
		read_for_ever "$file" &
		gc_pids="$gc_pids $!"
	done
	gc_until 60 said clock_step 1 || tap_diag "no history"
	clock_tool step -1000000
	gc_until 60 said clock_step 2 && heard=$((heard + 1))
	timeout 20 guestclock tsc --measure -o json >/dev/null && measured=$((measured + 1))
	gc_until 60 all_read && read=$((read + 1))
	gc_until 60 gc_rmmod || return 1
	if gc_until 60 said 'module_gone|unloaded|went away' 1; then
		told=$((told + 1))
	else
		tap_diag "cycle $done_cycles: the client $(kill -0 "$monitor" && echo lives ||
			echo ended) and said: $(tail -n 3 "$gc_tmp/monitor.err" | tr '\n' ' ')"
	fi
	gc_stop_all
	done_cycles=$((done_cycles + 1))
}

gc_begin
gc_readers="with readers of every file"
gc_mount_debugfs
gc_unload || tap_bail "guestclock is in use: stop its readers first"
done_cycles=0
told=0
heard=0
read=0
measured=0
while [ $done_cycles -lt $CYCLES ]; do
	cycle || { tap_diag "rmmod: $(cat "$gc_tmp/rmmod.err")"; break; }
done
tail -n 2 "$gc_tmp/monitor.err" | sed 's/^/# client: /'
[ $done_cycles -eq $CYCLES ]
tap_result $? "$CYCLES loads and unloads under readers, none stuck"
tap_diag "of $done_cycles cycles files were read in $read, TSCs measured in $measured, events" \
	"heard in $heard, and the end in $told"
[ $read -eq $CYCLES ]
tap_result $? "every file was read in every cycle"
[ $measured -eq $CYCLES ]
tap_result $? "TSCs were measured in every cycle"
[ $heard -eq $CYCLES ]
tap_result $? "the subscribed client got the events of every cycle"
[ $told -eq $CYCLES ]
tap_result $? "the client said every time that the module went away"

gc_end
