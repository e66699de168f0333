# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Judging a run from what it left behind. A run is good only if its record says
# so in full; silence, a missing line or a splat is a failure.

SPLAT='BUG:|WARNING:|Oops|Call Trace|general protection|kernel BUG at|Kernel panic|unable to handle|rcu:.*(stall|detected)|blocked for more than|soft lockup|hard LOCKUP|KASAN|UBSAN|KCSAN|kmemleak: [0-9]+ new|possible (recursive|circular) locking|inconsistent lock state|suspicious RCU|refcount_t:|list_(add|del) corruption|stack-protector|sysfs: cannot create duplicate|kobject_add_internal failed|\[Firmware (Bug|Warn)\]|\[Hardware Error\]|segfault at|trap invalid opcode'

# Lines that a healthy run may print, each with its reason:
# - the TSC offset tests write TSC_ADJUST; where the TSC is trusted the kernel
#   notices, says so and restores the register.
# - the emulated CPU model counts as vulnerable; the kernel recommends reading.
SPLAT_ALLOWED='\[Firmware Bug\]: TSC ADJUST differs|WARNING: See https://kernel.org/doc/'

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

# fetch_results RUN_DIR: unpacks the guest's result disk into RUN_DIR/results.
fetch_results()
{
	rm -rf "$1/results"
	mkdir -p "$1/results"
	tar -x -C "$1" -f "$1/result.img" 2>"$1/results.log" || :
}

# judge RUN_DIR: writes RUN_DIR/verdict, one "pass|fail|skip NAME SECONDS
# REASON" per expected test, and one "fail kernel-log" when a layer's kernel
# complained. Reads RUN_ID, RUN_TESTS and RUN_END.
judge()
{
	judge_record=$1/results/record
	judge_count=$(echo "$RUN_TESTS" | wc -w)
	judge_whole=no
	[ ! -e "$judge_record" ] ||
		! grep -qx "complete $RUN_ID $judge_count" "$judge_record" ||
		judge_whole=yes
	for judge_test in $RUN_TESTS; do
		judge_test "$1" "$judge_test"
	done >"$1/verdict"
	if [ $judge_whole = no ]; then
		echo "fail complete-record 0 $RUN_END without the record's" \
			"closing line" >>"$1/verdict"
	fi
	judge_kernels "$1" >>"$1/verdict"
}

judge_test()
{
	# shellcheck disable=SC2046
	set -- "$1" "$2" $(awk -v name="$2" \
		'$1 == "test" && $2 == name { print $3, $4; exit }' \
		"$judge_record" 2>/dev/null)
	case ${3:-none} in
	pass) echo "pass $2 $4" ;;
	skip) echo "skip $2 $4 $(skip_reason "$1/results/$2.log")" ;;
	fail) echo "fail $2 $4 $(fail_reason "$1/results/$2.log")" ;;
	*) echo "fail $2 0 no result: $RUN_END" ;;
	esac
}

skip_reason()
{
	skip_line=$(sed -n 's/.*# SKIP \(.\)/\1/p' "$1" | head -n 1)
	echo "${skip_line:-no reason given}"
}

fail_reason()
{
	fail_line=$(sed -n -e 's/^# \(not ok .*\)/\1/p' \
		-e 's/^# \(Bail out!.*\)/\1/p' "$1" | head -n 1)
	[ -n "$fail_line" ] ||
		fail_line=$(grep '^not ok' "$1" | tail -n 1)
	echo "${fail_line:-no verdict from the runner}"
}

# judge_kernels RUN_DIR: splats of every layer, and the guest's taint. A module
# from outside the tree sets 4096, an unsigned one 8192: no other bit is fine.
judge_kernels()
{
	splats "$1/guest.console" "$1/host.console" "$1/results/dmesg" \
		>"$1/splats"
	if [ -s "$1/splats" ]; then
		echo "fail kernel-log 0 $(head -n 1 "$1/splats")"
	elif [ -e "$1/results/tainted" ] &&
		[ $(($(cat "$1/results/tainted") & ~12288)) -ne 0 ]; then
		echo "fail kernel-taint 0 guest is tainted:" \
			"$(cat "$1/results/tainted")"
	fi
}
