#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The host stops the VM for three seconds: every vCPU's page is re-based by as
# much, and one event for each says so. The truth is the host's own log.
#
# Tags: smoke core host-action

. "$(dirname "$0")/lib.sh"

PAUSE_S=3
TOLERANCE_NS=100000000
TRIALS=$GC_SCALE

# Pages without GUEST_STOPPED (2), which the guest clears when it likes.
without_stopped()
{
	while read -r line; do
		flags=${line##* }
		echo "${line% *} $((flags & ~2))"
	done
}

pages()
{
	sed '/^#/d' $GC_TEST_DEBUGFS/pages | without_stopped
}

tsc_now()
{
	clock_tool raw 0 | cut -d' ' -f"$1"
}

page_of()
{
	gc_fields "$1.version" "$1.tsc_timestamp" "$1.system_time_ns" \
		"$1.tsc_to_system_mul" "$1.tsc_shift" "$1.flags"
}

# check_event CPU: exactly one event of this vCPU, and what it must say
check_event()
{
	jq -c "select(.subject_cpu == $1)" "$gc_tmp/events" >"$gc_tmp/event"
	if [ "$(wc -l <"$gc_tmp/event")" -ne 1 ]; then
		tap_diag "cpu $1: $(wc -l <"$gc_tmp/event") events instead of one"
		return 1
	fi

	discontinuity=$(jq .discontinuity_ns "$gc_tmp/event")
	difference=$((discontinuity + paused))
	# shellcheck disable=SC2046 # two numbers
	set -- "$1" $(jq -r "$(gc_fields not_before_tsc_cycles not_after_tsc_cycles)" \
		"$gc_tmp/event")
	old=$(jq -r "$(page_of page_old)" "$gc_tmp/event" | without_stopped)
	new=$(jq -r "$(page_of page_new)" "$gc_tmp/event" | without_stopped)
	tap_diag "cpu $1: discontinuity $discontinuity ns, the host paused for" \
		"$paused ns: $((difference / 1000)) us apart"

	result=0
	if [ "$(gc_abs $difference)" -gt $TOLERANCE_NS ]; then
		tap_diag "cpu $1: the discontinuity is off by $difference ns"
		result=1
	fi
	if [ "$1 $old" != "$(grep "^$1 " "$gc_tmp/before")" ]; then
		tap_diag "cpu $1: page_old $old is not the page before"
		result=1
	fi
	if [ "$1 $new" != "$(grep "^$1 " "$gc_tmp/after")" ]; then
		tap_diag "cpu $1: page_new $new is not the page after"
		result=1
	fi
	rebased=$(echo "$new" | cut -d' ' -f2)
	if ! gc_within "$rebased" "$earliest" "$3"; then
		tap_diag "cpu $1: re-based at $rebased, outside [$earliest, $3]"
		result=1
	fi
	if ! gc_within "$rebased" "$tsc_before" "$tsc_after" || [ "$2" -ge "$3" ]; then
		tap_diag "cpu $1: re-based at $rebased by [$2, $3], the pause was in [$tsc_before, $tsc_after]"
		result=1
	fi
	return $result
}

pause_once()
{
	last=$(gc_events | jq -s 'map(.seq | tonumber) | max // 0')
	pages >"$gc_tmp/before"
	tsc_before=$(tsc_now 1)
	truth=$(timeout 60 hostctl pause $PAUSE_S)
	tsc_after=$(tsc_now 3)
	paused=$(echo "$truth" | jq -r '.duration_ns // empty')
	tap_diag "host: $truth"
	if [ -z "$paused" ]; then
		tap_result 1 "the host paused the VM"
		return
	fi
	gc_within "$paused" $((PAUSE_S * 900000000)) $((PAUSE_S * 2000000000))
	tap_result $? "the host paused the VM for about $PAUSE_S s"

	gc_wait_events "$cpus" 10 "(.seq | tonumber) > $last and .type == \"pvclock_update\"
		and (.discontinuity_ns | fabs) > 1e9" >"$gc_tmp/events"
	pages >"$gc_tmp/after"
	# All pages are re-based at one TSC, but each is written when its vCPU is
	# next entered: another may have shown its old page long after that.
	earliest=$(jq -rs 'map(.not_before_tsc_cycles | tonumber) | min | tostring' \
		"$gc_tmp/events")

	for cpu in $(gc_cpus); do
		check_event "$cpu"
		tap_result $? "cpu $cpu: one update event tells the pause"
	done
}

gc_need_kvmclock
gc_need_hostctl
gc_need_stable_host
cpus=$(gc_cpus | wc -l)
gc_need test_module/guestclock_test.ko
gc_begin
gc_load
gc_load_test_module
sleep 1

trial=1
while [ $trial -le "$TRIALS" ]; do
	pause_once
	trial=$((trial + 1))
done

gc_end
