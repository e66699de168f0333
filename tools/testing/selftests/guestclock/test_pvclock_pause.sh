#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The host stops the VM for three seconds: every vCPU's page is re-based by as
# much, and one event for each says so: by what follows from the two pages, and by
# what the host's own clock says.
#
# Tags: smoke core host-action

. "$(dirname "$0")/lib.sh"

PAUSE_S=3
TRIALS=$GC_SCALE

# Pages without GUEST_STOPPED (2), which the guest clears when it likes.
without_stopped()
{
	while read -r line; do
		flags=${line##* }
		echo "${line% *} $((flags & ~2))"
	done
}

pages()
{
	sed '/^#/d' $GC_TEST_DEBUGFS/pages | without_stopped
}

tsc_now()
{
	clock_tool raw 0 | cut -d' ' -f"$1"
}

page_of()
{
	gc_fields "$1.version" "$1.tsc_timestamp" "$1.system_time_ns" \
		"$1.tsc_to_system_mul" "$1.tsc_shift" "$1.flags"
}

# discontinuity_of FILE: what follows from the event's pages: kvm-clock by the new one
# less by the old one, at the TSC of the new one
discontinuity_of()
{
	# shellcheck disable=SC2046 # numbers
	set -- $(jq -r ".page_new.tsc_timestamp, .page_new.system_time_ns, (.page_old |
		.tsc_timestamp, .system_time_ns, .tsc_to_system_mul, .tsc_shift)" "$1")
	echo $(($2 - $(pvclock_time "$3" "$4" "$5" "$6" "$1")))
}

# check_event CPU: exactly one event of this vCPU, and what it must say
check_event()
{
	jq -c "select(.subject_cpu == $1)" "$gc_tmp/events" >"$gc_tmp/event"
	if [ "$(wc -l <"$gc_tmp/event")" -ne 1 ]; then
		tap_diag "cpu $1: $(wc -l <"$gc_tmp/event") events instead of one"
		return 1
	fi

	discontinuity=$(jq .discontinuity_ns "$gc_tmp/event")
	follows=$(discontinuity_of "$gc_tmp/event")
	# shellcheck disable=SC2046 # two numbers
	set -- "$1" $(jq -r "$(gc_fields not_before_tsc_cycles not_after_tsc_cycles)" \
		"$gc_tmp/event")
	old=$(jq -r "$(page_of page_old)" "$gc_tmp/event" | without_stopped)
	new=$(jq -r "$(page_of page_new)" "$gc_tmp/event" | without_stopped)
	tap_diag "cpu $1: discontinuity $discontinuity ns, by its pages $follows ns, by the" \
		"host from $shortest to $longest ns"

	result=0
	if [ "$discontinuity" != "$follows" ]; then
		tap_diag "cpu $1: the discontinuity does not follow from the pages"
		result=1
	fi
	if ! gc_within $((-discontinuity)) "$shortest" "$longest"; then
		tap_diag "cpu $1: the discontinuity is not what the host says"
		result=1
	fi
	if [ "$1 $old" != "$(grep "^$1 " "$gc_tmp/before")" ]; then
		tap_diag "cpu $1: page_old $old is not the page before"
		result=1
	fi
	if [ "$1 $new" != "$(grep "^$1 " "$gc_tmp/after")" ]; then
		tap_diag "cpu $1: page_new $new is not the page after"
		result=1
	fi
	rebased=$(echo "$new" | cut -d' ' -f2)
	if ! gc_within "$rebased" "$earliest" "$3"; then
		tap_diag "cpu $1: re-based at $rebased, outside [$earliest, $3]"
		result=1
	fi
	if ! gc_within "$rebased" "$tsc_before" "$tsc_after" || [ "$2" -ge "$3" ]; then
		tap_diag "cpu $1: re-based at $rebased by [$2, $3], the pause was in [$tsc_before, $tsc_after]"
		result=1
	fi
	return $result
}

# polled_since TSC: whether every page was looked at later than that
polled_since()
{
	timeout 20 guestclock pvclock -o json |
		jq -es "length > 0 and all(.[]; (.tsc_cycles | tonumber) > $1)" >/dev/null
}

pause_once()
{
	last=$(gc_events | jq -s 'map(.seq | tonumber) | max // 0')
	pages >"$gc_tmp/before"
	tsc_before=$(tsc_now 1)
	truth=$(timeout 60 hostctl pause $PAUSE_S)
	tsc_after=$(tsc_now 3)
	tap_diag "host: $truth"
	# shellcheck disable=SC2046 # two numbers
	set -- $(gc_host_stopped "$truth")
	shortest=$1
	longest=$2
	gc_within "$shortest" $((PAUSE_S * 900000000)) $((PAUSE_S * 2000000000))
	tap_result $? "the host paused the VM for about $PAUSE_S s"

	# All events of pages: KVM stops kvm-clock once and re-bases every page once, so
	# that a second event of a CPU, however small, would be one too many.
	# Reading them enters every vCPU, which is when KVM writes its page.
	pages >"$gc_tmp/after"
	gc_until 60 polled_since "$(tsc_now 3)"
	gc_events | jq -c "select((.seq | tonumber) > $last and .type == \"pvclock_update\")" \
		>"$gc_tmp/events"
	# All pages are re-based at one TSC, but each is written when its vCPU is
	# next entered: another may have shown its old page long after that.
	earliest=$(jq -rs 'map(.not_before_tsc_cycles | tonumber) | min | tostring' \
		"$gc_tmp/events")

	for cpu in $(gc_cpus); do
		check_event "$cpu"
		tap_result $? "cpu $cpu: one update event tells the pause"
	done
}

gc_need_kvmclock
gc_need_hostctl
gc_need_stable_host
gc_need test_module/guestclock_test.ko
gc_begin
gc_load
gc_load_test_module
gc_until 60 polled_since 0

trial=1
while [ $trial -le "$TRIALS" ]; do
	pause_once
	trial=$((trial + 1))
done

gc_end
