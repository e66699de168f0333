#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guestclock check --monotonic sees CLOCK_MONOTONIC go back between CPUs: a TSC that
# is moved on one CPU, by a known amount, while the clocksource is tsc; and it accuses
# nobody before. Needs no guestclock module.
#
# Tags: monotonic
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"

TSC_ADJUST=0x3b
# Reported by users of real guests.
STEP_NS=1200000
# Times what a check says that it would have seen: there are fewer readings while another
# program keeps the victim busy.
MARGIN=4
# How often the kernel may put the MSR back, when the CPU goes idle between two steps
# of the test: only then is there another try.
TRIES=5

# check SECONDS: sets status and what was found
check()
{
	timeout 60 guestclock check --monotonic "$1" -o json >"$gc_tmp/check.json" \
		2>"$gc_tmp/check.err"
	status=$?
	tap_diag "exit status $status: $(cat "$gc_tmp/check.json" "$gc_tmp/check.err")"
	# shellcheck disable=SC2046 # fields
	set -- $(jq -r "$(gc_fields ok readings readings_back worst_step_ns from_cpu \
		to_cpu cpus worst_clocksource resolution_ns)" "$gc_tmp/check.json")
	ok=${1:-}
	readings=${2:-0}
	back=${3:-}
	worst=${4:-}
	from=${5:-}
	to=${6:-}
	cpus=${7:-}
	clocksource=${8:-}
	resolution=${9:-}
}

# shellcheck disable=SC2317 # called on exit
put_back()
{
	msr_tool write "$victim" "$TSC_ADJUST" "$was"
}

# has_threads PID: besides its first
has_threads()
{
	[ "$(ls "/proc/$1/task" 2>/dev/null | wc -l)" -gt 1 ]
}

# inject CYCLES: check while the victim's TSC is ahead by so much; fails when the
# kernel took it back meanwhile
inject()
{
	gc_set_clocksource tsc || return 1
	# shellcheck disable=SC2046 # value before and after
	set -- $(msr_tool add "$victim" "$TSC_ADJUST" "$1")
	check 500ms
	now=$(msr_tool read "$victim" "$TSC_ADJUST")
	msr_tool write "$victim" "$TSC_ADJUST" "$1"
	[ "$now" = "$2" ]
}

# inject_for_sure CYCLES: until it lasted
inject_for_sure()
{
	for _ in $(seq $TRIES); do
		! inject "$1" || return 0
		tap_diag "the kernel took it back"
	done
	return 1
}

gc_need_msr
gc_need_stable_host
victim=$(gc_cpus | tail -n 1)
[ "$victim" != 0 ] || tap_skip_all "one CPU: its clock cannot go back against another's"
gc_available tsc ||
	tap_skip_all "the kernel has given the TSC up: nothing to go back on purpose"

gc_begin
khz=$(sed -n 's/^cpu MHz[^0-9]*\([0-9]*\)\.\([0-9]*\)$/\1\2/p' /proc/cpuinfo | head -n 1)
cycles=$((STEP_NS * khz / 1000000))
was=$(msr_tool read "$victim" $TSC_ADJUST)
gc_on_exit put_back

check 1s
[ "$status" -eq 0 ] && [ "$ok" = 1 ] && [ "$back" = 0 ] && [ "$worst" = - ]
tap_result $? "nothing goes back before anything was done"
[ "$readings" -gt 100 ] && [ "$cpus" = "$(gc_cpus | wc -l)" ] && [ "$resolution" != - ]
tap_result $? "every CPU took part, and how far it can see is told"
could_see=${resolution#-}
: "${could_see:=0}"

tap_diag "$STEP_NS ns are $cycles cycles at $khz kHz"
gc_background spin spin "$victim"
inject_for_sure "$cycles"
tap_result $? "the kernel leaves CPU $victim ahead for as long as a check takes"
[ "$status" -eq 2 ] && [ "$ok" = 0 ] && [ "$back" -gt 0 ]
tap_result $? "CPU $victim ahead is seen, and the exit status is 2"
[ "$from" = "$victim" ] && [ "$to" = 0 ] && [ "$clocksource" = tsc ]
tap_result $? "the step goes from CPU $victim to CPU 0, under tsc"
# The time from one reading to the next makes it look smaller; the shortest of that, there
# and back, is what was found before.
gc_within $((-worst)) $((STEP_NS - MARGIN * could_see)) $((STEP_NS + could_see))
tap_result $? "the step is as large as the injected one, less the time of a reading"

guestclock check --monotonic 10 >/dev/null 2>"$gc_tmp/usage"
[ $? -eq 64 ] && grep -q "bad value '10'" "$gc_tmp/usage"
tap_result $? "a duration without a unit is refused"

# A user who may do nothing else.
run_as 65534 guestclock check --monotonic 100ms >"$gc_tmp/user" 2>&1
status=$?
tap_diag "exit status $status: $(cat "$gc_tmp/user")"
[ $status -eq 0 ] && grep -q '^CLOCK_MONOTONIC never went back' "$gc_tmp/user"
tap_result $? "check --monotonic needs no privilege, and exits with 0 where nothing goes back"

# The signal is blocked before threads are there, which a moment shows.
guestclock check --monotonic 1h >"$gc_tmp/early" 2>&1 &
early=$!
gc_pids="$gc_pids $early"
gc_until 60 has_threads $early
kill -INT $early
wait $early
status=$?
tap_diag "exit status $status: $(cat "$gc_tmp/early")"
[ $status -eq 0 ] && grep -q '^CLOCK_MONOTONIC never went back' "$gc_tmp/early"
tap_result $? "check --monotonic tells what it has seen when it is interrupted, and exits with 0"

gc_end
