# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The table at the end of a matrix: tests down, guests across.

# matrix_table RESULTS: each cell has the cases that passed, failed (F) and were
# skipped (S), and the seconds; "." is a test that this guest does not run. The
# last line is for whole boots: preparing, booting, testing.
matrix_table()
{
	awk '
	function cell(key) {
		if (!(key in passed)) return "."
		return passed[key] (failed[key] ? "," failed[key] "F" : "") \
			(skipped[key] ? "," skipped[key] "S" : "") \
			sprintf(" %ds", seconds[key])
	}
	function known(list, name, total) {
		for (at = 1; at <= total; at++)
			if (list[at] == name) return 1
		return 0
	}
	{
		guest = $1 " " $2
		if (!known(guests, guest, guest_count)) guests[++guest_count] = guest
	}
	$3 == "time" { whole[guest] += $5 }
	$3 == "retry" { repeated[$4]++ }
	$3 == "pass" || $3 == "fail" || $3 == "skip" {
		name = $4; sub(/^test_/, "", name); sub(/\.sh$/, "", name)
		if (!known(tests, name, test_count)) tests[++test_count] = name
		key = guest " " name
		seconds[key] += $5; passed[key] += $6
		failed[key] += $7; skipped[key] += $8
	}
	END {
		for (line = 1; line <= 2; line++) {
			printf "%-20s", line == 1 ? "\nkernel" : "host"
			if (line == 1) printf " "
			for (i = 1; i <= guest_count; i++) {
				split(guests[i], word, " ")
				printf " %9s", word[line]
			}
			print ""
		}
		for (t = 1; t <= test_count; t++) {
			printf "%-20s", tests[t]
			for (i = 1; i <= guest_count; i++)
				printf " %9s", cell(guests[i] " " tests[t])
			print ""
		}
		printf "%-20s", "(whole boots)"
		for (i = 1; i <= guest_count; i++)
			printf " %9s", whole[guests[i]] "s"
		printf "\n\nboots repeated: %d died before the first line, " \
			"%d lost their emulated host, %d had a CPU go wrong, " \
			"%d gave the TSC up\n", repeated["unborn"],
			repeated["host"], repeated["cpu"], repeated["unfit"]
	}' "$1"
}
