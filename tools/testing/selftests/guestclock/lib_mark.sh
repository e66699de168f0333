# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A real mark of the TSC by the kernel's own watchdog. Sourced after lib.sh.
#
# With one CPU online KVM moves the pvclock page along with the TSC, so
# kvm-clock, which is the watchdog's reference, does not jump when the TSC does.

MARK_JUMP=1300000000
TSC_ADJUST=0x3b

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

# mark_log_lead_ms: by how much the clock of the kernel's log is ahead of
# CLOCK_BOOTTIME; in emulated guests it can be seconds.
mark_log_lead_ms()
{
	mark_line=$(gc_kmsg "compares the log's clock")
	awk -v line="$(dmesg | grep -F "$mark_line" | tail -n 1)" '{
		sub(/^\[ */, "", line)
		printf "%d", (line - $1) * 1000
	}' /proc/uptime
}

# mark_tsc MARK: make the TSC jump under the kernel and wait for its verdict,
# which is in its log after MARK. CPU 0 is kept busy, since the kernel restores
# the MSR when it goes idle. A round that the watchdog could not read in time
# makes it forget the TSC of before, jump included: jump again then.
mark_tsc()
{
	gc_set_clocksource tsc || return 1
	sleep 2
	mark_lead_ms=$(mark_log_lead_ms)
	gc_background spin spin 0
	mark_was=$(msr_tool read 0 $TSC_ADJUST)
	mark_done=1
	for mark_jump in 1 2 3 4; do
		msr_tool add 0 $TSC_ADJUST $MARK_JUMP >/dev/null
		if mark_wait "$1"; then
			mark_done=0
			break
		fi
		tap_diag "jump $mark_jump was not noticed"
	done
	sleep 1
	gc_stop_all
	return $mark_done
}

mark_wait()
{
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		gc_dmesg_since "$1" | grep -q 'Marking TSC unstable' && return 0
		sleep 0.2
	done
	return 1
}

# The kernel's own words: the reason of its line, and the time of it in ms by
# CLOCK_BOOTTIME, as far as the log's clock can be compared with that.
mark_kernel_reason()
{
	gc_dmesg_since "$1" | sed -n 's/.*Marking TSC unstable due to //p' | head -n 1
}

mark_kernel_ms()
{
	gc_dmesg_since "$1" |
		sed -n 's/^\[ *\([0-9]*\)\.\([0-9]\{3\}\).*Marking TSC unstable.*/\1\2/p' |
		awk -v lead="$mark_lead_ms" 'NR == 1 { print $1 - lead }'
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
