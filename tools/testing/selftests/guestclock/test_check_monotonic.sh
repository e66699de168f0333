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
# The kernel puts the MSR back when the CPU goes idle between two steps of the test.
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

# injected CYCLES: check while the victim's TSC is ahead by so much; 1 when the
# kernel took it back meanwhile
injected()
{
	# shellcheck disable=SC2046 # value before and after
	set -- $(msr_tool add "$victim" "$TSC_ADJUST" "$1")
	check 500ms
	now=$(msr_tool read "$victim" "$TSC_ADJUST")
	msr_tool write "$victim" "$TSC_ADJUST" "$1"
	[ "$now" = "$2" ]
}

# seen: the step, by no more than was injected; from the CPU that is ahead. What the
# host takes away between two readings makes it look smaller.
seen()
{
	[ "$status" -eq 2 ] && [ "$ok" = 0 ] && [ "$back" -gt 0 ] &&
		gc_within $((-worst)) $((STEP_NS / 4)) $((STEP_NS + STEP_NS / 20)) &&
		[ "$from" = "$1" ] && [ "$to" = "$2" ] && [ "$clocksource" = tsc ]
}

# tries CYCLES FROM TO: a step seen in one of a few tries
tries()
{
	for _ in $(seq $TRIES); do
		gc_set_clocksource tsc || return 1
		injected "$1" || tap_diag "the kernel took it back"
		! seen "$2" "$3" || return 0
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

tap_diag "$STEP_NS ns are $cycles cycles at $khz kHz"
gc_background spin spin "$victim"
tries "$cycles" "$victim" 0
tap_result $? "CPU $victim ahead of CPU 0 is seen, by how much and from where to where"

guestclock check --monotonic 10 >/dev/null 2>"$gc_tmp/usage"
[ $? -eq 64 ] && grep -q "bad value '10'" "$gc_tmp/usage"
tap_result $? "a duration without a unit is refused"

# A user who may do nothing else.
run_as 65534 guestclock check --monotonic 100ms >"$gc_tmp/user" 2>&1
[ $? -ne 6 ] && grep -q CLOCK_MONOTONIC "$gc_tmp/user"
tap_result $? "it needs no privilege"

timeout -s INT 1 guestclock check --monotonic 1h >"$gc_tmp/early" 2>&1
grep -q CLOCK_MONOTONIC "$gc_tmp/early"
tap_result $? "when interrupted it tells what it has seen so far"

gc_end
