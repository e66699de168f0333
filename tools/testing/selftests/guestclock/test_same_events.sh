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
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_tsc.sh"
. "$GC_DIR/lib_mark.sh"

MOVED_CYCLES=1000000
JUMP_CYCLES=100000000
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

# has_lines FILE COUNT
has_lines()
{
	[ "$(wc -l <"$1")" -ge "$2" ]
}

# other_clocksource: one that is not the current one
other_clocksource()
{
	tr ' ' '\n' <$GC_CLOCKSOURCE/available_clocksource |
		grep -vx -e "$(gc_clocksource)" -e '' | head -n 1
}

# move_tsc: an adjustment of another CPU's TSC, and the offset that comes of it
move_tsc()
{
	spin "$victim" &
	spinner=$!
	gc_pids="$gc_pids $spinner"
	timeout 20 guestclock tsc --measure --cpu "$victim" >/dev/null
	was_adjusted=$(msr_tool read "$victim" $TSC_ADJUST)
	gc_on_exit put_back
	for _ in 1 2 3 4 5; do
		msr_tool write "$victim" $TSC_ADJUST $((was_adjusted + MOVED_CYCLES))
		timeout 20 guestclock tsc --measure --cpu "$victim" >/dev/null
		! occurred tsc_adjust tsc_offset || break
		tap_diag "the kernel took the injected offset back before it was measured"
	done
	put_back
	kill $spinner
	wait $spinner 2>/dev/null
}

put_back()
{
	msr_tool write "$victim" $TSC_ADJUST "$was_adjusted"
}

# occurred TYPE...: whether the tracepoint told of an event of each type
occurred()
{
	for occurred_type in "$@"; do
		grep -q ": event: .* type=$occurred_type " $TRACING/trace || return 1
	done
}

# happen: events of all the types that can be had, which are in $must
happen()
{
	must="clock_step clocksource_switch clocksource_unstable watchdog_round"
	if tsc_injects "$victim"; then
		must="$must tsc_adjust tsc_offset"
		move_tsc
	else
		tap_skip "a TSC that was moved" "$NO_INJECTION"
	fi
	gc_test_module_with canary=1
	jump_canary $JUMP_CYCLES
	clock_tool step 5000000
	other=$(other_clocksource)
	was=$(gc_clocksource)
	[ -z "$other" ] || { gc_set_clocksource "$other"; gc_set_clocksource "$was"; }
	inject commit 5
	inject stage 200
	clock_tool step -5000000
	if command -v hostctl >/dev/null && gc_available kvm-clock; then
		must="$must pvclock_update"
		hostctl pause 1 | sed 's/^/# /'
	else
		tap_skip "a pause of the VM" "no hostctl, or no kvm-clock"
	fi
	# shellcheck disable=SC2086 # a list of names
	gc_until 60 occurred $must
}

[ -n "$GUESTCLOCK_YNL" ] && [ -n "$GUESTCLOCK_SPEC" ] ||
	tap_skip_all "no YNL client: set GUESTCLOCK_YNL and GUESTCLOCK_SPEC"
command -v python3 >/dev/null || tap_skip_all "needs python3 in PATH"
victim=$(gc_cpus | tail -n 1)
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
gc_until 60 occurred clock_step
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
gc_until 60 has_lines "$gc_tmp/stream.json" $((head - ${first:-1})) || tap_diag "the stream is short"
cp $TRACING/trace "$gc_tmp/trace"
ask_all event-get tsc-measure
kill $reader
wait $reader 2>/dev/null
sed 's/^/# ynl: /' "$gc_tmp/stream.err"
echo 0 >$TRACE_EVENT/enable

guestclock export "$db" >"$gc_tmp/export.json"
jq -r .type "$gc_tmp/export.json" | sort | uniq -c | sed 's/^ */# types: /'
missing=
for type in $must; do
	grep -q "\"type\":\"$type\"" "$gc_tmp/export.json" || missing="$missing $type"
done
tap_diag "of $must:${missing:- nothing} is missing"
[ -z "$missing" ]
tap_result $? "events of every type that can be had were recorded"
same trace "$gc_tmp/export.json" "$gc_tmp/trace"
tap_result $? "tracefs and guestclock export show the same events"
same ynl "$gc_tmp/export.json" "$gc_tmp/event-get.json"
tap_result $? "YNL's dump of the log and guestclock export show the same events"
same ynl "$gc_tmp/export.json" "$gc_tmp/stream.json"
tap_result $? "YNL's stream and guestclock export show the same events from its beginning on"

[ ! -s "$gc_tmp/tsc-measure.err" ] && [ "$(guestclock tsc -o json | jq -r .state | sort -u |
	grep -c not_measured)" -eq 0 ]
tap_result $? "YNL can ask for a measurement"
gc_end
