#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Probes armed and disarmed with marks and switches of the clocksource going on:
# the module comes and goes at any moment of a round, and the kernel does not mind.
#
# Tags: probes

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

case ${GUESTCLOCK_COUNT:-check} in
soak) ROUNDS=1000 ;;
*) ROUNDS=20 ;;
esac
# More than the kernel lets pass, and less than 6.x does not judge.
JUMP_CYCLES=100000000

# switch_for_ever: through all clocksources but the TSC, whose marks are for good
switch_for_ever()
{
	while :; do
		for switch_to in $(sed 's/\<tsc\>//' $GC_CLOCKSOURCE/available_clocksource); do
			echo "$switch_to" >$GC_CLOCKSOURCE/current_clocksource && echo "$switch_to"
			sleep 0.15
		done
	done
}

# mark_for_ever: a clocksource that comes, jumps, and goes
mark_for_ever()
{
	while :; do
		insmod "$GC_DIR/test_module/guestclock_test.ko" canary=1 || return
		for _ in 1 2 3 4 5 6 7 8; do
			sleep 0.3
			echo $JUMP_CYCLES >$GC_TEST_DEBUGFS/canary
			awk '$1 == "marks" && $2 { found = 1 } END { exit !found }' \
				$GC_TEST_DEBUGFS/canary || continue
			echo marked
			break
		done
		timeout 20 rmmod guestclock_test || return
	done
}

gc_need test_module/guestclock_test.ko
gc_begin
gc_mount_debugfs
gc_background switches switch_for_ever
switcher=$gc_pid
gc_background marks mark_for_ever
marker=$gc_pid

round=0
seen_marks=0
longest_ms=0
while [ $round -lt $ROUNDS ]; do
	gc_insmod || break
	# Anywhere in the half second from one round to the next, and longer now and then.
	gc_sleep_us $((round * 37 % 50 * 10000 + (round % 5 == 0) * 1500000))
	seen_marks=$((seen_marks + $(gc_table clocksource_watchdog source hits |
		awk '$1 == "__clocksource_unstable" { print $2 + 0 }')))
	gc_rmmod || { tap_diag "rmmod: $(cat "$gc_tmp/rmmod.err")"; break; }
	[ "$gc_rmmod_ms" -le $longest_ms ] || longest_ms=$gc_rmmod_ms
	round=$((round + 1))
done
kill -0 "$switcher" 2>/dev/null && kill -0 "$marker" 2>/dev/null
running=$?
gc_stop_all
[ ! -d /sys/module/guestclock_test ] || timeout 20 rmmod guestclock_test
tap_diag "$round of $ROUNDS loads; the longest rmmod took $longest_ms ms;" \
	"$(wc -l <"$gc_tmp/switches.out") switches and $(wc -l <"$gc_tmp/marks.out") marks" \
	"meanwhile, the module saw $seen_marks of them"
[ $round -eq $ROUNDS ]
tap_result $? "loaded and unloaded $ROUNDS times amid marks and switches, refused not once"
[ $running -eq 0 ] && [ "$(wc -l <"$gc_tmp/switches.out")" -ge $ROUNDS ] &&
	[ "$(wc -l <"$gc_tmp/marks.out")" -ge 2 ]
tap_result $? "switches and marks went on while the module came and went"
[ "$seen_marks" -ge 1 ]
tap_result $? "the module saw some of the marks"
gc_load && [ "$(gc_table clocksource_watchdog source state | grep -c ' active$')" -ge 3 ]
tap_result $? "the probes can be armed again after that"

gc_end
