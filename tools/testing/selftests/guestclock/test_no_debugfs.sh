#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A guest without debugfs mounted: the client needs none of it.
#
# Tags: access

. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2317 # called on exit
remount()
{
	mount -t debugfs debugfs /sys/kernel/debug
}

gc_need_root
if grep -q ' /sys/kernel/debug debugfs' /proc/mounts; then
	# tracefs mounts itself below it.
	umount /sys/kernel/debug/tracing 2>/dev/null
	umount /sys/kernel/debug 2>/dev/null ||
		tap_skip_all "debugfs is in use and cannot be unmounted"
	gc_on_exit remount
fi
# The library would mount it again.
gc_mount_debugfs()
{
	:
}

gc_begin
gc_load
[ ! -e $GC_DEBUGFS ]
tap_result $? "the module loads while debugfs is not to be seen"

[ "$(timeout 20 guestclock clocksource -o json | jq -r .name)" = "$(gc_clocksource)" ]
tap_result $? "the clocksource is named over netlink"

timeout 20 guestclock tsc --measure -o json | jq -r .cpu >"$gc_tmp/rows"
gc_cpus | cmp - "$gc_tmp/rows"
tap_result $? "TSC offsets are measured without debugfs"

clock_tool step 2000000000
clock_tool step -2000000000
[ "$(gc_wait_events 2 10 '.type == "clock_step"' | wc -l)" -eq 2 ]
tap_result $? "events arrive without debugfs"

timeout 20 guestclock status >"$gc_tmp/status" 2>&1
status=$?
sed 's/^/# /' "$gc_tmp/status"
[ $status -eq 0 ]
tap_result $? "guestclock status finds nothing missing without debugfs"

gc_end
