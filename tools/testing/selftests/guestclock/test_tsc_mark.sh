#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's watchdog marks the TSC unstable: the round that found the fault, one
# mark with the kernel's reason or none, and then the switch away from it, in this
# order and each once. Once a boot.
#
# Tags: core tsc-mark
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_mark.sh"

mark_need_verified_tsc
# round_intervals: what the kernel's own lines say of the round, by the reference
# and by the TSC, in ns; 6.x and 7.x say it differently
round_intervals()
{
	gc_dmesg_since "$mark" | sed -n \
		-e "s/.* wd_nsec: \([0-9]*\) wd_now.*/wd \1/p" \
		-e "s/.* cs_nsec: \([0-9]*\) cs_now.*/cs \1/p" \
		-e 's/.*: Watchdog  *[^ ]* interval:  *\([0-9]*\)ns.*/wd \1/p' \
		-e 's/.*: Clocksource  *[^ ]* interval:  *\([0-9]*\)ns.*/cs \1/p' |
		sort -r | awk '{ printf "%s%s", (NR > 1 ? " " : ""), $2 }'
}

gc_begin
gc_load
mark_offline_others
mark=$(gc_kmsg "the TSC jumps")
mark_tsc "$mark"
tap_result $? "the kernel marks the TSC unstable"
gc_dmesg_since "$mark" | grep -iE 'tsc|clocksource|interval' | sed 's/^/# /'

gc_wait_events 1 10 '.type == "clocksource_unstable"' >"$gc_tmp/events"
sed 's/^/# /' "$gc_tmp/events"
[ "$(wc -l <"$gc_tmp/events")" -eq 1 ] &&
	[ "$(jq -r .clocksource "$gc_tmp/events")" = tsc ]
tap_result $? "one clocksource_unstable event, and it names tsc"

[ "$(jq -r .source "$gc_tmp/events")" = kprobe ]
tap_result $? "it was seen in the act, by the kprobe"

gc_events | jq -c 'select(.type == "watchdog_round" and .wd_result == "skewed")' \
	>"$gc_tmp/fault"
sed 's/^/# /' "$gc_tmp/fault"
[ "$(wc -l <"$gc_tmp/fault")" -eq 1 ] &&
	jq -e '.clocksource == "tsc" and .wd_reference == "kvm-clock"' "$gc_tmp/fault" >/dev/null
tap_result $? "one round found the fault, of tsc against kvm-clock"
seen=$(jq -r '"\(.wd_interval_ns) \(.cs_interval_ns)"' "$gc_tmp/fault")
tap_diag "its intervals are $seen ns, the kernel says $(round_intervals)"
[ -n "$seen" ] && [ "$seen" = "$(round_intervals)" ]
tap_result $? "its intervals are those of the kernel's own lines"

reason=$(jq -r .reason "$gc_tmp/events")
kernel_reason=$(mark_kernel_reason "$mark")
tap_diag "reason '$reason', the kernel: '$kernel_reason'"
[ "$reason" = unknown ] || { [ -n "$reason" ] && [ "$reason" = "$kernel_reason" ]; }
tap_result $? "its reason is the kernel's, or unknown"

boottime_ms=$(($(jq -r '.boottime_ns // 0' "$gc_tmp/events") / 1000000))
kernel_ms=$(mark_kernel_ms "$mark")
tap_diag "event at $boottime_ms ms, the kernel's line at ${kernel_ms:-none} ms" \
	"(its log's clock is $mark_lead_ms ms ahead)"
[ -n "$kernel_ms" ] && gc_within $((boottime_ms - kernel_ms)) -1500 1500
tap_result $? "its time is that of the kernel's line"

seq=$(jq -r .seq "$gc_tmp/events")
switch_seq=$(gc_events | jq -r 'select(.type == "clocksource_switch") | .seq' | tail -n 1)
mark_check_switch "$mark" && [ "${switch_seq:-0}" -gt "$seq" ]
tap_result $? "the switch away from tsc follows as an event"
[ "$(jq -r .seq "$gc_tmp/fault")" -lt "${seq:-0}" ]
tap_result $? "and the fault comes before the mark"

verification=$(timeout 20 guestclock status -o json | jq -r .watchdog.tsc_verification)
tap_diag "the kernel verifies the TSC: $verification"
[ "$verification" = given_up ]
tap_result $? "afterwards there is no TSC to verify"
[ "$(timeout 20 guestclock status -o json | jq -r .watchdog.failed)" = 1 ]
tap_result $? "one check of the watchdog failed"

gc_end
