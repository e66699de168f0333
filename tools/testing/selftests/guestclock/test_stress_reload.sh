#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# insmod and rmmod many times over, with one set of parameters after the other, while
# somebody reads whatever is there: each load works, none is stuck, and the kernel
# has its memory back.
#
# Tags: reload

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_leak.sh"

case ${GUESTCLOCK_COUNT:-check} in
soak) CYCLES=1000 ;;
*) CYCLES=10 ;;
esac
# The first loads fill caches.
WARM=3

parameters()
{
	case $(($1 % 5)) in
	0) echo log_size=4096 ;;
	1) echo log_size=0 poll_interval_ms=20 ;;
	2) echo log_size=1 use_kprobes=0 ;;
	3) echo log_size=100000 ;;
	4) echo log_size=64 poll_interval_ms=60000 discontinuity_threshold_ns=0 ;;
	esac
}

read_for_ever()
{
	while :; do
		cat "$GC_DEBUGFS"/* >/dev/null
		nl_request -d 3 >/dev/null
		sleep 0.03
	done 2>/dev/null
}

# cycle NUMBER: one life of the module
cycle()
{
	# shellcheck disable=SC2046
	gc_insmod $(parameters "$1") || return 1
	clock_tool step 1000000 && clock_tool step -1000000
	[ "$(nl_request 1)" = "OK 1 -" ] || { tap_diag "load $1: $(nl_request 1)"; return 1; }
	gc_unload
}

# cycles COUNT: leaves done
cycles()
{
	done=0
	while [ $done -lt "$1" ] && cycle $done; do
		done=$((done + 1))
	done
}

gc_begin
gc_readers="with somebody who reads all the time"
gc_mount_debugfs
gc_unload || tap_bail "guestclock is in use: stop its readers first"
gc_background reader read_for_ever
cycles $WARM
gc_leak_begin
began=$(gc_uptime_ms)
cycles $CYCLES
tap_diag "$done times loaded and unloaded in $(($(gc_uptime_ms) - began)) ms"
[ $done -eq $CYCLES ]
tap_result $? "$CYCLES loads, each answers and unloads"
gc_leak_result "$CYCLES" "no load leaves memory behind"
gc_stop_all
gc_end
