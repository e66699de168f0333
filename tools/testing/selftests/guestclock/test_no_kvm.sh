#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# A machine that is no KVM guest: the module loads, says what is missing, and
# does the rest.
#
# Tags: nokvm

. "$(dirname "$0")/lib.sh"

! gc_available kvm-clock ||
	tap_skip_all "this is a KVM guest"
gc_begin
gc_load

sed 's/^/# /' $GC_DEBUGFS/pvclock
grep -q '^# .*not a KVM guest' $GC_DEBUGFS/pvclock && [ -z "$(sed '/^#/d' $GC_DEBUGFS/pvclock)" ]
tap_result $? "debugfs names the pvclock page as absent, and has no row"

timeout 20 guestclock status -o json >"$gc_tmp/status"
sed 's/^/# /' "$gc_tmp/status"
grep -i pvclock "$gc_tmp/status" | grep -qi absent
tap_result $? "guestclock status names the pvclock page as absent"

timeout 20 guestclock pvclock -o json >"$gc_tmp/out" 2>"$gc_tmp/err"
status=$?
tap_diag "guestclock pvclock: status $status, $(cat "$gc_tmp/out" "$gc_tmp/err" | head -n 1)"
[ $status -eq 3 ] && ! jq -e 'select(.state == "ok")' "$gc_tmp/out" >/dev/null 2>&1 &&
	[ -s "$gc_tmp/err" ]
tap_result $? "guestclock pvclock says why it has no rows, and exits with 3"

timeout 20 guestclock tsc --measure -o json >"$gc_tmp/tsc"
[ "$(jq -r .cpu "$gc_tmp/tsc" | sort -n)" = "$(gc_cpus)" ] &&
	[ "$(jq -r 'select(.state == "reference") | .offset_cycles' "$gc_tmp/tsc")" = 0 ]
tap_result $? "TSC offsets are measured without KVM"

bad=0
for file in pvclock tsc clocksource clocksource_watchdog events stats; do
	head -n 1 $GC_DEBUGFS/$file | grep -qx "# guestclock $file v1" || bad=1
done
[ $bad -eq 0 ]
tap_result $? "every debugfs file is there"

clock_tool step 2000000000
clock_tool step -2000000000
[ "$(gc_wait_events 2 10 '.type == "clock_step"' | wc -l)" -eq 2 ]
tap_result $? "clock steps are recorded without KVM"

[ "$(timeout 20 guestclock clocksource -o json | jq -r .name)" = "$(gc_clocksource)" ]
tap_result $? "the clocksource is named without KVM"

gc_end
