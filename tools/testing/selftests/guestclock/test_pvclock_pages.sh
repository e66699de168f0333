#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# pvclock pages: debugfs, the client and the page itself agree on every CPU,
# and kvm-clock computed from a page is the kernel's own clock.
#
# Tags: smoke core pages

. "$(dirname "$0")/lib.sh"

FIELDS="cpu state version tsc_timestamp system_time_ns tsc_to_system_mul tsc_shift
	flags flag_names tsc_hz tsc_cycles kvmclock_ns age_ns updates
	last_discontinuity_ns torn_reads"
COLUMNS=$(echo "$FIELDS" | sed 's/tsc_timestamp/tsc_timestamp_cycles/')
PAGE="cpu version tsc_timestamp system_time_ns tsc_to_system_mul tsc_shift flags"
ROUNDS=$((5 * GC_SCALE))
CLOCK_ROUNDING_NS=2

client_rows()
{
	# shellcheck disable=SC2086 # a list of names
	timeout 20 guestclock pvclock -o json | jq -r "$(gc_fields $1)"
}

# The client's flags are a number, the table's are for eyes.
debugfs_rows()
{
	# shellcheck disable=SC2086 # a list of names
	gc_table pvclock $COLUMNS |
		while read -r cpu state version timestamp system mul shift flags rest; do
			case $flags in 0x*) flags=$((flags)) ;; esac
			echo "$cpu $state $version $timestamp $system $mul $shift" \
				"$flags $rest"
		done
}

kernel_pages()
{
	sed '/^#/d' "$GC_TEST_DEBUGFS"/pages
}

# key: rows with "CPU-VERSION-TSC_CYCLES" in front, which is one poll of one page
key()
{
	awk '{ print $1 "-" $3 "-" $11, $0 }'
}

# look_twice: add to what both told, and join what is of one poll: there is some of
# every CPU
look_twice()
{
	looks=$((looks + 1))
	debugfs_rows | key >>"$gc_tmp/debugfs"
	client_rows "$FIELDS" | key >>"$gc_tmp/client"
	sort -u "$gc_tmp/debugfs" >"$gc_tmp/debugfs.sorted"
	sort -u "$gc_tmp/client" >"$gc_tmp/client.sorted"
	cut -d' ' -f1 "$gc_tmp/client.sorted" | uniq >"$gc_tmp/client.keys"
	cut -d' ' -f1 "$gc_tmp/debugfs.sorted" | uniq | grep -xF -f "$gc_tmp/client.keys" \
		>"$gc_tmp/common"
	for cpu in $(gc_cpus); do
		[ "$(grep -c "^$cpu-" "$gc_tmp/common")" -ge "$ROUNDS" ] || return 1
	done
}

# Every row that is of a poll which both told of.
compare_debugfs_and_client()
{
	looks=0
	: >"$gc_tmp/debugfs"
	: >"$gc_tmp/client"
	gc_until 120 look_twice
	compared=$?
	tap_diag "$looks looks, $(wc -l <"$gc_tmp/common") polls of a page compared in" \
		"$(echo "$FIELDS" | wc -w) fields, one poll in $interval ms"
	[ $compared -eq 0 ] || tap_diag "they were hardly ever of the same poll"
	for side in debugfs client; do
		grep -F -f "$gc_tmp/common" "$gc_tmp/$side.sorted" >"$gc_tmp/$side.common"
	done
	diff "$gc_tmp/debugfs.common" "$gc_tmp/client.common" >"$gc_tmp/diff" || compared=1
	sed 's/^/# /' "$gc_tmp/diff"
	return $compared
}

# polled_since: whether every row of the client is younger than this TSC
polled_since()
{
	client_rows "tsc_cycles $PAGE" >"$gc_tmp/polled"
	[ -s "$gc_tmp/polled" ] &&
		awk -v since="$1" '$1 + 0 <= since + 0 { old = 1 } END { exit old }' "$gc_tmp/polled"
}

# The page did not change while the client's row was taken, so they must agree.
compare_client_and_page()
{
	kernel_pages >"$gc_tmp/before"
	gc_until 60 polled_since "$(clock_tool raw 0 | cut -d' ' -f3)" || return 1
	kernel_pages >"$gc_tmp/after"
	cut -d' ' -f2- "$gc_tmp/polled" >"$gc_tmp/client"
	cmp -s "$gc_tmp/before" "$gc_tmp/after"
}

compare_quiet_pages()
{
	gc_until 60 compare_client_and_page || {
		tap_diag "the host changes a page all the time"
		return 1
	}
	[ -s "$gc_tmp/client" ] && cmp -s "$gc_tmp/client" "$gc_tmp/after" && return 0
	diff "$gc_tmp/after" "$gc_tmp/client" | sed 's/^/# /'
	return 1
}

# The derived columns, computed again from the page in the same row.
compare_derived()
{
	client_rows "$FIELDS" >"$gc_tmp/client"
	khz=$(dmesg | sed -n 's/.*tsc: Detected \([0-9]*\)\.\([0-9]*\) MHz.*/\1\2/p' | tail -n 1)
	bad=0
	while read -r cpu state version timestamp system mul shift flags names hz tsc \
		clock age rest; do
		: "$state $version $flags $names $rest"
		want=$(pvclock_time "$timestamp" "$system" "$mul" "$shift" "$tsc")
		if [ "$clock" != "$want" ] || [ "$age" != $((clock - system)) ]; then
			tap_diag "cpu $cpu: kvmclock_ns $clock age_ns $age, the page says $want"
			bad=1
		fi
		hz_seen=$hz
		off=$((hz / 1000 - khz))
		if [ "$(gc_abs $off)" -gt 1 ]; then
			tap_diag "cpu $cpu: tsc_hz $hz, the kernel detected $khz kHz"
			bad=1
		fi
	done <"$gc_tmp/client"
	tap_diag "tsc_hz ${hz_seen:-missing}, the kernel's ${khz:-missing} kHz"
	return $bad
}

# The kernel's clock on every CPU, taken while no page changed.
take_brackets()
{
	kernel_pages >"$gc_tmp/before"
	sed '/^#/d' "$GC_TEST_DEBUGFS"/kvmclock >"$gc_tmp/brackets"
	kernel_pages >"$gc_tmp/after"
	cmp -s "$gc_tmp/before" "$gc_tmp/after" && [ -s "$gc_tmp/brackets" ]
}

# The rows of the client once it has seen those pages, too.
rows_of_these_pages()
{
	client_rows "$PAGE" >"$gc_tmp/client"
	cmp -s "$gc_tmp/client" "$gc_tmp/after"
}

# One round: the kernel's clock on every CPU against the row of that CPU.
bracket_round()
{
	gc_until 60 take_brackets && gc_until 60 rows_of_these_pages || return 1

	bad=0
	while read -r cpu before clock after; do
		# shellcheck disable=SC2046 # fields
		set -- $(grep "^$cpu " "$gc_tmp/client")
		if [ $# -ne 7 ]; then
			tap_diag "no row for cpu $cpu"
			return 1
		fi
		# shellcheck disable=SC2046 # two numbers
		set -- $(pvclock_time "$3" "$4" "$5" "$6" "$before" "$after")
		width=$(($2 - $1))
		[ $width -le "$widest" ] || widest=$width
		if ! gc_within "$clock" $(($1 - CLOCK_ROUNDING_NS)) \
			$(($2 + CLOCK_ROUNDING_NS)); then
			tap_diag "cpu $cpu: the kernel's $clock is not in [$1, $2]"
			bad=1
		fi
	done <"$gc_tmp/brackets"
	return $bad
}

compare_clock()
{
	widest=0
	round=1
	while [ $round -le $ROUNDS ]; do
		bracket_round || return 1
		round=$((round + 1))
	done
	tap_diag "$ROUNDS rounds on every CPU, widest bracket $widest ns"
}

# load_for_two_readers: with pages polled so seldom that both often tell of the same poll
load_for_two_readers()
{
	gc_load
	began=$(gc_uptime_ms)
	debugfs_rows >/dev/null
	client_rows "$FIELDS" >/dev/null
	interval=$((3 * ($(gc_uptime_ms) - began)))
	[ $interval -ge 1000 ] || interval=1000
	gc_load_with poll_interval_ms=$interval
}

gc_need_kvmclock
gc_need_stable_host
gc_need test_module/guestclock_test.ko
gc_begin
load_for_two_readers
gc_load_test_module

gc_cpus >"$gc_tmp/cpus"
client_rows cpu >"$gc_tmp/client"
gc_table pvclock cpu >"$gc_tmp/debugfs"
cmp "$gc_tmp/cpus" "$gc_tmp/client" && cmp "$gc_tmp/cpus" "$gc_tmp/debugfs"
tap_result $? "every online CPU has its row in debugfs and in the client"

compare_debugfs_and_client
tap_result $? "debugfs and guestclock pvclock -o json agree field by field"

compare_quiet_pages
tap_result $? "the client's rows are the pages, read by the CPUs themselves"

stable=$(client_rows "cpu flags flag_names" | awk '$2 % 2 == 1 && $3 ~ /TSC_STABLE/' | wc -l)
[ "$stable" -eq "$(wc -l <"$gc_tmp/cpus")" ]
tap_result $? "TSC_STABLE is set on every CPU"

compare_derived
tap_result $? "time, age and frequency follow from the page"

if gc_set_clocksource kvm-clock; then
	compare_clock
	tap_result $? "kvm-clock from page and TSC is the kernel's own clock"
else
	tap_result 1 "kvm-clock cannot be made the clocksource"
fi

gc_end
