#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What needs no privilege answers from rows that are there: it causes no
# call of another CPU, no hypercall and no measurement, by the kernel's function
# tracer and the module's own counts. Neither do the files in debugfs. What does is
# asked for as well, and has to show.
#
# Tags: reads

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_tsc.sh"
# shellcheck source=lib_trace.sh
. "$GC_DIR/lib_trace.sh"

NOBODY=65534
TIMES=$((5 * GC_SCALE))
SNAPSHOTS="$STATUS_GET -d:$OBSERVER_GET -d:$PVCLOCK_GET -d:$TSC_GET $CLOCKSOURCE_GET
	$TSC_INFO_GET $TSC_SWEEP_GET $WATCHDOG_GET -d:$CLOCK_GET"
# What every interrupt of another CPU comes to; what reads all clocks, in the module, and
# its only hypercall.
SENDERS="native_smp_send_reschedule native_send_call_func_single_ipi native_send_call_func_ipi"
READING=guestclock_clock_reading
HYPERCALL=read_host

trace_functions()
{
	for function in $SENDERS $READING:mod:guestclock $HYPERCALL:mod:guestclock; do
		echo "$function" >>$TRACING/set_ftrace_filter || return 1
	done
	trace_events
	echo function >$TRACING/current_tracer
	trace_stacks func_stack_trace
}

trace_functions_off()
{
	echo 0 >$TRACING/options/func_stack_trace
	trace_end
}

# seen: for each interrupt that was sent below a function of the module "call", or, where
# it only wakes a program that waited (for a lock, say), "wake"; for each hypercall
# "hypercall", for each reading of all clocks "reading"
seen()
{
	trace_each_cpu awk -v hypercall="$HYPERCALL" -v reading="$READING" '
		function flush() { if (own) print sent; own = 0; sent = "" }
		index($0, ": " hypercall "+") { flush(); print "hypercall"; next }
		index($0, ": " reading "+") { flush(); print "reading"; next }
		/: native_s.* <-/ { flush() }
		# A frame before this one is the trampoline of the tracer, which may have any name.
		/^ => native_s/ { sent = /send_reschedule/ ? "wake" : "call" }
		# 7.x wakes a program of another CPU by a call of that CPU.
		/^ => try_to_wake_up/ && sent != "" { sent = "wake" }
		# What is below an interrupt was interrupted, and asked for nothing.
		/^ => asm_sysvec/ && !own { sent = "" }
		/^ => .*\[guestclock\]/ && sent != "" { own = 1 }
		END { flush() }'
}

# called_ipis: what /proc/interrupts knows of calls of functions on other CPUs
called_ipis()
{
	awk '$1 == "CAL:" { for (i = 2; i <= NF; i++) sum += $i } END { print sum + 0 }' /proc/interrupts
}

# read_as WHO...: every snapshot, by netlink and by the client; prints those not answered
read_as()
{
	for request in $SNAPSHOTS; do
		# shellcheck disable=SC2046 # options
		answer=$("$@" nl_request $(echo "$request" | tr : ' '))
		[ "${answer%% *}" = OK ] || echo "command $request: $answer"
	done
	for verb in status pvclock tsc clocksource; do
		"$@" "$client" $verb >"$gc_tmp/out" 2>&1
		answer=$?
		[ $answer -eq 0 ] || [ $verb$answer = pvclock3 ] || echo "$verb: exit status $answer"
	done
}

# traced COMMAND...: sets calls, wakes, hypercalls, measured, readings, whole
traced()
{
	measured=$(tsc_stat measurements)
	called=$(called_ipis)
	trace_functions || tap_bail "the functions that send interrupts have other names here"
	"$@" >"$gc_tmp/unanswered"
	# Without its tracer the trace is gone, too.
	echo 0 >$TRACING/tracing_on
	called=$(($(called_ipis) - called))
	seen >"$gc_tmp/seen"
	trace_is_whole
	whole=$?
	trace_functions_off
	calls=$(grep -cx call "$gc_tmp/seen")
	wakes=$(grep -c wake "$gc_tmp/seen")
	hypercalls=$(grep -c hypercall "$gc_tmp/seen")
	measured=$(($(tsc_stat measurements) - measured))
	readings=$(grep -c reading "$gc_tmp/seen")
	tap_diag "$calls calls of other CPUs by the module, of $called of all, and $wakes that" \
		"wake somebody; $hypercalls hypercalls, $measured measurements, $readings readings of the clocks"
}

read_snapshots()
{
	for _ in $(seq $TIMES); do
		read_as run_as $NOBODY
	done
}

read_files()
{
	for _ in $(seq $TIMES); do
		for file in pvclock tsc clocksource clocksource_watchdog events stats; do
			cat "$GC_DEBUGFS/$file" >/dev/null || echo "$file"
		done
	done
}

measure_all()
{
	for _ in $(seq $TIMES); do
		timeout 60 guestclock tsc --measure >/dev/null || echo "not measured"
		nl_request $CLOCK_READ | grep -v '^OK'
	done
}

# nothing: no trace and no count of the command, which was answered
nothing()
{
	head -n 5 "$gc_tmp/unanswered" | sed 's/^/# not answered: /'
	[ ! -s "$gc_tmp/unanswered" ] && [ $whole -eq 0 ] &&
		[ "$calls $hypercalls $measured $readings" = "0 0 0 0" ]
}

client=$(command -v guestclock)
trace_need set_ftrace_filter options/func_stack_trace
gc_begin
# The module's own polls wake a worker, now and then on another CPU.
gc_load_with log_size=4096 tsc_sweep_period_ms=0 poll_interval_ms=60000
gc_on_exit trace_functions_off
timeout 60 guestclock tsc --measure >/dev/null

traced read_snapshots
nothing
tap_result $? "reading snapshots as an ordinary user calls no other CPU, no hypervisor, and measures nothing"
traced read_files
nothing
tap_result $? "reading all files in debugfs calls no other CPU, no hypervisor, and measures nothing"

traced measure_all
head -n 5 "$gc_tmp/unanswered" | sed 's/^/# /'
[ "$readings" -eq $TIMES ]
tap_result $? "readings of the clocks that were asked for are seen"
if [ "$(gc_cpus | wc -l)" -gt 1 ]; then
	[ "$measured" -ge $TIMES ]
	tap_result $? "measurements that were asked for are counted"
	[ $((calls + wakes)) -gt 0 ]
	tap_result $? "the interrupts of measurements that were asked for are seen"
else
	tap_skip "measurements that were asked for are counted" "one CPU"
	tap_skip "the interrupts of measurements that were asked for are seen" "one CPU"
fi
if gc_available kvm-clock; then
	[ "$hypercalls" -ge $TIMES ]
	tap_result $? "the hypercall of each reading of the clocks that was asked for is seen"
else
	tap_skip "the hypercall of each reading of the clocks that was asked for is seen" \
		"not a KVM guest"
fi

gc_end
