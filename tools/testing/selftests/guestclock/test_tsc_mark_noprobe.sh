#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The same mark of the TSC where kprobes are not to be had: found by polling,
# so without a reason, but not missed. Once a boot.
#
# Tags: noprobe
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_mark.sh"

# probes REASON: the observer says that it has none, and why
probes()
{
	probes_said=$(timeout 20 guestclock status -o json | jq -r '.observers[] |
		select(.name == "clocksource_watchdog") | "\(.state): \(.detail)"')
	tap_diag "$probes_said"
	case $probes_said in
	"degraded: no kprobes ($1)"*) ;;
	*) return 1 ;;
	esac
}

mark_need_verified_tsc
gc_need test_module/guestclock_test.ko
gc_begin
gc_load_with use_kprobes=0
probes "use_kprobes=0"
tap_result $? "use_kprobes=0 leaves the kernel's functions alone"
gc_unload

# From here on as in a kernel that refuses every probe.
gc_test_module_with refuse=register_kprobe refuse_nth=0 refuse_with=-22
gc_load_with log_size=4096
rmmod guestclock_test
probes refused
tap_result $? "probes that are refused are named as such"
watchdog=$(timeout 20 guestclock status -o json | jq -r '.watchdog |
	"\(.tsc_verification) \(.rounds): \(.tsc_verification_because)"')
tap_diag "the kernel's watchdog: $watchdog"
echo "$watchdog" | grep -q '^unknown 0: .*no probe'
tap_result $? "without probes nobody claims to see the watchdog's rounds"
mark_offline_others
tsc_before=$(clock_tool raw 0 | cut -d' ' -f1)
mark=$(gc_kmsg "the TSC jumps, no kprobes")
mark_tsc "$mark"
tap_result $? "the kernel marks the TSC unstable"

gc_wait_events 1 10 '.type == "clocksource_unstable"' >"$gc_tmp/events"
sed 's/^/# /' "$gc_tmp/events"
[ "$(wc -l <"$gc_tmp/events")" -eq 1 ] &&
	[ "$(jq -r .clocksource "$gc_tmp/events")" = tsc ] &&
	[ "$(jq -r .reason "$gc_tmp/events")" = unknown ]
tap_result $? "one clocksource_unstable event: tsc, reason unknown"

[ "$(jq -r .source "$gc_tmp/events")" = check_tsc_unstable ]
tap_result $? "the event names check_tsc_unstable as its source"

# shellcheck disable=SC2046 # two numbers
set -- $(jq -r "$(gc_fields not_before_tsc_cycles not_after_tsc_cycles)" "$gc_tmp/events")
tap_diag "found between TSC $1 and $2, jump after $tsc_before"
[ $# -eq 2 ] && [ "$1" != - ] && [ "$2" != - ] && [ "$1" -lt "$2" ] &&
	[ "$2" -gt "$tsc_before" ]
tap_result $? "the interval of the poll has the mark in it"

gc_table clocksource_watchdog source state >"$gc_tmp/sources"
sed 's/^/# /' "$gc_tmp/sources"
[ "$(awk '$2 == "active" { print $1 }' "$gc_tmp/sources")" = check_tsc_unstable ]
tap_result $? "without probes check_tsc_unstable is the only active source of marks"

mark_check_switch "$mark"
tap_result $? "the switch away from tsc follows as an event"

gc_end
