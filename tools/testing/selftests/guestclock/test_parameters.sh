#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The parameters of the module: their defaults, that each takes effect, by events that
# are there with it and not without, and that what cannot be is refused with a reason.
#
# Tags: parameters
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_tsc.sh"

PARAMETERS=/sys/module/guestclock/parameters
# By how much a TSC is moved, and thresholds far on either side of that, in ns.
MOVED=1000000

defaults()
{
	cat <<-END
	discontinuity_threshold_ns 100000
	log_size 4096
	poll_interval_ms 200
	tsc_adjust_threshold_cycles 0
	tsc_offset_hysteresis_ns 250
	tsc_offset_threshold_ns 1000
	tsc_sweep_isolated N
	tsc_sweep_period_ms 60000
	tsc_sweep_rounds 256
	use_kprobes Y
	watchdog_all_rounds N
	watchdog_late_ms 100
	END
}

# What is refused; the reason in the kernel's log. The last are the kernel's own words.
refused()
{
	cat <<-END
	log_size=1048577; log_size=1048577 is more than 1048576
	poll_interval_ms=19; poll_interval_ms=19 is not from 20 to 60000
	poll_interval_ms=60001; poll_interval_ms=60001 is not from 20 to 60000
	tsc_sweep_period_ms=86400001; the period of sweeps is more than a day
	tsc_sweep_rounds=0; the rounds are not from 1 to 4096
	tsc_sweep_rounds=4097; the rounds are not from 1 to 4096
	tsc_offset_hysteresis_ns=1001; the hysteresis is more than the threshold
	discontinuity_threshold_ns=-1; invalid for parameter .discontinuity_threshold_ns
	tsc_adjust_threshold_cycles=1e6; invalid for parameter .tsc_adjust_threshold_cycles
	watchdog_late_ms=late; invalid for parameter .watchdog_late_ms
	watchdog_late_ms=4294967296; invalid for parameter .watchdog_late_ms
	tsc_sweep_isolated=2; invalid for parameter .tsc_sweep_isolated
	use_kprobes=perhaps; invalid for parameter .use_kprobes
	watchdog_all_rounds=2; invalid for parameter .watchdog_all_rounds
	END
}

# refuses PARAMETER REASON
refuses()
{
	refuses_mark=$(gc_kmsg "$1")
	! gc_insmod "$1" 2>"$gc_tmp/err" && [ ! -e /sys/module/guestclock ] &&
		gc_dmesg_since "$refuses_mark" | grep -q "guestclock: .*$2" && return 0
	tap_diag "$1: $(cat "$gc_tmp/err") $(gc_dmesg_since "$refuses_mark" | tail -n 1)"
	gc_unload
	return 1
}

polls_are()
{
	[ "$(gc_stat polls)" -ge "$1" ]
}

# probes: how many functions of the kernel are probed
probes()
{
	wc -l </sys/kernel/debug/kprobes/list
}

# page_version CPU: by the test module
page_version()
{
	awk -v cpu="$1" '!/^#/ && $1 == cpu { print $2 }' $GC_TEST_DEBUGFS/pages
}

put_back()
{
	msr_tool write "$victim" $TSC_ADJUST "$was"
}

# moved: make the victim's TSC jump, and have it measured and polled; sets events, the
# types of those there were. Fails when the kernel took the jump back meanwhile.
moved()
{
	nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
	gc_load_test_module
	version=$(page_version "$victim")
	head=$(gc_head)
	# shellcheck disable=SC2046 # value before and after
	set -- $(msr_tool add "$victim" $TSC_ADJUST $MOVED)
	for _ in 1 2 3; do
		nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
		[ "$(tsc_row "$victim" state)" != ok ] || break
	done
	gc_until 60 polls_are $(($(gc_stat polls) + 2))
	now=$(msr_tool read "$victim" $TSC_ADJUST)
	offset_ns=$(tsc_row "$victim" offset_ns)
	changes=$(tsc_row "$victim" adjust_changes)
	[ "$(page_version "$victim")" = "$version" ] && page_moved= || page_moved=moved
	events=$(gc_events | jq -r --argjson head "$head" --argjson cpu "$victim" \
		'select((.seq | tonumber) >= $head and .subject_cpu == $cpu) | .type' |
		sort | uniq -c | awk '{ printf "%s%d %s", sep, $1, $2; sep = ", " }')
	timeout 20 rmmod guestclock_test
	put_back
	tap_diag "CPU $victim moved by $MOVED cycles: offset $offset_ns ns, $changes changes of" \
		"IA32_TSC_ADJUST, page ${page_moved:+has }${page_moved:-has not moved}; events: ${events:-none}"
	[ "$now" = "$2" ]
}

# moves PARAMETER...: the same with parameters, until the kernel leaves the jump alone
moves()
{
	for _ in 1 2 3 4 5; do
		gc_load_with poll_interval_ms=20 tsc_sweep_period_ms=0 "$@"
		moved && return 0
	done
	tap_diag "the kernel took the jump back five times"
	return 1
}

# has TYPE: whether events are among them
has()
{
	echo "$events" | grep -qw "$1"
}

thresholds()
{
	khz=$(gc_stat tsc_khz)
	jump_ns=$((MOVED * 1000 / (khz / 1000)))
	low=$((jump_ns / 2))
	high=$((jump_ns * 2))
	moves discontinuity_threshold_ns=$low tsc_offset_threshold_ns=$low \
		tsc_adjust_threshold_cycles=$((MOVED - 1))
	status=$?
	[ $status -eq 0 ] && has tsc_offset
	tap_result $? "a TSC offset beyond tsc_offset_threshold_ns is an event"
	[ $status -eq 0 ] && has tsc_adjust
	tap_result $? "a change of IA32_TSC_ADJUST by more than tsc_adjust_threshold_cycles is an event"
	page="a page that moves by more than discontinuity_threshold_ns is an event"
	nothing="a page that moves by less than discontinuity_threshold_ns is none"
	if [ -n "$page_moved" ]; then
		[ $status -eq 0 ] && has pvclock_update
		tap_result $? "$page"
	else
		tap_skip "$page" "the host does not move a page along with its CPU's TSC"
	fi

	moves discontinuity_threshold_ns=$high tsc_offset_threshold_ns=$high \
		tsc_adjust_threshold_cycles=$MOVED
	status=$?
	[ $status -eq 0 ] && ! has tsc_offset && [ "${offset_ns#-}" -gt $low ]
	tap_result $? "a TSC offset within tsc_offset_threshold_ns is in the table and no event"
	[ $status -eq 0 ] && ! has tsc_adjust && [ "$changes" -eq 1 ]
	tap_result $? "a change of IA32_TSC_ADJUST by tsc_adjust_threshold_cycles is counted and no event"
	if [ -n "$page_moved" ]; then
		[ $status -eq 0 ] && ! has pvclock_update
		tap_result $? "$nothing"
	else
		tap_skip "$nothing" "the host does not move a page along with its CPU's TSC"
	fi
}

# watchdog KEY: of what the module tells about the kernel's watchdog
watchdog()
{
	timeout 20 guestclock status -o json | jq -r ".watchdog.$1 // 0"
}

# told: events of rounds that found nothing, but for those after one that did. The first
# of the TSC and of the test module's clocksource are always told.
told()
{
	gc_events | jq -s '[.[] | select(.type == "watchdog_round") | .wd_result == "passed"] |
		(map(select(.)) | length) - (map(select(. | not)) | length)'
}

told_are()
{
	[ "$(told)" -ge "$1" ]
}

rounds_are()
{
	[ "$(watchdog rounds)" -ge "$1" ]
}

# Late rounds are told once in ten seconds, unless they are twice as late.
lateness()
{
	gc_load_with watchdog_late_ms=0 tsc_sweep_period_ms=0
	gc_test_module_with canary=1
	gc_until 120 told_are 3
	rounds=$(watchdog rounds)
	late=$(watchdog late)
	told=$(told)
	tap_diag "watchdog_late_ms=0: $late of $rounds rounds are late, $told that passed are events"
	[ "$late" -ge 2 ] && [ "$told" -ge 3 ]
	tap_result $? "with watchdog_late_ms=0 rounds are late, and events"
	gc_load_with watchdog_late_ms=4294967295 tsc_sweep_period_ms=0
	gc_test_module_with canary=1
	gc_until 120 rounds_are "$rounds"
	told=$(told)
	tap_diag "watchdog_late_ms=4294967295: $(watchdog late) of $(watchdog rounds) rounds are late," \
		"$told that passed are events"
	[ "$(watchdog rounds)" -ge "$rounds" ] && [ "$(watchdog late)" -eq 0 ] && [ "$told" -le 2 ]
	tap_result $? "with the largest watchdog_late_ms none is late, and only the first are events"
	timeout 20 rmmod guestclock_test
}

gc_begin
gc_load_quietly ''
(cd $PARAMETERS && grep . -- * | tr : ' ') >"$gc_tmp/parameters"
defaults | diff - "$gc_tmp/parameters" >"$gc_tmp/diff"
status=$?
sed 's/^/# /' "$gc_tmp/diff"
tap_result $status "the parameters are those that are documented, with these defaults"

gc_unload
refused | sed 's/; */;/' >"$gc_tmp/refused_table"
while IFS=';' read -r parameter reason <&6; do
	refuses "$parameter" "$reason"
	tap_result $? "$parameter is refused, and the kernel's log says why"
done 6<"$gc_tmp/refused_table"

gc_load_with tsc_sweep_period_ms=123456 tsc_sweep_rounds=77 tsc_sweep_isolated=1 \
	tsc_offset_threshold_ns=5000 tsc_offset_hysteresis_ns=3000 tsc_adjust_threshold_cycles=9
sweeps=$(timeout 20 guestclock tsc --sweeps -o json | jq -c '[.period_ms, .rounds, .isolated,
	.offset_threshold_ns, .offset_hysteresis_ns, .adjust_threshold_cycles] | map(tostring)')
tap_diag "$sweeps"
[ "$sweeps" = '["123456","77","1","5000","3000","9"]' ]
tap_result $? "parameters of sweeps are how TSCs are swept"

gc_load_with log_size=4 tsc_sweep_period_ms=0
clock_tool steps 8
gc_wait_events 8 20 '.type == "clock_step"' >/dev/null
head=$(gc_stat log_head_seq)
tap_diag "log_size=4: seq $(gc_stat log_tail_seq) to $head"
[ "$head" -gt 8 ] && [ "$(gc_stat log_tail_seq)" -eq $((head - 4)) ]
tap_result $? "log_size=4 keeps four events"

gc_load_with poll_interval_ms=20 tsc_sweep_period_ms=0
began=$(date +%s)
gc_until 60 polls_are 20
status=$?
took=$(($(date +%s) - began))
gc_load_with poll_interval_ms=60000 tsc_sweep_period_ms=0
sleep $((took + 1))
tap_diag "poll_interval_ms=20: 20 polls in $took s; poll_interval_ms=60000: $(gc_stat polls)"
[ $status -eq 0 ] && [ "$(gc_stat polls)" -eq 1 ]
tap_result $? "poll_interval_ms says how often pages are looked at"

if [ -e /sys/kernel/debug/kprobes/list ]; then
	gc_unload
	none=$(probes)
	gc_load_quietly '' use_kprobes=0
	without=$(probes)
	gc_load_quietly ''
	with=$(probes)
	tap_diag "$none probes without the module, $without with use_kprobes=0, $with with it"
	[ "$without" -eq "$none" ] && [ "$with" -gt "$none" ]
	tap_result $? "use_kprobes=0 probes no function of the kernel"
else
	tap_skip "use_kprobes=0 probes no function of the kernel" "no kprobes in this kernel"
fi

victim=$(gc_cpus | tail -n 1)
if tsc_injects "$victim" && [ "${GUESTCLOCK_HOST:-}" != bad ]; then
	was=$(msr_tool read "$victim" $TSC_ADJUST)
	gc_on_exit put_back
	[ "$(gc_clocksource)" != tsc ] || gc_set_clocksource kvm-clock
	gc_background spin spin "$victim"
	thresholds
	gc_stop_all
else
	tap_skip "thresholds of the TSC and of pages tell what is an event" "$NO_INJECTION"
fi

if gc_available kvm-clock && [ -e /sys/kernel/debug/kprobes/list ]; then
	gc_set_clocksource kvm-clock
	lateness
else
	tap_skip "watchdog_late_ms says which rounds are late" "no kvm-clock or no kprobes"
fi

gc_end
