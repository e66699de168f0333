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

# record_until SEQ SIGNAL [COMMAND...]: record, do COMMAND meanwhile, and when the
# recording has this seq send the signal; sets gc_record_status
record_until()
{
	gc_record_start "$gc_tmp/recording.db"
	# The kernel's watchdog may have made an event more.
	until_seq=$1
	until_signal=$2
	shift 2
	"$@"
	gc_wait_stored 20 "$until_seq"
	gc_record_stop "$until_signal"
	tail -n 1 "$gc_recorder_log" | sed 's/^/# record: /'
}

# make_live_steps SEQ: the recorder has SEQ and two more before it gets its last two
make_live_steps()
{
	make_steps 2
	gc_wait_stored 20 $(($1 + 2))
	make_steps 2
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

copy_has_beginning()
{
	cp "$gc_tmp/late.db" "$gc_tmp/copy.db"
	timeout 20 guestclock export "$gc_tmp/copy.db" >"$gc_tmp/copied" 2>"$gc_tmp/copied.err"
	[ "$(wc -l <"$gc_tmp/copied")" -ge 9 ]
}

check_summary()
{
	[ "$gc_record_status" -eq 0 ] || tap_diag "exit status $gc_record_status"
	[ "$gc_record_status" -eq 0 ] &&
		tail -n 1 "$gc_recorder_log" | grep -qE '[0-9]+ events?, 0 lost, [0-9.]+ s'
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

record_until "$head_before" INT
check_summary
tap_result $? "SIGINT ends record with its summary line and status 0"
check_recording "$head_before"
tap_result $? "the recording has all events from before it began, gapless from seq 1"

make_steps 4
head_between=$((head_before + 4))
record_until $head_between INT
check_summary
tap_result $? "SIGINT ends a second run of record with its summary line and status 0"
check_recording $head_between
tap_result $? "a second run appends what happened in between"

record_until $((head_between + 4)) TERM make_live_steps $head_between
check_summary
tap_result $? "SIGTERM ends record with its summary line and status 0"
check_recording $((head_between + 4))
tap_result $? "events that come while record runs are in the recording"

jq -e -s 'map(select(.seq)) | map(.load_id) | unique | length == 1' "$gc_tmp/export" >/dev/null
tap_result $? "all events are of one load of the module"

gc_load_with log_size=8
make_steps 20
head=$(gc_head)
gc_record_start "$gc_tmp/late.db"
gc_wait_stored 10 $((head - 1))
# Right after it has said so it moves the beginning into the file.
gc_until 60 copy_has_beginning
copied=$?
gc_record_stop
tap_diag "$(tail -n 2 "$gc_recorder_log" | tr '\n' ';') status $gc_record_status"
[ "$gc_record_status" -eq 0 ] && tail -n 1 "$gc_recorder_log" | grep -q ', 0 lost,'
tap_result $? "what the log had dropped before record began is no loss of this run"
dropped=$(recording_sql "$gc_tmp/late.db" "SELECT last_seq FROM lost
	WHERE first_seq = 1 AND reason = 'log_overwritten'")
[ "${dropped:-0}" -ge $((head - 9)) ] && gc_is_whole "$gc_tmp/late.db"
tap_result $? "what the log had dropped before record began is declared in the recording"
tap_diag "a copy has $(wc -l <"$gc_tmp/copied") rows: $(cat "$gc_tmp/copied.err")"
[ $copied -eq 0 ] && grep -q 'was not closed' "$gc_tmp/copied.err"
tap_result $? "a copy of the file alone has the beginning, and a note that it may lack the rest"

guestclock monitor --since $((head + 1000)) -o json >"$gc_tmp/since.json" 2>"$gc_tmp/since.err" &
monitor=$!
gc_pids="$gc_pids $monitor"
gc_until 60 test -s "$gc_tmp/since.json"
kill -INT $monitor
wait $monitor
first=$(head -n 1 "$gc_tmp/since.json" | jq -r .seq)
tap_diag "monitor begins at seq ${first:-none}: $(cat "$gc_tmp/since.err")"
[ "${first:-0}" -ge $((head - 8)) ] && [ "$first" -lt "$head" ] &&
	grep -q "no seq $((head + 1000)) yet" "$gc_tmp/since.err"
tap_result $? "monitor from a seq that is not there yet begins with what is, and says so"

gc_end
