#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the module and the client cost in this guest. Leaves samples for
# tools/testing/bench/table in the file $GUESTCLOCK_RESULTS/bench.samples.
#
#   GUESTCLOCK_KO, GUESTCLOCK_INJECT_KO  the module, and its build for tests
#   GUESTCLOCK_BENCH_MODULE   a .ko whose load time is the yardstick, if any
#   GUESTCLOCK_BENCH_DIR      a directory for recordings, /tmp if not given

BENCH_DIR=$(cd "$(dirname "$0")" && pwd)
# What the one who started this guest wants; an environment does not get here.
# shellcheck source=/dev/null
[ ! -e "$BENCH_DIR/settings" ] || . "$BENCH_DIR/settings"
BENCH_TEMPLATES=${BENCH_TEMPLATES:-$BENCH_DIR/pause.jsonl}
BENCH_SAMPLES=${GUESTCLOCK_RESULTS:-.}/bench.samples
BENCH_WORK=$(mktemp -d "${GUESTCLOCK_BENCH_DIR:-/tmp}/bench.XXXXXX") || exit 1
# shellcheck source=lib_bench.sh
. "$BENCH_DIR/lib_bench.sh"
# shellcheck source=lib_stream.sh
. "$BENCH_DIR/lib_stream.sh"

KERNEL_MODULE=${GUESTCLOCK_BENCH_MODULE:-/lib/guestclock/modules/msr.ko}
LOADS=15
STARTS=30
MEASURE_RUNS=5
MEASURE_COUNT=1000

cleanup()
{
	trap - EXIT
	[ -z "$stream_pid" ] || kill "$stream_pid" 2>/dev/null
	marks_close
	unload
	rm -rf "$BENCH_WORK"
}

unload()
{
	unload_tries=0
	while [ -d /sys/module/guestclock ]; do
		rmmod guestclock 2>/dev/null && break
		unload_tries=$((unload_tries + 1))
		[ $unload_tries -lt 50 ] || bench_die "guestclock is in use: stop its readers"
		sleep 0.1
	done
}

# load FILE PARAM=VALUE...: the module afresh
load()
{
	unload
	insmod "$@" || bench_die "$1 does not load: see dmesg"
}

# milliseconds NANOSECONDS
milliseconds()
{
	awk -v ns="$1" 'BEGIN { printf "%.3f\n", ns / 1e6 }'
}

describe()
{
	bench_note "compare ours with bare; times of another machine, or of an emulated one," \
		"mean little"
	bench_note "kernel $(uname -r), $(grep -c ^processor /proc/cpuinfo) CPUs, host" \
		"${GUESTCLOCK_HOST:-unknown}, clocksource $(cat \
		/sys/devices/system/clocksource/clocksource0/current_clocksource)"
	bench_note "recordings in ${GUESTCLOCK_BENCH_DIR:-/tmp}, a" \
		"$(stat -f -c %T "$BENCH_WORK")"
}

# measure_module: the system calls insmod and rmmod consist of
measure_module()
{
	unload
	set -- "$GUESTCLOCK_KO" guestclock
	if [ -e "$KERNEL_MODULE" ]; then
		yardstick=$(basename "$KERNEL_MODULE" .ko)
		rmmod "$yardstick" 2>/dev/null
		set -- "$@" "$KERNEL_MODULE" "$yardstick"
	fi
	bench_say "loading guestclock${yardstick:+ and $yardstick} $LOADS times"
	module_time $LOADS "$@" >"$BENCH_WORK/times" || bench_die "module_time failed"
	[ -z "$yardstick" ] || bench_note "module_load, module_unload: bare is the" \
		"kernel's own module $yardstick, $(wc -c <"$KERNEL_MODULE") bytes;" \
		"guestclock.ko has $(wc -c <"$GUESTCLOCK_KO")"
	turn=0
	while read -r load unload bare_load bare_unload; do
		turn=$((turn + 1))
		bench_sample module_load ours ms $turn "$(milliseconds "$load")"
		bench_sample module_unload ours ms $turn "$(milliseconds "$unload")"
		[ -n "$bare_load" ] || continue
		bench_sample module_load bare ms $turn "$(milliseconds "$bare_load")"
		bench_sample module_unload bare ms $turn "$(milliseconds "$bare_unload")"
	done <"$BENCH_WORK/times"
}

# measure_paths: cycles, counted by the module itself
measure_paths()
{
	load "$GUESTCLOCK_INJECT_KO"
	bench_say "measuring the module's own paths"
	turn=0
	while [ $turn -lt $MEASURE_RUNS ]; do
		turn=$((turn + 1))
		echo $MEASURE_COUNT >"$INJECT/measure" || bench_die "measuring failed"
		cat "$INJECT/measure" >"$BENCH_WORK/paths"
		while read -r path _ _ p50 p99; do
			case $path in "#"*) continue ;; esac
			bench_sample "${path}_p50" ours cycles $turn "$p50"
			bench_sample "${path}_p99" ours cycles $turn "$p99"
		done <"$BENCH_WORK/paths"
	done
	bench_note "..._p50, ..._p99: of $MEASURE_COUNT, in $MEASURE_RUNS runs;" \
		"a sweep reads $(grep -c ^processor /proc/cpuinfo) pages"
}

measure_start()
{
	load "$GUESTCLOCK_KO"
	bench_say "starting the client $STARTS times"
	spawn_time $STARTS "guestclock status" "$BENCH_DIR/bare_status" >"$BENCH_WORK/times" ||
		bench_die "spawn_time failed"
	turn=0
	while read -r ours bare; do
		turn=$((turn + 1))
		bench_sample client_start ours ms $turn "$(milliseconds "$ours")"
		bench_sample client_start bare ms $turn "$(milliseconds "$bare")"
	done <"$BENCH_WORK/times"
}

for variable in GUESTCLOCK_KO GUESTCLOCK_INJECT_KO; do
	eval "[ -e \"\$$variable\" ]" || bench_die "$variable does not name a guestclock.ko"
done
PATH=$PATH:$BENCH_DIR
trap cleanup EXIT
trap 'exit 1' INT TERM HUP
: >"$BENCH_SAMPLES"
describe
measure_module
measure_paths
measure_start
stream_rates
stream_latency
unload
bench_insert
