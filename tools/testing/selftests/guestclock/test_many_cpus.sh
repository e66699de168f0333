#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# More CPUs than one message of netlink has room for: every one that is online has its
# row once, in every table, whatever its number, also when CPUs come and go.
#
# Tags: many-cpus

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_tsc.sh"

ENOUGH=20
PVCLOCK_CPU=1

# rows_by NAME: the CPUs that have rows there, in their order
rows_by()
{
	case $1 in
	"debugfs "*) gc_table "${1#* }" cpu ;;
	"guestclock "*) timeout 60 guestclock "${1#* }" -o json | jq -r .cpu ;;
	esac
}

# every_cpu NAME: each that is online, once
every_cpu()
{
	rows_by "$1" >"$gc_tmp/rows"
	gc_cpus | cmp -s - "$gc_tmp/rows" || {
		tap_diag "$1: $(tr '\n' ' ' <"$gc_tmp/rows")"
		return 1
	}
}

# everywhere TABLE...: in all of these
everywhere()
{
	everywhere_status=0
	for table; do
		every_cpu "$table" || everywhere_status=1
	done
	return $everywhere_status
}

# dump COMMAND ATTRIBUTE [DURING]: in small messages, into $gc_tmp/dump, with DURING
# done after the first
dump()
{
	dump_during=${3:-true}
	rm -f "$gc_tmp/go"
	mkfifo "$gc_tmp/go"
	: >"$gc_tmp/dump"
	dump_rows "$1" "$2" <"$gc_tmp/go" >"$gc_tmp/dump" 2>"$gc_tmp/dump.err" &
	dump_pid=$!
	exec 7>"$gc_tmp/go"
	gc_until 60 [ -s "$gc_tmp/dump" ] || tap_diag "no dump: $(cat "$gc_tmp/dump.err")"
	$dump_during
	echo >&7
	exec 7>&-
	wait $dump_pid
	dump_end=$(tail -n 1 "$gc_tmp/dump")
	grep -v '^[ei]' "$gc_tmp/dump" >"$gc_tmp/dumped"
	messages=$(cut -d ' ' -f 1 "$gc_tmp/dumped" | sort -u | wc -l)
}

# dump_is_whole: every CPU online, once
dump_is_whole()
{
	tap_diag "$(wc -l <"$gc_tmp/dumped") rows in $messages messages, $dump_end"
	cut -d ' ' -f 2 "$gc_tmp/dumped" >"$gc_tmp/rows"
	[ "$dump_end" = "end 0" ] && gc_cpus | cmp -s - "$gc_tmp/rows"
}

set_online()
{
	echo "$2" >"/sys/devices/system/cpu/cpu$1/online"
}

all_online()
{
	for cpu in $cpus; do
		[ "$cpu" = 0 ] || set_online "$cpu" 1
	done
}

# One CPU whose row is out already, and one whose row is still to come. There is no
# moment at which both were online.
change_places()
{
	set_online 1 0
	set_online "$last" 1
}

last_leaves()
{
	set_online "$last" 0
}

cpus=$(gc_cpus)
last=$(echo "$cpus" | tail -n 1)
[ "$(echo "$cpus" | wc -l)" -ge $ENOUGH ] ||
	tap_skip_all "a second message needs $ENOUGH CPUs"
[ -e "/sys/devices/system/cpu/cpu$last/online" ] || tap_skip_all "CPUs cannot be taken offline"
gc_begin
gc_load
gc_on_exit all_online
# Rows of CPUs that were measured twice are the longest.
for _ in 1 2; do
	timeout 120 guestclock tsc --measure >/dev/null
done

everywhere "debugfs tsc" "guestclock tsc"
tap_result $? "every CPU has its row of the TSC once, by debugfs and by netlink"
tables="guestclock pvclock"
if gc_available kvm-clock; then
	every_cpu "debugfs pvclock" && every_cpu "$tables"
else
	every_cpu "$tables"
fi
tap_result $? "every CPU has its row of pvclock once"

dump $TSC_GET $TSC_CPU
dump_is_whole && [ "$messages" -ge 2 ]
tap_result $? "a dump of TSCs goes on in a second message where it left off in the first"
dump $PVCLOCK_GET $PVCLOCK_CPU
dump_is_whole
tap_result $? "a dump of pages in small messages is whole"
dump $CLOCK_GET $CLOCK_CPU
tap_diag "$(wc -l <"$gc_tmp/dumped") rows in $messages messages, $dump_end"
[ "$dump_end" = "end 0" ] && [ "$(cut -d ' ' -f 2 "$gc_tmp/dumped" | sort -u | wc -l)" -eq 1 ]
tap_result $? "a dump of the readings of clocks is whole"

measured=0
for cpu in 8 $last; do
	answer=$(nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 "$cpu")")
	[ "${answer%% *}" = OK ] && [ "$(tsc_row "$cpu" measurements)" -ge 2 ] || {
		tap_diag "CPU $cpu: $answer"
		measured=1
	}
done
tap_result $measured "CPUs from 8 on are measured by their numbers"
answer=$(nl_request $TSC_MEASURE "$TSC_CPU:$(hex32 $((last + 1)))")
[ "${answer%% *}" = ENODEV ]
tap_result $? "the CPU after the last is none"

last_leaves
everywhere "debugfs tsc" "guestclock tsc" "guestclock pvclock"
tap_result $? "a CPU that left has no row any more"
set_online "$last" 1
# The kernel makes the second message before the first is read.
dump $TSC_GET $TSC_CPU
if [ "$messages" -ge 3 ]; then
	dump $TSC_GET $TSC_CPU last_leaves
	dump_is_whole
	tap_result $? "a CPU that leaves before its message is not in the dump"
	dump $TSC_GET $TSC_CPU change_places
	tap_diag "$(wc -l <"$gc_tmp/dumped") rows in $messages messages, $dump_end"
	cut -d ' ' -f 2 "$gc_tmp/dumped" >"$gc_tmp/rows"
	[ "$dump_end" = interrupted ] || ! grep -qx 1 "$gc_tmp/rows" ||
		! grep -qx "$last" "$gc_tmp/rows"
	tap_xfail $? "a dump while CPUs come and go is of one moment, or says that it was interrupted" \
		dump-not-consistent
else
	tap_skip "a CPU that leaves before its message is not in the dump" "two messages"
	tap_skip "a dump while CPUs come and go is of one moment, or says that it was interrupted" \
		"two messages"
fi

gc_end
