#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Steps of the wall clock: one event each, of the right size; a second notifier
# on the same chain, whose registration looks like a step, makes none.
#
# Tags: smoke clocks

. "$(dirname "$0")/lib.sh"

steps=0

# expect_step DESCRIPTION COMMAND...: the truth is CLOCK_REALTIME minus
# CLOCK_MONOTONIC before and after, read from user space with its bounds.
expect_step()
{
	description=$1
	shift
	before=$(clock_tool offset)
	"$@" >/dev/null || tap_diag "failed: $*"
	after=$(clock_tool offset)
	steps=$((steps + 1))

	# shellcheck disable=SC2086 # two numbers each
	set -- $before $after
	low=$(($3 - $2))
	high=$(($4 - $1))

	gc_wait_events $steps 10 '.type == "clock_step"' >"$gc_tmp/events"
	found=$(wc -l <"$gc_tmp/events")
	# shellcheck disable=SC2046 # three numbers
	set -- "$1" "$2" "$3" "$4" $(tail -n 1 "$gc_tmp/events" |
		jq -r "$(gc_fields step_ns offs_real_before_ns offs_real_after_ns)")
	tap_diag "stepped by $low..$high ns (bound $((high - low)) ns)," \
		"event $found says ${5:-nothing}"
	[ "$found" -eq $steps ] && [ $# -eq 7 ] &&
		gc_within "$5" $low $high &&
		gc_within "$6" "$1" "$2" && gc_within "$7" "$3" "$4"
	tap_result $? "$description"
}

gc_need test_module/guestclock_test.ko
gc_begin
gc_load
true_offset=$(clock_tool offset | cut -d' ' -f1)

expect_step "date -s forward by 76 s" date -s "@$(($(date +%s) + 76))"
expect_step "a step back by 1.5 s" clock_tool step -1500000000
expect_step "a step of one millisecond" clock_tool step 1000000
now_offset=$(clock_tool offset | cut -d' ' -f1)
expect_step "back to where the clock was" clock_tool step $((true_offset - now_offset))

# was_called: whether the second notifier was
was_called()
{
	actions=$(awk '$1 == "actions" { print $2 }' $GC_TEST_DEBUGFS/gtod)
	[ "${actions:-0}" -ge 1 ]
}

gc_test_module_with gtod_notifier=1
gc_until 60 was_called
tap_diag "the second notifier was called with an action $actions times"
[ "${actions:-0}" -ge 1 ]
tap_result $? "registering a second notifier raises the action of a step"

found=$(gc_wait_events $((steps + 1)) 1 '.type == "clock_step"' | wc -l)
counted=$(gc_table clocksource steps)
tap_diag "$steps steps made, $found events, $counted counted"
[ "$found" -eq $steps ] && [ "$counted" = "$steps" ]
tap_result $? "registering a second notifier records no step"

gc_end
