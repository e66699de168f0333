# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The kernel's own watchdog: a real mark of the TSC, a clocksource of the test module
# that it looks at, and its traces. Sourced after lib.sh.
#
# With one CPU online KVM moves the pvclock page along with the TSC, so
# kvm-clock, which is the watchdog's reference, does not jump when the TSC does.

# A jump of 0.1 to 0.2 s: with the half second between two looks of the watchdog, more than a
# second would be a look that came late, of which 6.x draws no conclusion.
MARK_JUMP=400000000
TSC_ADJUST=0x3b
TRACING=/sys/kernel/tracing

# canary KEY: of the test module's clocksource
canary()
{
	awk -v name="$1" '$1 == name { print $2 }' $GC_TEST_DEBUGFS/canary
}

# wait_rounds COUNT: for so many looks of the watchdog at the canary, or a mark
wait_rounds()
{
	rounds_until=$(($(canary reads) + $1))
	gc_until 60 canary_was_read
}

canary_was_read()
{
	[ "$(canary reads)" -ge "$rounds_until" ] || [ "$(canary marks)" != 0 ]
}

# jump_canary CYCLES: until the kernel marks it. A jump is one only after a good round; a
# round that the watchdog could not read in time makes it forget the jump: again then.
jump_canary()
{
	wait_rounds 3 || tap_diag "the watchdog does not look at the canary"
	jumps=0
	while [ "$(canary marks)" = 0 ] && [ $jumps -lt 5 ]; do
		echo "$1" >$GC_TEST_DEBUGFS/canary
		wait_rounds 2
		jumps=$((jumps + 1))
	done
	tap_diag "marked $(canary marks) time(s) after $jumps jump(s) and $(canary reads) reads"
	[ "$(canary marks)" = 1 ]
}

trace_names=

# trace_begin NAME CLOCK EVENT [FILTER]: record an event of the kernel's tracing, in an
# instance of its own whose stamps are of CLOCK
trace_begin()
{
	[ -e $TRACING/trace ] || mount -t tracefs tracefs $TRACING 2>/dev/null
	trace_at=$TRACING/instances/$1
	[ -d "$trace_at" ] || mkdir "$trace_at" 2>/dev/null || return 1
	trace_names="$trace_names $1"
	echo "$2" >"$trace_at/trace_clock" || return 1
	[ -z "$4" ] || echo "$4" >"$trace_at/events/$3/filter"
	echo 1 >"$trace_at/events/$3/enable"
}

trace_end()
{
	for trace_name in $trace_names; do
		[ ! -d "$TRACING/instances/$trace_name" ] ||
			rmdir "$TRACING/instances/$trace_name"
	done
	trace_names=
}

mark_need_verified_tsc()
{
	gc_need_kvmclock
	gc_need_msr
	[ -n "$GUESTCLOCK_HOST$GUESTCLOCK_DESTRUCTIVE" ] ||
		tap_skip_all "takes the TSC from this guest until it boots again:" \
			"set GUESTCLOCK_DESTRUCTIVE=1"
	gc_available tsc ||
		tap_skip_all "the kernel holds the TSC for unstable already"
	if grep -m 1 '^flags' /proc/cpuinfo | grep -w constant_tsc | grep -w nonstop_tsc |
		grep -qw tsc_adjust; then
		tap_skip_all "this kernel trusts its TSC and does not verify it"
	fi
}

mark_was=
mark_offlined=

mark_put_back()
{
	trace_end
	[ -z "$mark_was" ] || msr_tool write 0 $TSC_ADJUST "$mark_was"
	for mark_cpu in $mark_offlined; do
		echo 1 >"/sys/devices/system/cpu/cpu$mark_cpu/online"
	done
}

mark_offline_others()
{
	gc_on_exit mark_put_back
	for mark_cpu in $(gc_cpus); do
		[ "$mark_cpu" != 0 ] || continue
		echo 0 >"/sys/devices/system/cpu/cpu$mark_cpu/online" &&
			mark_offlined="$mark_offlined $mark_cpu"
	done
}

# mark_tsc MARK: make the TSC jump under the kernel and wait for its verdict,
# which is in its log after MARK. CPU 0 is kept busy, since the kernel restores
# the MSR when it goes idle. A round that the watchdog could not read in time
# makes it forget the TSC of before, jump included: jump again then.
mark_tsc()
{
	gc_set_clocksource tsc || return 1
	sleep 2
	gc_background spin spin 0
	mark_was=$(msr_tool read 0 $TSC_ADJUST)
	mark_done=1
	for mark_jump in 1 2 3 4; do
		msr_tool add 0 $TSC_ADJUST $MARK_JUMP >/dev/null
		if gc_until 3 mark_said "$1" 'Marking TSC unstable'; then
			gc_until 60 mark_said "$1" 'Switched to clocksource'
			mark_done=0
			break
		fi
		tap_diag "jump $mark_jump was not noticed"
	done
	gc_stop_all
	return $mark_done
}

mark_said()
{
	gc_dmesg_since "$1" | grep -q "$2"
}

# mark_kernel_reason MARK [NAME]: in the words of the kernel's line about the TSC, or
# about another clocksource, where 6.x and 7.x have different ones
mark_kernel_reason()
{
	gc_dmesg_since "$1" | sed -nE \
		"s/.*Marking ${2:+clocksource }.?${2:-TSC}.? (unstable due to|as unstable because) (.*[^:]):?\$/\2/p" |
		head -n 1
}

# mark_trace_begin: watch for the kernel's lines, by the TSC and by CLOCK_BOOTTIME
mark_trace_begin()
{
	trace_begin lines-tsc x86-tsc printk/console &&
		trace_begin lines-boot boot printk/console
}

# mark_stamp INSTANCE TEXT: of the kernel's line that has TEXT
mark_stamp()
{
	sed -n "s/.* \([0-9.]*\): console: .*$2.*/\1/p" "$TRACING/instances/$1/trace" |
		tr -d . | head -n 1
}

# mark_between INSTANCE STAMP: whether a stamp lies between the two lines that the
# kernel writes before and after the mark itself
mark_between()
{
	mark_first=$(mark_stamp "$1" 'Marking clocksource')
	mark_last=$(mark_stamp "$1" 'Marking TSC')
	tap_diag "$1: the event at $2, the kernel's lines at ${mark_first:-?} and ${mark_last:-?}"
	[ -n "$mark_first" ] && [ -n "$mark_last" ] && gc_within "$2" "$mark_first" "$mark_last"
}

# mark_check_switch MARK: the event after the mark says what the kernel's log
# says about leaving the TSC.
mark_check_switch()
{
	mark_new=$(gc_dmesg_since "$1" | sed -n 's/.*Switched to clocksource //p' | tail -n 1)
	mark_seen=$(gc_events | jq -r 'select(.type == "clocksource_switch") |
		"\(.clocksource_old) \(.clocksource)"' | tail -n 1)
	tap_diag "the kernel switched to ${mark_new:-nothing}, the last switch event:" \
		"${mark_seen:-none}"
	[ -n "$mark_new" ] && [ "$mark_seen" = "tsc $mark_new" ]
}
