#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Sweeps: every CPU is measured without anybody asking, what it costs stays within
# a thousandth of one CPU, offsets and changes of IA32_TSC_ADJUST that come and go
# are events, and CPUs and the module may leave in the middle.
#
# A kernel that finds a returned CPU's TSC apart marks the TSC for good: this runs
# after what needs the TSC.
#
# Tags: sweeps
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_tsc.sh"

# Far beyond the threshold of a microsecond, and no visible jump of a clock.
INJECTED=100000
LOADS=$((5 * GC_SCALE))
HOTPLUGS=$((4 * GC_SCALE))
LIMIT_US=1000

# Many CPUs on a machine that has only a few do not always meet in time.
all_measured()
{
	[ "$(gc_table tsc state | grep -c -v -e '^ok$' -e '^reference$' -e '^left_alone$' \
		-e "$crowded")" -eq 0 ]
}

measured_more_than()
{
	[ "$(tsc_stat sweeps)" -gt "$1" ]
}

is_beyond()
{
	[ "$(tsc_row "$victim" beyond)" = "$1" ]
}

is_measured()
{
	tsc_row "$1" state | grep -q -e '^ok$' -e "$crowded"
}

# shellcheck disable=SC2317 # called on exit
bring_back()
{
	echo 1 >"/sys/devices/system/cpu/cpu$victim/online"
}

# sweep_set PERIOD_MS [ROUNDS]: sweeps begin at once, without debts
sweep_set()
{
	tsc_sweep "$@"
	sweep_mark
}

sweep_mark()
{
	mark_ms=$(gc_uptime_ms)
	mark_cycles=$(tsc_stat ref_cycles)
	mark_cycles=$((mark_cycles + $(tsc_stat cpu_cycles)))
	mark_measurements=$(tsc_stat measurements)
}

# due_ms: until when sweeps may be silent, by the module's own account of what they
# cost, which they have to wait for a thousandfold
due_ms()
{
	awk -v khz="$khz" -v mark="$mark_ms" -v paid="$mark_cycles" \
		-v done="$mark_measurements" -v count="$count" '
		{ value[$1] = $2 }
		END {
			cost = value["tsc_ref_cycles"] + value["tsc_cpu_cycles"] - paid
			slots = 2 * (value["tsc_measurements"] - done) + count
			printf "%d", mark + 20000 + cost / khz * 1000 +
				slots * value["tsc_sweep_period_ms"] / count
		}' "$GC_DEBUGFS/stats"
}

# be_patient: for so long in all the waits to come, of a test that has three minutes
be_patient()
{
	patience_end=$(($(gc_uptime_ms) + 30000 * GC_SCALE))
}

answered()
{
	echo $(($(tsc_stat measurements) - $(tsc_stat no_answers)))
}

# sweep_until COMMAND...: until it holds. 1 when enough CPUs have answered since, or
# the next measurement is overdue; 2 when neither has come to pass and time is over.
sweep_until()
{
	enough=$(($(answered) + 5 * count))
	until "$@"; do
		[ "$(answered)" -lt $enough ] && [ "$(gc_uptime_ms)" -lt "$(due_ms)" ] || {
			tap_diag "$(answered) answers, $enough are enough; silent until $(due_ms) ms at most"
			return 1
		}
		[ "$(gc_uptime_ms)" -lt $patience_end ] || return 2
		sleep 0.1
	done
}

# anew_until COMMAND...: the same where sweeps are set anew again and again, so that they
# have no debts. 1 when the victim was measured well enough for it five times, or nothing
# at all was measured.
anew_until()
{
	well=0
	anew_was=$(tsc_stat measurements)
	while :; do
		sweep_set 200
		gc_until 2 "$@" && return 0
		[ "$(tsc_row "$victim" state)" != ok ] ||
			[ "$(tsc_row "$victim" bound_cycles)" -gt $((INJECTED / 2)) ] ||
			well=$((well + 1))
		[ $well -lt 5 ] || return 1
		[ "$(gc_uptime_ms)" -ge $patience_end ] || continue
		[ "$(tsc_stat measurements)" -gt "$anew_was" ] || return 1
		return 2
	done
}

# sweep_result STATUS DESCRIPTION: STATUS by one of these
sweep_result()
{
	if [ "$1" -eq 2 ]; then
		tap_skip "$2" "the host takes its CPUs away all the time"
	else
		tap_result "$1" "$2"
	fi
}

# costs: measurements so far, cycles they took, and the time
costs()
{
	awk '{ value[$1] = $2 } END {
		getline uptime <"/proc/uptime"
		split(uptime, seconds, " ")
		printf "%d %.0f %s\n", value["tsc_measurements"],
			value["tsc_ref_cycles"] + value["tsc_cpu_cycles"], seconds[1] }' "$GC_DEBUGFS/stats"
}

# watch_costs SECONDS LIMIT: whenever a measurement has begun, those before it must
# have taken no more than a thousandth of one CPU since the beginning. Longer, up to
# LIMIT, where fewer than three have ended: a host that lets the two CPUs wait for
# each other makes each one dear.
watch_costs()
{
	while costs; do
		sleep 0.05
	done | awk -v khz="$khz" -v seconds="$1" -v limit="$2" '
		NR == 1 { first = seen = $1; from = paid = $2; begin = $3 }
		$1 != seen {
			share = (paid - from) / khz / ($3 - begin + 0.01) * 1000
			if (share > most) most = share
			if ($2 - paid > dearest) dearest = $2 - paid
			seen = $1; paid = $2
		}
		$3 - begin > limit || ($3 - begin > seconds && seen - first > 2) {
			printf "%d %d %d\n", seen - first, most, dearest / khz * 1000
			exit
		}'
}

is_noticed()
{
	is_beyond "$1" && [ "$(tsc_events tsc_offset)" -gt "$2" ]
}

# What a sweep finds of an offset that comes and goes.
test_offset()
{
	be_patient
	gc_adjust_keep "$victim"
	gc_background spin spin "$victim"
	spinner=$gc_pid
	anew_until is_beyond 0
	adjusts=$(tsc_events tsc_adjust)
	events=$(tsc_events tsc_offset)
	gc_adjust_by $INJECTED
	anew_until is_noticed 1 "$events"
	sweep_result $? "an offset is noticed"
	gc_adjust_by 0
	events=$(tsc_events tsc_offset)
	anew_until is_noticed 0 "$events"
	status=$?
	sweep_result $status "an offset that goes is noticed"
	grep ' tsc_adjust ' "$GC_DEBUGFS/events" | tail -n 2 | sed 's/^/# /'
	[ $status -eq 2 ] || {
		[ "$(tsc_events tsc_adjust)" -ge $((adjusts + 2)) ] && grep -q \
			" adjust_cycles=$gc_adjust_was->$((gc_adjust_was + INJECTED))\$" "$GC_DEBUGFS/events"
		status=$?
	}
	sweep_result $status "both changes of IA32_TSC_ADJUST are events"
	kill "$spinner"
}

# expand LIST: the numbers in a list of CPUs such as 1,4-6
expand()
{
	echo "$1" | awk -v RS='[,\n]' -F- '/^[0-9]/ { for (i = $1; i <= $NF; i++) print i }'
}

# matrix_has CPU: --matrix takes it, or has none to compare it with
matrix_has()
{
	timeout 300 guestclock tsc --matrix -o json >"$gc_tmp/matrix.json" 2>"$gc_tmp/matrix.err"
	matrix_status=$?
	sed 's/^/# /' "$gc_tmp/matrix.err"
	[ $matrix_status -ne 3 ] || return 1
	[ $matrix_status -eq 0 ] && [ -s "$gc_tmp/matrix.json" ] || return 2
	jq -e -s --argjson cpu "$1" 'any(.cpu == $cpu or .ref_cpu == $cpu)' \
		"$gc_tmp/matrix.json" >/dev/null
}

test_isolated()
{
	be_patient
	asked=$(echo "$isolated" | head -n 1)
	sweep_set 100
	# The one that goes on may be almost over.
	sweep_until measured_more_than "$(($(tsc_stat sweeps) + 1))"
	status=$?
	timeout 60 guestclock tsc --measure >/dev/null &&
		[ "$(tsc_stat left_alone_cpus)" -eq "$(echo "$isolated" | wc -l)" ] || status=1
	for cpu in $isolated; do
		[ "$(tsc_row "$cpu" state) $(tsc_row "$cpu" measurements)" = "left_alone 0" ] || {
			tap_diag "CPU $cpu: $(tsc_row "$cpu" state)"
			status=1
		}
	done
	sweep_result $status "isolated CPUs are left alone by sweeps, and by who measures all"
	nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$asked")" | grep -q '^OK' &&
		[ "$(tsc_row "$asked" state)" = ok ]
	tap_result $? "an isolated CPU that is asked for is measured"
	matrix_has "$asked"
	[ $? -eq 1 ]
	tap_result $? "an isolated CPU that was asked for is still not in the matrix"
	timeout 20 guestclock tsc --set isolated=1 --sweeps | sed 's/^/# /'
	matrix_has "$asked"
	tap_result $? "with isolated CPUs asked for the matrix has them"
	timeout 20 guestclock tsc --set isolated=0 --sweeps >/dev/null
}

# One more life of the module that ends in the middle of a sweep.
ends_in_sweep()
{
	gc_insmod tsc_sweep_period_ms=0 && tsc_sweep 1 4096 || return 1
	gc_sleep_us $((1000 + $1 * 7919 % 60000))
	gc_rmmod && gc_soon "$gc_rmmod_ms" 3000
}

# An answer to a request, whatever a sweep makes of the CPU after that.
answers()
{
	nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" | grep -q '^OK' && is_measured "$victim"
}

# Whether a burst ends with its time, which is 20 us, and with the round at hand, and
# not with the game, which takes more than LIMIT_US. Each life of the module has a longest
# burst of its own, and a host that takes a CPU away in the midst is in some of them,
# but not in all; 2 where it hardly ever ran both CPUs at a time. An emulated CPU takes
# tens of microseconds to do anything for the first time: how short bursts are on a real
# one is in tools/testing/unit/test_tsc_burst.c.
test_irqs_off()
{
	: >"$gc_tmp/bursts"
	for _ in 1 2 3 4 5; do
		gc_insmod tsc_sweep_period_ms=0 || return 1
		nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" \
			"$TSC_ROUNDS_WANTED:$(hex32 4096)" >/dev/null
		echo "$(tsc_stat irqs_off_max_cycles)" "$(tsc_row "$victim" rtt_median_cycles)" \
			"$(tsc_row "$victim" rounds)" >>"$gc_tmp/bursts"
		gc_unload || return 1
	done
	awk -v khz="$khz" -v limit=$LIMIT_US '
		{ printf "# interrupts were off for %.1f us, %s rounds of %.2f us\n",
			$1 / khz * 1000, $3, $2 / khz * 1000 }
		$1 > 0 && $2 > 0 && $2 <= khz / 200 {
			known++
			if ($1 <= limit * khz / 1000 + 10 * $2)
				short++
		}
		END { exit short ? 0 : known > 2 ? 1 : 2 }' "$gc_tmp/bursts"
}

test_hotplug()
{
	file=/sys/devices/system/cpu/cpu$victim/online
	gc_on_exit bring_back
	tsc_sweep 1 1024
	status=0
	hotplug=1
	while [ $hotplug -le $HOTPLUGS ]; do
		gc_sleep_us $((hotplug * 7919 % 60000))
		echo 0 >"$file" || { sleep 0.3; echo 0 >"$file"; }
		[ -z "$(tsc_row "$victim" state)" ] || { tap_diag "an offline CPU has a row"; status=1; }
		gc_sleep_us $((hotplug * 7919 % 60000))
		echo 1 >"$file" || { sleep 0.3; echo 1 >"$file"; }
		gc_until 30 answers || {
			tap_diag "a returned CPU: $(tsc_row "$victim" state)"
			status=1
		}
		hotplug=$((hotplug + 1))
	done
	tap_result $status "$HOTPLUGS times a CPU left and came back in sweeps"
}

# What 63 pairs would take of one CPU in a minute, which is the default, in millionths.
cost_of_63()
{
	awk -v cycles=$(($(tsc_stat ref_cycles) + $(tsc_stat cpu_cycles))) \
		-v pairs="$(tsc_stat measurements)" -v khz="$khz" \
		'BEGIN { printf "%d\n", pairs ? cycles / pairs * 63 / khz / 60 * 1000 : 0 }'
}

# Those that are online, one a line.
isolated=$(gc_cpus | grep -x -F -e "$(expand "$(cat /sys/devices/system/cpu/isolated)")")
victim=$(gc_cpus | grep -v -x -F -e "${isolated:-none}" | tail -n 1)
count=$(gc_cpus | wc -l)
crowded='^no_answer$'
[ "$count" -gt 4 ] || crowded=none
# A single sweep of 16 CPUs on two real ones, most of which do not meet, can take ten
# minutes.
again=3
[ "$count" -le 4 ] || again=1

gc_begin
be_patient
gc_load_with log_size=4096 tsc_sweep_period_ms=500
khz=$(awk '$1 == "tsc_khz" { print $2 }' "$GC_DEBUGFS/stats")
[ "${khz:-0}" -gt 0 ] || tap_bail "this kernel does not know how fast its TSC is"

sweep_mark
sweep_until all_measured
sweep_result $? "every CPU is measured without anybody asking"
sweeps=$(tsc_stat sweeps)
sweep_until measured_more_than $((sweeps + again - 1))
sweep_result $? "every CPU is measured again and again ($again)"

tsc_sweep 0
# After this none is going on.
nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 0)" >/dev/null
measured=$(tsc_stat measurements)$(tsc_row 0 tsc_cycles)
sleep 3
[ "$measured" = "$(tsc_stat measurements)$(tsc_row 0 tsc_cycles)" ]
tap_result $? "without a period nothing is measured"

# As fast as it goes: then the cost alone holds it back.
tsc_sweep 1 256
if [ "$victim" = 0 ]; then
	tap_skip "sweeps cost no more than a thousandth of one CPU" "one CPU"
else
	# shellcheck disable=SC2046 # numbers
	set -- $(watch_costs 8 15)
	tap_diag "$1 measurements, which took up to $2 millionths of one CPU, one of them" \
		"$3 us; interrupts were off for at most $(tsc_stat irqs_off_max_ns) ns"
	tap_diag "63 pairs in a minute would take $(cost_of_63) millionths of one CPU"
	[ "$1" -gt 0 ] && [ "$2" -le 1050 ]
	tap_result $? "sweeps measure, and cost no more than a thousandth of one CPU"
fi

if tsc_injects "$victim"; then
	test_offset
else
	tap_skip "offsets that come and go are events" "$NO_INJECTION"
fi
if [ -n "$isolated" ]; then
	test_isolated
else
	tap_skip "isolated CPUs are not swept" "no CPU is isolated: see isolcpus="
fi
if [ "$victim" = 0 ]; then
	tap_skip "CPUs leave in the middle of a sweep" "one CPU"
else
	test_hotplug
fi
gc_unload

if [ "$victim" = 0 ]; then
	tap_skip "interrupts are off for no longer than a burst may take" "one CPU"
else
	test_irqs_off
	sweep_result $? "interrupts are off for no longer than a burst may take"
fi
status=0
load=1
while [ $load -le $LOADS ]; do
	ends_in_sweep $load || { tap_diag "unload $load failed, or took $gc_rmmod_ms ms"; status=1; }
	load=$((load + 1))
done
tap_result $status "$LOADS unloads in the middle of a sweep"
gc_end
