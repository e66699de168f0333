# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Which ends of a boot are no answer, and how often it is tried again. Tests that
# had ended by then keep their results, and the next boot goes on with the one
# that had not. Every repetition is printed, its logs are kept, and the matrix
# counts it.

# attempts_allowed KIND: how many boots more the same test gets after one that
# ended in this way:
#   unborn  before the guest's first line
#   host    the emulated host died or hung under the guest
#   cpu     the guest's CPUs were not emulated right; a fault of the module's own
#           would come again
#   unfit   the guest does not meet the row's needs
attempts_allowed()
{
	case $1 in
	unfit) echo 5 ;;
	*) echo 2 ;;
	esac
}

# How many boots one guest gets in all: enough for long rows, and an end.
ATTEMPTS_AT_MOST=12

# attempt_words KIND: the same for people.
attempt_words()
{
	case $1 in
	unborn) echo "the guest never reached its first line" ;;
	host) echo "the emulated host died or hung under the guest" ;;
	cpu) echo "the guest's CPU was not emulated right" ;;
	unfit) echo "the guest's kernel gave the TSC up during boot" ;;
	esac
}

# A vCPU that waits for something forever, with interrupts off or not, answers an
# NMI with its backtrace. One that does not is no longer run by what emulates it.
NMI_UNANSWERED="these CPUS still haven't responded to the NMI"

# answers_no_nmi RUN_DIR
answers_no_nmi()
{
	grep -aq "$NMI_UNANSWERED" "$1/guest.console" 2>/dev/null
}

# What the other CPUs' kernel says of such a vCPU.
STALL='rcu: (INFO: rcu_[a-z]+ detected (expedited )?stalls|	\(detected by)'

# guest_complains RUN_DIR: whether the guest's kernel found something wrong. Not
# all of that is on the console: a program's fault is only in the log.
guest_complains()
{
	complains_of=$(splats "$1/guest.console" "$1/results/dmesg")
	if answers_no_nmi "$1"; then
		complains_of=$(echo "$complains_of" | grep -avE "$STALL") || :
	fi
	[ -n "$complains_of" ]
}

# host_died RUN_DIR: whether the emulated host ended without a farewell, which
# no guest can bring about; QEMU's emulation of SVM does now and then.
host_died()
{
	grep -aq 'guestclock-vm: host reached' "$1/host.console" &&
		! grep -aq 'guestclock-vm: host is done' "$1/host.console" &&
		[ "$RUN_END" = "$END_BY_ITSELF" ]
}

# host_hangs RUN_DIR: whether the emulated host's kernel says that its CPUs are
# stuck. KVM patches its own code when a guest's CPU comes or goes, and the
# emulation may keep the old.
host_hangs()
{
	grep -aqE 'BUG: soft lockup|rcu: INFO: rcu_[a-z]+ (self-)?detected' \
		"$1/host.console" 2>/dev/null
}

# fell_silent RUN_DIR: whether the guest inside an emulated host reset itself,
# which is a triple fault, or hung, or lost one vCPU, and its kernel had found
# nothing else wrong.
fell_silent()
{
	grep -aq 'guestclock-vm: host reached' "$1/host.console" 2>/dev/null &&
		{ [ "$RUN_END" = "$END_BY_LIMIT" ] ||
			[ "$RUN_END" = "$END_BY_SILENCE" ] || answers_no_nmi "$1" ||
			grep -aq '"reason":"guest-reset"' "$1/host.jsonl"; } &&
		! guest_complains "$1"
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

# no_answer RUN_DIR: the kind of an end that says nothing about the tests; fails
# where the boot has answered.
no_answer()
{
	if ! started "$1"; then
		echo unborn
	elif grep -qs "^again $RUN_ID " "$1/results/record"; then
		echo unfit
	elif host_died "$1" || host_hangs "$1"; then
		echo host
	elif fell_silent "$1" || ran_stale_code "$1"; then
		echo cpu
	else
		return 1
	fi
}

# keep_ended_tests RUN_DIR: moves the lines of the tests that ended in this boot
# into RUN_DIR/ended, unless its kernel complained, and sets RUN_FIRST to the
# number of the next one.
keep_ended_tests()
{
	if ! guest_complains "$1"; then
		grep -s '^test ' "$1/results/record" >>"$1/ended" || :
	fi
	rm -f "$1/results/record" "$1/results/dmesg"
	RUN_FIRST=$(($(wc -l <"$1/ended") + 1))
}

# keep_attempt RUN_DIR NUMBER
keep_attempt()
{
	for keep_log in guest.console host.console host.jsonl qemu.log; do
		[ ! -e "$1/$keep_log" ] || mv "$1/$keep_log" "$1/$keep_log.$2"
	done
}

# boot_until_answered RUN_DIR: boots until every test has ended or it is no use.
# Writes to RUN_DIR/repeated the kind of each boot that was no answer.
boot_until_answered()
{
	RUN_FIRST=1
	until_same=
	: >"$1/ended"
	: >"$1/repeated"
	while :; do
		boot_once "$1"
		fetch_results "$1"
		until_kind=$(no_answer "$1") || return 0
		until_before=$RUN_FIRST
		keep_ended_tests "$1"
		[ "$RUN_FIRST" -eq "$until_before" ] || until_same=
		RUN_END="$(attempt_words "$until_kind") ($RUN_END)"
		until_count=$(echo "$until_same" | grep -o "$until_kind" | wc -l)
		until_allowed=$(attempts_allowed "$until_kind")
		[ "$until_count" -lt "$until_allowed" ] &&
			[ "$(wc -l <"$1/repeated")" -lt $ATTEMPTS_AT_MOST ] ||
			return 0
		until_same="$until_same $until_kind"
		echo "$until_kind" >>"$1/repeated"
		say "$(attempt_words "$until_kind"): retry $((until_count + 1)) of" \
			"$until_allowed, from test $RUN_FIRST on"
		keep_attempt "$1" "$(wc -l <"$1/repeated")"
	done
}
