#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The rounds of the kernel's watchdog: each is seen, as the clocksource that it
# looks at can tell by counting its own readings, and without being asked for all
# of them the module makes events of the first and of odd ones only.
#
# Tags: core rounds

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_mark.sh"

CANARY=guestclock-canary
ROUNDS=$((8 * GC_SCALE))
# By how much clocks of one origin may differ over a round, for their scales are rounded.
SLACK_NS=100000

# watchdog KEY: of what the module tells about the kernel's watchdog
watchdog()
{
	timeout 20 guestclock status -o json | jq -r ".watchdog.$1 // \"-\""
}

# rounds: the watchdog_round events as JSON lines
rounds()
{
	gc_events | jq -c 'select(.type == "watchdog_round")'
}

# attempts NAMES FILE: readings that the events of these clocksources tell of
attempts()
{
	jq -s --argjson names "$1" "[.[] | select(.clocksource as \$name |
		\$names | index(\$name)) | .wd_attempts] | add // 0" "$2"
}

# rounds_counted: whether the module has seen as many
rounds_counted()
{
	seen=$(watchdog rounds)
	[ "$seen" != - ] && [ "$seen" -ge "$ROUNDS" ]
}

# seen_all: whether the events of rounds tell of what the canary was read by now. Where
# nothing was compared an event cannot say with which clocksource.
seen_all()
{
	seen_reads=$(canary reads)
	rounds >"$gc_tmp/rounds"
	perhaps=$(attempts "[\"$CANARY\", null]" "$gc_tmp/rounds")
	[ "$perhaps" -ge "$seen_reads" ]
}

# traced: of each round "TSC NOW EXPIRES TIMEOUT", as the kernel's trace of its timer has
# it: when it began, and in jiffies when that was, when it was due, and after how many
traced()
{
	awk 'function number(name) {
			return match($0, name "=[0-9]+") ? substr($0, RSTART + length(name) + 1, RLENGTH - length(name) - 1) : 0
		}
		/ timer_start: .*function=clocksource_watchdog / {
			expires = number("expires")
			timeout = number("timeout")
		}
		/ timer_expire_entry: .*function=clocksource_watchdog / && expires {
			match($0, /[0-9]+: timer_expire/)
			print substr($0, RSTART, RLENGTH - 14), number("now"), expires, timeout
			expires = 0
		}' "$TRACING/instances/rounds/trace"
}

# judge_times: every round of the canary against the trace. The kernel's timer began it,
# the watchdog then read the reference and the canary, which is the TSC: what guestclock
# says lies in between, however long the host made either wait.
judge_times()
{
	khz=$(timeout 20 guestclock status -o json | jq -r '.tsc_khz // empty' | head -n 1)
	jq -r "select(.clocksource == \"$CANARY\" and .wd_result == \"passed\") |
		[.cs_last_cycles, .cs_now_cycles, .wd_elapsed_ns, .wd_elapsed_cycles,
		.wd_interval_ns, .wd_lateness_ns] | join(\" \")" "$gc_tmp/rounds" >"$gc_tmp/passed"
	traced >"$gc_tmp/traced"
	awk -v khz="$khz" -v slack=$SLACK_NS '
		BEGIN { split("100 250 300 1000", rates) }
		function ns(cycles) { return cycles * 1000000 / khz }
		function wrong(what) { printf "# round at %.0f: %s\n", now, what; bad[what]++ }
		FNR == NR {
			began[++n] = $1; jiffies[n] = $2; due[n] = $3
			if ($4 > half) half = $4
			# The timer may have been started a jiffy late.
			for (i in rates)
				if (half <= rates[i] / 2 && half + 3 > rates[i] / 2) hz = rates[i]
			next
		}
		{
			last = $1; now = $2
			for (i = 2; i < n && began[i + 1] <= now; i++)
				;
			if (!hz || i > n || began[i] > now || began[i - 1] > last)
				next
			judged++
			wait = ns(now - began[i])
			wait_before = ns(last - began[i - 1])
			most = wait > wait_before ? wait : wait_before
			if (most > longest) longest = most
			if ($4 < began[i] - last || $4 > now - began[i - 1])
				wrong("wd_elapsed_cycles " $4)
			if ($3 < ns(began[i] - last) - slack || $3 > ns(now - began[i - 1]) + slack)
				wrong("wd_elapsed_ns " $3)
			if ($5 - $3 > most + slack || $3 - $5 > most + slack)
				wrong("wd_interval_ns " $5 " and wd_elapsed_ns " $3)
			late = $6 - (jiffies[i] - due[i]) * 1000000000 / hz
			if (late < 0 || late > 1000000000 / hz + wait)
				wrong("wd_lateness_ns " $6 ", by the trace " (jiffies[i] - due[i]) " jiffies")
		}
		END {
			printf "# %d rounds judged, at %d Hz, the longest wait for a reading %.0f ns\n", judged, hz, longest
			printf "judged %d\n", judged
			for (what in bad) { split(what, word, " "); print "bad", word[1] }
		}' "$gc_tmp/traced" "$gc_tmp/passed" >"$gc_tmp/judged"
	grep '^#' "$gc_tmp/judged"
}

# judged_well KEY...: these of every round were right, and there were rounds
judged_well()
{
	[ "$(sed -n 's/^judged //p' "$gc_tmp/judged")" -ge $((ROUNDS / 2)) ] || return 1
	for judged_key in "$@"; do
		! grep -q "^bad $judged_key" "$gc_tmp/judged" || return 1
	done
}

[ -d /sys/module/kprobes ] || grep -qm 1 ' [Tt] register_kprobe$' /proc/kallsyms ||
	tap_skip_all "no kprobes in this kernel"
gc_need_kvmclock
# The best clocksource that the kernel does not verify itself.
reference=kvm-clock
if grep -m 1 '^flags' /proc/cpuinfo | grep -w constant_tsc | grep -w nonstop_tsc |
	grep -qw tsc_adjust && gc_available tsc; then
	reference=tsc
fi
gc_need test_module/guestclock_test.ko
gc_begin
gc_on_exit trace_end
watchdog_at="function == 0x$(awk '$3 == "clocksource_watchdog" { print $1; exit }' /proc/kallsyms)"
traced=0
{ trace_begin rounds x86-tsc timer/timer_start "$watchdog_at" &&
	trace_begin rounds x86-tsc timer/timer_expire_entry "$watchdog_at"; } || traced=1
gc_load_with watchdog_all_rounds=1
gc_set_clocksource kvm-clock
gc_test_module_with canary=1
wait_rounds $ROUNDS
gc_until 60 seen_all
status=$?
reads=$(canary reads)
jq -r '"# \(.clocksource // "-") against \(.wd_reference): \(.wd_result), late \(.wd_lateness_ns) ns, window \(.wd_window_ns) ns, intervals \(.wd_interval_ns // "-") and \(.cs_interval_ns // "-") ns"' \
	"$gc_tmp/rounds" | head -n 6
told=$(attempts "[\"$CANARY\"]" "$gc_tmp/rounds")
tap_diag "the canary was read $seen_reads times, and then $reads: the events tell of $told" \
	"readings, or $perhaps with those that do not say of what"
[ $status -eq 0 ] && [ "$told" -gt 0 ] && [ "$told" -le "$reads" ]
tap_result $? "every reading of the canary is in the event of a round"

jq -es "all(.[]; .source == \"kprobe\" and .wd_reference == \"$reference\")" \
	"$gc_tmp/rounds" >/dev/null
tap_result $? "the reference is $reference, and kprobes are named as the source"

# The canary is the TSC by the kernel's own tsc_khz.
jq -es "map(select(.clocksource == \"$CANARY\" and .wd_result == \"passed\") |
		[(.wd_interval_ns | tonumber), (.cs_interval_ns | tonumber)]) |
	length >= $ROUNDS / 2 and all(.[]; (.[0] - .[1] | fabs) <= .[0] / 200 + $SLACK_NS)" \
	"$gc_tmp/rounds" >/dev/null
tap_result $? "rounds of the canary pass, by intervals that are alike"

if [ $traced -eq 0 ]; then
	judge_times
	judged_well wd_elapsed_cycles wd_elapsed_ns
	tap_result $? "the time between two rounds is that of the kernel's timer"
	judged_well wd_interval_ns
	tap_result $? "intervals are as long as the time between two rounds"
	judged_well wd_lateness_ns
	tap_result $? "rounds are as late as the kernel's timer was"
else
	tap_skip "the times of rounds" "no instances of tracefs"
fi

[ "$(watchdog reference)" = $reference ] && [ "$(watchdog reference_from_tsc)" = 1 ]
tap_result $? "$reference is named as a reference that derives from the TSC"

gc_unload
gc_load
gc_test_module_with canary=1
gc_until 120 rounds_counted
tap_result $? "the module counts the watchdog's rounds"
rounds >"$gc_tmp/few"
jq -r '"# event: \(.clocksource // "-") \(.wd_result), late \(.wd_lateness_ns) ns"' "$gc_tmp/few"
jq -c 'select(.wd_result == "passed" and (.wd_lateness_ns | tonumber) < 100000000)' \
	"$gc_tmp/few" >"$gc_tmp/ordinary"
tap_diag "$(wc -l <"$gc_tmp/few") events, of these $(wc -l <"$gc_tmp/ordinary") ordinary;" \
	"$seen rounds counted"
# The first of each clocksource, and the first after an odd one.
[ "$(wc -l <"$gc_tmp/ordinary")" -ge 1 ] &&
	[ "$(wc -l <"$gc_tmp/ordinary")" -le $((2 + $(wc -l <"$gc_tmp/few") - $(wc -l <"$gc_tmp/ordinary"))) ]
tap_result $? "ordinary rounds are no events but for the first"

gc_end
