# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# One guest from start to verdict.

# How long a guest may take to its first line, in seconds, before it counts as
# never having started: some ten times as long as it does.
FIRST_LINE_TIMEOUT=${GUESTCLOCK_BOOT_TIMEOUT:-180}

# A guest shows every ten seconds that it lives, in its own time. This is for how
# long it may not, in seconds: longer than any test stops it, and than the host's
# agent waits until it looks where the vCPUs are.
SILENCE_LIMIT=60

# A vCPU that waits for something forever, with interrupts off or not, answers an
# NMI with its backtrace. One that does not is no longer run by what emulates it.
NMI_UNANSWERED="these CPUS still haven't responded to the NMI"

# Room for what the tests leave, once more after each of them; it is not used up.
RESULT_SIZE=256M

new_run_dir()
{
	mkdir -p "$CACHE/runs"
	find "$CACHE/runs" -mindepth 1 -maxdepth 1 -mtime +7 \
		-exec rm -rf {} + 2>/dev/null || :
	mktemp -d "$CACHE/runs/$(date +%Y%m%d-%H%M%S)-${RUN_KERNEL##*/}-$RUN_HOST.XXXX"
}

# prepare_guest RUN_DIR: vmlinuz, initrd and an empty result disk.
prepare_guest()
{
	prepare_kernel=$(kernel_image "$RUN_KERNEL") || exit 1
	prepare_base=$(guest_base "$RUN_KERNEL") || exit 1
	ln -f "$prepare_kernel/vmlinuz" "$1/vmlinuz"
	guest_run_part "$RUN_KERNEL" "$1/guest-root"
	pack_root "$1/guest-root" "$1/guest-part.cpio"
	prepare_ynl=
	if tests_mention GUESTCLOCK_YNL; then
		prepare_ynl=$(ynl_image) || exit 1
	fi
	# shellcheck disable=SC2086 # no file, or one of our own naming
	cat "$prepare_base" $prepare_ynl "$1/guest-part.cpio" >"$1/initrd"
	rm -rf "$1/guest-root" "$1/guest-part.cpio"
}

# test_timeout: how long one test may take, in seconds. Only a hang ends by it: a slow
# machine must not.
test_timeout()
{
	if [ -n "${GUESTCLOCK_TEST_TIMEOUT:-}" ]; then
		echo "$GUESTCLOCK_TEST_TIMEOUT"
	elif [ "${GUESTCLOCK_COUNT:-check}" = soak ]; then
		echo 7200
	else
		sed -n 's/^timeout=//p' "$SELFTESTS_D/settings"
	fi
}

# test_deadline: when a test that begins now must have ended.
test_deadline()
{
	echo $(($(date +%s) + 60 + RUN_TIMEOUT))
}

started()
{
	grep -aq 'guest reached its first line' "$1/guest.console" 2>/dev/null
}

# stream_script RUN_DIR: the whole lines a script printed since the last call.
stream_script()
{
	head -n "$(wc -l <"$1/guest.console")" "$1/guest.console" | tr -d '\r' |
		sed -n '/guestclock-vm: script begins/,/guestclock-vm: script ends/p' |
		grep -av 'guestclock-vm: script' >"$1/script.out" || :
	tail -c +$((boot_streamed + 1)) "$1/script.out"
	boot_streamed=$(wc -c <"$1/script.out")
}

# report_progress RUN_DIR: a line for each test that ended since the last call,
# and as much time for the next one.
report_progress()
{
	tr -d '\r' <"$1/guest.console" | sed -n \
		's/^.*guestclock-vm: test \([^ ]* [a-z]* [0-9.]* s\)$/\1/p' |
		tail -n +$((boot_reported + 1)) >"$1/progress"
	while read -r progress_line; do
		boot_reported=$((boot_reported + 1))
		boot_deadline=$(test_deadline)
		say "  $progress_line"
	done <"$1/progress"
}

# silent RUN_DIR: whether nothing came from the guest for too long
silent()
{
	[ $(($(date +%s) - $(stat -c %Y "$1/guest.console"))) -gt $SILENCE_LIMIT ]
}

# host_hangs RUN_DIR: whether the emulated host's kernel says that its CPUs are
# stuck. KVM patches its own code when a guest's CPU comes or goes, and the
# emulation may keep the old.
host_hangs()
{
	grep -aqE 'BUG: soft lockup|rcu: INFO: rcu_[a-z]+ (self-)?detected' \
		"$1/host.console" 2>/dev/null
}

# boot_once RUN_DIR: sets RUN_END to how it ended: itself, or what it was killed for.
boot_once()
{
	: >"$1/guest.console"
	: >"$1/host.console"
	rm -f "$1/result.img"
	truncate -s $RESULT_SIZE "$1/result.img"
	prepare_disks "$1"
	(boot_layers "$1") &
	boot_pid=$!
	boot_deadline=$(($(date +%s) + FIRST_LINE_TIMEOUT))
	boot_started=no
	boot_reported=0
	boot_streamed=0
	RUN_END=itself
	while kill -0 $boot_pid 2>/dev/null; do
		if [ $boot_started = no ] && started "$1"; then
			boot_started=yes
			boot_deadline=$(test_deadline)
		fi
		if [ "$(date +%s)" -gt $boot_deadline ]; then
			RUN_END=limit
		elif [ $boot_started = yes ] && silent "$1"; then
			RUN_END=silence
		elif grep -aq "$NMI_UNANSWERED" "$1/guest.console"; then
			RUN_END=lost-cpu
		elif host_hangs "$1"; then
			RUN_END=hung-host
		fi
		if [ "$RUN_END" != itself ]; then
			kill $boot_pid 2>/dev/null
			sleep 1
			kill -9 $boot_pid 2>/dev/null || :
			break
		fi
		if [ "$RUN_MODE" = script ]; then
			stream_script "$1"
		elif [ $boot_started = yes ]; then
			report_progress "$1"
		fi
		sleep 0.3
	done
	[ "$RUN_MODE" != script ] || stream_script "$1"
	wait $boot_pid || :
	boot_pid=
}

# fetch_results RUN_DIR: unpacks the archives on the guest's result disk, the last
# one above the others, into RUN_DIR/results.
fetch_results()
{
	mkdir -p "$1/results"
	tar -x --ignore-zeros -C "$1" -f "$1/result.img" 2>"$1/results.log" || :
}

# boot_until_answered RUN_DIR: boots until the gate has an answer. Tests that had
# ended keep their results, and the next boot goes on with the one that had not.
boot_until_answered()
{
	RUN_FIRST=1
	: >"$1/ended"
	: >"$1/boots"
	while :; do
		boot_once "$1"
		fetch_results "$1"
		{
			echo "id=$RUN_ID"
			echo "kernel=$RUN_KERNEL"
			echo "host=$RUN_HOST"
			echo "layers=$(layers "$RUN_HOST")"
			echo "ended=$RUN_END"
			echo "tests=$RUN_TESTS"
			echo "probed=$(probed_functions)"
		} >"$1/run"
		until_answer=$(gate boot "$1") || die "the gate cannot judge $1"
		case $until_answer in
		again\ *) ;;
		*) return 0 ;;
		esac
		# Whoever counts such ends wants each of them.
		[ "${GUESTCLOCK_VM_ONCE:-no}" = no ] || return 0
		until_answer=${until_answer#again }
		RUN_FIRST=${until_answer%% *}
		say "${until_answer#* }: booting again, from test $RUN_FIRST on"
	done
}

# run_guest: everything for one guest; sets RUN_DIR. Reads RUN_KERNEL RUN_HOST
# RUN_SMP RUN_APPEND RUN_TESTS RUN_ADHOC RUN_MODE.
run_guest()
{
	RUN_DIR=$(new_run_dir)
	RUN_TIMEOUT=$(test_timeout)
	RUN_ID=${RUN_DIR##*.}-$$
	prepare_guest "$RUN_DIR"
	take_slot
	say "booting kernel ${RUN_KERNEL##*/} on the $RUN_HOST host"
	boot_until_answered "$RUN_DIR"
	drop_slot
	gate verdict "$RUN_DIR" || die "the gate cannot judge $RUN_DIR"
	drop_images
}

# print_verdict RUN_DIR: a line per test, its skipped cases and known failures.
print_verdict()
{
	while read -r line_word line_name line_seconds line_passed line_failed \
		line_skipped line_reason; do
		printf '%-4s  %-4s %-7s %-27s %3d of %3d %6s s  %s\n' \
			"$line_word" "${RUN_KERNEL##*/}" "$RUN_HOST" "$line_name" \
			"$line_passed" \
			$((line_passed + line_failed + line_skipped)) \
			"$line_seconds" "$line_reason"
	done <"$1/verdict"
	sed 's/^/      /' "$1/cases"
}

# report_failures RUN_DIR: the end of each failed test's log, and the place.
report_failures()
{
	grep -q '^fail' "$1/verdict" || return 0
	awk '$1 == "fail" { print $2 }' "$1/verdict" | while read -r failed; do
		[ -e "$1/results/$failed.log" ] || continue
		echo "---- $failed"
		tail -n 40 "$1/results/$failed.log"
	done
	echo "---- all logs: $1"
}

# trap_signals: whoever ends us ends the guest too. To be called again in a
# subshell that boots.
trap_signals()
{
	trap stop_guest EXIT
	trap 'exit 130' INT TERM HUP
}

stop_guest()
{
	[ -z "${boot_pid:-}" ] || kill "$boot_pid" 2>/dev/null || :
	[ -z "${RUN_DIR:-}" ] || drop_images
}

# drop_images: of a run only its logs and results are kept.
drop_images()
{
	rm -rf "$RUN_DIR/vmlinuz" "$RUN_DIR/initrd" "$RUN_DIR/guest-root" \
		"$RUN_DIR/guest-part.cpio" "$RUN_DIR/host-root" \
		"$RUN_DIR/host-part.cpio" "$RUN_DIR/host-initrd" \
		"$RUN_DIR/result.img" "$RUN_DIR/disk.img" "$RUN_DIR/keep.img"
}

# run_shell: an interactive guest on this terminal.
run_shell()
{
	RUN_DIR=$(new_run_dir)
	RUN_ID=${RUN_DIR##*.}-$$
	prepare_guest "$RUN_DIR"
	RUN_FIRST=1
	truncate -s $RESULT_SIZE "$RUN_DIR/result.img"
	prepare_disks "$RUN_DIR"
	say "booting kernel $RUN_KERNEL on the $RUN_HOST host (10 to 20 seconds)"
	shell_terminal=$(stty -g 2>/dev/null) || shell_terminal=
	[ -z "$shell_terminal" ] || stty raw -echo
	(boot_layers "$RUN_DIR") || :
	[ -z "$shell_terminal" ] || stty "$shell_terminal"
	fetch_results "$RUN_DIR"
	drop_images
	say "what was left in /results: $RUN_DIR/results"
}
