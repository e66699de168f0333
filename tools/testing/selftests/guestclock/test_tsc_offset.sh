#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Known TSC offsets, injected through IA32_TSC_ADJUST, are reported with the
# right sign and within the bound. A trial counts only if the kernel, which
# restores the MSR when a CPU goes idle, left it alone until it was measured; that
# it did so is an event.
#
# Tags: smoke core
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_tsc.sh"

case ${GUESTCLOCK_COUNT:-check} in
soak) WANTED=400 ;;
*) WANTED=20 ;;
esac
NARROW_CYCLES=1000
BARE_GAMES=5
SMALL="100 -100 0 500 -500 3000 -3000 10000 -10000 100000 -100000 1000000 -1000000"
LARGE="10000000 -10000000 100000000 -100000000 1000000000 -1000000000"
MORE="200 -200 1000 -1000 30000 -30000 300000 -300000"

# measure: sets offset, bound and reference of the victim. A CPU that the host
# does not run meanwhile is measured badly or not at all: the best of a few. All that
# was said is in the list of what was measured.
measure()
{
	bound=
	inconsistent=
	: >"$gc_tmp/measured"
	for _ in 1 2 3; do
		measure_once || continue
		echo "$new_offset $new_bound" >>"$gc_tmp/measured"
		if [ -z "$bound" ] || [ "$new_bound" -lt "$bound" ]; then
			offset=$new_offset
			bound=$new_bound
		fi
		[ "$bound" -ge "$NARROW_CYCLES" ] || break
	done
	[ -n "$bound" ]
}

measure_once()
{
	# shellcheck disable=SC2046 # fields
	set -- $(timeout 20 guestclock tsc --measure -o json |
		jq -r "select(.cpu == $victim) |
			$(gc_fields offset_cycles bound_cycles state ref_cpu)")
	[ "${3:-}" != inconsistent ] || inconsistent=y
	[ $# -eq 4 ] && [ "$3" = ok ] || return 1
	new_offset=$1
	new_bound=$2
	reference=$4
}

# baseline: what the offset is without our doing
baseline()
{
	measure || return 1
	base=$offset
	base_bound=$bound
	tap_diag "cpu $victim against cpu $reference: $base +- $base_bound," \
		"clocksource $(gc_clocksource)"
}

# trial DELTA: 0 valid, 1 not measured or restored by the kernel meanwhile
trial()
{
	gc_adjust_by "$1"
	measure
	status=$?
	gc_adjust_is "$1"
	kept=$?
	gc_adjust_by 0
	trials=$((trials + 1))
	if [ $kept -ne 0 ]; then
		restored=$((restored + 1))
		return 1
	elif [ -n "$inconsistent" ]; then
		tap_diag "injected $1: called inconsistent, though nothing changed"
		wrong_bound=$((wrong_bound + 1))
		return 1
	elif [ $status -ne 0 ]; then
		unanswered=$((unanswered + 1))
		return 1
	fi

	bare
	# The truth is what was injected plus what was there, as far as known.
	truth=$((base + $1))
	while read -r said within <&5; do
		[ "$(gc_abs $((said - truth)))" -gt $((within + base_bound)) ] || continue
		tap_diag "injected $1: measured $said +- $within, in which the truth is not"
		wrong_bound=$((wrong_bound + 1))
	done 5<"$gc_tmp/measured"
	error=$((offset - truth))
	slack=$((bound + base_bound))
	[ "$(gc_abs $error)" -le "$worst_error" ] || worst_error=$(gc_abs $error)
	echo "$bound" >>"$gc_tmp/bounds"
	echo "$(gc_abs $error) $slack" >>"$gc_tmp/errors"
	echo "$((gc_adjust_was + $1))" >>"$gc_tmp/adjusted"
	tap_diag "injected $1: measured $offset +- $bound, error $error"
	if [ "$(gc_abs $truth)" -gt $slack ]; then
		signs=$((signs + 1))
		if [ $((offset > 0)) -ne $((truth > 0)) ]; then
			tap_diag "the sign is wrong"
			wrong_sign=$((wrong_sign + 1))
		fi
	fi
}

inject()
{
	for _ in 1 2 3 4 5; do
		trial "$1" || continue
		valid=$((valid + 1))
		return
	done
	tap_diag "gave up on $1: restored or unmeasured five times"
}

# bare: the shortest round trips that the two CPUs have at this moment in as many
# rounds as a measurement has, cycles: when the other side reads its TSC, without
# which no offset can be bounded, and when it does not; and the step of the TSC.
bare()
{
	timeout 20 bare_pingpong "$reference" "$victim" $BARE_GAMES 256 |
		awk '{ least[NR] = $1 } END { print least[2], least[1], least[3] }' >>"$gc_tmp/bare"
}

# half_bare FIELD: half of the median over the trials so far
half_bare()
{
	sort -n -k "$1" "$gc_tmp/bare" |
		awk -v field="$1" '{ least[NR] = $field } END { print int(least[int((NR + 1) / 2)] / 2) }'
}

# How much of the bounds the errors take, in tenths.
distribution()
{
	awk '{ share = $2 ? $1 / $2 : 0; tenth = share >= 1 ? 9 : int(share * 10); count[tenth]++ }
		END { for (i = 0; i < 10; i++)
			printf "# error / bound %.1f to %.1f: %d\n", i / 10, (i + 1) / 10, count[i] }' \
		"$gc_tmp/errors"
}

# Whether the log has a change to each of the values that were measured.
adjusts_are_events()
{
	status=0
	while read -r value; do
		grep -q " tsc_adjust .*->$value\$" "$GC_DEBUGFS/events" || {
			tap_diag "no event of IA32_TSC_ADJUST becoming $value"
			status=1
		}
	done <"$1"
	return $status
}

restored_by_kernel()
{
	! gc_adjust_is "$1"
}

# see_adjust CYCLES: the module sees the register so far from what it was
see_adjust()
{
	gc_adjust_by "$1"
	nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
	[ "$(tsc_row "$victim" adjust_cycles)" = $((gc_adjust_was + $1)) ]
}

# Where nobody keeps the CPU from idling the kernel takes an offset back, at most
# once a second, so that there is time to see it. This one is less than the kernel
# can see by the order of two readings.
restoration()
{
	gc_until 60 see_adjust 80 || tap_diag "the module does not see the register"
	gc_until 60 restored_by_kernel 80 || tap_diag "the kernel restores nothing"
	nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$victim")" >/dev/null
	grep ' tsc_adjust ' "$GC_DEBUGFS/events" | tail -n 2 | sed 's/^/# /'
	grep -q " adjust_cycles=$((gc_adjust_was + 80))->$gc_adjust_was\$" "$GC_DEBUGFS/events"
	tap_result $? "the kernel's own restoration is an event"
}

gc_need_msr
gc_need_stable_host
victim=$(gc_cpus | tail -n 1)
[ "$victim" != 0 ] || tap_skip_all "one CPU: nothing to compare its TSC with"

gc_begin
gc_load
offsets="$LARGE $SMALL $MORE"
# Where the clock is the TSC itself it would jump; kvm-clock goes along.
if [ "$(gc_clocksource)" = tsc ] && ! gc_set_clocksource kvm-clock; then
	tap_diag "the clocksource is tsc, so that no large offsets are injected"
	offsets="$SMALL $MORE"
fi
gc_adjust_keep "$victim"
# Large offsets may bring about a mark, too.
if gc_available tsc; then
	restoration
else
	tap_skip "the kernel's own restoration is an event" \
		"the TSC is marked unstable: the kernel does not restore the register"
fi
gc_background spin spin "$victim"

baseline || tap_bail "cpu $victim cannot be measured at all"
[ "$reference" != "$victim" ]
tap_result $? "the CPU is measured against another one"

valid=0
trials=0
restored=0
unanswered=0
signs=0
wrong_bound=0
wrong_sign=0
worst_error=0

: >"$gc_tmp/bounds"
: >"$gc_tmp/bare"
: >"$gc_tmp/errors"
: >"$gc_tmp/adjusted"
round=1
while [ $valid -lt $WANTED ] && [ $round -le $((WANTED / 4)) ]; do
	for delta in $offsets; do
		[ $valid -lt $WANTED ] || break
		inject "$delta"
	done
	baseline
	round=$((round + 1))
done
tap_diag "$valid valid trials, $restored discarded because the kernel restored the" \
	"MSR, $unanswered because the CPU did not answer; worst error $worst_error cycles"

[ $valid -ge $WANTED ]
tap_result $? "$WANTED injections lasted until they were measured"

[ $((unanswered * 10)) -le $((trials - restored)) ]
tap_result $? "nine of ten injections that lasted are measured"

[ $valid -gt 0 ] && [ $wrong_bound -eq 0 ]
tap_result $? "every injected offset lies within the bound of each measurement"

tap_diag "$signs signs were decidable"
[ $signs -gt 0 ] && [ $wrong_sign -eq 0 ]
tap_result $? "every sign is right"

# Bounds that say nothing would pass all of the above; a few wide ones are what
# a host that takes its CPUs away must give.
khz=$(timeout 20 guestclock status -o json | jq -r '.tsc_khz // empty' | head -n 1)
median=$(sort -n "$gc_tmp/bounds" | sed -n "$((valid / 2 + 1))p")
tap_diag "half of the bounds are within ${median:-?} cycles, at ${khz:-unknown} kHz"
[ -n "$khz" ] && [ -n "$median" ] && [ "$median" -lt $((khz / 1000)) ]
tap_result $? "half of the bounds are narrower than a microsecond"
bare=$(half_bare 1)
step=$(sort -n -k 3 "$gc_tmp/bare" | awk 'NR == 1 { print $3 }')
tap_diag "half of a bare round trip is $bare cycles when the other side reads its TSC," \
	"which is what counts, and $(half_bare 2) when it does not; the TSC counts in steps of $step"
# No bound is narrower than the step in which the TSC counts.
[ "$bare" -gt 0 ] && [ -n "$median" ] && [ $((median * 10)) -le $((bare * 12 + step * 10)) ]
tap_result $? "half of the bounds are within 1.2 times half of a bare round trip that reads both"
distribution

adjusts_are_events "$gc_tmp/adjusted"
tap_result $? "every change of IA32_TSC_ADJUST is an event"
gc_end
