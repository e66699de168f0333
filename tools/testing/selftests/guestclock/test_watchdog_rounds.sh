#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The rounds of the kernel's watchdog: each is seen, as the clocksource that it
# looks at can tell by counting its own readings, and without being asked for all
# of them the module makes events of the first and of odd ones only.
#
# Tags: core rounds

. "$(dirname "$0")/lib.sh"

CANARY=guestclock-canary
SECONDS_WATCHED=$((4 * GC_SCALE))

canary()
{
	awk -v name="$1" '$1 == name { print $2 }' $GC_TEST_DEBUGFS/canary
}

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

# wait_quiet: until just after a round, so that none is under way
wait_quiet()
{
	quiet_reads=$(canary reads)
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		sleep 0.1
		[ "$(canary reads)" = "$quiet_reads" ] || break
	done
	sleep 0.1
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
gc_load_with watchdog_all_rounds=1
gc_set_clocksource kvm-clock
gc_test_module_with canary=1
wait_quiet
reads_before=$(canary reads)
rounds >"$gc_tmp/before"
sleep $SECONDS_WATCHED
wait_quiet
rounds | tail -n +$(($(wc -l <"$gc_tmp/before") + 1)) >"$gc_tmp/rounds"
reads=$(($(canary reads) - reads_before))
jq -r '"# \(.clocksource // "-") against \(.wd_reference): \(.wd_result), late \(.wd_lateness_ns) ns, window \(.wd_window_ns) ns, intervals \(.wd_interval_ns // "-") and \(.cs_interval_ns // "-") ns"' \
	"$gc_tmp/rounds" | head -n 6

# Where nothing was compared the event cannot say with which clocksource.
told=$(attempts "[\"$CANARY\"]" "$gc_tmp/rounds")
perhaps=$(attempts "[\"$CANARY\", null]" "$gc_tmp/rounds")
tap_diag "the canary was read $reads times, the events tell of $told readings," \
	"or $perhaps with those that do not say of what"
[ "$reads" -ge $SECONDS_WATCHED ] && [ $((reads + 1)) -ge "$told" ] &&
	[ $((reads - 1)) -le "$perhaps" ]
tap_result $? "every reading of the canary is in the event of a round"

jq -es "all(.[]; .source == \"kprobe\" and .wd_reference == \"$reference\")" \
	"$gc_tmp/rounds" >/dev/null
tap_result $? "the reference is $reference, and kprobes are named as the source"

# The canary is the TSC by the kernel's own tsc_khz.
jq -r "select(.clocksource == \"$CANARY\" and .wd_result == \"passed\") |
	[.wd_interval_ns, .cs_interval_ns, .wd_elapsed_ns, .wd_window_ns, .wd_lateness_ns] |
	map(tonumber) | join(\" \")" "$gc_tmp/rounds" >"$gc_tmp/passed"
tap_diag "$(wc -l <"$gc_tmp/passed") rounds of the canary passed"
[ "$(wc -l <"$gc_tmp/passed")" -ge $((SECONDS_WATCHED / 2)) ]
tap_result $? "rounds of the canary pass"
awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > $1 / 200 + 100000) bad++ } END { exit bad > 0 || !NR }' \
	"$gc_tmp/passed"
tap_result $? "by intervals that are alike"
# Both are times from one round to the next, by two clocks of one origin.
awk '{ d = $1 - $3; if (d < 0) d = -d; if (d > 50000000) bad++ }
	END { exit bad * 4 > NR || !NR }' "$gc_tmp/passed"
tap_result $? "and as long as the time between two rounds"
awk '$3 >= 400000000 && $3 - 500000000 > $5 + 80000000 { bad++ }
	END { exit bad * 4 > NR || !NR }' "$gc_tmp/passed"
tap_result $? "which is half a second and the lateness"

[ "$(watchdog reference)" = $reference ] && [ "$(watchdog reference_from_tsc)" = 1 ]
tap_result $? "$reference is named as a reference that derives from the TSC"

gc_unload
gc_load
gc_test_module_with canary=1
sleep $SECONDS_WATCHED
rounds >"$gc_tmp/few"
jq -r '"# event: \(.clocksource // "-") \(.wd_result), late \(.wd_lateness_ns) ns"' "$gc_tmp/few"
jq -c 'select(.wd_result == "passed" and (.wd_lateness_ns | tonumber) < 100000000)' \
	"$gc_tmp/few" >"$gc_tmp/ordinary"
seen=$(watchdog rounds)
tap_diag "$(wc -l <"$gc_tmp/few") events, of these $(wc -l <"$gc_tmp/ordinary") ordinary;" \
	"$seen rounds counted in $SECONDS_WATCHED s"
[ "$seen" != - ] && [ "$seen" -ge $SECONDS_WATCHED ]
tap_result $? "rounds are counted"
# The first of each clocksource, and the first after an odd one.
[ "$(wc -l <"$gc_tmp/ordinary")" -ge 1 ] &&
	[ "$(wc -l <"$gc_tmp/ordinary")" -le $((2 + $(wc -l <"$gc_tmp/few") - $(wc -l <"$gc_tmp/ordinary"))) ]
tap_result $? "ordinary ones are no events but for the first"

gc_end
