#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Any clocksource that the kernel marks, not the TSC alone: the test module's
# own, which jumps on demand and is never selected.
#
# Tags: smoke core

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_mark.sh"

JUMP_CYCLES=100000000
TRIALS=$GC_SCALE

mark_once()
{
	gc_test_module_with canary=1
	mark=$(gc_kmsg "the canary jumps")
	jump_canary $JUMP_CYCLES
	marked=$?
	gc_dmesg_since "$mark" | grep -i clocksource | sed 's/^/# /'
	tap_result $marked "the kernel marks the canary, trial $1"

	gc_wait_events "$1" 10 '.type == "clocksource_unstable"' >"$gc_tmp/events"
	tail -n 1 "$gc_tmp/events" | sed 's/^/# /'
	[ "$(wc -l <"$gc_tmp/events")" -eq "$1" ] &&
		[ "$(tail -n 1 "$gc_tmp/events" | jq -r .clocksource)" = guestclock-canary ]
	tap_result $? "one event more, and it names the canary, trial $1"

	reason=$(tail -n 1 "$gc_tmp/events" | jq -r .reason)
	kernel_reason=$(mark_kernel_reason "$mark" guestclock-canary)
	tap_diag "reason '$reason', the kernel: '$kernel_reason'"
	[ -n "$reason" ] && [ "$reason" = "$kernel_reason" ]
	tap_result $? "the reason of the mark is the kernel's, trial $1"
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
