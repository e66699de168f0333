#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The module writes no MSR: from loading to unloading, through measurements, sweeps,
# readings of all clocks and a recording, by the kernel's own trace event. What an
# interrupt or a switch of tasks writes while a function of the module is on the
# stack is the kernel's.
#
# Tags: cost
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_tsc.sh"
# shellcheck source=lib_trace.sh
. "$GC_DIR/lib_trace.sh"

# TSC, TSC_ADJUST, both pairs of kvm-clock's, MPERF and APERF, the TSC's ratio.
CLOCKS="10 3b 11 12 4b564d00 4b564d01 e7 e8 c0000104"
# The bases of FS and GS; what guards speculation.
SWITCHES="c0000100 c0000101 c0000102 48 49 c001011f"
# The local APIC and its timer, thousands of times.
APIC='(msr >= 0x800 && msr <= 0x8ff) || msr == 0x6e0'

# writes: every write that was traced, "MSR WRITER OWN": OWN is y where a function of
# the module called, or code that has gone since and has no name: the module's, too
writes()
{
	trace_each_cpu awk '
		function flush() { if (msr != "") print msr, writer, own; msr = "" }
		match($0, / write_msr: [0-9a-f]+,/) {
			flush()
			msr = substr($0, RSTART + 12, RLENGTH - 13)
			writer = $1
			own = "n"
		}
		/^ => / && (/\[guestclock\]/ || / 0x[0-9a-f]+$/) { own = "y" }
		END { flush() }'
}

# of_clocks, of_module: those of a list of writes that nobody may, or the module not
of_clocks()
{
	awk -v clocks="$CLOCKS" 'BEGIN { n = split(clocks, a); for (i = 1; i <= n; i++) is[a[i]] = 1 }
		$1 in is' "$1"
}

of_module()
{
	awk -v others="$SWITCHES" 'BEGIN { n = split(others, a); for (i = 1; i <= n; i++) is[a[i]] = 1 }
		$3 == "y" && !($1 in is)' "$1"
}

# trace_writes FILTER: to the MSRs that pass it, from now on
trace_writes()
{
	echo "$1" >$TRACING/events/msr/write_msr/filter
	trace_stacks stacktrace
	trace_events msr/write_msr
}

trace_writes_end()
{
	trace_end
	echo 0 >$TRACING/events/msr/write_msr/filter
}

# tell FILE: a table of the writes
tell()
{
	awk '{ all[$1]++; own[$1] += $3 == "y" }
		END { for (msr in all) printf "# msr %s: %d writes, %d below the module\n",
			msr, all[msr], own[msr] }' "$1"
}

# use: all that could be thought to write
use()
{
	gc_load
	for _ in 1 2 3; do
		timeout 60 guestclock tsc --measure >/dev/null
	done
	timeout 60 guestclock clocksource --cross-check >/dev/null
	nl_request $CLOCK_READ >/dev/null
	tsc_sweep 100
	swept=$(($(tsc_stat sweeps) + 2))
	gc_until 60 sweeps_are $swept
	timeout 20 guestclock pvclock >/dev/null
	cat $GC_DEBUGFS/* >/dev/null
	gc_record_start "$gc_tmp/recording.db"
	clock_tool steps 4
	gc_wait_stored 20 $(($(gc_head) - 1))
	gc_record_stop
	gc_unload
}

sweeps_are()
{
	[ "$(tsc_stat sweeps)" -ge "$1" ]
}

trace_need events/msr/write_msr
gc_need_msr
gc_begin
gc_unload || tap_bail "guestclock is in use: stop its readers first"
gc_on_exit trace_writes_end

trace_writes "(msr < 0x800 || msr > 0x8ff) && msr != 0x6e0"
use
# On its own CPU, so that it is the writer by name.
taskset 1 msr_tool write 0 $TSC_ADJUST "$(msr_tool read 0 $TSC_ADJUST)"
trace_off
trace_is_whole
tap_result $? "the trace of a load with all that it does is whole"
writes >"$gc_tmp/writes"
tell "$gc_tmp/writes"
of_clocks "$gc_tmp/writes" >"$gc_tmp/clocks"
grep -c "^3b msr_tool-[0-9]* n\$" "$gc_tmp/clocks" | grep -qx 1
tap_result $? "a write of IA32_TSC_ADJUST on purpose is seen, once"
grep -v "^3b msr_tool-" "$gc_tmp/clocks" | head -n 5 | sed 's/^/# written: /'
[ "$swept" -gt 0 ] && [ "$gc_record_status" -eq 0 ] && ! grep -qv "^3b msr_tool-" "$gc_tmp/clocks"
tap_result $? "nobody else writes an MSR of a clock from loading to unloading"
of_module "$gc_tmp/writes" >"$gc_tmp/bad"
head -n 5 "$gc_tmp/bad" | sed 's/^/# written: /'
[ ! -s "$gc_tmp/bad" ]
tap_result $? "no function of the module writes an MSR"

# Interrupts come while the module's functions run: a write below them does show.
gc_load
trace_writes "$APIC"
for _ in 1 2 3; do
	timeout 60 guestclock tsc --measure >/dev/null
done
trace_off
writes >"$gc_tmp/writes"
tell "$gc_tmp/writes"
name="the local APIC is seen to be written below functions of the module"
if [ -s "$gc_tmp/writes" ]; then
	grep -q ' y$' "$gc_tmp/writes"
	tap_result $? "$name"
else
	tap_skip "$name" "the local APIC of this machine is not written by MSRs"
fi

gc_end
