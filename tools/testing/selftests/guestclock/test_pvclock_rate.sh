#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# With hpet as clocksource, kvm-clock from the page and CLOCK_MONOTONIC_RAW
# advance alike: two clocks that share nothing but the host.
#
# Tags: pages

. "$(dirname "$0")/lib.sh"

SECONDS_APART=5
LIMIT_PPM=100
TRIALS=$GC_SCALE

# Sets page to "version timestamp system_time mul shift" of CPU 0.
read_page()
{
	page=$(timeout 20 guestclock pvclock -o json | jq -r "select(.cpu == 0) |
		$(gc_fields version tsc_timestamp system_time_ns tsc_to_system_mul tsc_shift)")
}

# Sets low and high (kvm-clock then, ns) and raw from one bracket on CPU 0.
read_clocks()
{
	# shellcheck disable=SC2046,SC2086 # fields
	set -- $(clock_tool raw 0) $page
	raw=$2
	# shellcheck disable=SC2046 # two numbers
	set -- $(pvclock_time "$5" "$6" "$7" "$8" "$1" "$3")
	low=$1
	high=$2
}

compare_rates()
{
	sleep 0.5
	read_page
	first_page=$page
	read_clocks
	raw1=$raw
	low1=$low
	high1=$high
	sleep $SECONDS_APART
	read_page
	read_clocks

	raw_ns=$((raw - raw1))
	slowest=$((low - high1))
	fastest=$((high - low1))
	limit=$((raw_ns * LIMIT_PPM / 1000000))
	middle=$(((slowest + fastest) / 2))
	tap_diag "MONOTONIC_RAW +$raw_ns ns, kvm-clock +$middle ns: difference" \
		"$((middle - raw_ns)) ns, bracket widths $((fastest - slowest)) ns," \
		"limit $limit ns and these"
	[ "$first_page" = "$page" ] || tap_diag "page changed: $first_page, then $page"
	[ $raw_ns -gt $((SECONDS_APART * 900000000)) ] || return 1
	gc_within $raw_ns $((slowest - limit)) $((fastest + limit))
}

gc_need_kvmclock
gc_available hpet || tap_skip_all "no hpet"
gc_begin
gc_load

gc_set_clocksource hpet
tap_result $? "hpet is the clocksource"

trial=1
while [ $trial -le "$TRIALS" ]; do
	compare_rates
	tap_result $? "kvm-clock and MONOTONIC_RAW advance alike, trial $trial"
	trial=$((trial + 1))
done

gc_end
