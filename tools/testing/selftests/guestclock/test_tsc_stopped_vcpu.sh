#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The host keeps one vCPU from running while its TSC is being measured, again and
# again: measurements end nevertheless, the rows say that it did not answer, no
# offset is made up, and all is well when it runs again.

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_tsc.sh"

STOP_S=2
TRIALS=$((2 * GC_SCALE))
# Half a second for a CPU that does not come, and what the machine adds to it.
LONGEST_MS=3000

uptime_ms()
{
	awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime
}

# One line for each measurement: how long it took and what the row said then.
measure_on()
{
	while :; do
		measure_from=$(uptime_ms)
		measure_answer=$(nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" "$TSC_ROUNDS:$(hex32 4096)")
		echo "$(($(uptime_ms) - measure_from)) ${measure_answer%% *}" \
			"$(gc_table tsc cpu state offset_ns bound_ns |
				awk -v cpu="$victim" '$1 == cpu { print $2, $3, $4 }')"
	done
}

# The offset that a row shows is no farther from 0 than its bound and what was
# there before.
count_lies()
{
	awk -v usual="$1" '$3 == "ok" {
		offset = $4 < 0 ? -$4 : $4
		if (offset > $5 + usual) { print "# " $0 > "/dev/stderr"; lies++ }
	} END { print lies + 0 }' "$gc_tmp/measured.out"
}

gc_need_hostctl
victim=$(gc_cpus | tail -n 1)
[ "$victim" != 0 ] || tap_skip_all "one CPU: nothing to measure it from"

gc_begin 6
gc_load
# Whoever judges must not be on the CPU that stands still.
taskset -p 1 $$ >/dev/null
nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
usual=$(($(gc_abs "$(tsc_row "$victim" offset_ns)") + $(tsc_row "$victim" bound_ns)))
tap_diag "usually the offset is within $usual ns"
gc_background measured measure_on
trial=1
status=0
while [ $trial -le $TRIALS ]; do
	hostctl vcpustop "$victim" $STOP_S >"$gc_tmp/stop" || status=1
	sed 's/^/# /' "$gc_tmp/stop"
	sleep 1
	trial=$((trial + 1))
done
tap_result $status "the host stopped CPU $victim $TRIALS times"
gc_stop_all

sort -n "$gc_tmp/measured.out" | awk '{ states[$2 " " $3]++; longest = $1 }
	END { for (s in states) print "# " states[s] " times " s; print "# the longest took " longest " ms" }'
awk -v longest=$LONGEST_MS '$1 > longest { print "# " $0; bad = 1 } END { exit bad || !NR }' \
	"$gc_tmp/measured.out"
tap_result $? "every measurement ended within $LONGEST_MS ms"
[ "$(grep -c ' OK no_answer' "$gc_tmp/measured.out")" -ge "$TRIALS" ]
tap_result $? "rows say that the CPU did not answer"
[ "$(grep -c -v ' OK \(ok\|no_answer\) ' "$gc_tmp/measured.out")" -eq 0 ]
tap_result $? "and none says that its TSC is at fault"
[ "$(count_lies "$usual")" -eq 0 ]
tap_result $? "no offset is made up"

# What was left on the CPU has had its turn.
nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
[ "$(tsc_row "$victim" state)" = ok ]
tap_result $? "afterwards it is measured as before"
gc_end
