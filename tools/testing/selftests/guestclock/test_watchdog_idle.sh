#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A guest that does nothing: every mark and every switch that the module tells of
# is in the kernel's log, and where the host is good there is neither. Says whether
# the kernel verifies the TSC here, and that fits what it does.
#
# Tags: idle

. "$(dirname "$0")/lib.sh"

# Twenty rounds of the watchdog.
SECONDS_WATCHED=10
[ $GC_SCALE -eq 1 ] || SECONDS_WATCHED=1800

# count TYPE: events of this type
count()
{
	jq -r "select(.type == \"$1\") | .seq" "$gc_tmp/events" | wc -l
}

# lines PATTERN: lines of the kernel's log since the beginning
lines()
{
	gc_dmesg_since "$mark" | grep -cE "$1"
}

# marks_told: marks in the kernel's log, which has two lines of one of the TSC
marks_told()
{
	gc_dmesg_since "$mark" | grep -E 'Marking (TSC|clocksource .*) .*unstable' |
		grep -cvE "clocksource '?tsc(-early)?'? "
}

flag()
{
	grep -m 1 '^flags' /proc/cpuinfo | grep -qw "$1"
}

# verification_fits: what the module says of it, against /proc, sysfs and dmesg
verification_fits()
{
	case $verification in
	verified)
		[ "$rounds" -gt 0 ] && gc_available tsc ;;
	trusted)
		{ flag constant_tsc && flag nonstop_tsc && flag tsc_adjust; } ||
			grep -qE 'tsc=(reliable|nowatchdog)' /proc/cmdline ;;
	given_up)
		! gc_available tsc ;;
	paused)
		gc_dmesg_since '' | grep -q 'clock-skew test skipped' ;;
	no_tsc)
		! gc_available tsc ;;
	*)
		return 1 ;;
	esac
}

# Only where the host is known to be good there may be neither.
case ${GUESTCLOCK_HOST:-} in
good | trusted) good_host=1 ;;
*) good_host=0 ;;
esac
gc_begin
mark=$gc_mark
gc_load
sleep $SECONDS_WATCHED
gc_events >"$gc_tmp/events"
timeout 20 guestclock status -o json >"$gc_tmp/status"
jq -r '"# \(.type) \(.clocksource // "") \(.wd_result // .reason // "")"' "$gc_tmp/events" |
	sort | uniq -c
gc_dmesg_since "$mark" | grep -iE 'clocksource|tsc' | sed 's/^/# log: /'

marks=$(count clocksource_unstable)
switches=$(count clocksource_switch)
tap_diag "$marks marks and $switches switches in $SECONDS_WATCHED s"
if [ $good_host -eq 1 ]; then
	[ "$marks" -eq 0 ] && [ "$switches" -eq 0 ]
	tap_result $? "a good host: no mark and no switch"
else
	tap_skip "no mark and no switch" "on this host the kernel may have reason for them"
fi
[ "$marks" -eq "$(marks_told)" ] &&
	[ "$switches" -eq "$(lines 'Switched to clocksource')" ]
tap_result $? "every mark and switch is in the kernel's log"

verification=$(jq -r .watchdog.tsc_verification "$gc_tmp/status")
rounds=$(jq -r .watchdog.rounds "$gc_tmp/status")
tap_diag "TSC $verification: $(jq -r .watchdog.tsc_verification_because "$gc_tmp/status")"
tap_diag "$rounds rounds, the clocksources: $(cat $GC_CLOCKSOURCE/available_clocksource)"
verification_fits
tap_result $? "whether the TSC is verified fits the guest"
# Nobody wants two a second: those that are told of are few or odd.
[ "$(jq -r 'select(.type == "watchdog_round" and .wd_result == "passed" and
	(.wd_lateness_ns | tonumber) < 100000000) | .seq' "$gc_tmp/events" | wc -l)" -le \
	$((2 + $(jq -r 'select(.type == "watchdog_round" and .wd_result != "passed") | .seq' \
	"$gc_tmp/events" | wc -l))) ]
tap_result $? "ordinary rounds are no events"

gc_end
