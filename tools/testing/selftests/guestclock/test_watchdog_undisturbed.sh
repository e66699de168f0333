#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The guest's own watchdog is the same with the module and without it: its rounds
# by the kernel's trace events of its timer, the readings of a clocksource of the
# test module, marks of that, and switches. Both ways in turn; prints a table.
#
# Tags: soak-watchdog

. "$(dirname "$0")/lib.sh"

case ${GUESTCLOCK_COUNT:-check} in
soak) PAIRS=5 SECONDS_WATCHED=60 ;;
*) PAIRS=2 SECONDS_WATCHED=10 ;;
esac
JUMP_CYCLES=100000000
TRACING=/sys/kernel/tracing

canary()
{
	awk -v name="$1" '$1 == name { print $2 }' $GC_TEST_DEBUGFS/canary
}

# shellcheck disable=SC2317 # called on exit
trace_off()
{
	for event in timer_expire_entry timer_expire_exit; do
		echo 0 >$TRACING/events/timer/$event/enable
	done
	echo 1 >$TRACING/options/hash-ptr
	echo >$TRACING/trace
}

trace_on()
{
	echo 0 >$TRACING/options/hash-ptr
	echo 4096 >$TRACING/buffer_size_kb
	echo >$TRACING/trace
	for event in timer_expire_entry timer_expire_exit; do
		echo 1 >$TRACING/events/timer/$event/enable
	done
}

# rounds_traced: of each round of the watchdog when it began and how long it took, us
rounds_traced()
{
	awk 'function at() { return substr($0, match($0, /[0-9]+\.[0-9]+: timer_/)) * 1000000 }
		function timer() { match($0, /timer=[^ ]+/); return substr($0, RSTART, RLENGTH) }
		/timer_expire_entry/ && /function=clocksource_watchdog/ { began[timer()] = at() }
		/timer_expire_exit/ && timer() in began {
			printf "%.0f %.0f\n", began[timer()], at() - began[timer()]
			delete began[timer()]
		}' $TRACING/trace
}

# lines_of MARK: the kinds of the kernel's lines after MARK, without their numbers
lines_of()
{
	gc_dmesg_since "$1" | grep 'clocksource: ' |
		sed -e 's/^\[[^]]*\] *//' -e 's/[0-9a-f]*[0-9][0-9a-f]*/N/g' -e 's/  */ /g'
}

# wait_rounds COUNT: for so many looks of the watchdog at the canary
wait_rounds()
{
	until_reads=$(($(canary reads) + $1))
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
		[ "$(canary reads)" -lt $until_reads ] && [ "$(canary marks)" = 0 ] || return 0
		sleep 0.2
	done
	return 1
}

# watch NAME: one line of what happened, and the kinds of lines of the mark
watch()
{
	gc_test_module_with canary=1
	gc_set_clocksource kvm-clock
	wait_rounds 3
	phase_mark=$(gc_kmsg "$1")
	trace_on
	reads=$(canary reads)
	sleep $SECONDS_WATCHED
	reads=$(($(canary reads) - reads))
	rounds_traced >"$gc_tmp/$1.rounds"
	trace_off
	timeouts=$(lines_of "$phase_mark" | grep -cE 'timed out|read-back|readout interval')
	gc_set_clocksource hpet
	gc_set_clocksource kvm-clock
	jumps=0
	while [ "$(canary marks)" = 0 ] && [ $jumps -lt 5 ]; do
		echo $JUMP_CYCLES >$GC_TEST_DEBUGFS/canary
		jumps=$((jumps + 1))
		wait_rounds 2
	done
	# The kernel selects again a moment after a mark.
	sleep 1
	lines_of "$phase_mark" | grep -E 'Marking|interval:|nsec:|skewed|is current' >>"$gc_tmp/$1.lines"
	awk -v name="$1" -v reads="$reads" -v timeouts="$timeouts" -v jumps="$jumps" \
		-v marks="$(canary marks)" \
		-v switches="$(lines_of "$phase_mark" | grep -c 'Switched to')" '
		NR > 1 { period = $1 - last; sum += period; if (period > longest) longest = period
			if (period > 600000) late++ }
		{ last = $1; took[NR] = $2; slow += $2 > 500 }
		END {
			for (i = 2; i <= NR; i++)
				for (j = i; j > 1 && took[j - 1] > took[j]; j--) {
					swap = took[j]; took[j] = took[j - 1]; took[j - 1] = swap
				}
			printf "%s %d %d %.1f %.1f %d %d %d %d %d %d %d %d\n", name, NR, reads,
				(NR > 1 ? sum / (NR - 1) / 1000 : 0), longest / 1000, late,
				took[int((NR + 1) / 2)], took[NR], timeouts, marks, jumps, switches, slow
		}' "$gc_tmp/$1.rounds" >>"$gc_tmp/table"
	timeout 20 rmmod guestclock_test
}

# total NAME COLUMN
total()
{
	awk -v name="$1" -v column="$2" '$1 == name { sum += $column } END { print sum + 0 }' \
		"$gc_tmp/table"
}

# about COLUMN PERCENT SLACK: the totals of both ways are alike
about()
{
	about_with=$(total with "$1")
	about_without=$(total without "$1")
	gc_within "$about_with" $((about_without * (100 - $2) / 100 - $3)) \
		$((about_without * (100 + $2) / 100 + $3))
}

[ -d $TRACING ] || tap_skip_all "no tracefs: the kernel was built without tracing"
gc_need_kvmclock
gc_need test_module/guestclock_test.ko
gc_begin
[ -d $TRACING/events ] || mount -t tracefs tracefs $TRACING
gc_unload || tap_bail "guestclock is in use: stop its readers first"
gc_on_exit trace_off

pair=1
while [ $pair -le $PAIRS ]; do
	gc_unload
	watch without
	gc_load
	watch with
	pair=$((pair + 1))
done
{
	echo "module rounds readings period(ms) longest(ms) late took(us) longest(us) timeouts marks jumps switches over500us"
	sort "$gc_tmp/table"
} | awk '{ printf "#"; for (i = 1; i <= NF; i++) printf " %-11s", $i; print "" }'

about 2 5 2 && [ "$(total without 2)" -ge $((PAIRS * SECONDS_WATCHED)) ]
tap_result $? "as many rounds with the module as without it"
about 3 5 2 && [ "$(total without 3)" -ge $((PAIRS * SECONDS_WATCHED)) ]
tap_result $? "and as many readings of a clocksource"
about 9 25 3
tap_result $? "no more rounds that could not be read in time"
[ "$(total with 10)" -eq $PAIRS ] && [ "$(total without 10)" -eq $PAIRS ] &&
	[ "$(sort -u "$gc_tmp/with.lines")" = "$(sort -u "$gc_tmp/without.lines")" ]
tap_result $? "a clocksource that jumps is marked in the same words"
[ "$(total with 12)" -eq "$(total without 12)" ] && [ "$(total with 12)" -ge $((2 * PAIRS)) ]
tap_result $? "and there are as many switches"

gc_end
