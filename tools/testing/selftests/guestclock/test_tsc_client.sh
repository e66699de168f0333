#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# guestclock tsc: all pairs and their triangles, one CPU, rounds, settings; and what
# monitor, record and report make of a TSC that was moved.
#
# Tags: tsc-client
# Provokes: \[Firmware Bug\]: TSC ADJUST differs

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"
. "$GC_DIR/lib_tsc.sh"

MOVED=1000000

count()
{
	gc_cpus | wc -l
}

# Every pair once; as many triangles as three CPUs can be chosen, if all answered.
test_matrix()
{
	timeout 60 guestclock tsc --matrix -o json >"$gc_tmp/matrix.json"
	status=$?
	cpus=$(count)
	[ $status -eq 0 ] &&
		[ "$(wc -l <"$gc_tmp/matrix.json")" -eq $((cpus * (cpus - 1) / 2)) ] &&
		[ "$(jq -r '"\(.ref_cpu) \(.cpu)"' "$gc_tmp/matrix.json" | sort -u | wc -l)" \
			-eq $((cpus * (cpus - 1) / 2)) ] &&
		jq -e -s 'all(.ref_cpu < .cpu)' "$gc_tmp/matrix.json" >/dev/null
	tap_result $? "--matrix has every pair once, and its offsets agree"
	tap_diag "$(jq -r '"\(.ref_cpu)-\(.cpu): \(.state) \(.offset_cycles) +- \(.bound_cycles)"' \
		"$gc_tmp/matrix.json" | tr '\n' ',')"

	jq -e -s --argjson others $((cpus - 2)) \
		'all(.state == "ok") and
			all((.triangles // 0) == $others and (.triangles_open // 0) == 0)' \
		"$gc_tmp/matrix.json" >/dev/null
	tap_result $? "every pair is in a triangle with each other CPU, if there is one"

	timeout 60 guestclock tsc --matrix >"$gc_tmp/matrix"
	sed 's/^/# /' "$gc_tmp/matrix"
	missing=0
	for cpu in $(gc_cpus); do
		grep -q "^ *$cpu  .* - *\|^ *$cpu .*+-" "$gc_tmp/matrix" || missing=1
	done
	verdict="triangles of CPUs"
	[ "$cpus" -gt 2 ] || verdict="no three CPUs"
	[ $missing -eq 0 ] && grep -q "$verdict" "$gc_tmp/matrix"
	tap_result $? "the matrix for people has a line for every CPU, and a verdict"
}

# row OPTION...: sets rounds_wanted, rounds and the number of rows
row()
{
	timeout 20 guestclock tsc --measure "$@" -o json >"$gc_tmp/rows.json" || return 1
	rows=$(wc -l <"$gc_tmp/rows.json")
	wanted=$(jq -r .rounds_wanted "$gc_tmp/rows.json" | tail -n 1)
}

test_rows()
{
	row --cpu "$victim" --rounds 17 && [ "$rows" -eq 1 ] && [ "$wanted" = 17 ]
	tap_result $? "--cpu has one row, measured in as many rounds as asked for"
	timeout 20 guestclock tsc --cpu 4095 >/dev/null 2>"$gc_tmp/offline"
	[ $? -eq 3 ] && grep -q "CPU 4095 is not online" "$gc_tmp/offline"
	tap_result $? "a CPU that is not there is named"
	timeout 20 guestclock tsc --measure --cpu 4095 >/dev/null 2>"$gc_tmp/offline"
	[ $? -eq 3 ] && grep -q "no such CPU" "$gc_tmp/offline"
	tap_result $? "a CPU that is not there cannot be measured"

	timeout 20 guestclock tsc --measure >"$gc_tmp/tsc" && sed 's/^/# /' "$gc_tmp/tsc"
	missing=
	for line in tsc: verified: rate: sweeps: "events at:" cost: CPU; do
		grep -q "^ *$line" "$gc_tmp/tsc" || missing="$missing $line"
	done
	tap_diag "not told:${missing:- nothing}"
	[ -z "$missing" ]
	tap_result $? "the text tells what is known of all TSCs"
}

# setting NAME: as the module has it
setting()
{
	timeout 20 guestclock tsc --sweeps -o json | jq -r ".$1"
}

test_settings()
{
	timeout 20 guestclock tsc --set period=90s --set rounds=33 --set offset-threshold=2.5us \
		--set offset-hysteresis=500ns --set adjust-threshold=7 --sweeps >"$gc_tmp/set" &&
		[ "$(setting period_ms)" = 90000 ] && [ "$(setting rounds)" = 33 ] &&
		[ "$(setting offset_threshold_ns)" = 2500 ] &&
		[ "$(setting offset_hysteresis_ns)" = 500 ] &&
		[ "$(setting adjust_threshold_cycles)" = 7 ]
	tap_result $? "what is set is what the module has"
	sed 's/^/# /' "$gc_tmp/set"

	timeout 20 guestclock tsc --set rounds=5000 --sweeps >/dev/null 2>"$gc_tmp/refused"
	[ $? -eq 1 ] && [ "$(setting rounds)" = 33 ]
	tap_result $? "what the module refuses changes nothing"
	timeout 20 run_as 65534 guestclock tsc --set rounds=9 --sweeps >/dev/null 2>&1
	[ $? -eq 6 ] && [ "$(setting rounds)" = 33 ]
	tap_result $? "setting needs a privilege"
	timeout 20 guestclock tsc --set period=0 --set offset-threshold=1us \
		--set offset-hysteresis=250ns --set adjust-threshold=0 --sweeps |
		grep -q "^sweeps: *none"
	tap_result $? "no period is no sweeps"
}

# move CYCLES: 1 when the kernel took it back before it was measured
move()
{
	gc_adjust_by "$1"
	timeout 20 guestclock tsc --measure --cpu "$victim" >/dev/null
	gc_adjust_is "$1"
}

move_and_report()
{
	gc_adjust_keep "$victim"
	gc_background spin spin "$victim"
	gc_record_start "$gc_tmp/clock.db"
	timeout 20 guestclock tsc --measure --cpu "$victim" >/dev/null
	gc_until 30 move $MOVED || tap_diag "the kernel takes every offset back"
	move 0
	gc_wait_stored 30 $(($(gc_head) - 1))
	gc_record_stop
	timeout 20 guestclock monitor --history >"$gc_tmp/lines" 2>/dev/null &
	gc_pids="$gc_pids $!"
	gc_until 60 grep -q "tsc_adjust .* -> $gc_adjust_was cycles" "$gc_tmp/lines"
	timeout 20 guestclock report "$gc_tmp/clock.db" >"$gc_tmp/report"
	timeout 20 guestclock report -o json "$gc_tmp/clock.db" >"$gc_tmp/report.json"
	grep tsc_ "$gc_tmp/lines" | tail -n 4 | sed 's/^/# /'
	grep -A 6 tsc-skew "$gc_tmp/report" | sed 's/^/# /'
}

test_events()
{
	move_and_report
	grep -q "tsc_adjust .* $gc_adjust_was -> $((gc_adjust_was + MOVED)) cycles" "$gc_tmp/lines" &&
		grep -q "tsc_offset .* TSC +[0-9]* +- [0-9]* cycles against CPU" "$gc_tmp/lines"
	tap_result $? "monitor shows what was done and what came of it"
	jq -e -s --arg adjust "from $gc_adjust_was to $((gc_adjust_was + MOVED)) cycles" \
		'any(.class == "tsc-skew" and (.text | contains($adjust)) and
			(.text | contains("ahead of")) and (.evidence | length) == 2)' \
		"$gc_tmp/report.json" >/dev/null
	tap_result $? "the report names the cause of the offset"
}

victim=$(gc_cpus | tail -n 1)
[ "$victim" != 0 ] || tap_skip_all "one CPU: nothing to compare its TSC with"

gc_begin
gc_load
test_matrix
test_rows
test_settings
if tsc_injects "$victim"; then
	test_events
else
	tap_skip "a TSC that was moved, from event to report" "$NO_INJECTION"
fi
gc_end
