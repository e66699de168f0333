#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The module goes and comes back under record and monitor, slowly, at once, and
# while they stand still. They resume, and no load's seq gets into another's:
# every load steps the clock by an amount of its own.
#
# Tags: recording

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

ROUNDS=$GC_SCALE
STEP_NS=20000000
SLACK_NS=9000000

# step_by LIFE: two steps, forth and back, by LIFE times as much as the first
step_by()
{
	clock_tool step $(($1 * STEP_NS)) && clock_tool step $((-$1 * STEP_NS))
}

remove()
{
	remove_tries=0
	until timeout 20 rmmod guestclock 2>"$gc_tmp/rmmod.err"; do
		remove_tries=$((remove_tries + 1))
		[ $remove_tries -lt 100 ] || tap_bail "rmmod: $(cat "$gc_tmp/rmmod.err")"
		sleep 0.02
	done
}

# note KIND: "LIFE LOAD HEAD KIND" of the module as it is, into the list of lives
note()
{
	timeout 20 guestclock status -o json |
		jq -r --arg life $life --arg kind "$1" \
			'select(.log_head) | "\($life) \(.load_id) \(.log_head) \($kind)"' |
		head -n 1 >>"$gc_tmp/lives"
}

# begin_life: events right after insmod
begin_life()
{
	life=$((life + 1))
	gc_insmod || tap_bail "guestclock does not load: see dmesg"
	step_by $life
}

# wait_followed SEQ: until the recording has SEQ of the load that is there
wait_followed()
{
	followed_load=$(timeout 20 guestclock status -o json | jq -r '.load_id // empty')
	followed_tries=0
	until [ "$(recording_sql "$db" "SELECT count(*) FROM ($gc_ranges)
		WHERE load_id = '$followed_load' AND last >= $1" 2>/dev/null)" -gt 0 ]; do
		followed_tries=$((followed_tries + 1))
		[ $followed_tries -lt 100 ] || { tap_diag "life $life is not followed"; return 1; }
		sleep 0.1
	done
}

# slow_life: followed, with events right before rmmod
slow_life()
{
	begin_life
	wait_followed 2
	step_by $life
	note slow
	remove
	wait_gone $((gone + 1)) && gone=$((gone + 1))
}

# fast_life: gone before anybody can have followed for long
fast_life()
{
	begin_life
	note fast
	remove
}

# blind_lives: the followers stand still while one load goes and the next comes and
# gets further than the one before
blind_lives()
{
	begin_life
	wait_followed 2
	kill -STOP "$gc_recorder" $monitor
	step_by $life
	note blind
	remove
	begin_life
	step_by $life
	step_by $life
	kill -CONT "$gc_recorder" $monitor
	wait_followed 6
	note slow
	remove
}

# wait_gone COUNT: record has said so often that the module went away
wait_gone()
{
	gone_tries=0
	while [ "$(grep -c 'went away' "$gc_recorder_log")" -lt "$1" ]; do
		gone_tries=$((gone_tries + 1))
		[ $gone_tries -lt 100 ] || { tap_diag "record did not notice"; return 1; }
		sleep 0.05
	done
}

# wrong_steps: events of a load that stepped by another amount
wrong_steps()
{
	while read -r which load _ _ <&5; do
		recording_sql "$db" "SELECT load_id, seq, json_extract(json, '\$.step_ns')
			FROM events WHERE type = 'clock_step' AND load_id = '$load' AND
			abs(abs(json_extract(json, '\$.step_ns')) - $which * $STEP_NS) > $SLACK_NS"
	done 5<"$gc_tmp/lives"
}

# end_of LOAD FILE: the last seq that the lines in FILE account for
end_of()
{
	grep "\"load_id\":\"$1\"" "$2" >"$gc_tmp/load.json"
	end=$(gc_lines_end "$gc_tmp/load.json") || return 1
	echo $((end - 1))
}

# ends LINES KIND...: whether each load of these kinds is whole in LINES up to
# what the module said last; a load that nobody could follow may be missing, or
# end early, but has no hole and nothing that was not there
ends()
{
	ends_lines=$1
	ends_wrong=0
	shift
	while read -r which load head kind <&5; do
		last=$(end_of "$load" "$ends_lines") || ends_wrong=1
		tap_diag "life $which, $load, $kind: has $last of $((head - 1))"
		[ "$last" -le $((head + 4)) ] || ends_wrong=1
		[ "$kind" = fast ] || [ "$last" -ge $((head - 1)) ] || ends_wrong=1
	done 5<"$gc_tmp/lives"
	return $ends_wrong
}

gc_need recording_sql
gc_begin
gc_load_quietly ''
db=$gc_tmp/reload.db
: >"$gc_tmp/lives"
life=0
gone=0
guestclock monitor --history -o json >"$gc_tmp/monitor.json" 2>"$gc_tmp/monitor.err" &
monitor=$!
gc_pids="$gc_pids $monitor"
gc_record_start "$db"
clock_tool step 1000000
gc_wait_stored 10 1 || tap_bail "nothing is recorded: $(cat "$gc_recorder_log")"
clock_tool step -1000000
note slow
remove
wait_gone 1 && gone=1
round=0
while [ $round -lt $ROUNDS ]; do
	round=$((round + 1))
	slow_life
	fast_life
	fast_life
	blind_lives
done
begin_life
wait_followed 2
note slow
sleep 0.5
kill -INT $monitor
gc_reap $monitor 10
gc_record_stop

tap_diag "record said $(grep -c 'went away' "$gc_recorder_log") times that the module went," \
	"$(grep -c 'is back' "$gc_recorder_log") times that it came back, in $life lives"
[ $gone -gt $ROUNDS ] && [ "$(grep -c 'is back' "$gc_recorder_log")" -ge $ROUNDS ]
tap_result $? "record notices that the module goes and comes back"
gc_is_whole "$db"
tap_result $? "within each load no seq is missing undeclared, and none is there twice"
ends "$gc_tmp/exported"
tap_result $? "the recording has each load up to what the module said last"
ends "$gc_tmp/monitor.json"
tap_result $? "so has what monitor printed"
wrong_steps >"$gc_tmp/wrong"
sed 's/^/# in the wrong load: /' "$gc_tmp/wrong"
[ ! -s "$gc_tmp/wrong" ]
tap_result $? "no event is in another's load"
cut -d' ' -f2 "$gc_tmp/lives" | sort -u >"$gc_tmp/loads"
recording_sql "$db" "SELECT DISTINCT load_id FROM ($gc_ranges)" >"$gc_tmp/known"
strange=$(awk 'NR == FNR { own[$1]; next } !($1 in own)' "$gc_tmp/loads" "$gc_tmp/known" | wc -l)
tap_diag "$(wc -l <"$gc_tmp/known") loads recorded of $(wc -l <"$gc_tmp/loads"), $strange strange"
[ "$strange" -eq 0 ] && [ "$(wc -l <"$gc_tmp/loads")" -eq $((life + 1)) ]
tap_result $? "and every load has an id of its own"
lost=$(recording_sql "$db" "SELECT count(*) FROM lost")
[ "$gc_record_status" -eq $((lost ? 4 : 0)) ]
tap_result $? "the exit status tells whether anything was lost ($lost ranges)"
gc_end
