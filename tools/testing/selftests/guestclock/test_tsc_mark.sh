#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's watchdog marks the TSC unstable: the round that found the fault, one
# mark with the kernel's reason, and then the switch away from it, in this order and
# each once. Once a boot.
#
# Tags: core tsc-mark
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_mark.sh"

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

mark_need_verified_tsc
gc_begin
gc_load
mark_offline_others
traced=0
mark_trace_begin || traced=1
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
tap_result $? "the mark was seen in the act, by the kprobe"

gc_events | jq -c 'select(.type == "watchdog_round" and .wd_result == "skewed")' \
	>"$gc_tmp/fault"
sed 's/^/# /' "$gc_tmp/fault"
[ "$(wc -l <"$gc_tmp/fault")" -eq 1 ] &&
	jq -e '.clocksource == "tsc" and .wd_reference == "kvm-clock"' "$gc_tmp/fault" >/dev/null
tap_result $? "one round found the fault, of tsc against kvm-clock"
seen=$(jq -r '"\(.wd_interval_ns) \(.cs_interval_ns)"' "$gc_tmp/fault")
tap_diag "its intervals are $seen ns, the kernel says $(round_intervals)"
[ -n "$seen" ] && [ "$seen" = "$(round_intervals)" ]
tap_result $? "the intervals of that round are those of the kernel's own lines"

reason=$(jq -r .reason "$gc_tmp/events")
kernel_reason=$(mark_kernel_reason "$mark")
tap_diag "reason '$reason', the kernel: '$kernel_reason'"
[ -n "$reason" ] && [ "$reason" = "$kernel_reason" ]
tap_result $? "the reason of the mark is the kernel's"

if [ $traced -eq 0 ]; then
	mark_between lines-tsc "$(jq -r '.tsc_before_cycles // 0' "$gc_tmp/events")"
	tap_result $? "the TSC of the mark is between those of the kernel's two lines"
	mark_between lines-boot $(($(jq -r '.boottime_ns // 0' "$gc_tmp/events") / 1000))
	tap_result $? "CLOCK_BOOTTIME of the mark is between those of the kernel's two lines"
else
	tap_skip "the time of the mark" "no instances of tracefs"
fi

seq=$(jq -r .seq "$gc_tmp/events")
switch_seq=$(gc_events | jq -r 'select(.type == "clocksource_switch") | .seq' | tail -n 1)
mark_check_switch "$mark" && [ "${switch_seq:-0}" -gt "$seq" ]
tap_result $? "the switch away from tsc follows as an event"
[ "$(jq -r .seq "$gc_tmp/fault")" -lt "${seq:-0}" ]
tap_result $? "the round that found the fault comes before the mark"

verification=$(timeout 20 guestclock status -o json | jq -r .watchdog.tsc_verification)
tap_diag "the kernel verifies the TSC: $verification"
[ "$verification" = given_up ]
tap_result $? "after the mark there is no TSC to verify"
[ "$(timeout 20 guestclock status -o json | jq -r .watchdog.failed)" = 1 ]
tap_result $? "one check of the watchdog failed"

gc_end
