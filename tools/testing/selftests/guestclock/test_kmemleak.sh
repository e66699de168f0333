#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Nothing that the module allocated is forgotten, by this test or by any other
# that ran since the guest booted: kmemleak finds no such memory. Runs last.
#
# Tags: leaks
# Provokes: kmemleak: [1-8] new suspected|unreferenced object

. "$(dirname "$0")/lib.sh"

KMEMLEAK=/sys/kernel/debug/kmemleak
# What a stack still holds of the last ones hides a leak of theirs, not of all.
CYCLES=$((3 * GC_SCALE))

need_kmemleak()
{
	gc_mount_debugfs
	[ -w $KMEMLEAK ] && echo scan >$KMEMLEAK 2>/dev/null ||
		tap_skip_all "the kernel has no kmemleak, or has switched it off"
}

# A life of the module in which everything is asked for once.
live()
{
	gc_load_with log_size=100
	guestclock status -o json >"$gc_tmp/status"
	guestclock tsc --measure -o json >"$gc_tmp/tsc"
	cat $GC_DEBUGFS/* >"$gc_tmp/files"
	clock_tool step 1000000
	clock_tool step -1000000
	gc_wait_events 2 60 '.type == "clock_step"' >"$gc_tmp/steps"
	gc_unload && [ "$(wc -l <"$gc_tmp/steps")" -eq 2 ]
}

# An object is not reported before it is five seconds old, before its content was the
# same in two scans, and, since 7.2, before some more scans have said the same.
leaks()
{
	sleep 6
	scans=$(cat /sys/module/kmemleak/parameters/min_unref_scans 2>/dev/null)
	scans=$((${scans:-0} + 3))
	while [ $scans -gt 0 ]; do
		echo scan >$KMEMLEAK
		scans=$((scans - 1))
	done
	cat $KMEMLEAK
}

# forget: a leak that must be found. The allocator's sheaves keep the addresses
# of what they gave out, which counts as a reference; kernels whose caches are
# debugged (slab_debug=) have no sheaves.
forget()
{
	gc_test_module_with forget=1
	rmmod guestclock_test
}

# Of an unloaded module kmemleak knows no names: a caller without one is ours,
# as no other module is ever unloaded here but the one that forgets on purpose.
ours()
{
	awk 'function put() { if (mine && !planted) printf "%s", text }
		/^unreferenced object/ { put(); text = ""; mine = planted = 0 }
		{ text = text $0 "\n" }
		/left on purpose/ { planted = 1 }
		/guestclock/ || /^ +(\[<[^>]*>\] )?0x[0-9a-f]+ *$/ { mine = 1 }
		END { put() }'
}

need_kmemleak
gc_need test_module/guestclock_test.ko
gc_begin
forget
cycle=0
while [ $cycle -lt $CYCLES ] && live; do
	cycle=$((cycle + 1))
done
[ $cycle -eq $CYCLES ]
tap_result $? "$CYCLES lives of the module, from loading to unloading"
leaks >"$gc_tmp/leaks"
tap_diag "kmemleak names $(grep -c '^unreferenced' "$gc_tmp/leaks") objects of the whole kernel"
ours <"$gc_tmp/leaks" >"$gc_tmp/ours"
sed 's/^/# /' "$gc_tmp/ours" | head -n 60
grep -q 'left on purpose' "$gc_tmp/leaks"
tap_result $? "kmemleak finds what was left on purpose"
[ ! -s "$gc_tmp/ours" ]
tap_result $? "kmemleak finds nothing that the module forgot"
gc_end
