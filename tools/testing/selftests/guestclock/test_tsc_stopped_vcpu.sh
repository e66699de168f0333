#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The host keeps one vCPU from running while its TSC is being measured, or while it is
# what another one is measured against, again and again: measurements end
# nevertheless, the rows say that there was no answer, no offset is made up, and all is
# well when it runs again.
#
# Tags: host-action

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_tsc.sh"

STOP_S=3
TRIALS=$((2 * GC_SCALE))
# A second for CPUs that do not come, and what the machine adds to it.
PATIENT_MS=2500
# Nobody may be held up for longer than the CPU does not run.
LONGEST_MS=4500

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

# The same of the pair the other way round, in which the CPU asks.
measure_against()
{
	while :; do
		measure_from=$(uptime_ms)
		measure_answer=$(timeout 20 nl_request $TSC_PAIR_MEASURE \
			"$TSC_REF_CPU:$(hex32 "$victim")" "$TSC_CPU:$(hex32 0)")
		echo "$(($(uptime_ms) - measure_from)) ${measure_answer%% *}"
	done
}

# The host hears of a request, and stops the CPU, while the interrupt that sent it is
# still being handled: with the lock of the serial port held, whose next user would
# spin for it. The port of requests is opened anew for each.
keep_serial_ports_off()
{
	serial_default=$(cat /proc/irq/default_smp_affinity)
	gc_on_exit put_serial_ports_back
	serial_ports_on 1
}

put_serial_ports_back()
{
	serial_ports_on "$serial_default"
}

# serial_ports_on MASK: the CPUs for their interrupts, now and when they are opened
serial_ports_on()
{
	echo "$1" >/proc/irq/default_smp_affinity
	for serial_irq in $(awk '/ttyS/ { print $1 + 0 }' /proc/interrupts); do
		echo "$1" >"/proc/irq/$serial_irq/smp_affinity"
	done
}

# A CPU that was stopped with a lock of the scheduler's, say, holds up the whole guest:
# such a stop shows nothing.
was_met()
{
	grep -q ' OK no_answer' "$gc_tmp/measured.out"
}

was_given_up()
{
	awk -v patient=$PATIENT_MS '$1 > 700 && $1 <= patient { found = 1 } END { exit !found }' \
		"$gc_tmp/against.out"
}

# stop_and_go OUTPUT MEASURE SHOWN: the host stops the CPU, and MEASURE goes on; up to
# three times as often where the stops have not SHOWN anything
stop_and_go()
{
	gc_background "$1" "$2"
	# What was printed so far leaves by a serial port as well, from any CPU.
	sleep 1
	trial=1
	status=0
	while [ $trial -le $TRIALS ] || { [ $trial -le $((3 * TRIALS)) ] && ! "$3"; }; do
		hostctl vcpustop "$victim" $STOP_S >"$gc_tmp/stop" || status=1
		sed 's/^/# /' "$gc_tmp/stop"
		sleep 1
		trial=$((trial + 1))
	done
	gc_stop_all
	return $status
}

# all_end FILE: every measurement ended
all_end()
{
	sort -n "$1" | awk '{ $1 = ""; states[$2 " " $3]++ }
		END { for (s in states) print "# " states[s] " times " s }'
	sort -n "$1" | awk 'END { print "# the longest took " $1 " ms" }'
	awk -v longest=$LONGEST_MS '$1 > longest { print "# " $0; bad = 1 } END { exit bad || !NR }' "$1"
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

gc_begin
gc_load
# Whoever judges must not be on the CPU that stands still.
taskset -p 1 $$ >/dev/null
keep_serial_ports_off
nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
usual=$(($(gc_abs "$(tsc_row "$victim" offset_ns)") + $(tsc_row "$victim" bound_ns)))
tap_diag "usually the offset is within $usual ns"
stop_and_go measured measure_on was_met
tap_result $? "the host stopped CPU $victim $TRIALS times or more"
all_end "$gc_tmp/measured.out"
tap_result $? "every measurement ended"
was_met
tap_result $? "rows say that the CPU did not answer"
[ "$(grep -c -v ' OK \(ok\|no_answer\) ' "$gc_tmp/measured.out")" -eq 0 ]
tap_result $? "and none says that its TSC is at fault"
[ "$(count_lies "$usual")" -eq 0 ]
tap_result $? "no offset is made up"

stop_and_go against measure_against was_given_up && all_end "$gc_tmp/against.out" &&
	was_given_up && [ "$(grep -c -v ' OK$' "$gc_tmp/against.out")" -eq 0 ]
tap_result $? "so does every one that begins on the CPU, and some before it runs again"

# What was left on the CPU has had its turn.
nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
[ "$(tsc_row "$victim" state)" = ok ]
tap_result $? "afterwards it is measured as before"
gc_end
