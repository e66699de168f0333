#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The host stops the machine for three seconds while it is recorded: what the report says
# of that, when, for how long and what the clocks show afterwards, against the host's own
# account of when it read the guest's kvm-clock and when it set it again. On a host whose
# VMM carries kvm-clock on, no page moves a clock.
#
# Tags: smoke host-action

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_host.sh"

PAUSE_S=3
# "N s behind" has three digits after the point.
TEXT_NS=20000000
# What two clocks of one machine may drift apart within seconds.
DRIFT_NS=1000000
# A poll is a timer of the kernel, whose ticks are 10 ms apart at most, and a worker; how
# late a program is that sleeps beside it comes on top.
POLL_SLACK_NS=50000000
SLEEP_MS=20

# One program on each CPU that only sleeps, and tells the TSC whenever it wakes up.
sleep_beside()
{
	sleepers=
	for cpu in $(gc_cpus); do
		gc_background "wakes-$cpu" clock_tool wakes "$cpu" $SLEEP_MS
		sleepers="$sleepers $gc_pid"
	done
}

# longest_sleep FROM TO: of those programs between two TSC readings, in cycles
longest_sleep()
{
	for cpu in $(gc_cpus); do
		awk -v from="$1" -v to="$2" '
			BEGIN { last = from }
			$1 <= from || over { next }
			{ if ($1 - last > longest) longest = $1 - last; last = $1; over = $1 > to }
			END { printf "%.0f\n", longest }' "$gc_tmp/wakes-$cpu.out"
	done | sort -n | tail -n 1
}

# effect_ns: what the pause's effect says of the clock that is behind
effect_ns()
{
	jq -r '.effect' "$gc_tmp/pause" |
		sed -n 's/.*\(wall clock\|kvm-clock\) is \([0-9.]*\) s behind.*/\2/p' |
		awk '{ printf "%.0f", $1 * 1e9 }'
}

check_duration()
{
	duration=$(jq .duration_ns "$gc_tmp/pause")
	bound=$(jq .bound_ns "$gc_tmp/pause")
	apart=$(distance "$duration" "$stopped")
	tap_diag "duration $duration +- $bound ns; kvm-clock stood still for $stopped +-" \
		"$stopped_bound ns: $apart ns apart"
	[ "$apart" -le $((bound + stopped_bound)) ]
	tap_result $? "the pause's duration is right to its own bound"

	# A page's rate is right to one part in a million of the time since it was written.
	allowed=$((stopped_bound + $(truth kvmclock_ns) / 1000000 + 1000))
	discontinuity=$(jq .discontinuity_ns "$gc_tmp/pause")
	apart=$(distance "$discontinuity" "-$stopped")
	tap_diag "discontinuity $discontinuity ns: $apart ns apart, $allowed allowed"
	[ "$apart" -le $allowed ]
	tap_result $? "its discontinuity is what kvm-clock lost between the host's two calls"
}

# The guest's wall clock against the host's, before and after: what the effect says.
check_effect()
{
	effect=$(effect_ns)
	tap_diag "effect: $(jq -r .effect "$gc_tmp/pause")"
	[ -n "$effect" ] && [ "$(distance "$effect" "$stopped")" -le $TEXT_NS ]
	tap_result $? "its effect says to 20 ms by how much a clock is behind"

	low=$((${offset_was% *} - ${offset_is#* }))
	high=$((${offset_was#* } - ${offset_is% *}))
	behind=0
	[ "$clocksource" = tsc ] || behind=$effect
	tap_diag "under $clocksource the wall clock lost $low to $high ns"
	[ -n "$effect" ] && jq -r .effect "$gc_tmp/pause" | grep -q "^under $clocksource " &&
		gc_within "$behind" $((low - DRIFT_NS)) $((high + DRIFT_NS))
	tap_result $? "the wall clock is as far behind the host's as its effect says"
}

check_begin()
{
	began=$(jq -r .begin_realtime_ns "$gc_tmp/pause")
	low=$(($(truth kvmclock_got_realtime_ns) + ${offset_was% *}))
	high=$(($(truth kvmclock_got_realtime_ns) + ${offset_was#* }))
	tap_diag "it began $((began - low)) ns after the earliest and $((high - began)) ns" \
		"before the latest moment of the host"
	gc_within "$began" $((low - DRIFT_NS)) $((high + DRIFT_NS))
	tap_result $? "it begins when the host stopped the machine, by the guest's wall clock"
}

# The page that the second witness shows is based on the moment at which the host set
# kvm-clock, and its clock shows what the host set.
check_latency()
{
	first=$(jq -rs 'map(.tsc_before_cycles | tonumber) | min | tostring' "$gc_tmp/updates")
	# shellcheck disable=SC2046 # five numbers
	set -- $(awk '!/^#/ { print $3, $4, $5, $6; exit }' "$gc_tmp/pages")
	longest=$(longest_sleep "$1" "$first")
	latency=$(($(pvclock_time "$@" "$first") - $2))
	longest=$(($(pvclock_time "$@" $(($1 + longest))) - $2))
	interval=$(timeout 20 guestclock status -o json | jq -r .poll_interval_ms)
	tap_diag "seen $latency ns after the host set kvm-clock; polls are $interval ms apart," \
		"the longest sleep of $SLEEP_MS ms took $longest ns"
	[ "$(distance "$2" "$(truth kvmclock_ns)")" -le "$DRIFT_NS" ] &&
		[ "$longest" -gt 0 ] &&
		gc_within $latency 0 $((interval * 1000000 + POLL_SLACK_NS + longest))
	tap_result $? "it is seen at the first poll after the machine goes on"
}

# What the landed observers and rules do not see yet.
check_carried()
{
	[ "$(distance "$stopped" 0)" -le $((stopped_bound + DRIFT_NS)) ]
	tap_result $? "the host's VMM carried kvm-clock on"
	[ -s "$gc_tmp/pause" ]
	tap_xfail $? "a pause over which kvm-clock was carried on is in the report" carried-pause-unseen
	[ -z "$(of_class tsc-skew)$(of_class rate-fault)$(of_class migration-or-restore)" ]
	tap_result $? "no clock of this machine is called faulty"
}

gc_need_kvmclock
gc_need_hostctl
gc_need_stable_host
gc_begin
db=$gc_tmp/pause.db
record_from_now "$db"
gc_load_test_module
clocksource=$(gc_clocksource)
offset_was=$(host_offset)
sleep_beside
host_does pause $PAUSE_S
offset_is=$(host_offset)
stopped=$(truth kvmclock_stopped_ns)
stopped_bound=$(truth kvmclock_stopped_bound_ns)
[ -n "$stopped" ] && [ -n "$offset_was" ] && [ -n "$offset_is" ] &&
	[ "$(truth away_ns)" -ge $((PAUSE_S * 1000000000)) ]
known=$?
tap_result $known "the host stopped the machine for $PAUSE_S s and tells when"
[ $known -eq 0 ] ||
	tap_bail "no truth to compare with"
if host_carries; then sleep 2; else wait_updates "$db" 20; fi
sed '/^#/d' $GC_TEST_DEBUGFS/pages >"$gc_tmp/pages"
# shellcheck disable=SC2086 # their numbers
kill $sleepers
gc_record_stop
tell_report "$db"
of_class vm-pause >"$gc_tmp/pause"

if host_carries; then
	check_carried
else
	[ "$(wc -l <"$gc_tmp/pause")" -eq 1 ] &&
		[ "$(jq -r '.cpus | map(tonumber) | sort | join(" ")' "$gc_tmp/pause")" = \
			"$(gc_cpus | sort -n | tr '\n' ' ' | sed 's/ $//')" ]
	known=$?
	tap_result $known "the report has one vm-pause, of all vCPUs"
	[ $known -eq 0 ] || tap_bail "no pause to look at"
	check_duration
	check_effect
	check_begin
	check_latency
fi
gc_is_whole "$db"
tap_result $? "the recording has every event"
gc_end
