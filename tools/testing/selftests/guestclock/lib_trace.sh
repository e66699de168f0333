# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The kernel's own account of what the module has it do: trace events and the
# function tracer. Sourced after lib.sh.

TRACING=/sys/kernel/tracing

# trace_need FILE...: skip where the kernel has not got these below $TRACING
trace_need()
{
	[ -d $TRACING ] || tap_skip_all "no tracefs: the kernel was built without tracing"
	[ -d $TRACING/events ] || mount -t tracefs tracefs $TRACING
	for trace_file; do
		[ -e "$TRACING/$trace_file" ] ||
			tap_skip_all "no $trace_file in this kernel's tracefs"
	done
}

# trace_events EVENT...: these, and nothing that was traced before
trace_events()
{
	echo 4096 >$TRACING/buffer_size_kb
	echo >$TRACING/trace
	for trace_event; do
		echo 1 >"$TRACING/events/$trace_event/enable"
	done
}

# trace_stacks OPTION: with each entry the functions that led to it, with their modules,
# which go with the offsets
trace_stacks()
{
	echo 1 >"$TRACING/options/$1"
	echo 1 >$TRACING/options/sym-offset
}

# Before the trace is read.
trace_off()
{
	echo 0 >$TRACING/events/enable
	echo 0 >$TRACING/options/stacktrace
	[ ! -e $TRACING/set_ftrace_filter ] || {
		echo nop >$TRACING/current_tracer
		echo >$TRACING/set_ftrace_filter
		echo 1 >$TRACING/tracing_on
	}
}

# For gc_on_exit.
trace_end()
{
	trace_off
	echo 0 >$TRACING/options/sym-offset
	echo >$TRACING/trace
}

# trace_each_cpu COMMAND...: for the trace of every CPU, on standard input. A stack
# follows its event there, which in the trace of all CPUs it need not.
trace_each_cpu()
{
	for trace_cpu in "$TRACING"/per_cpu/cpu*; do
		"$@" <"$trace_cpu/trace"
	done
}

# trace_is_whole: nothing was overwritten before it was read
trace_is_whole()
{
	trace_lost=$(cat "$TRACING"/per_cpu/cpu*/stats |
		awk '$1 == "overrun:" || $1 == "dropped" { sum += $NF } END { print sum + 0 }')
	[ "$trace_lost" -eq 0 ] || {
		tap_diag "$trace_lost entries of the trace were overwritten"
		return 1
	}
}
