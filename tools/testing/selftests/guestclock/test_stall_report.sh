#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The host stops the VMM's process for three seconds, of which KVM hears nothing: no page
# changes and every clock goes on. What the report says of that, and what it must not say.
#
# Tags: host-action

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_host.sh"

STOP_S=3

gc_need_kvmclock
gc_need_hostctl
gc_need_stable_host
gc_begin
db=$gc_tmp/stall.db
record_from_now "$db"
offset_was=$(host_offset)
raw_was=$(clock_tool raw 0 | cut -d' ' -f2)
host_does sigstop $STOP_S
raw_is=$(clock_tool raw 0 | cut -d' ' -f2)
offset_is=$(host_offset)
gone=$(truth duration_ns)
[ "${gone:-0}" -ge $((STOP_S * 1000000000)) ] && [ $((raw_is - raw_was)) -ge "$gone" ]
tap_result $? "the host stopped the VMM for $STOP_S s, over which the guest's clocks went on"
tap_diag "the guest's wall clock is ahead of the host's by ${offset_was:-?} ns before," \
	"${offset_is:-?} ns after"
# A round of the kernel's watchdog that was late over it has ended as well.
sleep 2
gc_record_stop
tell_report "$db"

# Whichever class it gets: an entry of about that length.
seen=$(jq -c --argjson gone "${gone:-0}" '
	select((.class == "vm-stall" or .class == "vcpu-preemption") and
	((.duration_ns // 0) - $gone | fabs) <= (.bound_ns // 0))' "$gc_tmp/report")
[ -n "$seen" ]
tap_xfail $? "a stop of the VMM is in the report, as long as it was" stopped-vmm-unseen
[ -z "$(of_class vm-pause)" ]
tap_result $? "no pause of the machine is claimed where kvm-clock went on"
[ -z "$(of_class tsc-skew)$(of_class rate-fault)" ]
tap_result $? "no TSC is accused of what the host did to the whole machine"
gc_is_whole "$db"
tap_result $? "the recording has every event"
gc_end
