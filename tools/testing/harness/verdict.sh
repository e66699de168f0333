# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Judging a run from what it left behind. A run is good only if its record says
# so in full; silence, a missing line or a splat is a failure.

SPLAT='BUG:|WARNING:|Oops|Call Trace|general protection|kernel BUG at|Kernel panic|unable to handle|rcu:.*(stall|detected)|blocked for more than|soft lockup|hard LOCKUP|KASAN|UBSAN|KCSAN|kmemleak: [0-9]+ new|possible (recursive|circular) locking|inconsistent lock state|suspicious RCU|refcount_t:|list_(add|del) corruption|stack-protector|sysfs: cannot create duplicate|kobject_add_internal failed|\[Firmware (Bug|Warn)\]|\[Hardware Error\]|segfault at|trap invalid opcode'

# Lines that a healthy run may print, each with its reason:
# - the TSC offset tests write TSC_ADJUST; where the TSC is trusted the kernel
#   notices, says so and restores the register.
# - the emulated CPU model counts as vulnerable; the kernel recommends reading.
# - leaks are planted, FORGOTTEN_TIMES of them, and one must be found; that test,
#   the last of its guest, names all others.
SPLAT_ALLOWED='\[Firmware Bug\]: TSC ADJUST differs|WARNING: See https://kernel.org/doc/|kmemleak: [1-8] new suspected'

# splats FILE...: the kernel's own lines that must not be there.
splats()
{
	for splat_file; do
		[ -e "$splat_file" ] || continue
		tr -d '\r' <"$splat_file" |
			grep -aE '^(.*\])?.*\[ *[0-9]+\.[0-9]{6}\]' |
			grep -aE "$SPLAT" | grep -avE "$SPLAT_ALLOWED" |
			sed "s|^|${splat_file##*/}: |" || :
	done
}

# fetch_results RUN_DIR: unpacks the archives on the guest's result disk, the last
# one above the others, into RUN_DIR/results.
fetch_results()
{
	mkdir -p "$1/results"
	tar -x --ignore-zeros -C "$1" -f "$1/result.img" 2>"$1/results.log" || :
}

# judge RUN_DIR: writes RUN_DIR/verdict, one line per expected test,
#   pass|fail|skip NAME SECONDS PASSED FAILED SKIPPED REASON
# where the numbers count the test's own cases, and RUN_DIR/skips, one line
# "NAME CASE # SKIP REASON" per skipped case. A layer whose kernel complained
# and a record that is not whole are failures of their own. Reads RUN_ID,
# RUN_TESTS and RUN_END, and RUN_DIR/ended for the tests of earlier boots.
judge()
{
	judge_record=$1/record
	cat "$1/ended" "$1/results/record" >"$judge_record" 2>/dev/null || :
	judge_count=$(echo "$RUN_TESTS" | wc -w)
	: >"$1/skips"
	for judge_name in $RUN_TESTS; do
		judge_test "$1" "$judge_name"
	done >"$1/verdict"
	grep -qsx "complete $RUN_ID $judge_count" "$judge_record" ||
		echo "fail closing-record 0 0 1 0 $RUN_END and left no" \
			"closing line of its record" >>"$1/verdict"
	judge_kernels "$1" >>"$1/verdict"
}

# judge_test RUN_DIR NAME
judge_test()
{
	# shellcheck disable=SC2046
	set -- "$1" "$2" $(awk -v name="$2" \
		'$1 == "test" && $2 == name { print $3, $4; exit }' \
		"$judge_record" 2>/dev/null)
	if [ $# -lt 4 ]; then
		echo "fail $2 0 0 1 0 no result: $RUN_END"
		return 0
	fi
	sed -n "s/^# ok [0-9]* *\(.*# SKIP.*\)/$2 \1/p" \
		"$1/results/$2.log" >>"$1/skips"
	count_cases "$2" "$3" "$4" "$1/results/$2.log"
}

# count_cases NAME WORD SECONDS LOG: the verdict line of a test whose runner
# said WORD. A plan that was not kept, or a failed case under a good exit
# status, is a failure all the same.
count_cases()
{
	awk -v name="$1" -v word="$2" -v seconds="$3" '
	/^# ok [0-9]+.*# SKIP/ { skipped++; next }
	/^# ok [0-9]+/ { passed++; next }
	/^# not ok [0-9]+/ { failed++; if (reason == "") reason = substr($0, 3); next }
	/^# Bail out!/ { if (reason == "") reason = substr($0, 3); next }
	/^# 1\.\.0 # SKIP/ { whole = 1; reason = substr($0, 15); next }
	/^# 1\.\.[0-9]+/ { plan = substr($2, 4) + 0; planned = 1 }
	END {
		cases = passed + failed + skipped
		if (word == "skip") {
			skipped = 1; passed = 0; failed = 0
			if (reason == "") reason = "no reason given"
		} else {
			if (planned && plan != cases) {
				word = "fail"; failed++
				reason = "planned " plan " cases, ran " cases ". " reason
			}
			if (failed) word = "fail"
			if (word == "fail" && !failed) failed = 1
			if (word == "pass" && !cases) passed = 1
			if (word == "fail" && reason == "") reason = "see its log"
		}
		print word, name, seconds, passed + 0, failed + 0, skipped + 0, reason
	}' "$4"
}

# judge_kernels RUN_DIR: splats of every layer, and the guest's taint. A module
# from outside the tree sets 4096, an unsigned one 8192, the tests' writing of
# MSRs 4, KUnit 262144: no other bit is fine.
judge_kernels()
{
	splats "$1/guest.console" "$1/host.console" "$1/results/dmesg" \
		>"$1/splats"
	if [ -s "$1/splats" ]; then
		echo "fail kernel-log 0 0 1 0 $(head -n 1 "$1/splats")"
	elif [ -e "$1/results/tainted" ] &&
		[ $(($(cat "$1/results/tainted") & ~274436)) -ne 0 ]; then
		echo "fail kernel-taint 0 0 1 0 guest is tainted:" \
			"$(cat "$1/results/tainted")"
	fi
}
