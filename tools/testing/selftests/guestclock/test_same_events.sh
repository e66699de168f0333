#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# One story, three witnesses: the kernel's own YNL client with nothing but our
# spec, the tracepoint, and guestclock. Field by field they say the same.
#
#   GUESTCLOCK_YNL   cli.py of a kernel source tree's tools/net/ynl
#   GUESTCLOCK_SPEC  Documentation/netlink/specs/guestclock.yaml
#
# Tags: witnesses

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

TRACING=/sys/kernel/tracing
TRACE_EVENT=$TRACING/events/guestclock/event

same()
{
	timeout 60 python3 "$GC_DIR/same_events.py" "$@"
}

ynl()
{
	timeout 60 python3 -u "$GUESTCLOCK_YNL" --spec "$GUESTCLOCK_SPEC" --no-schema \
		--output-json "$@"
}

# ask_all OPERATION...: all at once, as the YNL client takes long to start
ask_all()
{
	askers=
	for operation in "$@"; do
		mode=--dump
		case $operation in status-get | clocksource-get | tsc-measure) mode=--do ;; esac
		ynl $mode "$operation" >"$gc_tmp/$operation.json" 2>"$gc_tmp/$operation.err" &
		askers="$askers $!"
	done
	# shellcheck disable=SC2086
	wait $askers
	for operation in "$@"; do
		sed "s/^/# $operation: /" "$gc_tmp/$operation.err"
	done
}

# snapshot OPERATION VERB FILTER: what the YNL client was told and what guestclock
# is, of which jq's FILTER leaves what came by that operation
snapshot()
{
	timeout 20 guestclock "$2" -o json | jq -c "$3" >"$gc_tmp/client.json"
	same rows "$gc_tmp/client.json" "$gc_tmp/$1.json"
	tap_result $? "YNL reads $1 as guestclock $2 does"
}

inject()
{
	[ ! -d $GC_DEBUGFS/inject ] || echo "$2" >$GC_DEBUGFS/inject/"$1"
}

# wait_lines FILE COUNT SECONDS
wait_lines()
{
	lines_tries=0
	while [ "$(wc -l <"$1")" -lt "$2" ] && [ $lines_tries -lt $(($3 * 10)) ]; do
		lines_tries=$((lines_tries + 1))
		sleep 0.1
	done
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# other_clocksource: one that is not the current one
other_clocksource()
{
	tr ' ' '\n' <$GC_CLOCKSOURCE/available_clocksource |
		grep -vx -e "$(gc_clocksource)" -e '' | head -n 1
}

# happen: events of all the types that can be had
happen()
{
	clock_tool step 5000000
	other=$(other_clocksource)
	was=$(gc_clocksource)
	[ -z "$other" ] || { gc_set_clocksource "$other"; gc_set_clocksource "$was"; }
	inject commit 5
	inject stage 200
	clock_tool step -5000000
	! command -v hostctl >/dev/null || hostctl pause 1 | sed 's/^/# /'
	sleep 0.5
}

[ -n "$GUESTCLOCK_YNL" ] && [ -n "$GUESTCLOCK_SPEC" ] ||
	tap_skip_all "no YNL client: set GUESTCLOCK_YNL and GUESTCLOCK_SPEC"
command -v python3 >/dev/null || tap_skip_all "needs python3 in PATH"
gc_begin
[ -e $TRACING/trace ] || mount -t tracefs tracefs $TRACING 2>/dev/null

# Polls so far apart that nothing moves between two looks.
gc_load_quietly '' poll_interval_ms=60000 tsc_sweep_period_ms=0
clock_tool step 1000000
timeout 20 guestclock tsc --measure >/dev/null
ask_all pvclock-get tsc-get clocksource-get observer-get status-get
snapshot pvclock-get pvclock 'del(.flag_names)'
snapshot tsc-get tsc .
snapshot clocksource-get clocksource '{name, rating, flags, vdso_clock_mode, switches, steps,
	offs_real_ns, tsc_unstable, marks}'
snapshot observer-get status '.observers[]'
snapshot status-get status 'del(.observers, .health, .client_version, .clocksource,
	.clocksource_available, .watchdog, .tsc, .tsc_sweep)'

gc_load_quietly "$GUESTCLOCK_INJECT_KO"
[ -e $TRACE_EVENT/enable ] || tap_bail "no tracepoint: $TRACE_EVENT"
echo >$TRACING/trace
echo 1 >$TRACE_EVENT/enable
clock_tool step 1000000
sleep 0.2
grep ': event: ' $TRACING/trace | sed 's/^ */# /'
# The kernel's watchdog may have had a round before.
[ "$(grep -c 'event: seq=[0-9]* type=clock_step ' $TRACING/trace)" -eq 1 ]
tap_result $? "the tracepoint fires when nobody listens on netlink"

db=$gc_tmp/same.db
gc_record_start "$db"
ynl --subscribe events >"$gc_tmp/stream.json" 2>"$gc_tmp/stream.err" &
reader=$!
gc_pids="$gc_pids $reader"
tries=0
while [ ! -s "$gc_tmp/stream.json" ] && [ $tries -lt 100 ]; do
	tries=$((tries + 1))
	clock_tool step 1000000
	clock_tool step -1000000
	sleep 0.2
done
happen
head=$(gc_head)
gc_wait_stored 10 $((head - 1))
gc_record_stop
first=$(sed -n '1s/.*"seq": \([0-9]*\),.*/\1/p' "$gc_tmp/stream.json")
wait_lines "$gc_tmp/stream.json" $((head - ${first:-1})) 10 || tap_diag "the stream is short"
cp $TRACING/trace "$gc_tmp/trace"
ask_all event-get tsc-measure
kill $reader
wait $reader 2>/dev/null
sed 's/^/# ynl: /' "$gc_tmp/stream.err"
echo 0 >$TRACE_EVENT/enable

guestclock export "$db" >"$gc_tmp/export.json"
types=$(jq -r .type "$gc_tmp/export.json" | sort | uniq -c | tr -s ' \n' ' ')
tap_diag "types:$types"
[ "$(echo "$types" | grep -cw clock_step)" -eq 1 ] &&
	[ "$(echo "$types" | grep -cw clocksource_switch)" -eq 1 ]
tap_result $? "there were events of several types"
same trace "$gc_tmp/export.json" "$gc_tmp/trace"
tap_result $? "tracefs and guestclock export show the same events"
same ynl "$gc_tmp/export.json" "$gc_tmp/event-get.json"
tap_result $? "so does YNL's dump of the log"
same ynl "$gc_tmp/export.json" "$gc_tmp/stream.json"
tap_result $? "so does YNL's stream from its beginning on"

[ ! -s "$gc_tmp/tsc-measure.err" ] && [ "$(guestclock tsc -o json | jq -r .state | sort -u |
	grep -c not_measured)" -eq 0 ]
tap_result $? "YNL can ask for a measurement"
gc_end
