#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Kernel lockdown, raised while the module is loaded, first to integrity and then
# to confidentiality: everything is still read, and an unsigned module is not
# loaded any more. Only a boot takes lockdown back, so this runs after all others.
#
# Tags: lockdown

. "$(dirname "$0")/lib.sh"

SECURITYFS=/sys/kernel/security
FILES="pvclock tsc clocksource clocksource_watchdog events stats"

lockdown_level()
{
	sed -n 's/.*\[\(.*\)\].*/\1/p' $SECURITYFS/lockdown
}

need_lockdown()
{
	[ -n "$GUESTCLOCK_HOST$GUESTCLOCK_DESTRUCTIVE" ] ||
		tap_skip_all "only a boot takes lockdown back; set GUESTCLOCK_DESTRUCTIVE=1"
	grep -q " $SECURITYFS securityfs" /proc/mounts ||
		mount -t securityfs securityfs $SECURITYFS 2>/dev/null
	[ -w $SECURITYFS/lockdown ] ||
		tap_skip_all "this kernel has no lockdown, or its lsm= leaves it out"
	[ "$(lockdown_level)" = none ] ||
		tap_skip_all "lockdown is $(lockdown_level) already"
}

files_are_read()
{
	files_status=0
	for file in $FILES; do
		cat "$GC_DEBUGFS/$file" >"$gc_tmp/file" 2>"$gc_tmp/err" &&
			grep -q "^# guestclock $file v1" "$gc_tmp/file" || {
			tap_diag "$file: $(cat "$gc_tmp/err")"
			files_status=1
		}
	done
	return $files_status
}

verbs_work()
{
	verbs_status=0
	for verb in status pvclock tsc "tsc --measure" clocksource; do
		# shellcheck disable=SC2086
		timeout 20 guestclock $verb >"$gc_tmp/out" 2>&1 || {
			tap_diag "$verb: $(tail -n 1 "$gc_tmp/out")"
			verbs_status=1
		}
	done
	return $verbs_status
}

# events_come: by subscription and from the log
events_come()
{
	clock_tool steps 2 10000
	made=$((made + 2))
	[ "$(gc_wait_events $made 60 '.type == "clock_step"' | wc -l)" -eq $made ]
}

gc_need_root
need_lockdown
[ -z "$GUESTCLOCK_KO" ] || [ "$(tail -c 28 "$GUESTCLOCK_KO" | tr -d '\n')" != \
	"~Module signature appended~" ] || tap_skip_all "$GUESTCLOCK_KO is signed"
gc_begin
gc_load
made=0
events_come
tap_result $? "without lockdown events come"
for level in integrity confidentiality; do
	echo $level >$SECURITYFS/lockdown
	[ "$(lockdown_level)" = $level ]
	tap_result $? "lockdown is raised to $level"
	files_are_read
	tap_result $? "$level: the files in debugfs are read"
	verbs_work
	tap_result $? "$level: what netlink offers is there, measurements too"
	events_come
	tap_result $? "$level: events come"
done
gc_unload
lock_mark=$(gc_kmsg "$GC_NAME: insmod")
gc_insmod >"$gc_tmp/out" 2>&1
status=$?
sed 's/^/# /' "$gc_tmp/out"
[ $status -ne 0 ] && [ ! -d /sys/module/guestclock ] &&
	grep -qi 'not permitted' "$gc_tmp/out"
tap_result $? "an unsigned module is refused with EPERM"
gc_dmesg_since "$lock_mark" | grep -i 'lockdown.*module' >"$gc_tmp/said"
sed 's/^/# /' "$gc_tmp/said"
[ -s "$gc_tmp/said" ]
tap_result $? "the kernel says that lockdown is why the module is refused"

gc_end
