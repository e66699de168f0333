#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every secondary CPU goes offline and comes back, again and again, while events
# flow, every file and every snapshot is read and TSCs are measured: what was known
# of a CPU ends when it goes, its page is found again when it returns, and no event
# is lost.
#
# A kernel that finds a returned CPU's TSC apart marks the TSC for good: this runs
# after what needs the TSC.
#
# Tags: hotplug

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_abi.sh"
. "$GC_DIR/lib_leak.sh"
. "$GC_DIR/lib_record.sh"

SNAPSHOTS="$STATUS_GET -d:$OBSERVER_GET -d:$PVCLOCK_GET -d:$TSC_GET $CLOCKSOURCE_GET
	$WATCHDOG_GET -d:$CLOCK_GET"
WORKERS="files snapshots measure clocks"
# Each of them does all that it does so often at least.
ROUNDS=3
# An emulated KVM patches its code each time that a CPU comes or goes, until its
# emulation loses one of the patches: long runs are for hosts without it.
case ${GUESTCLOCK_COUNT:-check}:${GUESTCLOCK_HOST:-} in
soak:tcg) SECONDS_LONG=1800 ;;
soak:*) SECONDS_LONG=300 ;;
*) SECONDS_LONG=18 ;;
esac
SECONDS_LONG=${GUESTCLOCK_HOTPLUG_SECONDS:-$SECONDS_LONG}
CYCLES=$((SECONDS_LONG / 9))
# The guest has its file system in memory: no more events than fit there.
EVENTS_PAUSE_US=$((SECONDS_LONG * 300))

cpu_file()
{
	echo "/sys/devices/system/cpu/cpu$1/online"
}

secondary_cpus()
{
	for secondary in $(gc_cpus); do
		[ ! -w "$(cpu_file "$secondary")" ] || [ "$secondary" -eq 0 ] || echo "$secondary"
	done
}

# set_online CPU 0|1: the kernel may fail to reach a vCPU that does not run
set_online()
{
	for set_try in 1 2 3 4 5; do
		echo "$2" >"$(cpu_file "$1")" 2>"$gc_tmp/online.err"
		[ "$(cat "$(cpu_file "$1")")" != "$2" ] || return 0
		tap_diag "CPU $1, online=$2, try $set_try: $(cat "$gc_tmp/online.err")"
		sleep 0.3
	done
	return 1
}

# shellcheck disable=SC2317 # called on exit
all_online()
{
	for all_cpu in $cpus; do
		set_online "$all_cpu" 1
	done
}

# row FILE CPU COLUMN: of the table in debugfs, nothing when there is no row
row()
{
	gc_table "$1" cpu "$3" | awk -v cpu="$2" '$1 == cpu { print $2 }'
}

row_is()
{
	[ "$(row "$1" "$2" state)" = "$3" ]
}

# row_becomes FILE CPU STATE: after some polls
row_becomes()
{
	gc_until 30 row_is "$@" || { tap_diag "$1: CPU $2: $(row "$1" "$2" state)"; return 1; }
}

# cpu_attribute CPU: as nl_request wants it
cpu_attribute()
{
	printf '1:%02x000000' "$1"
}

# states_are TABLE: of all pages
states_are()
{
	[ "$(gc_table pvclock cpu state)" = "$1" ]
}

# leaves_and_returns CPU: alone and watched
leaves_and_returns()
{
	page_state=$(row pvclock "$1" state)
	nl_request $TSC_MEASURE >"$gc_tmp/measured"
	grep -q '^OK' "$gc_tmp/measured" && [ "$(row tsc "$1" state)" != not_measured ] ||
		{ tap_diag "CPU $1 was not measured: $(cat "$gc_tmp/measured")"; return 1; }
	set_online "$1" 0 || return 1
	[ -z "$(row pvclock "$1" state)$(row tsc "$1" state)" ] ||
		{ tap_diag "an offline CPU has rows"; return 1; }
	answer=$(nl_request $TSC_MEASURE "$(cpu_attribute "$1")")
	[ "${answer%% *}" = ENODEV ] || { tap_diag "measured while offline: $answer"; return 1; }
	set_online "$1" 1 || return 1
	[ "$(row tsc "$1" state)" = not_measured ] ||
		{ tap_diag "a returned CPU's TSC was known: $(row tsc "$1" state)"; return 1; }
	row_becomes pvclock "$1" "$page_state" || return 1
	answer=$(nl_request $TSC_MEASURE "$(cpu_attribute "$1")")
	[ "${answer%% *}" = OK ] || { tap_diag "not measured after its return: $answer"; return 1; }
}

make_events()
{
	while :; do
		clock_tool steps 2 1000
		[ -z "$GUESTCLOCK_INJECT_KO" ] || {
			echo 20 >"$GC_DEBUGFS/inject/commit"
			echo 5 >"$GC_DEBUGFS/inject/stage"
		}
		gc_sleep_us $EVENTS_PAUSE_US
	done
}

# Each of them says what it was told that it should not have been.
read_files()
{
	while :; do
		for file in pvclock tsc clocksource clocksource_watchdog events stats; do
			cat "$GC_DEBUGFS/$file" >/dev/null || echo "$file cannot be read"
		done
		echo round
		sleep 0.02
	done
}

read_snapshots()
{
	while :; do
		for snapshot in $SNAPSHOTS; do
			# shellcheck disable=SC2046
			answer=$(nl_request $(echo "$snapshot" | tr : ' '))
			[ "${answer%% *}" = OK ] || echo "$snapshot: $answer"
		done
		echo round
		sleep 0.02
	done
}

measure()
{
	while :; do
		answer=$(nl_request $TSC_MEASURE)
		[ "${answer%% *}" = OK ] || echo "measurement: $answer"
		echo round
		sleep 0.02
	done
}

# On CPUs that come and go, too, and that may have no time for it.
read_clocks()
{
	while :; do
		for cpu in 0 $cpus; do
			answer=$(nl_request $CLOCK_READ \
				"$(printf '%s:%02x000000' "$CLOCK_CPU" "$cpu")")
			case $cpu:${answer%% *} in
			*:OK | *:ETIMEDOUT | [1-9]*:ENODEV) ;;
			*) echo "reading of the clocks on CPU $cpu: $answer" ;;
			esac
		done
		echo round
		sleep 0.05
	done
}

# rounds NAME: how often that worker has done all that it does
rounds()
{
	grep -c '^round$' "$gc_tmp/$1.out"
}

all_did()
{
	for worker in $WORKERS; do
		[ "$(rounds "$worker")" -ge $ROUNDS ] || return 1
	done
}

# storm: until the time is over, CPUs have left often enough and every worker has done
# something, which takes long on a slow machine; sets cycles
storm()
{
	cycles=0
	storm_until=$(($(gc_uptime_ms) + SECONDS_LONG * 1000))
	storm_end=$((storm_until + 90000))
	while [ "$(gc_uptime_ms)" -lt $storm_until ] ||
		{ ! { all_did && [ $cycles -ge $CYCLES ]; } &&
			[ "$(gc_uptime_ms)" -lt $storm_end ]; }; do
		for cpu in $cpus; do
			set_online "$cpu" 0 || return 1
			gc_sleep_us $((cycles % 7 * 15000))
			set_online "$cpu" 1 || return 1
			gc_sleep_us $((cycles % 5 * 30000))
			cycles=$((cycles + 1))
		done
	done
}

gc_need_root
cpus=$(secondary_cpus)
[ -n "$cpus" ] || tap_skip_all "no secondary CPU that can go offline"
# A short run is over before a small leak stands out from what the kernel keeps for
# CPUs that come and go.
GC_LEAK_NOISE=4096
gc_need recording_sql
gc_begin
gc_readers="with readers of all that there is"
gc_on_exit all_online
gc_load_quietly "$GUESTCLOCK_INJECT_KO" log_size=4096
quiet=0
for cpu in $cpus; do
	leaves_and_returns "$cpu" || quiet=1
done
tap_result $quiet "a CPU's rows end when it leaves, and are found again"

gc_leak_begin
states_before=$(gc_table pvclock cpu state)
db=$gc_tmp/hotplug.db
gc_record_start "$db"
gc_background events make_events
gc_background files read_files
gc_background snapshots read_snapshots
gc_background measure measure
gc_background clocks read_clocks
storm
storm_status=$?
tap_diag "$cycles times offline and back in $SECONDS_LONG s"
[ $storm_status -eq 0 ] && [ "$cycles" -ge $CYCLES ]
tap_result $? "CPUs leave and return under load, $CYCLES times or more"

busy=0
for reader in $WORKERS; do
	grep -v '^round$' "$gc_tmp/$reader.out" "$gc_tmp/$reader.err" | head -n 5 >"$gc_tmp/odd"
	tap_diag "$reader: $(rounds "$reader") rounds"
	sed 's/^/# /' "$gc_tmp/odd"
	[ "$(rounds "$reader")" -ge $ROUNDS ] && [ ! -s "$gc_tmp/odd" ] || busy=1
done
tap_result $busy "files, snapshots and measurements were there all the time"

for pid in $gc_pids; do
	[ "$pid" = "$gc_recorder" ] || kill "$pid"
done
head=$(gc_head)
gc_wait_stored 60 $((head - 1))
gc_record_stop
tap_diag "$head events; the module lost $(gc_stat lost_events); record exits with $gc_record_status"
gc_is_whole "$db" && [ "$(gc_last_seq "$db")" -ge $((head - 1)) ] &&
	[ "$(recording_sql "$db" "SELECT count(*) FROM lost")" = 0 ]
tap_result $? "every seq is recorded"
recording_sql "$db" "SELECT type || ' ' || count(*) FROM events GROUP BY type" | sed 's/^/# /'

gc_until 30 states_are "$states_before"
status=$?
[ $status -eq 0 ] || tap_diag "before: $(echo "$states_before" | tr '\n' ' '), after:" \
	"$(gc_table pvclock cpu state | tr '\n' ' ')"
tap_result $status "every CPU's page is in the state in which it was"
nl_request $TSC_MEASURE >/dev/null
[ "$(gc_table tsc state | grep -c -e not_measured)" -eq 0 ]
tap_result $? "every CPU can be measured after all that"
if [ "$SECONDS_LONG" -ge 300 ]; then
	rm "$db"*
	gc_leak_result "$cycles" "no memory is left behind"
else
	tap_skip "no memory is left behind" "a leak would not stand out after $SECONDS_LONG s"
fi
gc_end
