#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory runs out: in a load, in every netlink command and in the multicast of an
# event the first allocation fails, then the second, and so on to the last. Each
# time there is a clean errno or it did without, and nothing is left behind.
#
# Only allocations with code of a module on their stack count, all of the rest is
# built into the kernel that this runs on: so they are ours, and no others.
#
# Tags: faults

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_abi.sh"

FAULTS="/sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc"
# Where x86_64 has its modules, when the kernel does not move itself.
MODULES_BEGIN=0xffffffffa0000000
MODULES_END=0xffffffffff000000
# A sweep that does not end by then goes round in circles.
NTH_MAX=2000
# Everything that a load cannot do without comes first. After so many in a row that
# it did without, check leaves the rest, the debugfs files, to soak.
case ${GUESTCLOCK_COUNT:-check} in
soak) OPTIONAL_MAX=$NTH_MAX ;;
*) OPTIONAL_MAX=15 ;;
esac

need_faults()
{
	gc_mount_debugfs
	for fault in $FAULTS; do
		[ -d "$fault" ] || tap_skip_all \
			"no ${fault##*/}: the kernel needs CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC"
		[ -e "$fault/require-start" ] || tap_skip_all \
			"the kernel needs CONFIG_FAULT_INJECTION_STACKTRACE_FILTER"
	done
	[ -n "$GUESTCLOCK_KO" ] || tap_skip_all "GUESTCLOCK_KO does not name the module"
	[ "$(wc -l </proc/modules)" -eq 0 ] ||
		tap_skip_all "other modules are loaded, whose allocations would fail too"
}

# Sleeping allocations are the ones that count; a word in the log is enough.
set_faults()
{
	for fault in $FAULTS; do
		echo N >"$fault/ignore-gfp-wait"
		echo 1 >"$fault/verbose"
		echo $MODULES_BEGIN >"$fault/require-start"
		echo $MODULES_END >"$fault/require-end"
		reject_function kobject_add_internal "$fault"
	done
	echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 >/sys/kernel/debug/fail_page_alloc/min-order
}

# find_functions REGEX: sets begin and end of functions that lie side by side in the
# symbols on standard input, which are in order
find_functions()
{
	awk -v name="^($1)\$" '
		$3 ~ name { begin = begin ? begin : $1; found = NR; next }
		begin && found == NR - 1 { end = $1 }
		END { if (begin) print "0x" begin, "0x" end }' >"$gc_tmp/functions"
	read -r begin end <"$gc_tmp/functions" || tap_bail "no $1 in /proc/kallsyms"
}

# reject_function NAME FAULT: nothing fails in there. Of a want of memory there the
# kernel complains as of a fault of the caller's.
reject_function()
{
	find_functions "$1" </proc/kallsyms
	echo "$begin" >"$2/reject-start"
	echo "$end" >"$2/reject-end"
}

# only_under REGEX: allocations count only with one of these functions of the module
# on the stack
only_under()
{
	grep '\[guestclock\]' /proc/kallsyms | sort >"$gc_tmp/symbols"
	find_functions "$1" <"$gc_tmp/symbols"
	echo "$begin" >/sys/kernel/debug/failslab/require-start
	echo "$end" >/sys/kernel/debug/failslab/require-end
}

# fail_next: the next allocation of whatever task it is, rather than of one
fail_next()
{
	echo 1 >/sys/kernel/debug/failslab/times
	echo 100 >/sys/kernel/debug/failslab/probability
}

was_taken()
{
	[ "$(cat /sys/kernel/debug/failslab/times)" -eq 0 ]
}

clear_faults()
{
	for fault in $FAULTS; do
		echo 0 >"$fault/probability"
		echo 0 >"$fault/require-start"
		echo 0xffffffffffffffff >"$fault/require-end"
		echo 0 >"$fault/reject-start"
		echo 0 >"$fault/reject-end"
	done
}

# left_behind: names what an unloaded module may not leave
left_behind()
{
	for place in /sys/module/guestclock /sys/devices/guestclock \
		/sys/kernel/tracing/events/guestclock "$GC_DEBUGFS"; do
		[ ! -e "$place" ] || echo "$place"
	done
	grep -H guestclock /sys/devices/system/cpu/hotplug/states
	grep -H . /sys/kernel/debug/kprobes/list
	nl_request $STATUS_GET 2>/dev/null && echo "the netlink family"
}

works()
{
	nl_request $STATUS_GET >"$gc_tmp/status"
	grep -q '^OK 1 ' "$gc_tmp/status"
}

# try_load NTH: one load in the sweep; counts what came of it. False when there
# is no NTH allocation.
try_load()
{
	answer=$(timeout 60 fail_nth "$1" load "$GUESTCLOCK_KO" | tail -n 1)
	case $answer in
	"taken OK")
		without=$((without + 1))
		course="$course $1"
		optional=$((optional + 1))
		works || tap_bail "allocation $1: it loaded, and does not answer"
		gc_unload || tap_bail "allocation $1: it does not unload" ;;
	"taken ENOMEM")
		refused=$((refused + 1))
		course="$course $1!"
		optional=0 ;;
	"left OK")
		gc_unload
		return 1 ;;
	*)
		wrong=$((wrong + 1))
		tap_diag "allocation $1: $answer"
		[ $wrong -lt 10 ] || return 1 ;;
	esac
	left_behind >"$gc_tmp/left"
	[ ! -s "$gc_tmp/left" ] || {
		leftovers=$((leftovers + 1))
		sed "s/^/# allocation $1 left /" "$gc_tmp/left"
	}
}

sweep_load()
{
	refused=0
	without=0
	wrong=0
	leftovers=0
	nth=1
	optional=0
	course=
	while try_load $nth && [ $nth -lt $NTH_MAX ] && [ $optional -lt $OPTIONAL_MAX ]; do
		nth=$((nth + 1))
	done
	tap_diag "loading: $((refused + without + wrong)) allocations made to fail:" \
		"$refused gave ENOMEM, $without were done without"
	tap_diag "in this order, ! for ENOMEM:$course"
	[ $nth -lt $NTH_MAX ] && [ $refused -ge 5 ] && [ $wrong -eq 0 ]
	tap_result $? "a load whose allocation fails says ENOMEM or does without"
	[ $leftovers -eq 0 ]
	tap_result $? "and leaves nothing behind"
}

# Calls of a load that fail without any allocation of theirs, and what they return
# then. The test module sees to that.
refusals()
{
	cat <<-END
	pcpu_alloc_noprof 1 0
	pcpu_alloc_noprof 2 0
	__cpuhp_setup_state 1 -12
	pvclock_gtod_register_notifier 1 -12
	register_random_vmfork_notifier 1 -12
	genl_register_family 1 -12
	END
}

# try_refusal FUNCTION NTH ANSWER
try_refusal()
{
	gc_test_module_with refuse="$1" refuse_nth="$2" refuse_with="$3"
	answer=$(timeout 60 fail_nth 0 load "$GUESTCLOCK_KO" | tail -n 1)
	rmmod guestclock_test
	[ "${answer#* }" = ENOMEM ] || {
		tap_diag "call $2 of $1 was refused, and the load said ${answer#* }"
		gc_unload
		return 1
	}
	left_behind >"$gc_tmp/left"
	[ -s "$gc_tmp/left" ] || return 0
	sed "s/^/# call $2 of $1, refused, left /" "$gc_tmp/left"
	return 1
}

sweep_refusals()
{
	refusals_wrong=0
	refusals >"$gc_tmp/refusals"
	while read -r function nth with; do
		try_refusal "$function" "$nth" "$with" ||
			refusals_wrong=$((refusals_wrong + 1))
	done <"$gc_tmp/refusals"
	[ $refusals_wrong -eq 0 ]
	tap_result $? "a load whose call is refused says why and leaves nothing behind"
}

# sweep_command NAME ARGUMENT...: a request; whatever fails, it is answered
sweep_command()
{
	command_name=$1
	shift
	nth=1
	command_wrong=0
	while [ $nth -lt $NTH_MAX ]; do
		timeout 60 fail_nth $nth run nl_request "$@" >"$gc_tmp/command" 2>&1
		case $(tr '\n' ' ' <"$gc_tmp/command") in
		"OK "*"left 0 ") break ;;
		"OK "*"taken 0 " | "ENOMEM "*"taken 0 ") ;;
		*)
			command_wrong=$((command_wrong + 1))
			sed "s/^/# $command_name, allocation $nth: /" "$gc_tmp/command"
			[ $command_wrong -lt 5 ] || break ;;
		esac
		nth=$((nth + 1))
	done
	allocations="$allocations $command_name:$((nth - 1))"
	commands_tried=$((commands_tried + nth - 1))
	[ $command_wrong -eq 0 ] && works || commands_wrong="$commands_wrong $command_name"
}

sweep_commands()
{
	allocations=
	commands_tried=0
	commands_wrong=
	sweep_command status $STATUS_GET
	sweep_command observers -d $OBSERVER_GET
	sweep_command pvclock -d $PVCLOCK_GET
	sweep_command tsc -d $TSC_GET
	sweep_command clocksource $CLOCKSOURCE_GET
	sweep_command measure $TSC_MEASURE
	sweep_command tsc-info $TSC_INFO_GET
	sweep_command sweeps $TSC_SWEEP_GET
	sweep_command settings $TSC_SWEEP_SET
	sweep_command pair $TSC_PAIR_MEASURE $TSC_CPU:01000000 $TSC_REF_CPU:00000000
	sweep_command events -d $EVENT_GET
	sweep_command watchdog $WATCHDOG_GET
	sweep_command read $CLOCK_READ
	sweep_command clocks -d $CLOCK_GET
	sweep_command join join
	tap_diag "allocations made to fail in each command:$allocations"
	[ -z "$commands_wrong" ] && [ $commands_tried -ge 5 ]
	tap_result $? "a command whose allocation fails is answered, by ENOMEM or in full"
}

# has_all: whether the listener printed each event up to the log's head, once, in
# order, and declared none lost
has_all()
{
	head=$(timeout 60 guestclock status -o json | jq -r .log_head)
	seq 1 $((head - 1)) >"$gc_tmp/seqs"
	grep '}$' "$gc_tmp/events.json" |
		jq -r 'if .type == "lost" then "lost at \(.seq)" else .seq end' |
		cmp -s - "$gc_tmp/seqs" && [ -s "$gc_tmp/seqs" ]
}

# listener_has_all: soon, or it is told what it has
listener_has_all()
{
	gc_until 60 has_all && return 0
	tap_diag "the log goes to $((head - 1)); the listener says:" \
		"$(cat "$gc_tmp/events.err")" "$(jq -r .seq "$gc_tmp/events.json" | tr '\n' ' ')"
	return 1
}

# fail_step_message: the message of a step, which the committer sends
fail_step_message()
{
	only_under "commit_locked|declare_lost_locked|drain_locked|commit_staged"
	fail_next
	clock_tool step 1000000
	gc_until 60 was_taken
	tap_result $? "the first allocation for the message of a staged event is made to fail"
	clock_tool step -1000000
	listener_has_all
	tap_result $? "a staged event without a message reaches a listener once"
}

# fail_answers: what the listener asks every two seconds is refused
fail_answers()
{
	only_under guestclock_netlink_reply
	fail_next
	gc_until 60 was_taken
	tap_result $? "the answer where the log stands is made to fail"
	clock_tool step 1000000
	clock_tool step -1000000
	listener_has_all
	tap_result $? "a listener whose question is refused goes on"
}

# fail_reports: each allocation for an event's message, where who saw it reports it
fail_reports()
{
	[ -n "$GUESTCLOCK_INJECT_KO" ] || {
		tap_skip "a reported event without a message reaches a listener once" \
			"no module that injects: set GUESTCLOCK_INJECT_KO"
		return
	}
	GUESTCLOCK_KO=$GUESTCLOCK_INJECT_KO
	gc_load
	only_under "guestclock_log_report"
	nth=1
	while answer=$(fail_nth $nth run sh -c "echo 1 >$GC_DEBUGFS/inject/commit") &&
		[ "$answer" = "taken 0" ] && [ $nth -lt $NTH_MAX ]; do
		nth=$((nth + 1))
	done
	tap_diag "$((nth - 1)) allocations for an event's message, then: $answer"
	[ $nth -gt 2 ] && [ "$answer" = "left 0" ] && listener_has_all
	tap_result $? "a reported event without a message reaches a listener once"
}

need_faults
gc_need test_module/guestclock_test.ko
gc_begin
gc_unload || tap_bail "guestclock is in use: stop its readers first"
left_behind >"$gc_tmp/left"
[ ! -s "$gc_tmp/left" ] || tap_bail "here before us: $(cat "$gc_tmp/left")"
gc_on_exit clear_faults
set_faults
sweep_load
sweep_refusals
gc_load
works
tap_result $? "the module loads and works after that"
sweep_commands
fail_step_message
fail_answers
fail_reports
clear_faults

gc_end
