#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Any clocksource that the kernel marks, not the TSC alone: the test module's
# own, which jumps on demand and is never selected.
#
# Tags: smoke core

. "$(dirname "$0")/lib.sh"

JUMP_CYCLES=100000000
TRIALS=$GC_SCALE

canary()
{
	awk -v name="$1" '$1 == name { print $2 }' $GC_TEST_DEBUGFS/canary
}

# wait_rounds COUNT: for so many looks of the watchdog at the canary, or a mark
wait_rounds()
{
	until_reads=$(($(canary reads) + $1))
	rounds_tries=0
	while [ "$(canary reads)" -lt $until_reads ] && [ "$(canary marks)" = 0 ]; do
		rounds_tries=$((rounds_tries + 1))
		[ $rounds_tries -lt 100 ] || return 1
		sleep 0.1
	done
}

mark_once()
{
	gc_test_module_with canary=1
	mark=$(gc_kmsg "the canary jumps")
	# A jump is one only after a good round.
	wait_rounds 3 || tap_diag "the watchdog does not look at the canary"
	tries=0
	while [ "$(canary marks)" = 0 ] && [ $tries -lt 5 ]; do
		echo $JUMP_CYCLES >$GC_TEST_DEBUGFS/canary
		wait_rounds 2
		tries=$((tries + 1))
	done
	marks=$(canary marks)
	tap_diag "marked $marks time(s) after $tries jump(s) and $(canary reads) reads"
	gc_dmesg_since "$mark" | grep -i clocksource | sed 's/^/# /'
	[ "$marks" = 1 ]
	tap_result $? "the kernel marks the canary, trial $1"

	gc_wait_events "$1" 3 '.type == "clocksource_unstable"' >"$gc_tmp/events"
	tail -n 1 "$gc_tmp/events" | sed 's/^/# /'
	[ "$(wc -l <"$gc_tmp/events")" -eq "$1" ] &&
		[ "$(tail -n 1 "$gc_tmp/events" | jq -r .clocksource)" = guestclock-canary ]
	tap_result $? "one event more, and it names the canary, trial $1"
	timeout 20 rmmod guestclock_test
}

[ -d /sys/module/kprobes ] || grep -qm 1 ' [Tt] register_kprobe$' /proc/kallsyms ||
	tap_skip_all "no kprobes in this kernel"
gc_need_kvmclock
gc_need test_module/guestclock_test.ko
gc_begin
gc_load
gc_set_clocksource kvm-clock

trial=1
while [ $trial -le "$TRIALS" ]; do
	mark_once $trial
	trial=$((trial + 1))
done

gc_end
