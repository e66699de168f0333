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

# remove: whoever follows may be asking the module something at this moment
remove()
{
	gc_until 60 gc_rmmod || tap_bail "rmmod: $(cat "$gc_tmp/rmmod.err")"
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

# has_load LOAD SEQ: whether the recording has so much of the load
has_load()
{
	recording_sql "$db" "SELECT count(*) FROM ($gc_ranges)
		WHERE load_id = '$1' AND last >= $2" 2>/dev/null | grep -qvx 0
}

# wait_followed SEQ: until the recording has SEQ of the load that is there
wait_followed()
{
	gc_until 60 has_load "$(timeout 20 guestclock status -o json | jq -r '.load_id // empty')" "$1" ||
		tap_diag "life $life is not followed"
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

# monitor_caught_up: with the last life
monitor_caught_up()
{
	tail -n 1 "$gc_tmp/lives" >"$gc_tmp/last"
	read -r _ load head _ <"$gc_tmp/last"
	[ "$(end_of "$load" "$gc_tmp/monitor.json")" -ge $((head - 1)) ]
}

# said_gone COUNT: record has said so often that the module went away
said_gone()
{
	[ "$(grep -c 'went away' "$gc_recorder_log")" -ge "$1" ]
}

wait_gone()
{
	gc_until 60 said_gone "$1" || { tap_diag "record did not notice"; return 1; }
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

# ends LINES WHO: whether each load is whole in LINES up to what the module said last.
# One that was gone at once may be missing, or end early, and is told; but it has no
# hole and nothing that was not there.
ends()
{
	ends_wrong=0
	ends_short=
	while read -r which load head kind <&5; do
		last=$(end_of "$load" "$1") || ends_wrong=1
		tap_diag "life $which, $load, $kind: has $last of $((head - 1))"
		[ "$last" -le $((head + 4)) ] || ends_wrong=1
		if [ "$last" -lt $((head - 1)) ]; then
			[ "$kind" = fast ] || ends_wrong=1
			ends_short="$ends_short life $which: $last of $((head - 1));"
		fi
	done 5<"$gc_tmp/lives"
	tap_result $ends_wrong "$2 has each followed load up to what the module said last"
	if [ -n "$ends_short" ]; then
		tap_skip "$2 has all of the loads that were gone at once" "$ends_short"
	else
		tap_result 0 "$2 has all of the loads that were gone at once"
	fi
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
gc_wait_stored 60 1 || tap_bail "nothing is recorded: $(cat "$gc_recorder_log")"
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
gc_until 60 monitor_caught_up
kill -INT $monitor
gc_reap $monitor 10
gc_record_stop

tap_diag "record said $(grep -c 'went away' "$gc_recorder_log") times that the module went," \
	"$(grep -c 'is back' "$gc_recorder_log") times that it came back, in $life lives"
[ $gone -gt $ROUNDS ] && [ "$(grep -c 'is back' "$gc_recorder_log")" -ge $ROUNDS ]
tap_result $? "record notices that the module goes and comes back"
gc_is_whole "$db"
tap_result $? "within each load no seq is missing undeclared, and none is there twice"
ends "$gc_tmp/exported" "the recording"
ends "$gc_tmp/monitor.json" "what monitor printed"
wrong_steps >"$gc_tmp/wrong"
sed 's/^/# in the wrong load: /' "$gc_tmp/wrong"
[ ! -s "$gc_tmp/wrong" ]
tap_result $? "no event is in another's load"
cut -d' ' -f2 "$gc_tmp/lives" | sort -u >"$gc_tmp/loads"
recording_sql "$db" "SELECT DISTINCT load_id FROM ($gc_ranges)" >"$gc_tmp/known"
strange=$(awk 'NR == FNR { own[$1]; next } !($1 in own)' "$gc_tmp/loads" "$gc_tmp/known" | wc -l)
tap_diag "$(wc -l <"$gc_tmp/known") loads recorded of $(wc -l <"$gc_tmp/loads"), $strange strange"
[ "$strange" -eq 0 ] && [ "$(wc -l <"$gc_tmp/loads")" -eq $((life + 1)) ]
tap_result $? "every load has an id of its own"
lost=$(recording_sql "$db" "SELECT count(*) FROM lost")
[ "$gc_record_status" -eq $((lost ? 4 : 0)) ]
tap_result $? "the exit status tells whether anything was lost ($lost ranges)"
gc_end
