# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Which ends of a boot are no answer, and how often it is tried again. Every
# repetition is printed, its logs are kept, and the matrix counts it.

# For a guest that dies before its first line.
BOOT_RETRIES=2
# For an emulated host that dies under the guest: what a test did cannot be told
# from that, and the longer a guest runs, the likelier it is.
HOST_RETRIES=4
# For a guest that resets itself without a word, which is a triple fault, or that
# runs into a breakpoint that is not there. The emulation brings either about now
# and then, also while the module is not loaded; a fault of the module's own would
# come again.
RESET_RETRIES=2
# For a guest that does not meet the row's needs.
NEEDS_RETRIES=5

# host_died RUN_DIR: whether the emulated host ended without a farewell, which
# no guest can bring about; QEMU's emulation of SVM does now and then.
host_died()
{
	grep -aq 'guestclock-vm: host reached' "$1/host.console" &&
		! grep -aq 'guestclock-vm: host is done' "$1/host.console" &&
		[ "$RUN_END" != "$END_BY_LIMIT" ]
}

# reset_silently RUN_DIR: whether the guest inside an emulated host reset itself
# and its kernel had found nothing wrong.
reset_silently()
{
	grep -aq 'guestclock-vm: host reached' "$1/host.console" 2>/dev/null &&
		grep -aq '"reason":"guest-reset"' "$1/host.jsonl" &&
		! grep -aqE 'Kernel panic|Oops|BUG:|WARNING:|lockup|stalls' \
			"$1/guest.console"
}

# ran_stale_code RUN_DIR: whether the guest died of a breakpoint that was gone.
# The kernel patches its static keys under one, and an emulated CPU may still
# run it from its translation afterwards. Where the module has its probes, or
# where the breakpoint (cc) is still in memory, it is no such thing.
ran_stale_code()
{
	grep -aq 'Oops: int3: 0000 \[#1\]' "$1/guest.console" &&
		! grep -aE '^[^#]*RIP: 0010:' "$1/guest.console" |
			grep -aq 'clocksource_unstable\|mark_tsc_unstable\|\[guestclock' &&
		! grep -aE '] Code: ' "$1/guest.console" | grep -aq 'cc <'
}

# boot_guest RUN_DIR: boots until there is an answer. Adds to RUN_RETRIES,
# RUN_HOST_DEATHS and RUN_RESETS.
boot_guest()
{
	boot_unborn=0
	boot_deaths=0
	boot_resets=0
	RUN_CONSOLE="loglevel=5"
	while :; do
		if ! boot_once "$1"; then
			RUN_END="the guest never reached its first line ($RUN_END)"
			[ $boot_unborn -lt $BOOT_RETRIES ] || return 0
			boot_unborn=$((boot_unborn + 1))
			RUN_RETRIES=$((RUN_RETRIES + 1))
			say "$RUN_END: retry $boot_unborn of $BOOT_RETRIES"
		elif host_died "$1"; then
			RUN_END="the emulated host died under the guest"
			[ $boot_deaths -lt $HOST_RETRIES ] || return 0
			boot_deaths=$((boot_deaths + 1))
			RUN_HOST_DEATHS=$((RUN_HOST_DEATHS + 1))
			say "$RUN_END: retry $boot_deaths of $HOST_RETRIES"
		elif reset_silently "$1" || ran_stale_code "$1"; then
			[ $boot_resets -lt $RESET_RETRIES ] || return 0
			boot_resets=$((boot_resets + 1))
			RUN_RESETS=$((RUN_RESETS + 1))
			say "the guest's CPU was not emulated right:" \
				"retry $boot_resets of $RESET_RETRIES"
		else
			return 0
		fi
		keep_attempt "$1" $((boot_unborn + boot_deaths + boot_resets))
		RUN_CONSOLE="ignore_loglevel"
	done
}

# keep_attempt RUN_DIR NUMBER
keep_attempt()
{
	for keep_log in guest.console host.console host.jsonl qemu.log; do
		[ ! -e "$1/$keep_log" ] || mv "$1/$keep_log" "$1/$keep_log.$2"
	done
}

# boot_until_fit RUN_DIR: boots until the guest meets RUN_NEEDS.
boot_until_fit()
{
	RUN_AGAIN=0
	RUN_RETRIES=0
	RUN_HOST_DEATHS=0
	RUN_RESETS=0
	boot_guest "$1"
	fetch_results "$1"
	while grep -qs "^again $RUN_ID " "$1/results/record"; do
		RUN_END="the guest's kernel gave the TSC up in every boot"
		[ $RUN_AGAIN -lt $NEEDS_RETRIES ] || return 0
		RUN_AGAIN=$((RUN_AGAIN + 1))
		say "the guest's kernel gave the TSC up during boot:" \
			"boot $RUN_AGAIN of at most $NEEDS_RETRIES more"
		boot_guest "$1"
		fetch_results "$1"
	done
}
