#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The host keeps one vCPU from running while its TSC is being measured, or while it is
# what another one is measured against, again and again: measurements end long before
# it runs again, the rows say that there was no answer, no offset is made up, and all is
# well when it runs again.
#
# Tags: host-action

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_tsc.sh"

STOP_S=5
STOPS=$((5 * GC_SCALE))
# The module gives up a CPU that is asked after half a second, and one that asks after
# little more than one. Who does not give up waits for the rest of the stop.
LONGEST_MS=$((STOP_S * 500))
GIVEN_UP_MS=1000
NO_ANSWER=4

# One line for each measurement, "on SENT TOOK OK MESSAGES - CPU STATE OFFSET BOUND" with
# what the row said then, and "against SENT TOOK OK MESSAGES STATE" for the pair the other
# way round, in which the CPU asks.
measure_for_ever()
{
	while :; do
		measure_on=$(timeout 20 nl_request -t $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" \
			"$TSC_ROUNDS_WANTED:$(hex32 4096)")
		echo "on $measure_on $(gc_table tsc cpu state offset_ns bound_ns | grep "^$victim ")"
		measure_against=$(timeout 20 nl_request -t -a $TSC_STATE $TSC_PAIR_MEASURE \
			"$TSC_REF_CPU:$(hex32 "$victim")" "$TSC_CPU:$(hex32 0)")
		echo "against $measure_against"
	done
}

# beat_for_ever: the CPU that judges runs, and starts programs
beat_for_ever()
{
	while :; do
		gc_uptime_ms
		echo
		sleep 0.05
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

# measured_since MS: whether the CPU has answered a measurement after that
measured_since()
{
	awk -v since="$1" '$1 == "on" && $2 > since && $8 == "ok" { found = 1 }
		END { exit !found }' "$gc_tmp/measured.out"
}

# stop_often: leaves a line for each stop, when it began and ended at the latest; one
# that holds up the whole guest is repeated, as often as there are to be stops
stop_often()
{
	status=0
	stop=0
	good=0
	while [ "$good" -lt $STOPS ] && [ $stop -lt $((2 * STOPS)) ]; do
		stop=$((stop + 1))
		began=$(gc_uptime_ms)
		hostctl vcpustop "$victim" $STOP_S >>"$gc_tmp/host" || status=1
		ended=$(gc_uptime_ms)
		echo "$began $ended" >>"$gc_tmp/stops"
		gc_until 30 measured_since "$ended" || tap_diag "the CPU does not answer any more"
		tell_stops >"$gc_tmp/told"
		good=$(grep -vc whole "$gc_tmp/told")
	done
	[ "$good" -ge $STOPS ] && [ "$(jq -s \
		"map(select(.duration_ns >= $STOP_S * 1000000000)) | length" "$gc_tmp/host")" -eq $stop ] &&
		return $status
}

# tell_stops: a line for each stop, "ON AGAINST HELD": how many measurements of the
# CPU, and against it, were given up before it ran again; and for how long at most
# nothing could be started, which is when the CPU was stopped with a lock of the
# scheduler's, say.
tell_stops()
{
	awk -v no_answer=$NO_ANSWER -v given_up=$GIVEN_UP_MS -v longest=$LONGEST_MS '
		FILENAME ~ /beats/ { beat[++beats] = $1; next }
		FILENAME ~ /measured/ { from[++n] = $2; till[n] = $2 + $3
			up[n] = $1 == "on" ? $8 == "no_answer" : -($6 == no_answer && $3 >= given_up)
			next }
		{
			on = against = held = 0
			for (i = 1; i <= n; i++)
				if (from[i] >= $1 && till[i] <= $2) {
					on += up[i] > 0
					against += up[i] < 0
				}
			for (i = 2; i <= beats; i++)
				if (beat[i] >= $1 && beat[i - 1] <= $2 && beat[i] - beat[i - 1] > held)
					held = beat[i] - beat[i - 1]
			print on, against, held " ms" (held > longest ? ": the whole guest was held up" : "")
		}' "$gc_tmp/beats.out" "$gc_tmp/measured.out" "$gc_tmp/stops"
}

# shown FIELD: whether four stops of five that left the rest of the guest alone have
# shown it
shown()
{
	grep -v whole "$gc_tmp/told" |
		awk -v field="$1" '$field > 0 { shown++ } END { exit shown * 5 < NR * 4 || !NR }'
}

# all_end: no measurement took longer than it may, beyond the time in which nothing
# could be started at all
all_end()
{
	awk -v longest=$LONGEST_MS '
		FILENAME ~ /beats/ { beat[++beats] = $1; next }
		$4 != "OK" { print "# no answer to the request: " $0; bad = 1; next }
		$3 > most { most = $3 }
		$3 > longest {
			held = 0
			for (i = 2; i <= beats; i++)
				if (beat[i] >= $2 && beat[i - 1] <= $2 + $3 && beat[i] - beat[i - 1] > held)
					held = beat[i] - beat[i - 1]
			print "# " $0 ", held up for " held " ms"
			if ($3 - held > longest)
				bad = 1
		}
		END { print "# the longest took " most " ms"; exit bad || !most }' \
		"$gc_tmp/beats.out" "$gc_tmp/measured.out"
}

# The offset that a row shows is no farther from 0 than its bound and what was
# there before.
count_lies()
{
	awk -v usual="$1" '$1 == "on" && $8 == "ok" {
		offset = $9 < 0 ? -$9 : $9
		if (offset > $10 + usual) { print "# " $0 > "/dev/stderr"; lies++ }
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
gc_background beats beat_for_ever
gc_background measured measure_for_ever
# What was printed so far leaves by a serial port as well, from any CPU.
sleep 1
gc_until 30 measured_since 0 || tap_bail "CPU $victim is not measured at all"
stop_often
tap_result $? "the host stopped CPU $victim $STOPS times, and nothing else"
gc_stop_all
sed 's/^/# /' "$gc_tmp/host"
awk '{ $2 = $3 = $9 = $10 = ""; count[$0]++ }
	END { for (i in count) print "# " count[i] " times " i }' "$gc_tmp/measured.out"
sed 's/^\([0-9]*\) \([0-9]*\)/# a stop: given up \1 times, \2 times where it asks; nothing started for/' \
	"$gc_tmp/told"
shown 1
tap_result $? "in four of five stops a row says that the CPU does not answer"
shown 2
tap_result $? "in four of five stops a measurement that begins on the stopped CPU is given up"
all_end
tap_result $? "every measurement ends long before the CPU runs again"
[ "$(awk '$1 == "on" && $8 != "ok" && $8 != "no_answer" ||
	$1 == "against" && $6 != 1 && $6 != '$NO_ANSWER "$gc_tmp/measured.out" | wc -l)" -eq 0 ]
tap_result $? "no measurement says that the stopped CPU's TSC is at fault"
[ "$(count_lies "$usual")" -eq 0 ]
tap_result $? "no offset of a stopped CPU is made up"

# What was left on the CPU has had its turn.
nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
[ "$(tsc_row "$victim" state)" = ok ]
tap_result $? "a CPU that was stopped is measured as before"
gc_end
