#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# rmmod in the middle of a dump, of a measurement and of a burst: it is done, or
# refused at once and done later; whoever asks gets an answer that says what
# happened; and the module loads and works again.
#
# Tags: unload

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_abi.sh"
. "$GC_DIR/lib_record.sh"

case ${GUESTCLOCK_COUNT:-check} in
soak) ROUNDS=100 ;;
*) ROUNDS=2 ;;
esac
EVENTS=3000
# What rmmod says, and no program of ours.
BUSY='temporarily unavailable|in use'

load()
{
	gc_load_quietly "$GUESTCLOCK_INJECT_KO" log_size=4096
}

fill_log()
{
	if [ -n "$GUESTCLOCK_INJECT_KO" ]; then
		echo $EVENTS >"$GC_DEBUGFS/inject/commit"
	else
		clock_tool steps $EVENTS 2000
	fi
}

is_held()
{
	[ "$(cat /sys/module/guestclock/refcnt)" -gt 0 ]
}

# refused_while PID DESCRIPTION: rmmod is refused at once while PID holds the module,
# which goes on working, and is done when PID has ended
refused_while()
{
	! gc_rmmod
	refused_status=$?
	tap_diag "rmmod took $gc_rmmod_ms ms: $(cat "$gc_tmp/rmmod.err")"
	kill -0 "$1" 2>/dev/null || tap_diag "nobody held the module any more"
	[ $refused_status -eq 0 ] && gc_soon "$gc_rmmod_ms" 2000 &&
		grep -qE "$BUSY" "$gc_tmp/rmmod.err" &&
		timeout 20 guestclock status >"$gc_tmp/status"
	tap_result $? "$2: rmmod is refused at once, and the module goes on"
	wait "$1"
	refused_holder=$?
}

# ask_for_ever NAME COMMAND...: each answer a line of $gc_tmp/NAME.out
ask_for_ever()
{
	shift
	while :; do
		timeout 20 "$@" 2>&1 | head -n 1
	done
}

# measure_for_ever: the client's exit status and words, a line each
measure_for_ever()
{
	while :; do
		measure_words=$(timeout 20 guestclock tsc --measure 2>&1 >/dev/null)
		echo "$? $measure_words"
	done
}

# try_unload: refused or done, either of them soon
try_unload()
{
	gc_rmmod
	try_status=$?
	[ "$gc_rmmod_ms" -le $longest_ms ] || longest_ms=$gc_rmmod_ms
	gc_soon "$gc_rmmod_ms" 3000 || late=1
	return $try_status
}

# rounds DESCRIPTION: loads and unloads under what runs in the background
rounds()
{
	longest_ms=0
	late=0
	round=0
	while [ $round -lt $ROUNDS ]; do
		[ -d /sys/module/guestclock ] || load
		# Whoever asks has begun, and is anywhere in what it does.
		gc_sleep_us $((300000 + round * 7 % 10 * 40000))
		gc_until 60 try_unload || { tap_diag "rmmod is refused for ever"; break; }
		round=$((round + 1))
	done
	tap_diag "$round of $ROUNDS rounds, the longest rmmod took $longest_ms ms"
	load
	[ $round -eq $ROUNDS ] && [ $late -eq 0 ] && timeout 20 guestclock status >"$gc_tmp/status"
	tap_result $? "$1: unloaded and loaded $ROUNDS times, with no rmmod held up"
}

# answers NAME ALLOWED DESCRIPTION: every line of NAME's output begins in one of
# these ways, and the first of them is among those that came
answers()
{
	sed 's/ .*no family.*/ no family/' "$gc_tmp/$1.out" | grep -vE "^($2)( |\$)" |
		sort | uniq -c | head -n 5 >"$gc_tmp/odd"
	sed 's/^/# /' "$gc_tmp/odd"
	tap_diag "$1: $(awk '{ count[$1]++ } END { for (i in count) printf "%s %d, ", i, count[i] }' \
		"$gc_tmp/$1.out")"
	[ ! -s "$gc_tmp/odd" ] && grep -qE "^${2%%|*} " "$gc_tmp/$1.out"
	tap_result $? "$3"
}

gc_need recording_sql
gc_begin
gc_readers="with readers that come and go"
load
fill_log
head=$(gc_head)
nl_request -w 2 -d $EVENT_GET >"$gc_tmp/dump" 2>&1 &
dumper=$!
gc_pids="$gc_pids $dumper"
gc_until 60 is_held
refused_while $dumper "a dump that is not read"
dumped=$(cat "$gc_tmp/dump")
tap_diag "the dump: $dumped, of $((head - 1)) events"
[ $refused_holder -eq 0 ] && gc_within "$(echo "$dumped" | awk '{ print $2 }')" $((head - 1)) 4096
tap_result $? "a dump that rmmod could not end goes on to its end"
gc_unload
tap_result $? "the module unloads after a dump that held it"

load
if [ -n "$GUESTCLOCK_INJECT_KO" ]; then
	sh -c "echo 400000 >$GC_DEBUGFS/inject/commit" &
	burst=$!
	gc_pids="$gc_pids $burst"
	gc_until 60 is_held
	refused_while $burst "a burst of made up events"
else
	tap_skip "a burst of made up events" "no module that injects: set GUESTCLOCK_INJECT_KO"
fi

fill_log
gc_background dumps ask_for_ever dumps nl_request -d $EVENT_GET
gc_background snapshots ask_for_ever snapshots nl_request -d 3
rounds "dumps all the time"
gc_stop_all
answers dumps "OK|ENOENT|EPROTONOSUPPORT|nl_request: no family" "each dump is whole or refused while the module comes and goes"
answers snapshots "OK|ENOENT|EPROTONOSUPPORT|nl_request: no family" "each snapshot is whole or refused while the module comes and goes"

gc_background requests ask_for_ever requests nl_request $TSC_MEASURE
gc_background measure measure_for_ever
rounds "measurements all the time"
gc_stop_all
answers requests "OK|ENOENT|ESHUTDOWN|nl_request: no family" "each measurement is done or refused while the module comes and goes"
answers measure "0|3" "the client tells whether a measurement was done: exit status 0 or 3"

db=$gc_tmp/unload.db
gc_record_start "$db"
clock_tool step 1000000
gc_wait_stored 20 1 || tap_diag "record does not begin: $(tail -n 1 "$gc_recorder_log")"
gc_background steps clock_tool steps 100000000
rounds "a burst of steps, recorded"
kill "$gc_pid"
gc_record_stop
sed 's/^/# record: /' "$gc_recorder_log" | grep -v 'stored seq' | tail -n 5
loads=$(recording_sql "$db" "SELECT count(DISTINCT load_id) FROM events")
tap_diag "$(recording_sql "$db" "SELECT count(*) FROM events") events of $loads loads"
gc_is_whole "$db" && [ "$loads" -ge 2 ]
tap_result $? "the recording of every load that was unloaded under steps has no hole"
gc_end
