#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The rows of each verb as JSON, as CSV and as text: the same values. The module looks
# at nothing meanwhile, so that rows stay as they are.
#
# Tags: clocks

. "$(dirname "$0")/lib.sh"
. "$GC_DIR/lib_record.sh"

PVCLOCK_HEADS="CPU:cpu STATE:state VERSION:version TSC_TIMESTAMP:tsc_timestamp
	SYSTEM_TIME(ns):system_time_ns MUL:tsc_to_system_mul SHIFT:tsc_shift FLAGS:flag_names
	TSC(Hz):tsc_hz KVMCLOCK(ns):kvmclock_ns AGE(ns):age_ns UPDATES:updates
	LAST_JUMP(ns):last_discontinuity_ns"
TSC_HEADS="CPU:cpu REF:ref_cpu STATE:state OFFSET(cycles):offset_cycles
	BOUND(cycles):bound_cycles OFFSET(ns):offset_ns BOUND(ns):bound_ns
	ADJUST(cycles):adjust_cycles DRIFT(ppb):drift_ppb BOUND(ppb):drift_bound_ppb NOTE:note"

# values_of_json FILE: "ROW KEY VALUE" of all that is there, nested rows as CSV has them
values_of_json()
{
	jq -n -r 'def flat($p): to_entries[] | .key as $k | .value |
			if type == "object" then flat($p + $k + "_")
			elif . == null or . == [] or . == "" then empty
			elif type == "array" then "\($p)\($k) \(join(" "))"
			else "\($p)\($k) \(.)" end;
		foreach inputs as $row (0; . + 1; . as $n | $row | "\($n) \(flat(""))")' "$1"
}

# values_of_csv FILE: the same; fails where a row is not as long as the header
values_of_csv()
{
	awk '
		function fields(line, out,    n, field) {
			n = 0
			line = line ","
			while (line != "") {
				if (match(line, /^"([^"]|"")*",/)) {
					field = substr(line, 2, RLENGTH - 3)
					gsub(/""/, "\"", field)
				} else {
					match(line, /^[^,"]*,/)
					field = substr(line, 1, RLENGTH - 1)
				}
				if (RLENGTH < 1) {
					bad = 1
					return n
				}
				out[++n] = field
				line = substr(line, RLENGTH + 1)
			}
			return n
		}
		NR == 1 { count = fields($0, key); next }
		{
			if (fields($0, value) != count)
				bad = 1
			for (i = 1; i <= count; i++)
				if (value[i] != "")
					print NR - 1, key[i], value[i]
		}
		END { exit bad || !count }' "$1"
}

# values_of_text FILE HEADS: the same of a table for people; a column of several words is
# the last one
values_of_text()
{
	awk -v heads="$2" '
		BEGIN {
			n = split(heads, pair)
			for (i = 1; i <= n; i++) {
				split(pair[i], p, ":")
				key[p[1]] = p[2]
			}
		}
		$1 == "CPU" {
			count = NF
			for (i = 1; i <= NF; i++) {
				column[i] = key[$i]
				bad += !($i in key)
			}
			next
		}
		!count || !NF { next }
		{
			rows++
			for (i = 1; i <= count; i++) {
				cell = $i
				for (j = count + 1; i == count && j <= NF; j++)
					cell = cell " " $j
				if (cell != "-")
					print rows, column[i], cell
			}
		}
		END { exit bad > 0 || !count }' "$1"
}

# forms VERB...: $gc_tmp/json and csv are the values that it prints, .keys their keys
forms()
{
	for form in json csv; do
		timeout 60 guestclock "$@" -o $form >"$gc_tmp/out.$form" 2>"$gc_tmp/err" || {
			tap_diag "guestclock $* -o $form: status $?: $(head -n 1 "$gc_tmp/err")"
			return 1
		}
		values_of_$form "$gc_tmp/out.$form" | sort >"$gc_tmp/$form"
	done
	values_of_csv "$gc_tmp/out.csv" >/dev/null || {
		tap_diag "guestclock $* -o csv: $(head -n 2 "$gc_tmp/out.csv" | tr '\n' '|')"
		return 1
	}
	[ -s "$gc_tmp/json" ]
}

# same VERB...: the same values, by JSON and by CSV
same()
{
	forms "$@" || return 1
	diff "$gc_tmp/json" "$gc_tmp/csv" >"$gc_tmp/diff" && return 0
	head -n 6 "$gc_tmp/diff" | sed 's/^/# /'
	return 1
}

# alike VERB...: what measures anew has the same rows and columns at least
alike()
{
	forms "$@" || return 1
	cut -d ' ' -f 2 "$gc_tmp/json" | sort -u >"$gc_tmp/keys"
	head -n 1 "$gc_tmp/out.csv" | tr ',' '\n' | sort >"$gc_tmp/columns"
	grep -vxF -f "$gc_tmp/columns" "$gc_tmp/keys" | sed 's/^/# no column: /'
	[ "$(wc -l <"$gc_tmp/out.json")" -eq $(($(wc -l <"$gc_tmp/out.csv") - 1)) ] &&
		! grep -qvxF -f "$gc_tmp/columns" "$gc_tmp/keys"
}

# text_too VERB HEADS: and what its table shows is what JSON has
text_too()
{
	timeout 60 guestclock "$1" >"$gc_tmp/text.out" || return 1
	values_of_text "$gc_tmp/text.out" "$2" | sort >"$gc_tmp/text"
	[ -s "$gc_tmp/text" ] && status=0 || status=1
	echo "$2" | tr -s ' \t\n' '\n' | cut -d : -f 2 >"$gc_tmp/shown"
	awk 'NR == FNR { shown[$1]; next } $2 in shown' "$gc_tmp/shown" "$gc_tmp/json" >"$gc_tmp/wanted"
	diff "$gc_tmp/wanted" "$gc_tmp/text" >"$gc_tmp/diff" && return $status
	head -n 6 "$gc_tmp/diff" | sed 's/^/# /'
	return 1
}

# history FORM: the events so far
history()
{
	guestclock monitor --history -o "$1" >"$gc_tmp/out.$1" &
	history_pid=$!
	gc_until 60 has_lines "$gc_tmp/out.$1" "$2"
	kill $history_pid
	wait $history_pid
}

has_lines()
{
	[ "$(wc -l <"$1")" -ge "$2" ]
}

gc_begin
gc_load_quietly '' poll_interval_ms=60000 tsc_sweep_period_ms=0
timeout 60 guestclock tsc --measure >/dev/null

if gc_available kvm-clock; then
	same pvclock && text_too pvclock "$PVCLOCK_HEADS"
	tap_result $? "pvclock has the same values as JSON, CSV and text"
else
	tap_skip "pvclock has the same values as JSON, CSV and text" "no kvm-clock, no rows"
fi
same tsc && text_too tsc "$TSC_HEADS"
tap_result $? "tsc has the same values as JSON, CSV and text"
same tsc --info
tap_result $? "tsc --info has the same values as JSON and CSV"
same tsc --sweeps
tap_result $? "tsc --sweeps has the same values as JSON and CSV"
alike clocksource
tap_result $? "clocksource has the same columns as JSON and CSV"
if [ "$(gc_cpus | wc -l)" -gt 1 ]; then
	alike tsc --matrix
	tap_result $? "tsc --matrix has the same columns as JSON and CSV"
else
	tap_skip "tsc --matrix has the same columns as JSON and CSV" "one CPU"
fi
alike clocksource --cross-check=1
tap_result $? "clocksource --cross-check has the same columns as JSON and CSV"
alike check --monotonic 1s
tap_result $? "check --monotonic has the same columns as JSON and CSV"

clock_tool steps 4
events=$(($(gc_head) - 1))
history json $events
history csv $((events + 1))
history text $events
for form in json csv; do
	values_of_$form "$gc_tmp/out.$form" | awk -v n="$events" '$1 <= n' | sort >"$gc_tmp/$form"
done
diff "$gc_tmp/json" "$gc_tmp/csv" >"$gc_tmp/diff"
status=$?
head -n 6 "$gc_tmp/diff" | sed 's/^/# /'
[ "$events" -ge 4 ] && [ -s "$gc_tmp/json" ] && [ $status -eq 0 ]
tap_result $? "the events of monitor have the same values as JSON and CSV"
jq -r '"\(.seq) \(.type)"' "$gc_tmp/out.json" | head -n "$events" >"$gc_tmp/wanted"
awk '{ print $1, $4 }' "$gc_tmp/out.text" | head -n "$events" |
	diff "$gc_tmp/wanted" - >"$gc_tmp/diff"
status=$?
head -n 6 "$gc_tmp/diff" | sed 's/^/# /'
[ $status -eq 0 ]
tap_result $? "the events of monitor are the same as text"

gc_end
