# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Events from the module to a recording: how many a second, and how long each
# takes. Sourced by bench_guest.sh.
#
# `record -v` writes its lines "stored seq=N" straight into a trace instance of
# its own, whose ring notes the BOOTTIME of each: no other process has to run
# for that, and events carry the BOOTTIME of their capture.

INJECT=/sys/kernel/debug/guestclock/inject
TRACE=/sys/kernel/tracing/instances/guestclock_bench
stream_pid=

# Events one at a time, and their distance: far apart enough to be alone.
SINGLES=500
SINGLES_INTERVAL_US=20000

marks_open()
{
	[ -d "$TRACE" ] || mkdir "$TRACE" || bench_die "no tracefs at /sys/kernel/tracing"
	echo boot >"$TRACE/trace_clock" || bench_die "$TRACE has no clock 'boot'"
	echo 4096 >"$TRACE/buffer_size_kb"
	echo >"$TRACE/trace"
}

marks_close()
{
	[ ! -d "$TRACE" ] || rmdir "$TRACE"
}

# marks: "BOOTTIME_US SEQ" of each commit
marks()
{
	sed -n 's/^.* \([0-9]*\)\.\([0-9]*\): .*stored seq=\([0-9]*\).*/\1\2 \3/p' "$TRACE/trace"
}

# head_seq: the seq of the module's next event
head_seq()
{
	awk '$1 == "log_head_seq" { print $2 }' /sys/kernel/debug/guestclock/stats
}

# stored_seq: the last one that record has told
stored_seq()
{
	marks | tail -n 1 | sed 's/.* //'
}

# wait_stored SEQ SECONDS
wait_stored()
{
	wait_until=$(($(cut -d. -f1 /proc/uptime) + $2))
	while wait_now=$(stored_seq) && [ "${wait_now:-0}" -lt "$1" ]; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt $wait_until ] ||
			bench_die "record stored seq ${wait_now:-none} of $1 after $2 s"
		sleep 0.3
	done
}

# record_start FILE LOG_SIZE: the module afresh, and a recorder that follows
record_start()
{
	load "$GUESTCLOCK_INJECT_KO" "log_size=$2"
	marks_open
	rm -f "$1" "$1"-*
	guestclock record -v "$1" >"$TRACE/trace_marker" 2>"$BENCH_WORK/record.err" &
	stream_pid=$!
	write_paced "$INJECT/commit" 1 1 0 >/dev/null
	wait_stored 1 20
}

# record_stop: sets record_lost to what it declared lost
record_stop()
{
	kill -INT $stream_pid
	wait $stream_pid
	record_status=$?
	stream_pid=
	record_lost=$(sed -n 's/^.* events, \([0-9]*\) lost.*/\1/p' "$TRACE/trace" | tail -n 1)
	case $record_status:$record_lost in
	0:0 | 4:[1-9]*) ;;
	*) bench_die "record ended with $record_status, ${record_lost:-?} lost:" \
		"$(cat "$BENCH_WORK/record.err")" ;;
	esac
}

# stored_latencies FILE: microseconds from capture to the commit's line
stored_latencies()
{
	marks >"$BENCH_WORK/marks"
	guestclock-export "$1" | awk -v marks="$BENCH_WORK/marks" '
	function number(key,    text) {
		if (!match($0, "\"" key "\":\"[0-9]+"))
			return -1
		text = substr($0, RSTART, RLENGTH)
		sub(/.*[^0-9]/, "", text)
		return text + 0
	}
	BEGIN {
		while ((getline line <marks) > 0) {
			split(line, field, " ")
			at[count] = field[1]
			seq[count++] = field[2] + 0
		}
	}
	/"source":"test_injection"/ {
		while (mark < count && seq[mark] < number("seq"))
			mark++
		if (mark < count)
			printf "%.1f\n", at[mark] - number("boottime_ns") / 1000
	}'
}

# stream_record TURN: a burst into a recording
stream_record()
{
	record_start "$BENCH_WORK/burst.db" $((2 * BENCH_EVENTS))
	stream_last=$(($(head_seq) + BENCH_EVENTS - 1))
	stream_begin=$(write_paced "$INJECT/commit" "$BENCH_EVENTS" 1 0) || exit 1
	wait_stored $stream_last 120
	record_stop
	[ "$record_lost" -eq 0 ] || bench_die "of a burst that the log could hold" \
		"$record_lost events were lost"
	stream_end=$(marks | awk -v last=$stream_last '$2 >= last { print $1; exit }')
	bench_sample events_end_to_end ours events/s "$1" "$(bench_per_second \
		"$BENCH_EVENTS" $((stream_end * 1000 - ${stream_begin% *})))"
	stored_latencies "$BENCH_WORK/burst.db" | while read -r stream_us; do
		bench_sample burst_capture_to_stored ours us "$1" "$stream_us"
	done
	rm -f "$BENCH_WORK"/burst.db*
}

# stream_bare TURN: the same burst to the bare receiver
stream_bare()
{
	load "$GUESTCLOCK_INJECT_KO" "log_size=$((2 * BENCH_EVENTS))"
	: >"$BENCH_WORK/received"
	bare_receiver "$BENCH_EVENTS" >"$BENCH_WORK/received" 2>"$BENCH_WORK/received.err" &
	stream_pid=$!
	until grep -q ready "$BENCH_WORK/received"; do
		kill -0 $stream_pid || bench_die "$(cat "$BENCH_WORK/received.err")"
		sleep 0.1
	done
	sleep 0.2
	stream_begin=$(write_paced "$INJECT/commit" "$BENCH_EVENTS" 1 0) || exit 1
	wait $stream_pid || bench_die "$(cat "$BENCH_WORK/received.err")"
	stream_pid=
	stream_end=$(awk '/^received/ { print $3 }' "$BENCH_WORK/received")
	bench_sample events_end_to_end bare events/s "$1" "$(bench_per_second \
		"$BENCH_EVENTS" $((stream_end - ${stream_begin% *})))"
}

# stream_alone TURN: the same burst with nobody listening
stream_alone()
{
	load "$GUESTCLOCK_INJECT_KO" "log_size=$((2 * BENCH_EVENTS))"
	stream_begin=$(write_paced "$INJECT/commit" "$BENCH_EVENTS" 1 0) || exit 1
	bench_sample events_nobody_listens ours events/s "$1" "$(bench_per_second \
		"$BENCH_EVENTS" $((${stream_begin#* } - ${stream_begin% *})))"
}

stream_rates()
{
	bench_say "bursts of $BENCH_EVENTS events"
	stream_turn=1
	while [ "$stream_turn" -le "$BENCH_TURNS" ]; do
		if [ $((stream_turn % 2)) -eq 0 ]; then
			stream_bare "$stream_turn"
			stream_record "$stream_turn"
		else
			stream_record "$stream_turn"
			stream_bare "$stream_turn"
		fi
		stream_alone "$stream_turn"
		stream_turn=$((stream_turn + 1))
	done
	bench_note "events_..., burst_...: bursts of $BENCH_EVENTS events, as fast as the" \
		"module makes them; record lost none"
}

stream_latency()
{
	bench_say "$SINGLES single events"
	record_start "$BENCH_WORK/single.db" 4096
	write_paced "$INJECT/stage" 1 $SINGLES $SINGLES_INTERVAL_US >/dev/null || exit 1
	wait_stored $(($(head_seq) - 1)) 30
	record_stop
	stored_latencies "$BENCH_WORK/single.db" >"$BENCH_WORK/latencies"
	stream_stored=$(wc -l <"$BENCH_WORK/latencies")
	# The one that told that record follows is among them.
	[ $((stream_stored + record_lost)) -eq $((SINGLES + 1)) ] || bench_die "of $SINGLES" \
		"single events $((stream_stored - 1)) were stored and $record_lost lost"
	stream_turn=0
	while read -r stream_us; do
		stream_turn=$((stream_turn + 1))
		bench_sample capture_to_stored ours us $stream_turn "$stream_us"
	done <"$BENCH_WORK/latencies"
	[ "$record_lost" -eq 0 ] || bench_note "capture_to_stored: $record_lost events more" \
		"found the staging ring full, and were declared lost: this guest stood still"
	bench_note "capture_to_stored: an event every $((SINGLES_INTERVAL_US / 1000)) ms," \
		"staged as an observer stages it, until record says that its commit is done"
	marks_close
}
