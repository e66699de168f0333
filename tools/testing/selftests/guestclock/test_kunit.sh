#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The module's arithmetic, tested by KUnit as this kernel compiles it.
#
#   GUESTCLOCK_KUNIT_KO  guestclock_kunit.ko, built where the kernel has KUnit
#
# Tags: kunit

. "$(dirname "$0")/lib.sh"

SUITE=guestclock_tsc

# shellcheck disable=SC2317 # called on exit
unload_kunit()
{
	[ ! -d /sys/module/guestclock_kunit ] || timeout 20 rmmod guestclock_kunit
}

# The suite's own lines of the log, without the time in front.
kunit_lines()
{
	gc_dmesg_since "$gc_mark" | sed 's/^\[[^]]*\] //'
}

[ -n "${GUESTCLOCK_KUNIT_KO:-}" ] ||
	tap_skip_all "no KUnit in this kernel: guestclock_kunit.ko was not built"

gc_begin
gc_on_exit unload_kunit
timeout 60 insmod "$GUESTCLOCK_KUNIT_KO"
tap_result $? "the tests can be loaded"

# Indented lines are the cases', the one that is not is the suite's.
kunit_lines | sed -n "/# Subtest: $SUITE/,/^\(not \)\?ok [0-9]* $SUITE/p" >"$gc_tmp/lines"
sed 's/^/# /' "$gc_tmp/lines"
planned=$(sed -n 's/^ *1\.\.\([0-9]*\)$/\1/p' "$gc_tmp/lines" | head -n 1)
passed=$(grep -c '^ \{4\}ok ' "$gc_tmp/lines")
tap_diag "$passed of ${planned:-no} cases passed"
[ -n "$planned" ] && [ "$passed" -eq "$planned" ] &&
	grep -q "^ok [0-9]* $SUITE" "$gc_tmp/lines"
tap_result $? "all cases of $SUITE pass"
gc_end
