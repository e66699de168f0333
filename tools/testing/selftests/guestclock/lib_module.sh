# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Loading and unloading the module, and the one of the tests. Sourced by lib.sh.

# Set by a test that has readers come and go while the module unloads: a request or a
# dump makes rmmod refuse as long as it lasts, an open file in debugfs does not. Any
# other test's unloads are done at the first try.
gc_readers=
gc_refusals=0
gc_rmmod_ms=0

# Load the module afresh; nothing is measured that a test did not ask for.
gc_load()
{
	gc_load_with log_size=4096 tsc_sweep_period_ms=0
}

# gc_load_with PARAM=VALUE...: the same with parameters
gc_load_with()
{
	[ ! -d /sys/module/guestclock ] || gc_unload ||
		tap_bail "guestclock is in use: stop its readers first"
	gc_mount_debugfs
	gc_insmod "$@" || tap_bail "guestclock does not load: see dmesg"
	gc_unfollow
	gc_follow
}

gc_mount_debugfs()
{
	grep -q '^[^ ]* /sys/kernel/debug debugfs' /proc/mounts ||
		mount -t debugfs debugfs /sys/kernel/debug
}

gc_insmod()
{
	if [ -n "$GUESTCLOCK_KO" ]; then
		timeout 30 insmod "$GUESTCLOCK_KO" "$@"
	else
		timeout 30 modprobe guestclock "$@"
	fi
}

gc_unload()
{
	gc_unfollow
	[ ! -d /sys/module/guestclock_test ] || timeout 20 rmmod guestclock_test
	gc_until 60 gc_rmmod
}

# gc_rmmod: one try; counts those that are refused, and sets gc_rmmod_ms
gc_rmmod()
{
	[ -d /sys/module/guestclock ] || return 0
	gc_rmmod_began=$(gc_uptime_ms)
	timeout 20 rmmod guestclock 2>"$gc_tmp/rmmod.err"
	gc_rmmod_status=$?
	gc_rmmod_ms=$(($(gc_uptime_ms) - gc_rmmod_began))
	[ $gc_rmmod_status -ne 0 ] || return 0
	gc_refusals=$((gc_refusals + 1))
	cp "$gc_tmp/rmmod.err" "$gc_tmp/refused"
	return 1
}

# gc_unrefused: whether each unload so far was done at once, or has an excuse
gc_unrefused()
{
	[ $gc_refusals -gt 0 ] || return 0
	tap_diag "rmmod was refused $gc_refusals times, ${gc_readers:-without readers}:" \
		"$(cat "$gc_tmp/refused")"
	[ -n "$gc_readers" ]
}

# gc_soon MS LIMIT: an unload took no longer than LIMIT and what a slow machine adds,
# four times what it takes to unload a module just now that has nothing to wait for
gc_soon()
{
	[ "$1" -gt "$2" ] || return 0
	gc_load_test_module
	gc_bare_began=$(gc_uptime_ms)
	timeout 60 rmmod guestclock_test
	gc_bare_ms=$(($(gc_uptime_ms) - gc_bare_began))
	tap_diag "$1 ms, where another module takes $gc_bare_ms ms"
	[ "$1" -le $(($2 + 4 * gc_bare_ms)) ]
}

# The second pair of eyes; gc_test_module_with takes its parameters.
gc_load_test_module()
{
	gc_test_module_with gtod_notifier=0
}

gc_test_module_with()
{
	[ ! -d /sys/module/guestclock_test ] || timeout 20 rmmod guestclock_test
	gc_mount_debugfs
	timeout 30 insmod "$GC_DIR/test_module/guestclock_test.ko" "$@" ||
		tap_bail "test_module/guestclock_test.ko does not load: built for another kernel?"
}
