#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The cross-check: a fault of +50 us, far too small for the kernel's watchdog, is
# seen as what it is, in the pairs that the TSC is in and in no other; without a
# fault no pair is apart. IA32_TSC_ADJUST makes the fault, of known size, with one
# CPU online: 7.x compares the TSCs of two, and marks the TSC for less than that.
#
# Tags: cross-check
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_mark.sh"

FAULT_NS=50000
SECONDS_COMPARED=3

# compare NAME: the pairs as JSON lines, in the background
compare()
{
	gc_background "$1" timeout 60 guestclock clocksource \
		--cross-check=$SECONDS_COMPARED -o json
	comparer=$gc_pid
}

# show NAME
show()
{
	jq -r '"# \(.clock) against \(.other): \(.state), jump \(.jump_ns // "-") ns +- \(.jump_bound_ns // "-"), rate \(.rate_ppb // "-") ppb +- \(.rate_bound_ppb // "-")"' \
		"$gc_tmp/$1.out"
	tap_diag "$(head -n 1 "$gc_tmp/$1.out" | jq -r .verdict)"
}

# pair NAME CLOCK OTHER KEY: of this pair, in whichever order it is told of
pair()
{
	jq -r "select((.clock == \"$2\" and .other == \"$3\") or
		(.clock == \"$3\" and .other == \"$2\")) | .$4 // \"-\"" "$gc_tmp/$1.out"
}

# inject: for as long as one comparison takes; restored is set when the kernel put
# the MSR back meanwhile
inject()
{
	compare fault
	gc_sleep_us $((SECONDS_COMPARED * 500000))
	# shellcheck disable=SC2046 # value before and after
	set -- $(msr_tool add 0 $TSC_ADJUST $cycles)
	wait "$comparer"
	fault_status=$?
	restored=0
	[ "$(msr_tool read 0 $TSC_ADJUST)" = "$2" ] || restored=1
	msr_tool write 0 $TSC_ADJUST "$mark_was"
}

gc_need_kvmclock
gc_need_msr
gc_need_stable_host
gc_begin
gc_load
gc_set_clocksource kvm-clock
khz=$(timeout 20 guestclock status -o json | jq -r '.tsc_khz // empty' | head -n 1)
cycles=$((FAULT_NS * khz / 1000000))
mark_offline_others
mark_was=$(msr_tool read 0 $TSC_ADJUST)
mark=$(gc_kmsg "comparing clocks")
compare calm
wait "$comparer"
calm_status=$?
show calm
alike=0
for clock in kvm-clock hpet acpi_pm; do
	intervals=$(pair calm tsc $clock intervals)
	[ "$(pair calm tsc $clock state)" = alike ] && [ "${intervals#-}" ] &&
		[ "$intervals" -ge 4 ] && alike=$((alike + 1))
done
[ $alike -eq 3 ]
tap_result $? "the TSC is alike with kvm-clock, hpet and acpi_pm"
[ "$(jq -r 'select(.state == "apart") | .clock' "$gc_tmp/calm.out" | wc -l)" -eq 0 ] &&
	[ $calm_status -eq 0 ]
tap_result $? "no pair is apart where there is no fault"

# So that CPU 0 does not idle, whereupon the kernel restores the MSR.
gc_background spin spin 0
renice -n 19 -p $gc_pid >/dev/null
for _ in 1 2 3 4 5; do
	inject
	[ $restored -eq 1 ] || break
	tap_diag "the kernel restored the MSR: once more"
done
show fault
[ $restored -eq 0 ]
tap_result $? "the fault lasted: $FAULT_NS ns are $cycles cycles"

jump=$(pair fault tsc kvm-clock jump_ns)
bound=$(pair fault tsc kvm-clock jump_bound_ns)
[ "$(pair fault tsc kvm-clock state)" = apart ] &&
	[ $(($(gc_abs "$jump") - FAULT_NS)) -le $((bound + 1)) ] &&
	[ $((FAULT_NS - $(gc_abs "$jump"))) -le $((bound + 1)) ] && [ "$bound" -lt $FAULT_NS ]
tap_result $? "tsc and kvm-clock are apart by what was injected, within the bound"
[ $fault_status -eq 2 ]
tap_result $? "the exit status says that clocks are apart"
[ "$(jq -r 'select(.state == "apart" and .clock != "tsc" and .other != "tsc") | .clock' \
	"$gc_tmp/fault.out" | wc -l)" -eq 0 ]
tap_result $? "pairs without the TSC are not apart"

! gc_dmesg_since "$mark" | grep -qE 'Marking (TSC|clocksource)' &&
	[ "$(gc_events | jq -r 'select(.type == "clocksource_unstable") | .seq' | wc -l)" -eq 0 ]
tap_result $? "the kernel notices nothing of a fault that small"

gc_end
