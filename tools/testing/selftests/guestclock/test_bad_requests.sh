#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Netlink requests that make no sense, or that come from somebody who may not
# make them: the errno of each and the kernel's words. Prints the table of them.
#
# Tags: requests

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_abi.sh"

NOBODY=65534

# Tables have lines "ERRNO; WORDS; INPUT; ARGUMENTS" with the ARGUMENTS of
# nl_request; WORDS have to be in the kernel's own text.

snapshots()
{
	cat <<-END
	OK; ; the status; $STATUS_GET
	OK; ; all observers; -d $OBSERVER_GET
	OK; ; all pages; -d $PVCLOCK_GET
	OK; ; all offsets; -d $TSC_GET
	OK; ; the clocksource; $CLOCKSOURCE_GET
	OK; ; the TSC as a whole; $TSC_INFO_GET
	OK; ; the sweeps; $TSC_SWEEP_GET
	OK; ; the kernel's watchdog; $WATCHDOG_GET
	OK; ; all readings of clocks; -d $CLOCK_GET
	END
}

good()
{
	snapshots
	cat <<-END
	OK; ; a measurement of all; $TSC_MEASURE
	OK; ; a measurement of CPU 0; $TSC_MEASURE $TSC_CPU:00000000
	OK; ; a measurement with 16 rounds; $TSC_MEASURE $TSC_ROUNDS_WANTED:10000000
	OK; ; settings that change nothing; $TSC_SWEEP_SET
	OK; ; no sweeps; $TSC_SWEEP_SET $TSC_SWEEP_PERIOD:00000000
	OK; ; all events; -d $EVENT_GET
	OK; ; events from a seq on; -d $EVENT_GET $EVENT_SINCE_SEQ:0200000000000000
	OK; ; events from a seq that is not there; -d $EVENT_GET $EVENT_SINCE_SEQ:ffffffffffffffff
	OK; ; a reading of the clocks; $CLOCK_READ
	OK; ; a reading on CPU 0; $CLOCK_READ $CLOCK_CPU:00000000
	OK; ; joining the events; join
	OK; ; another version, which netlink leaves to the family; -v 99 $STATUS_GET
	END
}

commands()
{
	cat <<-END
	EOPNOTSUPP; ; a command that is none; 99
	EOPNOTSUPP; ; command 0; 0
	EOPNOTSUPP; ; a notification as a request; $EVENT_NTF
	EOPNOTSUPP; ; a dump of what has no rows; -d $STATUS_GET
	EOPNOTSUPP; ; a dump of a measurement; -d $TSC_MEASURE
	EOPNOTSUPP; ; a dump of the taking of readings; -d $CLOCK_READ
	EOPNOTSUPP; ; one of the readings; $CLOCK_GET
	EOPNOTSUPP; ; one of the pages; $PVCLOCK_GET
	EOPNOTSUPP; ; one of the events; $EVENT_GET
	EINVAL; ; a message cut off in its header; -s 18 $STATUS_GET
	EINVAL; reserved; a reserved field in use; -r 7 $STATUS_GET
	EINVAL; reserved; reserved flags; -f 0x800 $STATUS_GET
	END
}

attributes()
{
	cat <<-END
	EINVAL; attribute; an attribute where there is none; $STATUS_GET 1:00000000
	EINVAL; attribute; the same, in a dump; -d $PVCLOCK_GET 1:00000000
	EINVAL; attribute; an unknown attribute; $TSC_MEASURE 99:00000000
	EINVAL; attribute; an unknown attribute, in a dump; -d $EVENT_GET 99:00000000
	EINVAL; attribute; an attribute of answers; -d $EVENT_GET $EVENT_SEQ:0000000000000000
	EINVAL; length; a CPU that is too short; $TSC_MEASURE $TSC_CPU:0000
	EINVAL; length; a CPU that is empty; $TSC_MEASURE $TSC_CPU:
	EINVAL; length; a CPU of the wrong type, u64; $TSC_MEASURE $TSC_CPU:0000000000000000
	EINVAL; length; a CPU as a word; $TSC_MEASURE $TSC_CPU:7a65726f00
	EINVAL; nested; a CPU as a nest; $TSC_MEASURE $((TSC_CPU | NESTED)):00000000
	EINVAL; length; a seq of the wrong type, u32; -d $EVENT_GET $EVENT_SINCE_SEQ:00000000
	EINVAL; length; a seq that is too long; -d $EVENT_GET $EVENT_SINCE_SEQ:$(printf '%0400d' 0)
	EINVAL; attribute; 4000 bytes of nothing; $TSC_MEASURE 99:$(printf '%08000d' 0)
	EINVAL; leftover; an attribute longer than the message; $TSC_MEASURE $TSC_CPU:00000000:64
	EINVAL; leftover; an attribute shorter than its header; $TSC_MEASURE $TSC_CPU:00000000:2
	EINVAL; leftover; a message cut off in an attribute; -s 26 $TSC_MEASURE $TSC_CPU:00000000
	ERANGE; range; no rounds; $TSC_MEASURE $TSC_ROUNDS_WANTED:00000000
	ERANGE; range; too many rounds; $TSC_MEASURE $TSC_ROUNDS_WANTED:01100000
	ERANGE; range; a sweep without rounds; $TSC_SWEEP_SET $TSC_SWEEP_ROUNDS:00000000
	ERANGE; day; a period of more than a day; $TSC_SWEEP_SET $TSC_SWEEP_PERIOD:ffffffff
	EINVAL; hysteresis; more hysteresis than threshold; $TSC_SWEEP_SET $TSC_SWEEP_OFFSET_HYSTERESIS:ffffffffffffffff
	EINVAL; attribute; a setting that is a result; $TSC_SWEEP_SET 7:0000000000000000
	EINVAL; pair; a pair of one; $TSC_PAIR_MEASURE $TSC_CPU:00000000
	EINVAL; pair; a pair of a CPU and itself; $TSC_PAIR_MEASURE $TSC_CPU:00000000 $TSC_REF_CPU:00000000
	ENODEV; CPU; a pair with a CPU that is not there; $TSC_PAIR_MEASURE $TSC_CPU:e7030000 $TSC_REF_CPU:00000000
	ENODEV; CPU; a CPU that is not there; $TSC_MEASURE $TSC_CPU:e7030000
	ENODEV; CPU; a CPU that no machine has; $TSC_MEASURE $TSC_CPU:ffffffff
	EINVAL; attribute; a reading of one clock; $CLOCK_READ 1:68706574
	ENODEV; CPU; a reading on a CPU that no machine has; $CLOCK_READ $CLOCK_CPU:ffffffff
	END
}

# Snapshots are for everybody.
unprivileged()
{
	snapshots
	cat <<-END
	EPERM; ; a measurement; $TSC_MEASURE
	EPERM; ; a measurement of a pair; $TSC_PAIR_MEASURE
	EPERM; ; settings; $TSC_SWEEP_SET
	EPERM; ; all events; -d $EVENT_GET
	EPERM; ; a reading of the clocks; $CLOCK_READ
	EPERM; ; joining the events; join
	END
}

# table NAME FILE [PREFIX...]: every line of the table, each a case
table()
{
	table_name=$1
	table_file=$2
	shift 2
	while IFS=';' read -r wanted words input arguments <&6; do
		# shellcheck disable=SC2086
		answer=$("$@" nl_request $arguments 2>&1)
		tap_diag "$table_name:$input | ${answer#* * } | ${answer%% *}"
		[ "${answer%% *}" = "$wanted" ] &&
			echo "${answer#* * }" | grep -qi -e "${words# }"
		right=$?
		[ $right -eq 0 ] || tap_diag "wanted: $wanted '${words# }', not $answer"
		tap_result $right "$table_name:$input"
	done 6<"$table_file"
}

log_head()
{
	awk '$1 == "log_head_seq" { print $2 }' "$GC_DEBUGFS/stats"
}

gc_begin
gc_load
clock_tool steps 4
timeout 20 guestclock tsc --measure >/dev/null
tap_diag "who: input | the kernel's words | errno"
for table in good commands attributes; do
	$table >"$gc_tmp/table"
	table "root" "$gc_tmp/table"
done
unprivileged >"$gc_tmp/table"
table "nobody" "$gc_tmp/table" run_as $NOBODY

head=$(log_head)
answer=$(nl_request -d $EVENT_GET $EVENT_SINCE_SEQ:0300000000000000)
later=$(log_head)
tap_diag "head $head, later $later, from seq 3 on: $answer"
# A round of the kernel's watchdog may have come in between.
count=${answer#OK }
[ "$answer" != "$count" ] && gc_within "${count% -}" $((head - 3)) $((later - 3))
tap_result $? "a seq to begin with leaves out what came before"
timeout 20 guestclock status >/dev/null
tap_result $? "the module still answers"
gc_end
