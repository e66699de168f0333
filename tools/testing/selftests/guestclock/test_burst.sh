#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Bursts far above a receive buffer, while record and monitor stand still or
# run, with a log that can refill what the socket drops and one that cannot.
# Whatever comes of it, each seq up to the module's own head is stored or
# declared lost, once.
#
# Tags: recording

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

# Bytes; a default buffer is taken as the programs ask for it.
SMALL=2304
DB=

# rows: EVENTS LOG_SIZE BUFFER READERS, of different sizes each
rows()
{
	cat <<-END
	3000 4096 $SMALL stopped
	9000 64 default stopped
	END
	[ $GC_SCALE -gt 1 ] || return 0
	cat <<-END
	500 64 $SMALL stopped
	1000 4096 8192 running
	2000 4096 65536 stopped
	4000 4096 $SMALL running
	8000 64 $SMALL running
	16000 4096 default stopped
	32000 64 131072 running
	64000 4096 default running
	END
}

inject()
{
	timeout 120 sh -c "echo $2 >$GC_DEBUGFS/inject/$1"
}

# start BUFFER: record and monitor, both past the module's first event
start()
{
	set -- "$1" env
	if [ "$1" != default ]; then
		set -- "$1" env "LD_PRELOAD=$GC_DIR/small_rcvbuf.so" "SMALL_RCVBUF=$1"
	fi
	shift
	DB=$gc_tmp/burst.db
	rm -f "$DB" "$DB"-*
	"$@" guestclock monitor --history -o json >"$gc_tmp/monitor.json" 2>"$gc_tmp/monitor.err" &
	monitor=$!
	gc_pids="$gc_pids $monitor"
	gc_record_start "$DB" "$@"
	clock_tool step 1000000
	gc_wait_stored 60 1 && gc_wait_printed "$gc_tmp/monitor.json" 60 1 ||
		tap_bail "nobody follows: $(cat "$gc_recorder_log" "$gc_tmp/monitor.err")"
}

# drops: messages that found a full buffer, over all generic netlink sockets
drops()
{
	awk '$2 == 16 { drops += $9 } END { print drops + 0 }' /proc/net/netlink
}

# finish: let both catch up with the module's head, and end them
finish()
{
	head=$(gc_head)
	gc_wait_stored 60 $((head - 1)) || tap_diag "record did not catch up"
	gc_wait_printed "$gc_tmp/monitor.json" 60 $((head - 1)) ||
		tap_diag "monitor did not catch up"
	kill -INT $monitor
	gc_reap $monitor 10
	monitor_status=$gc_reaped
	gc_record_stop
	stat_head=$(gc_stat log_head_seq)
	client_lost=$(recording_sql "$DB" \
		"SELECT coalesce(sum(last_seq - first_seq + 1), 0) FROM lost")
	reasons=$(recording_sql "$DB" "SELECT DISTINCT reason FROM lost" | tr '\n' ' ')
}

# accounts_for_all: the recording, and what the monitor said, up to the head
accounts_for_all()
{
	gc_is_whole "$DB" || return 1
	last=$(gc_last_seq "$DB")
	gc_within "$last" $((head - 1)) $((stat_head - 1)) ||
		{ tap_diag "record ends at $last, the module at $((head - 1))"; return 1; }
	gc_lines_end "$gc_tmp/monitor.json" >"$gc_tmp/end" 2>"$gc_tmp/holes"
	monitor_holes=$?
	cat "$gc_tmp/holes"
	gc_within "$(cat "$gc_tmp/end")" "$head" "$stat_head" ||
		{ tap_diag "monitor ends at $(cat "$gc_tmp/end"), the module at $head"; return 1; }
	return $monitor_holes
}

# losses_add_up EVENTS LOG_SIZE: nothing is given up that the log still has,
# and the exit status tells
losses_add_up()
{
	lost_status=0
	if [ "$client_lost" -gt 0 ]; then
		lost_status=4
		[ $((client_lost + $2)) -lt "$head" ] || return 1
		[ -n "$reasons" ] || return 1
	fi
	[ "$(gc_stat lost_events)" -eq 0 ] || lost_status=4
	[ "$gc_record_status" -eq $lost_status ] ||
		{ tap_diag "exit status $gc_record_status, not $lost_status"; return 1; }
	[ "$1" -ge "$2" ] || [ "$client_lost" -eq 0 ]
}

# burst EVENTS LOG_SIZE BUFFER READERS: one row
burst()
{
	row="$1 events, log of $2, buffer $3, readers $4"
	gc_load_quietly "$GUESTCLOCK_INJECT_KO" "log_size=$2"
	start "$3"
	dropped_before=$(drops)
	[ "$4" = running ] || kill -STOP "$gc_recorder" $monitor
	began=$(gc_uptime_ms)
	inject commit "$1" || tap_diag "injection failed"
	took=$(($(gc_uptime_ms) - began))
	dropped=$(($(drops) - dropped_before))
	[ "$4" = running ] || kill -CONT "$gc_recorder" $monitor
	finish
	tap_diag "$row: in $took ms, head $head, $dropped messages dropped by sockets," \
		"$client_lost declared lost: ${reasons:-none}; monitor exits with $monitor_status"
	[ "$4" = running ] || [ $dropped -gt "$1" ]
	tap_result $? "$row: most of it found no room in the buffers"
	[ "$stat_head" -gt "$1" ] && accounts_for_all
	tap_result $? "$row: each seq is stored or declared lost"
	losses_add_up "$1" "$2"
	tap_result $? "$row: what the log had was refilled, the rest tells why"
}

# overflow: more than the staging rings hold, by real steps and by made up events
overflow()
{
	made=$((400 * GC_SCALE))
	gc_load_quietly "$GUESTCLOCK_INJECT_KO" "log_size=16384"
	start $SMALL
	clock_tool steps $made
	if [ -n "$GUESTCLOCK_INJECT_KO" ]; then
		inject stage $((1000 * GC_SCALE))
		made=$((made + 1000 * GC_SCALE))
	fi
	finish
	staging_lost=$(recording_sql "$DB" "SELECT coalesce(sum(
		json_extract(json, '\$.lost_count')), 0) FROM events WHERE type = 'lost'")
	steps=$(recording_sql "$DB" "SELECT count(*) FROM events WHERE type = 'clock_step'")
	tap_diag "staging: $made made, $((steps - 1)) stored, $staging_lost lost in staging;" \
		"the module says $(gc_stat lost_events)"
	accounts_for_all && [ "$staging_lost" -gt 0 ] &&
		[ "$staging_lost" -eq "$(gc_stat lost_events)" ]
	tap_result $? "what overflows staging is declared by events with a seq of their own"
	[ $((steps - 1 + staging_lost)) -eq $made ]
	tap_result $? "stored and lost are as many as were made"
}

gc_need recording_sql
gc_begin
overflow
if [ -n "$GUESTCLOCK_INJECT_KO" ]; then
	rows >"$gc_tmp/rows"
	while read -r events log_size buffer readers <&5; do
		burst "$events" "$log_size" "$buffer" "$readers"
	done 5<"$gc_tmp/rows"
else
	cases=$((3 * $(rows | wc -l)))
	while [ $cases -gt 0 ]; do
		tap_skip "a burst" "no module that injects: set GUESTCLOCK_INJECT_KO"
		cases=$((cases - 1))
	done
fi
gc_end
