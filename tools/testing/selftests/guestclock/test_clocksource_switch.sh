#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every switch of the clocksource is one event, in order, with both names.
#
# Tags: smoke clocks

. "$(dirname "$0")/lib.sh"

ROUNDS=$GC_SCALE

switch_to()
{
	old=$(gc_clocksource)
	[ "$old" != "$1" ] || return 0
	gc_set_clocksource "$1" || tap_diag "the kernel does not take $1"
	new=$(gc_clocksource)
	[ "$old" = "$new" ] || echo "$old $new" >>"$gc_tmp/made"
}

# A kernel that has just booted measures its TSC for a second or two and then leaves
# tsc-early by itself.
tsc_is_measured()
{
	! gc_available tsc-early
}

gc_until 60 tsc_is_measured
[ "$(wc -w <$GC_CLOCKSOURCE/available_clocksource)" -gt 1 ] ||
	tap_skip_all "only one clocksource: $(gc_clocksource)"
gc_begin
gc_load
first=$(gc_clocksource)
mark=$(gc_kmsg "switching from $first")
: >"$gc_tmp/made"

round=1
while [ $round -le "$ROUNDS" ]; do
	# shellcheck disable=SC2013 # words of one line
	for name in $(cat $GC_CLOCKSOURCE/available_clocksource); do
		switch_to "$name"
	done
	switch_to "$first"
	round=$((round + 1))
done
made=$(wc -l <"$gc_tmp/made")
tap_diag "made $made switches among $(cat $GC_CLOCKSOURCE/available_clocksource)"

gc_dmesg_since "$mark" | sed -n 's/.*Switched to clocksource //p' >"$gc_tmp/kernel"
awk '{ print $2 }' "$gc_tmp/made" | diff - "$gc_tmp/kernel" | sed 's/^/# /'
awk '{ print $2 }' "$gc_tmp/made" | cmp -s - "$gc_tmp/kernel"
tap_result $? "the kernel's own log has these switches"

gc_wait_events "$made" 10 '.type == "clocksource_switch"' >"$gc_tmp/events"
jq -r '"\(.clocksource_old) \(.clocksource)"' "$gc_tmp/events" >"$gc_tmp/seen"
tap_diag "events: $(tr '\n' ',' <"$gc_tmp/seen")"
diff "$gc_tmp/made" "$gc_tmp/seen" | sed 's/^/# /'
[ "$made" -gt 1 ] && cmp -s "$gc_tmp/made" "$gc_tmp/seen"
tap_result $? "one event per switch, in order, with old and new name"

jq -s -e 'length > 0 and
	([.[].seq | tonumber] | . == (sort | unique)) and
	([.[] | (.tsc_before_cycles | tonumber) <= (.tsc_after_cycles | tonumber)] | all)' \
	"$gc_tmp/events" >/dev/null
tap_result $? "seq rises and each capture lies in its bracket"

now=$(timeout 20 guestclock clocksource -o json | jq -r "$(gc_fields name switches)")
tap_diag "guestclock clocksource: $now"
[ "$now" = "$(gc_clocksource) $made" ]
tap_result $? "guestclock clocksource names the current one and counts the switches"

[ "$(gc_table clocksource name switches)" = "$(gc_clocksource) $made" ]
tap_result $? "so does debugfs"

gc_end
