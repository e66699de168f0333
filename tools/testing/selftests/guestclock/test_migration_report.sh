#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The guest is migrated live into another VMM of the same host while it is recorded: it
# goes on with every event, and by how much the pages moved kvm-clock against the TSC is
# what the two VMMs' own calls made of them.
#
# Tags: migration

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_host.sh"

# The threshold of an event, from which on updates are of interest here.
JUMP_NS=100000

# What kvm-clock gained on the TSC: for so much shorter it stood still. A page's rate is
# right to one part in a million of the time since it was written.
check_discontinuity()
{
	gained=$(($(truth tsc_stopped_ns) - $(truth kvmclock_stopped_ns)))
	allowed=$(($(truth tsc_stopped_bound_ns) + $(truth kvmclock_stopped_bound_ns) +
		$(truth kvmclock_ns) / 1000000 + 1000))
	worst=0
	for discontinuity in $(jq .discontinuity_ns "$gc_tmp/updates"); do
		apart=$(distance "$discontinuity" $gained)
		[ "$apart" -le "$worst" ] || worst=$apart
	done
	tap_diag "kvm-clock gained $gained ns on the TSC, $allowed allowed: the events are $worst ns apart"
	[ "$worst" -le $allowed ]
}

gc_need_kvmclock
gc_need_hostctl
gc_need_stable_host
[ "${GUESTCLOCK_HOST:-}" != trusted ] ||
	tap_skip_all "a VMM does not migrate a guest whose TSC is invariant"
gc_begin
db=$gc_tmp/migration.db
record_from_now "$db"
host_does migrate
tap_result $? "the host migrated the guest, which goes on"
wait_updates "$db" 20 $JUMP_NS
tap_result $? "the page of every vCPU moved its clock, and the recording shows it"
[ -n "$(truth tsc_stopped_ns)" ] && check_discontinuity
tap_result $? "each jump is what the two VMMs' reading and setting of the clocks made of it"
clock_tool step 10000000
clock_tool step -10000000
gc_wait_stored 20 $(($(gc_head) - 1))
tap_result $? "the recorder goes on in the new VMM"
gc_record_stop
tell_report "$db"
[ -n "$(of_class migration-or-restore)" ]
tap_xfail $? "a migration is in the report as one" migration-denied
[ -z "$(of_class vm-pause)$(of_class tsc-skew)" ]
tap_result $? "no pause is claimed of a clock that went forward, and no TSC is accused"
gc_is_whole "$db"
tap_result $? "the recording has every event"
gc_end
