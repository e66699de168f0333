#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# record keeps what happened before it began, loses nothing, appends, and ends
# cleanly when interrupted.
#
# Tags: smoke core recording

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

# Events are easiest made by small steps of the wall clock, back and forth.
make_steps()
{
	steps=0
	while [ $steps -lt "$1" ]; do
		clock_tool step 10000000
		clock_tool step -10000000
		steps=$((steps + 2))
	done
	made=$((made + steps))
}

# record_until SEQ: record until the recording has this seq, then SIGINT;
# sets status
record_until()
{
	guestclock record -v "$gc_tmp/recording.db" >"$gc_tmp/record.log" 2>&1 &
	recorder=$!
	gc_pids="$gc_pids $recorder"
	# The kernel's watchdog may have made an event more.
	gc_wait_for_seq 10 "$1" 's/^stored seq=//p' "$gc_tmp/record.log"
	kill -INT $recorder
	tries=0
	while kill -0 $recorder 2>/dev/null && [ $tries -lt 50 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	[ $tries -lt 50 ] || tap_diag "record still runs 5 s after SIGINT"
	kill -KILL $recorder 2>/dev/null
	wait $recorder
	status=$?
	tail -n 1 "$gc_tmp/record.log" | sed 's/^/# record: /'
}

# check_recording LAST: every seq from 1 to LAST, each once, and as many steps
# as were made.
check_recording()
{
	timeout 20 guestclock export "$gc_tmp/recording.db" >"$gc_tmp/export"
	jq -r 'select(.seq) | .seq' "$gc_tmp/export" | sort -n >"$gc_tmp/seqs"
	# A host may move its guests' clocks meanwhile: that is one event more.
	last=$(tail -n 1 "$gc_tmp/seqs")
	seq 1 "${last:-0}" >"$gc_tmp/wanted"
	exported=$(jq -r 'select(.type == "clock_step") | .step_ns' "$gc_tmp/export" | wc -l)
	tap_diag "$(wc -l <"$gc_tmp/seqs") events exported, $exported steps; made $made"
	cmp "$gc_tmp/seqs" "$gc_tmp/wanted" && [ "${last:-0}" -ge "$1" ] &&
		[ "$exported" -eq $made ]
}

check_summary()
{
	[ "$status" -eq 0 ] || tap_diag "exit status $status"
	[ "$status" -eq 0 ] &&
		tail -n 1 "$gc_tmp/record.log" | grep -qE '[0-9]+ events?, 0 lost, [0-9.]+ s'
}

gc_need recording_sql
gc_begin
gc_load
made=0
make_steps $((10 * GC_SCALE))
head_before=$(gc_wait_events $made 10 '.type == "clock_step"' |
	jq -s 'map(.seq | tonumber) | max // 0')
tap_diag "$made steps before record, last seq $head_before"
[ "$head_before" -ge $made ]
tap_result $? "the log has the events before record began"

record_until "$head_before"
check_summary
tap_result $? "SIGINT ends record with its summary line and status 0"
check_recording "$head_before"
tap_result $? "the recording has them all, gapless from seq 1"

make_steps 4
head_between=$((head_before + 4))
record_until $head_between
check_summary
tap_result $? "a second run ends as cleanly"
check_recording $head_between
tap_result $? "and appended what happened in between"

timeout 20 guestclock record -v "$gc_tmp/recording.db" >"$gc_tmp/live.log" 2>&1 &
live=$!
gc_pids="$gc_pids $live"
sleep 1
make_steps 4
sleep 1.5
kill -TERM $live
wait $live
status=$?
cp "$gc_tmp/live.log" "$gc_tmp/record.log"
check_summary
tap_result $? "SIGTERM ends record as SIGINT does"
check_recording $((head_between + 4))
tap_result $? "and events that came while it ran are in the recording"

jq -e -s 'map(select(.seq)) | map(.load_id) | unique | length == 1' "$gc_tmp/export" >/dev/null
tap_result $? "all of one load of the module"

gc_load_with log_size=8
make_steps 20
head=$(gc_head)
gc_record_start "$gc_tmp/late.db"
gc_wait_stored 10 $((head - 1))
# Right after it has said so it moves the beginning into the file.
sleep 1
cp "$gc_tmp/late.db" "$gc_tmp/copy.db"
gc_record_stop
tap_diag "$(tail -n 2 "$gc_recorder_log" | tr '\n' ';') status $gc_record_status"
[ "$gc_record_status" -eq 0 ] && tail -n 1 "$gc_recorder_log" | grep -q ', 0 lost,'
tap_result $? "what the log had dropped before record began is no loss of this run"
dropped=$(recording_sql "$gc_tmp/late.db" "SELECT last_seq FROM lost
	WHERE first_seq = 1 AND reason = 'log_overwritten'")
[ "${dropped:-0}" -ge $((head - 9)) ] && gc_is_whole "$gc_tmp/late.db"
tap_result $? "but declared in the recording"
timeout 20 guestclock export "$gc_tmp/copy.db" >"$gc_tmp/copied" 2>"$gc_tmp/copied.err"
tap_diag "a copy has $(wc -l <"$gc_tmp/copied") rows: $(cat "$gc_tmp/copied.err")"
[ "$(wc -l <"$gc_tmp/copied")" -ge 9 ] && grep -q 'was not closed' "$gc_tmp/copied.err"
tap_result $? "a copy of the file alone has the beginning, and a note that it may lack the rest"

timeout -s INT 3 guestclock monitor --since $((head + 1000)) -o json \
	>"$gc_tmp/since.json" 2>"$gc_tmp/since.err"
first=$(head -n 1 "$gc_tmp/since.json" | jq -r .seq)
tap_diag "monitor begins at seq ${first:-none}: $(cat "$gc_tmp/since.err")"
[ "${first:-0}" -ge $((head - 8)) ] && [ "$first" -lt "$head" ] &&
	grep -q "no seq $((head + 1000)) yet" "$gc_tmp/since.err"
tap_result $? "monitor from a seq that is not there yet begins with what is, and says so"

gc_end
