#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Known TSC offsets, injected through IA32_TSC_ADJUST, are reported with the
# right sign and within the bound. A trial counts only if the kernel, which
# restores the MSR when a CPU goes idle, left it alone until it was measured.

. "$(dirname "$0")/lib.sh"

TSC_ADJUST=0x3b
WANTED=20
NARROW_CYCLES=1000
SMALL="100 -100 500 -500 1000 -1000 3000 -3000 10000 -10000 30000 -30000
	100000 -100000 300000 -300000 1000000 -1000000"
LARGE="100000000 -100000000"
MORE="200 -200 20000 -20000"

# measure: sets offset, bound and reference of the victim. A CPU that the host
# does not run meanwhile is measured badly or not at all: the best of a few.
measure()
{
	bound=
	inconsistent=
	for _ in 1 2 3; do
		measure_once || continue
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
	# shellcheck disable=SC2046 # value before and after
	set -- "$1" $(msr_tool add "$victim" $TSC_ADJUST "$1")
	measure
	status=$?
	now=$(msr_tool read "$victim" $TSC_ADJUST)
	msr_tool write "$victim" $TSC_ADJUST "$2"
	if [ "$now" != "$3" ]; then
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

	error=$((offset - base - $1))
	slack=$((bound + base_bound))
	[ "$(gc_abs $error)" -le "$worst_error" ] || worst_error=$(gc_abs $error)
	echo "$bound" >>"$gc_tmp/bounds"
	tap_diag "injected $1: measured $offset +- $bound, error $error"
	if [ "$(gc_abs $error)" -gt $slack ]; then
		tap_diag "the truth is not within the bounds"
		wrong_bound=$((wrong_bound + 1))
	fi
	# The truth is what was injected plus what was there, as far as known.
	truth=$((base + $1))
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

# shellcheck disable=SC2317 # called on exit
put_back()
{
	msr_tool write "$victim" "$TSC_ADJUST" "$was"
}

gc_need_msr
gc_need_stable_host
victim=$(gc_cpus | tail -n 1)
[ "$victim" != 0 ] || tap_skip_all "one CPU: nothing to compare its TSC with"

gc_begin 5
gc_load
offsets="$LARGE $SMALL $MORE"
# The clock must not jump visibly where it is the TSC itself.
if [ "$(gc_clocksource)" = tsc ]; then
	offsets="$SMALL $MORE"
fi
gc_background spin spin "$victim"

baseline || tap_bail "cpu $victim cannot be measured at all"
[ "$reference" != "$victim" ]
tap_result $? "the CPU is measured against another one"

was=$(msr_tool read "$victim" $TSC_ADJUST)
gc_on_exit put_back
valid=0
restored=0
unanswered=0
signs=0
wrong_bound=0
wrong_sign=0
worst_error=0

: >"$gc_tmp/bounds"
round=1
while [ $round -le "$GC_SCALE" ]; do
	for delta in $offsets; do
		[ $valid -lt $((WANTED * round)) ] || break
		inject "$delta"
	done
	baseline
	round=$((round + 1))
done
tap_diag "$valid valid trials, $restored discarded because the kernel restored the" \
	"MSR, $unanswered because the CPU did not answer; worst error $worst_error cycles"

[ $valid -ge $((WANTED * GC_SCALE)) ]
tap_result $? "$((WANTED * GC_SCALE)) injections lasted until they were measured"

[ $valid -gt 0 ] && [ $wrong_bound -eq 0 ]
tap_result $? "every injected offset lies within the bound"

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

gc_end
