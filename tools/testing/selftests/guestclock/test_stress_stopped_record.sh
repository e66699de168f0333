#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# record and monitor are stopped and continued again and again during one long burst
# of events: with a log that holds all of it nothing is missing afterwards, and with
# a small one what is missing is declared.
#
#   GUESTCLOCK_SEED  repeats the moments of another run
#
# Tags: recording

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

case ${GUESTCLOCK_COUNT:-check} in
soak) STOPS=100 ;;
*) STOPS=3 ;;
esac
# Bytes of a socket's buffer.
SMALL=2304
SEED=${GUESTCLOCK_SEED:-$(date +%s)}

# moments: milliseconds to run and to stand still, a line for each stop
moments()
{
	awk -v seed="$SEED" -v stops=$STOPS 'BEGIN {
		srand(seed)
		for (i = 0; i < stops; i++)
			print int(50 + rand() * 300), int(150 + rand() * 700)
	}'
}

# Real ones among those that are made up.
make_events()
{
	while :; do
		clock_tool steps 2
		for burst in 50 100 150; do
			echo $burst >"$GC_DEBUGFS/inject/commit"
			echo 4 >"$GC_DEBUGFS/inject/stage"
			sleep 0.04
		done
	done
}

# stop_and_go LOG_SIZE: one burst; leaves head, client_lost and both outputs
stop_and_go()
{
	gc_load_quietly "$GUESTCLOCK_INJECT_KO" "log_size=$1"
	db=$gc_tmp/stopped-$1.db
	printed=$gc_tmp/monitor-$1.json
	env "LD_PRELOAD=$GC_DIR/small_rcvbuf.so" "SMALL_RCVBUF=$SMALL" \
		guestclock monitor --history -o json >"$printed" 2>"$gc_tmp/monitor.err" &
	monitor=$!
	gc_pids="$gc_pids $monitor"
	gc_record_start "$db" env "LD_PRELOAD=$GC_DIR/small_rcvbuf.so" "SMALL_RCVBUF=$SMALL"
	clock_tool step 1000000
	gc_wait_stored 60 1 && gc_wait_printed "$printed" 60 1 ||
		tap_bail "nobody follows: $(cat "$gc_recorder_log" "$gc_tmp/monitor.err")"
	gc_background events make_events
	maker=$gc_pid
	while read -r run_ms stand_ms <&5; do
		gc_sleep_us "${run_ms}000"
		kill -STOP "$gc_recorder" $monitor
		gc_sleep_us "${stand_ms}000"
		kill -CONT "$gc_recorder" $monitor
	done 5<"$gc_tmp/moments"
	kill "$maker"
	wait "$maker" 2>/dev/null
	sleep 0.5
	head=$(gc_head)
	gc_wait_stored 60 $((head - 1)) || tap_diag "record did not catch up"
	gc_wait_printed "$printed" 60 $((head - 1)) || tap_diag "monitor did not catch up"
	kill -INT $monitor
	gc_reap $monitor 10
	gc_record_stop
	staging_lost=$(gc_stat lost_events)
	client_lost=$(recording_sql "$db" \
		"SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM lost")
	tap_diag "log of $1: $head events in $STOPS stops, $client_lost declared lost," \
		"$staging_lost before they had a seq; record exits with $gc_record_status"
}

# accounts_for_all: the recording and what the monitor said, up to the head
accounts_for_all()
{
	gc_is_whole "$db" && [ "$(gc_last_seq "$db")" -ge $((head - 1)) ] || return 1
	gc_lines_end "$printed" >"$gc_tmp/end" || return 1
	[ "$(cat "$gc_tmp/end")" -ge "$head" ] ||
		{ tap_diag "monitor ends at $(cat "$gc_tmp/end")"; return 1; }
}

gc_need_root
[ -n "$GUESTCLOCK_INJECT_KO" ] ||
	tap_skip_all "no module that injects: set GUESTCLOCK_INJECT_KO"
gc_need recording_sql
gc_begin
tap_diag "seed $SEED"
moments >"$gc_tmp/moments"

stop_and_go 262144
accounts_for_all
tap_result $? "a large log: each seq is stored once"
[ "$client_lost" -eq 0 ]
tap_result $? "a large log: no event is given up"

stop_and_go 64
accounts_for_all
tap_result $? "a small log: each seq is stored or declared lost, once"
[ "$client_lost" -gt 0 ]
tap_result $? "a small log: more is lost than the log holds"
[ "$gc_record_status" -eq 4 ]
tap_result $? "a small log: the exit status tells of the loss"
gc_end
