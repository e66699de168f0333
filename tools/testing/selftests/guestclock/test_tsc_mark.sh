#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's watchdog marks the TSC unstable: one event, with the kernel's
# reason or none, and then the switch away from it. Once a boot.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_mark.sh"

mark_need_verified_tsc
gc_begin 6
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

gc_end
