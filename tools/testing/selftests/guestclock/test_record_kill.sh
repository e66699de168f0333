#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kill -9 of record at random moments while events keep coming: the recording is
# sound, has everything up to the last "stored seq=N", and the next run goes on
# without a hole.
#
#   GUESTCLOCK_SEED  repeats the moments of another run
#
# Tags: recording

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

case ${GUESTCLOCK_COUNT:-check} in
soak) KILLS=50 ;;
*) KILLS=3 ;;
esac
SEED=${GUESTCLOCK_SEED:-$(date +%s)}

# moments: so many microseconds after its start each run is killed, the first one
# after it has stored something; others may be in the midst of beginning.
moments()
{
	awk -v seed="$SEED" -v kills=$KILLS 'BEGIN {
		srand(seed)
		for (i = 0; i < kills; i++)
			print int(20000 + rand() * 1500000)
	}'
}

# keep_stepping: events for as long as the test runs, in bursts of each kind
keep_stepping()
{
	while :; do
		clock_tool steps 20
		clock_tool steps 20 5000
	done
}

# copy_remains: what the killed run left, so that looking at it repairs nothing
# for the next run
copy_remains()
{
	rm -f "$copy" "$copy"-*
	cp "$db" "$copy"
	[ ! -e "$db-wal" ] || cp "$db-wal" "$copy-wal"
}

# kill_one MICROSECONDS: one run and what it leaves
kill_one()
{
	gc_record_start "$db"
	[ -s "$db" ] || gc_wait_stored 30 1
	gc_sleep_us "$1"
	kill -KILL "$gc_recorder"
	wait "$gc_recorder" 2>/dev/null
	said=$(sed -n 's/^stored seq=//p' "$gc_recorder_log" | tail -n 1)
	: "${said:=0}"
	[ "$said" -eq 0 ] || told=$((told + 1))
	kept=0
	if [ -s "$db" ]; then
		copy_remains
		gc_is_whole "$copy" || { tap_diag "after $1 us: not whole"; return 1; }
		kept=$(gc_last_seq "$copy")
	fi
	tap_diag "killed after $1 us: said $said, kept $kept"
	[ "$kept" -ge "$said" ] && [ "$kept" -ge "$kept_before" ] || return 1
	kept_before=$kept
}

# is_quiet: no event came during a tenth of a second
is_quiet()
{
	quiet_head=$(gc_head)
	sleep 0.1
	[ "$(gc_head)" = "$quiet_head" ]
}

gc_need recording_sql
gc_begin
tap_diag "seed $SEED"
gc_load_quietly '' log_size=65536
db=$gc_tmp/kill.db
copy=$gc_tmp/copy.db
told=0
kept_before=0
good=0
keep_stepping &
stepper=$!
gc_pids="$gc_pids $stepper"
moments >"$gc_tmp/moments"
while read -r moment <&5; do
	kill_one "$moment" && good=$((good + 1))
done 5<"$gc_tmp/moments"
[ $good -eq $KILLS ]
tap_result $? "$KILLS times killed, each time sound and all there that was said"
tap_diag "$told runs had stored events when they were killed"
[ $told -gt 0 ]
tap_result $? "some runs had stored events when they were killed"

gc_record_start "$db"
gc_wait_stored 30 $((kept_before + 1))
kill $stepper
wait $stepper 2>/dev/null
gc_until 60 is_quiet
head=$(gc_head)
gc_wait_stored 20 $((head - 1))
gc_record_stop
# Steps in quick succession may overflow the module's staging: that is an event,
# which the exit status tells of, and no loss of the recorder's.
[ "$(gc_stat lost_events)" -eq 0 ] || [ "$gc_record_status" -ne 4 ] || gc_record_status=0
[ "$gc_record_status" -eq 0 ] && [ "$(recording_sql "$db" "SELECT count(*) FROM lost")" = 0 ]
tap_result $? "the last run goes on and ends well, and no run lost anything"
gc_is_whole "$db" && [ "$(gc_last_seq "$db")" -ge $((head - 1)) ]
tap_result $? "the recording of the last run has every seq from 1 to the module's head"
variants=$(recording_sql "$db" "SELECT count(*) FROM events WHERE variant > 0")
tap_diag "$head events of $KILLS killed runs and a last one"
[ "$variants" = 0 ]
tap_result $? "no event was stored twice"
gc_end
