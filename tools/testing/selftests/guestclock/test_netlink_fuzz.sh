#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Generated and spoiled netlink messages: each that asks for an answer gets the
# one that its bytes call for, whoever sends it and whatever happens meanwhile,
# and nothing is left of them in the kernel.
#
#   GUESTCLOCK_SEED  repeats the messages of another run
#
# Tags: fuzz

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_leak.sh"

case ${GUESTCLOCK_COUNT:-check} in
soak) MESSAGES=200000 MORE=0 UNLOADS=50 ;;
*) MESSAGES=2000 MORE=4000 UNLOADS=2 ;;
esac
SEED=${GUESTCLOCK_SEED:-$(date +%s)}
NOBODY=65534

# fuzz PERCENT CODES DESCRIPTION COMMAND...: that part of the messages; each code
# has to be among the answers, or the messages are not what they should be
fuzz()
{
	fuzz_count=$((MESSAGES * $1 / 100))
	fuzz_codes=$2
	fuzz_what=$3
	fuzz_began=$(gc_uptime_ms)
	shift 3
	"$@" -s "$SEED" -n $fuzz_count >"$gc_tmp/fuzz.out" 2>&1
	fuzz_status=$?
	cat "$gc_tmp/fuzz.out"
	for fuzz_code in $fuzz_codes; do
		grep -q " $fuzz_code [0-9]" "$gc_tmp/fuzz.out" || {
			tap_diag "not one answer was $fuzz_code"
			fuzz_status=1
		}
	done
	tap_diag "in $(($(gc_uptime_ms) - fuzz_began)) ms"
	tap_result $fuzz_status "$fuzz_what: $fuzz_count messages, each answered as it should be"
}

make_events()
{
	while :; do
		echo 300 >"$GC_DEBUGFS/inject/commit"
		echo 40 >"$GC_DEBUGFS/inject/stage"
		clock_tool steps 2
		sleep 0.02
	done 2>/dev/null
}

# come_and_go: load and unload the module while $gc_tmp/coming is there; a dump that
# is being read holds it for a moment
come_and_go()
{
	while [ -e "$gc_tmp/coming" ]; do
		rmmod guestclock && echo gone >>"$gc_tmp/gone"
		[ -d /sys/module/guestclock ] || gc_insmod log_size=256
		sleep 0.03
	done 2>/dev/null
}

times_gone()
{
	wc -l <"$gc_tmp/gone"
}

# fuzz_coming_and_going MESSAGES: in many runs, until the module has gone away
# often enough; one that is not long enough for that sends more
fuzz_coming_and_going()
{
	: >"$gc_tmp/gone"
	: >"$gc_tmp/coming"
	come_and_go &
	coming=$!
	gc_pids="$gc_pids $coming"
	runs=0
	fuzz_until=$(($(gc_uptime_ms) + 60000 * GC_SCALE))
	while [ $runs -lt 10 ] || [ "$(times_gone)" -lt $UNLOADS ]; do
		netlink_fuzz -c -s $((SEED + runs)) -n $(($1 / 10)) >"$gc_tmp/fuzz.out" 2>&1 || {
			cat "$gc_tmp/fuzz.out"
			break
		}
		runs=$((runs + 1))
		[ "$(gc_uptime_ms)" -lt $fuzz_until ] || break
	done
	tail -n 1 "$gc_tmp/fuzz.out"
	# Killed in the midst it could leave an rmmod behind.
	rm "$gc_tmp/coming"
	wait $coming
	gc_stop_all
	tap_diag "$runs times $(($1 / 10)) messages, unloaded $(times_gone) times"
	[ $runs -ge 10 ] && [ "$(times_gone)" -ge $UNLOADS ]
}

gc_begin
gc_readers="with messages at any time"
tap_diag "seed $SEED"
gc_load_quietly "$GUESTCLOCK_INJECT_KO" log_size=256
clock_tool steps 300
# The first messages of all fill caches.
netlink_fuzz -s $((SEED + 1)) -n 300 >"$gc_tmp/warm" || cat "$gc_tmp/warm"
gc_leak_begin
fuzz 40 "OK EINVAL EOPNOTSUPP ENOENT" "root" netlink_fuzz
fuzz 15 "OK EINVAL EOPNOTSUPP EPERM" "an ordinary user" run_as $NOBODY netlink_fuzz -u
fuzz 10 "OK EINVAL EOPNOTSUPP EPERM" "root of a user namespace" \
	run_as $NOBODY unshare -r netlink_fuzz -u
fuzz 5 "OK ENOENT" "another network namespace" netlink_fuzz -o
[ "$(cat /sys/module/guestclock/refcnt)" -eq 0 ]
tap_result $? "no message left a reference to the module"
# A leak has to stand out from what else comes and goes.
netlink_fuzz -s $((SEED + 2)) -n $MORE >"$gc_tmp/more" || cat "$gc_tmp/more"
gc_leak_result $((MESSAGES * 70 / 100 + MORE)) "no message left memory behind"

if [ -n "$GUESTCLOCK_INJECT_KO" ]; then
	make_events &
	gc_pids="$gc_pids $!"
	fuzz 20 "OK EINVAL" "while events are made" netlink_fuzz
	gc_stop_all
else
	tap_skip "while events are made" "no module that injects: set GUESTCLOCK_INJECT_KO"
fi

fuzz_coming_and_going $((MESSAGES * 10 / 100))
tap_result $? "each message is answered as it should be while the module comes and goes"

[ -d /sys/module/guestclock ] || gc_insmod log_size=256
clock_tool steps 2
timeout 20 guestclock tsc --measure >/dev/null && [ "$(gc_head)" -gt 1 ]
tap_result $? "the module works after all those messages"
gc_end
